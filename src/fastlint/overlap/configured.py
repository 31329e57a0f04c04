"""Ruff's own settings, as ruff finds them: the closest file that has some, and what it extends."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from fastlint.overlap.patterns import matches, names_file
from fastlint.overlap.selectors import Layer, enabled, meant

_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")
"""In the order in which ruff looks for them in a folder."""
_MOST_EXTENDED = 8
_LARGEST = 1_000_000
"""Bytes of a file of settings, at most."""


class Scope(msgspec.Struct, frozen=True):
    """Patterns that one file gives, and the folder that they are relative to."""

    folder: str
    """Absolute, with forward slashes."""
    ignored: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """``per-file-ignores``: a pattern and what is ignored there."""
    excluded: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    """Empty for ruff's own: all Python files."""


class Configuration(msgspec.Struct, frozen=True):
    """What ruff runs on the files that one file of settings is the closest to."""

    file: str
    """Absolute."""
    codes: tuple[str, ...]
    """The codes of the table that run, sorted."""
    scopes: tuple[Scope, ...]

    def on(self, path: str) -> frozenset[str]:
        """The codes that run on the file at ``path``, which is absolute."""
        ignored: set[str] = set()
        for scope in self.scopes:
            inside = os.path.relpath(path, scope.folder).replace(os.sep, "/")
            if any(matches(pattern, inside) for pattern in scope.excluded):
                return frozenset()
            if scope.included and not any(matches(each, inside) for each in scope.included):
                return frozenset()
            for pattern, selectors in scope.ignored:
                if names_file(pattern, inside):
                    ignored.update(code for word in selectors for code in meant(word))
        return frozenset(self.codes) - ignored


class Configured(msgspec.Struct, frozen=True):
    """The settings of ruff for the files of a project."""

    root: str
    """The project's root, absolute."""
    by_folder: dict[str, Configuration]
    """By folder, relative to the root with forward slashes; one without settings is left out."""

    def on(self, path: str) -> frozenset[str]:
        """The codes that ruff runs on a file of the project; none where it has no settings."""
        found = self.by_folder.get(path.rpartition("/")[0])
        return frozenset() if found is None else found.on(os.path.join(self.root, path))


def configured(root: Path, paths: Iterable[str]) -> Configured:
    """The settings for the files at ``paths``, which are relative to ``root``."""
    top = os.path.abspath(root)
    closest = cache(_closest)
    folders = {path.rpartition("/")[0] for path in paths}
    found = {at: closest(os.path.join(top, *at.split("/"))) for at in sorted(folders)}
    return Configured(top, {at: each for at, each in found.items() if each is not None})


def _closest(folder: str) -> Configuration | None:
    folder = folder.rstrip(os.sep) or os.sep
    while True:
        for name in _FILES:
            file = os.path.join(folder, name)
            table = _table(file)
            if table is not None:
                return _configuration(file, table)
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = above


def _configuration(file: str, table: dict[str, Any]) -> Configuration:
    chain = [*_extended(file, table), (file, table)]
    scopes = tuple(
        _scope(os.path.dirname(at), each, [later for _, later in chain[number + 1 :]])
        for number, (at, each) in enumerate(chain)
    )
    codes = enabled([_layer(each) for _, each in chain])
    return Configuration(file, tuple(sorted(codes)), scopes)


def _extended(file: str, table: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The files that one extends, the farthest first. What cannot be read is left out."""
    chain: list[tuple[str, dict[str, Any]]] = []
    seen = {file}
    while isinstance(table.get("extend"), str) and len(chain) < _MOST_EXTENDED:
        wanted = os.path.expandvars(os.path.expanduser(table["extend"]))
        file = os.path.normpath(os.path.join(os.path.dirname(file), wanted))
        found = None if file in seen else _table(file)
        if found is None:
            break
        seen.add(file)
        table = found
        chain.insert(0, (file, table))
    return chain


def _table(file: str) -> dict[str, Any] | None:
    """What a file says to ruff; None where it says nothing, or nothing that can be read."""
    import tomli

    try:
        about = os.stat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            return None  # a pipe would be waited for
        table: Any = tomli.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if os.path.basename(file) != "pyproject.toml":
        return _dict(table)
    tools = _dict(_dict(table).get("tool"))
    return _dict(tools["ruff"]) if "ruff" in tools else None


def _layer(table: dict[str, Any]) -> Layer:
    select = _said(table, "select")
    return Layer(
        _words(select) if isinstance(select, list) else None,
        _words(_said(table, "extend-select")),
        (*_words(_said(table, "ignore")), *_words(_said(table, "extend-ignore"))),
    )


def _scope(folder: str, table: dict[str, Any], later: Sequence[dict[str, Any]]) -> Scope:
    """What one file says of paths, except for what a ``later`` one says anew."""
    ignored = _dict(_said(table, "extend-per-file-ignores"))
    if all(_said(each, "per-file-ignores") is None for each in later):
        ignored = {**_dict(_said(table, "per-file-ignores")), **ignored}
    excluded = _words(table.get("extend-exclude"))
    included: tuple[str, ...] = ()
    if all("exclude" not in each for each in later):
        excluded += _words(table.get("exclude"))
    if all("exclude" not in _lint(each) for each in later):
        excluded += _words(_lint(table).get("exclude"))
    if "include" in table and all("include" not in each for each in later):
        included = (*_words(table["include"]), *_words(table.get("extend-include")))
    return Scope(
        folder,
        tuple((pattern, _words(words)) for pattern, words in ignored.items()),
        excluded,
        included,
    )


def _said(table: dict[str, Any], key: str) -> Any:
    """An option of the linter, which stands under ``lint``, or as in old files beside it."""
    return _lint(table).get(key, table.get(key))


def _lint(table: dict[str, Any]) -> dict[str, Any]:
    return _dict(table.get("lint"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
