"""What a project only has while somebody develops it: ``if settings.debug: …``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.reading.enclosing import said

if TYPE_CHECKING:
    from fastlint.findings import Span
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_STAGE = re.compile(r"debug|dev|local|prod|stag|test", re.IGNORECASE)


def is_for_developers(span: Span, project: Project) -> bool:
    """Whether something is only added where a test says so that speaks of such a stage.

    Both branches count.
    """
    module = project.module(span.path)
    return any(
        isinstance(node, tree.If)
        and module.span(node).contains(span)
        and not module.span(node.test).contains(span)
        and any(_STAGE.search(each) for each in said(node.test))
        for body in (module.facts.body, *map(tree.statements, module.facts.functions))
        for node in walk(body)
    )


def is_route_for_developers(route: Route, project: Project) -> bool:
    """Whether a route, or an include on the way to it, is only added then."""
    entries = (route.entry, *(step.entry for step in route.steps))
    return any(each.conditional and is_for_developers(each.span, project) for each in entries)
