"""``GenericModel`` next to another model: pydantic 2's is ``BaseModel`` itself.

What a class derives from may not stand before what derives from it, so that such a class cannot be
made any more: ``class Page(GenericModel, Generic[T], PageBase)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.classes import derives
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue
from fastlint.model.migration.fields import models, written_name
from fastlint.model.migration.outdated import Outdated
from fastlint.model.migration.table import Change

if TYPE_CHECKING:
    from fastlint.model.project import Project

GENERIC = "pydantic.generics.GenericModel"
_WHY = "it is `BaseModel` itself, which may not stand before a model"


def redundant_bases(module: Module, project: Project, change: Change) -> Iterator[Outdated]:
    """Every ``GenericModel`` that stands next to another model. ``change`` is that of the name."""
    for model in models(module, project):
        bases = model.node.bases
        generic = next((each for each in bases if last_name(each) == "GenericModel"), None)
        other = next((b for b in bases if b is not generic and _is_model(b, model, project)), None)
        if generic is None or other is None:
            continue
        new = replace(change, new=written_name(other) or "", mend="base", safe=False)
        if bases.index(generic) < bases.index(other):
            new = replace(new, state="removed", why=_WHY)
        yield Outdated(new, module.span(generic), f"{model.node.name}(GenericModel, ...)")


def _is_model(base: tree.Expr, model: ClassValue, project: Project) -> bool:
    if written_name(base) is None:
        return False
    value = project.machine.look(base, model.namespace)
    return derives(value, "pydantic.BaseModel", project.knowledge)
