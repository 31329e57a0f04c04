"""What a function hands back without having looked at it: results that may be None.

One walk over a body, branch by branch. It knows of each variable whether it may still be None; a
variable that is tested in any way, or handed to something that may test it, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import names, walk
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import Const, External, FunctionValue, Unknown, Value
from fastlint.model.reading import lookups

if TYPE_CHECKING:
    from fastlint.model.serving.dependencies import Dependencies

_DEEPEST = 3
_TRANSPARENT = frozenset(
    {
        "abc.abstractmethod", "builtins.classmethod", "builtins.staticmethod", "functools.cache",
        "functools.lru_cache", "typing.overload", "typing.override",
    }
)  # fmt: skip
_NOT_FOUND = ("notfound", "not_found", "doesnotexist", "404")
_Binding = tree.Assign | tree.AnnAssign


class Unchecked(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` of what may be None, because a lookup found nothing."""

    node: tree.Expr
    """What is returned."""
    variable: str
    """Empty where the lookup itself is returned."""
    source: CallSite
    """The lookup."""
    statement: _Binding | None
    """What binds the variable to the lookup."""


_State = dict[str, tuple[CallSite, _Binding]]


def unchecked_returns(
    function: Function, reader: Dependencies, keys: Iterable[str] = ()
) -> tuple[Unchecked, ...]:
    """The returns of what may be None and was never tested for it, one for each lookup.

    ``keys``: the variables that say what is looked up. Once something that may refuse the request
    was given one of them, what is looked up counts as existing.
    """
    return tuple(_Walk(function, reader, frozenset(keys), _DEEPEST).unchecked())


def gives_none(function: Function, reader: Dependencies, depth: int = _DEEPEST) -> bool:
    """Whether a function of the project gives None where it finds nothing.

    Its own returns say so. An annotation without None is believed; one with None alone is not
    enough, since many a function that raises is annotated so.
    """
    if function.value is None or function.facts.is_generator or not depth:
        return False
    by = [each.name if isinstance(each, External) else "" for each in function.value.decorators]
    if not _TRANSPARENT.issuperset(by):
        return False
    declared = function.declared_return
    if declared is not None and not lookups.is_object_or_none(declared):
        return False
    if declared is not None and (function.is_stub or _says_none(function)):
        return True
    return any(_Walk(function, reader, frozenset(), depth - 1).unchecked())


def _says_none(function: Function) -> bool:
    """Whether a function that may give None by its annotation is seen to do so."""
    if may_fall_through(function.statements):
        return True
    returned = (node.value for node in _reached(function.statements))
    return any(_is_none(value) or _takes_what_is_there(value) for value in returned)


def _reached(body: Sequence[tree.Stmt]) -> Iterator[tree.Return]:
    """The ``return`` statements of a body, but for those that stand behind its end."""
    for s in body:
        if isinstance(s, tree.Return):
            yield s
        for inner in _blocks(s):
            yield from _reached(inner)
        if not may_fall_through([s]):
            return


def _blocks(s: tree.Stmt) -> Iterator[Sequence[tree.Stmt]]:
    match s:
        case tree.If(body=body, orelse=orelse) | tree.For(body=body, orelse=orelse):
            yield from (body, orelse)
        case tree.With(body=body) | tree.While(body=body):
            yield body
        case tree.Match(cases=cases):
            yield from (case.body for case in cases)
        case tree.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield from (body, *(handler.body for handler in handlers), orelse, final)


def _takes_what_is_there(node: tree.Expr | None) -> bool:
    """``known.get(key)``, ``next(matching, None)``"""
    match node:
        case tree.Call(func=tree.Attribute(attr="get"), args=[_]):
            return True
        case tree.Call(func=tree.Name(id="next"), args=[_, default]):
            return _is_none(default)
    return False


def _is_none(node: tree.Expr | None) -> bool:
    match node:
        case None | tree.Constant(value=None, kind=""):
            return True
        case tree.IfExp(body=body, orelse=orelse):
            return _is_none(body) or _is_none(orelse)
    return False


