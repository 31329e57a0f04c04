"""Objects of a module that requests change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.following.functions import Function, Module

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CHANGES = frozenset(
    {
        "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
        "setdefault", "sort", "update",
    }
)  # fmt: skip
_IS_MEANT = (b"lock", b"Lock", b"LOCK", b"create_task", b"ensure_future")
"""Words of a function that locks, or that keeps the tasks that it starts."""
_MAKERS = frozenset({"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict"})


def changed_state(project: Project) -> Iterator[tuple[Function, tree.Node, str]]:
    """Where what runs for requests changes a list, dictionary or set of its module."""
    made: dict[str, dict[str, bytes]] = {}
    for reached in project.reach.reached:
        function = reached.function
        module = project.module(function.path)
        if module.is_test:
            continue
        if function.path not in made:
            made[function.path] = {name: search.spelled(name) for name in _collections(module)}
        names = made[function.path]
        if not names or not search.mentions(function.facts, *names.values()):
            continue
        if not search.mentions(function.facts, *_IS_MEANT):
            yield from _changes(function, names)


def _collections(module: Module) -> Iterator[str]:
    for statement in module.facts.body:
        match statement:
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                if _is_collection(value):
                    yield name
            case tree.AnnAssign(target=tree.Name(id=name), value=value):
                if value is not None and _is_collection(value):
                    yield name


def _is_collection(value: tree.Expr) -> bool:
    match value:
        case tree.DictDisplay() | tree.Comprehension(kind="list" | "dict" | "set"):
            return True
        case tree.Sequence(kind=kind):
            return kind != "tuple"
        case tree.Call(func=func):
            return last_name(func) in _MAKERS
    return False


def _changes(
    function: Function, names: dict[str, bytes]
) -> Iterator[tuple[Function, tree.Node, str]]:
    own = {param.name for param in function.facts.params}
    for node in function.nodes:
        if isinstance(node, tree.Assign):
            own.update(each.id for each in node.targets if isinstance(each, tree.Name))
    for node in function.nodes:
        name = ""
        match node:
            case tree.Call(func=tree.Attribute(value=tree.Name(id=name), attr=attr)):
                name = name if attr in _CHANGES else ""
            case tree.Assign(targets=[tree.Subscript(value=tree.Name(id=name))]):
                pass
            case tree.AugAssign(target=tree.Subscript(value=tree.Name(id=name))):
                pass
            case tree.Delete(targets=[tree.Subscript(value=tree.Name(id=name))]):
                pass
        if name in names and name not in own:
            yield function, node, name
