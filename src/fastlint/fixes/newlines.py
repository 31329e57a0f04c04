"""Newlines of what is written: those of the lines around it, as files may have several kinds."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from fastlint.fixes import layout

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n)")


def as_around(text: str, start: int, end: int, new: str) -> str:
    """``new`` with the newlines that it has to have in the place of ``text[start:end]``.

    A line that stood there before keeps its own. Any other ends as the line above it does; the
    first one as the line that it begins in, or, where it begins a line, as the one above.
    """
    if not layout.is_multiline(new) or ("\r" not in text and "\r" not in new):
        return new
    before = _before(text, start)
    if before is None:
        return new
    lines = _LINE.findall(new)
    written = "".join(line + newline for line, newline in lines)
    kept = _kept(_LINE.findall(text[start:end]), lines)
    result = ""
    for index, (line, _) in enumerate(lines):
        before = kept.get(index, before)
        result += line + before
    return result + new[len(written) :]


def deleted_from(text: str, start: int, end: int) -> tuple[int, int]:
    """Where to delete, so that the line that ``start`` is in keeps the newline that it has.

    What goes is the same, whether it is ``,⏎ b`` of ``a,⏎ b,⏎`` or the whole of the second line.
    """
    first, last = _LINE.match(text, start), _LINE.match(text, end)
    if first is None or last is None or first[1] != last[1] or first[2] == last[2]:
        return start, end
    return first.end(), last.end()


def _before(text: str, start: int) -> str | None:
    """The newline of the line at ``start``, or of that above where a line begins there.

    The nearest there is, at the edges of the text; None where it has none.
    """
    above = _last(text[:start])
    begins = start == 0 or text[start - 1] in "\r\n"
    if begins and above is not None:
        return above
    below = _LINE.match(text, start)
    return below[2] if below else above


def _last(text: str) -> str | None:
    """The last newline."""
    at = max(text.rfind("\n"), text.rfind("\r"))
    if at < 0:
        return None
    return "\r\n" if text[at - 1 : at + 1] == "\r\n" else text[at]


def _kept(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> dict[int, str]:
    """The newlines of the ``new`` lines that are among the ``old``, by their index."""
    if not old:
        return {}
    before, after = ([line for line, _ in lines] for lines in (old, new))
    same = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {
        index + step: old[place + step][1] for place, index, size in same for step in range(size)
    }
