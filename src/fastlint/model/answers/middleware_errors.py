"""Middleware, and the HTTP exceptions that get out of it.

Followed from fastapi 0.165, ``applications.py`` (`build_middleware_stack`): what turns HTTP
exceptions into answers stands inside of the app's own middleware, which is outside of its reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.answers.escaping import Raised, Through, fates
from fastlint.model.calls.entries import functions_behind
from fastlint.model.following.fastapi import middleware as order
from fastlint.model.following.functions import Function

if TYPE_CHECKING:
    from fastlint.model.project import Project


def middleware(project: Project) -> Iterator[tuple[Function, bool]]:
    """The functions that run as middleware, each once, and whether it is plain ASGI."""
    seen: set[tuple[str, int]] = set()
    for app in project.machine.routers:
        for each in order.middleware(app):
            for function in functions_behind(each.made, project):
                key = (function.path, function.facts.index)
                if key not in seen and not project.module(function.path).is_test:
                    seen.add(key)
                    yield function, function.name == "__call__"


def escaped(project: Project) -> Iterator[tuple[Function, Raised]]:
    """The HTTP exceptions that middleware raises, itself or in what it calls."""
    functions = [function for function, _ in middleware(project)]
    if not functions:
        return
    through = Through(project, project.exception_names)
    for function in functions:
        for raised in fates(function, project, through).escaping:
            yield function, raised
