"""``fastlint routes``: what a person and a program see of the routes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from clicases import Ran, command, environment, project, run, spawn

SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": """\
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from shop.routers import items
from shop.settings import settings

app = FastAPI()
app.include_router(items.router, prefix="/api")
app.mount("/static", StaticFiles(directory="static"))


@app.get("/health", tags=["ops"], include_in_schema=False)
def health() -> bool: ...


@app.websocket("/live")
async def live(websocket): ...


app.include_router(items.audit, prefix=settings.audit_prefix)
""",
    "shop/settings.py": "import os\nclass Settings:\n    audit_prefix = os.environ['AUDIT']\n"
    "settings = Settings()\n",
    "shop/security.py": """\
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

scheme = OAuth2PasswordBearer(tokenUrl="/login")


def get_db():
    yield None


def get_current_user(
    db: Annotated[object, Depends(get_db)], token: Annotated[str, Depends(scheme)]
):
    raise HTTPException(401)


CurrentUser = Annotated[object, Depends(get_current_user)]
""",
    "shop/routers/__init__.py": "",
    "shop/routers/items.py": """\
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from shop.security import CurrentUser, get_current_user, get_db


class Item(BaseModel):
    name: str


router = APIRouter(prefix="/items", tags=["items"])
audit = APIRouter(dependencies=[Depends(get_current_user)])


@router.get("/")
async def list_items() -> list[Item]: ...


@router.get("/{item_id}", response_model=Item)
async def read_item(item_id: int, user: CurrentUser, db=Depends(get_db)): ...


@router.post("/", status_code=201, deprecated=True)
def create_item(item: Item, user: CurrentUser) -> Item: ...


@audit.get("/log")
def log(): ...
""",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path, SHOP)


def routes_of(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert document.keys() == {"schema", "routes", "apps", "coverage"}
    assert document["schema"] == "fastlint-routes/1"
    routes: list[dict[str, Any]] = document["routes"]
    return routes


def listed(shop: Path, *args: str) -> list[str]:
    """Method and path of what is left."""
    routes = routes_of(run("routes", "--output-format", "json", *args, cwd=shop))
    return [f"{'|'.join(each['methods']) or each['kind']} {each['path']}" for each in routes]


EVERYTHING = [
    "GET /api/items/",
    "GET /api/items/{item_id}",
    "POST /api/items/",
    "mount /static",
    "GET /health",
    "websocket /live",
    "GET …/log",
]


# ------------------------------------------------------------------------------------- json


def test_json_says_all_of_a_route(shop: Path) -> None:
    route = routes_of(run("routes", "--output-format", "json", cwd=shop))[1]
    assert route == {
        "path": "/api/items/{item_id}",
        "methods": ["GET"],
        "kind": "http",
        "serves": None,
        "app": "shop.main:app",
        "handler": "shop.routers.items:read_item",
        "filename": "shop/routers/items.py",
        "row": 20,
        "is_async": True,
        "response_model": "Item",
        "status_code": None,
        "dependencies": [
            "shop.security:get_db",
            "fastapi.security:OAuth2PasswordBearer",
            "shop.security:get_current_user",
        ],
        "security": ["OAuth2PasswordBearer"],
        "guards": ["get_current_user"],
        "guarded": True,
        "tags": ["items"],
        "include_in_schema": True,
        "deprecated": False,
        "conditional": False,
        "unknown": [],
    }


def test_a_scheme_that_lets_everybody_in_is_not_told_as_a_guard(tmp_path: Path) -> None:
    app = """\
from typing import Annotated
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import APIKeyHeader

app = FastAPI()
scheme = APIKeyHeader(name="x-key", auto_error=False)

def maybe_key(key: Annotated[str | None, Depends(scheme)]) -> str | None:
    return key

def checked_key(key: Annotated[str | None, Depends(scheme)]) -> str:
    if key != "right":
        raise HTTPException(401)
    return key

@app.get("/open", dependencies=[Depends(maybe_key)])
def read_open(): ...

@app.get("/shut", dependencies=[Depends(checked_key)])
def read_shut(): ...
"""
    shop = project(tmp_path, {"main.py": app})
    routes = routes_of(run("routes", "--output-format", "json", cwd=shop))
    told = {each["path"]: (each["guarded"], each["guards"]) for each in routes}
    assert told == {"/open": (None, []), "/shut": (True, ["checked_key"])}
    assert listed(shop, "--unprotected") == ["GET /open"]


def test_an_optional_user_is_not_told_as_a_guard(tmp_path: Path) -> None:
    app = """\
from typing import Annotated
from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
lenient = OAuth2PasswordBearer("token", auto_error=False)
strict = OAuth2PasswordBearer("token")

def get_current_user_optional(token: Annotated[str | None, Depends(lenient)]) -> str | None:
    return token

def get_optional_scopes(token: Annotated[str, Depends(strict)]) -> str:
    return token

@app.get("/open")
def read_open(user: Annotated[str | None, Depends(get_current_user_optional)]): ...

@app.get("/shut")
def read_shut(scopes: Annotated[str, Depends(get_optional_scopes)]): ...
"""
    shop = project(tmp_path, {"main.py": app})
    routes = routes_of(run("routes", "--output-format", "json", cwd=shop))
    assert {each["path"]: each["guarded"] for each in routes} == {"/open": None, "/shut": True}
    assert listed(shop, "--unprotected") == ["GET /open"]


def test_json_marks_what_a_condition_may_leave_out(tmp_path: Path) -> None:
    app = """\
