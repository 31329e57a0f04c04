"""Code that somebody wrote, written otherwise: moved into blocks, renamed, laid out anew."""

from __future__ import annotations

import ast
import re
import tokenize
import warnings
from collections.abc import Callable
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import tomli
from hypothesis import strategies as st

from benchmarks.fuzzing import layouts
from benchmarks.fuzzing.choosing import Chooser
from benchmarks.fuzzing.grammar import Project
from fastlint.config.settings import Settings
from fastlint.pages.body import Case, parse_cases, read_page
from fastlint.pages.head import paths
from fastlint.pages.location import folder

ROOT = Path(__file__).resolve().parent.parent.parent
_CASES = ROOT / "tests" / "fixtures" / "cases"
TAKEN_NAMES = (
    "Annotated",
    "ConfigDict",
    "Depends",
    "HTMLResponse",
    "HTTPException",
    "JSONResponse",
    "jsonable_encoder",
    "lifespan",
    "os",
    "run_in_threadpool",
    "secrets",
    "text",
    "wraps",
)
"""Names that fixes would like to have for what they import."""
_CHANGES = 8
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


Change = Callable[[str, Chooser], str]
"""From a text to another, which may do something else."""


class Original(NamedTuple):
    """What is changed: the files of one example or one module."""

    files: dict[str, str]
    settings: Settings


@st.composite
def mutants(draw: Callable[[st.SearchStrategy[int]], int], original: Original) -> Project:
    """One original, changed."""
    choose = Chooser(draw)
    unsafe, thorough = choose.chance(50), choose.chance(20)
    case = {
        path: mutated(text, choose) if path.endswith(".py") else text.encode()
        for path, text in original.files.items()
    }
    return Project((case,), unsafe, thorough, original.settings)


def originals(where: str) -> list[Original]:
    """The examples of the rules' pages, the edge cases of the tests and the files of a folder."""
    documents = [(page.head.code, page.cases) for page in map(read_page, paths(folder()))]
    documents += (
        parse_cases(str(path), path.read_text(encoding="utf-8"))
        for path in sorted(_CASES.glob("*.md"))
    )
    examples = [
        Original(case.files, _settings(code, case))
        for code, cases in documents
        for case in sorted(cases, key=lambda each: each.section != "Bad")
        if case.section in ("Bad", "Good") and all(map(_fits, case.files.items()))
    ]
    modules = [
        Original({path.name: text}, Settings())
        for path in sorted(Path(where).rglob("*.py"))
        if (text := _text(path)) and _fits((path.name, text))
    ]
    return examples + modules


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return ""


def _settings(code: str, case: Case) -> Settings:
    given = msgspec.convert(tomli.loads(case.settings), Settings)
    return msgspec.structs.replace(given, extend_select=(*given.extend_select, code))


def _fits(file: tuple[str, str]) -> bool:
    path, text = file
    return not path.endswith(".py") or ("\r" not in text and _compiles(text))


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def mutated(text: str, choose: Chooser) -> bytes:
    """The text with some changes; whatever it did, it may do something else now."""
    for _ in range(choose.number(0, 2)):
        change = choose.among((renamed, reordered, wrapped))
        changed = change(text, choose)
        if _compiles(changed):
            text = changed
    shaken = layouts.shaken(text, choose, _CHANGES)
    unit = choose.among(("    ", "    ", "    ", "\t", "  "))
    return layouts.encoded(layouts.respaced(shaken, unit), choose)


def renamed(text: str, choose: Chooser) -> str:
    """Something that the module defines, by another name."""
    names = [
        *(each.name for each in ast.walk(ast.parse(text)) if isinstance(each, _DEFINITION)),
        *re.findall(r"(?m)^(\w+)(?= =)", text),
    ]
    if not names:
        return text
    old, new = choose.among(names), choose.among(TAKEN_NAMES)
    lines = text.splitlines(keepends=True)
    found = [t for t in tokenize.generate_tokens(StringIO(text).readline) if t.string == old]
    for token in reversed(found):
        row, column = token.start
        line = lines[row - 1]
        lines[row - 1] = line[:column] + new + line[column + len(old) :]
    return "".join(lines)


def reordered(text: str, choose: Chooser) -> str:
    """The decorators of one function, the last first."""
    lines = text.splitlines(keepends=True)
    several = [
        [(each.lineno, each.end_lineno or 0) for each in node.decorator_list]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, _DEFINITION) and node.decorator_list[1:]
    ]
    if not several:
        return text
    places = choose.among(several)
    if any(end >= start for (_, end), (start, _) in pairwise(places)):
        return text
    parts = ["".join(lines[start - 1 : end]) for start, end in places]
    first, last = places[0][0], places[-1][1]
    return "".join((*lines[: first - 1], *reversed(parts), *lines[last:]))


def wrapped(text: str, choose: Chooser) -> str:
    """One statement of the module in an ``if``, a function, a class or a ``try``."""
    body = [each for each in ast.parse(text).body if isinstance(each, _DEFINITION)]
    if not body:
        return text
    node = choose.among(body)
    start = min(node.lineno, *(each.lineno for each in node.decorator_list), node.lineno)
    lines = text.splitlines(keepends=True)
    inner = [f"    {each}" if each.strip() else each for each in lines[start - 1 : node.end_lineno]]
    before, after = choose.among((
        ("if True:\n", ""),
        ("def build():\n", ""),
        ("class Holder:\n", ""),
        ("try:\n", "finally:\n    pass\n"),
        ("for _ in range(1):\n", "else:\n    pass\n"),
    ))  # fmt: skip
    if inner and not inner[-1].endswith("\n"):
        inner[-1] += "\n"
    rest = lines[node.end_lineno :]
    return "".join((*lines[: start - 1], before, *inner, after, *rest))
