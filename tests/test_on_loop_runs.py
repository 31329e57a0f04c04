"""FastAPI is the judge: what is said to run on the event loop does so, and what is mended does not.

The sink notes whether it is called in the thread of the event loop: nothing is timed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from fastlint.api import check_texts, fix_texts
from fastlint.config.settings import BlockingCall, Settings

pytest.importorskip("fastapi")

SINK = """import queue
import threading

loop = threading.get_ident()
seen = queue.SimpleQueue()


def wait(name):
    seen.put("loop" if threading.get_ident() == loop else "thread")
    return name
"""

HEAD = """import functools
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, BaseModel, field_validator
from sinks import wait

app = FastAPI()
"""

ENTRIES = {
    "a handler": """
@app.get("/")
async def read():
    return wait("x")
""",
    "an async dependency of a def handler": """
async def give():
    return wait("x")

@app.get("/")
def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "a def dependency": """
def give():
    return wait("x")

@app.get("/")
async def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "a def handler": """
@app.get("/")
def read():
    return wait("x")
""",
    "middleware": """
@app.middleware("http")
async def pass_on(request: Request, call_next):
    wait("x")
    return await call_next(request)

@app.get("/")
def read(): ...
""",
    "pure middleware": """
class Pass:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        wait("x")
        await self.app(scope, receive, send)

app.add_middleware(Pass)

@app.get("/")
def read(): ...
""",
    "an exception handler": """
@app.exception_handler(KeyError)
async def on_error(request: Request, error: Exception):
    wait("x")
    return Response()

@app.get("/")
def read():
    raise KeyError
""",
    "a def exception handler": """
@app.exception_handler(KeyError)
def on_error(request: Request, error: Exception):
    wait("x")
    return Response()

@app.get("/")
def read():
    raise KeyError
""",
    "an asynchronous stream": """
async def rows():
    yield wait("x")

@app.get("/")
def read():
    return StreamingResponse(rows())
""",
    "a plain stream": """
def rows():
    yield wait("x")

@app.get("/")
async def read():
    return StreamingResponse(rows())
""",
    "an async background task": """
async def later():
    wait("x")

@app.get("/")
def read(tasks: BackgroundTasks):
    tasks.add_task(later)
""",
    "a def background task": """
def later():
    wait("x")

@app.get("/")
async def read(tasks: BackgroundTasks):
    tasks.add_task(later)
""",
    "a validator of a def handler": """
@app.get("/")
def read(name: Annotated[str, AfterValidator(lambda name: name), AfterValidator(wait)] = "x"):
    return name

class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.post("/")
def create(item: Item):
    return item.name
""",
    "through a decorator, a class and a context manager": """
@asynccontextmanager
async def opened():
    wait("x")
    yield

class Store:
    def __init__(self):
        self.load = functools.partial(wait, "x")

def kept(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        async with opened():
            return await function(*args, **kwargs)
    return wrapper

@app.get("/")
@kept
async def read():
    return [Store().load()]
""",
    "handed to a thread": """
def load():
    return wait("x")

@app.get("/")
async def read():
    return await run_in_threadpool(load)
""",
    "a def handler that a decorator makes asynchronous": """
def asynchronous(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

@app.get("/")
@asynchronous
def read():
    return wait("x")
""",
    "a task": """
import asyncio

async def work():
    wait("x")

@app.get("/")
async def read():
    await asyncio.gather(asyncio.create_task(work()))
""",
}

SETTINGS = Settings(select=("FLT101",), blocking_calls=(BlockingCall(call="sinks.wait"),))


@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_said_is_what_happens(name: str, tmp_path: Path) -> None:
    files = {"sinks.py": SINK, "main.py": HEAD + ENTRIES[name]}
    said = check_texts(files, SETTINGS)
    assert said.errors == ()
    assert bool(said.findings) is ("loop" in where_it_ran(files, tmp_path))


MENDED = {
    "the handler becomes a def": """
@app.get("/")
async def read():
    return wait("x")
""",
    "the call goes to a thread": """
@app.get("/")
async def read(request: Request):
    await request.body()
    return wait("x")
""",
    "the call of what leads there goes to a thread": """
def load(name):
    return [wait(name)]

@app.get("/")
async def read(request: Request):
    await request.body()
    return load("x")
""",
}


@pytest.mark.parametrize("name", MENDED)
def test_what_is_mended_leaves_the_loop(name: str, tmp_path: Path) -> None:
    files = {"sinks.py": SINK, "main.py": HEAD + MENDED[name]}
    assert where_it_ran(files, tmp_path) == {"loop"}
    fixed = fix_texts(files, SETTINGS, unsafe=True)
    assert fixed.outcome.findings == ()
    assert where_it_ran({**files, **fixed.files}, tmp_path) == {"thread"}


def where_it_ran(files: Mapping[str, str], folder: Path) -> set[str]:
    """``loop`` or ``thread``, or both: where the sink was called while the app served requests."""
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    with imported(folder) as modules:
        asyncio.run(served(modules["main"].app))  # type: ignore[attr-defined]
        seen = modules["sinks"].seen  # type: ignore[attr-defined]
        return {seen.get() for _ in range(seen.qsize())}


class imported:  # noqa: N801 - reads like the function that it stands for
    """The modules of a folder, while they are needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> dict[str, ModuleType]:
        import importlib

        sys.path.insert(0, str(self.folder))
        sys.dont_write_bytecode, self.before = True, sys.dont_write_bytecode
        importlib.invalidate_caches()
        return {name: importlib.import_module(name) for name in ("main", "sinks")}

    def __exit__(self, *_: object) -> None:
        sys.path.remove(str(self.folder))
        sys.dont_write_bytecode = self.before
        for name in ("main", "sinks"):
            sys.modules.pop(name, None)


async def served(app: object) -> None:
    """Send the app a GET and, where it has such a route, a POST."""
    for method, body in (("GET", b""), ("POST", b'{"name": "x"}')):
        await app(scope(method), receiving(body), sending)  # type: ignore[operator]


def scope(method: str) -> dict[str, object]:
    """A request as a server hands it on."""
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": "/", "raw_path": b"/",
        "query_string": b"name=x", "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def receiving(body: bytes) -> object:
    """What the app receives: the body, and then that the client has gone."""
    messages: Iterator[dict[str, object]] = iter(
        [{"type": "http.request", "body": body, "more_body": False}]
    )

    async def receive() -> dict[str, object]:
        return next(messages, {"type": "http.disconnect"})

    return receive


async def sending(message: dict[str, object]) -> None:
    """What the app sends is of no interest."""
