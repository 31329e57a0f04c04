"""Prove that fixes change nothing but what the rules' pages declare.

    python -m benchmarks.proving                   pages, fixture applications, FastAPI's examples
    python -m benchmarks.proving pages apps        some of these
    python -m benchmarks.proving FOLDER --python env/bin/python --app package.main:app
    python -m benchmarks.proving --unsafe docs_src whether anything can no longer be imported

Each fix is applied alone to a copy, then all are applied together, as `--fix` does. Before and
after, the application is imported in a process of its own, and its routes, parameters,
dependencies, security, responses, models, middleware, OpenAPI document and warnings are compared.
The exit code is 1 where something is different that no page declares.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proving import corpora
from benchmarks.proving.asking import USUAL, Interpreter
from benchmarks.proving.cases import Case, Plan, Result
from benchmarks.proving.table import lines, summary, table
from benchmarks.proving.trying import prove

KNOWN = {
    "pages": corpora.pages,
    "apps": corpora.applications,
    "docs_src": corpora.docs_src,
}
SAMPLE = 12


def main() -> int:
    """Prove what the command line asks for; the exit code."""
    options = _options()
    results: list[Result] = []
    together: list[Result] = []
    environment = dict(each.split("=", 1) for each in options.env)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Interpreter(options.python, environment) as ask,
    ):
        ask.preload(USUAL)
        for name in options.sources:
            plan = Plan(options.unsafe, None if name in KNOWN else options.alone)
            into = Path(scratch, str(len(results)), Path(name).name)
            fixes: list[Result] = []
            groups: list[Result] = []
            for case in _cases(name, into, options):
                each, all_of_it = prove(case, ask, plan)
                fixes += each
                groups += all_of_it
            print(summary(name, fixes, groups), flush=True)
            results += fixes
            together += groups
    print(f"\n{table(results)}\n")
    wrong = list(lines([*results, *together], "undeclared"))
    print("\n".join(wrong) or "Nothing is different that no page declares.")
    if options.declared:
        print("\n".join(lines(results, "declared", "dropped", "not importable")))
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.proving", description=__doc__, formatter_class=raw
    )
    parser.add_argument("sources", nargs="*", default=list(KNOWN), metavar="SOURCE")
    parser.add_argument("--unsafe", action="store_true", help="unsafe fixes too")
    parser.add_argument("--python", default=sys.executable, help="what can import the sources")
    parser.add_argument("--search", default=".", help="where below FOLDER modules are found")
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="MODULE[:EXPRESSION]",
        help="what to import of FOLDER, besides the modules that are fixed",
    )
    parser.add_argument(
        "--alone", type=int, default=SAMPLE, help="how many fixes of a FOLDER to try one at a time"
    )
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument(
        "--declared", action="store_true", help="show what is different as declared"
    )
    return parser.parse_args()


def _cases(name: str, into: Path, options: argparse.Namespace) -> Iterator[Case]:
    if name in KNOWN:
        return KNOWN[name](into)
    modules = [each.partition(":")[0] for each in options.app]
    expressions = [each for each in options.app if ":" in each]
    return corpora.package(into, Path(name), modules, expressions, options.search)


if __name__ == "__main__":
    sys.exit(main())
