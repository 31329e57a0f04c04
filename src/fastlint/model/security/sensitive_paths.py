"""Which paths are not for everybody, by what their segments say."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import words

if TYPE_CHECKING:
    from fastlint.config.settings import Settings


def sensitive_part(path: str, settings: Settings) -> str | None:
    """The segment that makes a full path sensitive, or the pattern of the settings that matches it.

    None for every other path, and for one that the settings or a segment such as ``login`` make
    public.
    """
    segments = _segments(path)
    if _matching(path, segments, settings.public_paths) is not None:
        return None
    found = _matching(path, segments, settings.admin_paths)
    if found is not None:
        return found
    if not _table("public_segments").isdisjoint(segments):
        return None
    for segment in segments:
        if segment in _table("sensitive_segments"):
            return segment
        if not _table("sensitive_words").isdisjoint(words(segment)):
            return segment
    return None


def is_public(path: str, settings: Settings) -> bool:
    """Whether the settings or a segment such as ``login`` make a full path public."""
    segments = _segments(path)
    return _matching(path, segments, settings.public_paths) is not None or not (
        _table("public_segments").isdisjoint(segments)
    )


def _segments(path: str) -> list[str]:
    return [s for s in path.lower().split("/") if s and not s.startswith("{")]


def _matching(path: str, segments: Iterable[str], patterns: Iterable[str]) -> str | None:
    for pattern in patterns:
        if fnmatchcase(path, pattern) if pattern.startswith("/") else pattern.lower() in segments:
            return pattern
    return None


@cache
def _table(part: str) -> frozenset[str]:
    return frozenset(load_table("security")["paths"][part])
