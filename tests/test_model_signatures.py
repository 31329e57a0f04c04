"""What FastAPI asks a request for, by name and with which conditions. FastAPI itself judges."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import modelcases
import oracle
import pytest
from fastapi.routing import APIRoute

from fastlint.model.following.values import Const, DependsMarker, Unknown, Value
from fastlint.model.serving.parameters import Param, is_required
from fastlint.model.serving.routing import Route

HEAD = """\
import datetime, enum, ipaddress, pathlib, uuid
from collections import deque, namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial, wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, Generic, List, Literal, NamedTuple, NewType, Optional, TypeVar
from typing import Union
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from fastapi import (
    APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query, Request, UploadFile
)
from pydantic import (
    AnyUrl, BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, RootModel, SecretStr,
    StringConstraints, conint, conlist, constr
)
from pydantic.alias_generators import to_camel

class Item(BaseModel):
    name: str

class Wide(Item):
    size: int = 1

@dataclass
class Point:
    x: int

class Deep(Point): ...

class Colour(str, enum.Enum):
    RED = "red"

class Number(enum.IntEnum):
    ONE = 1

class Pair(NamedTuple):
    a: int

class Names(list[str]): ...
class Root(RootModel[list[int]]): ...
class Text(str): ...
UserId = NewType("UserId", int)
T = TypeVar("T")
class Box(BaseModel, Generic[T]):
    inside: T
