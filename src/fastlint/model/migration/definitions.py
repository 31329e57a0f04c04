"""Methods by which a class spoke to pydantic 1, and which pydantic 2 does not call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import decorator_name, walk
from fastlint.findings import Span
from fastlint.model.following.classes import derives, methods
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue, External, FunctionValue
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table, table

if TYPE_CHECKING:
    from fastlint.model.project import Project

_HOOK = "def "
_OVERRIDE = "def pydantic.BaseModel."
_MODEL = "pydantic.BaseModel"
_NAMES_VALIDATORS = "__get_validators__"
_VALUE_ALONE = len(("cls", "value"))
_INSTEAD = {
    "__modify_schema__": "__get_pydantic_json_schema__",
    "__get_validators__": "__get_pydantic_core_schema__",
    "dict": "model_dump",
    "from_orm": "model_validate",
}
"""A class that has the newer method as well speaks to both versions."""
_HOOKS = frozenset({"model_serializer", "model_validator"})
_KINDS = frozenset({"classmethod", "staticmethod", "override"})


_METHODS = frozenset(
    {"dict", "json", "copy", "construct", "parse_obj", "parse_raw", "parse_file", "from_orm",
     "schema", "schema_json", "validate", "update_forward_refs"}
)  # fmt: skip


def defined(module: Module, project: Project, known: Table) -> Iterator[Outdated]:
    """Hooks of any class, and overrides in models, that nothing calls any more."""
    for facts in module.facts.functions if _may_define(module, project) else ():
        if not facts.is_method or facts.name not in _names() or _is_decorated(facts):
            continue
        change = known.changes.get(f"{_HOOK}{facts.name}") or known.changes.get(
            f"{_OVERRIDE}{facts.name}"
        )
        owner = _owner(facts, module, project)
        if facts.name == _NAMES_VALIDATORS and owner is not None and _fails(facts, owner):
            change = known.changes[f"{_HOOK}{facts.name} of a value"]
        change = in_force(change, project, module.path)
        if change is None or owner is None or _is_for_both(facts, owner):
            continue
        if change.old.startswith(_OVERRIDE) and not derives(owner, _MODEL, project.knowledge):
            continue
        yield Outdated(change, _name_span(facts, module), f"{owner.node.name}.{facts.name}")


def overriding(project: Project) -> dict[str, list[ClassValue]]:
    """By the name of a method of pydantic's models, the models that have one of their own."""
    found: dict[str, list[ClassValue]] = {}
    for module in project.modules:
        for facts in module.facts.functions:
            if facts.is_method and facts.name in _METHODS:
                owner = _owner(facts, module, project)
                if owner is not None and derives(owner, _MODEL, project.knowledge):
                    found.setdefault(facts.name, []).append(owner)
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(
        each.removeprefix(_OVERRIDE).removeprefix(_HOOK)
        for each in table().changes
        if each.startswith(_HOOK)
    )


def _may_define(module: Module, project: Project) -> bool:
    index = project.modules_index
    return index.mentions(module.path, *map(msgspec.msgpack.encode, _names()))


def _is_decorated(facts: tree.FunctionFacts) -> bool:
    """Whether something asks for the method otherwise than by its name: ``@model_validator``."""
    return not {decorator_name(each) for each in facts.decorators} <= _KINDS


def _owner(facts: tree.FunctionFacts, module: Module, project: Project) -> ClassValue | None:
    """The class of a method, where it stands at the level of the module."""
    name, _, method = facts.qualname.partition(".")
    if "." in method:
        return None
    value = project.machine.run_module(module.path).namespace.get(name)
    return value if isinstance(value, ClassValue) and value.path == module.path else None


def _fails(facts: tree.FunctionFacts, owner: ClassValue) -> bool:
    """Whether ``yield cls.validate`` names a method that takes the value alone."""
    for node in walk(tree.statements(facts)):
        if isinstance(node, tree.Yield) and isinstance(node.value, tree.Attribute):
            named = owner.namespace.namespace.get(node.value.attr)
            if isinstance(named, FunctionValue) and len(named.facts.params) <= _VALUE_ALONE:
                return True
    return False


def _is_for_both(facts: tree.FunctionFacts, owner: ClassValue) -> bool:
    if any(isinstance(b, External) and b.name.startswith("pydantic.v1.") for b in owner.mro()):
        return True
    if _INSTEAD.get(facts.name) in owner.namespace.namespace:
        return True
    return any(
        not _HOOKS.isdisjoint(map(decorator_name, each.facts.decorators))
        and _calls(each, facts.name)
        for each in methods(owner)
    )


def _calls(method: FunctionValue, name: str) -> bool:
    return any(
        isinstance(node, tree.Attribute) and node.attr == name
        for node in walk(tree.statements(method.facts))
    )


def _name_span(facts: tree.FunctionFacts, module: Module) -> Span:
    start = facts.name_column
    return Span(module.path, facts.line, start, facts.line, start + len(facts.name))
