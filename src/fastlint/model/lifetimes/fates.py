"""What becomes of an object that a function makes: whether somebody closes it.

Judged by the text of the function alone. Whatever leaves the function's sight (it is stored, kept
in a collection, given to a class or to code that is not the project's) may be closed there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from fastlint.facts import tree
from fastlint.facts.walk import last_name, names, place, walk
from fastlint.model.calls.sessions import opens
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue
from fastlint.model.knowledge import Knowledge
from fastlint.model.reading.upwards import Upwards


class Fate(Enum):
    """How it ends."""

    CLOSED = auto()
    """By ``with``, or where it is certain to run."""
    HANDED_ON = auto()
    """Out of sight: not known."""
    EXPOSED = auto()
    """It is closed, unless something raises before that."""
    RETURNED = auto()
    """The caller gets it."""
    LEFT = auto()
    """Nobody closes it."""


CLOSERS = frozenset(
    {"close", "aclose", "close_all", "release", "terminate", "invalidate", "__exit__"}
)
_KEEPERS = frozenset(
    {"closing", "aclosing", "enter_context", "enter_async_context", "push_async_exit", "callback"}
    | {"push", "release", "putconn", "close", "push_async_callback", "closing_session"}
)
_CLOSING = re.compile("close|release|dispose|clean|teardown|tear_down|finish|end|stop|shutdown")
_HARMLESS = frozenset({"bool", "id", "isinstance", "print", "repr", "str", "type"})


class Body:
    """A function's body, with the way up from each node."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.upwards = Upwards(function)
        self.up = self.upwards.up
        self._sites = {place(site.node): site for site in function.calls}

    def fate(self, site: CallSite) -> Fate:
        """What becomes of what the call ``site`` of this function gives."""
        node = self.upwards.call(site.node)
        return Fate.HANDED_ON if node is None else self._of_expression(node)

    def closes(self, name: str) -> bool:
        """Whether the function closes, or may close, what ``name`` stands for."""
        return self._of_name(name) in (Fate.CLOSED, Fate.HANDED_ON, Fate.EXPOSED)

    def _of_expression(self, node: tree.Node) -> Fate:
        """What becomes of the value of an expression."""
        parent = self.up.get(id(node))
        match parent:
            case tree.Await() | tree.IfExp() | tree.BoolOp():
                return self._of_expression(parent)
            case (
                tree.Assign(targets=[tree.Name(id=name)])
                | tree.AnnAssign(target=tree.Name(id=name))
            ):
                return self._of_name(name)
            case tree.Walrus(name=name):
                return self._of_name(name)
            case tree.ExprStmt():
                return Fate.LEFT
            case tree.Yield():
                return Fate.LEFT
        return self._of_use(node)

    def _of_name(self, name: str) -> Fate:
        """What becomes of what a name is bound to."""
        if self.upwards.is_shared(name):
            return Fate.HANDED_ON
        found = {
            self._of_use(node)
            for node in self.function.nodes
            if isinstance(node, tree.Name) and node.id == name and not self.upwards.is_target(node)
        }
        return min(found, key=lambda fate: fate.value, default=Fate.LEFT)

    def _of_use(self, node: tree.Node) -> Fate:
        """What a single use of the object says about its end."""
        parent = self.up.get(id(node))
        match parent:
            case tree.WithItem():
                return Fate.CLOSED
            case tree.Return():
                return Fate.RETURNED
            case tree.Attribute(attr=attr):
                return self._of_attribute(attr, parent)
            case tree.Call():
                return self._of_argument(parent, node)
            case tree.Keyword():
                call = self.up.get(id(parent))
                if isinstance(call, tree.Call):
                    return self._of_argument(call, parent)
                return Fate.HANDED_ON
            case (
                tree.Yield() | tree.Compare() | tree.If() | tree.While() | tree.UnaryOp()
                | tree.Await() | tree.ExprStmt() | tree.Assert() | tree.Delete() | tree.FString()
            ):  # fmt: skip
                return Fate.LEFT
            case tree.BoolOp() | tree.IfExp():
                return self._of_use(parent)
        return Fate.HANDED_ON

    def _of_attribute(self, attr: str, node: tree.Attribute) -> Fate:
        call = self.up.get(id(node))
        called = isinstance(call, tree.Call) and call.func is node
        if attr in CLOSERS:
            return self._closed_at(node) if called else Fate.CLOSED
        above = self.up.get(id(call)) if called and call is not None else None
        if isinstance(above, tree.Await):
            above = self.up.get(id(above))
        if isinstance(above, tree.WithItem) or attr in ("begin", "execution_options"):
            return Fate.CLOSED  # `with db.begin():` gives the connection back when it ends
        return Fate.LEFT

    def _closed_at(self, node: tree.Node) -> Fate:
        """`CLOSED` where the call is made whatever happens before it, else `EXPOSED`."""
        child: tree.Node = node
        while True:
            parent = self.up.get(id(child))
            if isinstance(parent, tree.Handler):
                return Fate.CLOSED
            if isinstance(parent, tree.Try) and any(child is each for each in parent.final):
                return Fate.CLOSED
            for before in self._before(child, parent):
                if isinstance(before, tree.Try) and before.handlers:
                    return Fate.HANDED_ON  # what raises may well have been caught
            if parent is None:
                return Fate.EXPOSED
            child = parent

    def _before(self, child: tree.Node, parent: tree.Node | None) -> list[tree.Stmt]:
        """The statements that precede ``child`` in its block."""
        fields = parent.__struct_fields__[4:] if parent is not None else ()
        blocks = [getattr(parent, field) for field in fields] or [self.function.statements]
        for block in blocks:
            if isinstance(block, list):
                for position, statement in enumerate(block):
                    if statement is child:
                        return block[:position]
        return []

    def _of_argument(self, call: tree.Call, given: tree.Node) -> Fate:
        """It is handed to a call: a function of the project is looked into, others are trusted."""
        func = call.func
        name = last_name(func)
        if name in _KEEPERS:
            return Fate.CLOSED
        site = self._sites.get(place(call))
        if site is None or not isinstance(site.callee, FunctionValue):
            return Fate.LEFT if name in _HARMLESS else Fate.HANDED_ON
        facts = site.callee.facts
        param = filled(facts.params[site.callee.bound is not None :], call, given)
        return Fate.HANDED_ON if param is None or _may_keep(facts, param.name) else Fate.LEFT


