"""HTTP exceptions and where they end up: out of a function, or in an ``except`` that is too broad.

What is said here is told from the text of one body, with the names of its file: which exception is
raised where, and which ``except`` of the statements around it is the first to take it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import exceptions_of, last_name, names, walk
from fastlint.findings import Related
from fastlint.model.answers.telling import TELLS
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, FunctionValue, Value

if TYPE_CHECKING:
    from fastlint.model.project import Project

HTTP_EXCEPTION = "starlette.exceptions.HTTPException"
_BROAD = (External("builtins.Exception"), External("builtins.BaseException"))


class Raised(msgspec.Struct, frozen=True, eq=False):
    """An HTTP exception that a statement or a call raises."""

    node: tree.Raise | tree.Call
    cls: Value
    name: str
    origin: tree.Raise
    """The statement that raises it, here or in what is called."""
    through: Function | None = None
    """The function of the project that is called, and raises it."""

    @property
    def said(self) -> str:
        """That it is raised, and by which function where that is another."""
        if self.through is None:
            return f"`{self.name}` is raised"
        return f"`{self.through.name}` raises `{self.name}`"

    @property
    def trail(self) -> tuple[Related, ...]:
        """Where it is raised, if that is elsewhere."""
        return () if self.through is None else (Related(self.through.name_span, "raises it"),)


class Swallowed(msgspec.Struct, frozen=True, eq=False):
    """An HTTP exception that an ``except Exception`` takes, which does not raise it again."""

    raised: Raised
    handler: tree.Handler
    does: str
    """What comes of it: ``raises`` another exception, ``returns``, or ``goes on``"""


class Fates(msgspec.Struct, eq=False):
    """What becomes of the HTTP exceptions of one function."""

    escaping: list[Raised] = msgspec.field(default_factory=list)
    swallowed: list[Swallowed] = msgspec.field(default_factory=list)


def fates(function: Function, project: Project, through: Through | None = None) -> Fates:
    """What becomes of every HTTP exception that a function raises.

    With ``through`` those count as well that the project's functions raise which it calls.
    """
    walk_ = _Walk(function, project, through)
    walk_.found.escaping.extend(walk_.block(function.statements))
    return walk_.found


class Through:
    """Finds out of the project's functions which HTTP exceptions they let out."""

    def __init__(self, project: Project, known: frozenset[str]) -> None:
        self.project = project
        self._words = tuple(name.encode() for name in sorted(known))
        self._raised: dict[tuple[str, int], Raised | None] = {}

    def callee(self, node: tree.Call, function: Function) -> Function | None:
        """The function of the project that a call of another runs then and there."""
        site = function.call_at(node)
        value = None if site is None else site.callee
        if not isinstance(value, FunctionValue) or value.wraps is not None:
            return None
        if value.facts.is_async and site is not None and not site.awaited:
            return None
        return self.project.function(value)

    def of(self, function: Function) -> Raised | None:
        """One that a function raises itself, and that gets out of it."""
        key = (function.path, function.facts.index)
        if key not in self._raised:
            found: list[Raised] = []
            is_plain = not function.facts.is_generator
            if is_plain and search.mentions(function.facts, *self._words):
                found = fates(function, self.project).escaping
            self._raised[key] = found[0] if found else None
        return self._raised[key]


