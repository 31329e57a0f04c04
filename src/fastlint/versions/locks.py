"""Lock files: uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751) and Pipfile.lock.

They may be megabytes long and hold hundreds of packages, of which a dozen are wanted: the ones in
TOML are machine-written in one form, so their text is searched rather than parsed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any

import msgspec

from fastlint.versions.ranges import exactly, hull, parse
from fastlint.versions.statement import Statement, line_of, normal

_HEADER = re.compile(r"\n\[\[packages?\]\]")
_HEAD = 1000
"""Characters of a table in which its name and version stand: every tool writes them first."""
_KEY = re.compile(r"""^(name|version)[ \t]*=[ \t]*(["'])([^"'\n]+)\2""", re.MULTILINE)


def toml_lock(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The versions of ``[[package]]`` or ``[[packages]]`` tables.

    A package that is locked in several versions (for several Pythons) is told as their range.
    """
    found: dict[str, list[Statement]] = {}
    text = f"\n{text}"  # a literal beginning is what makes searching fast
    line, counted = 0, 0
    for header in _HEADER.finditer(text):
        start = header.end()
        keys: dict[str, re.Match[str]] = {}
        for match in _KEY.finditer(text, start, start + _HEAD):
            if match[1] in keys or "\n[" in text[start : match.start()]:
                break
            keys[match[1]] = match
            if len(keys) > 1:
                break
        if "name" not in keys or "version" not in keys:
            continue
        name, version = normal(keys["name"][3]), exactly(keys["version"][3])
        if name in wanted and version is not None:
            line += text.count("\n", counted, keys["version"].start())
            counted = keys["version"].start()
            found.setdefault(name, []).append(Statement(name, version, line))
    yield from map(_together, found.values())


class _PipfileLock(msgspec.Struct):
    default: dict[str, Any] = {}
    develop: dict[str, Any] = {}


def pipfile_lock(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The versions of Pipfile.lock. Raises ValueError for what is no JSON."""
    try:
        lock = msgspec.json.decode(text.encode("utf-8", "replace"), type=_PipfileLock)
    except msgspec.MsgspecError as error:
        raise ValueError(f"invalid JSON: {error}") from None
    except RecursionError:
        raise ValueError("invalid JSON: it is nested too deep") from None
    seen: set[str] = set()
    for packages in (lock.default, lock.develop):
        for written, entry in packages.items():
            name = normal(written)
            version = entry.get("version") if isinstance(entry, dict) else None
            if name in wanted and name not in seen and isinstance(version, str):
                seen.add(name)
                at = text.find(f'"{written}": {{')
                at = max(text.find(f'"{version}"', at), 0) if at >= 0 else -1
                yield Statement(name, parse(version), line_of(text, at) if at >= 0 else 0)


def _together(several: list[Statement]) -> Statement:
    first = several[0]
    if len(several) == 1:
        return first
    return Statement(first.name, hull(each.range for each in several), first.line)
