"""Validators that are given the finished object, and treat it as the dictionary that it was.

Followed from pydantic 2.14: ``@model_validator(mode="after")`` calls the function with the object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import names, walk
from fastlint.findings import Span
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue
from fastlint.model.shapes.decorated_validators import Decorated, decorated_validators

if TYPE_CHECKING:
    from fastlint.model.project import Project

_WORD = b"model_validator"
_METHODS = frozenset({"get", "items", "keys", "values", "pop", "update", "setdefault"})


class Misread(msgspec.Struct, frozen=True, eq=False):
    """Where such a validator asks the object for what only a dictionary has."""

    span: Span
    written: str
    """``values["start"]``, ``values.get``"""
    name: str
    """What the object is called there."""
    model: str


def misread(project: Project) -> Iterator[Misread]:
    """The first such place of each validator; tests are left out."""
    for module in project.modules:
        if not module.is_test and project.modules_index.mentions(module.path, _WORD):
            for each in decorated_validators(module):
                if each.is_after_model and each.is_for_class and each.covering is None:
                    found = _misread(each, module, project)
                    if found is not None:
                        yield found


def _misread(each: Decorated, module: Module, project: Project) -> Misread | None:
    model = _model(each, module, project)
    params = each.facts.params
    if model is None or len(params) < 2:  # noqa: PLR2004 - the class, and the object
        return None
    name = params[1].name
    nodes = list(walk(tree.statements(each.facts)))
    if any(_may_be_another(node, name) for node in nodes):
        return None
    for node in nodes:
        match node:
            case tree.Subscript(value=tree.Name(id=read)) if read == name:
                if not _has(model, "__getitem__"):
                    return Misread(module.span(node), f"{name}[…]", name, model.node.name)
            case tree.Call(func=tree.Attribute(value=tree.Name(id=read), attr=attr) as func):
                if read == name and attr in _METHODS and not _has(model, attr):
                    return Misread(module.span(func), f"{name}.{attr}", name, model.node.name)
    return None


def _may_be_another(node: tree.Node, name: str) -> bool:
    """Whether the name is bound anew, or somebody asks what it is."""
    match node:
        case tree.Assign(targets=targets):
            return any(isinstance(each, tree.Name) and each.id == name for each in targets)
        case tree.Call(func=tree.Name(id="isinstance" | "hasattr" | "type")):
            return name in names([node])
    return isinstance(node, tree.Walrus) and node.name == name


def _model(each: Decorated, module: Module, project: Project) -> ClassValue | None:
    """The class, if all of its bases are known and it is a model of pydantic's own kind."""
    owner = each.facts.qualname.rpartition(".")[0]
    value = project.machine.run_module(module.path).namespace.get(owner)
    if not isinstance(value, ClassValue) or not value.is_whole:
        return None
    schema = project.schema(value)
    is_plain = schema is not None and schema.kind == "pydantic"
    return value if is_plain and not _has(value, "__getattr__") else None


def _has(model: ClassValue, name: str) -> bool:
    """Whether the class, or one of its bases, has such a method or field."""
    return any(
        name in base.namespace.namespace
        or any(
            isinstance(each, tree.AnnAssign)
            and isinstance(each.target, tree.Name)
            and each.target.id == name
            for each in base.node.body
        )
        for base in model.own
    )
