"""Tags, response models, status codes and the like: FastAPI says what is right."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import modelcases
import oracle
import pytest
from test_model_oracle import APPS, CASES, Case

from fastlint.model.following.values import Value
from fastlint.model.reading.type_names import type_name
from fastlint.model.serving.operation_ids import operation_id
from fastlint.model.serving.routing import Route

PRECEDENCE = {
    "main.py": """
from enum import Enum
from http import HTTPStatus
from typing import Annotated, Any, AsyncIterable, Iterator, Optional

from fastapi import APIRouter, FastAPI, Response, status
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

class Item(BaseModel):
    name: str

class Other(BaseModel):
    size: int

class Tags(Enum):
    items = "the items"

Maybe = Optional[Item]

def by_name(route: APIRoute) -> str:
    return route.name

class Own(PlainTextResponse):
    pass

app = FastAPI(default_response_class=HTMLResponse, responses={418: {"description": "tea"}})
outer = APIRouter(prefix="/outer", tags=["outer"], deprecated=True)
inner = APIRouter(tags=["inner", Tags.items], default_response_class=Own)
hidden = APIRouter(include_in_schema=False, generate_unique_id_function=by_name)

@inner.get("/item", tags=["route", "inner"], response_model=Item, status_code=status.HTTP_302_FOUND)
def item() -> Other: ...

@inner.get("/annotated", response_class=JSONResponse, deprecated=False)
def annotated() -> list[Item]: ...

@inner.post("/silenced", response_model=None, status_code=HTTPStatus.ACCEPTED)
def silenced() -> Item: ...

@inner.delete("/nothing", status_code=204)
def nothing() -> None: ...

@inner.get("/ready", operation_id="ready", name="is-ready", summary="Whether it is ready")
def ready() -> Own: ...

@inner.get("/optional/{item_id:int}")
def optional(item_id: int) -> Maybe: ...

@inner.get("/quoted")
def quoted() -> "Item | Other": ...

@inner.get("/any")
def any_() -> Any: ...

@inner.get("/marked")
def marked() -> Annotated[Item, "said"]: ...

@inner.get("/bare")
def bare(): ...

@hidden.get("/hidden")
async def concealed() -> dict[str, Item]: ...

@hidden.get("/shown", include_in_schema=True)
async def shown() -> RedirectResponse: ...

@outer.api_route("/both", methods=["GET"], status_code=HTTPStatus.IM_A_TEAPOT.value)
def both() -> Item: ...

@app.get("/stream")
async def stream() -> AsyncIterable[Item]:
    yield Item(name="x")

@app.get("/lines")
def lines() -> Iterator[str]:
    yield ""

@app.get("/list-of-iterators")
def not_a_stream() -> list[str]:
    return []

@app.websocket("/ws")
async def ws(websocket): ...

outer.include_router(inner, prefix="/inner", tags=["included"], responses={404: {}, "5XX": {}})
app.include_router(outer, tags=["first"], include_in_schema=True)
app.include_router(inner, prefix="/again", deprecated=True, default_response_class=JSONResponse)
app.include_router(hidden)

sub = FastAPI(deprecated=True, include_in_schema=False)

@sub.get("/below")
def below() -> Item: ...

sub.include_router(inner, prefix="/inner", tags=["sub"])
app.mount("/sub", sub)
"""
}

STREAMS = {
    "main.py": """
import typing
from collections.abc import AsyncIterable, Iterable
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

class Item(BaseModel):
    name: str

app = FastAPI()
router = APIRouter(default_response_class=StreamingResponse)

@app.get("/json")
async def as_json() -> AsyncIterable[Item]:
    yield Item(name="x")

@app.get("/events", response_class=EventSourceResponse)
def events() -> Iterable[Item]:
    yield Item(name="x")

@app.get("/raw-events", response_class=EventSourceResponse)
def raw_events() -> Iterable[ServerSentEvent]:
    yield ServerSentEvent(data="x")

@app.get("/untyped")
async def untyped() -> typing.AsyncIterable:
    yield 1

@app.get("/file", response_class=StreamingResponse)
def file() -> Iterable[bytes]:
    yield b""

@router.get("/chunks")
def chunks() -> Iterable[bytes]:
    yield b""

app.include_router(router)
"""
}

OWN_ROUTER = {
    "main.py": """
from fastapi import APIRouter, FastAPI, Response
from pydantic import BaseModel

class Item(BaseModel):
    name: str

class Router(APIRouter):
    def add_api_route(self, path, endpoint, **kwargs):
        if kwargs.get("response_model") is None:
            kwargs["response_model"] = dict
        if kwargs.get("status_code") == 204:
            kwargs["response_class"] = Response
        super().add_api_route(path, endpoint, **kwargs)

router = Router(tags=["own"])

@router.get("/item")
def item() -> Item: ...

