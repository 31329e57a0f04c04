"""A configuration file as it was read: its text, its table of settings, places to point at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from fastlint.config.find import PYPROJECT
from fastlint.config.problem import ConfigProblem

Steps = tuple[str | int, ...]
"""The way to a value: keys of tables and indexes of arrays."""


class Document(msgspec.Struct, frozen=True):
    """One file of settings. A file that could not be read has an empty table."""

    file: Path
    label: str
    """The file as a person would name it from where they stand."""
    text: str = ""
    prefix: tuple[str, ...] = ()
    """The way to the table of settings: empty, or ``("tool", "fastlint")``."""
    table: dict[str, Any] = {}
    """The settings as they are written."""

    def problem(
        self, steps: Steps, message: str, advice: str = "", *, at_key: bool = False
    ) -> ConfigProblem:
        """A problem at what ``steps`` lead to within the table, or at its key.

        What was written in a short form stands at what it is short for.
        """
        from fastlint.config.places import places

        try:
            known = places(self.text)
        except (ValueError, RecursionError):
            known = {}
        way = (*self.prefix, *steps)
        while way and way not in known:
            way = way[:-1]
        if not way:
            return about(self.label, message, advice)
        place = known[way]
        start, end = place.key if at_key else place.value
        line = self.text.count("\n", 0, start) + 1
        column = start - self.text.rfind("\n", 0, start)
        source = self.text.split("\n", line)[line - 1]
        end_column = min(column + end - start, len(source) + 1)
        return ConfigProblem(self.label, line, column, end_column, message, advice, source)


def about(label: str, message: str, advice: str = "") -> ConfigProblem:
    """A problem of a file as a whole."""
    return ConfigProblem(label, 0, 0, 0, message, advice)


Read = tuple[Document | None, tuple[ConfigProblem, ...]]


def read(file: Path, cwd: Path, *, wanted: bool) -> Read:
    """Read ``file``; None for a pyproject.toml without settings, unless they are ``wanted``.

    A file that cannot be read gives an empty document and the reason.
    """
    label = file.relative_to(cwd).as_posix() if file.is_relative_to(cwd) else file.as_posix()
    empty = Document(file, label)
    try:
        data = file.read_bytes()
    except OSError as error:
        return empty, (about(label, f"cannot read the file: {error.strerror or error}"),)
    if not wanted and b"fastlint" not in data:
        return None, ()  # spares reading TOML that has nothing to say to us
    tables, text, problem = parse(data, label)
    if problem is not None:
        return empty, (problem,)
    if file.name != PYPROJECT:
        return Document(file, label, text, (), tables), ()
    tool = tables.get("tool")
    if not isinstance(tool, dict) or "fastlint" not in tool:
        missing = about(label, "the file has no table `[tool.fastlint]`")
        return (empty, (missing,)) if wanted else (None, ())
    prefix, table = ("tool", "fastlint"), tool["fastlint"]
    if not isinstance(table, dict):
        mistaken = Document(file, label, text)
        return mistaken, (mistaken.problem(prefix, "`tool.fastlint` must be a table"),)
    return Document(file, label, text, prefix, table), ()


def parse(data: bytes, label: str) -> tuple[dict[str, Any], str, ConfigProblem | None]:
    """The tables and the text of a TOML file, or why it is none."""
    import tomli

    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return {}, "", ConfigProblem(label, line, 1, 2, "the file is not UTF-8, as TOML must be")
    try:
        return tomli.loads(text), text, None
    except tomli.TOMLDecodeError as error:
        # At the end of the file tomli may name the line after the last.
        source = (text + "\n").split("\n")[error.lineno - 1]
        place = (error.lineno, error.colno, error.colno + 1)
        message = f"invalid TOML: {error.msg[:1].lower()}{error.msg[1:]}"
        return {}, text, ConfigProblem(label, *place, message, source=source)
    except (ValueError, RecursionError):
        return {}, text, about(label, "invalid TOML: a number too long or arrays nested too deep")
