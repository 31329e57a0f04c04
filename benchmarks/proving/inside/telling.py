"""Imports modules of an application and tells what FastAPI and Pydantic make of them."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from benchmarks.proving.inside.models import models
from benchmarks.proving.inside.routes import application
from benchmarks.proving.inside.values import shown_error

Told = dict[str, Any]


def tell(root: str, search: list[str], modules: list[str], wanted: list[str]) -> Told:
    """Import ``modules`` as if started in ``root`` and tell all there is.

    ``search`` are the folders below ``root`` that Python looks for modules in; ``wanted`` are
    expressions such as ``app.main:create_app()`` for applications that no variable holds.
    """
    root = os.path.realpath(root)
    sys.path[:0] = [os.path.normpath(os.path.join(root, each)) for each in search]
    os.chdir(root)
    failed: dict[str, str] = {}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for name in modules:
            try:
                importlib.import_module(name)
            except BaseException as error:  # noqa: BLE001 - whatever it raises is the answer
                failed[name] = shown_error(error)
        loaded = _loaded(root)
        found = dict(_applications(loaded, wanted))
        told = {label: application(each) for label, each in found.items()}
        described = models(loaded)
    own = {name.split(".")[0] for name in loaded} - {"__main__"}
    aside = own | {"__main__", "benchmarks"}
    return {
        "failed": failed,
        "loaded": sorted(loaded.values()),
        "applications": told,
        "models": described,
        "warnings": sorted(line for each in heard for line in _heard(each, root)),
        "own": sorted(own),
        "libraries": sorted(name for name in sys.modules if name.split(".")[0] not in aside),
    }


def _loaded(root: str) -> dict[str, str]:
    """The modules that came from the project, with their files."""
    files: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            file = os.path.realpath(file)
            if file.startswith(root + os.sep) and name != "__main__":
                files[name] = os.path.relpath(file, root).replace(os.sep, "/")
    return files


def _applications(loaded: dict[str, str], wanted: list[str]) -> Iterator[tuple[str, Any]]:
    """Every application of the project; its routers where there is no application."""
    from fastapi import APIRouter, FastAPI

    seen: set[int] = set()
    routers: list[tuple[str, Any]] = []
    for expression in wanted:
        module, _, rest = expression.partition(":")
        if module in sys.modules:
            app = _evaluated(rest, vars(sys.modules[module]))
            seen.add(id(app))
            yield expression, app
    for module in sorted(loaded):
        for name, value in list(vars(sys.modules[module]).items()):
            with contextlib.suppress(Exception):
                if isinstance(value, FastAPI) and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{module}:{name}", value
                elif isinstance(value, APIRouter) and id(value) not in seen:
                    seen.add(id(value))
                    routers.append((f"{module}:{name}", value))
                elif not wanted and _makes_one(module, value, FastAPI):
                    yield f"{module}:{name}()", value()
    if not any(isinstance(sys.modules[m].__dict__.get(n), FastAPI) for m, n in _names(loaded)):
        yield from routers


def _evaluated(expression: str, names: dict[str, Any]) -> Any:
    """The application, or the exception that it ended with."""
    try:
        return eval(expression, names)  # noqa: S307 - asked for by the caller
    except Exception as error:  # noqa: BLE001 - whatever it raises is the answer
        return error


def _names(loaded: dict[str, str]) -> Iterator[tuple[str, str]]:
    for module in loaded:
        yield from ((module, name) for name in list(vars(sys.modules[module])))


def _makes_one(module: str, value: Any, wanted: type) -> bool:
    """Whether it is a factory of the module that can be called as it is."""
    if not inspect.isfunction(value) or value.__module__ != module:
        return False
    signature = inspect.signature(value)
    if signature.return_annotation not in (wanted, wanted.__name__):
        return False
    return all(
        each.default is not each.empty or each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        for each in signature.parameters.values()
    )


def _heard(warning: warnings.WarningMessage, root: str) -> Iterator[str]:
    """A warning line by line: one that lists what it is about gets shorter, it is not another."""
    file = os.path.realpath(warning.filename)
    inside = file.startswith(root + os.sep)
    place = os.path.relpath(file, root) if inside else os.path.basename(file)
    for line in str(warning.message).splitlines():
        yield f"{warning.category.__name__}: {line} ({place})"
