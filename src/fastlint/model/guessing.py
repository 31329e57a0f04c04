"""Secrets that are compared with what a client sends, one character after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.carried import Carried
from fastlint.model.classes import is_subclass
from fastlint.model.inputs import Input
from fastlint.model.secrets import kind_of_name
from fastlint.model.values import Instance

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SECRET = tree.Words(
    part
    for word in (b"key", b"token", b"secret", b"passw", b"pwd", b"credential")
    for part in (word, word.upper(), word.capitalize())
)


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """One comparison of a secret with a text of a client."""

    where: Carried
    node: tree.Compare
    input: Input
    secret: str
    """The name of the secret."""


def guesses(project: Project) -> Iterator[Guess]:
    """Every ``==`` and ``!=`` between a secret and a text of a request."""
    for each in project.carried_anywhere:
        if not tree.matches(each.function.facts, _SECRET):
            continue
        for node in each.function.nodes:
            if isinstance(node, tree.Compare) and node.ops in (["=="], ["!="]):
                left, right = node.left, node.comparators[0]
                for mine, theirs in ((left, right), (right, left)):
                    found, secret = each.of(theirs), _secret(mine, each)
                    if found is not None and secret is not None and each.of(mine) is None:
                        yield Guess(each, node, found, secret)


def _secret(node: tree.Expr, where: Carried) -> str | None:
    """The name of the secret that an expression is; None where its name says nothing."""
    match node:
        case tree.Call(func=tree.Attribute(value=value, attr="get_secret_value" | "encode")):
            return _secret(value, where)
        case tree.Name(id=name):
            bound = where.bound(name)
            if len(bound) == 1 and isinstance(bound[0], tree.Call | tree.Subscript):
                return _looked_up(bound[0])
        case tree.Attribute(attr=name):
            pass
        case tree.Call() | tree.Subscript():
            return _looked_up(node)
        case _:
            return None
    if kind_of_name(name) is None or name in where.inputs or _is_member(node, where):
        return None
    return name


def _looked_up(node: tree.Expr) -> str | None:
    """``API_KEY`` of ``os.environ["API_KEY"]`` and ``os.getenv("API_KEY")``."""
    match node:
        case tree.Subscript(value=tree.Attribute(attr="environ"), index=tree.Constant(value=name)):
            pass
        case tree.Call(
            func=tree.Attribute(value=tree.Attribute(attr="environ"), attr="get")
            | tree.Attribute(attr="getenv")
            | tree.Name(id="getenv"),
            args=[tree.Constant(value=name), *_],
        ):
            pass
        case _:
            return None
    return name if isinstance(name, str) and kind_of_name(name) is not None else None


def _is_member(node: tree.Expr, where: Carried) -> bool:
    """Whether it is a member of an enumeration, which is no secret whatever it is called."""
    function = where.function
    if function.value is None or function.machine is None:
        return False
    value = function.machine.evaluate(node, function.value.closure)
    return isinstance(value, Instance) and is_subclass(value.cls, "enum.Enum")