def may_refuse(function: Function, reader: Dependencies) -> bool:
    """Whether a function raises, itself or in what it calls."""
    seen = {id(function)}
    level = [function]
    for _ in range(_DEEPEST + 1):
        if any(isinstance(node, tree.Raise) for each in level for node in each.nodes):
            return True
        called = [
            reader.function(site.callee)
            for each in level
            for site in each.calls
            if isinstance(site.callee, FunctionValue)
        ]
        level = [each for each in dict.fromkeys(called) if id(each) not in seen]
        seen.update(map(id, level))
    return False


def may_fall_through(body: Sequence[tree.Stmt]) -> bool:
    """Whether a body may reach its end, which is to return None."""
    if not body:
        return True
    last = body[-1]
    match last:
        case tree.Return() | tree.Raise():
            return False
        case tree.If():
            return may_fall_through(last.body) or may_fall_through(last.orelse)
        case tree.With():
            return may_fall_through(last.body)
        case tree.Try():
            if last.final and not may_fall_through(last.final):
                return False
            inside = last.orelse or last.body
            return may_fall_through(inside) or any(
                may_fall_through(handler.body) for handler in last.handlers
            )
        case tree.While(test=tree.Constant(value=True)):
            return any(isinstance(n, tree.Jump) and n.kind == "break" for n in walk(last.body))
    return True


