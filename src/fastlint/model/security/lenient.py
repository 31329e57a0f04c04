"""Guards that turn away only those whose credentials are wrong, and let in who brings none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastlint.facts import tree
from fastlint.facts.walk import walk

_READ_FROM = frozenset({"headers", "cookies", "query_params"})
_HARMLESS = re.compile(
    r"^(?:log|logger|logging|_?LOG\w*|print)\b|\b[A-Z]\w*(?<!Exception)(?<!Error)$"
)
"""Loggers, and classes of which an object is made: ``AnonymousUser()``."""
_ENDS, _GOES_ON = True, None


def lets_pass(body: Sequence[tree.Stmt], absent: frozenset[str]) -> bool:
    """Whether a function comes to an end without an error where what these names hold is None.

    Only what is certain counts: of a test or a call that may do anything it is not known.
    """
    walked = _Walk(set(absent))
    return walked.block(body) is not False and walked.tested


class _Walk:
    """One way through a function, that of a request without credentials."""

    def __init__(self, absent: set[str]) -> None:
        self.absent = absent
        """The names that hold nothing on this way."""
        self.tested = False
        """Whether some test said that there are no credentials."""

    def block(self, body: Sequence[tree.Stmt]) -> bool | None:
        """`_ENDS` where it returns; False where it may raise an error; else it goes on."""
        for statement in body:
            ended = self._statement(statement)
            if ended is not _GOES_ON:
                return ended
        return _GOES_ON

    def _statement(self, statement: tree.Stmt) -> bool | None:
        match statement:
            case tree.If(test=test, body=body, orelse=orelse):
                answer = self._test(test)
                if answer is None:
                    return False if _may_end(body) or _may_end(orelse) else _GOES_ON
                return self.block(body if answer else orelse)
            case tree.Return(value=value):
                return _ENDS if self._is_harmless(value) else False
            case tree.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case tree.AnnAssign(target=target, value=value) if value is not None:
                self._bind(target, value)
            case tree.ExprStmt(value=value):
                return _GOES_ON if self._is_harmless(value) else False
            case tree.With(body=body):
                return self.block(body)
            case tree.FunctionDef() | tree.ClassDef() | tree.Import() | tree.ImportFrom():
                pass
            case tree.Jump(kind="pass"):
                pass
            case _:
                return False
        return _GOES_ON

    def _bind(self, target: tree.Expr, value: tree.Expr) -> None:
        if isinstance(target, tree.Name):
            if self._is_absent(value):
                self.absent.add(target.id)
            else:
                self.absent.discard(target.id)

    def _test(self, test: tree.Expr) -> bool | None:
        """What a test answers on this way; None where that is not known."""
        answer = self._answer(test)
        self.tested = self.tested or answer is not None
        return answer

    def _answer(self, test: tree.Expr) -> bool | None:
        match test:
            case tree.UnaryOp(op="not", operand=operand):
                answer = self._answer(operand)
                return None if answer is None else not answer
            case tree.BoolOp(op=op, values=values):
                answers = [self._answer(each) for each in values]
                decides = op == "or"
                if decides in answers:
                    return decides
                return None if None in answers else not decides
            case tree.Compare(left=left, ops=[op], comparators=[right]) if self._is_absent(left):
                return _compared(op, right)
            case _ if self._is_absent(test):
                return False
        return None

    def _is_absent(self, node: tree.Expr) -> bool:
        """Whether an expression is a credential that is not there."""
        match node:
            case tree.Name(id=name):
                return name in self.absent
            case tree.Walrus(name=name, value=value):
                if self._is_absent(value):
                    self.absent.add(name)
                    return True
            case tree.Call(
                func=tree.Attribute(value=tree.Attribute(attr=read), attr="get"), args=[_]
            ):
                return read in _READ_FROM
        return False

    def _is_harmless(self, node: tree.Expr | None) -> bool:
        """Whether an expression calls nobody who may turn the request away, and does not fail."""
        return node is None or all(map(self._does_nothing, walk([node])))

    def _does_nothing(self, node: tree.Node) -> bool:
        match node:
            case tree.Call(func=func):
                return self._is_absent(node) or bool(_HARMLESS.search(_written(func)))
            case tree.Attribute(value=value):
                return not self._is_absent(value)
        return True


def _compared(op: str, right: tree.Expr) -> bool | None:
    """How nothing compares with something: it is None, and not what is asked for."""
    is_none = isinstance(right, tree.Constant) and right.value is None and not right.kind
    if op in ("is", "=="):
        return is_none
    if op in ("is not", "!="):
        return not is_none
    return None


def _written(func: tree.Expr) -> str:
    """``a.b`` of what is called."""
    parts: list[str] = []
    while isinstance(func, tree.Attribute):
        parts.append(func.attr)
        func = func.value
    return ".".join([func.id if isinstance(func, tree.Name) else "", *reversed(parts)])


def _may_end(body: Sequence[tree.Stmt]) -> bool:
    """Whether a block may leave the function, or call who raises an error."""
    return any(isinstance(each, tree.Return | tree.Raise | tree.Call) for each in walk(body))
