"""What a function does only where no event loop is running, which on the loop is passed by.

``try: asyncio.get_running_loop()`` with what its ``except RuntimeError`` does instead, the ``else``
of ``if loop.is_running()``, and what follows a helper that refuses to be run on the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import last_name, place, walk
from fastlint.model.calls.once import Range, blocks, range_of
from fastlint.model.following.frames import Watch
from fastlint.model.following.values import FunctionValue

_FEW = 3
"""Statements of a ``try`` that asks for the loop and does little else."""
_ASKS = frozenset(
    {
        "_get_running_loop", "current_async_library", "current_task", "get_event_loop",
        "get_running_loop", "in_async_context", "is_running",
    }
)  # fmt: skip
"""All of these are true where a loop is running."""
_WORDS = tuple(name.encode() for name in sorted(_ASKS))
_DEEPEST = 3
"""Helpers that ask one another."""
_ANYTHING = frozenset({"BaseException", "Exception"})


class Outcome(msgspec.Struct, frozen=True):
    """How a function ends when it is called on the loop."""

    refuses: bool = False
    """It certainly raises."""
    gives: bool | None = None
    """Whether what it returns is true; None where that is not known."""


_UNKNOWN = Outcome()
_Helper = Callable[[tree.Call], Outcome]


class WithoutLoop:
    """Finds what is passed by; each helper is looked at once."""

    def __init__(self, calls: Callable[[FunctionValue], Watch]) -> None:
        """``calls``: what a function does, as far as its text says."""
        self._watch = calls
        self._outcomes: dict[tuple[str, int], Outcome] = {}

    def passed_by(self, facts: tree.FunctionFacts, watch: Watch) -> tuple[Range, ...]:
        """The stretches of a body that are not run on the event loop."""
        helpers = self._helpers(watch)
        if not helpers and not search.mentions(facts, *_WORDS):
            return ()
        going = _Going(lambda call: helpers.get(place(call), _UNKNOWN))
        going.through(watch.body, {})
        return tuple(going.passed)

    def _helpers(self, watch: Watch) -> dict[tuple[int, int, int, int], Outcome]:
        """How the project's own functions end that are called here, where that is known."""
        found = {}
        for site in watch.calls:
            if isinstance(site.callee, FunctionValue):
                outcome = self._outcome(site.callee)
                if outcome != _UNKNOWN:
                    found[place(site.node)] = outcome
        return found

    def _outcome(self, function: FunctionValue) -> Outcome:
        facts = function.facts
        key = (function.path, facts.index)
        if key not in self._outcomes:
            self._outcomes[key] = _UNKNOWN  # round in circles nobody says
            if not (facts.is_async or facts.is_generator) and search.mentions(facts, *_WORDS):
                helpers = self._helpers(self._watch(function))
                going = _Going(lambda call: helpers.get(place(call), _UNKNOWN))
                going.through(tree.statements(facts), {})
                self._outcomes[key] = going.outcome
        return self._outcomes[key]


_Known = dict[str, bool]
"""What is true of names, or not, where a loop is running."""


