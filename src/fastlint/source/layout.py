"""Under which module name each file is imported, and which file an import means.

Nothing is configured. A file's package begins above the topmost folder of the unbroken chain of
folders with ``__init__.py``. Where that chain is broken (namespace packages) or longer than the
project believes (a stray ``__init__.py``), the project's own absolute imports decide:
``from app.api.routes import x`` makes ``backend`` an import root if ``backend/app/api/routes.py``
exists. Each such import is a vote for the folder ``backend/app`` as a top-level package, and a
file belongs to that one of the folders around it which has most votes.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Parts = tuple[str, ...]
"""A module's folders and own name; a package's ``__init__`` is the package itself."""


class Layout(msgspec.Struct, frozen=True):
    """The module names of a project's files. Build it with `layout`."""

    names: Mapping[str, str]
    """The dotted module name of each path."""
    roots: Mapping[str, Parts]
    """The import root of each path: the folders from the project root (or its package) down."""
    folders: Mapping[str, Parts]
    """The folder of each path, told in the same way."""
    located: Mapping[Parts, str]
    """The path of each module by where it lies."""
    bearers: Mapping[str, tuple[Parts, ...]]
    """Where the modules of a name lie: several where services of a monorepo share names."""
    started_in: frozenset[Parts] = frozenset()
    """Packages that programs are started in: others below them are imported from there."""

    def resolve(self, importer: str, module: str) -> str | None:
        """The path of the absolute ``module`` as the file ``importer`` sees it.

        The importer's own import root comes first, as on ``sys.path``; then the bearer of that
        name that lies closest to the importer; then the folders above the importer, which it may
        have put on ``sys.path`` itself. None where there is none or two are equally close (nothing
        is guessed), and for a namespace package, which has no file. The standard library is
        shadowed only by what lies in the importer's own root, and never by a namespace package.
        """
        wanted = tuple(module.split("."))
        own = self.roots.get(importer)
        standard = wanted[0] in sys.stdlib_module_names
        if own is not None and not (standard and own + wanted[:1] not in self.located):
            path = self.located.get(own + wanted)
            if path is not None:
                return path
        if standard:
            return None
        if module in self.bearers:
            return self._closest(importer, module)
        return self._from_above(importer, wanted)

    def _from_above(self, importer: str, wanted: Parts) -> str | None:
        """A module of a package in a folder above: a bare name is more likely somebody else's.

        Not so where programs are started.
        """
        folder = self.folders.get(importer, ())
        starts = (folder[:start] for start in range(len(folder), -1, -1))
        is_bare = len(wanted) == 1
        above = (start for start in starts if not is_bare or start in self.started_in)
        return next(filter(None, (self.located.get(start + wanted) for start in above)), None)

    def package(self, path: str) -> str:
        """The package from which relative imports in ``path`` count; ``""`` for a script."""
        name = self.names[path]
        return name if _is_package(path) else name.rpartition(".")[0]

    def _closest(self, importer: str, module: str) -> str | None:
        around = self.folders.get(importer) or tuple(importer.split("/")[:-1])
        best: list[Parts] = []
        best_shared = -1
        for place in self.bearers[module]:
            if not self._visible(place, module, around):
                continue
            shared = _shared(place, around)
            if shared > best_shared:
                best, best_shared = [place], shared
            elif shared == best_shared:
                best.append(place)
        return self.located[best[0]] if len(best) == 1 else None

    def _visible(self, place: Parts, module: str, around: Parts) -> bool:
        """A script (a top-level module) is seen from its folder down, or from anywhere in ``src``.

        Otherwise ``scripts/redis.py`` would be what the whole project imports as ``redis``.
        """
        if "." in module or _is_package(self.located[place]):
            return True
        folder = place[:-1]
        return around[: len(folder)] == folder or folder[-1:] == ("src",)


def layout(
    paths: Iterable[str],
    imported: Iterable[str] = (),
    package: str = "",
    relative: Iterable[tuple[str, int, str]] = (),
) -> Layout:
    """The layout of the files ``paths`` (relative to the project root, forward slashes).

    ``imported`` are the absolute module names in their imports; of ``from a.b import c`` both
    ``a.b`` and ``a.b.c``. Those of other projects do no harm. ``package`` is the package that the
    project root itself lies in; see `enclosing_package`. ``relative`` are the other imports: the
    file, the dots and the name. What one names belongs to the package of the file.
    """
    above = tuple(package.split(".")) if package else ()
    modules = {path: _parts(path, above) for path in sorted(paths)}
    depths = _regular_depths(modules, above)
    votes = _votes(modules, depths, frozenset(imported))
    started_in = _started_in(votes, modules, depths, frozenset(imported))
    starts = sorted({len(top) - 1 for top in votes})
    begins = {path: _depth(parts, depths[path], votes, starts) for path, parts in modules.items()}
    _join(begins, modules, relative)
    names: dict[str, str] = {}
    roots: dict[str, Parts] = {}
    folders: dict[str, Parts] = {}
    located: dict[Parts, str] = {}
    bearers: defaultdict[str, dict[Parts, None]] = defaultdict(dict)
    for path, parts in modules.items():
        depth = begins[path]
        name = ".".join(parts[depth:])
        names[path] = name
        roots[path] = parts[:depth]
        folders[path] = parts if _is_package(path) else parts[:-1]
        bearers[name][parts] = None
        if parts not in located or _is_package(path):  # of the two, Python takes the package
            located[parts] = path
    places = {name: tuple(each) for name, each in bearers.items()}
    return Layout(names, roots, folders, located, places, started_in)


