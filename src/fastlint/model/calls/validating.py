"""The project's own functions that run while pydantic makes an object out of data.

Pydantic makes the object by its ``__init__`` where the model has one of its own (`custom_init` of
its core schema), nested models' included. What is an object of the model already is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.calls.blocking import own_name
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Value,
)
from fastlint.model.shapes.schemas import Schema, Schemas
from fastlint.model.shapes.validators import validators

_METADATA = frozenset(
    {
        "pydantic.AfterValidator", "pydantic.BeforeValidator", "pydantic.PlainValidator",
        "pydantic.WrapValidator",
    }
)  # fmt: skip
_MAKING = frozenset(
    f"{model}.{method}"
    for model in ("pydantic.BaseModel", "sqlmodel.SQLModel")
    for method in (
        "from_orm", "model_validate", "model_validate_json", "model_validate_strings", "parse_obj",
        "parse_raw", "validate",
    )
)  # fmt: skip
_MAKES = ("__init__", "model_post_init")
_ADAPTER = "pydantic.TypeAdapter"
_ADAPTING = frozenset(
    f"{_ADAPTER}.{method}" for method in ("validate_json", "validate_python", "validate_strings")
)
_PARSING = frozenset({"pydantic.parse_obj_as", "pydantic.parse_raw_as"})


def of_schema(schema: Schema) -> Iterator[FunctionValue]:
    """What runs when an object of the model is made, but for its fields that are models."""
    for validator in validators(schema.value):
        if validator.function is not None:
            yield validator.function
    for name in _MAKES:
        method = classes.method(schema.value, name)
        if method is not None:
            yield method
    for field in schema.fields:
        yield from in_metadata(field.declared)


def in_metadata(declared: Value) -> Iterator[FunctionValue]:
    """``Annotated[str, AfterValidator(check)]``"""
    if isinstance(declared, AnnotatedType):
        for each in declared.metadata:
            if isinstance(each, Instance) and each.args and isinstance(each.cls, External):
                given = each.args[0]
                if each.cls.name in _METADATA and isinstance(given, FunctionValue):
                    yield given


def made_of_data(site: CallSite, schemas: Schemas) -> Iterator[FunctionValue]:
    """What ``Item.model_validate(data)`` runs, and ``TypeAdapter(list[Item]).validate_python``."""
    declared = _declared(site)
    if declared is None:
        return
    yield from in_metadata(declared)
    named = _named(site, schemas.of(declared))
    seen: dict[int, FunctionValue] = {}
    for schema, _ in schemas.reached(declared):
        if named is None:
            for function in of_schema(schema):
                # Many fields may have the one validator.
                if function.facts.is_method or id(function) not in seen:
                    seen[id(function)] = function
                    yield bound_to(schema.value, function)
        else:
            yield from _of_named(schema, named, schemas)
            break


def _named(site: CallSite, schema: Schema | None) -> frozenset[str] | None:
    """The fields that a call writes out: ``Item.model_validate({"name": name})``."""
    match site.node.args:
        case [tree.DictDisplay(keys=keys), *_] if schema is not None:
            names = {key.value for key in keys if isinstance(key, tree.Constant)}
            known = {field.name for field in schema.fields}
            if len(names) == len(keys) and names <= known:
                return frozenset(map(str, names))
    return None


def _of_named(schema: Schema, names: frozenset[str], schemas: Schemas) -> Iterator[FunctionValue]:
    """What runs for the fields of a model that are given."""
    for validator in validators(schema.value):
        is_run = validator.subject == "model" or any(map(validator.concerns, names))
        if validator.function is not None and is_run:
            yield bound_to(schema.value, validator.function)
    for name in _MAKES:
        method = classes.method(schema.value, name)
        if method is not None:
            yield bound_to(schema.value, method)
    for field in schema.fields:
        if field.name in names:
            yield from in_metadata(field.declared)
            for below, _ in schemas.reached(field.declared):
                for function in of_schema(below):
                    yield bound_to(below.value, function)


def of_fields(cls: ClassValue, names: frozenset[str], schemas: Schemas) -> Iterator[FunctionValue]:
    """What the annotations of a model's fields have run when these are given."""
    schema = schemas.of(cls)
    for field in () if schema is None else schema.fields:
        if field.name in names:
            yield from in_metadata(field.declared)


def bound_to(cls: ClassValue, function: FunctionValue) -> FunctionValue:
    """The validator as pydantic calls it: of the class, or of an object of it."""
    if function.bound is not None or not function.facts.is_method:
        return function
    is_of_class = External("builtins.classmethod") in function.decorators
    return replace(function, bound=cls if is_of_class else Instance(cls))


def _declared(site: CallSite) -> Value | None:
    """Of which type an object is made there."""
    name = own_name(site.callee)
    if name in _MAKING:
        made = site.result.cls if isinstance(site.result, Instance) else None
        return made if isinstance(made, ClassValue) and not _is_made(site, made) else None
    if name in _ADAPTING and isinstance(site.callee, Member):
        owner = site.callee.owner
        return owner.args[0] if owner.args else owner.keywords.get("type")
    if name in _PARSING and site.args:
        return site.args[0]
    return None


def _is_made(site: CallSite, cls: ClassValue) -> bool:
    """Whether what is given is an object of the model, or written out so that it may hold some."""
    if any(isinstance(arg, tree.DictDisplay) and _has_objects(arg) for arg in site.node.args):
        return True
    given = site.args[0] if site.args else None
    return isinstance(given, Instance) and given.cls is cls


def _has_objects(node: tree.DictDisplay) -> bool:
    return any(isinstance(value, tree.Call) for value in node.values)