import os
from fastapi import APIRouter, FastAPI

app = FastAPI()
debug = APIRouter()

@debug.get("/debug")
def state(): ...

@app.get("/")
def home(): ...

if os.environ.get("DEBUG"):
    app.include_router(debug)
"""
    shop = project(tmp_path, {"main.py": app})
    routes = routes_of(run("routes", "--output-format", "json", cwd=shop))
    assert {each["path"]: each["conditional"] for each in routes} == {"/": False, "/debug": True}


def test_the_entry_point_of_fastapi_s_own_settings_is_where_it_begins(tmp_path: Path) -> None:
    factory = """\
from fastapi import FastAPI

def build(prefix="/v1"):
    app = FastAPI()

    @app.get(prefix + "/items")
    def items(): ...

    return app

def build_for_staff(prefix):
    return build(prefix)
"""
    pyproject = '[tool.fastapi]\nentrypoint = "shop.main:build"\n'
    shop = project(tmp_path, {"shop/main.py": factory, "pyproject.toml": pyproject})
    (route,) = routes_of(run("routes", "--output-format", "json", cwd=shop))
    assert (route["path"], route["unknown"]) == ("/v1/items", [])


def test_json_stands_in_matching_order_with_mounts(shop: Path) -> None:
    assert listed(shop) == EVERYTHING


def test_json_says_what_is_not_known_and_why(shop: Path) -> None:
    route = routes_of(run("routes", "--output-format", "json", cwd=shop))[-1]
    assert route["path"] == "…/log"
    (reason,) = route["unknown"]
    assert reason == "a part of the path is not known: it comes from the environment"


def test_the_row_is_that_of_def_not_of_the_decorator(tmp_path: Path) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n@app.get(\n    '/'\n)\ndef f(): ...\n"
    shop = project(tmp_path, {"main.py": text})
    assert [each["row"] for each in routes_of(run("routes", "--output-format=json", cwd=shop))] == [
        6
    ]


def test_the_routes_of_a_mounted_app_stand_once_under_the_outermost(tmp_path: Path) -> None:
    text = """\
from fastapi import FastAPI
app = FastAPI()
sub = FastAPI()
@sub.get("/x")
def x(): ...
app.mount("/sub", sub)
"""
    (route,) = routes_of(
        run("routes", "--output-format=json", cwd=project(tmp_path, {"m.py": text}))
    )
    assert (route["app"], route["path"]) == ("m:app", "/sub/x")


def test_a_router_that_no_app_includes_has_none(tmp_path: Path) -> None:
    text = "from fastapi import APIRouter\nr = APIRouter(prefix='/p')\n@r.get('/x')\ndef x(): ...\n"
    (route,) = routes_of(
        run("routes", "--output-format=json", cwd=project(tmp_path, {"m.py": text}))
    )
    assert (route["app"], route["path"]) == (None, "/p/x")
    assert route["unknown"] == ["no app is known to include it"]


def test_a_dependency_that_runs_once_is_listed_once(tmp_path: Path) -> None:
    text = """\
from fastapi import Depends, FastAPI
def a(): ...
def b(a=Depends(a)): ...
def fresh(): ...
def check(role):
    def inner(): ...
    return inner
