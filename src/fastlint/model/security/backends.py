"""Whether Starlette's ``AuthenticationMiddleware`` turns anybody away.

Followed from starlette 1.10, ``middleware/authentication.py``: where the backend gives None the
request goes on as that of an `UnauthenticatedUser`; only an `AuthenticationError` ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following.classes import is_subclass
from fastlint.model.following.fastapi.middleware import Middleware
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Value,
)
from fastlint.model.reading.flow import may_fall_through

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MIDDLEWARE = "starlette.middleware.authentication.AuthenticationMiddleware"
_NOBODY = External("starlette.authentication.UnauthenticatedUser")


def lets_everybody_in(made: Middleware, project: Project) -> bool | None:
    """Whether a middleware is one whose backend lets strangers in; None where nobody can tell.

    False for every other middleware.
    """
    if not _is_plain(made.made):
        return False
    backend = made.option("backend", 0)
    cls = backend.cls if isinstance(backend, Instance) else None
    method = _method(cls) if isinstance(cls, ClassValue) else None
    return None if method is None else _welcomes(project.function(method))


def is_backed(made: Middleware) -> bool:
    """Whether a middleware hands each request to a backend that looks at its credentials."""
    return made.made == External(_MIDDLEWARE) or is_subclass(made.made, _MIDDLEWARE)


def _is_plain(cls: Value) -> bool:
    """Whether it is Starlette's own, or the project's and does not handle requests in its way."""
    if isinstance(cls, ClassValue):
        own = cls.own
        if any("__call__" in base.namespace.namespace for base in own):
            return False
    return cls == External(_MIDDLEWARE) or is_subclass(cls, _MIDDLEWARE)


def _method(cls: ClassValue) -> FunctionValue | None:
    for base in cls.own:
        found = base.namespace.namespace.get("authenticate")
        if found is not None:
            return found if isinstance(found, FunctionValue) else None
    return None


def _welcomes(authenticate: Function) -> bool | None:
    given = [each.value for each in authenticate.returns]
    if may_fall_through(authenticate.statements) or any(map(_is_nobody, given)):
        return True
    return None if any(not isinstance(each, Items) for each in given) else False


def _is_nobody(given: Value) -> bool:
    if isinstance(given, Items):
        return any(isinstance(each, Instance) and each.cls == _NOBODY for each in given.items)
    return given == NONE
