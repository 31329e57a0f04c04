"""HTTP exceptions that an ``except Exception`` of the same function takes for something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, names, walk
from fastlint.model.answers.escaping import Swallowed, Through, fates
from fastlint.model.answers.settled import is_settled_before, status_of
from fastlint.model.answers.telling import TELLS
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Const

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BROAD = (b"Exception", b"BaseException")
_CLIENT_ERRORS = 4
_CLIENT_ERROR = re.compile(
    r"^HTTP_4\d\d_|^(?:BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|CONFLICT|GONE|UNPROCESSABLE_\w+)$"
)
"""As `starlette.status` and `http.HTTPStatus` call them."""


def swallowed(project: Project) -> Iterator[tuple[Function, Swallowed]]:
    """Each of them, with the function: those raised there, and in handlers those of a call, too."""
    known = project.exception_names
    words = tuple(name.encode() for name in sorted(known))
    index = project.modules_index
    files = {m.path for m in project.modules if not m.is_test and index.mentions(m.path, *words)}
    if not files:
        return
    through = Through(project, known)
    served = {
        (each.function.path, each.function.facts.index): each for each in project.reach.served
    }
    for function in project.functions:
        key = (function.path, function.facts.index)
        seen = served.get(key)
        if seen is None and function.path not in files:
            continue
        if seen is None and not search.mentions(function.facts, *words):
            continue
        if project.module(function.path).is_test or not _has_broad(function):
            continue
        if seen is not None:
            if seen.routes and all(route.kind == "websocket" for route in seen.routes):
                continue  # which answer no exception with a status in any case
            function = seen.function  # noqa: PLW2901 - the same, followed
        for each in fates(function, project, None if seen is None else through).swallowed:
            # Whoever calls what may refuse, and goes on without it, has thought of that.
            is_meant = each.raised.through is not None and each.does != "raises"
            if (
                not is_meant
                and not _says_the_same(each)
                and not _translates(each, function)
                and not is_settled_before(each, function, through)
            ):
                yield function, each


def _has_broad(function: Function) -> bool:
    """Whether there is an ``except`` for everything, told without following anything."""
    return any(
        isinstance(node, tree.Handler) and (node.caught is None or _names_all(node.caught))
        for node in function.nodes
    )


def _names_all(caught: tree.Expr) -> bool:
    nodes = caught.items if isinstance(caught, tree.Sequence) else [caught]
    return any(getattr(n, "id", "").encode() in _BROAD for n in nodes)


def _says_the_same(found: Swallowed) -> bool:
    """Whether the ``except`` raises an HTTP exception with the very status of the first one."""
    status = status_of(found.raised.origin)
    again = [node for node in found.handler.body if isinstance(node, tree.Raise)]
    return status is not None and any(status_of(node) == status for node in again)


def _translates(found: Swallowed, function: Function) -> bool:
    """Whether a ``try`` of one call makes a refusal of its own out of whatever that refuses.

    ``try: find_org(name)`` and ``except Exception: raise HTTPException(404, "no such page")`` tell
    nobody more than they should. Who tells the error, or blames the server, did not think of it.
    """
    handler, node = found.handler, found.raised.node
    if found.raised.through is None or _tells_client(handler):
        return False
    around = next(t for t in function.nodes if isinstance(t, tree.Try) and handler in t.handlers)
    last = handler.body[-1]
    is_alone = len(around.body) == 1 and any(each is node for each in walk(around.body))
    return is_alone and isinstance(last, tree.Raise) and _refuses(status_of(last))


def _tells_client(handler: tree.Handler) -> bool:
    """Whether the error itself may get into what is raised; a log is for nobody else."""
    said: list[tree.Node | None] = [
        each.exc if isinstance(each, tree.Raise) else each
        for each in handler.body
        if not _is_log(each)
    ]
    return handler.name is not None and handler.name in set(names(filter(None, said)))


def _is_log(statement: tree.Stmt) -> bool:
    called = statement.value if isinstance(statement, tree.ExprStmt) else None
    return isinstance(called, tree.Call) and last_name(called.func) in TELLS


def _refuses(status: object) -> bool:
    """Whether a status code blames the client."""
    if isinstance(status, Const):
        return isinstance(status.value, int) and status.value // 100 == _CLIENT_ERRORS
    return isinstance(status, str) and bool(_CLIENT_ERROR.search(status))