app = FastAPI(dependencies=[Depends(a), Depends(fresh), Depends(fresh, use_cache=False)])
@app.get("/", dependencies=[Depends(check("x")), Depends(check("y"))])
def x(b=Depends(b), again=Depends(a)): ...
"""
    (route,) = routes_of(
        run("routes", "--output-format=json", cwd=project(tmp_path, {"m.py": text}))
    )
    inner = "m:check.<locals>.inner"
    assert route["dependencies"] == ["m:a", "m:fresh", "m:fresh", inner, inner, "m:b"]


def test_machines_read_stdout_and_people_stderr(shop: Path) -> None:
    ran = run("routes", "--output-format", "json", cwd=shop)
    json.loads(ran.out)
    assert "6 routes" in ran.err
    assert run("routes", "--output-format", "json", "--quiet", cwd=shop).err == ""


@pytest.mark.parametrize("output_format", ["json", "markdown", "mermaid"])
def test_formats_for_programs_know_no_terminal(shop: Path, output_format: str) -> None:
    plain = run("routes", "--output-format", output_format, cwd=shop).out
    narrow = run(
        "routes", "--output-format", output_format, "--color", "always", cwd=shop,
        env={"COLUMNS": "20"},
    ).out  # fmt: skip
    assert plain == narrow
    assert "\x1b" not in plain


# ------------------------------------------------------------------------------------- the table


def test_the_table_in_one_line_for_each_route(shop: Path) -> None:
    lines = run("routes", cwd=shop, env={"COLUMNS": "160"}).out.splitlines()
    (line,) = [each for each in lines if "/{item_id}" in each]
    assert line.split() == [
        "GET", "/api/items/{item_id}", "get_current_user", "Item", "async", "read_item",
        "shop/routers/items.py:20",
    ]  # fmt: skip
    (created,) = [each for each in lines if "create_item" in each]
    assert "201 Item" in created
    assert "create_item (deprecated)" in created
    assert any(each.split()[:3] == ["GET", "/health", "none"] for each in lines)
    assert any(each.split()[:2] == ["WS", "/live"] for each in lines)
    assert any(each.split()[:2] == ["MOUNT", "/static"] for each in lines)


def test_the_table_is_grouped_by_router(shop: Path) -> None:
    lines = run("routes", cwd=shop, env={"COLUMNS": "160"}).out.splitlines()
    headings = [each for each in lines if each and not each.startswith(" ")][:-1]
    assert headings == [
        "shop.main:app  shop/main.py:7",
        "shop.routers.items:router  /api/items  shop/routers/items.py:11",
        "shop.main:app  shop/main.py:7",
        "shop.routers.items:audit  …  shop/routers/items.py:12",
    ]


def test_the_routes_of_the_app_itself_have_one_heading(tmp_path: Path) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home(): ...\n"
    out = run("routes", cwd=project(tmp_path, {"m.py": text})).out
    assert out.count("m:app  m.py:2") == 1


@pytest.mark.parametrize("columns", [40, 60, 80, 119, 120, 200])
def test_the_table_keeps_to_the_terminal_and_loses_nothing(shop: Path, columns: int) -> None:
    out = run("routes", cwd=shop, env={"COLUMNS": str(columns)}).out
    rows = [each for each in out.splitlines() if each.startswith("  ")]
    assert max(map(len, rows)) <= columns
    words = "".join(out.split())
    assert all(each in words for each in ("read_item", "/api/items/", "item_id}", "get_current_"))


def test_the_table_says_how_much_was_resolved(shop: Path) -> None:
    last = run("routes", cwd=shop, env={"COLUMNS": "200"}).out.splitlines()[-1]
    assert last == (
        "6 routes: 3 guarded, 3 without a guard; "
        "5 resolved in every part (83.3%), 1 with an unknown part. "
        "Besides, without dependencies: 1 mount (not judged)."
    )
    assert "unknown: " in run("routes", "--verbose", cwd=shop).out
    assert "resolved" not in run("routes", "--quiet", cwd=shop).out


def test_the_table_is_coloured_for_a_person_only(shop: Path) -> None:
    assert "\x1b[" in run("routes", "--color", "always", cwd=shop).out
    assert "\x1b[" not in run("routes", cwd=shop).out


def test_a_project_without_routes_says_so(tmp_path: Path) -> None:
    ran = run("routes", cwd=project(tmp_path, {"main.py": "x = 1\n"}))
    assert (ran.code, ran.out) == (0, "No FastAPI route in 1 file.\n")


# ------------------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (["--path", "items"], EVERYTHING[:3]),
        (["--path", "/api/*"], EVERYTHING[:3]),
        (["--path", "/api/items/{item_id}"], [EVERYTHING[1]]),
        (["--path", "/api"], EVERYTHING[:3]),
        (["--path", "/nowhere"], []),
        (["--tag", "ops"], ["GET /health"]),
        (["--tag", "ops,items"], [*EVERYTHING[:3], "GET /health"]),
        (["--method", "post"], ["POST /api/items/"]),
        (["--method", "ws"], ["websocket /live"]),
        (["--method", "WEBSOCKET,POST"], ["POST /api/items/", "websocket /live"]),
        (["--method", "get"], [*EVERYTHING[:2], *EVERYTHING[3:5], "GET …/log"]),
        (["--method", "mount"], ["mount /static"]),
        (["--unprotected"], ["GET /api/items/", "mount /static", "GET /health", "websocket /live"]),
        (["--unprotected", "--path", "items"], ["GET /api/items/"]),
        (["shop/routers"], [*EVERYTHING[:3], "GET …/log"]),
        (["shop/main.py"], EVERYTHING[3:6]),
    ],
)
def test_filters(shop: Path, args: list[str], left: list[str]) -> None:
    assert listed(shop, *args) == left


@pytest.mark.parametrize("output_format", ["table", "json", "markdown", "mermaid"])
def test_filters_that_leave_nothing_are_said(shop: Path, output_format: str) -> None:
    args = ("--path", "/api/item/", "--tag", "opps", "--method", "get", "--unprotected")
    ran = run("routes", *args, "--output-format", output_format, cwd=shop)
    assert ran.code == 0
    assert "no route matches `--path /api/item/ --tag opps --method GET --unprotected`" in ran.err
    assert "did you mean `/api/items/`" in ran.err
    assert "`ops`" in ran.err
    assert run("routes", *args, "--quiet", cwd=shop).err == ""
    assert "no route matches" not in run("routes", "--tag", "ops", cwd=shop).err


def test_a_reader_that_goes_away_is_no_defect(shop: Path) -> None:
    pipe = subprocess.PIPE
    asked = command("routes", "--output-format", "json")
    with subprocess.Popen(asked, cwd=shop, env=environment(), stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "defect" not in said


def test_a_filtered_table_says_of_how_many(shop: Path) -> None:
    last = run("routes", "--tag", "ops", cwd=shop).out.splitlines()[-1]
    assert last.startswith("1 of 6 routes: 0 guarded, 1 without a guard;")


def test_routes_of_tests_are_left_out_unless_they_are_asked_for(shop: Path) -> None:
    (shop / "tests").mkdir()
    (shop / "tests" / "test_app.py").write_text(
        "from fastapi import FastAPI\nfrom shop.main import app as real\napp = FastAPI()\n"
        "@app.get('/only-for-tests')\ndef f(): ...\napp.mount('/real', real)\n"
    )
    assert listed(shop) == EVERYTHING
    assert "GET /only-for-tests" in listed(shop, "tests")
    assert "of tests left out" in run("routes", cwd=shop).out
    assert "left out" not in run("routes", "tests", cwd=shop).out


def test_the_routes_of_tests_are_counted_once(shop: Path) -> None:
    (shop / "tests").mkdir()
    (shop / "tests" / "test_app.py").write_text(
        "from fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\n"
        "app = FastAPI()\napp.mount('/files', StaticFiles(directory='files'))\n"
        "@app.get('/only-for-tests')\ndef f(): ...\n"
    )
    everything = " ".join(run("routes", cwd=shop).out.split())
    assert " 6 routes: 3 guarded" in everything
    assert everything.endswith(" 1 route of tests left out.")
    count = json.loads(run("check", "--output-format", "json", cwd=shop).out)["coverage"]
    assert (count["routes"], count["test_routes"], count["mounts"]) == (6, 1, 1)
    of_tests = " ".join(run("routes", "tests", cwd=shop).out.split())
    assert "1 of 7 routes: 0 guarded, 1 without a guard; every part of them resolved." in of_tests


RAW = """from fastapi import Depends, FastAPI, HTTPException
from fastapi.staticfiles import StaticFiles
from starlette.endpoints import HTTPEndpoint
from starlette.routing import Route
from plugin import legacy

