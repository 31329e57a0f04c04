"""What a generator dependency does after its ``yield``, and whether that is certain to run.

FastAPI raises the handler's exception at the ``yield`` (fastapi/dependencies/utils.py makes a
context manager of the generator), so what follows it is skipped unless ``finally`` or ``with``
guards it.
"""

from __future__ import annotations

import re

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.functions import Function

_CLEANERS = frozenset(
    {
        "close", "aclose", "close_all", "wait_closed", "release", "putconn", "disconnect",
        "dispose", "shutdown", "stop", "terminate", "kill", "quit", "logout", "unsubscribe",
        "end_session", "cleanup", "clean_up", "teardown", "tear_down", "unlink", "rmtree", "rmdir",
        "__exit__", "__aexit__",
    }
)  # fmt: skip
_CLEANS = re.compile(
    r"^_*(close|release|cleanup|clean_up|teardown|tear_down|shutdown|disconnect|dispose)(_|$)"
)
_REMOVERS = frozenset({"remove", "discard"})
_FILES = frozenset({"os", "shutil", "path"})
_LOGGERS = re.compile(r"^_*(log|logger|logging)$|_logger$", re.IGNORECASE)
_HARMLESS = frozenset({"rollback", "expunge_all", "expire_all"})


class Skipped(msgspec.Struct, frozen=True, eq=False):
    """A clean-up that does not run when the handler raises."""

    at: tree.Yield
    """The ``yield`` that raises."""
    cleanup: tree.Call
    """The first call that cleans up."""
    may_always_run: bool
    """Whether all that follows the ``yield`` cleans up or logs: it harms nobody in ``finally``."""


def skipped_cleanup(function: Function) -> Skipped | None:
    """The clean-up after the only ``yield`` of a generator that is not certain to run."""
    yields = [node for node in function.nodes if isinstance(node, tree.Yield)]
    if len(yields) != 1:
        return None
    rest = _after(function.statements, yields[0])
    cleanup = next((call for statement in rest or () if (call := _cleanup(statement))), None)
    if rest is None or cleanup is None:
        return None
    return Skipped(yields[0], cleanup, all(_may_always_run(statement) for statement in rest))


def _after(block: list[tree.Stmt], at: tree.Yield) -> list[tree.Stmt] | None:
    """What runs after ``at`` only if it does not raise; None where that cannot be said."""
    for position, statement in enumerate(block):
        if not any(node is at for node in walk([statement])):
            continue
        rest = block[position + 1 :]
        match statement:
            case tree.With() | tree.For() | tree.While() | tree.Match():
                return None
            case tree.If(body=body, orelse=orelse):
                inner = _after(body, at) if _holds(body, at) else _after(orelse, at)
                return None if inner is None else [*inner, *rest]
            case tree.Try():
                return _after_try(statement, rest, at)
        return rest
    return None


def _after_try(
    statement: tree.Try, rest: list[tree.Stmt], at: tree.Yield
) -> list[tree.Stmt] | None:
    if not _holds(statement.body, at):
        return None
    inner = _after(statement.body, at)
    if inner is None or any(_cleanup(each) for h in statement.handlers for each in h.body):
        return None
    if any(_cleanup(each) for each in statement.final):
        return None
    swallowed = any(not (h.body and isinstance(h.body[-1], tree.Raise)) for h in statement.handlers)
    return [*inner, *statement.orelse, *([] if swallowed else rest)]


def _holds(block: list[tree.Stmt], node: tree.Node) -> bool:
    return any(each is node for each in walk(block))


def _cleanup(statement: tree.Stmt) -> tree.Call | None:
    calls = (node for node in walk([statement]) if isinstance(node, tree.Call))
    return next((call for call in calls if _cleans(call)), None)


def _cleans(call: tree.Call) -> bool:
    match call.func:
        case tree.Attribute(attr=attr, value=owner):
            if attr in _REMOVERS:
                return (isinstance(owner, tree.Name) and owner.id in _FILES) or not call.args
            return attr in _CLEANERS or _CLEANS.match(attr) is not None
        case tree.Name(id=name):
            return _CLEANS.match(name) is not None
    return False


def _may_always_run(statement: tree.Stmt) -> bool:
    match statement:
        case tree.ExprStmt(value=tree.Call() as call):
            return _is_harmless(call)
        case tree.ExprStmt(value=tree.Await(value=tree.Call() as call)):
            return _is_harmless(call)
        case tree.If(body=body, orelse=orelse):
            return all(_may_always_run(each) for each in (*body, *orelse))
        case tree.Jump(kind="pass"):
            return True
    return False


def _is_harmless(call: tree.Call) -> bool:
    if _cleans(call):
        return True
    match call.func:
        case tree.Name(id="print"):
            return True
        case tree.Attribute(attr=attr, value=owner):
            return attr in _HARMLESS or _LOGGERS.search(last_name(owner)) is not None
    return False
