"""Sensitive fields that a path operation answers with, by what its response model contains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following import classes
from fastlint.model.following.functions import dotted
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    Const,
    Dots,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Mapping,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import Phrases, words
from fastlint.model.serving.parameters import is_collection, is_mapping
from fastlint.model.serving.responses import response_model

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route
    from fastlint.model.shapes.fields import Field
    from fastlint.model.shapes.schemas import Schema

_EACH = "__all__"
"""Every item of a list, to pydantic."""
_SOME = "*"
"""The keys of a dictionary, which are not known."""
_REST = re.compile(r"^(?!.*(?:hidden|redacted|masked|removed)).*[^*•xX.\s]", re.IGNORECASE)
"""A text that is more than asterisks, and does not say that it stands for another."""
_TEXT = frozenset(
    {
        "builtins.str", "builtins.bytes", "pydantic.StrictStr", "pydantic.StrictBytes",
        "pydantic.constr", "pydantic.constr()", "pydantic.conbytes", "pydantic.conbytes()",
    }
)  # fmt: skip
_IDENTIFIERS = frozenset({"uuid.UUID", "pydantic.UUID4", "pydantic.UUID1", "pydantic.UUID7"})


class Exposure(msgspec.Struct, frozen=True, eq=False):
    """A sensitive field in an answer."""

    way: tuple[Field, ...]
    """The fields that lead from the response model to the schema."""
    schema: Schema
    field: Field
    certain: bool
    """Whether its name leaves no doubt about what it is."""


def exposures(route: Route, project: Project) -> Iterator[Exposure]:
    """The sensitive fields of the answer, those left out that are there on purpose."""
    answer = response_model(route)
    handler = route.handler
    if route.kind != "http" or handler is None or answer.declared is None or not answer.has_body:
        return
    if answer.is_json is False or _redacts(handler):
        return
    schemas = project.schemas
    for schema, way in (
        schemas.ways(answer.declared) if _leaves_out(route) else schemas.reached(answer.declared)
    ):
        for field in schema.fields:
            certain = is_certain(field.name)
            if (
                certain is None
                or field.is_excluded
                or not _is_readable(field.type, certain=certain)
                or _is_left_out(route, answer.declared, (*way, field))
                or _is_changed(field, schema, project)
                or _is_blanked(field.name, handler)
                or _is_made_here(field)
                or (not way and _is_made_up(field, schema, handler))
                or _is_handed_over(route, handler, schema, way, field, certain=certain)
            ):
                continue
            yield Exposure(way, schema, field, certain)


@cache
def is_certain(name: str) -> bool | None:
    """Whether a field of that name is sensitive for certain; None for one that is not at all."""
    head = _phrases("certain").end_of(name)
    if head is not None:
        return None if _words("not_one").intersection(head) else True
    head = _phrases("ambiguous").end_of(name)
    return None if head is None or not _words("owners").issuperset(head) else False


@cache
def opens_once(name: str) -> bool:
    """Whether something of that name lets in who brings it once, soon: ``otp``, ``sms_code``."""
    head = _phrases("one_time").end_of(name)
    return head is not None and not _words("not_one").intersection(head)


def is_secret(field: Field) -> bool:
    """Whether a field certainly holds what should not go out, and goes out as it is."""
    return bool(
        is_certain(field.name) and not field.is_excluded and _is_readable(field.type, certain=True)
    )


def _is_readable(declared: Value, *, certain: bool) -> bool:
    """Whether a value of the type goes out as it is: text, a list of texts, a mapping to texts.

    A ``SecretStr`` goes out as asterisks, and a number or a flag is no secret.
    """
    found = False
    for member in classes.members(declared):
        inner = classes.without_markers(member)
        if isinstance(inner, Subscripted) and is_collection(inner):
            inner = inner.args[-1 if is_mapping(inner) else 0] if inner.args else Unknown()
        if inner in (NONE, External("types.NoneType")):
            continue
        names = _TEXT | _IDENTIFIERS if certain else _TEXT
        name = inner.cls if isinstance(inner, Instance) else inner
        if not isinstance(name, External) or name.name not in names:
            return False
        found = True
    return found


# --- what keeps it in ----------------------------------------------------------------------------


def _leaves_out(route: Route) -> bool:
    """Whether the decorator says which fields go out."""
    given = (route.option("response_model_exclude"), route.option("response_model_include"))
    return any(value not in (None, NONE) for value in given)


def _is_left_out(route: Route, declared: Value, way: tuple[Field, ...]) -> bool:
    """Whether ``response_model_exclude`` or ``response_model_include`` keep the field in."""
    exclude = route.option("response_model_exclude")
    include = route.option("response_model_include")
    path = list(_path(declared, way))
    if exclude not in (None, NONE) and _names(exclude, path, unknown=True):
        return True
    return include not in (None, NONE) and not _names(include, path, unknown=False)


def _path(declared: Value, way: tuple[Field, ...]) -> Iterator[str]:
    """The keys that lead to a field, as pydantic reads ``exclude``."""
    types = [declared, *(field.declared for field in way[:-1])]
    for container, field in zip(types, way, strict=True):
        if is_mapping(container):
            yield _SOME
        elif is_collection(container):
            yield _EACH
        yield field.name


def _names(given: Value | None, path: list[str], *, unknown: bool) -> bool:
    """Whether ``exclude`` or ``include`` names what is at the end of ``path``, or what holds it.

    Only the name of a field is looked for in a model, and only ``__all__`` in a list.
    """
    key, *rest = path
    if isinstance(given, Items):
        if given.open or not all(isinstance(item, Const) for item in given.items):
            return unknown
        return Const(_EACH if key == _SOME else key) in given.items
    if isinstance(given, Mapping):
        inner = given.items.get(key, given.items.get(_EACH))
        if inner is None:
            return unknown if given.open or (key == _SOME and given.items) else False
        if isinstance(inner, Dots | Const):
            return True
        return _names(inner, rest, unknown=unknown) if rest else unknown
    return unknown


def _is_changed(field: Field, schema: Schema, project: Project) -> bool:
    """Whether a serializer or validator puts something else in the place of the value."""
    if isinstance(field.declared, AnnotatedType) and any(map(_may_change, field.declared.metadata)):
        return True
    for base in schema.value.mro():
        if isinstance(base, External):
            continue
        for statement in base.node.body:
            if isinstance(statement, tree.FunctionDef):
                facts = project.modules_index.facts(base.path).functions[statement.index]
                if any(_changes(by, facts, field.name) for by in facts.decorators):
                    return True
    return False


def _may_change(metadata: Value) -> bool:
    if isinstance(metadata, Instance):
        metadata = metadata.cls
    if isinstance(metadata, External):
        return metadata.name.removesuffix("()").endswith(("Serializer", "Validator"))
    return isinstance(metadata, Unknown)


def _changes(decorator: tree.Expr, facts: tree.FunctionFacts, field: str) -> bool:
    call = decorator if isinstance(decorator, tree.Call) else None
    name = last_name(decorator if call is None else call.func)
    given = [a.value for a in call.args if isinstance(a, tree.Constant)] if call else []
    meant = not given or field in given or "*" in given
    if name in _masks("serializers"):
        return meant
    if name not in _masks("validators") or not meant:
        return False
    body = list(walk(tree.statements(facts)))
    if given:  # a validator that hands back what it was given only looks at it
        params = {param.name for param in facts.params}
        handed = [node.value for node in body if isinstance(node, tree.Return)]
        return any(not (isinstance(v, tree.Name) and v.id in params) for v in handed)
    return any(
        (isinstance(node, tree.Attribute) and node.attr == field)
        or (isinstance(node, tree.Constant) and node.value == field)
        for node in body
    )


def _is_blanked(name: str, handler: Function) -> bool:
    """Whether the handler itself writes None, nothing or asterisks over the field."""
    for node in handler.nodes:
        if isinstance(node, tree.Assign):
            named = any(isinstance(t, tree.Attribute) and t.attr == name for t in node.targets)
        else:
            named = isinstance(node, tree.Keyword) and node.name == name
        if named and isinstance(node, tree.Assign | tree.Keyword) and _is_blank(node.value):
            return True
    return False


def _redacts(handler: Function) -> bool:
    """Whether the handler calls something that, by its name, takes secrets out."""
    return any(
        isinstance(node, tree.Call) and not _masks("calls").isdisjoint(words(last_name(node.func)))
        for node in handler.nodes
    )


def _is_blank(node: tree.Expr) -> bool:
    if not isinstance(node, tree.Constant) or node.kind:
        return False
    text = node.value
    return text is None or (isinstance(text, str) and not _REST.search(text))


# --- what it is there for ------------------------------------------------------------------------


def _is_made_here(field: Field) -> bool:
    """Whether a field that the client leaves out is made up: how else would anybody come by it?"""
    made_by = field.options.get("default_factory")
    if isinstance(made_by, External):
        return made_by.name.startswith(("secrets.", "uuid."))
    return isinstance(made_by, FunctionValue | LambdaValue)


def _is_made_up(field: Field, schema: Schema, handler: Function) -> bool:
    """Whether the handler makes the value up by chance: ``NewBox(password=token_urlsafe())``."""
    made = [
        keyword.value
        for node in handler.nodes
        if isinstance(node, tree.Call) and last_name(node.func) == schema.name
        for keyword in node.keywords
        if keyword.name == field.name
    ]
    return bool(made) and all(_is_by_chance(each, handler) for each in made)


def _is_by_chance(node: tree.Expr, handler: Function) -> bool:
    """Whether an expression is what ``secrets`` gives, or a variable that holds nothing else."""
    if isinstance(node, tree.Call):
        site = handler.call_at(node)
        return site is not None and (dotted(site.callee) or "").startswith("secrets.")
    if not isinstance(node, tree.Name):
        return False
    values = [each.value for each in handler.bindings.get(node.id, ())]
    return bool(values) and all(
        isinstance(each, tree.Call) and _is_by_chance(each, handler) for each in values
    )


def _is_handed_over(
    route: Route,
    handler: Function,
    schema: Schema,
    way: tuple[Field, ...],
    field: Field,
    *,
    certain: bool,
) -> bool:
    """Whether the operation is there to hand the value over: a log-in, a key that was just made."""
    said = {*words(handler.name), *words(schema.name), *_last_segment(route)}
    if "with" in words(schema.name) and not {*words(field.name)}.isdisjoint(words(schema.name)):
        return True  # UserWithToken
    is_token = _phrases("tokens").end_of(field.name) is not None
    if is_token and (certain or not way) and _words("token_words").intersection(said):
        return True
    if is_token and not way and _signs_up(route, handler):
        return True
    if not way and _is_about(field, schema, handler):
        return True
    if "key" in words(field.name) and not _words("in_browsers").isdisjoint(words(schema.name)):
        return True
    if (is_token or not certain) and _is_given(field.name, route):
        return True
    if _words("temporary").intersection(words(field.name)):
        return True
    if _is_ticket(field, schema, said) or _is_piece(field, schema) or _signs_calls(field, schema):
        return True
    if "password" in words(field.name):
        return {"generate", "password"} <= {*words(handler.name)}
    if "POST" in route.methods and not certain and not way:
        return True
    making = "POST" in route.methods or bool(_words("making_words").intersection(said))
    subject = _words("made_words").union(words(field.name)) - {"api"}
    return making and not subject.isdisjoint(said)


def _is_about(field: Field, schema: Schema, handler: Function) -> bool:
    """Whether the answer is the key itself: ``get_api_key`` gives an ``APIKeyResponse``."""
    key = words(field.name)
    named = tuple(word for word in words(schema.name) if word not in _words("envelopes"))
    asked = words(handler.name)
    return named == key or (len(schema.fields) == 1 and asked[-len(key) :] == key)


def _signs_up(route: Route, handler: Function) -> bool:
    """Whether the operation makes a user, who is then logged in as well: ``create_user``."""
    said = {*words(handler.name)}
    making = not _words("making_words").isdisjoint(said)
    return "POST" in route.methods and making and not _words("users").isdisjoint(said)


def _is_ticket(field: Field, schema: Schema, said: set[str]) -> bool:
    """Whether a ``client_secret`` is none of OAuth's, but what a browser goes on with.

    Payment providers call so what lets the payer's browser confirm one payment.
    """
    if words(field.name)[-2:] != ("client", "secret") or _words("tickets").isdisjoint(said):
        return False
    return not any(words(each.name)[-2:] == ("client", "id") for each in schema.fields)


def _signs_calls(field: Field, schema: Schema) -> bool:
    """Whether it is what the receiver of a webhook's calls tells them by."""
    is_about_hooks = not _words("hooks").isdisjoint(words(schema.name))
    return is_about_hooks and _phrases("signing").end_of(field.name) is not None


def _is_piece(field: Field, schema: Schema) -> bool:
    """Whether a ``token`` is a piece of a language model's text: it says how likely it is."""
    if words(field.name) != ("token",):
        return False
    return any(not _words("likelihoods").isdisjoint(words(each.name)) for each in schema.fields)


def _is_given(name: str, route: Route) -> bool:
    """Whether the caller sends the same thing, and so has it already."""
    ends = _phrases("ambiguous"), _phrases("tokens")
    return any(
        param.name == name or any(each.end_of(param.name) is not None for each in ends)
        for param in route.params
        if param.source in ("path", "query", "header", "cookie")
    )


def _last_segment(route: Route) -> tuple[str, ...]:
    """The words of the last segment of the path that is no parameter."""
    segments = [s for s in (route.path or "").split("/") if s and not s.startswith("{")]
    return words(segments[-1]) if segments else ()


# --- the tables ----------------------------------------------------------------------------------


@cache
def _words(part: str) -> frozenset[str]:
    return frozenset(load_table("security")["fields"][part])


@cache
def _phrases(part: str) -> Phrases:
    return Phrases(load_table("security")["fields"][part])


@cache
def _masks(part: str) -> frozenset[str]:
    return frozenset(load_table("security")["masks"][part])
