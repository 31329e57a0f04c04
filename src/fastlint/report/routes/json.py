"""The routes for programs: one JSON document, its shape versioned by ``schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from fastlint.report.places import namer

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.report.options import ReportOptions
    from fastlint.routetable import ListedApp, ListedRoute, RouteTable

SCHEMA = "fastlint-routes/1"


def render(table: RouteTable, options: ReportOptions) -> str:
    """The envelope with one route on each line: small, and good to read in a diff."""
    name = namer(options)
    routes = [json.dumps(route_object(route, name)) for route in table.routes]
    listed = "".join(f"\n    {route}," for route in routes)[:-1]
    closing = "\n  " if listed else ""
    apps = "".join(f"\n    {json.dumps(app_object(app, name))}," for app in table.apps)[:-1]
    after_apps = "\n  " if apps else ""
    coverage = json.dumps(msgspec.structs.asdict(table.coverage))
    return (
        f'{{\n  "schema": {json.dumps(SCHEMA)},\n  "routes": [{listed}{closing}],\n'
        f'  "apps": [{apps}{after_apps}],\n'
        f'  "coverage": {coverage}\n}}\n'
    )


def app_object(app: ListedApp, name: Callable[[str], str]) -> dict[str, Any]:
    """One app as plain values: who loads it, and what documents it."""
    return {
        "app": app.id,
        "filename": name(app.span.path),
        "row": app.span.line,
        "under": app.under,
        "path": app.path,
        "entry_points": app.entry_points,
        "reached": app.reached,
        "docs": [
            {
                "path": page.path,
                "option": page.option,
                "guards": page.guards,
                "guarded": page.guarded,
                "certain": page.is_certain,
            }
            for page in app.pages
        ],
    }


def route_object(route: ListedRoute, name: Callable[[str], str]) -> dict[str, Any]:
    """One route as plain values; the order of the keys is part of what is printed."""
    return {
        "path": route.path,
        "methods": route.methods,
        "kind": route.kind,
        "serves": route.serves or None,
        "app": route.app,
        "handler": route.handler,
        "filename": name(route.span.path),
        "row": route.span.line,
        "is_async": route.is_async,
        "response_model": route.response_model,
        "status_code": route.status_code,
        "dependencies": [each.name for each in route.dependencies],
        "security": route.security,
        "guards": route.guards,
        "guarded": route.guarded,
        "tags": route.tags,
        "include_in_schema": route.include_in_schema,
        "deprecated": route.deprecated,
        "conditional": route.conditional or any(step.conditional for step in route.steps),
        "unknown": route.unknown,
    }
