"""Ready responses that pass by the response model of their path operation.

Followed from fastapi 0.165, ``routing.py`` (`get_request_handler`): what is a ``Response`` already
is sent as it is; the response model has a part in the documentation alone then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.values import NONE, ClassValue, Const, Instance
from fastlint.model.serving.responses import JSON_RESPONSE, response_model

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_SUCCESS = range(200, 300)


class Bypassed(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` of a response where the response model was meant."""

    node: tree.Return
    model: str
    """The bare name of the model."""


def bypassed(route: Route, project: Project) -> Iterator[Bypassed]:
    """The successful answers of a path operation that its ``response_model=`` never sees."""
    handler = route.handler
    if route.kind != "http" or handler is None:
        return
    answer = response_model(route)
    names = [each.node.name for each in _models(answer.declared)]
    if answer.source != "option" or not names:
        return
    for each in handler.returns:
        made, node = each.value, each.node
        if not isinstance(made, Instance) or not isinstance(node, tree.Return):
            continue
        if classes.derives(made.cls, JSON_RESPONSE, project.knowledge) and _succeeds(made):
            yield Bypassed(node, names[0])


def _models(declared: object) -> Iterator[ClassValue]:
    """The project's classes that a type speaks of: ``Item`` of ``list[Item] | None``."""
    parts = [declared, *getattr(declared, "args", ()), *getattr(declared, "members", ())]
    yield from (part for part in parts if isinstance(part, ClassValue))


def _succeeds(made: Instance) -> bool:
    """Whether the status code says, or says by default, that all went well."""
    status = made.keywords.get("status_code", made.args[1] if len(made.args) > 1 else NONE)
    if not isinstance(status, Const):
        return False
    return status == NONE or status.value in _SUCCESS
