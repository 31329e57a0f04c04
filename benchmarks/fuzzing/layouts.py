"""Another layout for the same code: comments, line breaks, quotes, tabs, newlines, a BOM.

What is done here never changes what the code means, so it may be done to any file.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from benchmarks.fuzzing.choosing import Chooser

_OPENING, _CLOSING = "([{", ")]}"
_SKIPPED = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
_PLAIN = re.compile(r"([\"'])([^\"'\\{}]*)\1\Z")
_COMMENTS = ("# {}", "#{}", "# note {}: why", "# ü→漢 {}", "#: {}", "# type of {}", "## {} ##")


class _Token(NamedTuple):
    kind: int
    text: str
    start: int
    end: int
    depth: int
    """How many brackets are open before it."""
    string: int
    """How many formatted strings are open before it."""
    opener: str
    """What stands before the innermost open bracket: a name where it is a call or a function."""
    first: bool
    """Whether it begins a statement."""


def shaken(text: str, choose: Chooser, changes: int) -> str:
    """The text, which parses, with up to so many changes of its layout. Newlines are plain ones."""
    edits: dict[int, tuple[int, str]] = {}
    places = list(_places(text))
    if not places:
        return text
    for number in range(choose.number(0, changes)):
        kind, token, following = places[choose.number(0, len(places) - 1)]
        edit = _edit(text, kind, token, following, choose, number)
        if edit is not None and not _collides(edits, edit):
            edits[edit[0]] = edit[1:]
    parts: list[str] = []
    here = 0
    for start, (end, new) in sorted(edits.items()):
        parts += (text[here:start], new)
        here = end
    return "".join((*parts, text[here:]))


def _collides(edits: dict[int, tuple[int, str]], edit: tuple[int, int, str]) -> bool:
    start, end, _ = edit
    return any(
        start == other or (start < other_end and other < end)
        for other, (other_end, _) in edits.items()
    )


def _tokens(text: str) -> list[_Token]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: list[_Token] = []
    openers: list[str] = []
    before = ""
    strings, first = 0, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start = starts[token.start[0] - 1] + token.start[1] if token.start[0] <= len(lines) else 0
        end = starts[token.end[0] - 1] + token.end[1] if token.end[0] <= len(lines) else 0
        if token.type == tokenize.NEWLINE:
            first = True
        if token.type in _SKIPPED:
            if token.type == tokenize.NEWLINE:
                found.append(
                    _Token(token.type, "", start, start, len(openers), strings, "", first=False)
                )
            continue
        opener = openers[-1] if openers else ""
        if token.string in _CLOSING and openers:
            openers.pop()
        depth = len(openers)
        name = tokenize.tok_name[token.type]
        found.append(_Token(token.type, token.string, start, end, depth, strings, opener, first))
        if token.type != tokenize.COMMENT:
            first = False
        if token.string in _OPENING:
            is_call = before in (")", "]") or (
                before.isidentifier() and not keyword.iskeyword(before)
            )
            openers.append(token.string + (before if is_call else ""))
        strings += (name == "FSTRING_START") - (name == "FSTRING_END")
        before = token.string
    return found


def _places(text: str) -> Iterator[tuple[str, _Token, _Token]]:
    tokens = _tokens(text)
    for token, following in pairwise(tokens):
        if token.string or following.string or token.kind == tokenize.COMMENT:
            continue
        if token.first and token.depth == 0:
            yield "above", token, following
        if following.kind == tokenize.NEWLINE and token.text:
            yield "behind", token, following
            continue
        if not token.text or not following.text:
            continue
        inside = following.depth > 0 or following.text in _CLOSING
        if token.text in _OPENING or token.text == "," or following.text in _CLOSING:
            if inside:
                yield "break", token, following
                yield "break", token, following
        elif inside and following.kind != tokenize.COMMENT:
            yield "inner", token, following
        if token.kind == tokenize.STRING and _PLAIN.match(token.text):
            yield "quotes", token, following
        if (
            following.text == ")"
            and len(following.opener) > 1
            and token.text not in ("(", ",", "*", "/")
        ):
            yield "comma", token, following
        if token.end < following.start and not inside and following.kind != tokenize.COMMENT:
            yield "space", token, following


def _edit(
    text: str, kind: str, token: _Token, following: _Token, choose: Chooser, number: int
) -> tuple[int, int, str] | None:
    comment = choose.among(_COMMENTS).format(number)
    indent = _indent(text, token.start)
    match kind:
        case "above":
            start = token.start - len(indent)
            if start and text[start - 1] != "\n":
                return None
            above = choose.among(
                (f"{indent}{comment}\n", "\n", f"{comment}\n", f"\n{indent}{comment}\n\n")
            )
            return start, start, above
        case "behind":
            return token.end, token.end, choose.among((f"  {comment}", f" {comment}", "  "))
        case "break" | "inner":
            if following.kind == tokenize.COMMENT:
                return None
            inner = indent + choose.among(("    ", "        ", "  ", ""))
            gap = choose.among(
                (
                    f"\n{inner}",
                    f"  {comment}\n{inner}",
                    f"\n{inner}{comment}\n{inner}",
                    " ",
                    f"\n\n{inner}",
                )
            )
            if gap == " " and kind == "inner" and token.end == following.start:
                return None
            if _is_glued(token, following):
                return None
            return token.end, following.start, gap
        case "quotes":
            mark = token.text[0]
            other = "'" if mark == '"' else '"'
            return token.start, token.end, f"{other}{token.text[1:-1]}{other}"
        case "comma":
            return _comma(text, token, following)
        case _:
            return token.end, following.start, choose.among(("  ", " ", " \\\n        "))


def _is_glued(token: _Token, following: _Token) -> bool:
    """Whether a comment between two tokens would be an odd thing: a name and its dot or bracket."""
    return following.text in (".", "(", "[") and token.end == following.start


def _comma(text: str, token: _Token, following: _Token) -> tuple[int, int, str] | None:
    """A comma behind the last argument; not where there is but one, and it is a generator."""
    depth, here = 0, token.end
    while here and depth >= 0:
        here -= 1
        depth += (text[here] in _CLOSING) - (text[here] in _OPENING)
    inside = text[here : following.start]
    if " for " in inside or "*" in inside or "#" in inside or "print" in inside:
        return None
    return token.end, token.end, ","


def _indent(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    return line[: len(line) - len(line.lstrip())]


def respaced(text: str, unit: str) -> str:
    """The text with ``unit`` for each four blanks that a statement is indented by."""
    if unit == "    ":
        return text
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start[0] != token.end[0] and token.type == tokenize.STRING:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        blanks = len(line) - len(line.lstrip(" "))
        if number not in inside and blanks:
            lines[number - 1] = unit * (blanks // 4) + " " * (blanks % 4) + line[blanks:]
    return "\n".join(lines)


def encoded(text: str, choose: Chooser) -> bytes:
    """The text as a file: with its own newlines, perhaps a BOM, perhaps no last newline."""
    newline = choose.among(("\n",) * 6 + ("\r\n", "\r\n", "\r", ""))
    if choose.chance(10):
        text = text.rstrip("\n")
    if newline:
        data = text.replace("\n", newline).encode()
    else:
        first, *lines = text.split("\n")
        ends = (choose.among(("\n", "\r\n", "\r")) for _ in lines)
        data = "".join((first, *map("".join, zip(ends, lines, strict=False)))).encode()
    return b"\xef\xbb\xbf" + data if choose.chance(10) else data
