"""How a file is written, which is what a fix goes by where it could write a thing in two ways."""

from __future__ import annotations

import re
from functools import cached_property

from fastlint.fixes import layout

_OPTIONAL = re.compile(r"\b((?:\w+\.)?Optional)\[")
_LIST = re.compile(r"\b((?:\w+\.)?List)\[")
_STATUS_NUMBER = re.compile(r"(?:status_code\s*=\s*|HTTPException\(\s*|[{,]\s*)[1-5]\d\d\b")
_PLAIN_LIST = re.compile(r"\blist\[")


class Style:
    """The habits of the people who wrote a file, read off its text.

    The text is that from before the first fix, whatever has been mended since: what one fix writes
    is no habit of theirs, and if another one followed it, the order of the two would decide.
    """

    def __init__(
        self, text: str, line_length: int | None = None, oldest_python: tuple[int, ...] = ()
    ) -> None:
        """``line_length``: what the project says; without it what the file looks like counts.

        ``oldest_python``: the first that the project says it runs with; empty where it says none.
        """
        self._text = text
        self._line_length = line_length
        self._oldest_python = oldest_python

    def runs_before(self, python: tuple[int, int]) -> bool:
        """Whether the file has to run with something older than a Python."""
        return () < self._oldest_python < python

    @cached_property
    def quote(self) -> str:
        """The quotes of the strings, ``"`` or ``'``."""
        return layout.quote(self._text)

    @cached_property
    def indent(self) -> str:
        """What one level is indented with."""
        return layout.indent_unit(self._text)

    @cached_property
    def line_length(self) -> int:
        """How many characters a line may have."""
        return self._line_length or layout.line_length(self._text)

    @cached_property
    def optional(self) -> str:
        """``Optional``, or what it is called, where most types that admit None are written so.

        Empty for a file that mostly writes ``| None``, or neither.
        """
        found = _OPTIONAL.findall(self._text)
        return found[0] if len(found) > self._text.count("| None") else ""

    @property
    def needs_optional(self) -> bool:
        """Whether ``int | None`` would fail in an annotation that is read when the code runs."""
        return self.runs_before((3, 10)) and "| None" not in self._text

    @cached_property
    def lists(self) -> str:
        """``List``, or what it is called, where most types of lists are written so; else ""."""
        found = _LIST.findall(self._text)
        return found[0] if len(found) > len(_PLAIN_LIST.findall(self._text)) else ""

    @cached_property
    def names_statuses(self) -> bool:
        """Whether most status codes are written as names of the ``status`` module."""
        return self._text.count("status.HTTP_") > len(_STATUS_NUMBER.findall(self._text))