def guard():
    raise HTTPException(401)

async def ping(request): ...

async def admin(request):
    raise HTTPException(403)

class Page(HTTPEndpoint):
    async def get(self, request): ...

app = FastAPI(dependencies=[Depends(guard)], routes=[Route("/listed", ping, methods=["POST"])])
app.add_route("/ping", ping)
app.add_route("/admin", admin, ["PUT"])
app.add_route("/page", Page)
app.router.add_websocket_route("/ws", ping)
app.mount("/static", StaticFiles(directory="static"))
app.mount("/legacy", legacy)

@app.get("/items")
def items(): ...
"""


def test_what_dependencies_do_not_run_for_is_judged_by_itself(tmp_path: Path) -> None:
    shop = project(tmp_path, {"main.py": RAW})
    told = {
        each["path"]: (each["serves"], each["methods"], each["guarded"])
        for each in routes_of(run("routes", "--output-format", "json", cwd=shop))
    }
    assert told == {
        "/listed": ("route", ["POST"], False),
        "/ping": ("route", ["GET"], False),
        "/admin": ("route", ["PUT"], True),
        "/page": ("route", [], False),
        "/ws": ("socket", [], False),
        "/static": ("files", [], None),
        "/legacy": ("app", [], None),
        "/items": (None, ["GET"], True),
    }


@pytest.mark.parametrize("output_format", ["table", "markdown"])
def test_who_looks_for_open_doors_sees_those_of_starlette(
    tmp_path: Path, output_format: str
) -> None:
    shop = project(tmp_path, {"main.py": RAW})
    ran = run("routes", "--unprotected", "--output-format", output_format, cwd=shop)
    assert all(f"/{each}" in ran.out for each in ("listed", "ping", "page", "ws"))
    assert not any(f"/{each}" in ran.out for each in ("admin", "items"))
    (mounted,) = [line for line in ran.out.splitlines() if "/static" in line]
    assert "MOUNT" in mounted
    assert "not judged" in mounted
    assert "none" not in mounted
    assert (
        "0 of 1 route. Besides, without dependencies: 4 routes of Starlette "
        "(0 guarded, 4 without a guard), 2 mounts (not judged)."
    ) in " ".join(ran.out.split())


def test_a_method_finds_whatever_may_answer_it(tmp_path: Path) -> None:
    shop = project(tmp_path, {"main.py": RAW})
    assert listed(shop, "--method", "POST") == ["POST /listed", "mount /page", "mount /legacy"]


def test_a_middleware_guards_what_is_mounted_as_well(tmp_path: Path) -> None:
    app = """from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import BaseHTTPMiddleware

class TokenMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        return JSONResponse({}, status_code=401)

app = FastAPI()
app.add_middleware(TokenMiddleware)
app.mount("/files", StaticFiles(directory="files"))
"""
    shop = project(tmp_path, {"main.py": app})
    (mount,) = routes_of(run("routes", "--output-format", "json", cwd=shop))
    assert (mount["guarded"], mount["guards"]) == (True, ["TokenMiddleware"])


# ------------------------------------------------------------------------------------- apps

TWO_APPS = """from fastapi import FastAPI

app = FastAPI(redoc_url=None)
admin = FastAPI(openapi_url=None)
sub = FastAPI(docs_url="/pages")
app.mount("/sub", sub)

@app.get("/")
def home(): ...

