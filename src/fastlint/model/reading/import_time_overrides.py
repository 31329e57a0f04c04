"""Dependency overrides that a test file sets and resets while it is being imported."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.model.following.functions import Module

_OVERRIDES = "dependency_overrides"


def undone(module: Module) -> Iterator[tuple[tree.Stmt, tree.Stmt]]:
    """Each reset at module level, with the first override before it that no test will see.

    Nothing between the two runs anything, and the file has tests.
    """
    if not any(facts.name.startswith("test") for facts in module.facts.functions):
        return
    made: dict[str, tree.Stmt] = {}
    for statement in module.facts.body:
        if owner := _set(statement):
            made.setdefault(owner, statement)
        elif owner := _reset(statement):
            if owner in made:
                yield statement, made.pop(owner)
        elif not isinstance(statement, _IDLE):
            made.clear()


_IDLE = (tree.FunctionDef, tree.ClassDef, tree.Assign, tree.AnnAssign, tree.Import, tree.ImportFrom)


def _set(statement: tree.Stmt) -> str:
    """The app of ``app.dependency_overrides[f] = g``."""
    if isinstance(statement, tree.Assign):
        for target in statement.targets:
            if isinstance(target, tree.Subscript) and (owner := _owner(target.value)):
                return owner
    return ""


def _reset(statement: tree.Stmt) -> str:
    """The app of ``app.dependency_overrides = {}`` and of ``.clear()``."""
    if isinstance(statement, tree.Assign):
        value = statement.value
        is_empty = isinstance(value, tree.DictDisplay) and not value.values
        return _owner(statement.targets[0]) if is_empty else ""
    call = statement.value if isinstance(statement, tree.ExprStmt) else None
    if isinstance(call, tree.Call) and isinstance(call.func, tree.Attribute):
        return _owner(call.func.value) if call.func.attr == "clear" else ""
    return ""


def _owner(node: tree.Expr) -> str:
    """What the overrides are those of, as written; empty for anything else."""
    if not (isinstance(node, tree.Attribute) and node.attr == _OVERRIDES):
        return ""
    parts: list[str] = []
    at = node.value
    while isinstance(at, tree.Attribute):
        parts.append(at.attr)
        at = at.value
    return ".".join([at.id, *reversed(parts)]) if isinstance(at, tree.Name) else ""
