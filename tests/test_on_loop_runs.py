"""FastAPI is the judge: what is said to run on the event loop does so, and what is mended does not.

The sink notes whether it is called in the thread of the event loop: nothing is timed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import msgspec
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

MEETING = """import queue
import threading

two = threading.Barrier(2)
seen = queue.SimpleQueue()


def wait(name):
    try:
        two.wait(PATIENCE)
    except threading.BrokenBarrierError:
        seen.put("alone")
    else:
        seen.put("met")
    return name
"""
"""A sink at which two requests meet, unless one of them keeps the event loop from the other."""

HEAD = """import asyncio
import functools
import sys
import threading
from abc import ABC, abstractmethod
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

import anyio
import httpx
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, Response, WebSocket
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from pydantic import (
    AfterValidator, BaseModel, TypeAdapter, computed_field, field_serializer, field_validator,
    model_serializer, model_validator
)
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
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
    "entered asynchronously by who could be entered either way": """
class Store:
    def __enter__(self):
        wait("x")

    def __exit__(self, *args): ...

    async def __aenter__(self): ...

    async def __aexit__(self, *args): ...

@app.get("/")
async def read():
    async with Store():
        return "x"

@app.post("/")
def create():
    with Store():
        return "x"
""",
    "entered plainly by who could be entered either way": """
class Store:
    def __enter__(self):
        wait("x")

    def __exit__(self, *args): ...

    async def __aenter__(self): ...

    async def __aexit__(self, *args): ...

@app.get("/")
async def read():
    with Store():
        return "x"
""",
    "the next item of an asynchronous generator": """
async def rows():
    yield wait("x")

@app.get("/")
async def read():
    return await anext(rows())
""",
    "a generator expression that is streamed": """
@app.get("/")
async def read():
    return StreamingResponse(wait(name) for name in "xy")
""",
    "a generator expression of another function that is streamed": """
def rows(names):
    found = (wait(name) for name in names)
    return found

@app.get("/")
async def read():
    return StreamingResponse(rows("xy"))

@app.post("/")
async def create():
    lines = map(wait, "xy")
    return StreamingResponse(lines)
""",
    "a generator expression that is gone through at once": """
@app.get("/")
async def read():
    found = (wait(name) for name in "xy")
    return [*found]
""",
    "subscribers that a bus hands to threads": """
class Bus:
    def __init__(self):
        self.subscribers = {}

    def on(self, event):
        def kept(function):
            self.subscribers.setdefault(event, []).append(function)
            return function
        return kept

    async def publish(self, event):
        for each in self.subscribers[event]:
            if asyncio.iscoroutinefunction(each):
                await each()
            else:
                await run_in_threadpool(each)

bus = Bus()

@bus.on("placed")
def mail():
    wait("x")

@bus.on("placed")
async def note(): ...

@app.get("/")
async def read():
    await bus.publish("placed")
""",
    "a decorator that is a class, which uses threads": """
class threaded:
    def __init__(self, function):
        self.function = function

    async def __call__(self, *args):
        return await asyncio.to_thread(self.function, *args)

@threaded
def load():
    return wait("x")

@app.get("/")
async def read():
    return await load()
""",
    "a decorator that makes an object, which calls the function": """
class Counted:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args)

def counted(function):
    return Counted(function)

@counted
def load():
    return wait("x")

@app.get("/")
async def read():
    return load()
""",
    "a descriptor that hands the method to a thread": """
class threaded:
    def __init__(self, function):
        self.function = function

    def __get__(self, owner, cls):
        bound = self.function.__get__(owner, cls)
        async def run():
            return await asyncio.to_thread(bound)
        return run

class Store:
    @threaded
    def load(self):
        return wait("x")

@app.get("/")
async def read():
    return await Store().load()
""",
    "a partial of run_in_threadpool in the function's place": """
def threaded(function):
    return functools.wraps(function)(functools.partial(run_in_threadpool, function))

@threaded
def load():
    return wait("x")

@app.get("/")
async def read():
    return await load()
""",
    "one of several functions that singledispatch chooses": """
@functools.singledispatch
def written(value):
    return wait("x")

@written.register
def _(value: int):
    return value

@app.get("/")
async def read():
    return written(1)

@app.post("/")
def create():
    return written("x")
""",
    "a factory of a field that is given": """
def new():
    return wait("x")

@dataclass
class Job:
    name: str = field(default_factory=new)

@app.get("/")
async def read():
    return Job("x").name

@app.post("/")
def create():
    return Job().name
""",
    "a flag of the module that nothing sets": """
AUDIT = False
MODE = "plain"

@app.get("/")
async def read():
    if AUDIT or MODE == "slow":
        wait("x")
    return AUDIT and wait("y")
""",
    "a flag of the module that a function sets": """
AUDIT = False

def configure():
    global AUDIT
    AUDIT = True

@app.get("/")
async def read():
    configure()
    if AUDIT:
        wait("x")
""",
    "a flag of a class that nothing sets": """
class Features:
    AUDIT = False

class Store:
    is_slow = True

    def load(self):
        return wait("x") if self.is_slow else "y"

class Quick(Store):
    is_slow = False

store = Quick()

@app.get("/")
async def read():
    if Features.AUDIT:
        wait("x")
    return store.load()
""",
    "a flag of a class that a request sets": """
class Features:
    AUDIT = False

@app.get("/")
async def read():
    Features.AUDIT = True
    if Features.AUDIT:
        wait("x")
""",
    "an option that an object was made without": """
class Allowed:
    def __init__(self, strict=False):
        self.strict = strict

    async def __call__(self):
        if not self.strict:
            return "x"
        return wait("x")

@app.get("/")
async def read(given: Annotated[str, Depends(Allowed())]):
    return given
""",
    "an option that an object was made with": """
class Allowed:
    def __init__(self, strict=False):
        self.strict = strict

    async def __call__(self):
        if not self.strict:
            return "x"
        return wait("x")

@app.get("/")
async def read(given: Annotated[str, Depends(Allowed(strict=True))]):
    return given
""",
    "an option of an object that is set later": """
class Client:
    def __init__(self):
        self.is_online = False

    def load(self):
        if self.is_online:
            return wait("x")

client = Client()

@app.get("/")
async def read():
    client.is_online = True
    return client.load()
""",
    "a method of one member of an enumeration": """
class Kind(Enum):
    QUICK = "quick"
    SLOW = "slow"

    def load(self):
        return "x" if self is Kind.QUICK else wait("x")

@app.get("/")
async def read():
    return Kind.QUICK.load()

@app.post("/")
def create():
    return Kind.SLOW.load()
""",
    "a branch that is switched off where it stands": """
@app.get("/")
async def read():
    if False:
        wait("x")
    while 0:
        wait("y")
    return None and wait("z")
""",
    "what another Python or another system would run": """
if sys.version_info >= (3, 9):
    async def offloaded(function, *args):
        return await asyncio.to_thread(function, *args)
else:
    async def offloaded(function, *args):
        return function(*args)

if sys.platform == "win32":
    def flush():
        wait("x")
else:
    def flush(): ...

@app.get("/")
async def read():
    if sys.version_info < (3, 7):
        wait("y")
    flush()
    return await offloaded(wait, "z")
""",
    "what a dependency gives instead of what is declared": """
class Store:
    def load(self):
        return wait("x")

class Quick(Store):
    def load(self):
        return "x"

def create(is_test):
    store: Store = Quick() if is_test else Store()

    def get_store() -> Store:
        return store

    @app.get("/")
    async def read(store: Annotated[Store, Depends(get_store)]):
        return store.load()

    @app.post("/")
    async def write(store: Annotated[Store, Depends(Quick)]):
        return store.load()

create(True)
""",
    "a coroutine that another loop runs": """
class Runner:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def submit(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

runner = Runner()

async def load():
    return wait("x")

@app.get("/")
async def read():
    return await asyncio.wrap_future(runner.submit(load()))
""",
    "a coroutine that a function awaits": """
async def within(coroutine):
    return await asyncio.wait_for(coroutine, 5)

async def load():
    return wait("x")

@app.get("/")
async def read():
    return await within(load())
""",
    "hooks and credentials of a client that the module made": """
async def count(request):
    wait("x")

client = httpx.AsyncClient(
    event_hooks={"request": [count]},
    transport=httpx.MockTransport(lambda request: httpx.Response(200)),
)

@app.get("/")
async def read():
    return (await client.get("http://x")).text
""",
    "hooks of a client that nobody asks": """
async def count(request):
    wait("x")

client = httpx.AsyncClient(event_hooks={"request": [count]})

@app.get("/")
async def read():
    return client.is_closed
""",
    "what middleware gives the app to send with": """
class Pass:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def counted(message):
            wait("x")
            await send(message)

        await self.app(scope, receive, counted)

app.add_middleware(Pass)

@app.get("/")
def read(): ...
""",
    "a validator of a model that a handler makes": """
class Item(BaseModel):
    name: str = "x"
    key: str = ""

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item(name="x").name
""",
    "a validator of a field that is not given": """
class Item(BaseModel):
    name: str = "x"
    key: str = ""

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item(key="x").name
""",
    "the key of a list that is sorted": """
def rank(name):
    return wait(name)

@app.get("/")
async def read():
    names = ["y", "x"]
    names.sort(key=rank)
    return names
""",
    "what an object of this request keeps": """
class Page:
    @functools.cached_property
    def text(self):
        return wait("x")

@app.get("/")
async def read():
    page = Page()
    return page.text + page.text
""",
    "subscribers by the class of an event": """
class Placed: ...

class Dropped: ...

subscribers = defaultdict(list)

def on(event):
    def kept(function):
        subscribers[event].append(function)
        return function
    return kept

@on(Placed)
def mail():
    wait("x")

@on(Dropped)
def note(): ...

@app.get("/")
async def read():
    for each in subscribers[Placed]:
        each()
""",
    "subscribers by the class of another event": """
class Placed: ...

class Dropped: ...

subscribers = defaultdict(list)

def on(event):
    def kept(function):
        subscribers[event].append(function)
        return function
    return kept

@on(Placed)
def mail():
    wait("x")

@on(Dropped)
def note(): ...

@app.get("/")
async def read():
    for each in subscribers[Dropped]:
        each()
""",
    "options of objects that a loop goes through": """
class Check:
    def __init__(self, strict):
        self.strict = strict

    def run(self):
        if self.strict:
            wait("x")

CHECKS = [Check(False), Check(True)]

@app.get("/")
async def read():
    for each in CHECKS:
        each.run()
""",
    "a flag that says whether something is installed": """
try:
    import accelerated_and_not_there
    FAST = True
except ImportError:
    FAST = False

@app.get("/")
async def read():
    if not FAST:
        wait("x")
""",
    "a flag that is worked out": """
SLOW = "socket" not in sys.modules["fastapi"].__dict__

@app.get("/")
async def read():
    if SLOW:
        wait("x")
""",
    "what is missing each time": """
FOUND = {}

def get(name):
    try:
        return FOUND[name]
    except KeyError:
        return wait(name)

@app.get("/")
async def read():
    return get("x")
""",
    "what is kept once it was missing, and was there": """
FOUND = {"x": "x"}

def get(name):
    try:
        return FOUND[name]
    except KeyError:
        FOUND[name] = wait(name)
        return FOUND[name]

@app.get("/")
async def read():
    return get("x")
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
    "a serializer of what a def handler answers": """
