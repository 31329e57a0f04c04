"""HTTP exceptions of other libraries, which FastAPI takes for a failure of the application.

Followed from starlette 1.10, ``_exception_handler.py``: an exception is answered by the handler for
its class; without one it goes on to ``ServerErrorMiddleware``, which answers 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import place, walk
from fastlint.model.answers.handled import is_answered, is_stopped_on_the_way
from fastlint.model.calls.reach import Reached
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function, Module
from fastlint.model.following.values import External
from fastlint.model.reading.mentions import mentions

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BASES = {
    "aiohttp": "aiohttp.web.HTTPException",
    "bottle": "bottle.HTTPResponse",
    "django": "",
    "falcon": "falcon.HTTPError",
    "http": "",
    "litestar": "litestar.exceptions.HTTPException",
    "ninja": "ninja.errors.HttpError",
    "rest_framework": "rest_framework.exceptions.APIException",
    "sanic": "sanic.exceptions.SanicException",
    "tornado": "",
    "werkzeug": "werkzeug.exceptions.HTTPException",
}
"""The packages, and what all of their HTTP exceptions derive from."""
_SINGLE = frozenset(
    {
        "bottle.HTTPError", "django.core.exceptions.PermissionDenied", "django.http.Http404",
        "http.client.HTTPException", "ninja.errors.HttpError", "tornado.web.HTTPError",
    }
)  # fmt: skip
_MANY = (
    "aiohttp.web.HTTP", "aiohttp.web_exceptions.HTTP", "falcon.HTTP", "falcon.errors.HTTP",
    "litestar.exceptions.", "rest_framework.exceptions.", "sanic.exceptions.",
    "werkzeug.exceptions.",
)  # fmt: skip
_NAME = "HTTPException"
_ARGUMENTS = ("status_code", "detail", "headers")


class Foreign(msgspec.Struct, frozen=True, eq=False):
    """A ``raise`` of such an exception, in what runs for requests."""

    function: Function
    node: tree.Raise
    cls: str
    """``http.client.HTTPException``"""
    imported: tree.Alias | None
    """The import of it, where FastAPI's own is meant: every use in the file would fit that."""


def foreign_errors(project: Project) -> Iterator[Foreign]:
    """Every one that gets out, and that no exception handler answers."""
    found = [each for module in project.modules for each in _raised(module, project)]
    if not found:
        return
    reached = {(r.function.path, r.function.facts.index): r for r in project.reach.reached}
    for function, statement, cls in found:
        names = frozenset({cls, _BASES[cls.partition(".")[0]] or cls})
        way = reached.get((function.path, function.facts.index))
        if way is None or _is_for_sockets(way) or is_answered(names, project):
            continue
        if not is_stopped_on_the_way(statement, way, names, project):
            yield Foreign(function, statement, cls, _meant(function, cls, project))


def _raised(module: Module, project: Project) -> Iterator[tuple[Function, tree.Raise, str]]:
    """Where a file raises what it imports from such a library, and its full name."""
    imported = set() if module.is_test else set(_imported(module))
    if not imported:
        return
    words = tuple(search.spelled(name) for name in sorted(imported))
    frame = project.machine.run_module(module.path)
    for function in project.functions:
        if function.path != module.path or not search.mentions(function.facts, *words):
            continue
        for node in function.nodes:
            match node:
                case tree.Raise(exc=tree.Call(func=made)) | tree.Raise(exc=made) if made:
                    cls = evaluate(made, frame)
                    if isinstance(cls, External) and _is_foreign(cls.name):
                        yield function, node, cls.name


def _imported(module: Module) -> Iterator[str]:
    """The names in a file by which something of such a library is reached."""
    if not any(fact.module.partition(".")[0] in _BASES for fact in module.facts.imports):
        return
    for statement in walk(module.facts.body):
        if isinstance(statement, tree.ImportFrom | tree.Import):
            home = f"{statement.module}." if isinstance(statement, tree.ImportFrom) else ""
            for alias in statement.names:
                name = f"{home}{alias.name}"
                if _is_foreign(name) or _holds_foreign(name):
                    yield alias.bound


def _is_foreign(name: str) -> bool:
    return name in _SINGLE or name.startswith(_MANY)


def _holds_foreign(module: str) -> bool:
    return any(name.startswith(f"{module}.") for name in (*_SINGLE, *_MANY))


def _is_for_sockets(way: Reached) -> bool:
    """Whether only WebSockets are concerned, which no status is said to."""
    routes = way.root.routes
    return bool(routes) and all(route.kind == "websocket" for route in routes)


def _meant(function: Function, cls: str, project: Project) -> tree.Alias | None:
    """What the file imports, where all that is done with it is what FastAPI's own can do."""
    if _last(cls) != _NAME:
        return None
    module = project.module(function.path)
    found = list(mentions(module, frozenset({cls.partition(".")[0]}), [(search.spelled(_NAME),)]))
    found = [each for each in found if each.dotted == cls]
    imported = [each.node for each in found if isinstance(each.node, tree.Alias)]
    if len(imported) != 1 or imported[0].bound != _NAME:
        return None
    raised = {
        place(node.exc)
        for each in project.functions
        if each.path == module.path
        for node in each.nodes
        if isinstance(node, tree.Raise) and isinstance(node.exc, tree.Call) and _fits(node.exc)
    }
    fit = all(
        each.is_import or (each.call is not None and place(each.call) in raised) for each in found
    )
    return imported[0] if fit else None


def _fits(call: tree.Call) -> bool:
    """Whether FastAPI's own is called in that way: with a status code first."""
    if any(isinstance(each, tree.Starred) for each in call.args):
        return False
    given = dict(zip(_ARGUMENTS, call.args, strict=False))
    given |= {keyword.name or "": keyword.value for keyword in call.keywords}
    status = given.get("status_code")
    is_text = isinstance(status, tree.FString) or (
        isinstance(status, tree.Constant) and isinstance(status.value, str)
    )
    return status is not None and not is_text and given.keys() <= set(_ARGUMENTS)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
