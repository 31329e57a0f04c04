"""Imports that fixes leave behind: nothing in the file uses any more what they name."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastlint.findings import Fix
from fastlint.fixes.apply import apply_fixes
from fastlint.fixes.imported_names import drop_import
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fastlint.findings import Edit
    from fastlint.fixes.apply import Applied
    from fastlint.fixes.outline import Statement

NamedElsewhere = Callable[[str, str], bool]
"""Whether another file may take a name from a file that only imports it."""
_QUIET = frozenset({*sys.stdlib_module_names, "fastapi", "pydantic", "starlette"})
"""Packages of which an import does nothing that anybody would miss."""


def tidied(
    originals: Mapping[str, str],
    before: Mapping[str, str],
    applied: Applied,
    is_named_elsewhere: NamedElsewhere,
) -> Applied:
    """Fixes that were applied to ``before``, and without the imports that they leave unused.

    An import goes if ``originals``, the texts before the first fix, made use of what it names. It
    stays where a fix changes it as well.
    """
    for path, after in applied.texts.items():
        edits: list[Edit] = []
        syntax = Syntax(SourceFile(path=path, text=before[path]))
        for edit in _removals(syntax, originals[path], after, is_named_elsewhere):
            if not edits or edits[-1].span.end_line < edit.span.line:
                edits.append(edit)
        if edits:
            removal = Fix("Remove the import", tuple(edits), safe=True)
            more = apply_fixes(before, [*applied.fixes, removal])
            applied = applied if more.waiting else more
    return applied


def _removals(
    syntax: Syntax, original: str, after: str, is_named_elsewhere: NamedElsewhere
) -> Iterator[Edit]:
    path, outline = syntax.file.path, syntax.outline
    if outline is None or path.endswith("__init__.py"):
        return
    for statement in outline.module.children:
        names = _names(statement)
        gone = [
            name
            for name in names
            if _count(name, after) == 1 < _count(name, original)
            and not is_named_elsewhere(path, name)
        ]
        if gone:
            first, last = (gone[0], gone[-1]) if gone == names else (gone[0], gone[0])
            listed = syntax.text.index("import", statement.start) + len("import")
            start, end = (
                re.compile(rf"\b{name}\b").search(syntax.text, listed, statement.end)
                for name in (first, last)
            )
            if start is not None and end is not None:
                yield from _dropped(syntax, start.start(), end.end())


def _dropped(syntax: Syntax, start: int, end: int) -> Sequence[Edit]:
    changed = drop_import(syntax, syntax.file.span(start, end))
    return changed if isinstance(changed, tuple) else ()


def _names(statement: Statement) -> list[str]:
    """What a ``from`` import of a library names, by the names that it has there."""
    node = statement.node
    if not isinstance(node, ast.ImportFrom) or node.level or node.module is None:
        return []
    if node.module.partition(".")[0] not in _QUIET or node.module == "__future__":
        return []
    if any(alias.asname or alias.name == "*" for alias in node.names):
        return []
    return [alias.name for alias in node.names]


def _count(name: str, text: str) -> int:
    """How often a name stands in a text, in strings and comments as well, which may mean it."""
    return len(re.findall(rf"\b{name}\b", text))


def names_elsewhere(paths: Iterable[str], read: Callable[[str], str | None]) -> NamedElsewhere:
    """Looks for ``from app.main import Name`` and ``app.main.Name`` in the files of a project."""
    others = tuple(paths)

    def is_named(path: str, name: str) -> bool:
        stem = re.escape(path.rpartition("/")[2].removesuffix(".py"))
        listed = rf"\([^)]*\b{name}\b|[^\n(]*(?:\b{name}\b|\*)"
        taken = re.compile(rf"\b{stem}\W{{1,4}}{name}\b|\b{stem}\s+import\s+(?:{listed})")
        return any(taken.search(read(each) or "") for each in others if each != path)

    return is_named
