"""Whether a text that is compared may be None instead: the client's, or the secret itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import children, dotted_name
from fastlint.model.following.values import Const, External, Instance, Unknown, Value
from fastlint.model.reading.enclosing import holds
from fastlint.model.reading.flow import may_fall_through
from fastlint.model.reading.lookups import is_optional
from fastlint.model.security.carried import Carried
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.security.guessing import Guess


def sides_that_may_be_none(guess: Guess, project: Project) -> tuple[bool, bool] | None:
    """Of both sides of a comparison whether they may be None there.

    None where that is not known, or where a side that may be has no name to ask for.
    What was tested before is not None any more, and neither is what the test itself looks at first.
    """
    sides = (guess.node.left, guess.node.comparators[0])
    found = [_may_be_none(side, guess, project) for side in sides]
    ruled_out = [_is_ruled_out(side, guess.node, guess.where) for side in sides]
    left, right = (not out and answer for answer, out in zip(found, ruled_out, strict=True))
    return None if left is None or right is None else (left, right)


def _may_be_none(side: tree.Expr, guess: Guess, project: Project) -> bool | None:
    found = _is_none_sometimes(side, guess, project)
    return None if found and not dotted_name(side) else found


def _is_none_sometimes(side: tree.Expr, guess: Guess, project: Project) -> bool | None:
    where = guess.where
    if where.of(side) is guess.input:
        return guess.input.may_be_none and _is_as_given(side, where)
    match side:
        case (
            tree.Subscript(value=tree.Attribute(attr="environ"))
            | tree.Call(func=tree.Attribute(attr="get_secret_value" | "encode"))
        ):
            return False
        case tree.Call(args=[_], keywords=[]):
            return True  # `os.getenv("KEY")`
        case tree.Call():
            return False
        case tree.Name(id=name) if where.bound(name):
            return _is_looked_up(where.bound(name)[0])
    return _of_setting(side, where, project)


def _is_as_given(side: tree.Expr, where: Carried) -> bool:
    """Whether it is the very text of the request, and nothing that was made of it."""
    match side:
        case tree.Name(id=name):
            made = where.bound(name)
            return not made or any(each is not None and _is_as_given(each, where) for each in made)
        case tree.Attribute() | tree.Walrus():
            return True
    return False


def _is_looked_up(made: tree.Expr | None) -> bool | None:
    match made:
        case tree.Subscript():
            return False
        case tree.Call(args=args, keywords=keywords):
            return len(args) + len(keywords) == 1
    return None


def _of_setting(side: tree.Expr, where: Carried, project: Project) -> bool | None:
    """Whether a setting may be None: by what it is set to where nobody says more, else its type."""
    function = where.function
    if function.value is None or function.machine is None:
        return None
    value = function.machine.evaluate(side, function.value.closure)
    if _is_none(value):
        return True
    if isinstance(side, tree.Attribute):
        owner = function.machine.evaluate(side.value, function.value.closure)
        cls = owner.cls if isinstance(owner, Instance) else type_of(side.value, function, project)
        schema = None if cls is None else project.schema(cls)
        field = None if schema is None else schema.field(side.attr)
        if field is not None:
            return is_optional(field.declared) or _is_none(field.initial)
    return False if _is_text(value) else None


def _is_none(value: Value | None) -> bool:
    return isinstance(value, Const) and value.value is None


def _is_text(value: Value) -> bool:
    match value:
        case Const(value=str()) | Instance(cls=External(name="builtins.str")):
            return True
        case Unknown(reason="it comes from the environment"):
            return True  # `os.environ["KEY"]`
    return False


def _is_ruled_out(side: tree.Expr, at: tree.Compare, where: Carried) -> bool:
    written = dotted_name(side)
    return bool(written) and written in set(_present(where.function.statements, at))


def _present(block: Sequence[tree.Node], at: tree.Node) -> Iterator[str]:
    """What is not None any more where ``at`` is reached, which stands somewhere in the block."""
    for node in block:
        if holds(node, at):
            yield from _present_within(node, at)
            return
        if isinstance(node, tree.If) and not may_fall_through(node.body):
            yield from _there(node.test, holding=False)
        elif isinstance(node, tree.Assert):
            yield from _there(node.test, holding=True)


def _present_within(node: tree.Node, at: tree.Node) -> Iterator[str]:
    match node:
        case tree.If(test=test, body=body, orelse=orelse):
            in_body = any(holds(each, at) for each in body)
            if in_body or any(holds(each, at) for each in orelse):
                yield from _there(test, holding=in_body)
                yield from _present(body if in_body else orelse, at)
                return
        case tree.IfExp(test=test) if not holds(test, at):
            yield from _there(test, holding=holds(node.body, at))
        case tree.BoolOp(op=op, values=values):
            for value in values:
                if holds(value, at):
                    break
                yield from _there(value, holding=op == "and")
        case tree.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            for block in (body, *(handler.body for handler in handlers), orelse, final):
                if any(holds(each, at) for each in block):
                    yield from _present(block, at)
            return
    if node is not at:
        yield from _present(children(node), at)


def _there(test: tree.Expr, *, holding: bool) -> Iterator[str]:
    """What is not None where a condition holds, or does not."""
    match test:
        case tree.Name() | tree.Attribute() if holding:
            yield dotted_name(test)
        case tree.Compare(left=left, ops=[op], comparators=[tree.Constant(value=None, kind="")]):
            if op == ("is not" if holding else "is"):
                yield dotted_name(left)
        case tree.UnaryOp(op="not", operand=operand):
            yield from _there(operand, holding=not holding)
        case tree.BoolOp(op=op, values=values) if op == ("and" if holding else "or"):
            for value in values:
                yield from _there(value, holding=holding)
