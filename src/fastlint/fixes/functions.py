"""Fixes of a whole function: made sync, annotated, its clean-up made certain."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.annotations import as_the_file_writes
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import, is_bound_before, resolves_to
from fastlint.fixes.signature import parentheses

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Piece
    from fastlint.fixes.syntax import Syntax

_SYNC = {
    "AsyncGenerator": "Generator",
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterable",
}
_ITERATION_MODULES = ("collections.abc", "typing", "typing_extensions")


def make_sync(syntax: Syntax, function_span: Span, awaits: tuple[Span, ...] = ()) -> Changes:
    """``async def`` -> ``def``; ``AsyncGenerator[T, None]`` -> ``Generator[T, None, None]``.

    The same for ``AsyncIterator`` and ``AsyncIterable``, with the import from the same module. None
    where the function itself awaits, but for ``awaits``, each from the word to the call: what they
    await becomes sync as well. Whether anyone awaits the function is for the rule to know.
    """
    import libcst as cst

    found = syntax.function(function_span)
    if found is None or found.node.asynchronous is None:
        return None
    if _awaits(found.node.body) != len(awaits):
        return Withheld("it awaits something")
    keyword = found.node.asynchronous
    start = found.piece.start(keyword)
    end = layout.after_space(syntax.text, start + len("async"))
    if layout.is_multiline(syntax.text[start:end]):
        return None
    edits = [syntax.edit(start, end, "")]
    for span in awaits:
        first, last = syntax.offsets(span)
        if syntax.text[first:last].split() != ["await"]:
            return None
        edits.append(syntax.edit(first, last, ""))
    if found.node.returns is not None:
        annotation = found.node.returns.annotation
        if isinstance(annotation, cst.BaseString) and "Async" in found.piece.code(annotation):
            return None
        converted = _sync_annotation(syntax, found.piece, annotation, function_span)
        if not isinstance(converted, list):
            return converted
        edits.extend(converted)
    return syntax.keeping_comments(edits)


def _awaits(body: cst.BaseSuite) -> int:
    """How often the function gives way to others."""
    import libcst as cst

    from fastlint.fixes.piece import walk_own

    found = 0
    for node in walk_own(body):
        if isinstance(node, (cst.For, cst.With, cst.CompFor)):
            found += node.asynchronous is not None
        else:
            found += isinstance(node, cst.Await)
    return found


def _sync_annotation(
    syntax: Syntax, piece: Piece, annotation: cst.BaseExpression, at: Span
) -> list[Edit] | Withheld | None:
    """The edits that turn an annotation of an async generator into that of a sync one."""
    import libcst as cst

    generic = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    if isinstance(generic, cst.Attribute):
        name, changed = generic.attr.value, generic.attr
    elif isinstance(generic, cst.Name):
        name, changed = generic.value, generic
    else:
        return []
    edits: list[Edit] = []
    if isinstance(generic, cst.Attribute):
        if name not in _SYNC:
            return []
        module = resolves_to(syntax, piece.code(generic.value), at)
        if module not in _ITERATION_MODULES and piece.code(generic.value) not in _ITERATION_MODULES:
            return None
        new = _SYNC[name]
    else:
        origin = resolves_to(syntax, name, at)
        module, _, name = (origin or "").partition(":")
        if name not in _SYNC:
            return None if generic.value in _SYNC else []
        if module not in _ITERATION_MODULES:
            return None
        others = tuple(each for each in _ITERATION_MODULES if each != module)
        imports = add_import(syntax, Wanted(module, _SYNC[name], others), at)
        if isinstance(imports, Withheld):
            return imports
        new = imports.names[0]
        edits.extend(imports.edits)
    edits.append(syntax.edit(*piece.outer(changed), new))
    if _SYNC[name] == "Generator" and isinstance(annotation, cst.Subscript):
        given = annotation.slice
        if len(given) not in {1, 2}:
            return None
        last = piece.end(given[-1].slice)
        if isinstance(given[-1].slice, cst.Index):
            last = piece.outer(given[-1].slice.value)[1]
        edits.append(syntax.edit(last, last, ", None" * (3 - len(given))))
    return edits


def set_return_annotation(syntax: Syntax, function_span: Span, annotation: str) -> Changes:
    """Say what a function returns: ``def f():`` -> ``def f() -> Model:``.

    None where it says so already, or where a name in ``annotation`` means nothing yet at the
    ``def`` (the rule may only know it from another file).
    """
    found = syntax.header(function_span)
    if found is None or found.node.returns is not None:
        return None
    at = syntax.file.span(found.start, found.start)
    for name in _roots(annotation):
        if not is_bound_before(syntax, name, at) and not hasattr(builtins, name):
            return Withheld(f"`{name}` is not known here at run time")
    inside = parentheses(syntax, found)
    if inside is None:
        return None
    place = inside[1] + 1
    written = as_the_file_writes(syntax, annotation, at)
    return syntax.keeping_comments([syntax.edit(place, place, f" -> {written}")])


def _roots(annotation: str) -> Iterator[str]:
    """The names that an annotation begins its dotted parts with."""
    return (each[1] for each in re.finditer(r"(?<![\w.\"'])([A-Za-z_]\w*)", annotation))


def wrap_yield_in_try_finally(syntax: Syntax, function_span: Span) -> Changes:
    """Make what follows the only ``yield`` of a function run whatever happens.

    ``yield db`` / ``db.close()`` becomes ``try: yield db`` / ``finally: db.close()``. None unless
    the ``yield`` is a statement of its own right in the function's body, with something after it
    that neither returns nor yields nor is laid out so that it cannot be indented.
    """
    import libcst as cst

    from fastlint.fixes.piece import walk_own

    outline = syntax.function_outline(function_span)
    found = syntax.function(function_span)
    if outline is None or found is None:
        return None
    own = list(walk_own(found.node.body))
    yields = [node for node in own if isinstance(node, cst.Yield)]
    if len(yields) != 1 or isinstance(yields[0].value, cst.From):
        return Withheld("it yields in more than one place") if yields[1:] else None
    place = found.piece.start(yields[0])
    index = next((i for i, each in enumerate(outline.children) if each.end > place), None)
    if index is None:
        return None
    statement, rest = outline.children[index], outline.children[index + 1 :]
    holder = found.piece.parent(yields[0])
    if statement.kind != "simple":
        return Withheld("its `yield` stands inside of another statement")
    if not isinstance(holder, cst.Expr) or not rest:
        return None
    if any(isinstance(node, cst.Return) and found.piece.start(node) > place for node in own):
        return Withheld("there is a `return` behind the `yield`")
    return _indent_under(syntax, found.piece, statement, rest)


def _indent_under(
    syntax: Syntax, piece: Piece, statement: Statement, rest: list[Statement]
) -> Changes:
    text, newline, unit = syntax.text, syntax.newline, syntax.indent
    for each in (statement, rest[0]):
        if not layout.first_on_line(text, each.start):
            return None
    if not layout.last_on_line(text, statement.end):
        return None
    if not layout.last_on_line(text, rest[-1].end):
        return None
    indent = layout.indentation(text, statement.start)
    if any(layout.indentation(text, each.start) != indent for each in rest):
        return None
    kept = _lines_in_strings(piece)
    first = layout.line_start(text, statement.start)
    edits = [syntax.edit(first, first, f"{indent}try:{newline}{unit}")]
    after = layout.next_line(text, statement.end)
    edits.extend(_indenting(syntax, layout.next_line(text, first), after, unit, kept))
    while not text[after : layout.line_end(text, after)].strip():
        after = layout.next_line(text, after)
    edits.append(syntax.edit(after, after, f"{indent}finally:{newline}{unit}"))
    last = layout.next_line(text, rest[-1].end)
    edits.extend(_indenting(syntax, layout.next_line(text, after), last, unit, kept))
    return syntax.keeping_comments(edits)


def _lines_in_strings(piece: Piece) -> set[int]:
    """The starts of lines that begin within a string, which must not be moved."""
    import libcst as cst

    from fastlint.fixes.piece import walk

    text = piece.file.text
    starts: set[int] = set()
    for node in walk(piece.module):
        if isinstance(node, (cst.SimpleString, cst.FormattedString, cst.TemplatedString)):
            start, end = piece.start(node), piece.end(node)
            line = layout.next_line(text, start)
            while line < end:
                starts.add(line)
                line = layout.next_line(text, line)
    return starts


def _indenting(syntax: Syntax, start: int, end: int, unit: str, kept: set[int]) -> list[Edit]:
    """Indent the lines from ``start`` to ``end`` by one more level, empty ones left out."""
    edits: list[Edit] = []
    line = start
    while line < end:
        if line not in kept and syntax.text[line : layout.line_end(syntax.text, line)].strip():
            edits.append(syntax.edit(line, line, unit))
        line = layout.next_line(syntax.text, line)
    return edits
