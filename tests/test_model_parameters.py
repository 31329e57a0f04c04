"""What FastAPI makes of a handler's parameters. FastAPI judges where each is read from."""

from __future__ import annotations

import sys
from pathlib import Path

import modelcases
import oracle
import pytest

from fastlint.facts.survey import Unparsable, survey
from fastlint.model.serving.parameters import Param, is_required

HEAD = """\
import datetime
import decimal
import enum
import uuid
from dataclasses import dataclass
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Dict, Generic, List, Literal, Optional, TypeVar, Union

from fastapi import (
    BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, Path, Query, Request, Response, params
)
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection


class Item(BaseModel):
    name: str


class Special(Item):
    size: int = 1


@dataclass
class Point:
    x: int


class Colour(enum.Enum):
    RED = "red"


def get_value(limit: int = 1) -> int:
    return limit


ItemId = Annotated[int, Path(ge=1)]
Page = Annotated[int, Query(ge=1)]
Value = Annotated[int, Depends(get_value)]
Loud = Annotated[Value, "documentation"]
app = FastAPI()
"""

SOURCES = {
    "path": ("/{a}/{b:path}", "a: int, b: str, c: int"),
    "path, whatever its default": ("/{a}", "a: int = 1"),
    "query": ("/", "a: int, b: str = 'x', c: float | None = None, d=1, e: bool = False"),
    "no annotation": ("/", "a, b=None"),
    "scalars": (
        "/",
        "a: datetime.datetime, b: uuid.UUID, c: decimal.Decimal, d: Colour, e: bytes, "
        "f: Literal['x', 1], g: datetime.timedelta, h: datetime.date",
    ),
    "unions of scalars": (
        "/", "a: int | str | None, b: Optional[Colour] = None, c: Union[int, str] = 1",
    ),
    "models": ("/", "a: Item, b: Special | None = None, c: Item | Special | None = None"),
    "one model": ("/", "a: Optional[Item] = None"),
    "a dataclass": ("/", "a: Point"),
    "collections": (
        "/",
        "a: list[int], b: dict[str, int], c: set[str] | None = None, d: tuple[int, ...] = (), "
        "e: Sequence[Item] = (), f: List[str] = [], g: Optional[Dict[str, str]] = None, "
        "h: frozenset[int] = frozenset(), i: Mapping[str, int] | None = None",
    ),
    "markers in the default": (
        "/{e}",
        "a: list[int] = Query([]), b: str = Header(), c: str | None = Cookie(None), "
        "d: int = Body(), e: int = Path()",
    ),
    "markers in Annotated": (
        "/{e}",
        "a: Annotated[list[int], Query()], b: Annotated[str, Header()], "
        "c: Annotated[str | None, Cookie()] = None, d: Annotated[int, Body()] = 1, "
        "*, e: Annotated[int, Path()]",
    ),
    "a marker by another way": ("/", "a: int = params.Query(1)"),
    "the last marker": ("/", "a: Annotated[int, Query(), Header()]"),
    "metadata that is none of FastAPI's": ("/", "a: Annotated[int, Field(ge=1), 'text']"),
    "aliases": ("/{a}", "a: ItemId, c: Value, d: Loud, b: Page = 1"),
    "an alias in a union, which loses the dependency": ("/", "a: Value | None = None"),
    "an alias in a list": ("/", "a: list[Value]"),
    "more in Annotated around an alias": ("/", "a: Annotated[Page, Header()] = 1"),
    "special": (
        "/",
        "a: Request, b: Response, c: BackgroundTasks, d: HTTPConnection, e: int = 1",
    ),
    "quoted": ("/{a}", "a: 'int', b: 'list[int]', c: 'Page' = 1, *, d: 'Value', e: 'Request'"),
    "quoted within": ("/", "a: Annotated['int', Query()], b: list['Item']"),
    "quoted in Annotated": (
        "/{b}",
        "a: Annotated['Special', Body()], b: Annotated['int', Path()], "
        "c: Annotated['str', Depends(get_value)], d: Literal['Item'] = 'Item'",
    ),
    "keyword-only and positional": ("/", "a: int, /, b: int, *, c: int = 1"),
    "forward reference": ("/", "a: 'Late'"),
    "body embedded": ("/", "a: Item = Body(embed=True)"),
    "a query model": ("/", "a: Annotated[Item, Query()]"),
    "a generic model": ("/", "a: 'Box[int]'"),
    "any": ("/", "a: Any = None"),
    "an enumeration of text": ("/", "a: 'Text' = None"),
}  # fmt: skip

TAIL = """

class Late(BaseModel):
    name: str


T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    inside: T


class Text(str, enum.Enum):
    A = "a"
"""


@pytest.mark.parametrize(("path", "signature"), SOURCES.values(), ids=SOURCES)
def test_a_parameter_is_read_where_fastapi_reads_it(
    path: str, signature: str, tmp_path: Path
) -> None:
    # Registered at the end, when what is named in quotes exists.
    code = f"{HEAD}\ndef read({signature}): ...\n{TAIL}\napp.post({path!r})(read)\n"
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        (real,) = oracle.served(evaluate("main:app"))
    (found,) = modelcases.project(code).routes
    said = [(each.name, each.source) for each in found.params]
    assert {each for each in said if each[1] not in ("dependency", "special")} == set(real.params)


