"""Fixes of what a decorator says about the answers of its route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout, statuses
from fastlint.fixes.apply import apply_edits
from fastlint.fixes.brackets import item
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

    They come in the order of their numbers, each before the first greater one that is documented
    there already, so that it is all one which of them is added first.
    """
    import libcst as cst

    found = syntax.call(call_span)
    if found is None:
        return None
    answers = sorted(answers)
    for arg in found.node.args:
        if arg.keyword is not None and arg.keyword.value == _KEYWORD:
            if not isinstance(arg.value, cst.Dict):
                return _ELSEWHERE
            edits = _added(syntax, call_span, found, arg.value, answers)
            return syntax.keeping_comments(_fitting(syntax, found, arg, edits)) if edits else None
    entries = ", ".join(_entry(syntax, call_span, *answer) for answer in answers)
    return set_keywords(syntax, call_span, [(_KEYWORD, f"{{{entries}}}")])


def _entry(syntax: Syntax, at: Span, status: int, says: str) -> str:
    key, text = (layout.quoted(each, syntax.quote) for each in ("description", says))
    return f"{statuses.written(syntax, status, at)}: {{{key}: {text}}}"


def _added(
    syntax: Syntax,
    call_span: Span,
    found: Found[cst.Call],
    known: cst.Dict,
    answers: Sequence[tuple[int, str]],
) -> list[Edit] | None:
    """More entries among those of a dict; None where there is no place for one."""
    if not known.elements:
        start, end = found.piece.outer(known)
        entries = ", ".join(_entry(syntax, call_span, *answer) for answer in answers)
        return [syntax.edit(start, end, f"{{{entries}}}")]
    starts = _starts(syntax, found, known)
    before: dict[int, str] = {}
    last: list[str] = []
    for status, says in answers:
        entry = _entry(syntax, call_span, status, says)
        place = next((start for number, start in starts if number > status), None)
        if place is None:
            last.append(entry)
        else:
            entry = _within_its_line(syntax, place, entry)
            before[place] = before.get(place, "") + f"{entry},{_gap(syntax, place)}"
    edits = [syntax.edit(place, place, entries) for place, entries in before.items()]
    if last:
        appended = _appended(syntax, found, known, last)
        if appended is None:
            return None
        edits.append(appended)
    return edits


def _fitting(syntax: Syntax, found: Found[cst.Call], arg: cst.Arg, edits: list[Edit]) -> list[Edit]:
    """The edits of an argument; one that breaks it, where they make its own line too long."""
    text, start, end = syntax.text, found.piece.start(arg), found.piece.end(arg)
    rest = text[end : layout.line_end(text, end)]
    if not layout.first_on_line(text, start) or rest.strip() not in ("", ","):
        return edits
    after = apply_edits(text, edits)
    if after is None:
        return edits
    changed = after[start : end + len(after) - len(text)]
    written = item(syntax, changed, layout.indentation(text, start)).removesuffix(",")
    return [syntax.edit(start, end, written)] if written != changed else edits


def _starts(syntax: Syntax, found: Found[cst.Call], known: cst.Dict) -> list[tuple[int, int]]:
    """The entries before which others can come: their numbers, and where they begin.

    None comes between an entry and the comment above it.
    """
    import libcst as cst

    starts = []
    here = found.piece.start(known)
    for element in known.elements:
        start = found.piece.start(element)
        number = statuses.read(element.key) if isinstance(element, cst.DictElement) else None
        if number is not None and not layout.has_comment(syntax.text[here:start]):
            starts.append((number, start))
        here = found.piece.end(element)
    return starts


def _within_its_line(syntax: Syntax, place: int, entry: str) -> str:
    """The entry for a line like that of ``place``; on several lines where one is too short."""
    if not layout.first_on_line(syntax.text, place):
        return entry
    return item(syntax, entry, layout.indentation(syntax.text, place)).removesuffix(",")


def _gap(syntax: Syntax, place: int) -> str:
    """What stands between an entry and the one that begins at ``place``."""
    if not layout.first_on_line(syntax.text, place):
        return " "
    return syntax.newline + layout.indentation(syntax.text, place)


def _appended(
    syntax: Syntax, found: Found[cst.Call], known: cst.Dict, entries: Sequence[str]
) -> Edit | None:
    """More entries after the last one, each on a line of its own where that one has one."""
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
    rows = [_within_its_line(syntax, last, each) for each in entries]
    return syntax.edit(end, closing, "".join(f",{lead}{each}" for each in rows) + f",{tail}")