def _join(
    begins: dict[str, int], modules: Mapping[str, Parts], relative: Iterable[tuple[str, int, str]]
) -> None:
    """Let the names of what files import relatively begin where their own package does.

    Python asks for no ``__init__.py``, neither in the folder of what is imported nor in that of the
    file: where dots are counted, there is a package.
    """
    lying = {parts: path for path, parts in modules.items()}
    pairs = sorted(relative)
    for path, dots, name in (*pairs, *pairs):  # what is joined later may have joined others before
        parts = modules[path]
        folder = parts if _is_package(path) else parts[:-1]
        up = len(folder) - dots + 1
        found = lying.get((*folder[:up], *name.split("."))) if up > 0 else None
        if found is not None:
            if begins[path] == len(folder):  # which would be no package at all
                begins[path] = up - 1
            if begins[path] < up:
                begins[found] = min(begins[found], begins[path])


def enclosing_package(root: Path) -> str:
    """The dotted package that a folder is, for a project root inside one (``mlflow/server``)."""
    folder = os.path.abspath(root)
    names: list[str] = []
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        names.insert(0, name)
    return ".".join(names)


def _parts(path: str, above: Parts) -> Parts:
    *folders, file = path.split("/")
    package = (*above, *folders)
    stem = file.rpartition(".")[0] or file
    return package if stem == "__init__" and package else (*package, stem)


def _shared(one: Parts, other: Parts) -> int:
    """How many leading parts are the same."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _is_package(path: str) -> bool:
    return path.rpartition("/")[2] in ("__init__.py", "__init__.pyw")


def _regular_depths(modules: Mapping[str, Parts], above: Parts) -> dict[str, int]:
    """How many leading parts of each module lie outside its unbroken chain of packages."""
    packages = {parts for path, parts in modules.items() if _is_package(path)}
    packages.update(above[: end + 1] for end in range(len(above)))
    known: dict[Parts, int] = {}
    for parts in modules.values():
        folder = parts[:-1]
        if folder not in known:
            depth = len(folder)
            while folder[:depth] in packages:
                depth -= 1
                if folder[:depth] in known:
                    depth = known[folder[:depth]]
                    break
            known[folder] = depth
    return {path: known[parts[:-1]] for path, parts in modules.items()}


def _votes(
    modules: Mapping[str, Parts], depths: Mapping[str, int], imported: frozenset[str]
) -> Counter[Parts]:
    """How many modules the project imports through each top-level package or module."""
    votes: Counter[Parts] = Counter()
    flat: defaultdict[Parts, set[str]] = defaultdict(set)
    children: defaultdict[Parts, set[str]] = defaultdict(set)
    longest = max((name.count(".") + 1 for name in imported), default=0)
    for path, parts in modules.items():
        for start in range(max(0, len(parts) - longest), len(parts)):
            regular = start == depths[path]
            short = start == len(parts) - 1
            if (short or parts[start] in sys.stdlib_module_names) and not regular:
                continue
            if ".".join(parts[start:]) in imported:
                votes[parts[: start + 1]] += 1
        if len(parts) - 1 > depths[path]:
            children[parts[:-1]].add(parts[-1])
            if parts[-1] in imported and parts[-1] not in sys.stdlib_module_names:
                flat[parts[:-1]].add(parts[-1])
    # A package that nobody imports, whose modules are imported by their bare names, is no package
    # but the folder that the application is started from. One or two names may be other people's
    # (`app/redis.py`); half of all are not.
    for folder, names in flat.items():
        if len(names) > 1 and 2 * len(names) >= len(children[folder]):
            votes.update({(*folder, name): 1 for name in names})
    return votes


def _started_in(
    votes: Counter[Parts],
    modules: Mapping[str, Parts],
    depths: Mapping[str, int],
    imported: frozenset[str],
) -> frozenset[Parts]:
    """The packages of which packages and modules are imported as if these were none.

    One module may be named like somebody else's (`app/redis.py`).
    """
    within = [parts for path, parts in modules.items() if len(parts) - 1 > depths[path]]
    names = imported - sys.stdlib_module_names
    bare = Counter(parts[:-1] for parts in within if parts[-1] in names)
    folders = {parts[:-1] for parts in within}
    below = {top[:-1] for top in votes if top in folders}
    return frozenset(each for each in below & folders if bare[each] > 1)


def _depth(parts: Parts, regular: int, votes: Counter[Parts], starts: Iterable[int]) -> int:
    """Where the module's name begins: most votes first, else the unbroken chain.

    ``starts`` are all the depths that anything was voted for.
    """
    return max(
        (regular, *(start for start in starts if start < len(parts))),
        key=lambda start: (votes[parts[: start + 1]], start == regular, start),
    )
