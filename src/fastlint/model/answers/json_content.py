"""What responses are given to write as JSON, and what of it the standard library cannot write.

Followed from starlette 1.10, ``responses.py``: `JSONResponse.render` is ``json.dumps`` and nothing
more; it knows no models, dates or exceptions, which FastAPI encodes only in responses of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.binding import touched_names
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Value,
)
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.project import Project

_JSON = "starlette.responses.JSONResponse"
_UNWRITABLE = frozenset(
    {
        "datetime.datetime", "datetime.datetime.now()", "datetime.datetime.utcnow()",
        "datetime.date", "datetime.date.today()", "datetime.timedelta", "decimal.Decimal",
        "uuid.UUID", "uuid.uuid1()", "uuid.uuid4()", "builtins.set", "builtins.frozenset",
        "pathlib.Path",
    }
)  # fmt: skip
_MOST = 200
"""Values to look at in one content."""


class Unwritable(msgspec.Struct, frozen=True, eq=False):
    """Content of a ``JSONResponse`` that becomes a 500."""

    function: Function
    node: tree.Expr
    """The content, as it is given."""
    name: str
    """The class of what cannot be written."""


def unwritable(project: Project) -> Iterator[Unwritable]:
    """Every content that what runs for requests gives a ``JSONResponse`` that cannot write it."""
    for served in project.reach.served:
        function = served.function
        if not search.mentions(function.facts, b"JSONResponse"):
            continue
        for site in function.calls:
            if site.callee != External(_JSON):
                continue
            given, node = content(site)
            name = None if given is None else _first(given, project)
            if node is not None and name is not None:
                yield Unwritable(function, node, name)


def content(site: CallSite) -> tuple[Value | None, tree.Expr | None]:
    """What a response is given to send, and how that is written."""
    if site.args:
        return site.args[0], site.node.args[0]
    node = next((each.value for each in site.node.keywords if each.name == "content"), None)
    return site.keywords.get("content"), node


def _first(given: Value, project: Project) -> str | None:
    """The first thing below a content that cannot be written."""
    queue = [given]
    for _ in range(_MOST):
        if not queue:
            break
        value = queue.pop(0)
        if isinstance(value, Items):
            if value.kind == "set":
                return "set"
            queue.extend(value.items)
        elif isinstance(value, Mapping):
            queue.extend(inner for _, inner in value.pairs)
        elif isinstance(value, Instance) and (name := _unwritable(value, project)) is not None:
            return name
    return None


def _unwritable(value: Instance, project: Project) -> str | None:
    cls = value.cls
    if isinstance(cls, External):
        if cls.name not in _UNWRITABLE:
            return None
        return cls.name.removesuffix("()").split(".")[1].replace("uuid4", "UUID")
    schema = project.schema(cls)
    is_model = schema is not None and schema.kind in ("pydantic", "table", "dataclass")
    return cls.node.name if is_model or project.table(cls) is not None else None


# --- validation errors -------------------------------------------------------------------------


def raw_errors(project: Project) -> Iterator[tuple[Function, tree.Call]]:
    """``exc.errors()`` of exception handlers, where it is written as JSON as it is."""
    for served in project.reach.served:
        function = served.function
        if served.kind != "exception handler" or not search.mentions_all(
            function.facts, b"errors", b"Response"
        ):
            continue
        params = [each for each in function.facts.params if each.kind in _PLAIN]
        params = params[1:] if function.facts.is_method else params
        if len(params) != _PARAMS:
            continue
        exc = params[1].name
        for site in function.calls:
            if isinstance(site.callee, FunctionValue | ClassValue):
                continue
            if not classes.derives(site.callee, RESPONSE, project.knowledge):
                continue
            is_json = isinstance(site.callee, External) and "JSON" in site.callee.name
            _, node = content(site)
            if is_json and node is not None:
                yield from ((function, call) for call in _errors(node, exc, function))


_PLAIN = ("ordinary", "positional-only")
_PARAMS = 2


def _errors(node: tree.Expr, exc: str, function: Function) -> Iterator[tree.Call]:
    """The calls whose result goes into the content whole."""
    match node:
        case tree.DictDisplay(values=values):
            for value in values:
                yield from _errors(value, exc, function)
        case tree.Sequence(items=items):
            for item in items:
                yield from _errors(item, exc, function)
        case tree.Call(
            func=tree.Attribute(value=tree.Name(id=name), attr="errors"), args=[], keywords=[]
        ) if name == exc:
            yield node
        case tree.Name(id=name) if name != exc:
            value_node = function.only_value(name)
            is_changed = sum(name in touched_names(each) for each in function.nodes) > 1
            if not is_changed and value_node is not None and not isinstance(value_node, tree.Name):
                yield from _errors(value_node, exc, function)
