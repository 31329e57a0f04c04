"""The functions of a model that pydantic calls: validators, serializers and computed fields."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Items,
    Value,
)

_VALIDATORS = {
    "field_validator": "field", "validator": "field",
    "model_validator": "model", "root_validator": "model",
}  # fmt: skip
_SERIALIZERS = {"field_serializer": "field", "model_serializer": "model"}
_COMPUTED = {"computed_field": "computed"}
_OLD = frozenset({"validator", "root_validator"})
EVERY = "*"
"""The name under which a validator is for all fields."""


class Validator(msgspec.Struct, frozen=True, eq=False):
    """A function that pydantic calls on values of a model, on their way in or out."""

    name: str
    """Of the function."""
    subject: str
    """``field`` or ``model``"""
    mode: str | None
    """``before``, ``after``, ``wrap`` or ``plain``; None where that is not known."""
    fields: tuple[str, ...] | None
    """The fields that it is for, `EVERY` among them; empty for one that is for the model, None
    where they are not known."""
    function: FunctionValue | None
    span: Span
    """The decorator, without its ``@``."""
    owner: ClassValue
    """The class that declares it."""
    decorator: tree.Expr
    made_by: str
    """The bare name of the decorator: ``field_validator``, ``root_validator`` …"""
    keywords: dict[str, Value]
    """What the decorator is given."""

    @property
    def is_old(self) -> bool:
        """Whether it is in the form of pydantic 1."""
        return self.made_by in _OLD

    def concerns(self, field: str) -> bool | None:
        """Whether it is called for the field; None where that is not known."""
        if self.subject == "model":
            return True
        if self.fields is None:
            return None
        return field in self.fields or EVERY in self.fields


class Computed(msgspec.Struct, frozen=True, eq=False):
    """A property that goes into a response like a field."""

    name: str
    declared: Value
    """The return annotation, evaluated; `Unknown` where there is none."""
    alias: str | None
    span: Span
    """The name of the function."""
    owner: ClassValue


def validators(cls: ClassValue) -> Iterator[Validator]:
    """The validators of a class, those of its bases first; an override replaces what it hides."""
    return _made(cls, _VALIDATORS)


def serializers(cls: ClassValue) -> Iterator[Validator]:
    """The serializers of a class, those of its bases first."""
    return _made(cls, _SERIALIZERS)


def computed(cls: ClassValue) -> Iterator[Computed]:
    """The computed fields of a class, those of its bases first."""
    for each in _made(cls, _COMPUTED):
        function = each.function
        declared: Value = UNKNOWN
        if function is None:
            continue
        if function.facts.returns is not None:
            declared = evaluate(function.facts.returns, function.closure)
        given = each.keywords.get("alias")
        alias = given.value if isinstance(given, Const) and isinstance(given.value, str) else None
        facts = function.facts
        start, end = facts.name_column, facts.name_column + len(facts.name)
        span = Span(each.owner.path, facts.line, start, facts.line, end)
        yield Computed(each.name, declared, alias, span, each.owner)


def writing(cls: ClassValue) -> Iterator[FunctionValue]:
    """The functions that run when an object of the class is written out."""
    for each in _made(cls, _SERIALIZERS | _COMPUTED):
        if each.function is not None:
            yield each.function


def _made(cls: ClassValue, kinds: dict[str, str]) -> Iterator[Validator]:
    found: dict[str, Validator] = {}
    for base in reversed(cls.own):
        modules = base.namespace.machine.modules
        for statement in base.node.body:
            if not isinstance(statement, tree.FunctionDef):
                continue
            facts = modules.facts(base.path).functions[statement.index]
            found.pop(facts.name, None)
            for decorator in facts.decorators:
                made = _validator(decorator, facts, base, kinds)
                if made is not None:
                    found[facts.name] = made
    yield from found.values()


def _validator(
    decorator: tree.Expr, facts: tree.FunctionFacts, cls: ClassValue, kinds: dict[str, str]
) -> Validator | None:
    call = decorator if isinstance(decorator, tree.Call) else None
    by = evaluate(decorator if call is None else call.func, cls.namespace)
    if not isinstance(by, External) or not by.name.startswith(("pydantic.", "sqlmodel.")):
        return None
    made_by = by.name.rpartition(".")[2]
    subject = kinds.get(made_by)
    if subject is None:
        return None
    args = [evaluate(arg, cls.namespace) for arg in (call.args if call else ())]
    keywords = {
        keyword.name: evaluate(keyword.value, cls.namespace)
        for keyword in (call.keywords if call else ())
        if keyword.name is not None
    }
    function = cls.namespace.namespace.get(facts.name)
    while isinstance(function, FunctionValue) and function.facts is not facts and function.wraps:
        function = function.wraps
    return Validator(
        facts.name,
        subject,
        _mode(made_by, keywords),
        _fields(args) if subject == "field" else (),
        function if isinstance(function, FunctionValue) else None,
        span_of(cls.path, decorator),
        cls,
        decorator,
        made_by,
        keywords,
    )


def _mode(made_by: str, keywords: dict[str, Value]) -> str | None:
    """When it is called, by what its decorator says or leaves to its default."""
    if made_by in _OLD:
        pre = keywords.get("pre", Const(False))
        known = isinstance(pre, Const)
        return ("before" if pre == Const(True) else "after") if known else None
    given = keywords.get("mode")
    if given is None:
        return "plain" if made_by in _SERIALIZERS else "after"
    return given.value if isinstance(given, Const) and isinstance(given.value, str) else None


def _fields(args: list[Value]) -> tuple[str, ...] | None:
    names: list[str] = []
    for arg in args:
        several = arg.items if isinstance(arg, Items) else [arg]
        for each in several:
            if not (isinstance(each, Const) and isinstance(each.value, str)):
                return None
            names.append(each.value)
    return tuple(names)
