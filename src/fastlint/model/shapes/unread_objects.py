"""Objects that a model is to be made of, and that it does not read.

``model_validate`` takes a dictionary or an object of the model itself, and anything else only with
``from_attributes`` (pydantic/main.py). FastAPI sets that for response models, nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_VALIDATES = tree.spelled("model_validate")
_OPTION = b"from_attributes"


class Unread(msgspec.Struct, frozen=True, eq=False):
    """A ``model_validate`` that always fails."""

    span: Span
    model: str
    table: str
    function: Function


def unread(project: Project) -> Iterator[Unread]:
    """Where what runs for requests gives a model an object of the ORM that it cannot read."""
    for reached in project.reach.reached:
        function = reached.function
        if function.value is None or not tree.mentions(function.facts, _VALIDATES):
            continue
        for node in function.nodes:
            match node:
                case tree.Call(
                    func=tree.Attribute(value=named, attr="model_validate"),
                    args=[given],
                    keywords=[],
                ):
                    model = evaluate(named, function.value.closure)
                    table = type_of(given, function, project)
                    if not isinstance(model, ClassValue) or not isinstance(table, ClassValue):
                        continue
                    if project.table(table) and not _reads(model, table, project):
                        names = model.node.name, table.node.name
                        yield Unread(function.at(node), *names, function)


def _reads(model: ClassValue, table: ClassValue, project: Project) -> bool:
    """Whether the model may read an object of the class."""
    schema = project.schema(model)
    if schema is None or schema.kind != "pydantic" or not model.is_whole or model in table.mro():
        return True
    if any(each.subject == "model" and each.mode != "after" for each in schema.validators):
        return True
    for base in model.mro():
        if isinstance(base, External):
            if base.name.startswith(("sqlmodel.", "pydantic_settings.")):
                return True
        elif project.modules_index.mentions(base.path, _OPTION) and _says(base):
            return True
    return False


def _says(cls: ClassValue) -> bool:
    """Whether a class may be configured: with ``model_config``, a ``Config``, or keywords."""
    return bool(cls.node.keywords) or any(
        name in cls.namespace.namespace for name in ("model_config", "Config")
    )
