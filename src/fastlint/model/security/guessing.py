"""Secrets that are compared with what a client sends, one character after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.classes import is_subclass
from fastlint.model.following.values import Const, Instance
from fastlint.model.reading.enclosing import holds
from fastlint.model.reading.words import words
from fastlint.model.security.carried import Carried
from fastlint.model.security.client_texts import Input
from fastlint.model.security.plain_passwords import password_column
from fastlint.model.security.secret_names import kind_of_name
from fastlint.model.security.secret_values import is_placeholder

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SECRET = search.Words(
    part
    for word in (b"key", b"token", b"secret", b"passw", b"pwd", b"credential")
    for part in (word, word.upper(), word.capitalize())
)
_SETTINGS = frozenset({"settings", "setting", "config", "configuration", "conf", "env"})
_QUERIES = frozenset(
    {"and_", "filter", "find", "find_one", "having", "join", "not_", "or_", "outerjoin", "where"}
)
"""What takes a comparison of a column for a piece of a query: the database compares then."""
_PHRASE = 3
"""Words of a placeholder that can be nothing else."""


class Guess(msgspec.Struct, frozen=True, eq=False):
    """One comparison of a secret with a text of a client."""

    where: Carried
    node: tree.Compare
    input: Input
    secret: str
    """The name of the secret."""


def guesses(project: Project) -> Iterator[Guess]:
    """Every ``==`` and ``!=`` between a secret and a text of a request."""
    for each in project.carried_anywhere:
        if not search.matches(each.function.facts, _SECRET):
            continue
        for node in each.function.nodes:
            if isinstance(node, tree.Compare) and node.ops in (["=="], ["!="]):
                left, right = node.left, node.comparators[0]
                for mine, theirs in ((left, right), (right, left)):
                    found, secret = each.of(theirs), _secret(mine, each)
                    if found is None or secret is None or each.of(mine) is not None:
                        continue
                    if password_column(mine, each, project):
                        continue  # which is worse than that
                    if not _is_queried(node, each) and not _lets_everybody_in(node, each):
                        yield Guess(each, node, found, secret)


def _is_queried(node: tree.Compare, where: Carried) -> bool:
    """``.where(User.token == token)``"""
    return any(
        isinstance(call, tree.Call)
        and last_name(call.func) in _QUERIES
        and any(holds(given, node) for given in call.args)
        for call in where.function.nodes
    )


def _lets_everybody_in(node: tree.Compare, where: Carried) -> bool:
    """Whether what is compared only decides what else is done: ``is_same = new == self.token``.

    Its name is read by nothing but an ``if`` that neither raises nor returns.
    """
    nodes = where.function.nodes
    kept = [
        each.targets[0]
        for each in nodes
        if isinstance(each, tree.Assign) and holds(each.value, node) and len(each.targets) == 1
    ]
    if not kept or not isinstance(kept[0], tree.Name):
        return False
    name = kept[0].id
    read = [n for n in nodes if isinstance(n, tree.Name) and n.id == name and n is not kept[0]]
    asking = [
        each for each in nodes if isinstance(each, tree.If) and any(each.test is n for n in read)
    ]
    ends = walk([part for each in asking for part in (*each.body, *each.orelse)])
    return len(asking) == len(read) > 0 and not any(
        isinstance(each, tree.Raise | tree.Return) for each in ends
    )


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
    if kind_of_name(name) is None or name in where.inputs:
        return None
    return None if _is_of_request(node, where) or _is_written(node, where) else name


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


def _is_of_request(node: tree.Expr, where: Carried) -> bool:
    """Whether it is read from what the function was given, which is no setting."""
    root = node
    while isinstance(root, tree.Attribute | tree.Subscript):
        root = root.value
    if not isinstance(root, tree.Name):
        return False
    if any(key.partition(".")[0] == root.id for key in where.inputs):
        return True
    params = {param.name: param for param in where.function.facts.params}
    if root.id not in params or root.id in ("self", "cls"):
        return False
    return not _SETTINGS.intersection(words(root.id))


def _is_written(node: tree.Expr, where: Carried) -> bool:
    """Whether it is a member of an enumeration, or a text that stands in the code.

    What keeps the place of a secret is replaced some day, and the comparison stays.
    """
    function = where.function
    if function.value is None or function.machine is None:
        return False
    value = function.machine.evaluate(node, function.value.closure)
    if isinstance(value, Const):
        return not value.settable and not _keeps_a_place(value.value)
    return isinstance(value, Instance) and is_subclass(value.cls, "enum.Enum")


def _keeps_a_place(value: object) -> bool:
    """``your-api-key-here``, and not a single word, which may be any name."""
    return isinstance(value, str) and len(words(value)) >= _PHRASE and is_placeholder(value)
