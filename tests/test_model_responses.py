"""What is declared of an answer, with FastAPI itself as the oracle."""

from __future__ import annotations

from typing import Any

import pytest
from modelcases import project

from fastlint.model.serving.responses import response_model

APP = """
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

app = FastAPI({app})
outer = APIRouter({outer})
inner = APIRouter({inner})


@inner.get("/x"{route})
def read(){returns}:
    return "x"


outer.include_router(inner, prefix="/i"{include_inner})
app.include_router(outer, prefix="/o"{include_outer})
"""

HTML, TEXT, JSON = "HTMLResponse", "PlainTextResponse", "JSONResponse"


def source(**places: str) -> str:
    empty = dict.fromkeys(
        ("app", "outer", "inner", "route", "returns", "include_inner", "include_outer"), ""
    )
    return APP.format(**{**empty, **places})


def documented(text: str) -> dict[str, Any]:
    """The paths of the app's own ``openapi.json``."""
    namespace: dict[str, Any] = {"__name__": "main"}
    exec(compile(text, "main.py", "exec"), namespace)  # noqa: S102 - the oracle runs the example
    paths: dict[str, Any] = namespace["app"].openapi()["paths"]
    return paths


def content(text: str) -> dict[str, Any]:
    """The documented content of the answer, by media type."""
    answer = documented(text)["/o/i/x"]["get"]["responses"]["200"]
    found: dict[str, Any] = answer["content"]
    return found


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"app": f"default_response_class={HTML}"},
        {"app": f"default_response_class={HTML}", "outer": f"default_response_class={JSON}"},
        {
            "outer": f"default_response_class={HTML}",
            "include_inner": f", default_response_class={TEXT}",
        },
        {
            "inner": f"default_response_class={HTML}",
            "include_inner": f", default_response_class={JSON}",
        },
        {
            "outer": f"default_response_class={JSON}",
            "include_outer": f", default_response_class={HTML}",
        },
        {
            "app": f"default_response_class={HTML}",
            "include_outer": f", default_response_class={JSON}",
        },
        {"inner": f"default_response_class={HTML}", "route": f", response_class={JSON}"},
    ],
)
def test_the_response_class_is_the_one_that_fastapi_takes(places: dict[str, str]) -> None:
    text = source(**places)
    (route,) = project(text).routes
    assert response_model(route).is_json == ("application/json" in content(text))


@pytest.mark.parametrize(
    "where", ["app", "outer", "inner", "include_inner", "include_outer", "route"]
)
def test_hidden_at_any_level_is_hidden(where: str) -> None:
    comma = ", " if where in ("route", "include_inner", "include_outer") else ""
    text = source(**{where: f"{comma}include_in_schema=False"})
    (route,) = project(text).routes
    assert not documented(text)
    assert response_model(route).in_schema is False


@pytest.mark.parametrize(
    ("places", "has_schema"),
    [
        ({}, False),
        ({"returns": " -> str"}, True),
        ({"returns": " -> str", "route": ", response_model=None"}, False),
        ({"returns": " -> JSONResponse"}, False),
        ({"route": ", response_model=str"}, True),
    ],
)
def test_the_option_beats_the_annotation(places: dict[str, str], *, has_schema: bool) -> None:
    text = source(**places)
    (route,) = project(text).routes
    assert bool(content(text)["application/json"]["schema"]) is has_schema
    assert (response_model(route).declared is not None) is has_schema
