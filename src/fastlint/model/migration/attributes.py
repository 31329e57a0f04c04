"""Attributes of models that have another name now, where it is certain whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following import types
from fastlint.model.following.classes import derives
from fastlint.model.following.defined import defined_functions
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import ATTRIBUTE, Change, Table
from fastlint.model.reading.own_names import own_names

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MODEL = "pydantic.BaseModel"


def attributes(module: Module, project: Project, table: Table) -> Iterator[Outdated]:
    """``User.__fields__`` and ``user.__fields_set__``, in the functions of a file."""
    index = project.modules_index
    named = (n for n in table.attributes if index.mentions(module.path, search.spelled(n)))
    sought = {
        name: change
        for name in named
        if (change := in_force(table.changes[ATTRIBUTE + name], project, module.path)) is not None
    }
    reading = {
        facts.index
        for facts in (module.facts.functions if sought else ())
        if any(search.has_attribute(facts, search.spelled(name)) for name in sought)
    }
    for value in defined_functions(module, project.machine) if reading else ():
        if value.facts.index in reading:
            yield from _of_function(value, module, project, sought)


def _of_function(
    value: FunctionValue, module: Module, project: Project, sought: Mapping[str, Change]
) -> Iterator[Outdated]:
    function = project.function(value)
    given = types.parameter_values(value, project.machine)
    own = own_names(function)
    for node in function.nodes:
        match node:
            case tree.Attribute(value=tree.Name(id=name) as owner, attr=attr) if attr in sought:
                found = given.get(name)
                if found is None and name not in own:
                    found = project.machine.look(owner, value.closure)
                if found is not None and _is_model(found, project):
                    start = node.end_column - len(attr)
                    end = node.end_line, node.end_column
                    yield Outdated(
                        sought[attr], Span(module.path, node.end_line, start, *end), attr
                    )


def _is_model(value: Value, project: Project) -> bool:
    """Whether it is a model of pydantic 2, or an object of one."""
    cls = value.cls if isinstance(value, Instance) else value
    if not isinstance(cls, ClassValue) or not derives(cls, _MODEL, project.knowledge):
        return False
    return not any(isinstance(b, External) and ".v1." in b.name for b in cls.mro())
