"""Types of fields that pydantic 1 took for what they derive from, and pydantic 2 does not know.

Pydantic 1 (``validators.py``, ``find_validators``) asked whether a type is a subclass of ``str``,
``tuple`` and the like; pydantic 2 (``_internal/_generate_schema.py``, ``match_type``) knows the
builtin types themselves, and what says how it is to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import classes
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    External,
    Subscripted,
    UnionType,
    Value,
)
from fastlint.model.migration.fields import models
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table

if TYPE_CHECKING:
    from fastlint.model.project import Project

SUBCLASS = "class pydantic.BaseModel: name: subclass"
_BUILTINS = ("str", "int", "float", "bytes", "tuple", "list", "dict", "set", "frozenset")
_ANY = "arbitrary_types_allowed"
_SAYS_ITSELF = ("__get_pydantic_core_schema__", "__get_validators__")


def unknown_types(project: Project, table: Table) -> Iterator[Outdated]:
    """Fields whose type is a class of the project that derives from a builtin type alone."""
    wanted = {id(each): each for each in _subclasses(project)}
    encoded = [msgspec.msgpack.encode(each.node.name) for each in wanted.values()]
    for module in project.modules if wanted else ():
        change = in_force(table.changes[SUBCLASS], project, module.path)
        if change is None or not project.modules_index.mentions(module.path, *encoded):
            continue
        for model in models(module, project):
            schema = project.schemas.of(model)
            if schema is None or schema.options.is_old or schema.options.is_set(_ANY) is not False:
                continue
            for field in schema.fields if schema.kind == "pydantic" else ():
                kinds = [wanted[id(each)] for each in _parts(field.declared) if id(each) in wanted]
                if kinds and field.owner is model:
                    yield Outdated(change, field.span, f"{field.name}: {kinds[0].node.name}")


def _subclasses(project: Project) -> Iterator[ClassValue]:
    for module in project.modules:
        for statement in module.facts.body:
            if not isinstance(statement, tree.ClassDef) or len(statement.bases) != 1:
                continue
            base = statement.bases[0]
            named = base.value if isinstance(base, tree.Subscript) else base
            if last_name(named) not in _BUILTINS or statement.keywords or statement.decorators:
                continue
            value = project.machine.run_module(module.path).namespace.get(statement.name)
            if isinstance(value, ClassValue) and _is_plain(value):
                yield value


def _is_plain(value: ClassValue) -> bool:
    bases = value.outside
    is_builtin = any(name.removeprefix("builtins.") in _BUILTINS for name in bases)
    return is_builtin and not any(name in value.namespace.namespace for name in _SAYS_ITSELF)


def _parts(declared: Value) -> Iterator[Value]:
    """The types of which a type is made, without what says otherwise how it is read."""
    if isinstance(declared, AnnotatedType):
        return
    if isinstance(declared, UnionType):
        for each in classes.members(declared):
            yield from _parts(each)
    elif isinstance(declared, Subscripted) and isinstance(declared.origin, External):
        if declared.origin.name.startswith(("builtins.", "typing.")):
            for each in declared.args:
                yield from _parts(each)
    else:
        yield declared
