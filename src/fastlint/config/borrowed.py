"""What a project tells other tools, and what is gone by where it says nothing to fastlint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fastlint.config.document import parse
from fastlint.config.find import PYPROJECT
from fastlint.config.settings import LineLength, Settings


class Borrowed(msgspec.Struct, frozen=True):
    """The value of one option, and who has it."""

    option: str
    """The field of `Settings`."""
    value: object
    file: Path
    table: str
    """As ``tool.ruff``; empty for a file that has but one."""


class _Lender(msgspec.Struct, frozen=True):
    option: str
    kind: object
    file: str
    table: tuple[str, ...]
    key: str


_LENDERS = (
    _Lender("entrypoint", str, PYPROJECT, ("tool", "fastapi"), "entrypoint"),
    _Lender("line_length", LineLength, ".ruff.toml", (), "line-length"),
    _Lender("line_length", LineLength, "ruff.toml", (), "line-length"),
    _Lender("line_length", LineLength, PYPROJECT, ("tool", "ruff"), "line-length"),
    _Lender("line_length", LineLength, PYPROJECT, ("tool", "black"), "line-length"),
)
"""Who is asked first comes first."""


def borrowed(root: Path, settings: Settings) -> Iterator[Borrowed]:
    """What others are told in the project's root of options that our settings leave open."""
    done = {
        name for name in ("entrypoint", "line_length") if getattr(settings, name) not in ((), None)
    }
    tables: dict[str, dict[str, Any]] = {}
    for lender in _LENDERS:
        if lender.option in done:
            continue
        if lender.file not in tables:
            tables[lender.file] = _tables(root / lender.file)
        value = _value(tables[lender.file], lender)
        if value is not None:
            done.add(lender.option)
            yield Borrowed(lender.option, value, root / lender.file, ".".join(lender.table))


def _tables(file: Path) -> dict[str, Any]:
    """What the file says, if that is of interest. What is wrong with it is for others to say."""
    try:
        data = file.read_bytes()
    except OSError:
        return {}
    if not any(lender.key.encode() in data for lender in _LENDERS):
        return {}
    return parse(data, file.name)[0]


def _value(tables: dict[str, Any], lender: _Lender) -> object:
    """What is said; what is no entry point at all is told where others are that lead nowhere."""
    try:
        for name in lender.table:
            tables = tables[name]
        said = tables[lender.key]
        if lender.option == "entrypoint":
            return (str(said),)
        return msgspec.convert(said, lender.kind)
    except (KeyError, TypeError, msgspec.ValidationError):
        return None
