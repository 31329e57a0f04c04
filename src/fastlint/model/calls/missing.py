"""What a test finds missing or present: ``if self._client is None``, ``if not self.is_loaded``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from fastlint.facts import tree
from fastlint.facts.walk import decorator_name, dotted_name

Found = tuple[set[str], set[str]]
"""Dotted names: what is missing where a test holds, and what is present."""
Helpers = Mapping[str, Found]
"""What methods say that ask for what the object keeps, as they are written: ``self.is_loaded``."""
NONE: Helpers = MappingProxyType({})


def missing_and_present(test: tree.Expr, helpers: Helpers = NONE) -> Found:
    """What the test finds missing where it holds, and what it finds present."""
    asked = _asked(test)
    if asked in helpers:
        return helpers[asked]
    match test:
        case tree.Compare(left=left, ops=[op], comparators=[tree.Constant(value=None, kind="")]):
            if op == "is":
                return _names(left), set()
            return (set(), _names(left)) if op == "is not" else (set(), set())
        case tree.Compare(left=left, ops=["!="], comparators=[right]):
            if _names(left) and _names(right):  # `if _of_pid != pid:` keeps one for each
                return _names(left) | _names(right), set()
            return set(), set()
        case tree.Compare(ops=["not in"], comparators=[container]):
            return _names(container), set()
        case tree.Compare(ops=["in"], comparators=[container]):
            return set(), _names(container)
        case tree.UnaryOp(op="not", operand=operand):
            missing, present = missing_and_present(operand, helpers)
            return present, missing
        case tree.BoolOp(values=values):
            both = [missing_and_present(value, helpers) for value in values]
            return set().union(*(m for m, _ in both)), set().union(*(p for _, p in both))
        case tree.Call(func=tree.Name(id="hasattr"), args=[owner, tree.Constant(value=str(name))]):
            return set(), {f"{path}.{name}" for path in _names(owner)}
        case tree.Name() | tree.Attribute():
            return set(), _names(test)
    return set(), set()


def _asked(test: tree.Expr) -> str:
    """``self.is_loaded``, and ``self.is_loaded()`` as well."""
    if isinstance(test, tree.Call) and not test.args and not test.keywords:
        test = test.func
    return dotted_name(test)


def _names(node: tree.Expr) -> set[str]:
    path = dotted_name(node)
    return {path} if path else set()


def helpers_of(
    method: tree.FunctionFacts, siblings: Iterable[tree.FunctionFacts], asked: Collection[str]
) -> Helpers:
    """What the methods next to a method say that take nothing, and only ask and answer.

    ``asked``: the names of those that matter.
    """
    if not asked or not method.is_method or not method.params:
        return NONE
    owner, receiver = method.qualname.rpartition(".")[0], method.params[0].name
    found: dict[str, Found] = {}
    for each in siblings:
        if each.name not in asked:
            continue
        if each.qualname.rpartition(".")[0] != owner or [p.name for p in each.params] != [receiver]:
            continue
        by = [decorator_name(decorator) for decorator in each.decorators]
        if by in ([], ["property"]) and not each.is_async and not each.is_generator:
            answer = _answer(tree.statements(each))
            if answer is not None:
                found[f"{receiver}.{each.name}"] = answer
    return found


def _answer(body: Sequence[tree.Stmt]) -> Found | None:
    """What a body finds that does nothing but test and return; None for any other."""
    missing: set[str] = set()
    present: set[str] = set()
    for statement in body:
        match statement:
            case tree.Return(value=value) if value is not None:
                found = missing_and_present(value)
            case tree.If(
                test=test, body=[tree.Return(value=tree.Constant(value=bool(answer)))], orelse=[]
            ):
                found = missing_and_present(test)
                found = found if answer else found[::-1]
            case tree.If(body=[tree.Return(value=value)], orelse=[]) if value is not None:
                found = missing_and_present(value)
            case tree.Assign(targets=[tree.Name()]):
                continue
            case _:
                return None
        missing |= found[0]
        present |= found[1]
    return missing, present