class Item(BaseModel):
    name: str

    @field_serializer("name")
    def written(self, name):
        return wait(name)

@app.get("/", response_model=list[Item])
def read():
    return [Item(name="x")]
""",
    "a computed field of what a handler answers": """
class Owner(BaseModel):
    @computed_field
    @property
    def name(self) -> str:
        return wait("x")

class Item(BaseModel):
    owner: Owner

@app.get("/")
async def read() -> Item:
    return Item(owner=Owner())
""",
    "a model that writes itself out": """
class Item(BaseModel):
    name: str

    @model_serializer
    def written(self):
        return {"name": wait(self.name)}

@app.get("/")
def read() -> Item:
    return Item(name="x")
""",
    "a serializer of what is sent as it is": """
class Item(BaseModel):
    name: str

    @field_serializer("name")
    def written(self, name):
        return wait(name)

@app.get("/", response_model=Item)
def read():
    return Response("x")
""",
    "a computed field that is left out": """
class Item(BaseModel):
    @computed_field
    @property
    def name(self) -> str:
        return wait("x")

@app.get("/", response_model_exclude={"name"})
def read() -> Item:
    return Item()
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
    "a WebSocket handler": """
@app.websocket("/")
async def follow(websocket: WebSocket):
    await websocket.accept()
    wait("x")
""",
    "a def dependency of a WebSocket handler": """
def give():
    return wait("x")

@app.websocket("/")
async def follow(websocket: WebSocket, given: Annotated[str, Depends(give)]):
    await websocket.accept()
""",
    "a middleware class": """
class Pass(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        wait("x")
        return await call_next(request)

app.add_middleware(Pass)

@app.get("/")
def read(): ...
""",
    "the second half of an async dependency": """
async def give():
    yield "x"
    wait("x")

@app.get("/")
def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "the second half of a def dependency": """
def give():
    yield "x"
    wait("x")

