"""Write the pages that are made of the rules' own metadata, after a rule has come or changed.

python -m docs          write docs/guide.md, docs/comparison.md and the README's list of rules
python -m docs --check  write nothing; name what is stale and exit with 1

A test fails as long as something is stale.
"""

from __future__ import annotations

import argparse
import sys

from docs.pages import HERE, mistakes, texts


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    wrong = mistakes()
    stale = {path: text for path, text in texts().items() if _is_stale(path, text)}
    for path, text in stale.items():
        if options.check:
            wrong.append(f"{path} is stale: run `python -m docs`")
        else:
            (HERE.parent / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


def _is_stale(path: str, text: str) -> bool:
    file = HERE.parent / path
    return not file.exists() or file.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
