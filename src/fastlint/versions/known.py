"""What is known of the libraries' releases: the table ``known.toml``."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from fastlint.versions.ranges import Range, Release, parse, release


@cache
def _table() -> dict[str, Any]:
    import tomli

    with open(os.path.join(os.path.dirname(__file__), "known.toml"), "rb") as stream:
        return tomli.load(stream)


@cache
def newest() -> dict[str, Release]:
    """The newest known release of every distribution whose version is read."""
    return {name: release(text) or () for name, text in _table()["newest"].items()}


def requirers(name: str) -> list[str]:
    """The distributions that narrow down the version of ``name``."""
    return [by for by, tables in _table()["requires"].items() if name in tables]


def required(name: str, by: str, version: Range) -> Range:
    """The versions of ``name`` that go with the distribution ``by`` in ``version``."""
    rows = [(release(since) or (), parse(text)) for since, text in _rows(by, name).items()]
    oldest = next((each for since, each in reversed(rows) if version.starts_at(since)), Range())
    latest = next((each for since, each in reversed(rows) if version.reaches(since)), Range())
    return Range(oldest.low, latest.high, latest.closed)


def _rows(by: str, name: str) -> dict[str, str]:
    rows: dict[str, str] = _table()["requires"][by][name]
    return rows
