"""How HTTP exceptions are made, and what is wrong with the way.

Followed from starlette 1.10, ``exceptions.py``: ``HTTPException(status_code, detail, headers)``.
The status code has no default and is looked up in a table, the detail is written as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, Const, External
from fastlint.model.reading.own_names import root
from fastlint.model.serving.parameters import is_model
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MADE = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
_FIRST_ERROR = 300
"""3xx are left alone: with a ``Location`` they redirect."""


class Wrong(msgspec.Struct, frozen=True, eq=False):
    """An HTTP exception that will not become the answer that was meant."""

    kind: str
    """``swapped`` (the text comes first), ``class`` (not called), ``no-status``, ``exception`` (as
    the detail), ``model`` (as the detail), ``success`` (a status that is no error) or
    ``response`` (raised)"""
    node: tree.Expr
    text: str = ""
    """What is at fault, as a name; of ``swapped`` nothing."""


def wrong_errors(project: Project) -> Iterator[tuple[Function, Wrong]]:
    """Every exception that is made wrongly, in the functions of the project."""
    known = project.exception_names
    words = (*(name.encode() for name in sorted(known)), b"Response")
    index = project.modules_index
    files = {m.path for m in project.modules if not m.is_test and index.mentions(m.path, *words)}
    for function in project.functions:
        if function.path not in files or not search.mentions(function.facts, *words):
            continue
        frame = project.machine.run_module(function.path)
        for found in _wrong(function, frame, project):
            yield function, found


def _wrong(function: Function, frame: Frame, project: Project) -> Iterator[Wrong]:
    caught = {n.name for n in function.nodes if isinstance(n, tree.Handler) and n.name}
    own = {param.name for param in function.facts.params}
    for node in function.nodes:
        match node:
            case tree.Raise(exc=tree.Name() | tree.Attribute() as raised):
                if root(raised) not in caught | own and _is_made(raised, frame):
                    yield Wrong("class", raised)
            case tree.Raise(exc=tree.Call(func=tree.Name() | tree.Attribute() as func) as call):
                cls = evaluate(func, frame)
                if classes.derives(cls, RESPONSE, project.knowledge):
                    yield Wrong("response", call, last_name(func))
                elif _is_made(func, frame):
                    yield from _arguments(call, frame, caught, project)
            case tree.Return(value=tree.Call(func=func) as call) if _is_made(func, frame):
                yield from _arguments(call, frame, caught, project)
            case tree.Assign(value=tree.Call(func=func) as call) if _is_made(func, frame):
                yield from _arguments(call, frame, caught, project)


def _is_made(node: tree.Expr, frame: Frame) -> bool:
    """Whether it is FastAPI's or Starlette's own class; a subclass may take other arguments."""
    if not isinstance(node, tree.Name | tree.Attribute):
        return False
    value = evaluate(node, frame)
    return isinstance(value, External) and value.name in _MADE


def _arguments(
    call: tree.Call, frame: Frame, caught: set[str], project: Project
) -> Iterator[Wrong]:
    if any(isinstance(each, tree.Starred) for each in call.args) or any(
        keyword.name is None for keyword in call.keywords
    ):
        return
    given = dict(zip(("status_code", "detail", "headers"), call.args, strict=False))
    given |= {keyword.name or "": keyword.value for keyword in call.keywords}
    status, detail = given.get("status_code"), given.get("detail")
    if status is None:
        yield Wrong("no-status", call)
        return
    if _is_text(status):
        yield Wrong("swapped", call)
        return
    code = evaluate(status, frame)
    number = code.value if isinstance(code, Const) else None
    if type(number) is int and 0 < number < _FIRST_ERROR and "headers" not in given:
        yield Wrong("success", call, str(number))
    if isinstance(detail, tree.Name) and detail.id in caught:
        yield Wrong("exception", detail, detail.id)
    elif isinstance(detail, tree.Call) and isinstance(detail.func, tree.Name | tree.Attribute):
        cls = evaluate(detail.func, frame)
        if isinstance(cls, ClassValue) and is_model(cls, project.machine):
            yield Wrong("model", detail, cls.node.name)


def _is_text(node: tree.Expr) -> bool:
    return isinstance(node, tree.FString) or (
        isinstance(node, tree.Constant)
        and isinstance(node.value, str)
        and not node.kind
        and not node.value.isdigit()
    )
