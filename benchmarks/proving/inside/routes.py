"""What FastAPI makes of an application, sorted by what a rule may say that its fix changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.proving.inside.values import (
    annotation,
    is_async,
    members,
    name_of,
    shown,
    shown_error,
)

_SOURCES = ("path", "query", "header", "cookie", "body")
_FIELD = (
    *("alias", "validation_alias", "serialization_alias", "title", "description", "deprecated"),
    *("include_in_schema", "examples", "openapi_examples", "json_schema_extra", "media_type"),
    *("embed", "convert_underscores", "discriminator", "kw_only", "frozen", "metadata"),
)
_ANSWER = (
    *("status_code", "tags", "summary", "description", "response_description", "responses"),
    *("deprecated", "operation_id", "include_in_schema", "name", "unique_id"),
    *("response_model_include", "response_model_exclude", "response_model_by_alias"),
    *("response_model_exclude_unset", "response_model_exclude_defaults"),
    *("response_model_exclude_none", "openapi_extra"),
)


def application(value: Any) -> dict[str, Any]:
    """An application or a router: its routes, and what holds for all of them.

    Of an exception that was raised instead of an application: that it was refused.
    """
    from fastapi import FastAPI

    if isinstance(value, Exception):
        return {"refused": shown_error(value)}
    try:
        app = value
        if not isinstance(value, FastAPI):
            app = FastAPI()
            app.include_router(value)
        told = {"routes": list(_routes(app)), "middleware": _around(app)}
    except Exception as error:  # noqa: BLE001 - FastAPI looks at some routes only now
        return {"refused": shown_error(error)}
    return {**told, "openapi": _document(app)}


def _document(app: Any) -> Any:
    try:
        return app.openapi()
    except Exception as error:  # noqa: BLE001 - compared like an answer
        return shown_error(error)


def _around(app: Any) -> dict[str, Any]:
    """What stands around all routes: middleware, handlers of exceptions, start and stop."""
    router = app.router
    return {
        "middleware": [
            [name_of(each.cls), *map(shown, _given(each))] for each in app.user_middleware
        ],
        "handlers": {
            str(shown(key)): [shown(each), is_async(each)]
            for key, each in app.exception_handlers.items()
        },
        "lifespan": shown(router.lifespan_context),
        "startup": shown(getattr(router, "on_startup", ())),
        "shutdown": shown(getattr(router, "on_shutdown", ())),
        "overrides": shown(app.dependency_overrides),
    }


def _given(middleware: Any) -> tuple[Any, dict[str, Any]]:
    """What a middleware is made with: ``options`` of Starlette before 0.35, else ``kwargs``."""
    if hasattr(middleware, "options"):
        return (), middleware.options
    return middleware.args, middleware.kwargs


def _routes(app: Any, prefix: str = "") -> Iterator[dict[str, Any]]:
    from fastapi import FastAPI
    from fastapi.routing import APIRoute
    from starlette.routing import Mount

    for route, effective in _effective(app.routes):
        if isinstance(route, Mount):
            mount = ["Mount", prefix + route.path, [], route.name, shown(route.app)]
            mounted = route.app
            if isinstance(mounted, FastAPI):
                document = _document(mounted)
                yield {"routes": mount, "middleware": _around(mounted), "openapi": document}
            else:
                yield {"routes": mount}
            if getattr(route, "routes", None):
                yield from _routes(route, prefix + effective.path)
            continue
        endpoint = effective.endpoint if hasattr(effective, "endpoint") else None
        told: dict[str, Any] = {
            "routes": [
                type(route).__name__,
                prefix + effective.path,
                sorted(getattr(effective, "methods", None) or ()),
                getattr(effective, "name", ""),
                shown(endpoint),
                is_async(endpoint) if endpoint is not None else None,
            ]
        }
        if hasattr(effective, "dependant"):
            told["parameters"] = list(_parameters(effective.dependant))
            told["dependencies"] = [_dependency(e) for e in effective.dependant.dependencies]
            told["security"] = list(_security(effective.dependant))
        if isinstance(route, APIRoute):
            told["responses"] = {
                "response_model": annotation(effective.response_model),
                "response_class": shown(
                    getattr(effective.response_class, "value", effective.response_class)
                ),
                **members(effective, _ANSWER),
            }
        yield told


def _effective(routes: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each route with what stands for it under its full path."""
    from fastapi import routing

    contexts: Callable[..., Any] | None = getattr(routing, "iter_route_contexts", None)
    if contexts is None:  # before FastAPI 0.137 every route stood in one flat list
        yield from ((route, route) for route in routes)
        return
    for context in contexts(routes):
        yield context.original_route, context


def _parameters(dependant: Any) -> Iterator[list[Any]]:
    """Every parameter that is read from the request, of the handler and of its dependencies."""
    owner = shown(dependant.call) if dependant.call else ""
    for source in _SOURCES:
        for field in getattr(dependant, f"{source}_params"):
            yield [owner, source, field.name, _field(field)]
    for kind in sorted(dir(dependant)):
        name = getattr(dependant, kind) if kind.endswith("_param_name") else None
        if name:
            yield [owner, kind.removesuffix("_param_name"), name, {}]
    for each in dependant.dependencies:
        yield from _parameters(each)


def _field(field: Any) -> dict[str, Any]:
    info = field.field_info
    required = getattr(field, "required", None)
    default = getattr(field, "default", None)
    return {
        "kind": type(info).__name__,
        "type": annotation(getattr(info, "annotation", None) or getattr(field, "type_", None)),
        "required": required,
        "default": None if required else shown(default),
        "factory": shown(getattr(info, "default_factory", None)),
        **members(info, _FIELD),
    }


def _dependency(dependant: Any) -> list[Any]:
    return [
        shown(dependant.call),
        dependant.name,
        dependant.use_cache,
        is_async(dependant.call),
        _scopes(dependant),
        [_dependency(each) for each in dependant.dependencies],
    ]


def _scopes(dependant: Any) -> list[str]:
    for name in ("oauth_scopes", "security_scopes", "own_oauth_scopes"):
        found = getattr(dependant, name, None)
        if found:
            return list(found)
    return []


def _security(dependant: Any) -> Iterator[list[Any]]:
    """The security schemes in the order in which they are asked, with what they demand."""
    from fastapi.security.base import SecurityBase

    for each in dependant.dependencies:
        yield from _security(each)
        call = each.call
        if isinstance(call, SecurityBase):
            model = call.model
            dump = getattr(model, "model_dump", None) or model.dict
            yield [
                type(call).__name__,
                call.scheme_name,
                getattr(call, "auto_error", None),
                shown(dump(exclude_none=True)),
                _scopes(each),
            ]