class _Walk:
    """One walk over one body."""

    def __init__(self, function: Function, project: Project, through: Through | None) -> None:
        self.function = function
        self.project = project
        self.through = through
        self.found = Fates()
        value = function.value
        self.frame = (
            value.closure if value is not None else project.machine.run_module(function.path)
        )

    def block(self, body: Sequence[tree.Stmt]) -> Iterator[Raised]:
        """What gets out of some statements."""
        for statement in body:
            yield from self._statement(statement)

    def _statement(self, s: tree.Stmt) -> Iterator[Raised]:
        match s:
            case tree.Try():
                yield from self._try(s)
            case tree.Raise():
                raised = self._raised(s)
                if raised is not None:
                    yield raised
                else:
                    yield from self._called([s])
            case tree.If() | tree.While():
                yield from self._called([s.test])
                yield from self.block([*s.body, *s.orelse])
            case tree.For():
                yield from self._called([s.iterable])
                yield from self.block([*s.body, *s.orelse])
            case tree.With():
                yield from self._called([item.context for item in s.items])
                if not any(suppresses(item.context) for item in s.items):
                    yield from self.block(s.body)
            case tree.Match():
                for case in s.cases:
                    yield from self.block(case.body)
            case _:
                yield from self._called([s])

    def _try(self, s: tree.Try) -> Iterator[Raised]:
        for raised in self.block(s.body):
            handler, is_broad = self._taken(raised, s.handlers)
            if handler is not None and _picks(handler):
                continue  # by its status: which of them goes on is not known
            if handler is None or _raises_again(handler):
                yield raised
            elif is_broad and not _looks_at(handler):
                self.found.swallowed.append(Swallowed(raised, handler, _does(handler)))
        for each in s.handlers:
            yield from self.block(each.body)
        yield from self.block([*s.orelse, *s.final])

    def _taken(
        self, raised: Raised, handlers: Sequence[tree.Handler]
    ) -> tuple[tree.Handler | None, bool]:
        """The first handler that takes it, and whether it takes everything."""
        for handler in handlers:
            if handler.caught is None:
                return handler, True
            values = [evaluate(node, self.frame) for node in exceptions_of(handler)]
            if any(value in _BROAD for value in values):
                return handler, True
            if any(self._may_take(value, raised) for value in values):
                return handler, False
        return None, False

    def _may_take(self, caught: Value, raised: Raised) -> bool:
        if isinstance(caught, ClassValue):
            known = caught.own
            if isinstance(raised.cls, ClassValue) and caught in raised.cls.mro():
                return True
            return any(not isinstance(b, ClassValue | External) for c in known for b in c.bases)
        if not isinstance(caught, External):
            return True
        if "HTTPException" in caught.name or isinstance(raised.cls, ClassValue):
            return not caught.name.startswith("builtins.")
        return self.project.knowledge.derives(HTTP_EXCEPTION, caught.name)

    # --- what is raised ------------------------------------------------------------------------

    def _raised(self, s: tree.Raise) -> Raised | None:
        made = s.exc.func if isinstance(s.exc, tree.Call) else s.exc
        if made is None or not isinstance(made, tree.Name | tree.Attribute):
            return None
        cls = evaluate(made, self.frame)
        if not classes.derives(cls, HTTP_EXCEPTION, self.project.knowledge):
            return None
        return Raised(s, cls, last_name(made), s)

    def _called(self, nodes: Sequence[tree.Node]) -> Iterator[Raised]:
        if self.through is None:
            return
        for node in walk(nodes):
            called = (
                self.through.callee(node, self.function) if isinstance(node, tree.Call) else None
            )
            if called is not None and called is not self.function:
                inner = self.through.of(called)
                if inner is not None and isinstance(node, tree.Call):
                    yield Raised(node, inner.cls, inner.name, inner.origin, called)


# --- what an except does with it -------------------------------------------------------------


def suppresses(context: tree.Expr) -> bool:
    """Whether a ``with`` over this takes exceptions: ``contextlib.suppress(...)``."""
    func = context.func if isinstance(context, tree.Call) else None
    return last_name(func) == "suppress"


def _raises_again(handler: tree.Handler) -> bool:
    """``raise`` or ``raise error`` anywhere in the handler."""
    return any(
        isinstance(node, tree.Raise)
        and (
            node.exc is None
            or (isinstance(node.exc, tree.Name) and node.exc.id == (handler.name or ""))
        )
        for node in walk(handler.body)
    )


def _picks(handler: tree.Handler) -> bool:
    """Whether a condition in the handler asks for the status of what it took."""
    return handler.name is not None and any(
        isinstance(node, tree.Attribute)
        and node.attr == "status_code"
        and isinstance(node.value, tree.Name)
        and node.value.id == handler.name
        for branch in walk(handler.body)
        if isinstance(branch, tree.If)
        for node in walk([branch.test])
    )


def _looks_at(handler: tree.Handler) -> bool:
    """Whether the handler may tell an HTTP exception from others, or hands it to who may."""
    if handler.name is None:
        return any(_is_asked(node) for node in walk(handler.body))
    for node in walk(handler.body):
        match node:
            case tree.Attribute(value=tree.Name(id=read), attr=attr) if read == handler.name:
                if attr in ("status_code", "detail", "headers", "__class__"):
                    return True
            case tree.Call(func=func):
                last = last_name(func)
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                whole = any(isinstance(g, tree.Name) and g.id == handler.name for g in given)
                if whole and last not in TELLS:
                    return True
                if last == "isinstance" and handler.name in names(node.args):
                    return True
            case tree.Return(value=tree.Name(id=read)) if read == handler.name:
                return True
            case tree.Assign(value=tree.Name(id=read)) if read == handler.name:
                return True
            case tree.FunctionDef() | tree.Lambda():
                return True
            case _ if _is_asked(node):
                return True
    return False


def _is_asked(node: tree.Node) -> bool:
    """``sys.exc_info()``"""
    return isinstance(node, tree.Attribute) and node.attr in ("exc_info", "exception_handler")


def _does(handler: tree.Handler) -> str:
    last = handler.body[-1]
    if any(isinstance(node, tree.Raise) for node in walk(handler.body)):
        return "raises"
    return "returns" if isinstance(last, tree.Return) else "goes on"