@router.delete("/item", status_code=204)
def delete() -> None: ...

def plain(): ...

router.add_api_route("/plain", plain, methods=["PUT"])
app = FastAPI()
app.include_router(router)
"""
}


def judged(files: dict[str, str], where: Path) -> list[dict[str, Any]]:
    for path, text in files.items():
        (where / path).write_text(text, encoding="utf-8")
    with oracle.imported(where) as evaluate:
        return list(oracle.described(evaluate("main:app")))


def told(route: Route) -> dict[str, Any]:
    """A route of the model, in the words of the oracle."""
    known = route.metadata
    if route.kind != "http":
        return {"path": route.path}
    return {
        "path": route.path,
        "tags": list(known.tags),
        "responses": sorted(known.responses),
        "deprecated": known.deprecated,
        "include_in_schema": known.include_in_schema,
        "status_code": known.status_code,
        "response_class": _name(known.response_class) or "JSONResponse",
        "response_model": _name(known.response_model.declared),
        "stream_item": _name(known.response_model.stream_item),
        "name": known.name,
        "summary": known.summary,
        "operation_id": known.operation_id,
        "unique_id": operation_id(route),
    }


def _name(value: Value | None) -> str | None:
    return None if value is None else type_name(value)


def compared(real: list[dict[str, Any]], routes: list[Route]) -> None:
    assert [each["path"] for each in real] == [each.path for each in routes]
    for expected, route in zip(real, routes, strict=True):
        said = told(route)
        if route.kind != "http":
            assert said == expected
            continue
        if len(route.methods) > 1:  # any of them may be the one in the ID
            said.pop("unique_id")
            expected.pop("unique_id")
        assert said == expected, route.label
        assert not route.metadata.unknown


NEEDS_SSE = pytest.mark.skipif(not find_spec("fastapi.sse"), reason="before FastAPI 0.135")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(PRECEDENCE, id="precedence"),
        pytest.param(STREAMS, id="streams", marks=NEEDS_SSE),
        pytest.param(OWN_ROUTER, id="own-router"),
    ],
)
def test_the_metadata_is_what_fastapi_works_out(files: dict[str, str], tmp_path: Path) -> None:
    real = judged(files, tmp_path)
    assert real
    compared(real, list(modelcases.project(files).routes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.target}")
def test_the_metadata_of_whole_applications(case: Case) -> None:
    folder = APPS / case.name
    with oracle.imported(folder / case.start) as evaluate:
        real = list(oracle.described(evaluate(case.target)))
    project = modelcases.on_disk(folder)
    compared(real, [each for each in project.routes if each.app and each.app.id == case.app])


@pytest.mark.parametrize(
    ("decorator", "field", "reason"),
    [
        ("tags=read('tags')", "tags", "`tags=` of the route is not known"),
        ("tags=['a', read('tag')]", "tags", "some of `tags=` of the route is not known"),
        ("status_code=read('code')", "status_code", "`status_code=` is not known"),
        ("deprecated=read('old')", "deprecated", "`deprecated=` of the route is not known"),
        ("responses=read('all')", "responses", "`responses=` of the route is not known"),
        ("operation_id=read('id')", "operation_id", "`operation_id=` is not known"),
    ],
)
def test_what_is_worked_out_at_run_time_is_not_known(
    decorator: str, field: str, reason: str
) -> None:
    text = "from fastapi import FastAPI\nfrom settings import read\napp = FastAPI()\n"
    text += f"@app.get('/', {decorator})\ndef handler(): ...\n"
    (route,) = modelcases.project(text).routes
    assert route.metadata.unknown[field].startswith(reason)


def test_options_that_are_not_known_leave_nothing_certain() -> None:
    text = """
from fastapi import FastAPI
from settings import options
app = FastAPI()
@app.get("/", **options)
def handler() -> int: ...
"""
    (route,) = modelcases.project(text).routes
    known = route.metadata
    assert {"tags", "status_code", "include_in_schema", "deprecated"} <= known.unknown.keys()
    assert _name(known.response_model.declared) == "…"


def test_a_hidden_router_hides_whatever_else_is_not_known() -> None:
    text = """
from fastapi import APIRouter, FastAPI
from settings import public
app = FastAPI()
router = APIRouter(include_in_schema=public)
@router.get("/")
def handler() -> int: ...
app.include_router(router, include_in_schema=False)
"""
    (route,) = modelcases.project(text).routes
    assert not route.metadata.include_in_schema
    assert "include_in_schema" not in route.metadata.unknown


def test_a_response_class_in_a_union_is_no_model() -> None:
    text = """
from fastapi import FastAPI, Response
app = FastAPI()
@app.get("/")
def handler() -> Response | dict: ...
"""
    (route,) = modelcases.project(text).routes
    assert _name(route.metadata.response_model.declared) == "…"
