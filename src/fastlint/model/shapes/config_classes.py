"""``class Config`` in pydantic models: how a model was configured before pydantic 2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following.classes import derives
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MODEL = "pydantic.BaseModel"
_SETTINGS = "pydantic_settings.BaseSettings"


class ConfigClass(msgspec.Struct, frozen=True, eq=False):
    """A ``class Config`` and the model that it configures."""

    model: ClassValue
    node: tree.ClassDef
    is_settings: bool
    """Whether the model is one of pydantic-settings."""

    @property
    def options(self) -> Iterator[tree.Name]:
        """The names that it sets, where they are set."""
        for statement in self.node.body:
            targets: list[tree.Expr] = []
            if isinstance(statement, tree.Assign):
                targets = statement.targets
            elif isinstance(statement, tree.AnnAssign) and statement.value is not None:
                targets = [statement.target]
            for target in targets:
                if isinstance(target, tree.Name):
                    yield target


def config_classes(module: Module, project: Project) -> Iterator[ConfigClass]:
    """Every ``class Config`` of the models that a file defines at its module level."""
    if not project.modules_index.mentions(module.path, "Config"):
        return
    seen: set[int] = set()
    for value in project.machine.run_module(module.path).namespace.values():
        if not isinstance(value, ClassValue) or value.path != module.path or id(value) in seen:
            continue
        seen.add(id(value))
        inner = [n for n in value.node.body if isinstance(n, tree.ClassDef) and n.name == "Config"]
        is_settings = derives(value, _SETTINGS, project.knowledge)
        if inner and (is_settings or derives(value, _MODEL, project.knowledge)):
            yield ConfigClass(value, inner[-1], is_settings)


def inherited_configs(project: Project) -> list[ClassValue]:
    """The models whose ``Config`` is the base of another: ``class Config(AppSettings.Config)``.

    With those that they have it from.
    """
    found: list[ClassValue] = []
    for module in project.modules:
        for each in config_classes(module, project):
            frame = project.machine.run_module(module.path)
            for base in each.node.bases:
                if isinstance(base, tree.Attribute) and base.attr == "Config":
                    model = project.machine.look(base.value, frame)
                    if isinstance(model, ClassValue):
                        found.extend(model.own)
    return found
