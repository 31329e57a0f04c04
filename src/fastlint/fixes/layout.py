"""How code is laid out, read off its text: comments, indentation, quotes, line length."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'''"""(?:[^\\]|\\[\s\S])*?"""'''
    r"""|'''(?:[^\\]|\\[\s\S])*?'''"""
    r'''|"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*"'''
    r"""|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*'"""
    r"""|\#[^\r\n]*"""
)
_SPACE = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n)|\#[^\r\n]*)*")
_NEWLINE = re.compile(r"\r\n|\r|\n")

_CODE = re.compile(r"[^#]*[)\]}(\[{:,]$")
_HOLDING = re.compile(r"[(\[{](?=\s*[^\s)\]}])")
"""A bracket with something in it behind it on the line: a place where a formatter breaks."""
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_LONG_STRING = 30
PRAGMA = re.compile(r"(?i)#\s*(?:noqa|nosec|type:|pragma|pyright|pylint|mypy|fmt:|fastlint)")
"""How a comment begins that speaks to a tool."""

_USUAL_LINE_LENGTH = 88
_LONGEST_LINE_LENGTH = 120


def comments(code: str) -> list[str]:
    """The comments in a piece of code that does not begin within a string, in order."""
    if "#" not in code:
        return []
    return [found for found in _TOKEN.findall(code) if found.startswith("#")]


def has_comment(code: str) -> bool:
    """Whether there is a comment in a piece of code that does not begin within a string."""
    return bool(comments(code))


def strings(code: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each string in a piece of code, without prefix letters."""
    for found in _TOKEN.finditer(code):
        if not found[0].startswith("#"):
            yield found.start(), found.end(), found[0]


def has_long_string(code: str) -> bool:
    """Whether a string in the code goes over several lines, so that lines cannot be moved."""
    return any(is_multiline(text) for _, _, text in strings(code))


def is_multiline(code: str) -> bool:
    """Whether the code takes more than one line."""
    return _NEWLINE.search(code) is not None


def lines(code: str) -> list[str]:
    """The lines as Python has them: no form feed and no separator of Unicode ends one."""
    return _NEWLINE.split(code)


def after_space(text: str, offset: int) -> int:
    """The offset of the next thing that is neither white space, newline nor comment."""
    found = _SPACE.match(text, offset)
    return found.end() if found else offset


def line_start(text: str, offset: int) -> int:
    """The offset at which the line of ``offset`` begins; a newline is part of the line it ends."""
    if text.startswith("\n", offset) and text[max(offset - 1, 0) : offset] == "\r":
        offset -= 1
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """The offset at which the line of ``offset`` ends, before its newline."""
    found = _NEWLINE.search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """The offset at which the line after that of ``offset`` begins, or the end of the text."""
    found = _NEWLINE.search(text, offset)
    return found.end() if found else len(text)


def without_lines(text: str, start: int, end: int) -> int:
    """The offset at which to go on where the lines from ``start`` to that of ``end`` go.

    Of the blank lines above and below as many are left as there are on one side; none of those
    below at the start of the text.
    """
    following = next_line(text, end)
    above = lines(text[:start])[-2::-1] if start else None
    blank = len(list(takewhile(_is_blank, above))) if above is not None else len(text)
    while blank and following < len(text):
        after = next_line(text, following)
        if not _is_blank(text[following:after]):
            break
        following, blank = after, blank - 1
    return following


def _is_blank(line: str) -> bool:
    return not line.strip()


def indentation(text: str, offset: int) -> str:
    """The white space that the line of ``offset`` begins with."""
    start = line_start(text, offset)
    end = start
    while end < len(text) and text[end] in " \t\f":
        end += 1
    return text[start:end]


def first_on_line(text: str, offset: int) -> bool:
    """Whether nothing but white space stands before ``offset`` on its line."""
    return not text[line_start(text, offset) : offset].strip(" \t\f")


def last_on_line(text: str, offset: int) -> bool:
    """Whether nothing but white space and a comment follows ``offset`` on its line."""
    rest = text[offset : line_end(text, offset)].strip(" \t\f")
    return not rest or rest.startswith("#")


def indent_unit(text: str) -> str:
    """What the file indents one level with: a tab or spaces; four where nothing shows."""
    for found in re.finditer(r"(?:^|[\r\n])([ \t]+)(?=[^\s#])", text):
        indent = found[1]
        if indent.startswith("\t"):
            return "\t"
        before = text[: found.start()].rstrip()
        outer = indentation(text, len(before))
        if before.endswith(":") and indent.startswith(outer) and indent != outer:
            return indent[len(outer) :]
    return "    "


def line_length(text: str) -> int:
    """How long lines may be: what the formatter allows, or more if the file does so.

    Prose, comments and long strings say nothing about it: no formatter breaks them.
    """
    longest = max((len(line) for line in lines(text) if _is_breakable(line)), default=0)
    return max(_USUAL_LINE_LENGTH, min(longest, _LONGEST_LINE_LENGTH))


def _is_breakable(line: str) -> bool:
    """Whether a line is code that a formatter would have broken, were it too long."""
    if len(line) <= _USUAL_LINE_LENGTH or not _CODE.match(line) or line.count('"') % 2:
        return False
    if not _HOLDING.search(line):
        return False
    return all(len(found[0]) < _LONG_STRING for found in _STRING.finditer(line))


def width(line: str) -> int:
    """How long a line is to a formatter: comments that tools read do not count."""
    return len(PRAGMA.split(line, maxsplit=1)[0].rstrip())


def quote(text: str) -> str:
    """The quote that the file's strings have: ``"``, or ``'`` where that is more frequent."""
    double = single = 0
    for _, _, string in strings(text):
        if string.startswith(('"""', "'''")):
            continue
        if string[0] == '"':
            double += 1
        else:
            single += 1
    return "'" if single > double else '"'


def quoted(value: str, mark: str) -> str:
    """``value`` as a string between ``mark``s, or the other quotes where that is plainer."""
    other = '"' if mark == "'" else "'"
    if mark in value and other not in value:
        mark = other
    escaped = value.replace("\\", "\\\\").replace(mark, "\\" + mark)
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"{mark}{escaped}{mark}"


def shifted(code: str, old: str, new: str) -> str:
    """Code of several lines with the indentation ``old`` of all but the first replaced by ``new``.

    Lines that are indented less keep what they have. The caller has seen to it that no string
    goes over several lines.
    """
    pattern = re.compile(r"(\r\n|\r|\n)" + re.escape(old) + r"(?=[^\r\n])")
    return pattern.sub(lambda found: found[1] + new, code)
