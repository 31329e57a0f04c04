"""Fixes of decorators: their order, one more, one less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import
from fastlint.fixes.offering import MOVED_COMMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax


def move_down(syntax: Syntax, decorators: Sequence[Span]) -> Changes:
    """Put the first of some decorators, which stand one below the other, below the others.

    None where a comment stands among them: nobody knows to which it belongs.
    """
    places = [syntax.offsets(span) for span in decorators]
    written = [syntax.text[start:end] for start, end in places]
    end = layout.line_end(syntax.text, places[-1][1])
    if places[-1][1] > len(syntax.text):
        return None
    if layout.has_comment(syntax.text[places[0][0] : end]):
        return MOVED_COMMENT
    moved = [*written[1:], written[0]]
    return tuple(
        syntax.edit(start, end, text) for (start, end), text in zip(places, moved, strict=True)
    )


def decorate_with_wraps(syntax: Syntax, function: Span, wrapped: str) -> Changes:
    """``@wraps(wrapped)`` above an undecorated function, with the import."""
    return decorate(syntax, function, Wanted("functools", "wraps"), f"({wrapped})")


def decorate(syntax: Syntax, function: Span, by: Wanted, arguments: str = "") -> Changes:
    """One more decorator right above ``def``, below those that are there."""
    imports = add_import(syntax, by, function)
    start = syntax.offsets(function)[0]
    if isinstance(imports, Withheld):
        return imports
    if not layout.first_on_line(syntax.text, start):
        return None
    line = layout.line_start(syntax.text, start)
    indent = layout.indentation(syntax.text, start)
    written = f"{indent}@{imports.names[0]}{arguments}{syntax.newline}"
    return (*imports.edits, syntax.edit(line, line, written))


def undecorate(syntax: Syntax, decorator: Span) -> Changes:
    """Take a decorator away with its line; None where something else stands there."""
    start, end = syntax.offsets(decorator)
    first = layout.line_start(syntax.text, start)
    last = layout.line_end(syntax.text, end)
    if syntax.text[first:start].strip() != "@" or syntax.text[end:last].strip():
        return None
    return syntax.keeping_comments([syntax.edit(first, layout.next_line(syntax.text, last), "")])
