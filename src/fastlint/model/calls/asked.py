"""What all requests of a route have in common, held against what code compares it with.

Every answer is for all of them: where it holds for some and not for others, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto

import msgspec

from fastlint.model.serving.joining import parameters_of
from fastlint.model.serving.routing import Route

_PARAM = re.compile(r"\{[^}]*\}")


class Asked(msgspec.Struct, frozen=True):
    """All requests that a route serves."""

    kind: str
    methods: frozenset[str]
    path: str

    @classmethod
    def of(cls, route: Route) -> Asked | None:
        """None where the route's path is not known."""
        if route.path is None:
            return None
        kind = "websocket" if route.kind == "websocket" else "http"
        return cls(kind, frozenset(route.methods), route.path)


class What(Enum):
    """What a name or an attribute stands for."""

    REQUEST = auto()
    SCOPE = auto()
    URL = auto()
    UNKNOWN = auto()


class Path(msgspec.Struct, frozen=True):
    """The path, with ``{name}`` wherever anything may stand."""

    text: str

    @property
    def starts(self) -> str:
        """What every such path begins with."""
        return _PARAM.split(self.text)[0]

    @property
    def is_open(self) -> bool:
        """Whether there are several such paths."""
        return _PARAM.search(self.text) is not None


class Method(msgspec.Struct, frozen=True):
    """One of these."""

    names: frozenset[str]


class Params(msgspec.Struct, frozen=True):
    """What a request brings in its path, by name."""

    path: str
    is_there: bool
    """Whether the route has been chosen by then: middleware is asked before that."""

    @property
    def names(self) -> frozenset[str]:
        """The names that requests of the route bring."""
        return parameters_of(self.path) or frozenset()

    def get(self, name: str) -> Thing:
        """What stands under a name; None where no request brings it."""
        if name not in self.names:
            return None
        return Param(f"{{{name}}}" in self.path) if self.is_there else What.UNKNOWN


class Param(msgspec.Struct, frozen=True):
    """What a request brings for one name: never None."""

    is_text: bool
    """Whether it is taken as it is, and not empty therefore."""


Thing = object
"""A `What`, a `Path`, a `Method`, `Params`, a `Param`, a constant of Python or a tuple of them."""


def compared(left: Thing, op: str, right: Thing) -> bool | None:
    """``path == "/health"``, ``method in ("GET", "HEAD")``"""
    if op in ("in", "not in"):
        found = _is_in_any(left, right)
    elif op in ("==", "!=", "is", "is not"):
        found = _equal(left, right)
        if found is None:
            found = _equal(right, left)
    else:
        return None
    return None if found is None else found is (op in ("in", "==", "is"))


def _is_in_any(one: Thing, several: Thing) -> bool | None:
    if isinstance(several, Path) and isinstance(one, str):
        return True if one in several.starts else None if several.is_open else False
    if isinstance(several, Params) and isinstance(one, str):
        there = one in several.names
        return there if several.is_there or not there else None
    if not isinstance(several, tuple):
        return None
    if isinstance(one, Method) and all(isinstance(each, str) for each in several):
        return _all_or_none(one, lambda name: name in several)
    answers = [_equal(one, each) for each in several]
    return True if True in answers else None if None in answers else False


def _equal(one: Thing, other: Thing) -> bool | None:
    """Whether a thing is a constant."""
    if isinstance(other, What | Path | Method | Params | Param) or one is What.UNKNOWN:
        return None
    if isinstance(one, Param):
        return False if other is None else None
    if isinstance(one, Method):
        return _all_or_none(one, lambda name: name == other)
    if isinstance(one, Path):
        if not one.is_open or not isinstance(other, str):
            return one.text == other
        parts = _PARAM.split(one.text)
        pattern = "(?s:.+)".join(map(re.escape, parts))
        return None if re.fullmatch(pattern, other) else False
    return None if isinstance(one, What | Params) else one == other


def _all_or_none(method: Method, test: Callable[[str], bool]) -> bool | None:
    answers = {test(name) for name in method.names}
    return answers.pop() if len(answers) == 1 else None


def starts_or_ends(owner: Thing, name: str, given: Thing) -> bool | None:
    """``path.startswith("/admin")``, with one text or a tuple of them."""
    if not isinstance(owner, Path):
        return None
    wanted = given if isinstance(given, tuple) else (given,)
    answers = [_has_end(owner, name, each) for each in wanted]
    return True if True in answers else None if None in answers else False


def _has_end(path: Path, name: str, text: Thing) -> bool | None:
    if not isinstance(text, str):
        return None
    if name == "startswith":
        fixed = path.starts
        if fixed.startswith(text):
            return True
        may_be = text.startswith(fixed)
    else:
        fixed = _PARAM.split(path.text)[-1]
        if fixed.endswith(text):
            return True
        may_be = text.endswith(fixed)
    return None if path.is_open and may_be else False


def changed(owner: Thing, name: str, args: list[Thing]) -> Thing:
    """``path.rstrip("/")``, ``method.upper()``"""
    if isinstance(owner, Path) and name == "rstrip" and args == ["/"]:
        return Path(owner.text.rstrip("/"))
    if isinstance(owner, Path) and name == "lower":
        return Path(owner.text.lower())
    if isinstance(owner, Method) and name == "upper":
        return owner
    return What.UNKNOWN


def joined(parts: Iterable[Thing]) -> Thing:
    """``f"{path}/"``"""
    given = [*parts]
    texts = [each.text if isinstance(each, Path) else each for each in given]
    if not all(isinstance(each, str) for each in texts):
        return What.UNKNOWN
    text = "".join(map(str, texts))
    return Path(text) if any(isinstance(each, Path) for each in given) else text
