"""How a function ends that is followed with what its parameters are when nobody says who is asking.

Statement by statement; of a condition that is not known both branches are followed, and where one
of them turns the request away that is what counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from fastlint.facts import tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import children, handed, last_name, names, walk
from fastlint.model.following import types
from fastlint.model.following.classes import is_subclass
from fastlint.model.following.frames import Frame, Watch
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.language.comparisons import compared
from fastlint.model.following.language.conditions import truth
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Value,
    is_settable,
)
from fastlint.model.following.values import Mapping as Entries
from fastlint.model.security.caught import catches
from fastlint.model.security.guard_names import (
    is_harmless,
    lies_in,
    names_credential,
    says_guard,
    table_words,
)

if TYPE_CHECKING:
    from fastlint.model.security.guards import Guards

_ANSWERS = ("headers", "cookies", "session", "query_params")
"""What of a request gives None for what it does not have."""
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")
"""What settings derive from: of them the defaults are asked."""
_REQUESTS = ("starlette.requests.", "starlette.websockets.")
_OFF = Const(value=False)
_NOTHING = (NONE, Const(""))
_NO_KEY = External("builtins.KeyError")


class Refused(msgspec.Struct, frozen=True, eq=False):
    """The request goes no further, or nobody knows that it does."""

    raised: Value = UNKNOWN
    """The exception that says so, where one is raised."""
    is_certain: bool = False
    """Whether it is seen to be turned away, whatever else the program does."""


class LetIn(msgspec.Struct, frozen=True, eq=False):
    """The function comes to its end without having turned the request away."""

    gives: Value = UNKNOWN
    """What it gives then; a constant where that is certain."""
    by_setting: bool = False
    """Whether a setting, or an environment variable, may say otherwise."""


_ON: Literal["on"] = "on"
End = Refused | LetIn | Literal["on"]


class Following:
    """One function that is followed, and how deep its own calls may be."""

    def __init__(self, function: Function, guards: Guards, depth: int) -> None:
        self.function = function
        self.guards = guards
        self.depth = depth
        self.by_setting = False
        self.may_fail = False
        """Whether something was given nothing of which nobody knows what it does with it."""
        self.machine = guards.project.machine

    def end(self, given: Mapping[str, Value]) -> Refused | LetIn:
        """How the function ends."""
        value = self.function.value
        if value is None or self.function.is_stub:
            return Refused()
        frame = Frame(self.machine, value.path, value.closure, function=value, watch=Watch())
        self.machine.watching += 1
        try:
            frame.namespace.update(types.parameter_values(value, self.machine))
            frame.namespace.update(given)
            end = self._block(self.function.statements, frame)
        except RecursionError:  # hundreds of `elif`
            return Refused()
        finally:
            self.machine.watching -= 1
        return end if isinstance(end, Refused | LetIn) else LetIn(NONE)

    # --- statements ------------------------------------------------------------------------

    def _block(self, body: Sequence[tree.Stmt], frame: Frame) -> End:
        for statement in body:
            end = self._statement(statement, frame)
            if end != _ON:
                return end
        return _ON

    def _statement(self, s: tree.Stmt, frame: Frame) -> End:
        match s:
            case tree.Raise():
                raised = UNKNOWN if s.exc is None else self.machine.evaluate(s.exc, frame)
                return Refused(raised, is_certain=True)
            case tree.Return(value=None):
                return LetIn(NONE)
            case tree.Return(value=value) if value is not None:
                return self._refused_in(value, frame) or LetIn(self._read(value, frame))
            case tree.Assert(test=test):
                return self._refused_in(test, frame) or (
                    _ON if self._holds(test, frame) else Refused()
                )
            case tree.Try():
                return self._try(s, frame)
            case tree.With():
                entered = (item.context for item in s.items)
                refused = (self._refused_in(each, frame) for each in entered)
                if (end := next(filter(None, refused), None)) is not None:
                    return end
                frame.namespace.update(dict.fromkeys(_bound(s.items), UNKNOWN))
                return self._block(s.body, frame)
        return self._refused_in(_asked(s), frame) or self._passed(s, frame)

    def _passed(self, s: tree.Stmt, frame: Frame) -> End:
        """What follows where nothing in the statement's own expressions turns anybody away."""
        if any(isinstance(node, tree.Yield) for node in walk([_asked(s)])):
            return LetIn()
        match s:
            case tree.If(test=test, body=body, orelse=orelse):
                holds = self._holds(test, frame)
                if holds is None:
                    return self._perhaps([body, orelse], frame)
                return self._block(body if holds else orelse, frame)
            case tree.For(body=body, orelse=orelse) | tree.While(body=body, orelse=orelse):
                # What a round sets the next one reads.
                frame.namespace.update(dict.fromkeys(_bound([s]), UNKNOWN))
                return self._perhaps([body, orelse], frame)
            case tree.Match(cases=cases):
                return self._perhaps([*(case.body for case in cases), []], frame)
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                frame.namespace[name] = self._read(value, frame)
            case tree.AnnAssign(target=tree.Name(id=name), value=value) if value is not None:
                frame.namespace[name] = self._read(value, frame)
            case tree.Assign() | tree.AugAssign():
                targets = s.targets if isinstance(s, tree.Assign) else [s.target]
                frame.namespace.update(dict.fromkeys(names(targets), UNKNOWN))
            case tree.ExprStmt(value=value):
                filled = (n for n in names([value]) if _may_be_filled(frame.namespace.get(n)))
                frame.namespace.update(dict.fromkeys([*filled], UNKNOWN))
            case _:
                bound = (name for name in touched_names(s) if name in frame.namespace)
                frame.namespace.update(dict.fromkeys([*bound], UNKNOWN))
        return _ON

    def _perhaps(self, blocks: Sequence[Sequence[tree.Stmt]], frame: Frame) -> End:
        """One of the blocks runs; where one of them refuses, that is what counts."""
        before = dict(frame.namespace)
        ends: list[End] = []
        bound: set[str] = set()
        for body in blocks:
            ends.append(self._block(body, frame))
            bound |= {n for n, value in frame.namespace.items() if before.get(n) is not value}
            frame.namespace.clear()
            frame.namespace.update(before)
        frame.namespace.update(dict.fromkeys(bound, UNKNOWN))
        refused = [end for end in ends if isinstance(end, Refused)]
        if refused:
            is_certain = len(refused) == len(ends) and all(end.is_certain for end in refused)
            return Refused(refused[0].raised, is_certain)
        return _ON if _ON in ends else LetIn()

    def _try(self, s: tree.Try, frame: Frame) -> End:
        around, self.may_fail = self.may_fail, False
        end = self._block(s.body, frame)
        if isinstance(end, Refused):
            handlers = [each for each in s.handlers if catches(each, end.raised)]
            if handlers:
                end = self._perhaps([each.body for each in handlers], frame)
        else:
            caught: End | None = None
            if self.may_fail and s.handlers:
                caught = self._perhaps([each.body for each in s.handlers], frame)
            if end == _ON:
                end = self._block(s.orelse, frame)
            if isinstance(caught, Refused):
                end = Refused(caught.raised)
            elif caught == _ON and isinstance(end, LetIn):
                end = _ON  # and what comes after it may refuse
        self.may_fail = self.may_fail or around
        last = self._block(s.final, frame)
        return end if last == _ON else last

    # --- expressions -----------------------------------------------------------------------

    def _refused_in(self, node: tree.Node, frame: Frame) -> Refused | None:
        """What in an expression turns the request away, or fails for what is not there."""
        for part in self._evaluated(node, frame):
            if isinstance(part, tree.Call):
                end = self._called(part, frame)
                if isinstance(end, Refused):
                    return end
                given = (frame.namespace.get(name, UNKNOWN) for name in names([part]))
                if end is None and any(truth(each) is False for each in given):
                    self.may_fail = True
            elif isinstance(part, tree.Attribute | tree.Subscript):
                if isinstance(part.value, tree.Name) and self._read(part.value, frame) == NONE:
                    return Refused()
                if isinstance(part, tree.Subscript) and self._is_no_key(part, frame):
                    return Refused(_NO_KEY)
        return None

    def _is_no_key(self, node: tree.Subscript, frame: Frame) -> bool:
        """``USERS[token]``, ``request.headers["authorization"]``"""
        match node:
            case tree.Subscript(
                value=tree.Attribute(attr=part), index=tree.Constant(value=str() as name)
            ) if part in _ANSWERS:
                return names_credential(name.replace("-", "_"))
        return self._read(node.index, frame) in _NOTHING

    def _evaluated(self, node: tree.Node, frame: Frame) -> Iterator[tree.Node]:
        """The parts of an expression that Python comes to."""
        if isinstance(node, tree.IfExp):
            yield from self._evaluated(node.test, frame)
            holds = self._holds(node.test, frame)
            branches = [node.body, node.orelse]
            for branch in branches if holds is None else [node.body if holds else node.orelse]:
                yield from self._evaluated(branch, frame)
        elif isinstance(node, tree.BoolOp):
            for value in node.values:
                yield from self._evaluated(value, frame)
                if self._holds(value, frame) is (node.op == "or"):
                    return
        elif not isinstance(node, tree.Lambda):
            yield node
            for each in children(node):
                yield from self._evaluated(each, frame)

    def _called(self, node: tree.Call, frame: Frame) -> Refused | LetIn | None:
        """What becomes of the request in a call; None where the call is not about that."""
        site = self.function.call_at(node)
        callee = None if site is None else site.callee
        if isinstance(callee, FunctionValue):
            return self._called_function(callee, node, frame)
        if isinstance(callee, ClassValue):
            return None
        if self._asks_scheme(node):
            return LetIn(NONE)
        name = None if callee is None else dotted(callee)
        if name is not None and lies_in(name, table_words("packages")):
            return Refused()
        if name is not None and is_harmless(name):
            return Refused() if self._hands_on_refusing(node, frame) else None
        match node.func:
            case tree.Attribute(value=owner, attr="close") if self._tells(self._read(owner, frame)):
                return Refused()  # a WebSocket
        is_class = last_name(node.func)[:1].isupper()
        is_guard = says_guard(last_name(node.func)) and not is_class
        given = (self._read(each, frame) for each in handed(node) if isinstance(each, tree.Name))
        return Refused() if is_guard or any(map(self._tells, given)) else None

    def _asks_scheme(self, node: tree.Call) -> bool:
        """``super().__call__(request)``, of a scheme that gives None for what it does not find."""
        made = None if self.function.value is None else self.function.value.bound
        match node.func:
            case tree.Attribute(value=tree.Call(func=tree.Name(id="super")), attr="__call__"):
                return isinstance(made, Instance) and made.keywords.get("auto_error") == _OFF
        return False

    def _hands_on_refusing(self, node: tree.Call, frame: Frame) -> bool:
        """``partial(check, token)``, ``map(check, tokens)``: others call it, or nobody does."""
        given = (self._read(each, frame) for each in handed(node) if isinstance(each, tree.Name))
        functions = (each for each in given if isinstance(each, FunctionValue))
        return any(self.guards.refuses(self.guards.project.function(each)) for each in functions)

    def _called_function(
        self, callee: FunctionValue, node: tree.Call, frame: Frame
    ) -> Refused | LetIn | None:
        called = self.guards.project.function(callee)
        if self.guards.is_named(self.guards.project.reader.name(callee)):
            return Refused()
        params = callee.facts.params[callee.facts.is_method and callee.bound is not None :]
        given = {param.name: arg for param, arg in zip(params, node.args, strict=False)}
        given |= {each.name: each.value for each in node.keywords if each.name is not None}
        known = {name: self._read(each, frame) for name, each in given.items()}
        known = {name: value for name, value in known.items() if self._tells(value)}
        if not known and not self.guards.refuses(called):
            return None
        if self.depth <= 0 or called.facts.is_generator:
            return Refused()
        inner = self._inner(called, known)
        end = inner.end(known)
        self.by_setting = self.by_setting or (isinstance(end, LetIn) and inner.by_setting)
        return end

    def _inner(self, called: Function, known: Mapping[str, Value]) -> Following:  # noqa: ARG002
        """Who follows a function that this one calls with what is known."""
        return Following(called, self.guards, self.depth - 1)

    def _tells(self, value: Value) -> bool:
        """Whether who is given this may find out that nobody is asking: nothing, or the request."""
        if isinstance(value, Instance):
            return isinstance(value.cls, External) and value.cls.name.startswith(_REQUESTS)
        return truth(value) is False

    def _read(self, node: tree.Expr, frame: Frame) -> Value:
        """What an expression gives."""
        match node:
            case tree.Await(value=value):
                return self._read(value, frame)
            case tree.IfExp(test=test, body=body, orelse=orelse):
                holds = self._holds(test, frame)
                return UNKNOWN if holds is None else self._read(body if holds else orelse, frame)
            case tree.BoolOp(op=op, values=values):
                for each in values:
                    holds = self._holds(each, frame)
                    if holds is None or holds is (op == "or"):
                        return UNKNOWN if holds is None else self._read(each, frame)
                return self._read(values[-1], frame)
            case tree.Walrus(name=name, value=value):
                frame.namespace[name] = self._read(value, frame)
                return frame.namespace[name]
            case tree.Call():
                if _asks_request(node):
                    return self._read(node.args[1], frame) if node.args[1:] else NONE
                end = self._called(node, frame)
                return end.gives if isinstance(end, LetIn) else UNKNOWN
            case tree.Attribute(value=tree.Name(id=owner), attr=attr):
                known = self._made_with(frame.namespace.get(owner), attr)
                if known is not None:
                    return known
        return self.machine.evaluate(node, frame)

    def _made_with(self, owner: Value | None, attr: str) -> Const | None:
        """What the object has that the function is called of, if only ``__init__`` sets it."""
        made = None if self.function.value is None else self.function.value.bound
        if owner is not made or not isinstance(made, Instance) or isinstance(made.cls, External):
            return None
        found = made.attributes.get(attr)
        setting = self.machine.late.setting(made.cls, attr)
        only_there = all(each.facts.name == "__init__" for each in setting)
        return found if only_there and isinstance(found, Const) else None

    def _holds(self, test: tree.Expr, frame: Frame) -> bool | None:
        """Whether a condition holds; of settings, whether it does by default."""
        match test:
            case tree.BoolOp(op=op, values=values):
                answers = [self._holds(each, frame) for each in values]
                decisive = op == "or"
                if decisive in answers:
                    return decisive
                return None if None in answers else not decisive
            case tree.UnaryOp(op="not", operand=operand):
                holds = self._holds(operand, frame)
                return None if holds is None else not holds
            case tree.Compare(left=left, ops=[op], comparators=[right]):
                asked = [self._read(left, frame), self._read(right, frame)]
                holds = compared(asked[0], op, asked[1])
            case _:
                asked = [self._read(test, frame)]
                holds = truth(asked[0])
        if holds is None or not is_settable(*asked):
            return holds
        if not self._is_about_settings(test, frame):
            return None
        self.by_setting = True
        return holds

    def _is_about_settings(self, test: tree.Expr, frame: Frame) -> bool:
        """Whether nothing else is asked that a request may have otherwise: ``user.is_active``."""
        local = (frame.namespace.get(name, NONE) for name in names([test]))
        return all(
            isinstance(each, Const)
            or (isinstance(each, Instance) and is_subclass(each.cls, *_SETTINGS))
            for each in local
        )


def _asked(s: tree.Stmt) -> tree.Node:
    """The expression of a statement that runs before its blocks; the statement, if it has none."""
    match s:
        case tree.If(test=asked) | tree.While(test=asked):
            return asked
        case tree.For(iterable=asked) | tree.Match(subject=asked) | tree.Assign(value=asked):
            return asked
    return s


def _bound(nodes: Iterable[tree.Node]) -> Iterator[str]:
    """The names that statements give something else to stand for."""
    return (name for node in walk(nodes) for name in touched_names(node))


def _may_be_filled(value: Value | None) -> bool:
    """``errors`` in ``errors.append("no token")`` and in ``judge(token, errors)``"""
    return isinstance(value, Items | Entries)


def _asks_request(node: tree.Call) -> bool:
    """``request.headers.get("authorization")`` and its like, of what says who is asking."""
    match node:
        case tree.Call(
            func=tree.Attribute(value=tree.Attribute(attr=part), attr="get"),
            args=[tree.Constant(value=str() as name), *_],
        ):
            return part in _ANSWERS and names_credential(name.replace("-", "_"))
    return False