@admin.get("/users")
def users(): ...
"""


def apps_of(ran: Ran) -> dict[str, dict[str, Any]]:
    return {each["app"]: each for each in json.loads(ran.out)["apps"]}


def test_json_says_what_documents_each_app(tmp_path: Path) -> None:
    shop = project(tmp_path, {"main.py": TWO_APPS})
    apps = apps_of(run("routes", "--output-format", "json", cwd=shop))
    assert {name: [page["path"] for page in app["docs"]] for name, app in apps.items()} == {
        "main:app": ["/openapi.json", "/docs", "/docs/oauth2-redirect"],
        "main:admin": [],
        "main:sub": ["/sub/openapi.json", "/sub/pages", "/sub/docs/oauth2-redirect", "/sub/redoc"],
    }
    assert apps["main:sub"]["docs"][1] == {
        "path": "/sub/pages",
        "option": "docs_url",
        "guards": [],
        "guarded": False,
        "certain": True,
    }
    assert (apps["main:sub"]["under"], apps["main:sub"]["path"]) == ("main:app", "/sub")


@pytest.mark.parametrize("output_format", ["table", "markdown"])
def test_people_see_what_documents_each_app(tmp_path: Path, output_format: str) -> None:
    shop = project(tmp_path, {"main.py": TWO_APPS})
    out = run("routes", "--output-format", output_format, cwd=shop).out.replace("`", "")
    assert "/openapi.json, /docs, /docs/oauth2-redirect" in out
    assert "/sub/openapi.json, /sub/pages, " in out
    assert "(no guard)" in out


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (["--path", "/docs"], "/docs, /docs/oauth2-redirect"),
        (["--path", "/sub/*", "--unprotected"], "/sub/openapi.json, /sub/pages"),
        (["--method", "GET"], "/openapi.json"),
        (["--method", "POST"], ""),
        (["--tag", "x"], ""),
    ],
)
def test_filters_pick_from_the_documentation_too(
    tmp_path: Path, args: list[str], shown: str
) -> None:
    out = run("routes", *args, cwd=project(tmp_path, {"main.py": TWO_APPS})).out
    assert ("docs  " in out) == bool(shown)
    assert shown in out


def test_explain_knows_the_documentation(tmp_path: Path) -> None:
    shop = project(tmp_path, {"main.py": TWO_APPS})
    out = run("routes", "--explain", "/sub/pages", cwd=shop).out
    assert out.startswith("GET /sub/pages\n")
    assert "`docs_url=`" in out
    assert "main:sub  main.py:5" in out


@pytest.mark.parametrize("output_format", ["table", "markdown", "mermaid"])
def test_an_app_that_no_entry_point_leads_to_is_marked(tmp_path: Path, output_format: str) -> None:
    settings = '[tool.fastapi]\nentrypoint = "main:app"\n'
    shop = project(tmp_path, {"main.py": TWO_APPS, "pyproject.toml": settings})
    out = run("routes", "--output-format", output_format, cwd=shop).out
    (marked,) = [line for line in out.splitlines() if "not reached from main:app" in line]
    assert "main:admin" in marked
    (shop / "pyproject.toml").unlink()
    assert "not reached" not in run("routes", "--output-format", output_format, cwd=shop).out


def test_json_says_which_apps_entry_points_lead_to(tmp_path: Path) -> None:
    settings = '[tool.fastlint]\nentrypoint = "main:app"\n'
    shop = project(tmp_path, {"main.py": TWO_APPS, "pyproject.toml": settings})
    apps = apps_of(run("routes", "--output-format", "json", cwd=shop))
    assert {name: app["reached"] for name, app in apps.items()} == {
        "main:app": True,
        "main:admin": False,
        "main:sub": True,
    }
    assert apps["main:app"]["entry_points"] == ["main:app"]


@pytest.mark.parametrize(
    ("entrypoint", "why"),
    [
        ('"main:application"', "entry point `main:application`: `main` has no `application`"),
        ('"mian:app"', "entry point `mian:app`: no one file is the module `mian`"),
        ('"main.app"', "entry point `main.app`: this is not of the form `module:variable`"),
        ("5", "entry point `5`: this is not of the form `module:variable`"),
    ],
)
def test_an_entry_point_of_fastapi_that_leads_nowhere_is_said_once(
    tmp_path: Path, entrypoint: str, why: str
) -> None:
    settings = f"[tool.fastapi]\nentrypoint = {entrypoint}\n"
    shop = project(tmp_path, {"main.py": TWO_APPS, "pyproject.toml": settings})
    for ran in (run("routes", cwd=shop), run("check", cwd=shop), run("config", cwd=shop)):
        assert " ".join(ran.out.split()).count(why) == 1
    ran = run("routes", "--output-format", "json", cwd=shop)
    assert why in ran.err
    assert why in json.loads(ran.out)["coverage"]["lost_entry_points"][0]


# ------------------------------------------------------------------------------------- explain


def test_explain_shows_where_each_part_of_the_path_comes_from(shop: Path) -> None:
    ran = run("routes", "--explain", "/api/items/{item_id}", cwd=shop)
    assert ran.code == 0
    told = [line.split() for line in ran.out.splitlines()]
    assert ["/api", "shop/main.py:8"] in told
    assert ["/items", "shop/routers/items.py:11"] in told
    assert ["/{item_id}", "shop/routers/items.py:19"] in told


def test_explain_shows_where_each_dependency_comes_from(shop: Path) -> None:
    out = run("routes", "--explain", "/api/items/{item_id}", cwd=shop).out
    assert [
        line.split()[:3] for line in out.splitlines() if line.strip()[:2] in ("1.", "2.", "3.")
    ] == [
        ["1.", "shop.security:get_db", "shop/security.py:9"],
        ["2.", "fastapi.security:OAuth2PasswordBearer", "shop/security.py:6"],
        ["3.", "shop.security:get_current_user", "shop/security.py:13"],
    ]
    assert "parameter `user` of read_item  shop/routers/items.py:20" in out
    assert "through its type  shop/security.py:19" in out
    assert "security scheme OAuth2PasswordBearer" in out


def test_explain_shows_what_the_handler_reads_from_the_request(tmp_path: Path) -> None:
    text = """\
from typing import Annotated
from fastapi import Depends, FastAPI, Header, Request
from pydantic import BaseModel
app = FastAPI()
class Item(BaseModel):
    name: str
