"""Names in ``response_model_exclude`` and ``response_model_include`` that stand for no field.

Followed from fastapi 0.165, ``routing.py`` (`serialize_response`), which hands both to pydantic 2
as they are: names are those of the fields of a model, of a list only numbers and ``__all__`` count,
and what names nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.following import classes
from fastlint.model.following.values import NONE, Const, Items, Mapping, Subscripted, Value
from fastlint.model.serving.parameters import is_collection, is_mapping
from fastlint.model.serving.responses import response_model
from fastlint.model.shapes.fields import Field
from fastlint.model.shapes.schemas import Schema

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_EXCLUDE, _INCLUDE = "response_model_exclude", "response_model_include"
_EACH = "__all__"
_NUMBER = re.compile(r"-?\d+")
"""What asks for one item; a number and its text are one key of a `Mapping`."""
_KNOWN_BASES = ("pydantic.", "sqlmodel.", "typing.", "builtins.", "abc.")
"""Where bases come from that add no field."""


class Unmatched(msgspec.Struct, frozen=True, eq=False):
    """Names in one place that pydantic passes over."""

    option: str
    """``response_model_exclude`` or ``response_model_include``"""
    names: tuple[str, ...]
    schema: Schema | None
    """The model that has no such fields; None where a list stands in its place."""
    meant: Field | None = None
    """The field that the one name is an alias of, or that bears it further down."""

    @property
    def excludes(self) -> bool:
        """Whether the names say what is left out, not what goes out."""
        return self.option == _EXCLUDE


class _Filter(msgspec.Struct, frozen=True, eq=False):
    """What a path operation is given for its answer."""

    route: Route
    declared: Value
    option: str
    given: Value

    @property
    def names(self) -> frozenset[str]:
        """The names at its top, as far as they are known whole."""
        return frozenset(_read(self.given) or ())


def unmatched(project: Project) -> Iterator[tuple[Route, Unmatched]]:
    """What of the names that decorators of path operations are given stands for nothing."""
    filters = [each for route in project.operations for each in _filters(route)]
    fields = _fields(filters, project)
    for each in filters:
        for found in _passed_over(each.given, each.declared, each.option, project):
            is_below = found.meant is not None and found.meant.name in found.names
            if is_below and each.route.option(_INCLUDE) is not None:
                continue  # it may be left out for not being named
            is_stale = found.schema is not None and found.meant is None
            if not is_stale or not fields[each.names].issuperset(found.names):
                yield each.route, found


def _filters(route: Route) -> Iterator[_Filter]:
    answer = response_model(route)
    if route.kind != "http" or answer.declared is None or not answer.is_json:
        return
    for option in (_EXCLUDE, _INCLUDE):
        given = route.option(option)
        if given is not None:
            yield _Filter(route, answer.declared, option, given)


def _fields(filters: Iterable[_Filter], project: Project) -> dict[frozenset[str], set[str]]:
    """Which fields the models have whose path operations are given the very same names.

    ``HIDDEN = {"email", "phone"}`` may be written once for several of them.
    """
    found: dict[frozenset[str], set[str]] = {}
    for each in filters:
        fields = found.setdefault(each.names, set())
        schema = project.schema(each.declared)
        if schema is not None:
            fields.update(name for name in each.names if schema.field(name) is not None)
    return found


def _passed_over(
    given: Value, declared: Value, option: str, project: Project
) -> Iterator[Unmatched]:
    names = _read(given)
    types = [each for each in classes.members(declared) if each != NONE]
    if names is None or len(types) != 1:
        return
    if is_collection(types[0]):
        lost = tuple(name for name in names if name != _EACH and not _NUMBER.fullmatch(name))
        if lost and _are_models(types[0], project):
            yield Unmatched(option, lost, None)
        return
    schema = project.schema(types[0])
    if schema is not None and _is_plain(schema):
        yield from _no_fields(names, schema, types[0], option, project)


def _no_fields(
    names: dict[str, Value | None],
    schema: Schema,
    declared: Value,
    option: str,
    project: Project,
) -> Iterator[Unmatched]:
    """Those that are no fields of a model, and what below its fields stands for nothing."""
    unknown: list[str] = []
    for name, below in names.items():
        field = schema.field(name)
        if field is not None:
            if below is not None:
                yield from _passed_over(below, field.declared, option, project)
        elif name != _EACH and all(name != each.name for each in schema.computed):
            meant = _by_alias(name, schema)
            if meant is None and option == _EXCLUDE:
                meant = _further_down(name, declared, names, project)
            if meant is None:
                unknown.append(name)
            elif meant.name == name or meant.name not in names:
                yield Unmatched(option, (name,), schema, meant)
    if unknown:
        yield Unmatched(option, tuple(unknown), schema)


def _are_models(items: Value, project: Project) -> bool:
    """Whether it is a list, set or tuple of models of pydantic 2."""
    if is_mapping(items) or not isinstance(items, Subscripted):
        return False
    schema = project.schema(items.args[0])
    return schema is not None and not schema.options.is_old


def _read(given: Value) -> dict[str, Value | None] | None:
    """The names of a filter, and what is said below each; None where it is not known whole."""
    if isinstance(given, Items):
        names = [each.value if isinstance(each, Const) else None for each in given.items]
        found = [name for name in names if isinstance(name, str)]
        return None if given.open or len(found) < len(names) else dict.fromkeys(found)
    if isinstance(given, Mapping) and not given.open and not given.others:
        return dict(given.items)
    return None


def _is_plain(schema: Schema) -> bool:
    """Whether what is written of an object are its fields, all of them known."""
    return (
        schema.kind in ("pydantic", "table")
        and schema.value.is_whole
        and not schema.is_root
        and not schema.options.is_old
        and schema.options.extra in ("ignore", "forbid")
        and all(each.subject == "field" for each in schema.serializers)
        and all(base.startswith(_KNOWN_BASES) for base in schema.value.outside)
    )


def _by_alias(name: str, schema: Schema) -> Field | None:
    for each in schema.fields:
        if name in (each.aliases.alias, each.aliases.serialization):
            return each
    return None


def _further_down(
    name: str, declared: Value, excluded: Container[str], project: Project
) -> Field | None:
    """The field of that name in a model within the model, if it goes out."""
    for schema, way in project.schemas.reached(declared):
        field = schema.field(name)
        if way and way[0].name not in excluded and field is not None and not field.is_excluded:
            return field
    return None
