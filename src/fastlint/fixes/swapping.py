"""Fixes of plain text: its order, and what comes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.imports import add_import
from fastlint.fixes.offering import MOVED_COMMENT

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.import_lines import Wanted
    from fastlint.fixes.syntax import Syntax


def swap_texts(syntax: Syntax, first: Span, second: Span) -> Changes:
    """Write what stands at each place at the other one; withheld if a comment would move."""
    a, b = syntax.offsets(first), syntax.offsets(second)
    before, after = syntax.text[a[0] : a[1]], syntax.text[b[0] : b[1]]
    start, end = min(a, b)[0], layout.line_end(syntax.text, max(a, b)[1])
    if end > len(syntax.text):
        return None
    if layout.has_comment(syntax.text[start:end]):
        return MOVED_COMMENT
    return (syntax.edit(*a, after), syntax.edit(*b, before))


def append_imported(syntax: Syntax, span: Span, before: str, wanted: Wanted) -> Changes:
    """Write ``before`` and an imported name right behind what stands at ``span``.

    None if the file is shorter.
    """
    imports = add_import(syntax, wanted, span)
    if isinstance(imports, Withheld):
        return imports
    end = syntax.offsets(span)[1]
    if end > len(syntax.text):
        return None
    written = syntax.edit(end, end, before + imports.names[0])
    return syntax.keeping_comments([*imports.edits, written])
