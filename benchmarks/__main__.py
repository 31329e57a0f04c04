"""Measure fastlint and its peers in one run, and print the table of the README.

    python -m benchmarks                 the table, on the applications of `corpora`
    python -m benchmarks --write-readme  put it into the README
    python -m benchmarks --quick         fewer runs, no peers

Absolute times say more about the machine than about the tool, so everything is a ratio to something
measured in the same run. Peers are installed into an environment of their own.
"""

from __future__ import annotations

import argparse
import ast
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.corpora import DOWNLOADS, HERE, double, fetch, lines
from benchmarks.measure import Cost, cost

README = HERE.parent / "README.md"
MAIN = "apache-airflow-core"
PEERS = ("ruff", "bandit", "flake8", "flake8-async", "fixit")
SETTLED = 0.15
"""Seconds after which a file's times tell whether it has been changed again."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SAMPLE_EVERY = 25
"""The slow peers read every 25th file; their cost is scaled by the number of lines."""

_TELLING = 10
"""Ratios below this are told to the hundredth."""

_UNREACHED = "airflow/jobs/scheduler_job_runner.py", "    def _execute("
_HANDLER = "airflow/api_fastapi/core_api/routes/public/task_instances.py", "def get_task_instance("
"""A function of the application that no request reaches, and one that is a handler."""

_PARSE = """
import ast, gc, pathlib, sys, warnings
gc.disable()  # as fastlint does: the collector would only make the comparison kinder to it
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
    comment = _one_changed(folder / _UNREACHED[0], runs, _appended("# changed {}"))
    unreached = _one_changed(folder / _UNREACHED[0], runs, _within(_UNREACHED[1]))
    handler = _one_changed(folder / _HANDLER[0], runs, _within(_HANDLER[1]))
    added = _one_changed(folder / _HANDLER[0], runs, _appended("def changed_{}(): ..."))
    count = lines(folder)
    yield "cold run", _times(cold.cpu, parse.cpu), "`ast.parse` of the same files"
    yield "nothing changed", _times(unchanged.cpu, typer.cpu), '`python -c "import typer"`'
    again = "the run with nothing changed"
    yield "a comment changed in one file", _times(comment.cpu, unchanged.cpu), again
    what = "a function changed that no request reaches"
    yield what, _times(unreached.cpu, unchanged.cpu), again
    yield "a handler changed", _times(handler.cpu, unchanged.cpu), again
    yield "a function added next to handlers", _times(added.cpu, unchanged.cpu), again
    yield "peak memory, cold", f"{cold.memory:.0f} MB", f"{count:,} lines"
    growth = _growth(folder, runs)
    yield "time per line when the tree doubles", f"{growth:.2f} x", "the single tree"
    if not quick:
        yield from _others(folder, count, cold, unchanged)
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


Change = Callable[[str, int], str]
"""From a file's text and the number of a run to the text of that run."""


def _one_changed(file: Path, runs: int, change: Change) -> Cost:
    """One file gets another text before each run, from a state that is known, and its old after."""
    text = file.read_text(encoding="utf-8")
    folder = next(each for each in file.parents if each.parent == DOWNLOADS)
    command = [sys.executable, "-m", "fastlint", "check", str(folder)]

    def before(run: int) -> None:
        file.write_text(change(text, run), encoding="utf-8")
        time.sleep(SETTLED)  # what changed a moment ago is not kept

    try:
        return cost(command, runs, before)
    finally:
        file.write_text(text, encoding="utf-8")


def _appended(line: str) -> Change:
    return lambda text, run: f"{text}\n\n{line.format(run)}\n"


def _within(header: str) -> Change:
    """Another statement at the beginning of a function's body."""

    def change(text: str, run: int) -> str:
        tree = ast.parse(text)
        line = text[: text.index(header)].count("\n") + 1
        functions = (each for each in ast.walk(tree) if isinstance(each, _FUNCTIONS))
        first = next(each for each in functions if each.lineno == line).body[0]
        lines = text.split("\n")
        lines.insert(first.lineno - 1, f"{' ' * first.col_offset}_changed = {run}")
        return "\n".join(lines)

    return change


def _growth(folder: Path, runs: int) -> float:
    """Time per line of eight times the tree (doubled three times), against the tree once."""
    with tempfile.TemporaryDirectory() as scratch:
        once, eight = Path(scratch, "once"), Path(scratch, "eight")
        double(folder, once, 1)
        double(folder, eight, 8)
        alone = _fastlint(once, max(2, runs // 2), clear=True)
        together = _fastlint(eight, 1, clear=True)
    return together.cpu / 8 / alone.cpu


def _others(folder: Path, count: int, cold: Cost, unchanged: Cost) -> Iterator[Row]:
    tools = _tools()
    target = str(folder)
    ruff = cost([str(tools / "ruff"), "check", "--no-cache", "--isolated", "-q",
                 "--select", "FAST,ASYNC,S,B", target], 3)  # fmt: skip
    yield "cold run, against ruff (FAST, ASYNC, S, B)", _times(cold.cpu, ruff.cpu), "ruff"
    bandit = cost([str(tools / "bandit"), "-q", "-r", target], 1)
    yield from _slower("bandit", bandit.cpu, cold, unchanged)
    with tempfile.TemporaryDirectory() as scratch:
        sample = _sample(folder, Path(scratch))
        scale = count / lines(sample)
        flake8 = cost([str(tools / "flake8"), "--isolated", "--select", "ASYNC", str(sample)], 1)
        fixit = cost([str(tools / "fixit"), "lint", str(sample)], 1)
    yield from _slower("flake8-async (sampled)", flake8.cpu * scale, cold, unchanged)
    yield from _slower("fixit (sampled)", fixit.cpu * scale, cold, unchanged)


def _slower(tool: str, seconds: float, cold: Cost, unchanged: Cost) -> Iterator[Row]:
    """What a tool without a cache takes, against both: every run of it is a cold one."""
    yield f"{tool} takes", _times(seconds, cold.cpu), "fastlint, cold"
    yield f"{tool} takes", _times(seconds, unchanged.cpu), "fastlint, nothing changed"


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
