"""HTML that is returned as if FastAPI would send it as such: it is sent as a JSON string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following.values import Const
from fastlint.model.serving.responses import may_be_replaced, response_model

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|(?:html|head|body|h1|h2|div|p|form|table|ul)[\s>])",
    re.IGNORECASE | re.DOTALL,
)


def html_returned(route: Route, project: Project) -> Iterator[tree.Node]:
    """Every ``return`` of a text that is HTML, where the answer is JSON."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return
    found = [each.node for each in handler.returns if _is_html(each.node, each.value)]
    if not found:
        return
    answer = response_model(route)
    is_plain = answer.response_class is None and answer.is_json and answer.has_body
    if is_plain and not may_be_replaced(route.entry.handler, project.machine):
        yield from found


def _is_html(node: tree.Node, value: object) -> bool:
    given = node.value if isinstance(node, tree.Return) else None
    text = ""
    if isinstance(value, Const) and isinstance(value.value, str):
        text = value.value
    elif isinstance(given, tree.FString) and given.parts:
        first = given.parts[0]
        text = str(first.value) if isinstance(first, tree.Constant) else ""
    return _HTML.match(text) is not None
