"""Patterns of a configuration file that stands above the project's root.

A pattern with a slash is relative to the folder of its file; the rest of fastlint knows paths
relative to the root only. In a repository with one fastlint.toml and many projects these differ.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePath

import msgspec

from fastlint.config.settings import Settings

EVERYTHING = "**"


def anchor(settings: Settings, base: PurePath, root: PurePath) -> Settings:
    """``settings`` with their patterns made relative to ``root``, which lies in ``base``."""
    way = root.relative_to(base).parts
    if not way:
        return settings
    ignores: dict[str, tuple[str, ...]] = {}
    for pattern, rules in settings.per_file_ignores.items():
        here = relative(pattern, way)
        if here is not None:
            ignores[here] = (*ignores.get(here, ()), *rules)
    return msgspec.structs.replace(
        settings,
        exclude=_excludes(settings.exclude, way),
        extend_exclude=_excludes(settings.extend_exclude, way),
        per_file_ignores=ignores,
    )


def _excludes(patterns: tuple[str, ...], way: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that exclude the root as a whole: who asks for that project means it."""
    seen = (relative(pattern, way) for pattern in patterns)
    return tuple(here for here in seen if here not in (None, EVERYTHING))


def relative(pattern: str, way: tuple[str, ...]) -> str | None:
    """``pattern`` as seen from the folder that ``way`` leads to; None where it matches nothing."""
    if pattern.startswith("!"):
        here = relative(pattern[1:], way)
        return EVERYTHING if here is None else None if here == EVERYTHING else f"!{here}"
    steps = pattern.strip("/").split("/")
    if "/" not in pattern.rstrip("/"):
        return EVERYTHING if any(fnmatchcase(folder, steps[0]) for folder in way) else pattern
    for folder in way:
        if not steps:
            return EVERYTHING
        if steps[0] == "**":
            break
        if not fnmatchcase(folder, steps.pop(0)):
            return None
    rest = "/".join(steps) + ("/" if pattern.endswith("/") else "")
    return rest if len(steps) > 1 else f"/{rest}" if steps else EVERYTHING
