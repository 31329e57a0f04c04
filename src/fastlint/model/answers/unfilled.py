"""Answers that a response model refuses: what is returned has nothing for a required field.

FastAPI validates what a handler returns, and reads the attributes of an object that is none of the
model (fastapi 0.165, ``routing.py``, ``serialize_response``). What it cannot read is a
``ResponseValidationError``, and 500 for the client.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.binding import touched_names
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    ClassValue,
    External,
    Subscripted,
    Value,
)
from fastlint.model.serving.responses import may_be_replaced, response_model
from fastlint.model.shapes.fields import Field
from fastlint.model.shapes.schemas import Schema

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_PLAIN_BASES = frozenset(
    {"pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel", "typing.Generic",
     "abc.ABC", "builtins.object"}
)  # fmt: skip
_OWN_WAYS = frozenset(
    {"__init__", "__new__", "__get_pydantic_core_schema__", "__getattr__", "__getattribute__"}
)
_LISTS = (External("builtins.list"), External("typing.List"))
_DEEPEST = 4
_ASSIGNED_AND_RETURNED = 2
"""How often the name of a variable stands that is used for nothing else."""


class Unfilled(msgspec.Struct, frozen=True, eq=False):
    """Something that is returned, or stands in what is returned, and that its model refuses."""

    node: tree.Node
    schema: Schema
    lacking: tuple[Field, ...]
    """The required fields that it has nothing for; none where it is None."""
    given: str
    """``None``, ``a dictionary``, or the name of the class of the object."""


def unfilled(route: Route, project: Project) -> Iterator[Unfilled]:
    """What a path operation returns that its response model refuses whenever it comes to it."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return
    answer = response_model(route)
    if answer.declared is None or not answer.is_json or not answer.has_body:
        return
    found = list(_Held(route, handler, project).answers(answer.declared))
    if found and not may_be_replaced(route.entry.handler, project.machine):
        yield from found


class _Held:
    """Holds what one handler returns against the model."""

    def __init__(self, route: Route, handler: Function, project: Project) -> None:
        self.route = route
        self.handler = handler
        self.project = project

    def answers(self, declared: Value) -> Iterator[Unfilled]:
        """All that is refused of what its ``return`` statements give."""
        for returned in self.handler.returns:
            if isinstance(returned.node, tree.Return) and returned.node.value is not None:
                yield from self.refused(returned.node.value, declared)

    def refused(self, node: tree.Expr, declared: Value, depth: int = 0) -> Iterator[Unfilled]:
        """What of an expression does not fit its declared type."""
        if isinstance(declared, AnnotatedType) or depth > _DEEPEST:
            return
        if isinstance(node, tree.IfExp):
            yield from self.refused(node.body, declared, depth)
            yield from self.refused(node.orelse, declared, depth)
            return
        if isinstance(declared, Subscripted) and declared.origin in _LISTS:
            item = declared.args[0]
            for each in _elements(node):
                yield from self.refused(each, item, depth + 1)
            return
        schema = self._schema(declared)
        if schema is None:
            return
        node = self._written(node)
        match node:
            case tree.Constant(value=None, kind=""):
                if not depth and NONE not in classes.members(declared):
                    yield Unfilled(node, schema, (), "None")
            case tree.DictDisplay():
                yield from self._dictionary(node, schema, depth)
            case tree.Name() | tree.Call():
                yield from self._object(node, schema)

    def _schema(self, declared: Value) -> Schema | None:
        """The one model that is declared; None where it may be filled in ways of its own."""
        models = [each for each in classes.members(declared) if each != NONE]
        schema = self.project.schema(models[0]) if len(models) == 1 else None
        if schema is None or schema.kind != "pydantic" or schema.is_root or not _is_plain(schema):
            return None
        takes_anything = any(v.subject == "model" and v.mode != "after" for v in schema.validators)
        return None if takes_anything or schema.options.is_old else schema

    def _written(self, node: tree.Expr) -> tree.Expr:
        """What a variable is assigned that is then returned, and used for nothing else."""
        if not isinstance(node, tree.Name):
            return node
        uses = [n for n in self.handler.nodes if isinstance(n, tree.Name) and n.id == node.id]
        if len(uses) != _ASSIGNED_AND_RETURNED:
            return node
        for statement in self.handler.nodes:
            match statement:
                case tree.Assign(targets=[tree.Name(id=node.id)], value=value):
                    return value
        return node

    def _dictionary(self, node: tree.DictDisplay, schema: Schema, depth: int) -> Iterator[Unfilled]:
        keys = [each.value if isinstance(each, tree.Constant) else None for each in node.keys]
        if None in keys:
            return
        lacking = tuple(each for each in _required(schema) if _keys(each).isdisjoint(keys))
        if lacking:
            yield Unfilled(node, schema, lacking, "a dictionary")
            return
        for key, value in zip(keys, node.values, strict=True):
            field = next((each for each in schema.fields if key in _keys(each)), None)
            is_checked = field is not None and not any(
                validator.mode != "after" for validator in schema.validators
            )
            if field is not None and is_checked:
                yield from self.refused(value, field.declared, depth + 1)

    def _object(self, node: tree.Name | tree.Call, schema: Schema) -> Iterator[Unfilled]:
        cls = self._made(node) if isinstance(node, tree.Call) else self._body(node.id)
        given = None if cls is None else self.project.schema(cls)
        if cls is None or given is None or given.kind != "pydantic" or not _is_plain(given):
            return
        if given.options.extra not in ("ignore", "forbid") or schema.value in cls.mro():
            return
        names = {name for base in cls.own for name in base.namespace.namespace}
        names.update(each.name for each in given.fields)
        lacking = tuple(each for each in _required(schema) if _keys(each).isdisjoint(names))
        if lacking:
            yield Unfilled(node, schema, lacking, f"`{given.name}`")

    def _made(self, node: tree.Call) -> ClassValue | None:
        site = self.handler.call_at(node)
        return site.callee if site is not None and isinstance(site.callee, ClassValue) else None

    def _body(self, name: str) -> ClassValue | None:
        """The model of a body that the handler was given and has not bound anew."""
        param = next((each for each in self.route.params if each.name == name), None)
        if param is None or param.source not in ("body", "form"):
            return None
        is_bound = any(name in touched_names(each) for each in self.handler.nodes)
        declared = classes.without_markers(param.declared)
        return declared if isinstance(declared, ClassValue) and not is_bound else None


def _is_plain(schema: Schema) -> bool:
    """Whether nothing but its fields says what the model takes, and what its objects have."""
    cls = schema.value
    if not cls.is_whole or not _PLAIN_BASES.issuperset(cls.outside) or schema.options.is_open:
        return False
    return all(_OWN_WAYS.isdisjoint(base.namespace.namespace) for base in cls.own)


def _elements(node: tree.Expr) -> list[tree.Expr]:
    """What is written out of a list: its items, or the one that stands for all of them."""
    match node:
        case tree.Sequence(kind="list", items=items):
            return items
        case tree.Comprehension(kind="list", element=element):
            return [element]
    return []


def _required(schema: Schema) -> list[Field]:
    return [each for each in schema.fields if each.is_required and each.aliases.is_known]


def _keys(field: Field) -> set[str]:
    """All names under which it may be read."""
    return {field.name, *field.aliases.validation}