class _Walk:
    """One walk over one function."""

    def __init__(
        self, function: Function, reader: Dependencies, keys: frozenset[str], depth: int
    ) -> None:
        self.function = function
        self.reader = reader
        self.keys = keys
        self.depth = depth
        self.found: dict[tuple[int, int], Unchecked] = {}
        self.vouched = lookups.always_finds(function.calls) or lookups.asks_for_what_was_added(
            function.calls
        )
        """Whether what is looked up is known to be there."""
        self.guarded = 0
        """How many ``try`` with handlers enclose the statement."""
        self.answered: set[_Question] = set()
        """The lookups whose answer was tested."""
        self.there: dict[str, Value] = {}
        """The classes of what was found, by the variables whose test says so."""

    def unchecked(self) -> Iterator[Unchecked]:
        if self.function.calls and not self.vouched:
            self._follow(self.function.statements, {})
            yield from self.found.values()

    # --- statements ------------------------------------------------------------------------

    def _follow(self, body: Sequence[tree.Stmt], state: _State) -> _State | None:
        """What may be None after the statements; None where their end is not reached."""
        after: _State | None = state
        for statement in body:
            if after is None or self.vouched:
                return None
            after = self._statement(statement, after)
        return after

    def _statement(self, s: tree.Stmt, state: _State) -> _State | None:
        match s:
            case tree.Return():
                self._return(s, state)
                return None
            case tree.Raise():
                return None
            case tree.If():
                return self._if(s, state)
            case tree.For() | tree.While():
                return self._loop(s, state)
            case tree.With():
                self._look([item.context for item in s.items], state)
                self._forget([item.target for item in s.items if item.target], state)
                return self._follow(s.body, state)
            case tree.Try():
                return self._try(s, state)
            case tree.Match():
                self._tested(s.subject, state)
                branches = [self._follow(case.body, dict(state)) for case in s.cases]
                return _union(state, *branches)
        self._simple(s, state)
        return state

    def _simple(self, s: tree.Stmt, state: _State) -> None:
        match s:
            case tree.Assign() | tree.AnnAssign():
                self._bind(s, state)
            case tree.Assert():
                self._tested(s.test, state)
            case tree.ExprStmt():
                self._look([s.value], state)
            case tree.AugAssign():
                self._look([s.value], state)
                self._forget([s.target], state)
            case tree.Delete():
                self._forget(s.targets, state)

    def _bind(self, s: _Binding, state: _State) -> None:
        targets = s.targets if isinstance(s, tree.Assign) else [s.target]
        if s.value is None:
            return
        self._look([*targets, s.value], state)
        known = state.get(s.value.id) if isinstance(s.value, tree.Name) else None
        source = self._lookup(s.value)
        if source is not None:
            known = (source, s)
        self._forget(targets, state)
        if known is not None and isinstance(targets[0], tree.Name):
            state[targets[0].id] = known

    def _return(self, s: tree.Return, state: _State) -> None:
        if s.value is None:
            return
        if isinstance(s.value, tree.Name):
            known = state.get(s.value.id)
            if known is not None:
                self._report(Unchecked(s.value, s.value.id, *known))
            return
        source = self._lookup(s.value)
        self._look([s.value], state)
        if source is not None and not self.vouched:
            self._report(Unchecked(s.value, "", source, None))

    def _report(self, found: Unchecked) -> None:
        node = found.source.node
        self.found.setdefault((node.line, node.column), found)

    def _if(self, s: tree.If, state: _State) -> _State | None:
        tests_other = not state.keys() & set(names([s.test]))
        self._tested(s.test, state)
        if tests_other and (self._says_not_found(s.body) or self._says_not_found(s.orelse)):
            self.vouched = True
        return _union(self._follow(s.body, dict(state)), self._follow(s.orelse, dict(state)))

    def _loop(self, s: tree.For | tree.While, state: _State) -> _State | None:
        if isinstance(s, tree.While):
            self._tested(s.test, state)
        else:
            self._look([s.iterable], state)
            self._forget([s.target], state)
        after = _union(state, self._follow(s.body, dict(state)))
        return _union(after, self._follow(s.orelse, dict(after or {})))

    def _try(self, s: tree.Try, state: _State) -> _State | None:
        self.guarded += bool(s.handlers)
        after = self._follow(s.body, dict(state))
        self.guarded -= bool(s.handlers)
        if any(self._says_not_found(handler.body) for handler in s.handlers):
            self.vouched = True
        if after is not None:
            after = self._follow(s.orelse, after)
        after = _union(after, *(self._follow(h.body, dict(state)) for h in s.handlers))
        if not s.final:
            return after
        final = self._follow(s.final, dict(after or state))
        return None if after is None else final

    def _says_not_found(self, body: Sequence[tree.Stmt]) -> bool:
        """Whether the block raises (or returns) what tells the client that nothing was found."""
        for node in walk(body):
            if isinstance(node, tree.Raise | tree.Return):
                for call in walk([node]):
                    if isinstance(call, tree.Call) and self._is_not_found(call):
                        return True
                if isinstance(node, tree.Raise) and _sounds_not_found([node]):
                    return True
        return False

    def _is_not_found(self, call: tree.Call) -> bool:
        site = self.function.call_at(call)
        given = () if site is None else (*site.args[:1], site.keywords.get("status_code"))
        return Const(404) in given or _sounds_not_found([call.func])

    # --- expressions -----------------------------------------------------------------------

    def _lookup(self, node: tree.Expr) -> CallSite | None:
        """The lookup whose result the expression is, if it may find nothing."""
        site = self.function.call_at(node)
        if site is None or _question(site.node) in self.answered or self._is_there(site):
            return None
        if isinstance(site.callee, FunctionValue):
            found = gives_none(self.reader.function(site.callee), self.reader, self.depth)
        else:
            found = lookups.finds_or_none(site, self.reader.machine.knowledge)
        return site if found else None

    def _is_there(self, site: CallSite) -> bool:
        """Whether it asks for what was found already, by its key and under the same class."""
        found = [self.there[name] for name in lookups.keys(site) if name in self.there]
        wanted = self._kind(site) if found else None
        return wanted is not None and any(each is wanted for each in found)

    def _kind(self, site: CallSite) -> Value | None:
        if isinstance(site.callee, FunctionValue):
            declared = self.reader.function(site.callee).declared_return
            return lookups.kind(site.result if declared is None else declared)
        return lookups.kind(site.result)

    def _look(self, nodes: Iterable[tree.Expr], state: _State) -> None:
        """Forget what the expressions test or hand on."""
        for node in walk(nodes):
            match node:
                case tree.Call():
                    self._call(node, state)
                case tree.Compare():
                    self._drop([node], state)
                case tree.BoolOp():
                    self._drop(node.values, state)
                case tree.UnaryOp(op="not"):
                    self._drop([node.operand], state)
                case tree.IfExp():
                    self._drop([node.test], state)
                case tree.Clause():
                    self._drop(node.conditions, state)
                case tree.Walrus():
                    state.pop(node.name, None)
                case tree.Attribute() | tree.Subscript() if self.guarded:
                    self._drop([node.value], state)  # None may be what the handlers wait for

    def _call(self, node: tree.Call, state: _State) -> None:
        site = self.function.call_at(node)
        if site is not None and lookups.is_harmless(site):
            return
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        self._drop(given, state)
        if site is None or self._lookup(node) is not None or self.keys.isdisjoint(names(given)):
            return
        if isinstance(site.callee, FunctionValue):
            self.vouched |= may_refuse(self.reader.function(site.callee), self.reader)
        else:
            self.vouched |= isinstance(site.callee, Unknown) or dotted(site.callee) is not None

    def _tested(self, test: tree.Expr, state: _State) -> None:
        self._look([test], state)
        self._drop([test], state)

    def _drop(self, nodes: Iterable[tree.Expr], state: _State) -> None:
        """Forget every variable that is read below ``nodes``, and what is the same object.

        A read of one of its attributes asks nothing: on None it fails.
        """
        for name in _read_whole(nodes):
            known = state.get(name)
            if known is not None:
                question = _question(known[0].node)
                self.answered |= {question} if question is not None else set()
                kind = self._kind(known[0])
                for same in [other for other, value in state.items() if value is known]:
                    del state[same]
                    if kind is not None:
                        self.there[same] = kind

    def _forget(self, targets: Iterable[tree.Expr], state: _State) -> None:
        """Forget the variables that are bound anew."""
        for target in targets:
            match target:
                case tree.Name():
                    state.pop(target.id, None)
                    self.there.pop(target.id, None)
                    self.answered = {q for q in self.answered if target.id not in q.about}
                case tree.Sequence():
                    self._forget(target.items, state)
                case tree.Starred():
                    self._forget([target.value], state)


