"""What a request is asked for before it is passed on: its path and what that holds, its method.

The few statements and expressions with which middleware tells requests apart are gone through as
for one route; whatever else they ask for has any answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import exceptions_of, last_name, names, walk
from fastlint.model.calls.asked import (
    Asked,
    Method,
    Param,
    Params,
    Path,
    Thing,
    What,
    changed,
    compared,
    joined,
    starts_or_ends,
)
from fastlint.model.following import classes
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    UNKNOWN,
    Const,
    FunctionValue,
    Instance,
    Items,
    Value,
)

_DEEPEST = 3
"""Helpers that ask for one another."""
_REQUESTS = frozenset({"HTTPConnection", "Request", "WebSocket"})
_MISSING = frozenset({"Exception", "KeyError", "LookupError"})
_TOLD = What | Path | Method | Params | Param
Place = tuple[int, int]


class Asking:
    """Goes through a function as far as the requests of a route come."""

    def __init__(
        self,
        function: Function,
        asked: Asked,
        bound: dict[int, tuple[str, ...]],
        depth: int = 0,
        *,
        is_routed: bool = False,
    ) -> None:
        """``bound``: for who asks for many routes, what the statements of a function bind.

        ``is_routed``: it runs once the route is chosen, with parameters of any kind.
        """
        self.asked = asked
        self.is_routed = is_routed
        self.bound = bound
        self.depth = depth
        self.names: dict[str, Thing] = {}
        value = function.value
        self.frame: Frame | None = None if value is None else value.closure
        params = [p.name for p in function.facts.params]
        requests = requests_of(function.facts)
        self.receiver, self.owner = "", None if value is None else value.owner
        if function.facts.is_method:
            self.receiver, *params = params or [""]
        is_raw = params[:1] == ["scope"] or len(params) == 3  # noqa: PLR2004 - ASGI's own
        if is_routed:
            self.names.update(dict.fromkeys(requests, What.REQUEST))
        elif params:
            self.names[params[0]] = What.SCOPE if is_raw else What.REQUEST

    def reached(self, block: Sequence[tree.Stmt], places: Sequence[Place]) -> Iterator[Place]:
        """Those of the places that may be run."""
        for statement in block:
            within = [at for at in places if _is_in((statement,), at)]
            if within:
                yield from self._reached_within(statement, within)
                places = [at for at in places if at not in within]
            if not places or self._leaves(statement):
                return
        yield from places

    def _reached_within(self, statement: tree.Stmt, places: Sequence[Place]) -> Iterator[Place]:
        left = set(places)
        test = statement.test if isinstance(statement, tree.If) else None
        answer = None if test is None else self.holds(test)
        for number, block in enumerate(_blocks(statement)):
            inside = [at for at in places if _is_in(block, at)]
            left.difference_update(inside)
            if inside and answer in (None, number == 0):
                yield from self._copy().reached(block, inside)
        within = [statement] if not _blocks(statement) else [] if test is None else [test]
        for at in left:
            if self._reaches_in(within, at):
                yield at

    def _copy(self) -> Asking:
        """The same for a block of its own, which does not change what is known here."""
        new = copy(self)
        new.names = dict(self.names)
        return new

    def _reaches_in(self, nodes: Sequence[tree.Node], at: Place) -> bool:
        """``if path in PUBLIC or load():`` loads only for other paths."""
        for node in walk(nodes):
            match node:
                case tree.BoolOp(values=values, op=op) if _covers(node, at):
                    before = [each for each in values if (each.end_line, each.end_column) <= at]
                    if any(self.holds(each) is (op == "or") for each in before):
                        return False
                case tree.IfExp(test=test, body=body, orelse=orelse) if _covers(node, at):
                    answer = self.holds(test)
                    never = None if answer is None else orelse if answer else body
                    if never is not None and _covers(never, at):
                        return False
        return True

    def _leaves(self, statement: tree.Stmt) -> bool:
        """Go past a statement; True where it certainly ends the function."""
        match statement:
            case tree.Return() | tree.Raise():
                return True
            case _ if self._fails(statement):
                return True
            case tree.Try(body=[first, *_], handlers=handlers) if self._fails(first):
                caught = [each for each in handlers if _catches_missing(each)]
                return self._leaves_block(caught[0].body) if caught else True
            case tree.If(test=test, body=body, orelse=orelse):
                answer = self.holds(test)
                if answer is None:
                    self._forget(statement)
                    return _ends(body) and bool(orelse) and _ends(orelse)
                return self._leaves_block(body if answer else orelse)
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case tree.AnnAssign(target=tree.Name(id=name), value=value) if value is not None:
                self.names[name] = self.value(value)
            case tree.Assign(
                targets=[tree.Sequence(items=targets)], value=tree.Sequence(items=values)
            ) if _are_names(targets) and len(targets) == len(values):
                found = [self.value(each) for each in values]
                self.names.update(zip(names(targets), found, strict=True))
            case _:
                self._forget(statement)
        return False

    def _fails(self, statement: tree.Stmt) -> bool:
        """``name = request.path_params["name"]``, where no request of the route brings one."""
        match statement:
            case tree.Assign(
                value=tree.Subscript(value=owner, index=tree.Constant(value=str(key)))
            ):
                asked = self.value(owner)
                return isinstance(asked, Params) and asked.is_there and asked.get(key) is None
        return False

    def _forget(self, statement: tree.Stmt) -> None:
        """What a statement may have bound, nobody knows."""
        key = id(statement)
        if key not in self.bound:
            self.bound[key] = tuple({n for node in walk([statement]) for n in touched_names(node)})
        self.names.update(dict.fromkeys(self.bound[key], What.UNKNOWN))

    def _leaves_block(self, block: Sequence[tree.Stmt]) -> bool:
        return any(self._leaves(each) for each in block)

    # --- tests ---------------------------------------------------------------------------------

    def holds(self, test: tree.Expr) -> bool | None:
        """Whether a test holds for all requests of the route, or for none; else None."""
        match test:
            case tree.UnaryOp(op="not", operand=operand):
                found = self.holds(operand)
                return None if found is None else not found
            case tree.BoolOp(op=op, values=values):
                answers = [self.holds(each) for each in values]
                decisive = op == "or"
                if decisive in answers:
                    return decisive
                return None if None in answers else not decisive
            case tree.Compare(left=left, ops=[op], comparators=[right]):
                return compared(self.value(left), op, self.value(right))
            case tree.Call(func=tree.Name(id="any" | "all" as kind), args=[inner]):
                return self._any(inner, kind)
            case tree.Call(
                func=tree.Attribute(value=owner, attr="startswith" | "endswith" as name), args=[arg]
            ):
                return starts_or_ends(self.value(owner), name, self.value(arg))
        value = self.value(test)
        if isinstance(value, Param):
            return value.is_text or None
        return bool(value) if isinstance(value, int | str | None) else None

    def _any(self, inner: tree.Expr, kind: str) -> bool | None:
        """``any(path.startswith(each) for each in PUBLIC)``"""
        if not isinstance(inner, tree.Comprehension) or len(inner.clauses) != 1:
            return None
        clause = inner.clauses[0]
        items = self.value(clause.iterable)
        if not isinstance(items, tuple) or not isinstance(clause.target, tree.Name):
            return None
        answers: list[bool | None] = []
        for item in items:
            self.names[clause.target.id] = item
            answers.append(None if clause.conditions else self.holds(inner.element))
        decisive = kind == "any"
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive

    # --- values --------------------------------------------------------------------------------

    def value(self, node: tree.Expr) -> Thing:
        """What an expression is for the requests of the route."""
        match node:
            case tree.Constant(value=value, kind=""):
                return value
            case tree.Name(id=name):
                return self.names[name] if name in self.names else self._outside(node)
            case tree.Attribute(value=owner, attr=attr):
                return self._attribute(self.value(owner), attr, node)
            case tree.Subscript(value=owner, index=tree.Constant(value=str(key))):
                return self._item(self.value(owner), key)
            case tree.Sequence(items=items):
                return tuple(map(self.value, items))
            case tree.FString(parts=parts) if not node.conversion and not node.is_formatted:
                return joined([self.value(part) for part in parts])
            case tree.Call():
                return self._call(node)
            case tree.Walrus(name=name, value=given):
                self.names[name] = self.value(given)
                return self.names[name]
        return What.UNKNOWN

    def _attribute(self, owner: Thing, name: str, node: tree.Attribute) -> Thing:
        match owner, name:
            case What.REQUEST, "url":
                return What.URL
            case What.REQUEST, "scope":
                return What.SCOPE
            case What.REQUEST, "method" | "path_params":
                return self._item(What.SCOPE, name)
            case What.URL, "path":
                return Path(self.asked.path)
            case What.UNKNOWN, _:
                return self._outside(node)
        return What.UNKNOWN

    def _item(self, owner: Thing, key: str) -> Thing:
        if isinstance(owner, Params):
            there = owner.get(key)
            return What.UNKNOWN if there is None else there  # what is not there is an error
        if owner is not What.SCOPE:
            return What.UNKNOWN
        if key == "method":
            return Method(self.asked.methods) if self.asked.kind == "http" else None
        known = {
            "type": self.asked.kind,
            "path": Path(self.asked.path),
            "path_params": Params(self.asked.path, self.is_routed),
            "root_path": "",  # what is in front of it, if anything, is in no path here
        }
        return known.get(key, What.UNKNOWN)

    def _call(self, node: tree.Call) -> Thing:
        match node:
            case tree.Call(func=tree.Attribute(value=owner, attr="get"), args=[first, *rest]):
                key, asked = self.value(first), self.value(owner)
                if not isinstance(key, str):
                    return What.UNKNOWN
                if isinstance(asked, Params) and asked.get(key) is None:
                    return self.value(rest[0]) if rest else None
                return self._item(asked, key)
            case tree.Call(func=tree.Attribute(value=owner, attr=name)):
                new = changed(self.value(owner), name, [self.value(arg) for arg in node.args])
                if new is not What.UNKNOWN:
                    return new
        args = [self.value(arg) for arg in node.args]
        if last_name(node.func) in _REQUESTS and args[:1] == [What.SCOPE]:
            return What.REQUEST
        return self._helper(node, args)

    def _helper(self, node: tree.Call, args: list[Thing]) -> Thing:
        """What a function of the project says of the request that it is given."""
        if self.frame is None or self.depth >= _DEEPEST or node.keywords:
            return What.UNKNOWN
        if not any(isinstance(a, _TOLD) and a is not What.UNKNOWN for a in args):
            return What.UNKNOWN
        callee = self._called(node.func)
        if not isinstance(callee, FunctionValue) or callee.facts.is_generator:
            return What.UNKNOWN
        function = Function("", callee.path, callee.facts, callee)
        below = Asking(function, self.asked, {}, self.depth + 1, is_routed=self.is_routed)
        is_bound = callee.facts.is_method and callee.bound is not None
        params = callee.facts.params[1:] if is_bound else callee.facts.params
        below.names = {p.name: a for p, a in zip(params, args, strict=False)}
        return below.returned(function.statements)

    def _called(self, func: tree.Expr) -> Value:
        match func:
            case tree.Attribute(value=tree.Name(id=name), attr=attr) if (
                name == self.receiver and self.owner is not None
            ):
                method = classes.method(self.owner, attr)
                return UNKNOWN if method is None else replace(method, bound=Instance(self.owner))
        return UNKNOWN if self.frame is None else self.frame.machine.look(func, self.frame)

    def returned(self, block: Sequence[tree.Stmt]) -> Thing:
        """What a function returns, where it is one thing."""
        for statement in block:
            match statement:
                case tree.Return(value=value):
                    if value is None:
                        return None
                    answer = self.holds(value)
                    return self.value(value) if answer is None else answer
                case tree.If(test=test, body=body, orelse=orelse):
                    answer = self.holds(test)
                    if answer is None and _binds_or_ends(statement):
                        return What.UNKNOWN
                    chosen = () if answer is None else body if answer else orelse
                    if any(isinstance(each, tree.Return) for each in chosen):
                        return self.returned(chosen)
                case tree.ExprStmt() | tree.Assign() | tree.AnnAssign():
                    self._leaves(statement)
                case _:
                    return What.UNKNOWN
        return None

    def _outside(self, node: tree.Expr) -> Thing:
        """What a name of the module stands for."""
        if self.frame is None:
            return What.UNKNOWN
        return _plain(self.frame.machine.look(node, self.frame))


def requests_of(facts: tree.FunctionFacts) -> tuple[str, ...]:
    """The parameters of a function that are said to hold a request."""
    return tuple(
        each.name
        for each in facts.params
        if each.annotation is not None and last_name(each.annotation) in _REQUESTS
    )


def _are_names(targets: Sequence[tree.Expr]) -> bool:
    return all(isinstance(each, tree.Name) for each in targets)


def _plain(value: Value) -> Thing:
    if isinstance(value, Const) and not value.settable:
        return value.value
    if isinstance(value, Items) and not value.open:
        return tuple(map(_plain, value.items))
    return What.UNKNOWN


def _catches_missing(handler: tree.Handler) -> bool:
    """Whether it is run where something is not there."""
    caught = exceptions_of(handler)
    return not caught or any(last_name(each) in _MISSING for each in caught)


def _ends(block: Sequence[tree.Stmt]) -> bool:
    return bool(block) and isinstance(block[-1], tree.Return | tree.Raise)


def _binds_or_ends(statement: tree.If) -> bool:
    """Whether it makes a difference to what is returned which branch is run."""
    inside = [*statement.body, *statement.orelse]
    return not all(isinstance(each, tree.ExprStmt | tree.Jump) for each in inside)


def _blocks(statement: tree.Stmt) -> list[Sequence[tree.Stmt]]:
    match statement:
        case tree.If(body=body, orelse=orelse) | tree.For(body=body, orelse=orelse):
            return [body, orelse]
        case tree.While(body=body) | tree.With(body=body):
            return [body]
        case tree.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            return [body, *(handler.body for handler in handlers), orelse, final]
    return []


def _covers(node: tree.Node, at: Place) -> bool:
    return (node.line, node.column) <= at <= (node.end_line, node.end_column)


def _is_in(block: Sequence[tree.Stmt], at: Place) -> bool:
    if not block:
        return False
    first, last = block[0], block[-1]
    return (first.line, first.column) <= at <= (last.end_line, last.end_column)
