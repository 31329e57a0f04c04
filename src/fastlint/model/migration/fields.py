"""Fields of models without a type, which pydantic 1 took from the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import classes
from fastlint.model.following.functions import Module
from fastlint.model.following.values import (
    ClassValue,
    External,
    Value,
)
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table
from fastlint.model.shapes import fields
from fastlint.model.shapes.fields import Field

if TYPE_CHECKING:
    from fastlint.model.project import Project

UNTYPED = "class pydantic.BaseModel: name = value"
_MODEL = "pydantic.BaseModel"
_UNTOUCHED = ("ignored_types", "keep_untouched")


def untyped_fields(module: Module, project: Project, table: Table) -> Iterator[Outdated]:
    """``size = 1`` in a model, which pydantic 1 gave the type of its value."""
    change = in_force(table.changes[UNTYPED], project, module.path)
    if change is None or not any(map(_may_have_one, module.facts.body)):
        return
    for model in models(module, project):
        options = project.schemas.of(model)
        if options is None or options.options.is_open or options.options.get(*_UNTOUCHED):
            continue
        for statement in model.node.body:
            name = _untyped(statement)
            if name is not None and isinstance(statement, tree.Assign):
                given = _type_of(statement.value, model, name, project)
                if given is not None:
                    mended = msgspec.structs.replace(change, new=given or change.new)
                    if not given:
                        mended = msgspec.structs.replace(mended, mend="none")
                    target = module.span(statement.targets[0])
                    yield Outdated(mended, target, f"{name} = ...")


def _may_have_one(statement: tree.Stmt) -> bool:
    if not isinstance(statement, tree.ClassDef) or not statement.bases:
        return False
    if any(last_name(base).endswith(("Enum", "Flag")) for base in statement.bases):
        return False
    return any(_untyped(each) is not None for each in statement.body)


def _untyped(statement: tree.Stmt) -> str | None:
    """The name of what may be a field without a type: no function, class or descriptor."""
    if not isinstance(statement, tree.Assign):
        return None
    name = fields.name_of(statement)
    if name is None or name.startswith("_") or name == "model_config":
        return None
    plain = (tree.Constant, tree.Attribute, tree.Sequence, tree.DictDisplay)
    return name if isinstance(statement.value, plain) else None


def models(module: Module, project: Project) -> Iterator[ClassValue]:
    """The models that a file defines at its module level, each one once."""
    seen: set[int] = set()
    for value in project.machine.run_module(module.path).namespace.values():
        if isinstance(value, ClassValue) and value.path == module.path and id(value) not in seen:
            seen.add(id(value))
            if classes.derives(value, _MODEL, project.knowledge):
                yield value


def _type_of(node: tree.Expr, model: ClassValue, name: str, project: Project) -> str | None:
    """What pydantic 1 took for the type; empty where that cannot be written, None for no field."""
    written, value = _own_type(node, model, project)
    declared = _declared_above(model, name, project)
    if written is None:
        return None if declared is None else ""
    if isinstance(declared, Field):
        return written if declared.type == value else ""
    return None if declared is _ASIDE else written


def _own_type(
    node: tree.Expr, model: ClassValue, project: Project
) -> tuple[str | None, Value | None]:
    """The type of a value: as it is written, and what it is."""
    kind: str | None = None
    match node:
        case tree.Constant(kind="bytes"):
            kind = "bytes"
        case tree.Constant(value=bool() | int() | float() | str(), kind=""):
            kind = type(node.value).__name__
        case tree.Sequence():
            kind = node.kind
        case tree.DictDisplay():
            kind = "dict"
        case tree.Attribute(value=owner):
            enum = project.machine.look(owner, model.namespace)
            if isinstance(enum, ClassValue) and classes.derives(
                enum, "enum.Enum", project.knowledge
            ):
                return written_name(owner), enum
    return kind, External(f"builtins.{kind}") if kind else None


def written_name(node: tree.Expr) -> str | None:
    """``a.b.C`` as it is written; None for what is more than names."""
    if isinstance(node, tree.Attribute):
        owner = written_name(node.value)
        return f"{owner}.{node.attr}" if owner else None
    return node.id if isinstance(node, tree.Name) else None


_ASIDE = "aside"


def _declared_above(model: ClassValue, name: str, project: Project) -> Field | str | None:
    """The field of a base that is given another default; `_ASIDE` for a ``ClassVar``."""
    for base in model.mro()[1:]:
        if isinstance(base, ClassValue):
            schema = project.schemas.of(base)
            field = schema.field(name) if schema else None
            if field is not None:
                return field
            if any(fields.name_of(each) == name for each in fields.statements(base)):
                return _ASIDE
    return None
