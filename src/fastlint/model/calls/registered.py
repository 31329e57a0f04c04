"""Under which names the project's classes are registered, as far as its text says.

A registry that functions fill (a lifespan, a plug-in's set-up) is asked for ``"redis"``. What
stands there nobody sees, but one of the classes calls itself so, or is named with that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.calls.made import Makers
from fastlint.model.following.objects.descriptors import is_property
from fastlint.model.following.switches import is_switch
from fastlint.model.following.values import ClassValue, Const, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

Candidate = tuple[ClassValue, FunctionValue]
"""A class, and the method of it that may be run."""


class Registered:
    """Looks for what classes are called; each class is looked at once."""

    def __init__(self, machine: Machine, makers: Makers) -> None:
        self._machine = machine
        self._makers = makers
        self._own: dict[int, dict[str, str]] = {}
        self._beside: dict[int, frozenset[str]] = {}

    def under(self, candidates: Sequence[Candidate], asked: Value) -> Sequence[Candidate]:
        """Those that are meant by a key; all of them where nothing says which."""
        if isinstance(asked, ClassValue):
            return [each for each in candidates if asked in each[0].mro()] or candidates
        key = _spelled(asked)
        classes = [cls for cls, _ in candidates]
        telling = self._telling(classes)
        those = [
            (cls, method)
            for cls, method in candidates
            if any(self._called(cls).get(name) == key for name in telling)
        ]
        named = those or [each for each in candidates if key in self._named_with(each[0])]
        return named or candidates

    def _telling(self, classes: Sequence[ClassValue]) -> set[str]:
        """The attributes by which the classes can be told apart."""
        said: dict[str, list[str]] = {}
        for cls in classes:
            for name, text in self._called(cls).items():
                said.setdefault(name, []).append(text)
        return {name for name, texts in said.items() if len(texts) == 1 or len(set(texts)) > 1}

    def _called(self, cls: ClassValue) -> dict[str, str]:
        """The texts and members that a class has as attributes, or gives by its properties."""
        if id(cls) not in self._own:
            self._own[id(cls)] = dict(self._texts(cls))
        return self._own[id(cls)]

    def _texts(self, cls: ClassValue) -> Iterator[tuple[str, str]]:
        for base in reversed(cls.mro()):
            if isinstance(base, ClassValue):
                for name, value in base.namespace.namespace.items():
                    found = self._machine.force(value)
                    if is_property(found):
                        found = self._machine.result_of(replace(found, bound=Instance(cls)))
                    if _is_key(found):
                        yield name, _spelled(found)

    def _named_with(self, cls: ClassValue) -> frozenset[str]:
        """The keys that stand beside the class: ``register("a", A())``, ``A("a")``."""
        if id(cls) not in self._beside:
            self._beside[id(cls)] = frozenset(map(_written, self._makers.beside(cls)))
        return self._beside[id(cls)]


def _is_key(value: Value) -> bool:
    """Whether it is a text, or a member of an enumeration, as the code says it."""
    return is_switch(value) and not (isinstance(value, Const) and not isinstance(value.value, str))


def _spelled(key: Value) -> str:
    """How a key is told from others: ``'redis'``, ``Kind.REDIS``."""
    if isinstance(key, Instance) and isinstance(key.cls, ClassValue):
        name = key.attributes["name"]
        return f"{key.cls.node.name}.{name.value!s}" if isinstance(name, Const) else ""
    return repr(key.value) if isinstance(key, Const) else ""


def _written(node: tree.Expr) -> str:
    """As `_spelled`, of what the code says; empty for anything else."""
    match node:
        case tree.Constant(value=value, kind=""):
            return repr(value)
        case tree.Attribute(value=owner, attr=attr):
            return f"{last_name(owner)}.{attr}"
    return ""
