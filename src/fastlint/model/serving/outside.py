"""Functions that are made for FastAPI to call, and are called by the project itself."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following.functions import Function
from fastlint.model.following.values import DependsMarker, FunctionValue, ParamMarker, RouterMethod
from fastlint.model.reading.scripts import is_script

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.reading.references import Use

_MARKERS = frozenset(
    {"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"}
)
_NEXT = search.Words((search.spelled("next"), search.spelled("anext")))


class Uninjected(msgspec.Struct, frozen=True, eq=False):
    """A call that leaves out what only FastAPI fills in."""

    span: Span
    function: Function
    missing: tuple[tuple[str, str], ...]
    """Parameters, each with the marker that it has for a default."""


def uninjected(project: Project) -> Iterator[Uninjected]:
    """Calls of functions without the parameters that default to ``Depends(…)`` or ``Query(…)``."""
    for function in project.functions:
        marked = {p.name: _written(p.default) for p in function.facts.params if p.default}
        marked = {name: marker for name, marker in marked.items() if marker in _MARKERS}
        if not marked or function.facts.is_method or not _is_plain(function, project):
            continue
        for use in project.references.calls(function):
            # A value that nobody looks at may be anything.
            read = _read(function, _left_off(function, use), project)
            missing = [n for n in marked if not use.may_give(function, n)]
            missing = [n for n in missing if n in read and _is_marker(function, n, project)]
            if missing and not project.module(use.path).is_test:
                told = tuple((name, marked[name]) for name in missing)
                yield Uninjected(use.span, function, told)


def _left_off(function: Function, use: Use) -> set[str]:
    """The parameters that are false by default, and that the call and the function leave so."""
    bound = {name for node in walk(function.statements) for name in touched_names(node)}
    return {
        param.name
        for param in function.facts.params
        if isinstance(param.default, tree.Constant)
        and not param.default.value
        and param.name not in bound
        and not use.may_give(function, param.name)
    }


def _read(function: Function, off: Container[str], project: Project) -> set[str]:
    """The names that a function reads, and what is defined inside of it; nobody reads ``_``.

    What runs only where one of ``off`` is true is left out.
    """
    defined = project.modules_index.facts(function.path).functions
    found: set[str] = set()
    bodies: list[Sequence[tree.Node]] = [function.statements]
    skipped: set[int] = set()
    while bodies:
        for node in walk(bodies.pop()):
            if isinstance(node, tree.If) and _needs(node.test, off):
                skipped.update(map(id, walk(node.body)))
            if id(node) in skipped:
                continue
            match node:
                case tree.Name(id=name) if name.strip("_"):
                    found.add(name)
                case tree.FunctionDef(index=index):
                    bodies.append(tree.statements(defined[index]))
                    params = defined[index].params
                    bodies.append([each.default for each in params if each.default is not None])
                case tree.ClassDef(body=body):
                    bodies.append(body)
                case tree.Lambda(body=body):
                    bodies.append([body])
    return found


def _needs(test: tree.Expr, names: Container[str]) -> bool:
    """``flag`` and ``flag and …``"""
    parts = test.values if isinstance(test, tree.BoolOp) and test.op == "and" else [test]
    return any(isinstance(part, tree.Name) and part.id in names for part in parts)


def _written(default: tree.Expr | None) -> str:
    func = default.func if isinstance(default, tree.Call) else None
    return last_name(func)


def _is_plain(function: Function, project: Project) -> bool:
    """Whether nothing but routes decorates it: others may inject what is missing."""
    frame = project.machine.run_module(function.path)
    for decorator in function.facts.decorators:
        if not isinstance(decorator, tree.Call):
            return False
        if not isinstance(project.machine.look(decorator.func, frame), RouterMethod):
            return False
    return True


def _is_marker(function: Function, name: str, project: Project) -> bool:
    param = next(p for p in function.facts.params if p.name == name)
    if param.default is None:
        return False
    frame = project.machine.run_module(function.path)
    value = project.machine.look(param.default, frame)
    return isinstance(value, DependsMarker | ParamMarker)


class Dropped(msgspec.Struct, frozen=True, eq=False):
    """``next(get_db())``: the generator is gone before its value is used."""

    span: Span
    dependency: Function


def dropped(project: Project) -> Iterator[Dropped]:
    """Generator dependencies of which only the first value is taken."""
    generators = [d.function for d in project.declared if d.function.facts.is_generator]
    index = project.modules_index
    files = {path for path in index.paths if generators and index.matches(path, _NEXT)}
    holders = [f for f in project.functions if f.path in files and search.matches(f.facts, _NEXT)]
    known = {(each.path, each.facts.index): each for each in generators}
    for holder in holders:
        module = project.module(holder.path)
        if module.is_test or module.is_one_off or is_script(module):
            continue
        nodes = list(walk(tree.statements(holder.facts)))
        entered = {id(node.context) for node in nodes if isinstance(node, tree.WithItem)}
        for node in nodes:
            match node:
                case tree.Call(
                    func=tree.Name(id="next" | "anext"),
                    args=[tree.Call(func=tree.Name(id=name)), *_],
                ) if id(node) not in entered:  # a session that `with` closes works after all
                    value = project.machine.run_module(holder.path).lookup(name)
                    if isinstance(value, FunctionValue) and value.facts.is_generator:
                        found = known.get((value.path, value.facts.index))
                        if found is not None and cleans_up(found):
                            yield Dropped(holder.at(node), found)


def cleans_up(function: Function) -> bool:
    """Whether something runs when the generator is closed at its ``yield``."""
    return any(
        any(isinstance(inner, tree.Yield) for inner in walk(node.body))
        for node in function.nodes
        if isinstance(node, tree.With) or (isinstance(node, tree.Try) and node.final)
    )
