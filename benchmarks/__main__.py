"""Measure fastlint and its peers in one run, and print the table of the README.

    python -m benchmarks                 the table, on the applications of `corpora`
    python -m benchmarks --write-readme  put it into the README
    python -m benchmarks --quick         fewer runs, no peers

Absolute times say more about the machine than about the tool, so everything is a ratio to something
measured in the same run. Peers are installed into an environment of their own.
"""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import DOWNLOADS, HERE, double, fetch, lines
from benchmarks.measure import Cost, cost

README = HERE.parent / "README.md"
MAIN = "apache-airflow-core"
PEERS = ("ruff", "bandit", "flake8", "flake8-async", "fixit")
SAMPLE_EVERY = 25
"""The slow peers read every 25th file; their cost is scaled by the number of lines."""

_TELLING = 10
"""Ratios below this are told to the hundredth."""

_PARSE = """
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except SyntaxError:
        pass
"""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write-readme", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = list(_rows(quick=options.quick))
    table = _table(rows)
    print(table)
    if options.write_readme:
        text = README.read_text(encoding="utf-8")
        mark = r"(<!-- benchmarks -->\n).*?(<!-- /benchmarks -->)"
        README.write_text(
            re.sub(mark, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL),
            encoding="utf-8",
        )


Row = tuple[str, str, str]


def _rows(*, quick: bool) -> Iterator[Row]:
    runs = 2 if quick else 5
    folder = fetch(MAIN)
    parse = cost([sys.executable, "-c", _PARSE, str(folder)], runs)
    typer = cost([sys.executable, "-c", "import typer"], runs * 2)
    cold = _fastlint(folder, runs, clear=True)
    unchanged = _fastlint(folder, runs * 2)
    comment = _one_changed(folder, runs, "# changed {}")
    function = _one_changed(folder, runs, "def changed_{}(): ...")
    count = lines(folder)
    yield "cold run", _times(cold.cpu, parse.cpu), "`ast.parse` of the same files"
    yield "nothing changed", _times(unchanged.cpu, typer.cpu), '`python -c "import typer"`'
    again = "the run with nothing changed"
    yield "a comment changed in one file", _times(comment.cpu, unchanged.cpu), again
    yield "a function changed in one file", _times(function.cpu, unchanged.cpu), again
    yield "peak memory, cold", f"{cold.memory:.0f} MB", f"{count:,} lines"
    growth = _growth(folder, runs)
    yield "time per line when the tree doubles", f"{growth:.2f} x", "the single tree"
    if not quick:
        yield from _others(folder, count, cold)
    for name in ("mlflow", "prefect", "fastapi"):
        tree = fetch(name)
        parse = cost([sys.executable, "-c", _PARSE, str(tree)], runs)
        cold = _fastlint(tree, runs, clear=True)
        what = f"`ast.parse` of {name} ({lines(tree):,} lines)"
        yield f"cold run, {name}", _times(cold.cpu, parse.cpu), what


def _fastlint(folder: Path, runs: int, *, clear: bool = False) -> Cost:
    def before(_: int) -> None:
        if clear:
            shutil.rmtree(folder / ".fastlint_cache", ignore_errors=True)

    command = [sys.executable, "-m", "fastlint", "check", str(folder)]
    return cost(command, runs, before)


def _one_changed(folder: Path, runs: int, line: str) -> Cost:
    """One file gets another ``line`` at its end before each run, and its old text afterwards."""
    file = max(folder.rglob("routes/**/*.py"), key=lambda path: path.stat().st_size)
    text = file.read_bytes()

    def before(run: int) -> None:
        file.write_bytes(text + f"\n\n{line.format(run)}\n".encode())

    try:
        return cost([sys.executable, "-m", "fastlint", "check", str(folder)], runs, before)
    finally:
        file.write_bytes(text)


def _growth(folder: Path, runs: int) -> float:
    """Time per line of eight times the tree (doubled three times), against the tree once."""
    with tempfile.TemporaryDirectory() as scratch:
        once, eight = Path(scratch, "once"), Path(scratch, "eight")
        double(folder, once, 1)
        double(folder, eight, 8)
        alone = _fastlint(once, max(2, runs // 2), clear=True)
        together = _fastlint(eight, 1, clear=True)
    return together.cpu / 8 / alone.cpu


def _others(folder: Path, count: int, cold: Cost) -> Iterator[Row]:
    tools = _tools()
    target = str(folder)
    ruff = cost([str(tools / "ruff"), "check", "--no-cache", "--isolated", "-q",
                 "--select", "FAST,ASYNC,S,B", target], 3)  # fmt: skip
    yield "cold run, against ruff (FAST, ASYNC, S, B)", _times(cold.cpu, ruff.cpu), "ruff"
    bandit = cost([str(tools / "bandit"), "-q", "-r", target], 1)
    yield "bandit takes", _times(bandit.cpu, cold.cpu), "fastlint, cold"
    with tempfile.TemporaryDirectory() as scratch:
        sample = _sample(folder, Path(scratch))
        scale = count / lines(sample)
        flake8 = cost([str(tools / "flake8"), "--isolated", "--select", "ASYNC", str(sample)], 1)
        fixit = cost([str(tools / "fixit"), "lint", str(sample)], 1)
    yield "flake8-async takes", _times(flake8.cpu * scale, cold.cpu), "fastlint, cold (sampled)"
    yield "fixit takes", _times(fixit.cpu * scale, cold.cpu), "fastlint, cold (sampled)"


def _tools() -> Path:
    folder = DOWNLOADS / "tools"
    if not (folder / "bin").is_dir():
        venv.create(folder, with_pip=True)
        python = folder / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return folder / "bin"


def _sample(folder: Path, into: Path) -> Path:
    for path in sorted(folder.rglob("*.py"))[::SAMPLE_EVERY]:
        target = into / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return into


def _times(one: float, other: float) -> str:
    ratio = one / other
    digits = 2 if ratio < _TELLING else 0
    return f"{ratio:.{digits}f} x"


def _table(rows: list[Row]) -> str:
    head = f"On {MAIN}, CPython {platform.python_version()}, CPU time of whole processes:\n\n"
    body = "\n".join(f"| {what} | {ratio} | {of} |" for what, ratio, of in rows)
    return f"{head}| what | ratio | to what |\n| --- | ---: | --- |\n{body}\n"


if __name__ == "__main__":
    main()
