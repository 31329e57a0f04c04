"""Secrets that are written into a log, where more people read them than were meant to know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import handed, last_name, walk
from fastlint.findings import Span
from fastlint.model.answers.exposed import is_certain, is_secret, opens_once
from fastlint.model.following.classes import members
from fastlint.model.following.functions import Function
from fastlint.model.following.values import NONE, ClassValue, External, Value
from fastlint.model.reading.enclosing import holds
from fastlint.model.reading.words import words
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_LOGGERS = re.compile(r"^_*(log|logger|logging)$|_?logger$", re.IGNORECASE)
_WRITES = search.Words([b"print", b"log", b"LOG", b"Log"])
_WRITES_ITSELF = frozenset({"__repr__", "__str__", "__format__", "__repr_args__"})
_SHOWS = frozenset({"str", "repr", "dict"})
_DUMPS = frozenset({"model_dump", "model_dump_json", "dict", "json"})
_PARSING = frozenset({"parse", "parser", "split", "unpack"})
_READABLE = frozenset({"builtins.str", "builtins.bytes", "typing.Any"})


class Logged(msgspec.Struct, frozen=True, eq=False):
    """Something secret that is given to a logger."""

    span: Span
    what: str
    """As a message says it: ```password```, ```user` with its `password```."""
    function: Function


def logged(project: Project) -> Iterator[Logged]:
    """What handlers, and all that runs for requests, write into a log, each place once."""
    for reached in project.reach.reached:
        function = reached.function
        is_test = project.module(function.path).is_test
        if is_test or not search.matches(function.facts, _WRITES):
            continue
        for node in function.nodes:
            if isinstance(node, tree.Call) and _is_log(node):
                said: set[str] = set()  # `token or self.token` is one secret
                for shown in _shown(node):
                    what = _secret(shown, function, project)
                    if what and what not in said:
                        said.add(what)
                        yield Logged(function.at(shown), what, function)


def _secret_field(cls: Value | None, project: Project) -> str:
    """The first field that a model shows when it is written out, and that nobody should read."""
    schema = None if cls is None else project.schema(cls)
    if schema is None or (isinstance(cls, ClassValue) and any(map(_says_itself, cls.own))):
        return ""
    secret = (each for each in schema.fields if is_secret(each) and "repr" not in each.options)
    return next((each.name for each in secret), "")


def _says_itself(cls: ClassValue) -> bool:
    """Whether a class says how it is written out."""
    return not _WRITES_ITSELF.isdisjoint(cls.namespace.namespace)


def _is_log(call: tree.Call) -> bool:
    match call.func:
        case tree.Name(id="print"):
            return True
        case tree.Attribute(value=owner, attr=attr):
            return attr in _METHODS and _LOGGERS.search(_last(owner)) is not None
    return False


def _last(node: tree.Expr) -> str:
    if isinstance(node, tree.Call):  # `structlog.get_logger()`
        node = node.func
    return last_name(node)


def _shown(node: tree.Expr) -> Iterator[tree.Expr]:
    """What is written out as it is: parts of a text, arguments, values of ``extra``."""
    match node:
        case tree.Call(func=tree.Attribute(attr="format"), args=args, keywords=keywords):
            given = [*args, *(keyword.value for keyword in keywords)]
        case tree.Call(func=func, args=args, keywords=keywords) if _is_log(node) or (
            isinstance(func, tree.Name) and func.id in _SHOWS and len(args) == 1
        ):
            given = [*args, *(keyword.value for keyword in keywords)]
        case tree.FString(parts=parts):
            given = parts
        case tree.BinOp(left=left, op="+" | "%", right=right):
            given = [left, right]
        case tree.Sequence(items=items):
            given = items
        case tree.DictDisplay(values=values) | tree.BoolOp(op="or", values=values):
            given = values
        case tree.IfExp(body=body, orelse=orelse):
            given = [body, orelse]
        case tree.Name() | tree.Attribute() | tree.Subscript() | tree.Call():
            yield node
            return
        case _:
            return
    for each in given:
        yield from _shown(each)


def _secret(shown: tree.Expr, function: Function, project: Project) -> str:
    """How a message calls what is shown, if it is secret; empty for anything else."""
    match shown:
        case tree.Call(func=tree.Attribute(value=inner, attr="get_secret_value"), args=[]):
            return f"`{last_name(inner)}`" if last_name(inner) else "the value of a secret"
        case tree.Call(func=tree.Attribute(value=inner, attr=attr), args=[], keywords=[]):
            return _secret(inner, function, project) if attr in _DUMPS else ""
        case tree.Attribute(value=tree.Name(id="request"), attr="headers"):
            return "`request.headers`, with `authorization` and `cookie`,"
        case tree.Subscript(index=tree.Constant(value=str() as key)):
            return f"`{key}`" if is_certain(key) or key.lower() == "authorization" else ""
        case tree.Name() | tree.Attribute():
            name = last_name(shown)
            if isinstance(shown, tree.Name) and (
                field := _secret_field(type_of(shown, function, project), project)
            ):
                return f"`{name}`, with its `{field}`,"
            if opens_once(name) and not _is_shortened(name, function):
                return f"`{name}`" if _is_code(type_of(shown, function, project)) else ""
            if not is_certain(name) or _is_shortened(name, function):
                return ""
            if _is_malformed(shown, name, function):
                return ""
            return f"`{name}`" if _is_readable(type_of(shown, function, project)) else ""
    return ""


def _is_shortened(name: str, function: Function) -> bool:
    """Whether a variable is bound to what is left of a text: ``key[:4] + "***"``."""
    for node in function.nodes:
        if isinstance(node, tree.Assign):
            bound = [each.id for each in node.targets if isinstance(each, tree.Name)]
            if name in bound and any(isinstance(each, tree.Slice) for each in walk([node.value])):
                return True
    return False


def _is_malformed(shown: tree.Expr, name: str, function: Function) -> bool:
    """Whether it is shown where it could not be parsed: that is no secret of anybody's."""
    return any(
        isinstance(each, tree.Try)
        and any(holds(part, shown) for handler in each.handlers for part in handler.body)
        and len(each.body) == 1
        and any(_parses(node, name) for node in walk(each.body))
        for each in function.nodes
    )


def _parses(node: tree.Node, name: str) -> bool:
    return (
        isinstance(node, tree.Call)
        and not _PARSING.isdisjoint(words(last_name(node.func)))
        and any(last_name(given) == name for given in handed(node))
    )


def _is_code(declared: Value | None) -> bool:
    """Whether a value of the type is a code that is written out: digits may be a number as well."""
    kinds = [] if declared is None else members(declared)
    return _is_readable(declared) or External("builtins.int") in kinds


def _is_readable(declared: Value | None) -> bool:
    """Whether a value of the type is written out as it is, as far as the type is known."""
    if declared is None:
        return True
    kinds = [each for each in members(declared) if each != NONE]
    return any(isinstance(each, External) and _may_be_text(each.name) for each in kinds)


def _may_be_text(kind: str) -> bool:
    """Whether it is text, or what a function of a library gives: ``jwt.encode()``."""
    called = kind.removesuffix("()").rpartition(".")[2]
    return kind in _READABLE or (kind.endswith("()") and called.islower())
