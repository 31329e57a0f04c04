"""A mistake in a configuration file, and how it is shown: message, place, line and caret."""

from __future__ import annotations

import msgspec


class ConfigProblem(msgspec.Struct, frozen=True):
    """What is wrong with the configuration. Line and columns are 1-based, the end is exclusive."""

    path: str
    """The file, as a person would name it from where they stand; empty for the command line."""
    line: int
    """0 where the mistake is about the file as a whole."""
    column: int
    end_column: int
    message: str
    help: str = ""
    source: str = ""
    """The text of the line."""

    def __str__(self) -> str:
        """The problem as it is printed: plain text, several lines, no control characters."""
        lines = [f"error: {printable(self.message)}"]
        gutter = " " * len(str(self.line))
        if self.path:
            where = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
            lines.append(f"{gutter}--> {printable(where)}")
        if self.line and self.source:
            before = printable(self.source[: self.column - 1])
            marked = printable(self.source[self.column - 1 : self.end_column - 1])
            after = printable(self.source[self.end_column - 1 :])
            lines += [
                f"{gutter} |",
                f"{self.line} | {before}{marked}{after}",
                f"{gutter} | {' ' * len(before)}{'^' * max(len(marked), 1)}",
            ]
        if self.help:
            lines.append(f"{gutter} = help: {printable(self.help)}")
        return "\n".join(lines)


def printable(text: str) -> str:
    """``text`` without anything that a terminal would obey instead of showing."""
    return "".join(
        char if char.isprintable() else " " if char == "\t" else f"\\x{ord(char):02x}"
        for char in text
    )
