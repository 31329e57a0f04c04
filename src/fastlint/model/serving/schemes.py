"""FastAPI's security schemes, as classes and as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following import classes
from fastlint.model.following.machine import Machine
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Value,
)
from fastlint.model.serving.dependencies import SECURITY_BASE, Dependency
from fastlint.model.serving.parameters import parameters

if TYPE_CHECKING:
    from fastlint.model.project import Project

_REQUIRED = {
    "HTTPBase": ("scheme",),
    "OAuth2PasswordBearer": ("tokenUrl",),
    "OAuth2AuthorizationCodeBearer": ("authorizationUrl", "tokenUrl"),
    "OpenIdConnect": ("openIdConnectUrl",),
    "APIKeyHeader": ("name",),
    "APIKeyCookie": ("name",),
    "APIKeyQuery": ("name",),
}
"""What the classes of ``fastapi.security`` cannot be made without (0.165)."""


def is_scheme_class(value: Value, machine: Machine) -> bool:
    """Whether it is the class of a scheme, and not a scheme."""
    return isinstance(value, ClassValue | External) and classes.derives(
        value, SECURITY_BASE, machine.knowledge
    )


def is_scheme(value: Value, machine: Machine) -> bool:
    """Whether it is a scheme: an object that ``Depends`` can call."""
    return isinstance(value, Instance) and is_scheme_class(value.cls, machine)


def refuses_when_called(cls: Value, project: Project) -> bool:
    """Whether objects of a class of the project answer 401 or 403 when called, and only then."""
    if not isinstance(cls, ClassValue):
        return False
    call, init = method(cls, "__call__"), method(cls, "__init__")
    refuses = project.guards.refuses
    return (
        call is not None
        and refuses(project.function(call))
        and not (init is not None and refuses(project.function(init)))
    )


def required_arguments(cls: ClassValue | External, machine: Machine) -> tuple[str, ...]:
    """What a scheme cannot be made without; FastAPI asks the client for it if it makes one."""
    if isinstance(cls, External):
        return _REQUIRED.get(cls.name.rpartition(".")[2], ())
    for base in cls.mro():
        if isinstance(base, External):
            return required_arguments(base, machine)
        init = base.namespace.namespace.get("__init__")
        if isinstance(init, FunctionValue):
            given = [*init.facts.params[1:]]
            return tuple(p.name for p in given if p.default is None)
    return ()


def method(cls: ClassValue | External, name: str) -> FunctionValue | None:
    """A method that the project wrote for a class, or for one that it derives from."""
    for base in cls.mro() if isinstance(cls, ClassValue) else ():
        found = base.namespace.namespace.get(name) if isinstance(base, ClassValue) else None
        if isinstance(found, FunctionValue):
            return found
    return None


def asks_for_connection(init: FunctionValue, machine: Machine) -> bool:
    """Whether a class takes the request itself: what it makes of it may be a guard."""
    return any(param.source != "query" for param in parameters(init, frozenset(), machine)[1:])


def lets_in_without(dependency: Dependency) -> bool | None:
    """Whether FastAPI's own check lets a request in that brings no credentials.

    None where that is not known: the project wrote the check itself, or ``auto_error`` is no
    literal.
    """
    value = dependency.callable
    if dependency.scheme is None or not isinstance(value, Instance):
        return None
    if isinstance(value.cls, ClassValue):
        for base in value.cls.mro():
            if isinstance(base, ClassValue) and (
                {"__init__", "__call__"} & base.namespace.namespace.keys()
            ):
                return None
    if "**" in value.keywords:
        return None
    given = value.keywords.get("auto_error", Const(True))
    if not isinstance(given, Const) or given == NONE:
        return None
    return not given.value
