"""Fixes of suppression comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax

_OURS = re.compile(
    r"fastlint:\s*(?:ignore-file|ignore)\s*(?:\[(?P<names>[^\]]*)\])?", re.IGNORECASE
)
_NOQA = re.compile(
    r"noqa(?:\s*:\s*(?P<names>[A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*|\s+[A-Za-z]+[0-9]+)*))?",
    re.IGNORECASE,
)


def remove_suppression_comment(
    syntax: Syntax, comment_span: Span, names: Collection[str] | None = None
) -> Changes:
    """Take names out of a suppression comment, or the comment out of the file.

    ``comment_span`` covers the comment, or the part of it from its own ``#``. ``names`` are the
    codes and names as they are written there; None means all. Other names stay, other comments on
    the line stay; a line that held nothing else goes. Withheld from the middle of a sentence.
    """
    start, end = syntax.offsets(comment_span)
    comment = syntax.text[start:end]
    if not comment.startswith("#"):
        return None
    found = _OURS.search(comment) or _NOQA.search(comment)
    if found is None:
        return None
    if _is_told_of(syntax.text, start, comment[found.end() :]):
        return Withheld("the words around it would make no sense without it")
    if names is not None and found["names"] is not None:
        written = [each for each in re.split(r"[\s,]+", found["names"].strip()) if each]
        kept = [each for each in written if each not in names]
        if len(kept) == len(written):
            return None
        if kept:
            span = (start + found.start("names"), start + found.end("names"))
            return (syntax.edit(*span, ", ".join(kept)),)
    elif names is not None:
        return None
    # `# noqa: FLT101  # why`: what another `#` begins is another comment
    other = comment.find("#", 1)
    if other >= 0 and found.start() < other:
        return (syntax.edit(start, start + other, ""),)
    if (
        layout.first_on_line(syntax.text, start)
        and not syntax.text[end : layout.line_end(syntax.text, end)].strip()
    ):
        return (syntax.edit(*_lines(syntax.text, start, end), ""),)
    before = syntax.text[:start].rstrip(" \t")
    rest = syntax.text[end : layout.line_end(syntax.text, end)]
    if rest.strip():  # another comment follows
        return (syntax.edit(start, end + len(rest) - len(rest.lstrip()), ""),)
    return (syntax.edit(len(before), layout.line_end(syntax.text, end), ""),)


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """A comment's line, with the empty lines that would be too many without it."""
    line = layout.line_start(text, start)
    following = layout.without_lines(text, line, end)
    above = text[:line].rstrip()
    if above and following == len(text):
        line = layout.next_line(text, len(above))
    return line, following


def _is_told_of(text: str, start: int, rest: str) -> bool:
    """Whether a comment stands among the words of another: ``# the # noqa: FLT101 can go soon``.

    Where two comments stand on a line, it is two spaces or more that part them.
    """
    before = text[layout.line_start(text, start) : start]
    words = before[before.find("#") + 1 :] if "#" in before else ""
    parted = not words.strip() or before.endswith(("  ", "\t"))
    return not parted and rest[:1] == " " and rest.strip()[:1].isalnum()