FILES = {
    "types_/__init__.py": "from .aliases import CurrentUser as Me, Page\n",
    "types_/aliases.py": (
        "from __future__ import annotations\n"
        "from typing import Annotated, TypeAlias\nfrom fastapi import Depends, Query\n"
        "from . import deps\n"
        "CurrentUser: TypeAlias = Annotated[str, Depends(deps.get_user)]\n"
        "Page = Annotated[int, Query(ge=1)]\n"
    ),
    "types_/deps.py": (
        "from __future__ import annotations\nimport fastapi as f\n"
        "from typing import Annotated\n"
        "def get_token(request: f.Request, x_token: Annotated[str, f.Header()] = '') -> str: ...\n"
        "def get_user(token: Annotated[str, f.Depends(get_token)]) -> str: ...\n"
    ),
    "main.py": (
        "from __future__ import annotations\n"
        "from fastapi import FastAPI\nimport types_.aliases as aliases\nfrom types_ import *\n"
        "from types_ import Me\n"
        "app = FastAPI()\n"
        "@app.get('/')\n"
        "def read(me: Me, other: aliases.CurrentUser, page: Page = 1, quoted: 'Page' = 2): ...\n"
    ),
}


def test_aliases_of_other_files(tmp_path: Path) -> None:
    modelcases.judged(FILES, tmp_path)  # writes it
    with oracle.imported(tmp_path) as evaluate:
        (real,) = oracle.served(evaluate("main:app"))
    (found,) = modelcases.project(FILES).routes
    assert {(p.name, p.source) for p in found.params if p.source != "dependency"} == set(
        real.params
    )
    assert tuple(each.name for each in found.all_dependencies) == real.dependencies
    assert real.dependencies == ("types_.deps:get_token", "types_.deps:get_user") * 2


NEW = """\
from typing import Annotated
from fastapi import Depends, FastAPI, Query

def get_user() -> str: ...

type User = Annotated[str, Depends(get_user)]
type Page = Annotated[int, Query()]

app = FastAPI()

@app.get("/")
def read[T](user: User, page: Page, plain: int) -> None: ...
"""


def test_type_statements_are_aliases_on_every_python(tmp_path: Path) -> None:
    assert not isinstance(survey(NEW), Unparsable)
    (found,) = modelcases.project(NEW).routes
    said = [(each.name, each.source) for each in found.params]
    assert said == [("user", "dependency"), ("page", "query"), ("plain", "query")]
    assert [each.name for each in found.all_dependencies] == ["main:get_user"]
    if sys.version_info >= (3, 12):
        (tmp_path / "main.py").write_text(NEW, encoding="utf-8")
        with oracle.imported(tmp_path) as evaluate:
            (real,) = oracle.served(evaluate("main:app"))
        assert real.dependencies == ("main:get_user",)
        assert real.params == (("page", "query"), ("plain", "query"))


def params(signature: str, path: str = "/") -> dict[str, Param]:
    """The parameters of a handler by name."""
    project = modelcases.project(f"{HEAD}\n@app.get({path!r})\ndef read({signature}): ...\n{TAIL}")
    return {each.name: each for each in project.routes[0].params}


def test_a_parameter_knows_where_it_stands() -> None:
    # "ü" is one character, but two bytes.
    found = params("ü: int = 1, b: Annotated[int, Query()] = 2, *, c='ü', d: 'Item'")
    line = len(HEAD.split("\n")) + 2
    assert {
        name: (each.span.line, each.span.column, each.span.end_column)
        for name, each in found.items()
    } == {"ü": (line, 10, 20), "b": (line, 22, 52), "c": (line, 57, 62), "d": (line, 64, 73)}
    assert [each.annotation_span.column for each in found.values()] == [13, 25, 57, 67]
    assert [each.has_annotation for each in found.values()] == [True, True, False, True]


def test_whether_a_request_must_bring_it() -> None:
    found = params(
        "a: int, b: int | None, c: int = 1, d: int = Query(), e: int = Query(...), "
        "f: int = Query(1), g: Annotated[int, Query()] = 1, *, h: Annotated[int, Query()]"
    )
    required = {name for name, each in found.items() if is_required(each)}
    assert required == {"a", "b", "d", "e", "h"}


def test_what_is_not_known_of_a_parameter_is_unknown() -> None:
    code = (
        "import os\nfrom fastapi import FastAPI\nfrom plugin import Thing, mark\n"
        "from typing import Annotated\napp = FastAPI()\n"
        "@app.get(os.environ['P'])\n"
        "def read(a: int, b: Thing, c: Annotated[int, mark()], d: int = mark()): ...\n"
    )
    (found,) = modelcases.project(code).routes
    assert {each.name: each.source for each in found.params} == dict.fromkeys("abcd", "unknown")


def test_a_method_has_no_self_to_fill() -> None:
    code = (
        "from fastapi import FastAPI\nclass Api:\n    def read(self, a: int): ...\n"
        "    @classmethod\n    def make(cls, b: int): ...\n    @staticmethod\n"
        "    def plain(c: int): ...\n"
        "app = FastAPI()\napi = Api()\napp.get('/a')(api.read)\napp.get('/b')(Api.make)\n"
        "app.get('/c')(api.plain)\n"
    )
    said = [[each.name for each in route.params] for route in modelcases.project(code).routes]
    assert said == [["a"], ["b"], ["c"]]
    unbound = code.partition("api = ")[0] + "app.get('/')(Api.read)"
    (found,) = modelcases.project(unbound).routes
    assert [each.name for each in found.params] == ["self", "a"]