app = FastAPI()
"""


class Asked(NamedTuple):
    """A value that FastAPI asks the request for."""

    source: str
    alias: str
    required: bool
    default: object
    constraints: tuple[tuple[str, object], ...]


# --- where a parameter is read from, and how ------------------------------------------------

TYPES = (
    "int", "str", "bytes", "bool", "float", "Any", "object", "Item", "Wide", "Point", "Deep",
    "Colour", "Number", "Names", "Root", "Text", "UserId", "datetime.date", "datetime.datetime",
    "uuid.UUID", "Decimal", "pathlib.Path", "ipaddress.IPv4Address", "AnyUrl", "SecretStr",
    "NonNegativeInt", "conint(ge=1)", "constr(min_length=2)", "conlist(int,min_length=2)",
    "Box[int]", "UploadFile", "Literal['a','b']", "list", "tuple", "dict", "list[int]",
    "List[Item]", "set[str]", "frozenset[int]", "tuple[int,...]", "dict[str,int]",
    "Mapping[str,int]", "Sequence[str]", "deque[int]", "list[UploadFile]", "type[int]", "Pair",
    "Annotated[int,Ge(1)]", "Annotated[str,Field(max_length=3)]",
)  # fmt: skip
SHAPES = ("{}", "{} | None", "Optional[{}]", "list[{}]", "Union[{}, int]", "Annotated[{}, 'note']")
MARKERS = (
    "{}",
    "Annotated[{}, Query()]",
    "Annotated[{}, Header()]",
    "Annotated[{}, Body()]",
    "Annotated[{}, Form()]",
    "Annotated[{}, Cookie(alias='c-o')]",
)


def _combined() -> Iterator[tuple[str, str]]:
    for declared, shape in itertools.product(TYPES, SHAPES):
        yield "/x", f"value_one: {shape.format(declared)}"
    for declared, marker in itertools.product(TYPES, MARKERS[1:]):
        yield "/x", f"value_one: {marker.format(declared)}"
    for declared in TYPES:
        yield "/{value_one}", f"value_one: {declared}"
        yield "/x", f"value_one: {declared} = None"
        yield "/x", f"value_one: {declared} = Query(None)"


def test_generated_parameters_are_read_as_fastapi_reads_them(tmp_path: Path) -> None:
    cases = list(_combined())
    code = [HEAD]
    for number, (path, declared) in enumerate(cases):
        route = path.replace("/x", f"/x{number}").replace("/{", f"/y{number}/{{")
        code.append(f"try:\n    @app.post({route!r})\n    def f{number}({declared}): ...")
        code.append("except Exception: pass")
    real, said = _both("\n".join(code) + "\n", tmp_path)
    assert len(real) > 400  # FastAPI refuses the others
    wrong = []
    for name, asked in real.items():
        if said.get(name) != asked:
            wrong.append(f"{cases[int(name[1:])]}: FastAPI {asked}, said {said.get(name)}")
    assert wrong == []


CONSTRAINTS = {
    "in a marker": "a: Annotated[int, Query(ge=1, lt=9)], b: str = Query('x', max_length=3)",
    "in a path": "a: Annotated[int, Path(gt=0, multiple_of=2)], *, b: float = Path(le=1.5)",
    "of other metadata": "a: Annotated[int, Gt(1), Le(5)], b: Annotated[str, MinLen(2), MaxLen(4)]",
    "beside a marker": "a: Annotated[int, Field(ge=2), Query()], b: Annotated[int, Query(), Lt(3)]",
    "of text": "a: Annotated[str, StringConstraints(min_length=2)], b: str = Header(min_length=1)",
    "of an alias": "a: Annotated[Annotated[int, Ge(1)], Query(le=5)] = 2",
    "aliases": "a_b: str = Header(), c_d: str = Header(alias='e_f'), g_h: int = Query(alias='i-j'),"
    " k_l: str = Header(convert_underscores=False), m_n: int = Query(validation_alias='o')",
    "aliases of cookies and forms": "a: str = Cookie(alias='b'), c: str = Form(alias='d')",
    "defaults": "a: int = 1, b: int = Query(2), c: Annotated[int, Query()] = 3, "
    "d: int = Query(...), e: int = Query(), f: str | None = Header(None), "
    "g: list[str] = Query(['x'])",
    "arguments without a name": "a: int = 1, *args, **kwargs",
    "annotated arguments without a name": "*args: int, **kwargs: str",
}


@pytest.mark.parametrize("signature", CONSTRAINTS.values(), ids=CONSTRAINTS)
def test_conditions_are_those_of_fastapi(signature: str, tmp_path: Path) -> None:
    path = "/{a}/{b}" if "Path(" in signature else "/"
    real, said = _both(f"{HEAD}@app.post({path!r})\ndef read({signature}): ...\n", tmp_path)
    assert real["read"]
    assert said == real


# --- what classes and wrapped functions ask for ----------------------------------------------

DEPENDENCIES = {
    "a model": (
        "M", "class M(BaseModel):\n    a: int\n    b: str = 'x'\n    _c: int = 1\n"
        "    d: int = Field(3, ge=1)\n    e: list[int] = []\n",
    ),
    "a model with markers": (
        "M", "class M(BaseModel):\n    a: int = Query(1, ge=1)\n    b: Annotated[str, Header()]\n"
        "    c: list[str] = Query(['x'])\n    d: str = Query(...)\n    e: int = Query()\n",
    ),
    "a model with aliases": (
        "M", "class M(BaseModel):\n    a: int = Field(1, alias='x')\n"
        "    b: int = Field(alias='y-z')\n    c: int = Field(validation_alias='w')\n",
    ),
    "a model with generated aliases": (
        "M", "class B(BaseModel):\n    model_config = ConfigDict(alias_generator=to_camel)\n"
        "class M(B):\n    per_page: int = 1\n    order_by: str = Field('x', alias='sort')\n",
    ),
    "a model with its own generator": (
        "M", "def short(name): return name.replace('_', '')\nclass M(BaseModel):\n"
        "    model_config = {'alias_generator': short}\n    per_page: int = 1\n",
    ),
    "a model that inherits": ("M", "class M(Wide):\n    name: int = 1\n    more: bool = True\n"),
    "a model with its own __init__": (
        "M", "class M(BaseModel):\n    a: int\n    def __init__(self, b: int, **data):\n"
        "        super().__init__(**data)\n",
    ),
    "a dataclass": (
        "M", "@dataclass\nclass M(Point):\n    a: str = Query('x', max_length=3)\n"
        "    b: int = field(default=2)\n    c: int = field(default=1, init=False)\n"
        "    d: Annotated[str, Header()] = ''\n",
    ),
    "a class that inherits from a dataclass": ("M", "class M(Point):\n    y: int = 2\n"),
    "a named tuple": ("Pair", ""),
    "a class with __init__": (
        "M", "class B:\n    def __init__(self, a: int, x_y: str = Header('')): ...\n"
        "class M(B):\n    q: int = 1\n",
    ),
    "a class with nothing": ("M", "class M:\n    a: int = 1\n"),
    "an object": (
        "M(1)", "class M:\n    def __init__(self, a: int): ...\n"
        "    def __call__(self, b: str, c: int = Query(2, le=3)): ...\n",
    ),
    "a partial": (
        "partial(f, 1, c=3)", "def f(a: int, b: int, c: int, d: int = 4): ...\n",
    ),
    "a partial of a dependency": (
        "partial(f, b=1, c=2)",
        "def g(q: int): ...\n"
        "def f(a: int, b: int = Depends(g), c: Annotated[int, Depends(g)] = 1): ...\n",
    ),
    "a lambda": ("lambda a, b=1: a", ""),
    "a wrapped function": (
        "f", "def log(g):\n    @wraps(g)\n    async def h(*a, **k): return g(*a, **k)\n"
        "    return h\n@log\ndef f(a: int, b: str = Header('')): ...\n",
    ),
    "a decorated function that is not said to wrap": (
        "f", "def log(g):\n    def h(*args, **kwargs): return g(*args, **kwargs)\n    return h\n"
        "@log\ndef f(a: int): ...\n",
    ),
    "a signature that is put in place": (
        "f", "def f(*args): ...\n"
        "f.__signature__ = signature(f).replace(parameters=[\n"
        "    Parameter('a', Parameter.KEYWORD_ONLY, annotation=int),\n"
        "    Parameter('b', Parameter.KEYWORD_ONLY, default=2),\n])\n",
    ),
    "a signature made anew": (
        "f", "def f(*args): ...\nf.__signature__ = Signature([\n"
        "    Parameter(name='a', kind=Parameter.KEYWORD_ONLY, default=Header(''), annotation=str)\n"
        "])\n",
    ),
    "the signature of a class": (
        "make(Wide)", "def make(cls):\n    def build(*args, **kwargs): return cls(**kwargs)\n"
        "    build.__signature__ = signature(cls)\n    return build\n",
    ),
    "a parameter that is changed": (
        "f", "def f(a: int, b: str = ''): ...\nfirst, *rest = signature(f).parameters.values()\n"
        "f.__signature__ = Signature([first.replace(default=1), *rest])\n",
    ),
    "an annotation that is put in place": (
        "make(int)", "def make(kind):\n    def read(value: T = Query(alias='v')): ...\n"
        "    read.__annotations__['value'] = kind\n    return read\n",
    ),
    "a method with a signature": (
        "M()", "class M:\n    def __call__(self, *args): ...\n"
        "    __call__.__signature__ = Signature([\n"
        "        Parameter('self', Parameter.POSITIONAL_OR_KEYWORD),\n"
        "        Parameter('a', Parameter.POSITIONAL_OR_KEYWORD, annotation=int),\n    ])\n",
    ),
    "a class with a signature": (
        "M", "class M:\n    def __init__(self, **kwargs): ...\n"
        "M.__signature__ = Signature([Parameter('a', Parameter.KEYWORD_ONLY, annotation=int)])\n",
    ),
    "in the names of the path": (
        "f", "def f(item_id: int, other: int): ...\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("dependency", "setup"), DEPENDENCIES.values(), ids=DEPENDENCIES)
def test_a_dependency_asks_for_what_fastapi_says(
    dependency: str, setup: str, tmp_path: Path
) -> None:
    code = (
        f"{HEAD}{setup}\nrouter = APIRouter(dependencies=[Depends({dependency})])\n"
        "@router.post('/{item_id}')\ndef above(): ...\n"
        f"@app.post('/plain')\ndef below(found=Depends({dependency})): ...\n"
        "app.include_router(router, prefix='/x')\n"
    )
    real, said = _both(code, tmp_path)
    assert said == real


WRAPPERS = {
    "async around def": "    @wraps(f)\n    async def g(*a, **k): return f(*a, **k)",
    "def around def": "    @wraps(f)\n    def g(*a, **k): return f(*a, **k)",
    "async that is not said to wrap": "    async def g(*a, **k): return f(*a, **k)",
    "another method of saying so": "    async def g(*a, **k): return f(*a, **k)\n"
    "    g.__wrapped__ = f",
    "update_wrapper": "    async def g(*a, **k): return f(*a, **k)\n    update_wrapper(g, f)",
}


@pytest.mark.parametrize("keyword", ["def", "async def"])
@pytest.mark.parametrize("body", WRAPPERS.values(), ids=WRAPPERS)
def test_a_wrapper_decides_who_is_awaited(body: str, keyword: str, tmp_path: Path) -> None:
    code = (
        f"from functools import update_wrapper\n{HEAD}def outer(f):\n{body}\n    return g\n"
        f"@app.get('/x')\n@outer\n{keyword} read(a: int): ...\n"
    )
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        (real,) = oracle.served(evaluate("main:app"))
    (found,) = modelcases.project(code).routes
    assert found.is_async is real.is_async
    assert found.handler is not None
    assert found.handler.id == real.handler
    assert {(each.name, each.source) for each in found.params} == set(real.params)


HANDLERS = {
    "a partial": "app.get('/x')(partial(read, b=3))",
    "a partial of a partial": "app.get('/x')(partial(partial(read, 1), b=2))",
    "an object": "class Call:\n    async def __call__(self, a: int, b: str = Header('')): ...\n"
    "app.get('/x')(Call())",
    "a wrapper that depends on what it wraps": "app.get('/x')(chosen(read))\n"
    "@app.get('/y')\n@chosen\nasync def other(c: int): ...",
    "a signature without the first parameter": "app.get('/x')(hidden(read))",
    "a cached function": "app.get('/x')(lru_cache(read))",
}
WRAPS = """
from functools import lru_cache
from inspect import iscoroutinefunction
def read(a: int, b: int = 1): ...
def chosen(f):
    if iscoroutinefunction(f):
        @wraps(f)
        async def later(*args, **kwargs): return await f(*args, **kwargs)
        return later
    @wraps(f)
    def now(*args, **kwargs): return f(*args, **kwargs)
    return now
