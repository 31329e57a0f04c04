"""A file's text, and the one way to turn lines and columns into offsets and back."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

import msgspec

from fastlint.findings import Span

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A file or folder that cannot be used, and why."""

    path: str
    r"""As in `SourceFile.path`; bytes that are not UTF-8 are written as ``\xff``."""
    reason: str
    """One clause that completes "cannot be read: ...", without a final period."""
    line: int = 1
    column: int = 1


class SourceFile(msgspec.Struct, frozen=True):
    """One decoded Python file. ``text`` keeps every character of the disk but the BOM."""

    path: str
    """Relative to the project root, with forward slashes."""
    text: str
    r"""Newlines are as on disk: ``\n``, ``\r\n`` and ``\r`` may be mixed."""
    encoding: str = "utf-8"
    """The codec to write it back with."""
    bom: bool = False
    newline: str = "\n"
    r"""The newline that the file uses most; ``\n`` where it has none."""
    digest: str = ""
    """blake2b (16 bytes, hex) of the bytes on disk."""

    @property
    def lines(self) -> tuple[str, ...]:
        r"""The lines without newlines. Only ``\n``, ``\r\n`` and ``\r`` end a line, as in Python.

        The last element is what follows the last newline (often ``""``), so every valid line
        number has one.
        """
        return _lines(self.text)

    def offset(self, line: int, column: int) -> int:
        """The offset in ``text`` of a 1-based position. IndexError if there is no such line."""
        return _line_starts(self.text)[line - 1] + column - 1

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset in ``text``; the inverse of `offset`."""
        starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def slice(self, span: Span) -> str:
        """The text that stands at ``span``."""
        start = self.offset(span.line, span.column)
        return self.text[start : self.offset(span.end_line, span.end_column)]

    def span(self, start: int, end: int) -> Span:
        """The span of ``text[start:end]``."""
        return Span(self.path, *self.position(start), *self.position(end))


# Keyed by the text itself: a str keeps its hash, so a hit costs one comparison of identity. Work
# goes file by file, so a few entries suffice, and no more than those few texts are kept alive.
@lru_cache(maxsize=16)
def _line_starts(text: str) -> tuple[int, ...]:
    if "\r" in text:
        return (0, *(newline.end() for newline in _NEWLINE.finditer(text)))
    lengths = [len(line) + 1 for line in text.split("\n")]
    return tuple(accumulate(lengths[:-1], initial=0))


@lru_cache(maxsize=16)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(_NEWLINE.split(text) if "\r" in text else text.split("\n"))
