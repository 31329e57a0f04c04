"""Imports that fixes leave behind: nothing in the file uses any more what they name."""

from __future__ import annotations

import ast
import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Fix
from fastlint.fixes import layout
from fastlint.fixes.apply import apply_fixes
from fastlint.fixes.comparing import edits_of
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastlint.findings import Edit
    from fastlint.fixes.apply import Applied
    from fastlint.fixes.others import Others
    from fastlint.fixes.outline import Statement

_QUIET = frozenset({*sys.stdlib_module_names, "fastapi", "pydantic", "starlette"}) - {"__future__"}
"""Packages of which an import does nothing that anybody would miss."""
_NAMED = re.compile(r"[\w.]+(?:\s+as\s+(\w+))?")
_MEANT = re.compile(r"(?i)#.*\b(?:noqa|F401|unused-import|isort:|ruff:|flake8:)")
"""A comment that speaks of imports to a tool: somebody knows that nothing uses them."""
_MEANT_OF_ALL = re.compile(r"(?im)^\s*#.*\b(?:F401|unused-import|(?:ruff|flake8):\s*noqa\s*$)")
"""The same, of the whole file."""


class _Named(NamedTuple):
    """What an import names, and where in the text."""

    start: int
    end: int
    name: str
    """By which the file calls it."""


def tidied(
    originals: Mapping[str, str], before: Mapping[str, str], applied: Applied, others: Others
) -> Applied:
    """Fixes that were applied to ``before``, and without the imports that they leave unused.

    An import goes if ``originals``, the texts before the first fix, made use of what it names. It
    stays where a fix changes it as well: `left_over` of what they lead to takes it out later.
    """
    for path, after in applied.texts.items():
        removed = _removals(path, before[path], originals[path], after, others)
        made = edits_of(applied.fixes, path)
        edits = [each for each in removed if not any(_touch(each, other) for other in made)]
        if edits:
            more = apply_fixes(before, [*applied.fixes, _removal(edits)])
            applied = applied if more.waiting else more
    return applied


def left_over(originals: Mapping[str, str], texts: Mapping[str, str], others: Others) -> Applied:
    """What takes the imports out of fixed ``texts`` that are still left."""
    edits = [
        edit
        for path, text in texts.items()
        for edit in _removals(path, text, originals[path], text, others)
    ]
    return apply_fixes(texts, [_removal(edits)] if edits else [])


def _touch(one: Edit, other: Edit) -> bool:
    """Whether one edit begins or ends where the other one is."""
    here, there = one.span, other.span
    return (here.line, here.column) <= (there.end_line, there.end_column) and (
        there.line,
        there.column,
    ) <= (here.end_line, here.end_column)


def _removal(edits: Sequence[Edit]) -> Fix:
    return Fix("Remove the import", tuple(edits), safe=True)


def _removals(path: str, text: str, original: str, after: str, others: Others) -> list[Edit]:
    """The edits of ``text`` that take out what was used in ``original`` and is not ``after``."""
    if path.endswith("__init__.py") or _MEANT_OF_ALL.search(text):
        return []
    syntax = Syntax(SourceFile(path=path, text=text))
    edits: list[Edit] = []
    whole: list[int] = []
    statements = syntax.outline.module.children if syntax.outline else []
    for index, statement in enumerate(statements):
        named = _names(syntax, statement)
        gone = [
            each
            for each in named
            if _count(each.name, after) == 1 < _count(each.name, original)
            and not others.take(path, each.name)
        ]
        if gone and any(others.stand_for(each, path) for each in _packages(statement)):
            continue
        if gone and len(gone) == len(named):
            whole.append(index)
        elif gone:
            edits += _without(syntax, named, gone)
    for _, group in groupby(enumerate(whole), lambda each: each[1] - each[0]):
        run = [statements[index] for _, index in group]
        edits += _without_lines(syntax, run)
    return edits


def _names(syntax: Syntax, statement: Statement) -> list[_Named]:
    """What an import of libraries names; nothing for one that has to stay as it is."""
    node, text = statement.node, syntax.text
    packages = _packages(statement)
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or not packages <= _QUIET:
        return []
    written = text[statement.start : layout.line_end(text, statement.end)]
    code = text[statement.start : statement.end]
    if "\\" in code or layout.has_comment(code) or _MEANT.search(written):
        return []
    keyword = re.compile(r"\bimport\b").search(text, statement.start)
    listed = _NAMED.finditer(text, keyword.end() if keyword else statement.end, statement.end)
    named = [_Named(each.start(), each.end(), each[1] or each[0]) for each in listed]
    is_plain = all(
        name.isidentifier() and re.sub(r"\s+", " ", text[start:end]) != f"{name} as {name}"
        for start, end, name in named
    )
    return named if is_plain and len(named) == len(node.names) else []


def _packages(statement: Statement) -> frozenset[str]:
    """The topmost packages that an import names; a relative one has an empty name."""
    match statement.node:
        case ast.ImportFrom(module=module, level=level):
            modules = [module or "" if not level else ""]
        case ast.Import(names=names):
            modules = [alias.name for alias in names]
        case _:
            modules = []
    return frozenset(each.partition(".")[0] for each in modules)


def _count(name: str, text: str) -> int:
    """How often a name stands in a text, in strings and comments as well, which may mean it."""
    return len(re.findall(rf"\b{name}\b", text))


def _without(syntax: Syntax, named: list[_Named], gone: list[_Named]) -> Iterator[Edit]:
    """The import with the names that are still used, one of them at least."""
    kept = [each for each in named if each not in gone]
    last = kept[-1]
    for each in gone:
        following = next((other for other in named if other.start > each.start), None)
        if following is not None and each.start < last.start:
            yield syntax.edit(each.start, following.start, "")
    if named[-1] != last:
        yield syntax.edit(last.end, named[-1].end, "")


def _without_lines(syntax: Syntax, run: list[Statement]) -> Iterator[Edit]:
    """Imports that stand below each other, with the lines that they stand on."""
    text = syntax.text
    start, end = layout.line_start(text, run[0].start), layout.line_end(text, run[-1].end)
    lines = text[start:end]
    for statement in run:
        lines = lines.replace(text[statement.start : statement.end], "", 1)
    siblings = run[0].parent.children if run[0].parent else []
    if lines.strip() or len(siblings) == len(run):
        return
    following = layout.without_lines(text, start, end)
    above = text[layout.line_start(text, start - 1) : start].strip() if start else ""
    below = text[layout.next_line(text, end) :].lstrip(" \t\f")[:1].strip()
    if above.startswith("#") and not below:
        return  # it speaks of the imports
    yield syntax.edit(start, following, "")
