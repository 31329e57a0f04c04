"""Where every key and value of a TOML text stands, for pointing at a mistake.

tomli says where a text is no TOML, but not where a value of good TOML came from. This reads a text
that tomli has accepted, so it need not be strict: it only has to find its way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Path = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of arrays."""


class Range(NamedTuple):
    """A stretch of the text, in characters."""

    start: int
    end: int


class Place(NamedTuple):
    """Where a key stands, and its value. An array's item is its own key."""

    key: Range
    value: Range


_STRING = (
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(rf"{_STRING}|[^\s\"'.=\[\]#]+", re.DOTALL)
_SCALAR = re.compile(rf"{_STRING}|\d{{4}}-\d\d-\d\d +\d\d:[^\s,\]}}#]+|[^\s,\]}}#]+", re.DOTALL)


def places(text: str) -> dict[Path, Place]:
    """Every key and array item of ``text``, which must be valid TOML without carriage returns."""
    return _Reader(text).document()


class _Reader:
    """Walks once through a text; ``at`` is the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {}
        self.items: dict[Path, int] = {}
        """How often each ``[[array of tables]]`` has begun so far."""

    def document(self) -> dict[Path, Place]:
        table: Path = ()
        while self.skip() < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def skip(self) -> int:
        """Go past blanks and comments; the next character to read."""
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.at

    def take(self, mark: str) -> bool:
        """Go past ``mark`` if it comes next."""
        self.skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def header(self) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``: the path of the table that begins here."""
        closing = "]]" if self.take("[[") else "]"
        if closing == "]":
            self.take("[")
        path: Path = ()
        span = Range(self.at, self.at)
        for name, span in self.keys():
            if path in self.items:
                path = (*path, self.items[path] - 1)
            path = (*path, name)
            self.found.setdefault(path, Place(span, span))
        self.take(closing)
        if closing == "]]":
            self.items[path] = self.items.get(path, 0) + 1
        if path in self.items:
            path = (*path, self.items[path] - 1)
            self.found.setdefault(path, Place(span, span))
        return path

    def keys(self) -> list[tuple[str, Range]]:
        """Read ``a."b".c``: each part with its place."""
        parts: list[tuple[str, Range]] = []
        while True:
            self.skip()
            span = self.token(_KEY)
            parts.append((_bare(self.text[span.start : span.end]), span))
            if not self.take("."):
                return parts

    def pair(self, table: Path) -> None:
        """Read ``a.b = value``."""
        path = table
        span = Range(self.at, self.at)
        for name, span in self.keys():
            path = (*path, name)
            self.found.setdefault(path, Place(span, span))
        self.take("=")
        self.found[path] = Place(span, self.value(path))

    def value(self, path: Path) -> Range:
        """Read a value: its place. What it holds is noted on the way."""
        start = self.skip()
        if self.take("["):
            index = 0
            while not self.take("]"):
                item = self.value((*path, index))
                self.found[(*path, index)] = Place(item, item)
                self.take(",")
                index += 1
        elif self.take("{"):
            while not self.take("}"):
                self.pair(path)
                self.take(",")
        else:
            self.token(_SCALAR)
        return Range(start, self.at)

    def token(self, pattern: re.Pattern[str]) -> Range:
        start = self.at
        match = pattern.match(self.text, start)
        if match is None:
            raise ValueError(f"no TOML at character {start}")
        self.at = match.end()
        return Range(start, self.at)


def _bare(key: str) -> str:
    """A key without its quotes and escapes."""
    if key[0] not in "\"'":
        return key
    import tomli

    return str(tomli.loads(f"key = {key}")["key"])
