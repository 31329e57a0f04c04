"""Prove that fixes change nothing but what the rules' pages declare.

    python -m benchmarks.proving                   pages, fixture applications, FastAPI's examples
    python -m benchmarks.proving pages apps        some of these
    python -m benchmarks.proving mlflow zenml      applications that the package index has
    python -m benchmarks.proving everything        all that is known by name
    python -m benchmarks.proving FOLDER --python env/bin/python --app package.main:app
    python -m benchmarks.proving --unsafe docs_src whether anything can no longer be imported

Each fix is applied alone to a copy, then all are applied together, as `--fix` does. Before and
after, the application is imported in a process of its own, and its routes, parameters,
dependencies, security, responses, models, middleware, OpenAPI document and warnings are compared.
FastAPI's examples are downloaded once; an application of the package index is installed once, with
what it requires, into an environment of its own below `benchmarks/.downloads`.
It needs FastAPI: `pip install -e . --group test` brings it, and what pages and fixtures import.

The table has a row for each rule. "of these in bodies": of the fixes that are proven equal, those
that only change bodies of functions, which an import does not run. "dropped": fixes that fastlint
itself took back, since the file would not parse, or the finding or a new error would be there.
The exit code is 1 where something is different that no page declares, or was not compared at all.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.proving.asking import USUAL, Interpreter
from benchmarks.proving.cases import Plan, Proof
from benchmarks.proving.sources import KNOWN, USUALLY, Source, UnavailableError, chosen
from benchmarks.proving.table import lines, summary, table
from benchmarks.proving.trying import prove

SAMPLE = 12


def main() -> int:
    """Prove what the command line asks for; the exit code."""
    options = _options()
    names = list(KNOWN) if options.sources == ["everything"] else options.sources
    proof = Proof()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, name in enumerate(names):
            try:
                source = chosen(name, options, Path(scratch, f"home{number}"))
            except UnavailableError as error:
                wrong.append(f"{name}: not tried: {error}")
                print(wrong[-1], flush=True)
                continue
            into = Path(scratch, str(number), Path(name).name)
            found = _proven(source, into, unsafe=options.unsafe)
            print(summary(name, found), flush=True)
            proof += found
            wrong += [f"{name}: {each}" for each in found.missing]
    print(f"\n{table(proof.fixes)}\n")
    wrong += lines([*proof.fixes, *proof.together], "undeclared")
    print("\n".join(wrong) or "Nothing is different that no page declares.")
    if options.declared:
        print("\n".join(lines(proof.fixes, "declared", "dropped", "not importable")))
    return 1 if wrong else 0


def _proven(source: Source, into: Path, *, unsafe: bool) -> Proof:
    """What came of every case of a source."""
    proof = Proof()
    with Interpreter(source.python, source.variables) as ask:
        ask.preload(USUAL)
        for case in source.cases(into):
            proof += prove(case, ask, Plan(unsafe, source.alone))
    return proof


def _options() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.proving", description=__doc__, formatter_class=raw
    )
    parser.add_argument("sources", nargs="*", default=list(USUALLY), metavar="SOURCE")
    parser.add_argument("--unsafe", action="store_true", help="unsafe fixes too")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="a Python that can import what is proven: for a FOLDER that of its own environment",
    )
    parser.add_argument("--search", default=".", help="where below FOLDER modules are found")
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="MODULE[:EXPRESSION]",
        help="what to import of FOLDER, besides the modules that are fixed",
    )
    parser.add_argument(
        "--alone",
        type=int,
        default=SAMPLE,
        help="how many fixes of a FOLDER or of an installed application to try one at a time",
    )
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an environment variable that FOLDER is imported with; may be given several times",
    )
    parser.add_argument(
        "--declared", action="store_true", help="show what is different as declared"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
