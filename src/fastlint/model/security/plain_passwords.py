"""Passwords that the database holds as they are: what a client sends is compared with a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.values import ClassValue, FunctionValue
from fastlint.model.reading.words import words
from fastlint.model.security.carried import Carried
from fastlint.model.security.client_texts import Input
from fastlint.model.shapes.tables import Table
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_PASSWORD = search.Words([b"passw", b"Passw", b"pwd"])
_NAMES = frozenset({"password", "passwd", "passcode", "pwd"})
_HASHED = frozenset({"digest", "hash", "hashed", "md5", "sha", "sha256", "sha512"})
_FINDS = frozenset(
    {
        "find_one", "first", "get", "get_one", "get_or_none", "one", "one_or_none", "scalar",
        "scalar_one", "scalar_one_or_none",
    }
)  # fmt: skip
_DEEPEST = 3
_TWO = 2


class PlainPassword(msgspec.Struct, frozen=True, eq=False):
    """One comparison of a column with a text of a client."""

    where: Carried
    node: tree.Compare | tree.Call
    """The comparison, or the call of a function that does nothing else."""
    column: str
    """``User.password``"""
    input: Input


def plain_passwords(project: Project) -> Iterator[PlainPassword]:
    """Every password of a table that is compared with what the client sends, as it is."""
    for each in project.carried_anywhere:
        if not search.matches(each.function.facts, _PASSWORD):
            continue
        for node in each.function.nodes:
            for mine, theirs in _compared(node, each, project):
                found, column = each.of(theirs), password_column(mine, each, project)
                if found is None or column is None or not _HASHED.isdisjoint(words(found.key)):
                    continue
                if isinstance(node, tree.Compare | tree.Call):
                    yield PlainPassword(each, node, column, found)


def password_column(node: tree.Expr, where: Carried, project: Project) -> str | None:
    """``User.password``, where an expression is that column, or that of a row that was found."""
    match node:
        case tree.Attribute(value=tree.Name(id=name) as owner, attr=attr):
            if _NAMES.isdisjoint(words(attr)[-1:]):
                return None
            for table in _tables(name, owner, where, project):
                if table.column(attr) is not None:
                    return f"{table.name}.{attr}"
    return None


def _compared(
    node: tree.Node, where: Carried, project: Project
) -> Iterator[tuple[tree.Expr, tree.Expr]]:
    """Both sides of a comparison, each as the first of the two."""
    pair: tuple[tree.Expr, ...] = ()
    if isinstance(node, tree.Compare) and node.ops in (["=="], ["!="]):
        pair = (node.left, node.comparators[0])
    elif isinstance(node, tree.Call) and len(node.args) == _TWO and not node.keywords:
        site = where.function.call_at(node)
        if site is not None and isinstance(site.callee, FunctionValue):
            pair = tuple(node.args) if _only_compares(site.callee, project) else ()
    if pair:
        yield pair[0], pair[1]
        yield pair[1], pair[0]


def _only_compares(callee: FunctionValue, project: Project) -> bool:
    """Whether a function says whether its two parameters are equal: ``return a == b``."""
    params = {param.name for param in callee.facts.params}
    match project.function(callee).statements:
        case [
            *_,
            tree.Return(
                value=tree.Compare(
                    left=tree.Name(id=a), ops=["==" | "!="], comparators=[tree.Name(id=b)]
                )
            ),
        ] as body:
            return a != b and {a, b} <= params and len(body) <= _TWO
    return False


def _tables(name: str, owner: tree.Expr, where: Carried, project: Project) -> Iterator[Table]:
    """The tables of which a name is one, or of which it holds a row."""
    frame = project.machine.run_module(where.function.path)
    found = [type_of(owner, where.function, project), evaluate(owner, frame)]
    bound = where.bound(name)
    if len(bound) == 1 and bound[0] is not None and _finds(bound[0]):
        found += [evaluate(each, frame) for each in _spoken_of(bound[0], where, _DEEPEST)]
    for value in found:
        table = project.table(value) if isinstance(value, ClassValue) else None
        if table is not None:
            yield table


def _finds(node: tree.Expr) -> bool:
    node = node.value if isinstance(node, tree.Await) else node
    return isinstance(node, tree.Call) and last_name(node.func) in _FINDS


def _spoken_of(node: tree.Expr, where: Carried, depth: int) -> Iterator[tree.Name]:
    """The names in an expression, and in what those are bound to."""
    for each in walk([node]):
        if isinstance(each, tree.Name):
            yield each
            bound = where.bound(each.id)
            if depth and len(bound) == 1 and bound[0] is not None and bound[0] is not node:
                yield from _spoken_of(bound[0], where, depth - 1)
