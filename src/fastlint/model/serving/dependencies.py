"""The dependencies of a route: what FastAPI calls before the handler, and in which order.

Followed from fastapi 0.165: ``routing.py`` (`APIRoute.__init__` puts the route's own
``dependencies=`` before the signature's) and ``dependencies/utils.py`` (`get_dependant`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.findings import Span
from fastlint.model.following import signatures
from fastlint.model.following.functions import Function
from fastlint.model.following.objects import lookup
from fastlint.model.following.signatures import Signature
from fastlint.model.following.values import (
    ClassValue,
    Const,
    DependsMarker,
    External,
    FunctionKey,
    FunctionValue,
    Instance,
    LambdaValue,
    Member,
    Partial,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.serving.parameters import Param, depends_value, known_parameters, of_signature

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

SECURITY_BASE = "fastapi.security.base.SecurityBase"
_DEEPEST = 20
_MOST_BELOW = 5_000
_MOST_READ = 500_000
"""Dependencies to read below one, and in all: where each asks twice for the next, they double with
every level. What is left out is unknown."""


class Dependency(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One dependency of a route or of another dependency."""

    callable: Value
    """What ``Depends`` was given, or the parameter's type for ``Depends()``."""
    function: Function | None
    """What is run: the function, a class's ``__init__``, an object's ``__call__``."""
    name: str
    """``module:qualname`` of the project's own, the dotted name of anything else."""
    marker: DependsMarker
    origin: str
    """``app``, ``include``, ``router``, ``route`` or ``parameter``"""
    parameter: str
    """The parameter that it fills; empty where its result is not used."""
    params: tuple[Param, ...]
    children: tuple[Dependency, ...]
    """The dependencies of the dependency, in the order of its signature."""
    scheme: str | None
    """The class of the security scheme, if it is one."""
    auto_error: bool
    """Whether the scheme itself refuses a request without credentials."""
    unknown: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The ``Depends(…)`` that declares it."""
        return self.marker.span

    @cached_property
    def all(self) -> tuple[Dependency, ...]:
        """The dependency and all below it in execution order: what it needs comes first."""
        return (*(d for child in self.children for d in child.all), self)


class Dependencies:
    """Makes `Dependency` trees. A dependency that is used twice is read once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._functions: dict[FunctionKey, Function] = {}
        self._read: dict[tuple[int, frozenset[str] | None], Dependency] = {}
        self._reads = 0
        self._below = 0
        """How many have been met below the one that a route or parameter asks for."""
        self._names: dict[int, frozenset[str]] = {}
        """By marker: the names that the dependency and all below it ask for."""

    def function(self, value: FunctionValue) -> Function:
        """The function as rules see it; the same object for the same function."""
        key = value.key
        found = self._functions.get(key)
        if found is None:
            module = self.machine.modules.name(value.path)
            found = Function(module, value.path, value.facts, value, self.machine)
            self._functions[key] = found
        return found

    def of_params(
        self, params: tuple[Param, ...], path_names: frozenset[str] | None, depth: int = 0
    ) -> Iterator[Dependency]:
        """The dependencies that parameters declare."""
        for param in params:
            value = depends_value(param)
            if value is not None and isinstance(param.marker, DependsMarker):
                yield self.read(
                    value, param.marker, "parameter", path_names, param.name, depth=depth
                )

    def read(
        self,
        value: Value,
        marker: DependsMarker,
        origin: str,
        path_names: frozenset[str] | None,
        parameter: str = "",
        *,
        depth: int = 0,
    ) -> Dependency:
        """The dependency that ``Depends(value)`` declares, with everything below it."""
        names = None if marker.dependency is None else self._names.get(id(marker))
        if names is not None:
            if path_names is not None:
                path_names &= names  # of the names in a path, no other makes a difference
            known = self._read.get((id(marker), path_names))
            if known is not None:
                self._below += len(known.all)
                if known.origin == origin and known.parameter == parameter:
                    return known
                return replace(known, origin=origin, parameter=parameter)
        self._below = self._below + 1 if depth else 0
        self._reads += 1
        is_endless = depth >= _DEEPEST or self._below > _MOST_BELOW or self._reads > _MOST_READ
        runs = _runs(value, self.machine)
        params: tuple[Param, ...] = ()
        children: tuple[Dependency, ...] = ()
        signature = Signature() if is_endless else _signature(value, self.machine)
        if signature.slots:
            params = of_signature(signature, path_names, self.machine)
            children = tuple(self.of_params(params, path_names, depth + 1))
        elif isinstance(value, External):
            params = known_parameters(value.name, marker.span, self.machine)
        unknown = _unknown(value, signature)
        if is_endless:
            unknown += ("it asks for too many others to follow",)
        scheme, auto_error = _scheme(value, self.machine)
        result = Dependency(
            value,
            None if runs is None else self.function(runs),
            self.name(value),
            marker,
            origin,
            parameter,
            params,
            children,
            scheme,
            auto_error,
            unknown,
        )
        if names is None:
            names = frozenset(param.name for each in result.all for param in each.params)
            if marker.dependency is not None:
                self._names[id(marker)] = names
        if marker.dependency is not None:
            relevant = None if path_names is None else path_names & names
            self._read[id(marker), relevant] = result
        return result

    def again(self, dependency: Dependency, path_names: frozenset[str] | None) -> Dependency:
        """The same dependency for a route with these names in its path."""
        return self.read(
            dependency.callable,
            dependency.marker,
            dependency.origin,
            path_names,
            dependency.parameter,
        )

    def name(self, value: Value) -> str:
        """``module:qualname`` of what is called; its dotted name if it is not the project's."""
        match value:
            case FunctionValue():
                original = value.original
                return f"{self.machine.modules.name(original.path)}:{original.facts.qualname}"
            case ClassValue(path=path, node=node):
                return f"{self.machine.modules.name(path)}:{node.qualname}"
            case Instance(cls=cls):
                return self.name(cls)
            case External(name=name):
                return name
            case Member(dotted=dotted):
                return dotted
            case Partial(function=function):
                return self.name(function)
            case Subscripted(origin=origin):
                return self.name(origin)
            case LambdaValue(path=path):
                return f"{self.machine.modules.name(path)}:<lambda>"
        return "?"


