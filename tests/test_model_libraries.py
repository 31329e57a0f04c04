"""Routes that libraries add: what the table says of them, put where the project puts them."""

from __future__ import annotations

import modelcases
import pytest

from fastlint.model.knowledge.libraries import libraries

HEAD = """
from fastapi import APIRouter, Depends, FastAPI
from fastapi_mcp import FastApiMCP
from fastapi_users import FastAPIUsers
from prometheus_fastapi_instrumentator import Instrumentator, PrometheusFastApiInstrumentator
from sqladmin import Admin
from starlette_admin.contrib.sqla import Admin as TablesAdmin
from strawberry.fastapi import GraphQLRouter
app = FastAPI()
users = FastAPIUsers(get_manager, [backend])
"""

ADDED = {
    "signing in": (
        "app.include_router(users.get_auth_router(backend), prefix='/auth')",
        ["POST /auth/login", "POST /auth/logout"],
    ),
    "a subclass": (
        "class Own(FastAPIUsers): ...\n"
        "app.include_router(Own(None, []).get_register_router(a, b), prefix='/auth')",
        ["POST /auth/register"],
    ),
    "users": (
        "r = APIRouter(prefix='/v1')\napp.include_router(r)\n"
        "r.include_router(users.get_users_router(a, b), prefix='/users')",
        [
            "GET /v1/users/me", "PATCH /v1/users/me", "GET /v1/users/{id}",
            "PATCH /v1/users/{id}", "DELETE /v1/users/{id}",
        ],
    ),
    "metrics": ("Instrumentator().instrument(app).expose(app)", ["GET /metrics"]),
    "metrics elsewhere": (
        "i = PrometheusFastApiInstrumentator()\ni.instrument(app)\ni.expose(app, endpoint='/m')",
        ["GET /m"],
    ),
    "metrics after a lifespan": (
        "i = Instrumentator().instrument(app)\n"
        "@app.on_event('startup')\nasync def start():\n    i.expose(app, False, '/m')",
        ["GET /m"],
    ),
    "graphql": (
        "app.include_router(GraphQLRouter(schema), prefix='/graphql')",
        ["GET /graphql", "POST /graphql", "WebSocket /graphql"],
    ),
    "graphql with a path": (
        "app.include_router(GraphQLRouter(schema, path='/q', prefix='/g', tags=['x']))",
        ["GET /g/q", "POST /g/q", "WebSocket /g/q"],
    ),
    "a router for a model": (
        "from fastapi_crudrouter import MemoryCRUDRouter\nclass Potato: ...\n"
        "app.include_router(MemoryCRUDRouter(schema=Potato, delete_all_route=False))",
        [
            "GET /potato", "POST /potato", "GET /potato/{item_id}", "PUT /potato/{item_id}",
            "DELETE /potato/{item_id}",
        ],
    ),
    "a router for a model with a prefix": (
        "from fastapi_crudrouter import SQLAlchemyCRUDRouter\n"
        "app.include_router(SQLAlchemyCRUDRouter(schema=S, prefix='Spuds', db=get_db,"
        " get_one_route=False, update_route=False, delete_one_route=False), prefix='/v1')",
        ["GET /v1/spuds", "POST /v1/spuds", "DELETE /v1/spuds"],
    ),
    "tools for models": (
        "mcp = FastApiMCP(app)\nmcp.mount_http()", ["GET|POST|DELETE /mcp"],
    ),
    "tools for models elsewhere": (
        "mcp = FastApiMCP(fastapi=app)\nmcp.mount_sse(mount_path='tools/')",
        ["GET /tools", "POST /tools/messages/"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), ADDED.values(), ids=ADDED)
def test_what_a_library_adds_is_told(code: str, expected: list[str]) -> None:
    project = modelcases.project(HEAD + code)
    assert [each.label for each in project.routes if each.app is not None] == expected
    assert all("not in the project" in " ".join(each.unknown) for each in project.routes)


MOUNTED = {
    "admin pages": "Admin(app, engine)",
    "admin pages by name": "Admin(app=app, engine=engine, base_url='/admin')",
    "other admin pages": "TablesAdmin(engine, base_url='/admin').mount_to(app)",
}


@pytest.mark.parametrize("code", MOUNTED.values(), ids=MOUNTED)
def test_what_a_library_mounts_is_told(code: str) -> None:
    (mount,) = modelcases.project(HEAD + code).mounts
    assert mount.path == "/admin"


def test_who_is_signed_in_is_asked_where_the_library_asks() -> None:
    code = "app.include_router(users.get_auth_router(backend), prefix='/auth', tags=['auth'])"
    project = modelcases.project(HEAD + code)
    login, logout = project.routes
    assert project.guards.protecting(logout)
    assert not project.guards.protecting(login)
    assert login.metadata.tags == logout.metadata.tags == ("auth",)


def test_a_library_leaves_its_own_routes_out_of_the_documentation() -> None:
    hidden, shown = modelcases.project(
        HEAD + "FastApiMCP(app).mount_http()\nInstrumentator().expose(app, tags=['ops'])"
    ).routes
    assert not hidden.metadata.include_in_schema
    assert shown.metadata.include_in_schema
    assert shown.metadata.tags == ("ops",)


def test_a_route_of_a_generated_router_has_the_dependencies_that_it_is_given() -> None:
    code = (
        "from fastapi_crudrouter import MemoryCRUDRouter\ndef check(): ...\nclass Potato: ...\n"
        "app.include_router(MemoryCRUDRouter(Potato, create_route=[Depends(check)]))"
    )
    read, create, *_ = modelcases.project(HEAD + code).routes
    assert [each.name for each in create.dependencies] == ["main:check"]
    assert not read.dependencies
    assert read.metadata.tags == ("Potato",)


def test_a_path_that_is_not_known_is_not_made_up() -> None:
    (found,) = modelcases.project(HEAD + "Instrumentator().expose(app, endpoint=load())").routes
    assert found.path is None


def test_what_may_bring_dependencies_along_is_not_known() -> None:
    code = "FastApiMCP(app, auth_config=configured()).mount_http()"
    (found,) = modelcases.project(HEAD + code).routes
    assert "`dependencies=` is not known" in found.unknown


MOVED = {
    "another app": (
        "from fastapi_versioning import VersionedFastAPI\nserved = VersionedFastAPI(app)"
    ),
    "the same name": (
        "from fastapi_versioning import VersionedFastAPI\napp = VersionedFastAPI(app)"
    ),
    "the app itself": (
        "from fastapi_versionizer.versionizer import Versionizer\nVersionizer(app=app).versionize()"
    ),
}


@pytest.mark.parametrize("code", MOVED.values(), ids=MOVED)
def test_routes_that_a_library_serves_under_other_paths_have_none_that_is_known(code: str) -> None:
    route = "@app.get('/x')\ndef x(): ...\n"
    (found,) = modelcases.project(HEAD + route + code).routes
    assert found.path is None
    assert "serves its routes under other paths" in " ".join(found.unknown)


def test_what_is_added_to_the_app_that_a_library_makes_is_told() -> None:
    code = (
        "from fastapi_versioning import VersionedFastAPI\n@app.get('/x')\ndef x(): ...\n"
        "app = VersionedFastAPI(app, prefix_format='/v{major}', enable_latest=True)\n"
        "@app.get('/')\ndef home(): ...\n"
    )
    found = {route.label: route.unknown for route in modelcases.project(HEAD + code).routes}
    assert found["GET /"] == ()
    assert list(found) == ["GET …/x", "GET /"]


def test_nothing_is_added_by_what_only_runs_for_a_request() -> None:
    code = "@app.get('/x')\ndef x(): Instrumentator().expose(app)"
    assert [each.label for each in modelcases.project(HEAD + code).routes] == ["GET /x"]


def test_the_table_says_each_call_once() -> None:
    entries = {id(each): each for each in libraries().values()}
    assert sum(len(each.names) for each in entries.values()) == len(libraries())
    assert all(each.routes or each.mounts or each.moves for each in entries.values())