def hidden(f):
    @wraps(f)
    def inner(*args, **kwargs): return f(1, *args, **kwargs)
    known = signature(f)
    kept = {name: p for name, p in known.parameters.items() if name != "a"}
    inner.__signature__ = known.replace(parameters=list(kept.values()))
    return inner
"""


@pytest.mark.parametrize("code", HANDLERS.values(), ids=HANDLERS)
def test_a_handler_is_what_is_called_in_the_end(code: str, tmp_path: Path) -> None:
    code = f"{HEAD}{WRAPS}{code}\n"
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        real = list(oracle.served(evaluate("main:app")))
    routes = modelcases.project(code).routes
    assert [{(p.name, p.source) for p in each.params} for each in routes] == [
        set(each.params) for each in real
    ]
    assert [each.is_async for each in routes] == [each.is_async for each in real]
    assert [each.unknown for each in routes if each.unknown] == []


def test_what_a_decorator_from_outside_makes_of_a_function_is_the_function() -> None:
    code = (
        f"{HEAD}from limits import limiter\ndef read(a: int): ...\n"
        "app.get('/x')(limiter.limit('1/s')(read))\n"
    )
    (route,) = modelcases.project(code).routes
    assert route.handler is not None
    assert route.handler.id == "main:read"
    assert [each.name for each in route.params] == ["a"]


def test_a_signature_that_a_library_puts_in_place() -> None:
    code = (
        f"{HEAD}from makefun import with_signature\ndef user(q: int): ...\n"
        "def make(found):\n    asked = Signature([\n"
        "        Parameter('self', Parameter.POSITIONAL_OR_KEYWORD),\n"
        "        Parameter('who', Parameter.KEYWORD_ONLY, default=Depends(found)),\n    ])\n"
        "    class Inner:\n        @with_signature(asked)\n"
        "        async def __call__(self, who: int): ...\n    return Inner()\n"
        "@app.get('/x')\ndef read(n=Depends(make(user))): ...\n"
    )
    (route,) = modelcases.project(code).routes
    names = [each.name for each in route.all_dependencies]
    assert names == ["main:user", "main:make.<locals>.Inner"]
    assert [each.name for each in route.all_params if each.source == "query"] == ["q"]


# --- the two sides ---------------------------------------------------------------------------

_NAMES = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")


@pytest.fixture(autouse=True)
def _forms_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI wants a library for forms that nothing here is going to read."""
    name = "fastapi.dependencies.utils.ensure_multipart_is_installed"
    monkeypatch.setattr(name, lambda: None)


