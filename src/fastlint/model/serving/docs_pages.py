"""The pages of an app's documentation, and the schema that they show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following.functions import Module
from fastlint.model.following.values import NONE
from fastlint.model.serving.routing import Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SHOWS = ("openapi_url", "openapi.json", "get_swagger_ui_html", "get_redoc_html", "scalar")
"""What the code speaks of where it shows the schema in a page of its own."""


def schema_left_on(project: Project) -> Iterator[Router]:
    """Apps without pages of documentation whose schema is still served.

    Where the project speaks of the schema itself, somebody is meant to read it.
    """
    found = [app for app in project.apps if _is_left_on(app)]
    if found and not any(map(_shows_schema, project.modules)):
        yield from found


def _is_left_on(app: Router) -> bool:
    options = app.value.options
    is_off = options.get("docs_url") == NONE and options.get("redoc_url") == NONE
    return is_off and "openapi_url" not in options and not app.value.open and app.value.cls is None


def _shows_schema(module: Module) -> bool:
    if module.is_test:
        return False
    words = [word.encode() for word in _SHOWS]
    if any(search.mentions(each, *words) for each in module.facts.functions):
        return True
    said = (_said(node) for node in walk(module.facts.body))
    return any(word in text for text in said for word in _SHOWS)


def _said(node: tree.Node) -> str:
    match node:
        case tree.Constant(value=str() as text) | tree.Name(id=text) | tree.Attribute(attr=text):
            return text
        case tree.ImportFrom(names=names):
            return " ".join(each.name for each in names)
        case tree.Keyword(name=str() as text):
            return text
    return ""
