"""The operation IDs under which path operations are documented.

Followed from fastapi 0.165, ``routing.py`` (`_populate_api_route_state`): ``operation_id=``, or
what ``generate_unique_id_function`` makes of the route, the one that is named nearest to the
handler; ``utils.py`` (`generate_unique_id`) is FastAPI's own. Several methods of a route share an
ID.
"""

from __future__ import annotations

import re

from fastlint.model.following.frames import Frame
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    MountEntry,
    Value,
)
from fastlint.model.serving.matching import PLACEHOLDER
from fastlint.model.serving.metadata import layers, nearest
from fastlint.model.serving.responses import response_model
from fastlint.model.serving.routing import Route, Router, path_inside, since_mount


def documenting(route: Route) -> Router | None:
    """The app whose documentation the route is in: the mounted one, where one is mounted."""
    mounted = [step.router for step in route.steps if isinstance(step.entry, MountEntry)]
    return mounted[-1] if mounted else route.app


def documented(route: Route) -> bool:
    """Whether the route is for certain an operation of an app that has a documentation."""
    app = documenting(route)
    return (
        route.kind == "http"
        and app is not None
        and app.is_app
        and app.value.options.get("openapi_url") not in (NONE, Const(""))
        and route.path is not None
        and bool(route.methods)
        and not route.has_unknown_options
        and response_model(route).in_schema is True
    )


def is_one(route: Route, other: Route) -> bool:
    """Whether both are the same operation of an app that is mounted several times."""
    ways = [[step.entry for step in since_mount(each)] for each in (route, other)]
    return route.entry is other.entry and ways[0] == ways[1]


def operation_id(route: Route) -> str | None:
    """The route's ID; None where it is not known.

    Of several methods any may be the one in its name: they are a set. Here it is the first.
    """
    known, path = route.metadata, path_inside(route)
    if known.operation_id:
        return known.operation_id
    if known.name is None or path is None or not route.methods or "operation_id" in known.unknown:
        return None
    function = nearest(tuple(layers(route)), "generate_unique_id_function")
    if function is not None:
        return _generated(route, function, path)
    words = re.sub(r"\W", "_", known.name + PLACEHOLDER.sub(r"{\1}", path))
    return f"{words}_{route.methods[0].lower()}"


def _generated(route: Route, function: Value, path: str) -> str | None:
    """What the project's own function makes of the route."""
    if not isinstance(function, FunctionValue | LambdaValue):
        return None
    known = route.metadata
    tags = Items("list", [Const(tag) for tag in known.tags])
    given: dict[str, Value] = {
        "name": Const(known.name),
        "path": Const(path),
        "path_format": Const(PLACEHOLDER.sub(r"{\1}", path)),
        "methods": Items("set", [Const(method) for method in route.methods]),
        "tags": UNKNOWN if "tags" in known.unknown else tags,
        "operation_id": NONE,
    }
    made = Instance(External("fastapi.routing.APIRoute"), attributes=given)
    node = function.facts if isinstance(function, FunctionValue) else function.node
    frame = Frame(route.machine, function.path, function.closure)
    result = route.machine.call(function, [made], {}, node, frame)
    return result.value if isinstance(result, Const) and isinstance(result.value, str) else None
