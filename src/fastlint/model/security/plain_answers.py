"""Answers that give nothing away: what stands in the code, documents it, or is an empty page."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Const, Items, Value

_DOCUMENTATION = frozenset(
    {
        "get_openapi", "get_redoc_html", "get_scalar_api_reference", "get_swagger_ui_html",
        "get_swagger_ui_oauth2_redirect_html",
    }
)  # fmt: skip
"""As FastAPI and Scalar call what they are made with (fastapi/openapi)."""


def gives_nothing_away(handler: Function) -> bool:
    """Whether anybody may read the code for what a handler answers."""
    return (
        _lists_what_is_written(handler)
        or _shows_documentation(handler)
        or _shows_empty_page(handler)
    )


def _lists_what_is_written(handler: Function) -> bool:
    """Whether a handler does nothing but return a list of constants."""
    match handler.statements:
        case [tree.Return()]:
            return all(_is_written(each.value) for each in handler.returns)
    return False


def _shows_empty_page(handler: Function) -> bool:
    """Whether a handler only gives a template that is told nothing: the page asks for its data."""
    match handler.statements:
        case [*_, tree.Return(value=tree.Call(func=func, args=args, keywords=keywords))]:
            given = [*args, *(each.value for each in keywords)]
            return (
                len(list(_without_docstring(handler))) == 1
                and last_name(func) == "TemplateResponse"
                and all(map(_tells_nothing, given))
            )
    return False


def _without_docstring(handler: Function) -> Iterator[tree.Stmt]:
    for each in handler.statements:
        if not (isinstance(each, tree.ExprStmt) and isinstance(each.value, tree.Constant)):
            yield each


def _tells_nothing(given: tree.Expr) -> bool:
    """``"page.html"``, ``request``, ``{"request": request}``"""
    if isinstance(given, tree.DictDisplay):
        return all(map(_tells_nothing, given.values))
    return isinstance(given, tree.Constant) or (
        isinstance(given, tree.Name) and given.id == "request"
    )


def _shows_documentation(handler: Function) -> bool:
    """Whether all that a handler does is to give the OpenAPI schema, or a page that shows it."""
    calls = (node for node in handler.nodes if isinstance(node, tree.Call))
    return any(last_name(each.func) in _DOCUMENTATION for each in calls) and not any(
        isinstance(node, tree.If | tree.For | tree.Await) for node in handler.nodes
    )


def _is_written(value: Value) -> bool:
    if not isinstance(value, Items) or value.open or not value.items:
        return False
    return all(isinstance(each, Const) and not each.settable for each in value.items)