def get_db(): ...
@app.put("/items/{item_id}")
def put(item_id: int, item: Item, request: Request, x_key: Annotated[str, Header()],
        dry: bool | None = None, page=1, db=Depends(get_db)): ...
"""
    out = run("routes", "--explain", "/items/5", cwd=project(tmp_path, {"m.py": text})).out
    lines = [line.strip() for line in out.splitlines()]
    first = lines.index("parameters of the handler") + 1
    assert lines[first : lines.index("", first)] == [
        "item_id: int (path)  m.py:9",
        "item: Item (body)  m.py:9",
        "x-key: str (header)  m.py:9",
        "dry: bool | None (query, optional)  m.py:10",
        "page (query, optional)  m.py:10",
    ]


def test_explain_keeps_to_the_terminal(tmp_path: Path) -> None:
    text = """\
from fastapi import Depends, FastAPI
def a_factory_with_a_name_that_needs_more_than_a_line(role):
    def and_the_function_that_it_makes_has_one_too(): ...
    return and_the_function_that_it_makes_has_one_too
app = FastAPI()
@app.get("/x", dependencies=[Depends(a_factory_with_a_name_that_needs_more_than_a_line("x"))])
def f(): ...
"""
    shop = project(tmp_path, {"main.py": text})
    for columns in (50, 80):
        out = run("routes", "--explain", "/x", cwd=shop, env={"COLUMNS": str(columns)}).out
        assert max(map(len, out.splitlines())) <= columns
        assert "a_line.<locals>.and_the_function_that_it_makes_has_one_too" in "".join(out.split())


def test_explain_names_the_level_of_an_inherited_dependency(shop: Path) -> None:
    out = run("routes", "--explain", "…/log", cwd=shop).out
    assert "`dependencies=` of the router  shop/routers/items.py:12" in out
    assert "unknown" in out
    assert "it comes from the environment" in out


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("/api/items/5", ["GET /api/items/{item_id}"]),
        ("/api/items/", ["GET /api/items/", "POST /api/items/"]),
        ("/live", ["WS /live"]),
        ("/static/css/x.css", ["MOUNT /static"]),
        ("POST /api/items/", ["POST /api/items/"]),
        ("get /api/items/5", ["GET /api/items/{item_id}"]),
    ],
)
def test_explain_takes_the_path_of_a_request(shop: Path, asked: str, titles: list[str]) -> None:
    out = run("routes", "--explain", asked, cwd=shop).out
    assert [line for line in out.splitlines() if line and not line.startswith(" ")] == titles


def test_explain_shows_the_route_that_answers_first(tmp_path: Path) -> None:
    text = """\
