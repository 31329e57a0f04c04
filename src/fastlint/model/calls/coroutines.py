"""Coroutines that nobody awaits: nothing of what they were to do happens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import Place, place
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import External, FunctionValue, Member, Registrar
from fastlint.model.knowledge import Knowledge, load_table
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.project import Project

Fate = Literal["dropped", "used", "tested", "answered"]
_KEEP = frozenset(
    {"abc.abstractmethod", "builtins.classmethod", "builtins.staticmethod", "typing.override"}
)
"""Decorators that leave it a coroutine function."""
_ASKS = (b"iscoroutinefunction", b"iscoroutine", b"isawaitable")
"""Words of functions that tell themselves what has to be awaited."""
_REFUSE = frozenset(
    {
        "base64.b64decode", "base64.b64encode", "builtins.all", "builtins.any",
        "builtins.bytearray",
        "builtins.bytes", "builtins.dict", "builtins.enumerate", "builtins.float",
        "builtins.frozenset", "builtins.int", "builtins.iter", "builtins.len", "builtins.list",
        "builtins.range", "builtins.reversed", "builtins.round", "builtins.set", "builtins.sorted",
        "builtins.sum", "builtins.tuple", "io.BytesIO", "io.StringIO", "json.loads",
    }
)  # fmt: skip
"""Functions that have no use for a coroutine: they raise `TypeError` if they are given one."""
_WRITES = "io.TextIOWrapper.write"
"""So does the file that `open` gives."""
_OWN = frozenset(
    {"__await__", "close", "cr_await", "cr_code", "cr_frame", "cr_origin", "cr_running", "send",
     "throw"}
)  # fmt: skip
"""What a coroutine itself has."""


class Forgotten(msgspec.Struct, frozen=True, eq=False):
    """A call that gives a coroutine which is not awaited."""

    span: Span
    shown: str
    """As a message says it: ```AsyncSession.commit```."""
    function: Function
    """Where it stands."""
    fate: Fate
    """``dropped``: nothing is done with it; ``used`` as if it were the result; ``tested``, which
    is true whatever the result; ``answered`` to the client by a handler."""
    is_own: bool = False
    """Whether it is the handler's own: it calls itself, by the name of what it was to call."""


class _Body(msgspec.Struct, frozen=True, eq=False):
    """The function in which a coroutine is made, and what is known of those who are given it."""

    up: Upwards
    answers: bool
    """Whether what it returns is what a client is answered."""
    refusing: frozenset[Place]
    """The calls of functions that cannot do anything with a coroutine."""


def forgotten(project: Project) -> Iterator[Forgotten]:
    """The coroutines that are made for requests, and that are certain never to be awaited."""
    handlers = {
        id(served.function)
        for served in project.reach.served
        if served.kind == "handler" and any(route.kind == "http" for route in served.routes)
    }  # what the handler of a WebSocket gives is awaited
    for each in project.running:
        function, body = each.function, None
        given: set[Place] = set()
        if search.mentions(function.facts, *_ASKS):
            continue  # it awaits what is to be awaited
        for site in each.calls:
            shown = None if site.awaited else gives_coroutine(site, project.knowledge)
            if shown is None:
                continue
            if body is None:
                # A decorator awaits what an ``async def`` gives, and hands on what comes of it.
                is_handed_on = function.is_async or function.is_only_registered
                refusing = frozenset(place(other.node) for other in each.calls if _refuses(other))
                body = _Body(Upwards(function), id(function) in handlers and is_handed_on, refusing)
                takers = (o.node for o in each.calls if place(o.node) not in refusing)
                given = {place(arg) for taker in takers for arg in taker.args}
            if place(site.node) in given:
                continue  # whoever is given it may await it
            fate = _fate(body.up.call(site.node), body)
            if fate is not None:
                is_own = id(function) in handlers and _is_of(site, function)
                yield Forgotten(site.span, shown, function, fate, is_own)


def _is_of(site: CallSite, function: Function) -> bool:
    """Whether a call is one of the function itself."""
    callee = site.callee
    return isinstance(callee, FunctionValue) and (callee.path, callee.facts.index) == (
        function.path,
        function.facts.index,
    )