def opened_by(function: Function, knowledge: Knowledge) -> str | None:
    """The kind of session that each call of the function opens and hands to its caller."""
    value = function.value
    if value is None or function.facts.is_generator or value.decorators:
        return None
    sites = {id(site.result): site for site in function.calls if opens(site, knowledge)}
    made = {id(returned.value) for returned in function.returns}
    if len(made) != 1 or not made <= sites.keys():
        return None
    site = sites[made.pop()]
    return opens(site, knowledge) if Body(function).fate(site) is Fate.RETURNED else None


def filled(params: Sequence[tree.Param], call: tree.Call, given: tree.Node) -> tree.Param | None:
    """The parameter that an argument of a call fills; None where it goes into ``*args`` or so.

    ``params``: without the ``self`` that the call does not write.
    """
    if isinstance(given, tree.Keyword):
        named = ("ordinary", "keyword-only")
        return next((p for p in params if p.name == given.name and p.kind in named), None)
    if any(isinstance(each, tree.Starred) for each in call.args):
        return None
    position = next((at for at, each in enumerate(call.args) if each is given), len(params))
    found = params[position] if position < len(params) else None
    in_order = ("ordinary", "positional-only")
    return found if found is not None and found.kind in in_order else None


def _may_keep(facts: tree.FunctionFacts, param: str) -> bool:
    """Whether a function may close, keep or give back what it is handed for ``param``."""
    if facts.is_generator or _CLOSING.search(facts.name):
        return True
    nodes = list(walk(tree.statements(facts)))
    known = {param}
    for node in nodes:
        match node:
            case tree.Assign(targets=[tree.Name(id=name)], value=value) if not isinstance(
                value, tree.Call | tree.Await
            ) and not known.isdisjoint(names([value])):
                known.add(name)
    for node in nodes:
        match node:
            case tree.FunctionDef() | tree.Lambda() | tree.Scope():
                return True
            case tree.Attribute(attr="close" | "aclose"):
                return True
            case tree.WithItem(context=value) | tree.Return(value=tree.Name() as value):
                if not known.isdisjoint(names([value])):
                    return True
            case tree.Assign(targets=[tree.Attribute() | tree.Subscript()], value=value):
                if not known.isdisjoint(names([value])):
                    return True
    return False
