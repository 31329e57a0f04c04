"""Models that are a list or a mapping themselves, as pydantic 1 had them declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following.functions import Module
from fastlint.model.following.values import External
from fastlint.model.migration.fields import models
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ROOT = "__root__"
_KEY = f"class pydantic.BaseModel: {_ROOT}: X"


def root_fields(module: Module, project: Project, table: Table) -> Iterator[Outdated]:
    """``__root__: list[Item]`` in a model."""
    change = in_force(table.changes[_KEY], project, module.path)
    word = msgspec.msgpack.encode(_ROOT)
    if change is None or not project.modules_index.mentions(module.path, word):
        return
    for model in models(module, project):
        bases = (base.name for base in model.mro() if isinstance(base, External))
        if any(name.startswith("pydantic.v1.") for name in bases):
            continue
        for statement in model.node.body:
            match statement:
                case tree.AnnAssign(target=tree.Name(id=name) as target) if name == _ROOT:
                    yield Outdated(change, module.span(target), _ROOT)
                case tree.Assign(targets=[tree.Name(id=name) as target]) if name == _ROOT:
                    yield Outdated(change, module.span(target), _ROOT)