from fastapi import FastAPI
app = FastAPI()
@app.get("/{name}")
def by_name(name: str): ...
@app.get("/{number:int}")
def by_number(number: int): ...
@app.post("/{rest:path}")
def anything(rest: str): ...
"""
    out = run("routes", "--explain", "/5", cwd=project(tmp_path, {"m.py": text})).out
    assert [line for line in out.splitlines() if line and not line.startswith(" ")] == [
        "GET /{name}",
        "POST /{rest:path}",
    ]


def test_explain_of_one_method(shop: Path) -> None:
    out = run("routes", "--explain", "/api/items/", "--method", "post", cwd=shop).out
    assert out.startswith("POST /api/items/\n")
    assert "GET" not in out


def test_explain_of_no_route_says_what_was_meant(shop: Path) -> None:
    ran = run("routes", "--explain", "/api/item", cwd=shop)
    assert (ran.code, ran.out) == (2, "")
    assert "no route answers `/api/item`" in ran.err
    assert "did you mean `/api/items/`" in ran.err


# ------------------------------------------------------------------------------------- markdown


def test_markdown_has_a_table_for_each_router(shop: Path) -> None:
    lines = run("routes", "--output-format", "markdown", cwd=shop).out.splitlines()
    assert lines[0] == "## `shop.main:app`"
    assert lines[2].startswith("- documentation: `/openapi.json`, `/docs`, ")
    assert lines[4] == "### `shop.routers.items:router` `/api/items`"
    assert lines[6:9] == [
        "| Method | Path | Guards | Handler | Response | At |",
        "| --- | --- | --- | --- | --- | --- |",
        "| GET | `/api/items/` | none | async `list_items` | list\\[Item\\] "
        "| `shop/routers/items.py:16` |",
    ]


# ------------------------------------------------------------------------------------- mermaid


def test_mermaid_is_the_tree_of_routers(shop: Path) -> None:
    assert run("routes", "--output-format", "mermaid", cwd=shop).out.splitlines() == [
        "flowchart LR",
        '    r0(["shop.main:app<br/>2 routes<br/>2 without a guard"])',
        '    r1["shop.routers.items:router<br/>/items<br/>3 routes<br/>1 without a guard"]',
        '    r2["shop.routers.items:audit<br/>1 route"]',
        '    m0[["StaticFiles"]]',
        '    r0 -->|"/api"| r1',
        '    r0 ==>|"/static"| m0',
        '    r0 -->|"#8230;"| r2',
    ]


# ------------------------------------------------------------------------------------- strangers

HOSTILE = """\
from fastapi import APIRouter, FastAPI
app = FastAPI()
@app.get("/\\x1b[31m|`<b>\\u202e{x}\\n", tags=["a`|b"])
def f(): ...
router = APIRouter(prefix='/"]; click r0 "x')
@router.get("/y")
def g(): ...
app.include_router(router)
"""


@pytest.mark.parametrize("output_format", ["table", "json", "markdown", "mermaid"])
@pytest.mark.parametrize("columns", [60, 200])
def test_names_cannot_move_the_cursor(tmp_path: Path, output_format: str, columns: int) -> None:
    shop = project(tmp_path, {"m.py": HOSTILE})
    ran = run("routes", "--output-format", output_format, cwd=shop, env={"COLUMNS": str(columns)})
    assert ran.code == 0
    assert not any(each in ran.out for each in ("\x1b", "\u202e"))
    if output_format == "json":
        assert json.loads(ran.out)["routes"][0]["path"] == "/\x1b[31m|`<b>\u202e{x}\n"


def test_explain_cannot_move_the_cursor(tmp_path: Path) -> None:
    shop = project(tmp_path, {"m.py": HOSTILE})
    ran = run("routes", "--explain", "/\x1b[31m|`<b>\u202e{x}\n", cwd=shop)
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert "\x1b" not in run("routes", "--explain", "/\x1b[31m", cwd=shop).err


def test_names_cannot_break_out_of_markdown_or_mermaid(tmp_path: Path) -> None:
    shop = project(tmp_path, {"m.py": HOSTILE})
    markdown = run("routes", "--output-format", "markdown", cwd=shop).out
    (row,) = [line for line in markdown.splitlines() if "31m" in line]
    assert row.replace("\\|", "").count("|") == 7
    assert "<b>" not in row.replace("\\<", "").replace("\\>", "")
    mermaid = run("routes", "--output-format", "mermaid", cwd=shop).out
    (node,) = [line for line in mermaid.splitlines() if "click" in line]
    assert node.count('"') == 2


# ------------------------------------------------------------------------------------- the command


def test_output_file_is_the_same_and_nothing_is_on_stdout(shop: Path) -> None:
    printed = run("routes", "--output-format", "json", cwd=shop).out
    ran = run("routes", "--output-format", "json", "-o", "routes.json", cwd=shop)
    assert (ran.code, ran.out) == (0, "")
    assert (shop / "routes.json").read_text(encoding="utf-8") == printed
    assert "wrote routes.json" in ran.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere"], "there is no file or folder nowhere"),
        (["--output-file", "no/such/folder.json"], "cannot write to"),
        (["--explain", "/x", "--output-format", "json"], "--explain does not come as json"),
        (["--output-format", "xml"], "xml"),
        (["--config", "no.toml"], "no.toml"),
        (["--method", "GET,FOO"], "there is no method `FOO`"),
        (["--method", "FOO"], "known are GET, POST, PUT"),
        (["--explain", "DELETE /api/items/5"], "no route answers `DELETE /api/items/5`"),
        (["--explain", "/statics/x.css"], "no route answers `/statics/x.css`"),
    ],
)
def test_mistakes_exit_with_2(shop: Path, args: list[str], message: str) -> None:
    ran = run("routes", *args, cwd=shop)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_the_cache_is_used_and_left_alone_on_request(shop: Path) -> None:
    run("routes", "--no-cache", cwd=shop)
    assert not (shop / ".fastlint_cache").exists()
    first = run("routes", cwd=shop).out
    assert (shop / ".fastlint_cache").exists()
    assert run("routes", cwd=shop).out == first
    main = shop / "shop" / "main.py"
    main.write_text(main.read_text(encoding="utf-8").replace('"/health"', '"/alive"'))
    assert "GET /alive" in listed(shop)


def test_what_check_said_is_still_known_after_routes(shop: Path) -> None:
    before = run("check", cwd=shop)
    run("routes", cwd=shop)
    assert run("check", cwd=shop) == before


def test_a_forged_cache_is_not_believed(shop: Path) -> None:
    expected = run("routes", "--no-cache", cwd=shop).out
    run("routes", cwd=shop)
    for file in (shop / ".fastlint_cache").rglob("*.msgpack"):
        file.write_bytes(file.read_bytes()[:-200] + b"\x00" * 200)
    assert run("routes", cwd=shop).out == expected


def test_the_settings_apply(shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.fastlint]\nauth-dependencies = ["get_db"]\n')
    (shop / "more.py").write_text(
        "from fastapi import Depends, FastAPI\nfrom shop.security import get_db\napp = FastAPI()\n"
        "@app.get('/more')\ndef f(db=Depends(get_db)): ...\n"
    )
    assert "GET /more" not in listed(shop, "--unprotected")


def test_a_process_prints_it(shop: Path) -> None:
    done = spawn("routes", "--output-format", "json", cwd=shop)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["routes"]) == len(EVERYTHING)


def test_the_help_says_what_it_is_for(shop: Path) -> None:
    out = run("routes", "--help", cwd=shop).out
    assert "who answers which path" in out
    assert "--unprotected" in out


CONDITIONAL = """
from fastapi import APIRouter, FastAPI
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    debug: bool = False

settings = Settings()
app = FastAPI()
router = APIRouter(prefix="/private")

@app.get("/always")
def always(): ...

@router.get("/x")
def private(): ...

if settings.debug:
    @app.get("/debug")
    def debug(): ...

    app.include_router(router)
