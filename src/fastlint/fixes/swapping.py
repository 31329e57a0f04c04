"""Fixes of plain text: its order, and what comes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixes import layout
from fastlint.fixes.imports import add_import

if TYPE_CHECKING:
    from fastlint.findings import Edit, Span
    from fastlint.fixes.import_lines import Wanted
    from fastlint.fixes.syntax import Syntax


def swap_texts(syntax: Syntax, first: Span, second: Span) -> tuple[Edit, ...] | None:
    """Write what stands at each place at the other one; None if a comment would move."""
    a, b = syntax.offsets(first), syntax.offsets(second)
    before, after = syntax.text[a[0] : a[1]], syntax.text[b[0] : b[1]]
    if layout.has_comment(before) or layout.has_comment(after):
        return None
    return (syntax.edit(*a, after), syntax.edit(*b, before))


def append_text(syntax: Syntax, span: Span, text: str) -> tuple[Edit, ...] | None:
    """Write ``text`` right behind what stands at ``span``; None if the file is shorter."""
    end = syntax.offsets(span)[1]
    return (syntax.edit(end, end, text),) if end <= len(syntax.text) else None


def append_imported(
    syntax: Syntax, span: Span, before: str, wanted: Wanted
) -> tuple[Edit, ...] | None:
    """Write ``before`` and an imported name right behind what stands at ``span``."""
    imports = add_import(syntax, wanted, span)
    added = append_text(syntax, span, before + imports.names[0]) if imports else None
    return (*imports.edits, *added) if imports and added else None
