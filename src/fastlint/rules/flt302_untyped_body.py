"""See ``rules/FLT302-untyped-body.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.made_models import MadeModel, made_models
from fastlint.model.answers.sent_on import is_sent_on
from fastlint.model.following.functions import Function
from fastlint.model.project import Project
from fastlint.model.serving.bodies import (
    is_free,
    is_judged_by_hand,
    is_left_unread,
    is_untyped,
    is_webhook,
    keys_read,
)
from fastlint.model.serving.parameters import Param, is_body
from fastlint.model.serving.responses import response_model
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_SHOWN = 3
_INSTEAD = "declare a pydantic model with the fields that are expected"
Made = tuple[MadeModel, ...]


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Bodies of which nothing is declared."""
    if not _WITH_BODY.intersection(route.methods) or project.module(route.span.path).is_test:
        return
    suspects = [
        (function, param)
        for function, _, param in route.signatures
        if is_body(param) and is_untyped(param)
    ]
    if suspects and response_model(route).in_schema is not False and not is_webhook(route):
        for function, param in suspects:
            made = made_models(function, param.name, route, project)
            if not _is_known(function, param.name, made):
                yield from _untyped(route, function, param, made)


def _is_known(function: Function, name: str, made: Made) -> bool:
    """Whether what the body holds is somebody else's business, or seen to by hand."""
    return (
        any(each.is_answered for each in made)
        or is_sent_on(function, name)
        or is_judged_by_hand(function, name, [each.call for each in made])
        or is_left_unread(function, name)
    )


def _untyped(route: Route, function: Function, param: Param, made: Made) -> Iterator[Problem]:
    keys = keys_read(function, param.name)
    if is_free(param) and not keys and not made:
        return
    message, instead = ": whatever is sent is taken as it is", _INSTEAD
    if made:
        model = f"`{made[0].model}`" if made[0].model else "a model"
        message = f": {model} is made of it, and what that refuses is answered with 500"
        instead = f"make {model} the type of the parameter: FastAPI then answers with 422"
    elif keys:
        shown = ", ".join(f"`{key}`" for key in keys[:_SHOWN]) + (", …" if keys[_SHOWN:] else "")
        message = f", and {shown} {'are' if keys[1:] else 'is'} read from it unchecked"
    yield Problem(
        param.span,
        f"`{param.name}` is a body without a model{message}",
        instead,
        affected=(route.handler.id,) if route.handler else (),
    )