def _read_whole(nodes: Iterable[tree.Expr]) -> Iterator[str]:
    """The variables that are read below ``nodes``, but not for an attribute or item of theirs."""
    found = list(walk(nodes))
    parts = {id(n.value) for n in found if isinstance(n, tree.Attribute | tree.Subscript)}
    for node in found:
        if isinstance(node, tree.Name) and id(node) not in parts:
            yield node.id


class _Question(msgspec.Struct, frozen=True):
    """A lookup as it is written: asked once more, it finds the same again."""

    about: frozenset[str]
    """The variables that it is made of."""
    text: object


def _question(call: tree.Call) -> _Question | None:
    """What a lookup asks; None where more is in it than names and constants."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    text = tuple(map(_spelled, [call.func, *given]))
    if None in text:
        return None
    keywords = tuple(keyword.name for keyword in call.keywords)
    return _Question(frozenset(names([call])), (text, keywords))


def _spelled(node: tree.Expr) -> object:
    """``order.number`` and its like, told from others; None for any other expression."""
    match node:
        case tree.Name(id=name):
            return (name,)
        case tree.Attribute(value=value, attr=attr):
            owner = _spelled(value)
            return None if owner is None else (owner, attr)
        case tree.Constant(value=value, kind=kind):
            return (repr(value), kind)
    return None


def _union(*states: _State | None) -> _State | None:
    """What may be None where several ways meet; None where none of them gets there."""
    known = [state for state in states if state is not None]
    if not known:
        return None
    merged: _State = {}
    for state in known:
        merged.update(state)
    return merged


def _sounds_not_found(nodes: Iterable[tree.Node]) -> bool:
    for node in walk(nodes):
        text = node.id if isinstance(node, tree.Name) else getattr(node, "attr", "")
        if any(word in text.lower() for word in _NOT_FOUND):
            return True
    return False
