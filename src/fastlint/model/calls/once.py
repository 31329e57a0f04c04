"""What a function does only the first time: ``if _client is None: _client = connect()``.

What is kept for each of a few keys counts as such, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeGuard

from fastlint.facts import tree
from fastlint.facts.walk import dotted_name, exceptions_of, last_name, walk
from fastlint.model.calls.missing import NONE, Helpers, helpers_of, missing_and_present

_MISSING = frozenset({"AttributeError", "KeyError", "LookupError"})
"""What is raised where nothing is there yet."""
_OF_ONE = re.compile(r"(?:^|_)(?:id|uuid|token|slug|email|username|filename)$")
"""Names of what requests ask for, each for another: no cache has them all."""
_OF_FILE = re.compile(r"(?:^|_)(?:slug|filename)$")
"""Those that may be the server's own as well: its templates, its platforms."""
_OF_FEW = re.compile(
    r"(?:^|_)(?:camera|device|engine|lang|loop|model|plugin|process|provider|tenant|thread|voice|worker)_id$"
)
"""Those of which a server knows a handful."""
Place = tuple[int, int]
Range = tuple[Place, Place]


class FirstCalls:
    """Finds what requests do not keep running; each function is looked at once."""

    def __init__(
        self, siblings: Callable[[tree.FunctionFacts], Iterable[tree.FunctionFacts]]
    ) -> None:
        """``siblings``: the functions of the same file."""
        self._siblings = siblings
        self._known: dict[tuple[tree.FunctionFacts, frozenset[str], bool], tuple[Range, ...]] = {}

    def passed_by(
        self,
        facts: tree.FunctionFacts,
        emptied: frozenset[str] = frozenset(),
        *,
        for_each: bool = True,
    ) -> tuple[Range, ...]:
        """The stretches of a body that only the first call runs.

        ``emptied``: the places that each call finds empty, whatever was kept there before.
        ``for_each``: with what is kept for each user, order or the like, the first time for each.
        """
        key = (facts, emptied, for_each)
        if key not in self._known:
            body = tree.statements(facts)
            helpers = helpers_of(facts, self._siblings(facts), _asked_attributes(body))
            first = _First(facts, body, emptied, helpers, for_each=for_each)
            self._known[key] = tuple(first.ranges(body))
        return self._known[key]


def emptied_before(
    call: tree.Node, facts: tree.FunctionFacts, body: Sequence[tree.Stmt]
) -> frozenset[str]:
    """What a function has emptied for whoever it calls there: ``self.loaded = False``."""
    first = _First(facts, body)
    return frozenset(path for path in _emptied(call, body) if first.is_kept(path))


def _emptied(call: tree.Node, block: Sequence[tree.Stmt]) -> Iterator[str]:
    """Certainly, that is: in the blocks around the call."""
    for statement in block:
        if is_in(call, [range_of([statement])]):
            for inner in blocks(statement):
                yield from _emptied(call, inner)
            return
        if isinstance(statement, tree.Assign) and _is_empty(statement.value):
            yield from map(dotted_name, statement.targets)


def _is_empty(node: tree.Expr) -> bool:
    match node:
        case tree.Constant(value=value):
            return not value and node.kind in ("", "bytes")
        case tree.Sequence(items=items):
            return not items
        case tree.DictDisplay(keys=keys):
            return not keys
    return False


def _asked_attributes(body: Sequence[tree.Stmt]) -> frozenset[str]:
    """The attributes that the tests of a body ask for."""
    tests = [each.test for each in _statements(body) if isinstance(each, tree.If)]
    return frozenset(node.attr for node in walk(tests) if isinstance(node, tree.Attribute))


def is_of_one(name: str) -> bool:
    """Whether something of that name tells one of very many, as most requests bring another."""
    return _OF_ONE.search(name) is not None and _OF_FEW.search(name) is None


def is_in(node: tree.Node, ranges: Iterable[Range]) -> bool:
    """Whether the node stands in one of the stretches."""
    place = (node.line, node.column)
    return any(first <= place <= last for first, last in ranges)


