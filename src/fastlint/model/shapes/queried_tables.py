"""The tables whose objects expressions give: what is made, what is looked up, what is queried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, Instance

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.shapes.tables import Table

_ONE = frozenset(
    {
        "first", "get", "get_one", "merge", "one", "one_or_none", "scalar", "scalar_one",
        "scalar_one_or_none",
    }
)  # fmt: skip
_GIVES = _ONE | {"all", "fetchall", "unique"}
_MAKERS = ("query", "select", "get", "get_one")
_OTHERWISE = frozenset(
    {
        "add_columns", "columns", "mappings", "options", "tuples", "values", "with_entities",
        "with_only_columns",
    }
)  # fmt: skip
"""After them other things come than objects of the table, or it is not known what is loaded."""


def one_of_table(node: tree.Expr | None, function: Function, project: Project) -> Table | None:
    """As `table_of`, of what is one object, not several, and no row that holds it."""
    if isinstance(node, tree.Await):
        node = node.value
    if isinstance(node, tree.Name):
        only = function.only_value(node.id)
        return None if only is None else one_of_table(only, function, project)
    if not isinstance(node, tree.Call):
        return None
    called = {last_name(each.func) for each in walk([node]) if isinstance(each, tree.Call)}
    is_row = "execute" in called and not any(each.startswith("scalar") for each in called)
    if is_row or last_name(node.func) not in _ONE:
        return None
    return table_of(node, function, project)


def table_of(node: tree.Expr | None, function: Function, project: Project) -> Table | None:
    """The table whose objects an expression gives, where it can give nothing else."""
    if isinstance(node, tree.Await):
        node = node.value
    if isinstance(node, tree.Name):
        is_param = any(param.name == node.id for param in function.facts.params)
        value = None if is_param else _assigned(node.id, function)
        is_name = value is None or isinstance(value, tree.Name)
        return None if is_name else table_of(value, function, project)
    if not isinstance(node, tree.Call):
        return None
    site = function.call_at(node)
    if site is None:
        return None
    if isinstance(site.callee, ClassValue):
        return project.table(site.callee)
    result = site.result.cls if isinstance(site.result, Instance) else None
    is_orm = isinstance(result, External) and result.name.startswith(("sqlalchemy", "sqlmodel"))
    last = getattr(node.func, "attr", "")
    return _queried(node, function, project) if is_orm and last in _GIVES else None


def _queried(node: tree.Call, function: Function, project: Project) -> Table | None:
    """``User`` of ``db.query(User)…``, ``db.get(User, 1)``, ``db.scalars(select(User))…``"""
    made_by = function.value
    if made_by is None:
        return None
    found: list[Table | None] = []
    queue: list[tree.Expr] = [node]
    while queue:
        each = queue.pop()
        match each:
            case tree.Call(func=func, args=args):
                last = last_name(func)
                if last in _OTHERWISE:
                    return None
                if last in _MAKERS and args and not isinstance(args[0], tree.Starred):
                    one = len(args) == 1 or last in ("get", "get_one")
                    found.append(project.table(evaluate(args[0], made_by.closure)) if one else None)
                elif last in ("scalars", "exec", "execute", "scalar"):
                    queue.extend(args[:1])
                queue.append(func)
            case tree.Attribute(value=inner) | tree.Await(value=inner):
                queue.append(inner)
            case tree.Name(id=name):
                value = _assigned(name, function)
                if value is not None:
                    queue.append(value)
    return found[0] if len(found) == 1 else None


def _assigned(name: str, function: Function) -> tree.Expr | None:
    """What a variable is assigned that nothing else binds, and of which nothing changes a part."""
    touching = [each for each in function.nodes if name in touched_names(each)]
    only = touching[0] if len(touching) == 1 else None
    return only.value if isinstance(only, tree.Assign) else None
