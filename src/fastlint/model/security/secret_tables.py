"""What is known of secrets: their names, their forms, and what keeps their place."""

from __future__ import annotations

import re
from functools import cache

from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import Phrases


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return load_table("secrets")


@cache
def phrases(kind: str) -> Phrases:
    """The words that names of a kind of secret end with."""
    return Phrases(_table()["names"][kind], _table()["names"]["tails"])


@cache
def names_of(part: str) -> frozenset[str]:
    """Words of names, by what they say."""
    return frozenset(_table()["names"][part])


@cache
def roles(part: str) -> frozenset[str]:
    """Functions and keywords, by what they do with a secret."""
    return frozenset(_table()["roles"][part])


@cache
def key_positions() -> dict[str, int]:
    """Where the functions that sign take their key, 0-based."""
    positions: dict[str, int] = load_table("secrets")["keys"]
    return positions


@cache
def placeholders(part: str) -> frozenset[str]:
    """What stands where a secret belongs: ``whole`` values, ``parts`` and ``words`` of them, …"""
    return frozenset(_table()["placeholders"][part])


@cache
def algorithms() -> frozenset[str]:
    """Words that have digits in them: ``hs256``."""
    return placeholders("with_digits")


@cache
def published() -> tuple[str, ...]:
    """Secrets that documentation shows."""
    return tuple(_table()["placeholders"]["published"])


@cache
def formats() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Whose secrets have a form of their own, and which; ``body`` is the random part."""
    formats: dict[str, str] = load_table("secrets")["formats"]
    return tuple((what, re.compile(pattern)) for what, pattern in formats.items())


@cache
def marker() -> re.Pattern[str]:
    """What every format has one of: one search tells nearly all values apart from secrets."""
    return re.compile("|".join(load_table("secrets")["markers"]["any"]))
