"""What modules and classes bind once, when they are loaded, and every request then shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following.defined import defined_functions
from fastlint.model.following.frames import Frame, span_of
from fastlint.model.following.values import ClassValue, Instance, Value

if TYPE_CHECKING:
    from fastlint.model.project import Project


class Shared(msgspec.Struct, frozen=True, eq=False):
    """An object that a module or class makes while it is loaded."""

    name: str
    """As the code writes it: ``db``, or ``Store.db`` in a class."""
    value: Instance
    span: Span
    """The call that makes it."""


def shared(project: Project, made_by: re.Pattern[str]) -> Iterator[Shared]:
    """What modules and classes bind to calls of functions whose name matches ``made_by``.

    Also what functions bind to ``global`` names. Only modules with such a call are run. Tests,
    migrations and scripts are left out, and what stands under ``if __name__ == "__main__"``.
    """
    for module in project.modules:
        if module.is_test or module.is_one_off:
            continue
        bindings = list(_bindings(module.facts.body, ""))
        late = {
            function.index: found
            for function in module.facts.functions
            if (
                found := [
                    each for each in _global_bindings(function) if made_by.search(_callee(each[2]))
                ]
            )
        }
        if not late and not any(made_by.search(_callee(call)) for _, _, call in bindings):
            continue
        if late:  # a function binds its global names when it is followed
            for function in defined_functions(module, project.machine):
                if function.facts.index in late:
                    project.machine.watch(function)
        frame = project.machine.run_module(module.path)
        lately = [each for found in late.values() for each in found]
        calls = {(owner, name): call for owner, name, call in (*lately[::-1], *bindings[::-1])}
        for (owner, name), call in calls.items():
            value = _bound(owner, name, frame)
            if isinstance(value, Instance):
                label = f"{owner}.{name}" if owner else name
                yield Shared(label, value, span_of(module.path, call))


def _bound(owner: str, name: str, frame: Frame) -> Value | None:
    namespace = frame.namespace
    for part in owner.split(".") if owner else ():
        cls = namespace.get(part)
        if not isinstance(cls, ClassValue):
            return None
        namespace = cls.namespace.namespace
    return namespace.get(name)


def _bindings(body: list[tree.Stmt], owner: str) -> Iterator[tuple[str, str, tree.Call]]:
    """Owner, name and call of each assignment of a call that runs while the module is loaded."""
    for statement in body:
        match statement:
            case tree.Assign(targets=[tree.Name(id=name)], value=tree.Call() as call):
                yield owner, name, call
            case tree.AnnAssign(target=tree.Name(id=name), value=tree.Call() as call):
                yield owner, name, call
            case tree.ClassDef(qualname=qualname, body=inner):
                yield from _bindings(inner, qualname)
            case tree.If(test=test, body=inner, orelse=other) if not _is_main(test):
                yield from _bindings(inner, owner)
                yield from _bindings(other, owner)
            case tree.Try(body=inner, orelse=other, final=final):
                for block in (inner, other, final):
                    yield from _bindings(block, owner)
            case tree.While(body=inner) | tree.For(body=inner) | tree.With(body=inner):
                yield from _bindings(inner, owner)


def _global_bindings(function: tree.FunctionFacts) -> Iterator[tuple[str, str, tree.Call]]:
    """What a function assigns to names that it declares ``global``."""
    if not search.mentions(function, b"global"):
        return
    nodes = list(walk(tree.statements(function)))
    names = {n for node in nodes if isinstance(node, tree.Scope) for n in node.names}
    for node in nodes:
        if isinstance(node, tree.Assign | tree.AnnAssign):
            value = node.value.value if isinstance(node.value, tree.Await) else node.value
            target = node.targets[0] if isinstance(node, tree.Assign) else node.target
            if isinstance(value, tree.Call) and getattr(target, "id", None) in names:
                yield "", getattr(target, "id", ""), value


def _is_main(test: tree.Expr) -> bool:
    return isinstance(test, tree.Compare) and any(
        isinstance(side, tree.Name) and side.id == "__name__"
        for side in (test.left, *test.comparators)
    )


def _callee(call: tree.Call) -> str:
    func = call.func
    return last_name(func)
