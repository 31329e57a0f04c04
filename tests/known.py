"""Prints what the model knows of a file or folder: ``python tests/known.py app.py``.

For whoever writes a rule. First the routes with their parameters, dependencies and response model,
then each function that runs for a request, with its calls: line, what is called, what it is given,
what it gives. Names are the model's own, such as ``starlette.responses.FileResponse`` for what a
file imports from ``fastapi.responses``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import modelcases

from fastlint.facts.walk import dotted_name
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import (
    Const,
    External,
    FunctionValue,
    Instance,
    Unknown,
    Value,
)
from fastlint.model.project import Project
from fastlint.model.reading.type_names import type_name
from fastlint.model.serving.routing import Route


def known(project: Project) -> Iterator[str]:
    """What there is to print, line by line."""
    for route in project.routes:
        yield from _route(route)
    for reached in project.reach.reached:
        yield from _function(reached.function)


def shown(value: Value) -> str:
    """A value in a few words."""
    match value:
        case Const(value=written):
            return repr(written)
        case External(name=name):
            return name
        case FunctionValue(facts=facts):
            return facts.qualname
        case Instance(cls=cls):
            return f"an object of {shown(cls)}"
        case Unknown(reason=reason):
            return f"unknown ({reason})" if reason else "unknown"
    return dotted(value) or type_name(value)


def _route(route: Route) -> Iterator[str]:
    yield f"{route.label} -> {route.handler.id if route.handler else 'unknown'}"
    for param in route.params:
        yield f"    {param.source} {param.name}: {shown(param.declared)}"
    for dependency in route.all_dependencies:
        yield f"    depends on {dependency.name}"
    model = route.metadata.response_model
    answer = model.declared or model.stream_item
    yield f"    answers with {'whatever it returns' if answer is None else shown(answer)}"
    for reason in route.unknown:
        yield f"    not known: {reason}"


def _function(function: Function) -> Iterator[str]:
    yield f"{function.id}, {function.path}:{function.facts.line}"
    for site in function.calls:
        given = [shown(each) for each in site.args]
        given += [f"{name}={shown(each)}" for name, each in site.keywords.items()]
        callee = shown(site.callee)
        if isinstance(site.callee, Unknown):
            callee = dotted_name(site.node.func) or callee
        call = f"{callee}({', '.join(given)})"
        yield f"    {site.node.line}: {'await ' * site.awaited}{call} -> {shown(site.result)}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    place = Path(sys.argv[1])
    if place.is_dir():
        read = modelcases.on_disk(place)
    else:
        read = modelcases.project(place.read_text(encoding="utf-8"))
    print(*known(read), sep="\n")  # noqa: T201 - what it is for