def _both(code: str, where: Path) -> tuple[dict[str, list[Asked]], dict[str, list[Asked]]]:
    """What every handler asks for, by its name: as FastAPI says and as the model says."""
    (where / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(where) as evaluate:
        app = evaluate("main:app")
        real = {
            effective.endpoint.__name__: sorted(_asked(effective.dependant), key=str)
            for route, effective in oracle.effective_routes(app.routes)
            if isinstance(route, APIRoute)
        }
    said = {
        route.handler.name: sorted(_said(route), key=str)
        for route in modelcases.project(code).routes
        if route.handler is not None and route.app is not None
    }
    return real, {name: asked for name, asked in said.items() if name in real}


def _asked(dependant: Any) -> Iterator[Asked]:
    for each in dependant.dependencies:
        yield from _asked(each)
    for source in ("path", "query", "header", "cookie", "body"):
        for one in getattr(dependant, f"{source}_params"):
            info = one.field_info
            found: dict[str, object] = {}
            for part in info.metadata:
                for name in _NAMES:
                    if getattr(part, name, None) is not None:
                        found[name] = getattr(part, name)
            required = info.is_required()
            default = "-" if required or info.default_factory else info.default
            alias = info.validation_alias or one.alias
            kind = type(info).__name__.lower() if source == "body" else source
            yield Asked(kind, str(alias), required, _plain(default), tuple(sorted(found.items())))


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str | None) else type(value).__name__


def _said(route: Route) -> Iterator[Asked]:
    for param in route.all_params:
        if isinstance(param.marker, DependsMarker) or param.source == "special":
            continue
        yield _told(param)


def _told(param: Param) -> Asked:
    required = is_required(param)
    initial = param.initial
    default = "-" if initial is None else _value(initial)
    constraints = {
        name: value.value
        for name, value in param.constraints.items()
        if name in _NAMES and isinstance(value, Const)
    }
    return Asked(
        param.source,
        str(param.alias),
        bool(required),
        default,
        tuple(sorted(constraints.items())),
    )


def _value(value: Value) -> object:
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Unknown):
        return "?"
    return getattr(value, "kind", type(value).__name__)
