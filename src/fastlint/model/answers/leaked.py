"""Exceptions of any kind whose text the client gets to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.answers.escaping import HTTP_EXCEPTION
from fastlint.model.answers.json_content import content
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Const, External
from fastlint.model.reading.stages import is_for_developers
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BROAD = (External("builtins.Exception"), External("builtins.BaseException"))
_TRACES = ("format_exc", "format_exception", "format_tb")
_TEXTS = ("str", "repr")
_FIRST_SERVER_ERROR = 500
_TAKEN = 2
"""What an exception handler takes: the request, and the exception."""


class Leak(msgspec.Struct, frozen=True, eq=False):
    """A text of an exception that goes into an answer."""

    node: tree.Expr
    what: str
    """``exception`` or ``traceback``"""


def leaks(function: Function, project: Project, *, is_handler: bool) -> Iterator[Leak]:
    """Every text of a broadly caught exception in an answer that a function makes.

    An answer of 4xx is left alone: it is the client's own mistake that is told there. What a
    handler returns is an answer by itself.
    """
    if not search.mentions(function.facts, b"Exception", b"traceback"):
        return
    frame = project.machine.run_module(function.path)
    for node in function.nodes:
        if isinstance(node, tree.Handler) and _is_broad(node, frame):
            for call in walk(node.body):
                if isinstance(call, tree.Call):
                    given = _given(call, function, frame, project)
                    if given is not None:
                        yield from _texts(given, node.name or "", node.body)
            if is_handler:
                yield from _returned(node, function)


def leaks_of_handler(function: Function, project: Project) -> Iterator[Leak]:
    """As `leaks`, in what an exception handler answers that is called for any exception.

    One that asks of which class the exception is knows what its text says, and may tell it.
    """
    body = function.statements
    params = function.facts.params[function.facts.is_method :]
    asks = any(isinstance(n, tree.Call) and last_name(n.func) == "isinstance" for n in walk(body))
    if asks or len(params) < _TAKEN:
        return
    frame = project.machine.run_module(function.path)
    for node in function.nodes:
        given = _given(node, function, frame, project) if isinstance(node, tree.Call) else None
        if given is not None and not is_for_developers(function.at(node), project):
            yield from _texts(given, params[1].name, body)


def _is_broad(handler: tree.Handler, frame: Frame) -> bool:
    if handler.caught is None:
        return True
    if not isinstance(handler.caught, tree.Name):
        return False
    return evaluate(handler.caught, frame) in _BROAD


def _given(call: tree.Call, function: Function, frame: Frame, project: Project) -> tree.Expr | None:
    """What an answer of 5xx tells the client; None for all other calls."""
    if not isinstance(call.func, tree.Name | tree.Attribute):
        return None
    cls = evaluate(call.func, frame)
    named = {keyword.name: keyword.value for keyword in call.keywords}
    if classes.derives(cls, HTTP_EXCEPTION, project.knowledge) and isinstance(cls, External):
        status = named.get("status_code", call.args[0] if call.args else None)
        detail = named.get("detail", call.args[1] if len(call.args) > 1 else None)
    elif classes.derives(cls, RESPONSE, project.knowledge) and isinstance(cls, External):
        site = function.call_at(call)
        detail = None if site is None else content(site)[1]
        status = named.get("status_code", call.args[1] if len(call.args) > 1 else None)
    else:
        return None
    code = None if status is None else evaluate(status, frame)
    number = code.value if isinstance(code, Const) else None
    return detail if isinstance(number, int) and number >= _FIRST_SERVER_ERROR else None


def _returned(handler: tree.Handler, function: Function) -> Iterator[Leak]:
    """Texts that stand in what is returned, or in a variable of which it is made later on."""
    name = handler.name or ""
    below = list(walk(handler.body))
    kept: dict[str, list[Leak]] = {}
    for each in below:
        if isinstance(each, tree.Assign) and isinstance(each.targets[0], tree.Name):
            kept.setdefault(each.targets[0].id, []).extend(_told(each.value, name))
    inside = {id(each) for each in below}
    for node in function.nodes:
        if isinstance(node, tree.Return) and node.value is not None:
            if id(node) in inside:
                yield from _told(node.value, name)
            for part in _plain(node.value):
                if isinstance(part, tree.Name):
                    yield from kept.get(part.id, ())


def _told(value: tree.Expr, name: str) -> Iterator[Leak]:
    """Texts that a value has in it as they are."""
    for part in _plain(value):
        last = ""
        if isinstance(part, tree.Call):
            last = last_name(part.func)
        if not isinstance(part, tree.Call) or last in (*_TEXTS, *_TRACES):
            for node in walk([part]):
                yield from _text(node, name)


def _plain(node: tree.Expr) -> Iterator[tree.Expr]:
    """The values of displays, one in the other; what other calls make of a text is not known."""
    match node:
        case tree.DictDisplay(values=values) | tree.Sequence(items=values):
            for value in values:
                yield from _plain(value)
        case tree.IfExp(body=body, orelse=orelse):
            yield from _plain(body)
            yield from _plain(orelse)
        case _:
            yield node


def _texts(given: tree.Expr, name: str, body: list[tree.Stmt]) -> Iterator[Leak]:
    local = {
        each.targets[0].id: each.value
        for each in body
        if isinstance(each, tree.Assign) and isinstance(each.targets[0], tree.Name)
    }
    named = [local[n.id] for n in walk([given]) if isinstance(n, tree.Name) and n.id in local]
    for node in walk([given, *named]):
        yield from _text(node, name)


def _text(node: tree.Node, name: str) -> Iterator[Leak]:
    match node:
        case tree.Call(func=func, args=args):
            last = last_name(func)
            if last in _TRACES:
                yield Leak(node, "traceback")
            elif last in _TEXTS and args and _is_it(args[0], name):
                yield Leak(node, "exception")
        case tree.FString(parts=parts):
            if any(_is_it(part, name) for part in parts):
                yield Leak(node, "exception")


def _is_it(node: tree.Node, name: str) -> bool:
    return bool(name) and isinstance(node, tree.Name) and node.id == name