class _First:
    """Looks for what runs on the first use alone."""

    def __init__(
        self,
        facts: tree.FunctionFacts,
        body: Sequence[tree.Stmt],
        emptied: frozenset[str] = frozenset(),
        helpers: Helpers = NONE,
        *,
        for_each: bool = True,
    ) -> None:
        self.facts = facts
        self.body = body
        self.emptied = emptied
        self.helpers = helpers
        self.for_each = for_each

    def ranges(self, block: Sequence[tree.Stmt]) -> Iterator[Range]:
        """The stretches below a block."""
        waiting = [(block, frozenset[str]())]
        while waiting:
            here, given = waiting.pop()  # what each call has bound before is none that is kept
            for position, statement in enumerate(here):
                if isinstance(statement, tree.If):
                    rest = here[position + 1 :]
                    found = missing_and_present(statement.test, self.helpers)
                    missing, present = (each - given for each in found)
                    if missing and self._keeps(missing, statement.body):
                        yield range_of(statement.body)
                    elif rest and _returns(statement.body) and self._keeps(present, rest):
                        yield range_of(rest)
                        break
                elif isinstance(statement, tree.Try):
                    asked = set(_asked(statement.body)) - given
                    for handler in statement.handlers if asked else ():
                        if _catches_missing(handler) and self._keeps(asked, handler.body):
                            yield range_of(handler.body)
                waiting.extend((each, given) for each in blocks(statement))
                given |= frozenset(self._given(statement))

    def _given(self, statement: tree.Stmt) -> Iterator[str]:
        """What a statement binds to what the call brings, or to none: ``self.shop = shop``."""
        match statement:
            case tree.Assign(targets=targets, value=value):
                pass
            case tree.AnnAssign(target=target, value=value) if value is not None:
                targets = [target]
            case _:
                return
        brings = isinstance(value, tree.Name) and any(
            value.id == param.name for param in self.facts.params
        )
        if brings or _is_empty(value):
            yield from filter(None, map(dotted_name, targets))

    def _keeps(self, paths: set[str], block: Sequence[tree.Stmt]) -> bool:
        """Whether the block binds one for whoever comes later: a global, an attribute, an item."""
        kept: dict[str, Place] = {}
        for target in _targets(block):
            path = dotted_name(target)
            if isinstance(target, tree.Subscript):
                if not self.for_each and self._tells_one(target.index):
                    continue
                path = dotted_name(target.value)
            if path in paths and self.is_kept(path):
                kept.setdefault(path, (target.line, target.column))
        return any(path not in self._emptied_after(place) for path, place in kept.items())

    def _tells_one(self, key: tree.Expr) -> bool:
        """Whether a key stands for one of very many: ``f"user:{user_id}"``."""
        parts = [key]
        if isinstance(key, tree.Name):
            parts += [s.value for s in _statements(self.body) if _binds(s, key.id)]
        called = {id(node.func) for node in walk(parts) if isinstance(node, tree.Call)}
        found = (last_name(node) for node in walk(parts) if id(node) not in called)
        return any(is_of_one(name) and not _OF_FILE.search(name) for name in found)

    def _emptied_after(self, place: Place) -> set[str]:
        """What holds nothing any more when the function is left: ``self.closing = False``.

        It says that somebody is at it, and not that it has been done.
        """
        return {path for path, is_empty in _left(self.body, place).items() if is_empty}

    def is_kept(self, path: str) -> bool:
        """Whether what is bound there is found there by whoever comes later."""
        if path in self.emptied:
            return False
        root, _, attribute = path.partition(".")
        if root in ("self", "cls") and self.facts.is_method:
            return bool(attribute)
        return root not in self._own

    @cached_property
    def _own(self) -> frozenset[str]:
        """The function's own names, which nobody sees when it has returned."""
        shared = {n for s in _statements(self.body) if isinstance(s, tree.Scope) for n in s.names}
        own = {param.name for param in self.facts.params}
        own.update(t.id for t in _targets(self.body) if isinstance(t, tree.Name))
        return frozenset(own - shared)


