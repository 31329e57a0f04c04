"""Names in annotations that are not there when FastAPI looks them up.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`get_typed_annotation`): an annotation that
is a text, as all are after ``from __future__ import annotations``, is evaluated with the names of
the function's module alone. One that cannot be evaluated is kept as a reference that means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import children, names, walk

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function, Module
    from fastlint.model.project import Project


def missing(
    annotation: tree.Expr | None, function: Function, project: Project
) -> tuple[str, str] | None:
    """The first name that FastAPI does not find, and why; None where it finds all."""
    module = project.module(function.path)
    if not module.facts.future_annotations and not isinstance(annotation, tree.Quoted):
        return None
    if annotation is None:
        return None
    checked = _for_checkers(module)
    is_nested = "<locals>" in function.facts.qualname
    if not checked and not is_nested:
        return None
    for name in names([annotation]):
        if name in checked:
            return name, "is only imported for type checkers"
        if is_nested and (owner := _owner(name, function, project)):
            return name, f"only exists in `{owner}`"
    return None


def _owner(name: str, function: Function, project: Project) -> str | None:
    """The function around this one that has the name, if the module has not."""
    frame = None if function.value is None else function.value.closure
    known = project.machine.run_module(function.path)
    if frame is None or known.open or name in known.namespace or name in project.knowledge.builtins:
        return None
    while frame is not None and frame is not known:
        if name in frame.namespace and not frame.is_class and frame.path == function.path:
            return "…" if frame.function is None else frame.function.facts.name
        frame = frame.parent
    return None


@lru_cache(maxsize=8)
def _for_checkers(module: Module) -> frozenset[str]:
    """What the module imports under ``if TYPE_CHECKING:``, and binds nowhere else."""
    checked: set[str] = set()
    bound: set[str] = set()
    for statement in _statements(module.facts.body, checked):
        for node in walk([statement]):
            bound.update(_bound(node, module))
    return frozenset() if "*" in bound else frozenset(checked - bound)


def _statements(body: Iterable[tree.Stmt], checked: set[str]) -> Iterator[tree.Stmt]:
    """The statements that run, with what the others import noted in ``checked``."""
    for statement in body:
        if isinstance(statement, tree.If) and _is_for_checkers(statement.test):
            for node in walk(statement.body):
                if isinstance(node, tree.Alias):
                    checked.add(node.bound.partition(".")[0])
            yield from statement.orelse
        else:
            yield statement


def _is_for_checkers(test: tree.Expr) -> bool:
    name = test.attr if isinstance(test, tree.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _bound(node: tree.Node, module: Module) -> Iterator[str]:
    """The names that a node may bind; more than that does no harm."""
    match node:
        case tree.Alias():
            yield node.bound.partition(".")[0]
        case tree.FunctionDef():
            yield module.facts.functions[node.index].name
        case tree.ClassDef():
            yield node.name
        case tree.Assign() | tree.AnnAssign() | tree.For() | tree.WithItem() | tree.TypeAlias():
            for child in children(node):
                yield from names([child])