def _runs(value: Value, machine: Machine) -> FunctionValue | None:
    """The project's function that runs when FastAPI calls the dependency."""
    match value:
        case FunctionValue():
            return value
        case Partial(function=function):
            return _runs(function, machine)
        case Subscripted():
            return None  # the signature of `Repo[int]` is `(*args, **kwargs)`: nothing is injected
        case ClassValue():
            for base in value.mro():
                init = signatures.initialiser(base) if isinstance(base, ClassValue) else None
                if init is not None:
                    return replace(init, bound=Instance(value))
            return None
        case Instance(cls=ClassValue()):
            method = lookup.attribute(value, "__call__", machine)
            return method if isinstance(method, FunctionValue) else None
    return None


def _signature(value: Value, machine: Machine) -> Signature:
    """What FastAPI fills in when it calls the dependency; empty for what is not the project's."""
    match value:
        case Partial(function=function):
            return signatures.of_partial(value, _signature(function, machine))
        case Subscripted():
            return Signature()  # `(*args, **kwargs)`: nothing is injected
        case ClassValue() | FunctionValue() | Instance(cls=ClassValue()):
            return signatures.signature_of(value, machine)
        case LambdaValue(node=node, scope=scope):
            return signatures.of_lambda(node, scope)
    return Signature()


def _unknown(value: Value, signature: Signature) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return (value.reason or "a dependency could not be resolved",)
    if signature.is_open and not isinstance(value, Instance):
        return ("not all that it asks for is known",)
    return ()


def _scheme(value: Value, machine: Machine) -> tuple[str | None, bool]:
    """The class name of a security scheme, and whether it refuses a request by itself."""
    if not isinstance(value, Instance):
        return None, True
    knowledge = machine.knowledge
    if isinstance(value.cls, External):
        if not knowledge.derives(value.cls.name, SECURITY_BASE):
            return None, True
        name = value.cls.name.rpartition(".")[2]
    else:
        bases = [b for b in value.cls.mro() if isinstance(b, External)]
        if not any(knowledge.derives(base.name, SECURITY_BASE) for base in bases):
            return None, True
        name = value.cls.node.name
    return name, value.keywords.get("auto_error") != Const(False)