def _binds(statement: tree.Stmt, name: str) -> TypeGuard[tree.Assign]:
    """``name = …``"""
    return isinstance(statement, tree.Assign) and [*map(dotted_name, statement.targets)] == [name]


def _asked(block: Sequence[tree.Stmt]) -> Iterator[str]:
    """What a ``try`` looks into: ``return _clients[name]``, ``return self._client``."""
    for node in walk(block) if len(block) == 1 else ():
        if isinstance(node, tree.Subscript):
            yield dotted_name(node.value)
        elif isinstance(node, tree.Attribute):
            yield dotted_name(node)


def _catches_missing(handler: tree.Handler) -> bool:
    return any(last_name(each) in _MISSING for each in exceptions_of(handler))


def _left(block: Sequence[tree.Stmt], start: Place) -> dict[str, bool]:
    """What is bound from there on to the end of a block, and whether certainly to nothing."""
    found: dict[str, bool] = {}
    for statement in block:
        if (statement.end_line, statement.end_column) < start:
            continue
        if isinstance(statement, tree.Assign | tree.AnnAssign) and statement.value is not None:
            is_empty = _is_empty(statement.value)
            found.update((dotted_name(target), is_empty) for target in _targets([statement]))
        is_around = (statement.line, statement.column) < start
        certain = _ALWAYS.get(type(statement), ())
        for inner in blocks(statement):
            is_run = (is_around and is_in_block(start, inner)) or any(
                inner is getattr(statement, name) for name in certain
            )
            below = _left(inner, start)
            found.update((path, each) for path, each in below.items() if is_run or not each)
        if any(isinstance(each, tree.Return) for each in _statements([statement])):
            break  # what comes next may not be run
    return found


_ALWAYS: dict[type[tree.Stmt], tuple[str, ...]] = {
    tree.With: ("body",),
    tree.Try: ("body", "orelse", "final"),
}
"""The blocks of a statement that are run whatever a test says."""


def is_in_block(place: Place, block: Sequence[tree.Stmt]) -> bool:
    """Whether a block begins before the place and ends behind it."""
    if not block:
        return False
    first, last = range_of(block)
    return first <= place <= last


def _targets(block: Sequence[tree.Stmt]) -> Iterator[tree.Expr]:
    for statement in _statements(block):
        match statement:
            case tree.Assign(targets=targets):
                pass
            case tree.AnnAssign(target=target, value=value) if value is not None:
                targets = [target]
            case tree.For(target=target):
                targets = [target]
            case _:
                continue
        for target in targets:
            yield from target.items if isinstance(target, tree.Sequence) else [target]


def _statements(block: Sequence[tree.Stmt]) -> Iterator[tree.Stmt]:
    """The statements of a block and of all blocks in it."""
    waiting = [iter(block)]
    while waiting:
        statement = next(waiting[-1], None)
        if statement is None:
            waiting.pop()
            continue
        yield statement
        waiting.extend(map(iter, reversed(blocks(statement))))


_BLOCKS: dict[type[tree.Stmt], Callable[[Any], tuple[Sequence[tree.Stmt], ...]]] = {
    tree.If: lambda s: (s.body, s.orelse),
    tree.For: lambda s: (s.body, s.orelse),
    tree.While: lambda s: (s.body,),
    tree.With: lambda s: (s.body,),
    tree.Match: lambda s: tuple(case.body for case in s.cases),
    tree.Try: lambda s: (s.body, *(handler.body for handler in s.handlers), s.orelse, s.final),
}


def blocks(statement: tree.Stmt) -> tuple[Sequence[tree.Stmt], ...]:
    """The blocks directly below a statement."""
    below = _BLOCKS.get(type(statement))
    return () if below is None else below(statement)


def _returns(body: Sequence[tree.Stmt]) -> bool:
    return bool(body) and isinstance(body[-1], tree.Return)


def range_of(body: Sequence[tree.Stmt]) -> Range:
    """From the start of a block to its end."""
    return (body[0].line, body[0].column), (body[-1].end_line, body[-1].end_column)