@app.get("/")
async def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "the __init__ of a class that is a dependency": """
class Page:
    def __init__(self, name: str = "x"):
        self.name = wait(name)

@app.get("/")
async def read(page: Annotated[Page, Depends()]):
    return page.name
""",
    "given to asyncio.to_thread": """
@app.get("/")
async def read():
    return await asyncio.to_thread(wait, "x")
""",
    "given to anyio": """
@app.get("/")
async def read():
    return await anyio.to_thread.run_sync(wait, "x")
""",
    "given to an executor": """
pool = ThreadPoolExecutor(1)

@app.get("/")
async def read():
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, functools.partial(wait, "x"))
    return await asyncio.wrap_future(pool.submit(wait, "x"))
""",
    "called for the argument of to_thread": """
def load():
    return wait("x")

@app.get("/")
async def read():
    return await asyncio.to_thread(str, load())
""",
    "an operator, a test and a subscript": """
class Store:
    def __getitem__(self, key):
        return wait(key)

@app.get("/")
async def read():
    return Store()["x"]
""",
    "a reflected operator": """
class Store:
    def __radd__(self, other):
        return wait("x")

@app.get("/")
async def read():
    return 1 + Store()
""",
    "the other side of a comparison": """
class Store:
    def __lt__(self, other):
        return wait("x")

@app.get("/")
async def read():
    return bool(3 > Store())
""",
    "a test of what has a length": """
class Store:
    def __len__(self):
        return len(wait("x"))

@app.get("/")
async def read():
    return "full" if Store() else "empty"
""",
    "what middleware left for the request": """
class Store:
    def load(self):
        return wait("x")

@app.middleware("http")
async def bring(request: Request, call_next):
    request.state.store = Store()
    return await call_next(request)

@app.get("/")
async def read(request: Request):
    return request.state.store.load()
""",
    "what the lifespan left for the request": """
class Store:
    def load(self):
        return wait("x")

@asynccontextmanager
async def lifespan(app: FastAPI):
    yield {"store": Store()}

app = FastAPI(lifespan=lifespan)

@app.get("/")
async def read(request: Request):
    return request.state.store.load()
""",
    "a registry": """
def text(name):
    return wait(name)

def image(name):
    return [wait(name)]

LOADERS = {"x": text, "y": image}

@app.get("/")
async def read(name: str):
    return LOADERS[name](name)
""",
    "a body that makes itself": """
class Named(BaseModel):
    name: str

    def __init__(self, **data):
        super().__init__(name=wait(data["name"]))

class Item(Named):
    pass

@app.post("/")
def create(item: Item):
    return item.name
""",
    "one of a registry, others of which wait for nothing": """
def text(name):
    return wait(name)

def image(name):
    return name

LOADERS = {"x": text, "y": image}

@app.get("/")
async def read(name: str):
    return LOADERS[name](name)
""",
    "an abstract method of which another implementation waits for nothing": """
class Store(ABC):
    @abstractmethod
    def load(self): ...

class Local(Store):
    def load(self):
        return wait("x")

class Memory(Store):
    def load(self):
        return "x"

STORES: dict[str, Store] = {}
STORES.update(x=Local(), y=Memory())

def get_store(name: str) -> Store:
    return STORES[name]

@app.get("/")
async def read(store: Annotated[Store, Depends(get_store)]):
    return store.load()
""",
    "a list of callbacks": """
HOOKS = []

def hook(function):
    HOOKS.append(function)
    return function

@hook
def first(): ...

@hook
def second():
    wait("x")

@app.get("/")
async def read():
    for each in HOOKS:
        each()
""",
    "an abstract method": """
class Store(ABC):
    @abstractmethod
    def load(self): ...

class Local(Store):
    def load(self):
        return wait("x")

class Remote(Store):
    def load(self):
        return [wait("x")]

STORES: dict[str, Store] = {}
STORES["x"] = Local()

def get_store(name: str) -> Store:
    return STORES[name]

@app.get("/")
async def read(store: Annotated[Store, Depends(get_store)]):
    return store.load()
""",
    "the backend of an authentication middleware": """
class Known(AuthenticationBackend):
    async def authenticate(self, conn):
        if wait("x"):
            return AuthCredentials(["authenticated"]), SimpleUser("x")

app.add_middleware(AuthenticationMiddleware, backend=Known())

@app.get("/")
def read(): ...
""",
    "a backend that hands it to a thread": """
class Known(AuthenticationBackend):
    async def authenticate(self, conn):
        await run_in_threadpool(wait, "x")

app = FastAPI(middleware=[Middleware(AuthenticationMiddleware, backend=Known())])

@app.get("/")
async def read(): ...
""",
    "what a route class runs": """
class Counted(APIRoute):
    def get_route_handler(self):
        handle = super().get_route_handler()

        async def counted(request: Request):
            wait("x")
            return await handle(request)

        return counted

app.router.route_class = Counted

@app.get("/")
def read(): ...
""",
    "what a router's route class runs": """
class Counted(APIRoute):
    def get_route_handler(self):
        handle = super().get_route_handler()

        async def counted(request: Request):
            wait("x")
            return await handle(request)

        return counted

router = APIRouter(route_class=Counted)

@router.get("/")
def read(): ...

app.include_router(router)
""",
    "a route class that asks for what the path does not hold": """
class Counted(APIRoute):
    def get_route_handler(self):
        handle = super().get_route_handler()

        async def counted(request: Request):
            name = request.path_params.get("name")
            if name is not None:
                wait(name)
            return await handle(request)

        return counted

app.router.route_class = Counted

@app.get("/")
def read(): ...
""",
    "a dependency that asks whether the path lacks something": """
async def give(request: Request):
    if "name" not in request.path_params:
        wait("x")

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "middleware that asks for what is not there yet": """
class Pass:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope.get("path_params", {}).get("name") is None:
            wait("x")
        await self.app(scope, receive, send)

