"""Classes that keep what a request brings, and do nothing with it: forms, groups of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BASES = frozenset(
    {
        "builtins.object",
        "fastapi.security.OAuth2PasswordRequestForm",
        "fastapi.security.OAuth2PasswordRequestFormStrict",
        "fastapi.security.oauth2.OAuth2PasswordRequestForm",
        "fastapi.security.oauth2.OAuth2PasswordRequestFormStrict",
        "pydantic.BaseModel",
        "pydantic.main.BaseModel",
    }
)
MADE_BY = ("__new__", "__init__", "__post_init__", "model_post_init")
_OF_BASES = frozenset({"super", "__init__"})


def only_keeps(made: Value, project: Project) -> bool:
    """Whether a dependency is such a class: all that making an object does is in sight.

    Whoever asks for the object may look at what it holds; the class itself turns nobody away, but
    for what a type refuses.
    """
    if not isinstance(made, ClassValue) or not made.is_whole:
        return False
    for base in made.mro():
        if isinstance(base, External):
            if base.name not in _BASES:
                return False
        elif not _is_plain(base, project):
            return False
    return True


def _is_plain(cls: ClassValue, project: Project) -> bool:
    """Whether a class has no maker that does anything, nor a validator of pydantic."""
    for name, value in cls.namespace.namespace.items():
        if isinstance(value, FunctionValue):
            if name in MADE_BY and not _only_assigns(project.function(value)):
                return False
            if any("valid" in _name(by) for by in value.decorators):
                return False
        elif name in MADE_BY:
            return False
    return True


def _name(decorator: Value) -> str:
    if isinstance(decorator, Instance):
        decorator = decorator.cls
    return decorator.name if isinstance(decorator, External) else "valid"


def _only_assigns(function: Function) -> bool:
    return not any(
        isinstance(node, tree.Raise | tree.Assert)
        or (isinstance(node, tree.Call) and last_name(node.func) not in _OF_BASES)
        for node in function.nodes
    )
