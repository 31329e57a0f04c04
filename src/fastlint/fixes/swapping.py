"""Fixes of plain text: its order, and what comes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixes import layout

if TYPE_CHECKING:
    from fastlint.findings import Edit, Span
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