app.add_middleware(Pass)

@app.get("/")
def read(): ...
""",
    "a validator behind model_validate": """
class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item.model_validate({"name": "x"}).name
""",
    "a validator behind model_validate_json": """
class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item.model_validate_json('{"name": "x"}').name
""",
    "model_construct, which checks nothing": """
class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item.model_construct(name="x").name
""",
    "a validator behind a TypeAdapter": """
class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

items = TypeAdapter(list[Item])

@app.get("/")
async def read():
    return items.validate_python([{"name": "x"}])[0].name
""",
    "a validator of a model within the one that is validated": """
class Part(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

class Item(BaseModel):
    part: Part

@app.get("/")
async def read():
    return Item.model_validate({"part": {"name": "x"}}).part.name
""",
    "a validator of the whole model behind model_validate": """
class Item(BaseModel):
    name: str

    @model_validator(mode="after")
    def check(self):
        wait(self.name)
        return self

@app.get("/")
async def read():
    return Item.model_validate({"name": "x"}).name
""",
    "a validator in the annotation of a field that is given": """
def check(name):
    return wait(name)

class Item(BaseModel):
    name: Annotated[str, AfterValidator(check)]

@app.get("/")
async def read():
    return Item(name="x").name
""",
    "an object that is awaited": """
class Job:
    def __await__(self):
        wait("x")
        yield from asyncio.sleep(0).__await__()

@app.get("/")
async def read():
    await Job()
""",
    "a callback of a task": """
async def job(): ...

def done(task):
    wait("x")

@app.get("/")
async def read():
    task = asyncio.create_task(job())
    task.add_done_callback(done)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
""",
    "a lambda that is the callback of a task": """
async def job(): ...

@app.get("/")
async def read():
    task = asyncio.create_task(job())
    task.add_done_callback(lambda t: wait("x"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
""",
    "a method that the loop calls soon": """
class Store:
    def load(self):
        wait("x")

store = Store()

@app.get("/")
async def read():
    asyncio.get_event_loop().call_soon(store.load)
    await asyncio.sleep(0)
""",
    "an object that is the default of a parameter": """
class Client:
    def load(self):
        return wait("x")

def fetch(client=Client()):
    return client.load()

@app.get("/")
async def read():
    return fetch()
""",
    "an object that __init__ has as a default": """
class Client:
    def load(self):
        return wait("x")

class Service:
    def __init__(self, client=Client()):
        self.client = client

    def fetch(self):
        return self.client.load()

@app.get("/")
async def read():
    return Service().fetch()
""",
    "a validator behind model_validate, of an object that is there": """
class Item(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check(cls, name):
        wait(name)
        return name

@app.get("/")
async def read():
    item = Item.model_construct(name="x")
    return Item.model_validate(item).name
""",
    "an object that is given instead of the default": """
class Quick:
    def load(self):
        return "x"

class Client:
    def load(self):
        return wait("x")

def fetch(client=Client()):
    return client.load()

@app.get("/")
async def read():
    return fetch(Quick())
""",
    "what an object keeps that a dependency makes": """
class Store:
    @functools.cached_property
    def rows(self):
        return wait("x")

    def first(self):
        return self.rows[0]

def give():
    return Store()

@app.get("/")
async def read(store: Annotated[Store, Depends(give)]):
    return store.first()
""",
    "what an object keeps that a body makes": """
class Item(BaseModel):
    name: str

    @functools.cached_property
    def price(self):
        return wait(self.name)

@app.post("/")
async def create(item: Item):
    return item.price
""",
    "what a thread hands back to the loop": """
def load(name):
    return [wait(name)]

def work():
    return anyio.from_thread.run_sync(load, "x")

@app.get("/")
async def read():
    return await run_in_threadpool(work)
""",
    "a coroutine that a def handler hands back to the loop": """
async def load(name):
    return wait(name)

@app.get("/")
def read():
    return anyio.from_thread.run(functools.partial(load, "x"))
""",
    "what a thread hands back, and a thread again": """
async def load(name):
    return await anyio.to_thread.run_sync(wait, name)

@app.get("/")
def read():
    return anyio.from_thread.run(load, "x")
""",
    "a dependency that loads only what the path names": """
async def give(request: Request):
    return wait("x") if request.path_params.get("name") else None

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "a dependency that loads unless the path names something": """
async def give(request: Request):
    return "name" in request.path_params or wait("x")

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "a dependency that leaves it to another function what the path holds": """
def name_of(request):
    return request.path_params.get("name")

async def give(request: Request):
    if name_of(request):
        wait("x")

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "a dependency that catches what the path lacks": """
async def give(request: Request):
    try:
        name = request.path_params["name"]
    except KeyError:
        return
    wait(name)

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "a dependency that waits where the path lacks something": """
async def give(request: Request):
    try:
        name = request.path_params["name"]
    except KeyError:
        wait("x")

@app.get("/", dependencies=[Depends(give)])
def read(): ...
""",
    "a validator of a field that is left to its default": """
class Item(BaseModel):
    id: int
    name: str = "x"

    @field_validator("name")
    @classmethod
    def check(cls, name):
        return wait(name)

@app.get("/")
async def read():
    return Item.model_validate({"id": 1}).name
""",
    "a partial": """
get = functools.partial(wait, "x")

@app.get("/")
async def read():
    return get()
""",
    "a partial that is handed to a thread": """
@app.get("/")
async def read():
    get = functools.partial(wait, "x")
    return await run_in_threadpool(get)
""",
    "what is called for each item": """
@app.get("/")
async def read():
    return list(map(wait, ["x"]))
""",
    "what tells the order of items": """
@app.get("/")
async def read():
    return sorted(["x"], key=wait)
""",
    "what the loop is given to call": """
@app.get("/")
async def read():
    asyncio.get_running_loop().call_soon(wait, "x")
    await asyncio.sleep(0)
""",
    "a task group that is given a thread's work": """
@app.get("/")
async def read():
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, wait, "x")
""",
    "a partial that is the default of a parameter": """
def fetch(get=functools.partial(wait, "x")):
    return get()

@app.get("/")
async def read():
    return fetch()
""",
    "what an object keeps that is made of another one": """
class Store:
    def __init__(self, name):
        self.name = name

    @functools.cached_property
    def rows(self):
        return wait(self.name)

class Service:
    def __init__(self, store):
        self.store = store

    def list(self):
        return self.store.rows

def give():
    return Service(Store("x"))

@app.get("/")
async def read(service: Annotated[Service, Depends(give)]):
    return service.list()
""",
    "what a decorated method calls of its object": """
def told(kind):
    def decorate(function):
        @functools.wraps(function)
        def around(*args, **kwargs):
            return function(*args, **kwargs)

        return around

    return decorate

class Store:
    @told("x")
    def load(self):
        return self.fetch()

    def fetch(self):
        return wait("x")

@app.get("/")
async def read():
    return Store().load()
""",
    "what a decorated method of a base calls of the object": """
def told(kind):
    def decorate(function):
        @functools.wraps(function)
        def around(*args, **kwargs):
            return function(*args, **kwargs)

        return around

    return decorate

class Counting:
    @told("x")
    def load(self):
        return self.fetch()

class Store(Counting):
    def fetch(self):
        return wait("x")

@app.get("/")
async def read():
    return Store().load()
""",
    "an object that middleware is given to call": """
class Scoping:
    async def __call__(self, request, call_next):
        wait("x")
        return await call_next(request)

scoping = Scoping()
app.add_middleware(BaseHTTPMiddleware, dispatch=scoping)

@app.get("/")
async def read():
    return "x"
""",
    "what the object that a middleware class is given does": """
class Counting:
    async def __call__(self, scope):
        wait("x")

class Around:
    def __init__(self, app, dispatch=None):
        self.app = app
        self.dispatch = dispatch

    async def __call__(self, scope, receive, send):
        if self.dispatch is not None and scope["type"] == "http":
            await self.dispatch(scope)
        await self.app(scope, receive, send)

app.add_middleware(Around, dispatch=Counting())

@app.get("/")
async def read():
    return "x"
""",
    "the transport of a client": """
import httpx

class Counted(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request):
        wait("x")
        return httpx.Response(200)

@app.get("/")
async def read():
    async with httpx.AsyncClient(transport=Counted()) as client:
        await client.get("http://localhost/")
""",
    "one of two classes": """
class Quick:
    def load(self):
        return "x"

class Slow(Quick):
    def load(self):
        return wait("x")

@app.get("/")
async def read(slow: bool = True):
    chosen = Slow if slow else Quick
    return chosen().load()
""",
    "a switch that is off": """
def load(name, *, later: bool = False):
    if later:
        return name
    return wait(name)

@app.get("/")
async def read():
    return load("x", later=True)
""",
    "a switch that is off in an object": """
class Index:
    def __init__(self, name, built=True):
        if not built:
            self.name = name
        else:
            self.build(name)

    def build(self, name):
        self.name = wait(name)

@app.get("/")
async def read():
    return Index("x", built=False).name
""",
    "a switch that is on": """
def load(name, *, later: bool = True):
    if not later:
        return wait(name)

def load_now(name, now):
    return load(name, later=not now) or load(name, later=False)

@app.get("/")
async def read():
    return load_now("x", True)
""",
    "a task": """
async def work():
    wait("x")

@app.get("/")
async def read():
    await asyncio.gather(asyncio.create_task(work()))
""",
    "what a background task is given": """
class Loader:
    def load(self):
        wait("x")

async def work(loader, again=False):
    loader.load()

@app.get("/")
def read(tasks: BackgroundTasks):
    tasks.add_task(work, loader=Loader())
""",
    "a background task that is given nothing to wait for": """
async def work(loader=None):
    if loader is not None:
        wait("x")

@app.get("/")
def read(tasks: BackgroundTasks):
    tasks.add_task(work)
""",
    "what a call makes a context manager": """
class Loader:
    def load(self):
        wait("x")

async def give():
    yield Loader()

@app.get("/")
async def read():
    async with asynccontextmanager(give)() as loader:
        loader.load()
""",
    "an object that a function has left on itself": """
class Loader:
    def load(self):
        wait("x")

def loader():
    if not hasattr(loader, "one"):
        loader.one = Loader()
    return loader.one

@app.get("/")
async def read():
    loader().load()
""",
}

SETTINGS = Settings(select=("FLT101",), blocking_calls=(BlockingCall(call="sinks.wait"),))

AROUND = {
    "a lifespan": """
@asynccontextmanager
async def lifespan(app: FastAPI):
    wait("x")
    yield
    wait("x")

app = FastAPI(lifespan=lifespan)
""",
    "a handler of start-up": """
@app.on_event("startup")
async def start():
    wait("x")
""",
    "a def handler of start-up": """
@app.on_event("startup")
def start():
    wait("x")
""",
    "a def handler of shutdown": """
@app.on_event("shutdown")
def stop():
    wait("x")
""",
    "start-up that hands it to a thread": """
@asynccontextmanager
async def lifespan(app: FastAPI):
    await run_in_threadpool(wait, "x")
    yield

app = FastAPI(lifespan=lifespan)
""",
}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_said_is_what_happens(name: str, tmp_path: Path) -> None:
    files = {"sinks.py": SINK, "main.py": HEAD + ENTRIES[name]}
    said = check_texts(files, SETTINGS)
    assert said.errors == ()
    assert bool(said.findings) is ("loop" in where_it_ran(files, tmp_path))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", AROUND)
def test_what_is_said_of_start_up_is_what_happens(name: str, tmp_path: Path) -> None:
    files = {"sinks.py": SINK, "main.py": HEAD + AROUND[name]}
    said = check_texts(files, msgspec.structs.replace(SETTINGS, select=("FLT106",)))
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
    "the dependency becomes a def": """
async def give():
    yield wait("x")

@app.get("/")
async def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "the dependency becomes a def, and what it awaits": """
async def load(name):
    return wait(name)

async def give():
    return [await load("x")]

@app.get("/")
async def read(given: Annotated[str, Depends(give)]):
    return given
""",
    "the background task becomes a def": """
async def later():
    wait("x")

@app.get("/")
async def read(tasks: BackgroundTasks):
    tasks.add_task(later)
""",
    "the call of a WebSocket handler goes to a thread": """
@app.websocket("/")
async def follow(websocket: WebSocket):
    await websocket.accept()
    wait("x")
""",
    "the call of a middleware goes to a thread": """
@app.middleware("http")
async def pass_on(request: Request, call_next):
    wait("x")
    return await call_next(request)

@app.get("/")
def read(): ...
""",
    "the call of an exception handler goes to a thread": """
@app.exception_handler(KeyError)
async def on_error(request: Request, error: Exception):
    wait("x")
    return Response()

@app.get("/")
def read():
    raise KeyError
""",
    "the call of a stream goes to a thread": """
async def rows():
    yield wait("x")

@app.get("/")
def read():
    return StreamingResponse(rows())
""",
    "the calls of what leads there go to a thread": """
def load(name):
    return wait(name)

@app.get("/")
async def read(request: Request):
    await request.body()
    return load("x")

@app.post("/")
async def create(request: Request):
    await request.body()
    return load("y")
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


@pytest.mark.parametrize(("code", "kind"), [("FLT101", "network"), ("FLT102", "database")])
@pytest.mark.parametrize("name", MENDED)
def test_what_is_mended_leaves_the_loop(name: str, code: str, kind: str, tmp_path: Path) -> None:
    files = {"sinks.py": SINK, "main.py": HEAD + MENDED[name]}
    assert where_it_ran(files, tmp_path) == {"loop"}
    calls = (BlockingCall(call="sinks.wait", kind=kind),)
    fixed = fix_texts(files, Settings(select=(code,), blocking_calls=calls), unsafe=True)
    assert fixed.outcome.findings == ()
    assert where_it_ran({**files, **fixed.files}, tmp_path) == {"thread"}


@pytest.mark.parametrize("name", MENDED)
def test_requests_no_longer_wait_for_each_other(name: str, tmp_path: Path) -> None:
    text = HEAD + MENDED[name]
    files = {"sinks.py": MEETING.replace("PATIENCE", "0.05"), "main.py": text}
    assert where_it_ran(files, tmp_path, at_once=2) == {"alone"}
    fixed = fix_texts(files, SETTINGS, unsafe=True).files
    files = {"sinks.py": MEETING.replace("PATIENCE", "30"), "main.py": text, **fixed}
    assert where_it_ran(files, tmp_path, at_once=2) == {"met"}


def where_it_ran(files: Mapping[str, str], folder: Path, at_once: int = 1) -> set[str]:
    """What the sink has seen while the app served requests, ``at_once`` of them at a time.

    ``loop`` or ``thread``, or both: where it was called.
    """
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    with imported(folder) as modules:
        asyncio.run(served(modules["main"].app, at_once))  # type: ignore[attr-defined]
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


async def served(app: object, at_once: int) -> None:
    """Send the app a GET and, where it has such routes, a POST and a WebSocket's first words.

    Each is sent ``at_once`` times. Before that the app starts, and afterwards it stops.
    """
    state: dict[str, object] = {}
    life = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": state}
    started, stopping = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, object]:
        if started.is_set():
            await stopping.wait()
            return {"type": "lifespan.shutdown"}
        return {"type": "lifespan.startup"}

    async def send(message: dict[str, object]) -> None:
        assert message["type"] != "lifespan.startup.failed", message
        started.set()

    living = asyncio.create_task(app(life, receive, send))  # type: ignore[operator]
    await started.wait()
    socket = {**scope("GET"), "type": "websocket", "subprotocols": []}
    for given, first in (
        (scope("GET"), {"type": "http.request", "body": b""}),
        (scope("POST"), {"type": "http.request", "body": b'{"name": "x"}'}),
        (socket, {"type": "websocket.connect"}),
    ):
        asked = [{**given, "state": dict(state)} for _ in range(at_once)]
        await asyncio.gather(*(app(each, receiving(first), sending) for each in asked))  # type: ignore[operator]
    stopping.set()
    await living


def scope(method: str) -> dict[str, object]:
    """A request as a server hands it on."""
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": "/", "raw_path": b"/",
        "query_string": b"name=x", "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def receiving(first: dict[str, object]) -> object:
    """What the app receives: a message, and then that the client has gone."""
    messages: Iterator[dict[str, object]] = iter([first])
    gone: dict[str, object] = {"type": str(first["type"]).split(".")[0] + ".disconnect"}

    async def receive() -> dict[str, object]:
        return next(messages, gone)

    return receive


async def sending(message: dict[str, object]) -> None:
    """What the app sends is of no interest."""