def gives_coroutine(site: CallSite, knowledge: Knowledge) -> str | None:
    """What a call that gives a coroutine is called in messages; None for any other call."""
    callee = site.callee
    if isinstance(callee, FunctionValue):
        facts = callee.facts
        if not facts.is_async or facts.is_generator or callee.wraps is not None:
            return None
        if facts.is_method and Function("", callee.path, facts).is_stub:
            return None  # what is called is a subclass's, which may as well be a generator
        known = len(callee.decorators) == len(facts.decorators)
        kept = all(
            isinstance(by, Registrar) or (isinstance(by, External) and by.name in _KEEP)
            for by in callee.decorators
        )
        return f"`{facts.qualname.rpartition('<locals>.')[2]}`" if known and kept else None
    if isinstance(callee, Member | External):
        dotted = callee.dotted if isinstance(callee, Member) else callee.name
        owner, _, name = dotted.rpartition(".")
        if name in _names() and any((base, name) in _known() for base in knowledge.bases(owner)):
            return f"`{owner.rpartition('.')[2]}.{name}`"
    return None


def _refuses(site: CallSite) -> bool:
    """Whether a call raises `TypeError` if it is given a coroutine."""
    callee = site.callee
    if isinstance(callee, Member):
        return callee.dotted == _WRITES
    return isinstance(callee, External) and callee.name in _REFUSE


@cache
def _known() -> frozenset[tuple[str, str]]:
    table: dict[str, str] = load_table("coroutines")["calls"]
    return frozenset((owner, name) for owner, names in table.items() for name in names.split())


@cache
def _names() -> frozenset[str]:
    return frozenset(name for _, name in _known())


def _fate(node: tree.Node | None, body: _Body) -> Fate | None:
    """What is done with the value of an expression; None where it may be awaited somewhere."""
    parent = body.up.above(node)
    match parent:
        case tree.ExprStmt():
            return "dropped"
        case tree.Return():
            return "answered" if body.answers else None
        case tree.Assign(targets=[tree.Name(id=name)]) | tree.AnnAssign(target=tree.Name(id=name)):
            return _fate_of_name(name, body)
        case tree.Sequence() | tree.DictDisplay():
            below = _fate(parent, body)
            return below if below == "answered" and body.answers else None
    return _fate_in(parent, node, body)


def _fate_in(parent: tree.Node | None, node: tree.Node | None, body: _Body) -> Fate | None:
    """As `_fate`, of what is a part of an expression or stands in the head of a statement."""
    match parent:
        case tree.Attribute(attr=attr):
            return None if attr in _OWN else "used"
        case tree.Subscript(value=value):
            return "used" if value is node else None
        case tree.For(iterable=iterable) | tree.Clause(iterable=iterable):
            return "used" if iterable is node else None
        case tree.Call(args=args) if place(parent) in body.refusing:
            return "used" if any(arg is node for arg in args) else None
        case tree.BinOp():
            return "used"
        case tree.If(test=test) | tree.While(test=test) | tree.IfExp(test=test):
            return "tested" if test is node else None
        case tree.UnaryOp(op="not"):
            return "tested"
        case tree.BoolOp():
            return "tested" if _fate(parent, body) == "tested" else None
        case tree.Compare(left=left, ops=[op], comparators=[right]):
            other = right if left is node else left
            is_none = isinstance(other, tree.Constant) and other.value is None
            return "tested" if op in ("==", "!=") or is_none else "used"
    return None


def _fate_of_name(name: str, body: _Body) -> Fate | None:
    """What is done with what a name is bound to; None where any use of it may await it."""
    if body.up.is_shared(name):
        return None
    found: list[Fate | None] = []
    for node in body.up.nodes:
        if (
            isinstance(node, tree.Name)
            and node.id in (name, "locals")
            and not body.up.is_target(node)
        ):
            parent = body.up.above(node)
            if isinstance(parent, tree.Assign | tree.AnnAssign):
                return None
            found.append(_fate(node, body) if node.id == name else None)
    if None in found:
        return None
    return next((fate for fate in ("used", "tested", "answered") if fate in found), "dropped")
