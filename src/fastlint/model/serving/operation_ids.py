"""The operation IDs under which path operations are documented.

Followed from fastapi 0.165, ``routing.py`` (`_populate_api_route_state`): ``operation_id=``, or
what ``generate_unique_id_function`` makes of the route, the one that is named nearest to the
handler; ``utils.py`` (`generate_unique_id`) is FastAPI's own. Several methods of a route share an
ID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.frames import Frame
from fastlint.model.following.types import iterate
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
from fastlint.model.serving.responses import response_model

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route, Router

_FUNCTION = "generate_unique_id_function"


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


def operation_id(route: Route, project: Project) -> str | None:
    """The route's ID; None where it is not known."""
    given = route.option("operation_id")
    if given not in (None, NONE, Const("")):
        return given.value if isinstance(given, Const) and isinstance(given.value, str) else None
    name = route.option("name")
    if name is None and route.handler is not None:
        name = Const(route.handler.name)
    if not isinstance(name, Const) or not isinstance(name.value, str) or route.path is None:
        return None
    function = next(_outwards(route, _FUNCTION), None)
    if function is None:
        words = re.sub(r"\W", "_", name.value + PLACEHOLDER.sub(r"{\1}", route.path))
        return f"{words}_{route.methods[0].lower()}"
    return _generated(route, function, name, project)


def _generated(route: Route, function: Value, name: Const, project: Project) -> str | None:
    """What the project's own function makes of the route."""
    if not isinstance(function, FunctionValue | LambdaValue):
        return None
    known: dict[str, Value] = {
        "name": name,
        "path": Const(route.path),
        "path_format": Const(PLACEHOLDER.sub(r"{\1}", route.path or "")),
        "methods": Items("set", [Const(method) for method in route.methods]),
        "tags": _tags(route),
        "operation_id": NONE,
    }
    made = Instance(External("fastapi.routing.APIRoute"), attributes=known)
    node = function.facts if isinstance(function, FunctionValue) else function.node
    frame = Frame(project.machine, function.path, function.closure)
    result = project.machine.call(function, [made], {}, node, frame)
    return result.value if isinstance(result, Const) and isinstance(result.value, str) else None


def _tags(route: Route) -> Value:
    """The tags from the outermost include to the decorator."""
    layers = [*reversed(list(_outwards(route, "tags")))]
    items = [iterate(layer) for layer in layers if layer != NONE]
    if any(each is None for each in items):
        return UNKNOWN
    return Items("list", [tag for each in items for tag in each or ()])


def _outwards(route: Route, option: str) -> Iterator[Value]:
    """What is given for an option, nearest to the handler first; a mount inherits nothing."""
    if (given := route.option(option)) is not None:
        yield given
    router = route.router
    for step in (*reversed(route.steps), None):
        if (given := router.value.options.get(option)) is not None:
            yield given
        elif router.value.open or router.value.phantom:
            yield UNKNOWN
        if step is None or isinstance(step.entry, MountEntry):
            return
        if (given := step.entry.options.get(option)) is not None:
            yield given
        elif step.entry.open:
            yield UNKNOWN
        router = step.parent
