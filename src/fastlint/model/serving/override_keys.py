"""Overrides of dependencies that no route has.

FastAPI looks an override up by the very function that ``Depends`` was given
(fastapi/dependencies/utils.py `solve_dependencies`), and by nothing that it calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following.frames import Frame, span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    Const,
    Coroutine,
    FunctionValue,
    Instance,
    LambdaValue,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module
    from fastlint.model.project import Project

_WORD = search.spelled("dependency_overrides")
_DECLARES = (b"Depends", b"Security")


class Idle(msgspec.Struct, frozen=True, eq=False):
    """An override that replaces nothing."""

    span: Span
    written: str
    why: str
    """``made`` anew by a call, an ``alias`` with the dependency in it, or ``unused``"""
    function: Function | None


def idle_overrides(project: Project) -> Iterator[Idle]:
    """The keys of ``dependency_overrides`` that FastAPI never looks up."""
    for module in project.modules:
        if not project.modules_index.mentions(module.path, _WORD):
            continue
        for key, local in _keys(module):
            root = key.func if isinstance(key, tree.Call) else key
            if _root(root) not in local:
                frame = project.machine.run_module(module.path)
                found = _judged(key, project.machine.evaluate(key, frame), frame, project)
                if found is not None:
                    why, function = found
                    yield Idle(span_of(module.path, key), last_name(root), why, function)


def _judged(
    key: tree.Expr, value: Value, frame: Frame, project: Project
) -> tuple[str, Function | None] | None:
    if isinstance(key, tree.Call):
        callee = project.machine.evaluate(key.func, frame)
        if not isinstance(callee, FunctionValue) or callee.decorators:
            return None
        is_new = isinstance(value, FunctionValue | LambdaValue | Coroutine | Const)
        is_new = is_new or (isinstance(value, Instance) and not isinstance(value.cls, ClassValue))
        if callee.facts.is_generator or callee.facts.is_async or is_new:
            return "made", project.function(callee)
        return None
    if isinstance(value, AnnotatedType):
        return "alias", None
    if not isinstance(value, FunctionValue) or value.facts.is_method:
        return None
    if not project.routes:
        return None  # those that depend on it are elsewhere
    function = project.function(value)
    return None if _is_depended_on(value, function, project) else ("unused", function)


def _is_depended_on(value: FunctionValue, function: Function, project: Project) -> bool:
    same = {(each.path, each.facts.index) for each in value.chain}
    known = [each.function for each in project.declared]
    known += [each.function for each in project.dependencies if each.function is not None]
    if any((each.path, each.facts.index) in same for each in known):
        return True
    return any(
        use.call is None and not project.module(use.path).is_test
        for use in project.references.uses(function)
    ) or any(_may_declare(module, function, project) for module in project.modules)


def _may_declare(module: Module, function: Function, project: Project) -> bool:
    """Whether some ``Depends`` of a file may mean the function by its name."""
    index = project.modules_index
    word = search.spelled(function.name)
    if not (index.mentions(module.path, word) and index.mentions(module.path, *_DECLARES)):
        return False
    heads = [
        node
        for facts in module.facts.functions
        for param in facts.params
        for node in (param.annotation, param.default)
        if node is not None
    ]
    bodies = [
        s for f in module.facts.functions if search.mentions(f, word) for s in tree.statements(f)
    ]
    decorators = [node for facts in module.facts.functions for node in facts.decorators]
    for node in walk([*module.facts.body, *bodies, *heads, *decorators]):
        if isinstance(node, tree.Call) and last_name(node.func).encode() in _DECLARES:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(last_name(each) == function.name for each in given):
                return True
    return False


def _keys(module: Module) -> Iterator[tuple[tree.Expr, frozenset[str]]]:
    """The keys that are set, each with the names that are a function's own there."""
    for node in walk(module.facts.body):
        yield from ((key, frozenset()) for key in _set(node))
    for facts in module.facts.functions:
        if search.mentions(facts, _WORD):
            body = tree.statements(facts)
            own = {param.name for param in facts.params}
            for node in walk(body):
                if isinstance(node, tree.Assign):
                    own.update(t.id for t in node.targets if isinstance(t, tree.Name))
                elif isinstance(node, tree.FunctionDef | tree.ClassDef):
                    own.add(node.name)
                elif isinstance(node, tree.For) and isinstance(node.target, tree.Name):
                    own.add(node.target.id)
                elif isinstance(node, tree.ImportFrom | tree.Import):
                    own.update(alias.bound for alias in node.names)
            for node in walk(body):
                yield from ((key, frozenset(own)) for key in _set(node))


def _set(node: tree.Node) -> Iterator[tree.Expr]:
    match node:
        case tree.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, tree.Subscript) and _is_overrides(target.value):
                    yield target.index
                elif _is_overrides(target) and isinstance(value, tree.DictDisplay):
                    yield from (key for key in value.keys if key is not None)
        case tree.Call(func=tree.Attribute(value=owner, attr="update"), args=[given]):
            if _is_overrides(owner) and isinstance(given, tree.DictDisplay):
                yield from (key for key in given.keys if key is not None)


def _is_overrides(node: tree.Expr) -> bool:
    return isinstance(node, tree.Attribute) and node.attr == "dependency_overrides"


def _root(node: tree.Expr) -> str:
    while isinstance(node, tree.Attribute):
        node = node.value
    return node.id if isinstance(node, tree.Name) else ""