class _Going:
    """Goes through a body as it is run on the loop."""

    def __init__(self, helper: _Helper) -> None:
        self._helper = helper
        self.passed: list[Range] = []
        self.outcome = _UNKNOWN
        self._is_sure = True
        """Whether the statement certainly is reached, and no other end may come before."""

    def through(self, block: Sequence[tree.Stmt], known: _Known) -> bool:
        """Go through a block; True where its end is not reached."""
        for position, statement in enumerate(block):
            if self._statement(statement, known):
                self._pass(block[position + 1 :])
                return True
        return False

    def _pass(self, block: Sequence[tree.Stmt]) -> None:
        if block:
            self.passed.append(range_of(block))

    def _perhaps(self, block: Sequence[tree.Stmt], known: _Known) -> None:
        """Go through a block that may be run, or not."""
        sure, self._is_sure = self._is_sure, False
        self.through(block, dict(known))
        self._is_sure = sure and not any(map(_is_end, walk(block)))
        for name in {name for node in walk(block) for name in touched_names(node)}:
            known.pop(name, None)

    def _statement(self, statement: tree.Stmt, known: _Known) -> bool:
        """Go past a statement; True where what follows is not reached."""
        match statement:
            case tree.Return(value=value):
                gives = False if value is None else self._truth(value, known)
                self._end(self._refusal(value) or Outcome(gives=gives))
                return True
            case tree.Raise():
                self._end(Outcome(refuses=True))
                return True
            case tree.Try():
                return self._try(statement, known)
            case tree.If():
                return self._if(statement, known)
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                answer = self._truth(value, known)
                known.pop(name, None)
                known.update({} if answer is None else {name: answer})
                return self._is_refused(value)
            case tree.ExprStmt(value=value):
                return self._is_refused(value)
        for block in blocks(statement):
            self._perhaps(block, known)
        for name in touched_names(statement):
            known.pop(name, None)
        return False

    def _is_refused(self, value: tree.Expr) -> bool:
        refusal = self._refusal(value)
        if refusal is not None:
            self._end(refusal)
        return refusal is not None

    def _refusal(self, value: tree.Expr | None) -> Outcome | None:
        if isinstance(value, tree.Call):
            outcome = self._helper(value)
            return outcome if outcome.refuses else None
        return None

    def _end(self, outcome: Outcome) -> None:
        if self._is_sure:
            self.outcome = outcome
        self._is_sure = False

    def _if(self, statement: tree.If, known: _Known) -> bool:
        answer = self._truth(statement.test, known)
        if answer is None:
            self._perhaps(statement.body, known)
            self._perhaps(statement.orelse, known)
            return False
        self._pass(statement.orelse if answer else statement.body)
        return self.through(statement.body if answer else statement.orelse, known)

    def _try(self, statement: tree.Try, known: _Known) -> bool:
        """Where a ``try`` asks for the loop, no handler is run unless it raises itself."""
        if not _asks(statement) or _catches_itself(statement):
            for block in blocks(statement):
                self._perhaps(block, known)
            return False
        ends = self.through(statement.body, known)
        for handler in statement.handlers:
            self._pass(handler.body)
        if not ends:
            ends = self.through(statement.orelse, known)
        self._perhaps(statement.final, known)
        return ends

    # --- tests ---------------------------------------------------------------------------------

    def _truth(self, node: tree.Expr, known: _Known) -> bool | None:
        """Whether an expression is true on the loop, which is running."""
        match node:
            case tree.Name(id=name):
                return known.get(name)
            case tree.Constant(value=value, kind=""):
                return bool(value)
            case tree.Call():
                return True if _is_asking(node) else self._helper(node).gives
            case tree.UnaryOp(op="not", operand=operand):
                answer = self._truth(operand, known)
                return None if answer is None else not answer
            case tree.Compare(left=left, ops=["is" | "is not" as op], comparators=[right]):
                is_there = _is_none(right) and self._truth(left, known)
                return op == "is not" if is_there else None
            case tree.BoolOp(op=op, values=values):
                answers = [self._truth(each, known) for each in values]
                decisive = op == "or"
                if decisive in answers:
                    return decisive
                return None if None in answers else not decisive
        return None


def asks_for_loop(body: Sequence[tree.Stmt]) -> bool:
    """Whether the function finds out whether a loop is running, and so may do without."""
    return _calls(body, _ASKS - {"get_event_loop"})  # which gives the one that is running as well


def _calls(body: Iterable[tree.Stmt], wanted: frozenset[str]) -> bool:
    return any(last_name(node.func) in wanted for node in walk(body) if isinstance(node, tree.Call))


def _asks(statement: tree.Try) -> bool:
    """Whether a ``try`` asks for the running loop, and its handlers do without."""
    return len(statement.body) <= _FEW and _calls(statement.body, _ASKS)


def _catches_itself(statement: tree.Try) -> bool:
    """Whether a handler takes what the ``try`` raises: ``raise RuntimeError`` among them."""
    raised = {
        last_name(node.exc.func if isinstance(node.exc, tree.Call) else node.exc)
        for node in walk(statement.body)
        if isinstance(node, tree.Raise)
    }
    for handler in statement.handlers if raised else ():
        caught = set() if handler.caught is None else set(map(last_name, walk([handler.caught])))
        if handler.caught is None or not caught.isdisjoint(raised | _ANYTHING):
            return True
    return False


def _is_asking(call: tree.Call) -> bool:
    """Whether a call gives the running loop, or says that it is running."""
    if last_name(call.func) != "is_running":
        return last_name(call.func) in _ASKS
    owner = call.func.value if isinstance(call.func, tree.Attribute) else None
    while isinstance(owner, tree.Call):
        owner = owner.func
    return "loop" in last_name(owner).lower()  # a thread or a job may be said to run as well


def _is_none(node: tree.Expr) -> bool:
    return isinstance(node, tree.Constant) and node.value is None and not node.kind


def _is_end(node: tree.Node) -> bool:
    return isinstance(node, tree.Return | tree.Raise)
