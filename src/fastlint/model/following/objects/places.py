"""Files and folders that programs ask for in order to import the modules that they find there.

``for path in (Path(__file__).parent / "routers").glob("*.py")``: which files those are, the project
itself says. A place is known by its path below the root of what is read; where that is, nobody
needs to know. Files that are no Python are not known, and are none that anybody imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import Const, External, Instance, Items, Value

if TYPE_CHECKING:
    from fastlint.model.following.modules import Modules

_PLACE = "__place__"
_PATHS = ("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath")
_FURTHER_UP = 4
"""Folders above the root of what is read that a path may be asked for."""


def text(place: str) -> Instance:
    """The path of a place as a text, of which nobody knows how it begins: ``__file__``."""
    return Instance(External("builtins.str"), {_PLACE: Const(place)})


def path(place: str) -> Instance:
    """``Path(__file__)``, with all that it is asked for by name."""
    pure = PurePosixPath(place)
    above: list[Value] = []
    for each in reversed(pure.parents):
        above = [_path(each, above), *above]
    return _path(pure, above)


def _path(pure: PurePosixPath, above: Sequence[Value]) -> Instance:
    """A path with those above it, the nearest first."""
    told: dict[str, Value] = {_PLACE: Const(str(pure)), **_names(pure)}
    further: list[Value] = [Instance(External(_PATHS[0])) for _ in range(_FURTHER_UP)]
    told["parents"] = Items("tuple", [*above, *further])
    if above:
        told["parent"] = above[0]
    return Instance(External(_PATHS[0]), told)


def _relative(place: str) -> Instance:
    """``path.relative_to(root)``, which is known from its beginning on."""
    pure = PurePosixPath(place)
    parts = Items("tuple", [Const(part) for part in pure.parts])
    return Instance(External(_PATHS[0]), {**_names(pure), "parts": parts})


def _names(pure: PurePosixPath) -> dict[str, Value]:
    return {"name": Const(pure.name), "stem": Const(pure.stem), "suffix": Const(pure.suffix)}


def place_of(value: Value) -> str | None:
    """The place that a path is of, or a text."""
    found = value.attributes.get(_PLACE) if isinstance(value, Instance) else None
    return str(found.value) if isinstance(found, Const) else None


def below(value: Value, further: Sequence[Value]) -> str | None:
    """The place of ``path / "routers"``, or ``os.path.join(path, "routers")``."""
    place, parts = place_of(value), [as_text(each) for each in further]
    if place is None or any(part is None or part.startswith("/") for part in parts):
        return None
    found = normpath("/".join([place, *map(str, parts)]))
    return None if found.startswith("..") else found


# --- functions -----------------------------------------------------------------------------

_Function = Callable[[str, Sequence[Value], "Modules"], Value | None]


def call(name: str, args: Sequence[Value], modules: Modules) -> Value | None:
    """What a function of the standard library makes of a place; None where nothing is known."""
    if not args:
        return None
    if name in _PATHS or name == "os.path.join":
        found = below(args[0], args[1:])
        return None if found is None else (text if name == "os.path.join" else path)(found)
    if name == "os.path.relpath":
        above = place_of(args[1]) if args[1:] else "."
        return _as_text(_relative_to(place_of(args[0]), above))
    function, place = _FUNCTIONS.get(name), place_of(args[0])
    if function is not None and place is not None:
        return function(place, args[1:], modules)
    if name == "builtins.str" and isinstance(args[0], Instance):
        return _as_text(args[0])
    return None


def call_method(
    owner: Instance, name: str, args: Sequence[Value], modules: Modules
) -> Value | None:
    """What a method of a path gives; None where nothing is known of it."""
    place = place_of(owner)
    if place is None:
        return _of_relative(owner, name, args)
    if name in ("joinpath", "__truediv__"):
        found = below(owner, args)
        return None if found is None else path(found)
    if name == "relative_to" and args:
        return _relative_to(place, place_of(args[0]))
    function = _METHODS.get(name)
    return None if function is None else function(place, args, modules)


def _relative_to(place: str | None, above: str | None) -> Instance | None:
    if place is None or above is None or not PurePosixPath(place).is_relative_to(above):
        return None
    return _relative(str(PurePosixPath(place).relative_to(above)))


def _of_relative(owner: Instance, name: str, args: Sequence[Value]) -> Value | None:
    parts = owner.attributes.get("parts")
    if not isinstance(parts, Items):
        return None
    pure = PurePosixPath(*(str(as_text(each)) for each in parts.items))
    if name == "with_suffix" and args and (suffix := as_text(args[0])) is not None:
        return _relative(str(pure.with_suffix(suffix)))
    return Const(str(pure)) if name in ("as_posix", "__str__") else None


def _as_text(relative: Instance | None) -> Value | None:
    return None if relative is None else _of_relative(relative, "__str__", ())


def _dirname(place: str, _: Sequence[Value], __: Modules) -> Value | None:
    return None if place == "." else text(str(PurePosixPath(place).parent))


def _basename(place: str, _: Sequence[Value], __: Modules) -> Value:
    return Const(PurePosixPath(place).name)


def _same_text(place: str, _: Sequence[Value], __: Modules) -> Value:
    return text(place)


def _same_path(place: str, _: Sequence[Value], __: Modules) -> Value:
    return path(place)


def _is_file(place: str, _: Sequence[Value], modules: Modules) -> Value | None:
    return Const(True) if place in modules else Const(False) if _is_python(place) else None


def _is_folder(place: str, _: Sequence[Value], modules: Modules) -> Value | None:
    if place in modules:
        return Const(False)
    return Const(True) if any(True for _ in _inside(place, modules)) else None


def _is_there(place: str, _: Sequence[Value], modules: Modules) -> Value | None:
    known = place in modules or any(True for _ in _inside(place, modules))
    return Const(True) if known else None


def _is_python(place: str) -> bool:
    return place.endswith(".py")


def _entries(place: str, modules: Modules) -> list[str]:
    """The names of the files and folders directly in a folder."""
    return sorted({each.parts[0] for each in _inside(place, modules)})


def _inside(place: str, modules: Modules) -> Iterator[PurePosixPath]:
    """The files below a folder, by their paths from there."""
    start = "" if place == "." else f"{place}/"
    for each in modules.paths:
        if each.startswith(start):
            yield PurePosixPath(each[len(start) :])


def _listdir(place: str, _: Sequence[Value], modules: Modules) -> Value:
    return Items("list", [Const(name) for name in _entries(place, modules)])


def _iterdir(place: str, _: Sequence[Value], modules: Modules) -> Value:
    return Items("list", [path(normpath(f"{place}/{e}")) for e in _entries(place, modules)])


def _glob(place: str, args: Sequence[Value], modules: Modules) -> Value | None:
    pattern = as_text(args[0]) if args else None
    if pattern is None:
        return None
    return Items("list", [path(each) for each in _found(place, pattern, modules)])


def _rglob(place: str, args: Sequence[Value], modules: Modules) -> Value | None:
    pattern = as_text(args[0]) if args else None
    return None if pattern is None else _glob(place, [Const(f"**/{pattern}")], modules)


def _glob_text(place: str, _: Sequence[Value], modules: Modules) -> Value:
    """``glob.glob(os.path.join(folder, "*.py"))``"""
    return Items("list", [text(each) for each in _found(".", place, modules)])


def _walk(place: str, _: Sequence[Value], modules: Modules) -> Value:
    """``os.walk(folder)``: each folder with the names of its folders and files."""
    folders = {place}
    for each in _inside(place, modules):
        folders.update(normpath(f"{place}/{above}") for above in each.parents)
    rows: list[Value] = []
    for folder in sorted(folders):
        names = _entries(folder, modules)
        files = [n for n in names if normpath(f"{folder}/{n}") in modules]
        inner = [n for n in names if n not in files]
        told = (Items("list", [Const(n) for n in each]) for each in (inner, files))
        rows.append(Items("tuple", [text(folder), *told]))
    return Items("list", rows)


def _found(place: str, pattern: str, modules: Modules) -> Iterator[str]:
    """The files and folders below a folder that a pattern names, in their order."""
    candidates: dict[PurePosixPath, None] = {}
    for each in _inside(place, modules):
        candidates.update(dict.fromkeys([each, *each.parents[:-1]]))
    wanted = PurePosixPath(pattern).parts
    for each in sorted(candidates):
        if _matches(each.parts, wanted):
            yield normpath(f"{place}/{each}")


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[n:], pattern[1:]) for n in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


_FUNCTIONS: dict[str, _Function] = {
    "os.path.dirname": _dirname,
    "os.path.basename": _basename,
    "os.path.abspath": _same_text,
    "os.path.realpath": _same_text,
    "os.path.normpath": _same_text,
    "os.fspath": _same_text,
    "builtins.str": _same_text,
    "os.path.isfile": _is_file,
    "os.path.isdir": _is_folder,
    "os.path.exists": _is_there,
    "os.listdir": _listdir,
    "os.walk": _walk,
    "glob.glob": _glob_text,
    "glob.iglob": _glob_text,
}
_METHODS: dict[str, _Function] = {
    "resolve": _same_path,
    "absolute": _same_path,
    "expanduser": _same_path,
    "as_posix": _same_text,
    "is_file": _is_file,
    "is_dir": _is_folder,
    "exists": _is_there,
    "iterdir": _iterdir,
    "glob": _glob,
    "rglob": _rglob,
}
