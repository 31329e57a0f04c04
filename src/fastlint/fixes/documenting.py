"""Fixes of what a decorator says about the answers of its route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.keywords import set_keywords

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_KEYWORD = "responses"
_ELSEWHERE = Withheld("the answers that it documents are not all written out here")


def document_answers(
    syntax: Syntax, call_span: Span, answers: Sequence[tuple[int, str]]
) -> Changes:
    """``get("/")`` -> ``get("/", responses={404: {"description": "no such item"}})``.

    Answers that are documented there already stay first.
    """
    import libcst as cst

    found = syntax.call(call_span)
    if found is None:
        return None
    entries = [
        f"{status}: {{{_quoted(syntax, 'description')}: {_quoted(syntax, says)}}}"
        for status, says in answers
    ]
    for arg in found.node.args:
        if arg.keyword is not None and arg.keyword.value == _KEYWORD:
            if not isinstance(arg.value, cst.Dict):
                return _ELSEWHERE
            appended = _appended(syntax, found, arg.value, entries)
            return syntax.keeping_comments([appended]) if appended else None
    return set_keywords(syntax, call_span, [(_KEYWORD, f"{{{', '.join(entries)}}}")])


def _quoted(syntax: Syntax, text: str) -> str:
    return layout.quoted(text, syntax.quote)


def _appended(
    syntax: Syntax, found: Found[cst.Call], known: cst.Dict, entries: Sequence[str]
) -> Edit | None:
    """More entries after the last one, each on a line of its own where that one has one."""
    if not known.elements:
        start, end = found.piece.outer(known)
        return syntax.edit(start, end, f"{{{', '.join(entries)}}}")
    text = syntax.text
    last = found.piece.start(known.elements[-1])
    end = found.piece.end(known.elements[-1])
    closing = found.piece.outer(known)[1] - 1
    rest = text[end:closing]
    if layout.has_comment(rest):
        return None
    if not layout.first_on_line(text, last):
        return syntax.edit(end, closing, "".join(f", {each}" for each in entries))
    lead = syntax.newline + layout.indentation(text, last)
    tail = syntax.newline + layout.indentation(text, closing)
    return syntax.edit(end, closing, "".join(f",{lead}{each}" for each in entries) + f",{tail}")
