"""``class Config`` of a model, and the options that it sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.functions import Module
from fastlint.model.following.values import ClassValue
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table
from fastlint.model.shapes.config_classes import config_classes

if TYPE_CHECKING:
    from fastlint.model.project import Project


def configured(
    module: Module, project: Project, table: Table, inherited: list[ClassValue]
) -> Iterator[Outdated]:
    """Every ``class Config`` of a file's models; ``inherited``: see `inherited_configs`."""
    whole = in_force(table.changes["class pydantic.BaseModel.Config"], project, module.path)
    if whole is None:
        return
    for each in config_classes(module, project):
        stale: list[Outdated] = []
        for option in each.options:
            change = table.changes.get(f"Config.{option.id}")
            change = in_force(change, project, module.path)
            if change is not None:
                stale.append(Outdated(change, module.span(option), f"Config.{option.id}"))
        yield from stale
        change, withheld = whole, ""
        if each.is_settings:
            new = table.changes["class pydantic_settings.BaseSettings.Config"].new
            change = msgspec.structs.replace(whole, new=new)
        if any(model is each.model for model in inherited):  # it is asked for by name
            withheld = "the `Config` of another class asks for it by name"
        elif stale:  # what does nothing is mended first, or it would become an error
            withheld = _comes_after(stale)
        found = Outdated(
            change, _name_span(module, each.node), "class Config", module.span(each.node)
        )
        if withheld:
            change = msgspec.structs.replace(change, mend="none")
            found = msgspec.structs.replace(found, change=change, withheld=withheld)
        yield found


def _comes_after(stale: list[Outdated]) -> str:
    """What is to be done first: by another fix, or by people."""
    for each in stale:
        if each.change.mend == "none":
            return (
                f"first something has to become of `{each.written.removeprefix('Config.')}` in it"
            )
    return f"first comes the fix of `{stale[0].written.removeprefix('Config.')}` in it, then this"


def _name_span(module: Module, node: tree.ClassDef) -> Span:
    """``class Config``: the words, not the body."""
    end = node.column + len(f"class {node.name}")
    return Span(module.path, node.line, node.column, node.line, end)
