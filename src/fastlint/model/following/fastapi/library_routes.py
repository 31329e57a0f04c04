"""What libraries add to apps and routers: sign-in routes, metrics, GraphQL, admin pages.

Their code is not followed; what it registers stands in a table (``knowledge/library_routes.toml``).
Who answers such a route is not in the project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastlint.model.following.fastapi import web
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    Instance,
    Items,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.outside import Call
    from fastlint.model.knowledge.libraries import Library, LibraryRoute

_PARAM = re.compile(r"/?{(\w+)}")


def call(name: str, about: Call, made_with: Instance | None = None) -> Value | None:
    """What a library's ``name(…)`` gives, its routes being added; None for all that adds none.

    ``made_with`` is the object whose method it is.
    """
    library = about.machine.knowledge.libraries.get(name)
    if library is None or about.frame.watch is not None:
        return None
    given = _given(library, about, made_with)
    if not library.to:
        options = {**_options(library, about), **_prefix(library, given)}
        router = web.construct(about.machine, "fastapi.APIRouter", options, about.node, about.frame)
        _add(router, library, name, given, about)
        return router
    app = given.get(library.to, NONE)
    app = given.get(library.or_to, app) if app == NONE else app
    if not isinstance(app, RouterValue):
        return None
    if library.moves:
        app.moved = name
    if library.app:
        options = _options(library, about)
        return web.construct(about.machine, "fastapi.FastAPI", options, about.node, about.frame)
    _add(app, library, name, given, about)
    return Instance(External(name), args=tuple(about.args), keywords=about.keywords)


def _given(library: Library, about: Call, made_with: Instance | None) -> dict[str, Value]:
    """What the call says of the parameters that count, and what its object was made with."""
    found: dict[str, Value] = {name: Const(text) for name, text in library.defaults.items()}
    if made_with is not None:
        found |= dict(zip(library.owner, made_with.args, strict=False)) | made_with.keywords
    return found | dict(zip(library.params, about.args, strict=False)) | about.keywords


def _add(
    router: RouterValue, library: Library, name: str, given: Mapping[str, Value], about: Call
) -> None:
    if library.mounts:
        inner = Instance(External(name))
        path = _path(library.mounts, given)
        web.call(router, "mount", [path, inner], {}, about.node, about.frame)
    for route in library.routes:
        if given.get(route.flag) == Const(False):
            continue
        is_http = route.methods != ("WEBSOCKET",)
        options = {**_of_route(library, about), **_asked(library, route, given, about)}
        if is_http:
            options["methods"] = Items("list", [Const(method) for method in route.methods])
        if route.hidden:
            options["include_in_schema"] = Const(False)
        by = "add_api_route" if is_http else "add_api_websocket_route"
        path = _path(route.path, given)
        web.call(router, by, [path, External(name)], options, about.node, about.frame)


def _options(library: Library, about: Call) -> dict[str, Value]:
    """What is passed on to the router that is made, or to the routes that are added."""
    return {n: value for n, value in about.keywords.items() if n not in library.drops}


def _prefix(library: Library, given: Mapping[str, Value]) -> dict[str, Value]:
    """What the router's routes begin with, and are sorted under, by what is given."""
    values = [given[name] for name in library.slug if given.get(name, NONE) != NONE]
    if not values:
        return {}
    name = values[0].node.name if isinstance(values[0], ClassValue) else as_text(values[0])
    if name is None:
        return {"prefix": Unknown("what it is named after is not known")}
    plain = name.lower().strip("/")
    tags = given.get("tags", Items("list", [Const(plain.capitalize())]))
    return {"prefix": Const(f"/{plain}"), "tags": tags}


def _of_route(library: Library, about: Call) -> dict[str, Value]:
    passed_on = _options(library, about) if library.to else {}
    return {n: value for n, value in passed_on.items() if n not in library.params or n in _PLAIN}


_PLAIN = ("include_in_schema", "tags")


def _asked(
    library: Library, route: LibraryRoute, given: Mapping[str, Value], about: Call
) -> dict[str, Value]:
    """The dependencies of the route, as far as they are known."""
    flag = given.get(route.flag)
    if flag is not None and not isinstance(flag, Const):
        return {"dependencies": flag}
    if given.get(library.asks, NONE) != NONE:
        return {"dependencies": Unknown(f"`{library.asks}` may bring some along")}
    if not route.guard:
        return {}
    guard = Instance(External(route.guard))
    asked = web.depends([guard], {}, about.node, about.frame, security=False)
    return {"dependencies": Items("list", [asked])}


def _path(template: str, given: Mapping[str, Value]) -> Value:
    """The path with what is given for its parameters."""
    is_settable = False
    parts: list[str] = []
    end = 0
    for match in _PARAM.finditer(template):
        value = given.get(match[1])
        if value is None:  # a parameter of the path
            continue
        text = as_text(value)
        if text is None:
            return Unknown(f"what is given for `{match[1]}` is not known")
        parts += [template[end : match.start()], _slashed(text) if match[0][0] == "/" else text]
        end = match.end()
        is_settable = is_settable or (isinstance(value, Const) and value.settable)
    return Const("".join([*parts, template[end:]]), is_settable)


def _slashed(text: str) -> str:
    return "/" + text.strip("/")