"""


def test_a_route_that_stands_under_a_condition_is_marked(tmp_path: Path) -> None:
    root = project(tmp_path, {"main.py": CONDITIONAL})
    lines = run("routes", cwd=root, env={"COLUMNS": "160"}).out.splitlines()
    marked = [each for each in lines if "if its condition holds" in each]
    assert [each.split()[:2] for each in marked] == [
        ["GET", "/debug"],
        ["main:router", "/private"],
    ]
    markdown = run("routes", "--output-format", "markdown", cwd=root).out
    assert "`debug` (if its condition holds)" in markdown


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/always", []),
        ("/debug", ["the route itself, if its condition holds"]),
        ("/private/x", ["main:router is included, if its condition holds"]),
    ],
)
def test_explain_says_which_part_stands_under_a_condition(
    tmp_path: Path, path: str, marked: list[str]
) -> None:
    out = run("routes", "--explain", path, cwd=project(tmp_path, {"main.py": CONDITIONAL})).out
    assert [each.strip() for each in out.splitlines() if "condition" in each] == marked


def test_explain_says_why_a_guard_is_not_known(tmp_path: Path) -> None:
    text = (
        "from fastapi import FastAPI\nfrom plugin import check_token\napp = FastAPI()\n"
        "@app.get('/x')\ndef f(name: str):\n    check_token(name)\n"
    )
    root = project(tmp_path, {"m.py": text})
    why = "`f` calls `check_token`, which is not the project's own"
    assert why in run("routes", "--explain", "/x", cwd=root).out
    assert why in run("routes", "--verbose", cwd=root).out
    assert why not in run("routes", cwd=root).out


def test_a_path_of_many_open_pieces_is_explained_at_once(tmp_path: Path) -> None:
    pieces = "/".join(f"{{p{number}:path}}" for number in range(15))
    app = f"""\
from fastapi import FastAPI

app = FastAPI()

@app.get("/{pieces}/z")
def read(): ...
"""
    shop = project(tmp_path, {"main.py": app})
    ran = run("routes", "--explain", "/a" * 300, cwd=shop)
    assert ran.code != 0
    assert "no route answers" in ran.err
    assert run("routes", "--explain", "/a" * 300 + "/z", cwd=shop).code == 0


def test_what_lies_below_a_mount_with_a_parameter_is_the_mount_s(tmp_path: Path) -> None:
    app = """\
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()
app.mount("/files/{tenant}", StaticFiles(directory="static"))
"""
    shop = project(tmp_path, {"main.py": app})
    assert run("routes", "--explain", "/files/acme/logo.png", cwd=shop).code == 0
    assert run("routes", "--explain", "/files", cwd=shop).code != 0


def test_what_routes_may_be_missing_for_is_said(tmp_path: Path) -> None:
    app = "from fastapi import FastAPI\nimport broken\nfrom plugin import router\napp = FastAPI()\n"
    app += "app.include_router({})\n@app.get('/')\ndef read(): ...\n"
    shop = project(tmp_path, {"main.py": app.format("router"), "broken.py": "router = (\n"})
    out = " ".join(run("routes", cwd=shop).out.split())
    assert out.endswith(
        "1 route: 0 guarded, 1 without a guard; every part of them resolved. Routes may be "
        "missing: 1 file could not be read (see `fastlint check`), 1 thing unknown (see "
        "`--verbose`)."
    )


def test_explain_of_what_only_a_mount_answers_says_what_was_meant(tmp_path: Path) -> None:
    app = """\
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
app = FastAPI()
@app.get("/api/items/")
def read_items(): ...
app.mount("/", StaticFiles(directory="static"))
"""
    shop = project(tmp_path, {"main.py": app})
    ran = run("routes", "--explain", "/api/items", cwd=shop)
    assert (ran.code, ran.out.partition("\n")[0]) == (0, "MOUNT /")
    assert "only what is mounted above `/api/items` answers it" in ran.err
    assert "did you mean `/api/items/`?" in ran.err
    for path in ("/api/items/", "/", "/favicon.ico", "/docs"):
        assert "did you mean" not in run("routes", "--explain", path, cwd=shop).err


def test_files_without_a_route_are_said(tmp_path: Path) -> None:
    app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef read(): ...\n"
    shop = project(tmp_path, {"main.py": app, "other.py": "x = 1\n"})
    ran = run("routes", "other.py", cwd=shop)
    assert (ran.code, ran.out) == (0, "0 of 1 route.\n")
    assert ran.err == "no route of the project is declared or handled in `other.py`\n"
    assert not run("routes", "main.py", cwd=shop).err
    assert not run("routes", "-q", "other.py", cwd=shop).err


def test_it_says_where_the_code_goes_on_for_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastlint.model.following.budget._MOST_REGISTERED", 3)
    app = (
        "from fastapi import FastAPI\napp = FastAPI()\ndef h(): ...\n"
        "for n in range(5):\n    app.get(f'/{n}')(h)\n"
    )
    shown = run("routes", "--no-cache", cwd=project(tmp_path, {"main.py": app})).out
    assert "Not all routes are known" in shown
    assert "every part of them resolved" not in shown


def test_not_everything_is_resolved_where_a_guard_is_not_known(tmp_path: Path) -> None:
    app = (
        "from fastapi import Depends, FastAPI, Request\napp = FastAPI()\n"
        "def verify(request: Request): request.state.who = request.headers.get('who')\n"
        "@app.get('/', dependencies=[Depends(verify)])\ndef read(): ...\n"
    )
    shown = run("routes", "--no-cache", cwd=project(tmp_path, {"main.py": app})).out
    assert "1 where that is not known" in shown
    assert "every part of them resolved" not in shown
