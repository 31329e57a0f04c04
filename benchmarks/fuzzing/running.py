"""What FastAPI makes of a case: its OpenAPI document and its routes, by running the modules."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Served(NamedTuple):
    """What clients of an application see, in plain values that can be compared."""

    document: Any
    routes: tuple[Any, ...]


class Unserved(NamedTuple):
    """Why there is no application."""

    why: str


def served(files: Mapping[str, bytes]) -> Served | Unserved:
    """Run the modules in their order and ask the ``app`` of the last. Nothing stays imported."""
    names = [path.removesuffix(".py").replace("/", ".") for path in files]
    packages = {name.rpartition(".")[0] for name in names if "." in name}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for package in packages:
                sys.modules[package] = ModuleType(package)
                sys.modules[package].__path__ = []
            for (path, data), name in zip(files.items(), names, strict=True):
                module = ModuleType(name)
                module.__file__ = path
                sys.modules[name] = module
                exec(compile(data, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
            application = vars(sys.modules[names[-1]])["app"]
            return Served(application.openapi(), tuple(_routes(application.routes)))
    except Exception as error:  # noqa: BLE001 - whatever the modules raise
        return Unserved(f"{type(error).__name__}: {error}")
    finally:
        for name in (*names, *packages):
            sys.modules.pop(name, None)


def _routes(routes: Iterable[Any]) -> Iterable[Any]:
    for route in routes:
        dependant = getattr(route, "dependant", None)
        yield (
            type(route).__name__,
            getattr(route, "path", ""),
            sorted(getattr(route, "methods", None) or ()),
            getattr(route, "name", ""),
            getattr(route, "status_code", None),
            None if dependant is None else _dependant(dependant),
        )


def _dependant(dependant: Any) -> Any:
    parts = ("path_params", "query_params", "header_params", "cookie_params", "body_params")
    return (
        getattr(dependant.call, "__qualname__", type(dependant.call).__name__),
        [[_field(each) for each in getattr(dependant, part)] for part in parts],
        dependant.request_param_name,
        dependant.response_param_name,
        dependant.background_tasks_param_name,
        [_dependant(each) for each in dependant.dependencies],
    )


def _field(field: Any) -> Any:
    info = field.field_info
    said = (repr(info.annotation), info.is_required(), repr(info.default), repr(info.metadata))
    return (field.name, field.alias, type(info).__name__, _ADDRESS.sub("", str(said)))
