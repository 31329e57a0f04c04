"""Routes that are made by hand, and lists of routes that the code goes through and changes."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount
app = FastAPI()
def h(): ...
def dep(): ...
def dep2(): ...
"""

EXACT = {
    "app routes": """
def a(): ...
def b(): ...
app = FastAPI(routes=[APIRoute('/a', a, methods=['POST']), APIRoute('/b', endpoint=b)])
""",
    "router routes": """
r = APIRouter(prefix='/p', routes=[APIRoute('/a', h)])
r.get('/b')(h)
app.include_router(r, prefix='/q')
""",
    "router routes deps": """
own = APIRoute('/a', h, dependencies=[Depends(dep2)], tags=['own'])
r = APIRouter(prefix='/p', dependencies=[Depends(dep)], tags=['t'], routes=[own])
r.get('/b')(h)
app.include_router(r, prefix='/q')
""",
    "app deps routes": """
app = FastAPI(dependencies=[Depends(dep)], routes=[APIRoute('/a', h)])
app.routes.append(APIRoute('/c', h))
app.router.routes.insert(0, APIRoute('/d', h, methods=['PUT']))
app.get('/e')(h)
app.routes.extend([APIRoute('/f', h), APIRoute('/g', h)])
""",
    "mount routes": """
app.mount('/sub', FastAPI(routes=[APIRoute('/a', h)]))
app.routes.append(Mount('/m', app=FastAPI(routes=[APIRoute('/b', h)])))
""",
    "mount routes list": """
app = FastAPI(routes=[Mount('/m', routes=[APIRoute('/b', h)]), APIRoute('/c', h)])
""",
    "routes comprehension": """
app = FastAPI(routes=[APIRoute(f'/{n}', h) for n in 'abc'])
""",
    "ws route": """
async def w(): ...
app.router.routes.append(APIWebSocketRoute('/ws', w))
""",
    "other router routes": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
app.routes.extend(r.routes)
r.get('/late')(h)
""",
    "routes loop add": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
r.get('/b')(h)
for x in r.routes:
    app.routes.append(x)
""",
    "routes loop add_api": """
r = APIRouter(prefix='/p')
r.get('/a', tags=['t'])(h)
r.post('/b')(h)
for x in r.routes:
    app.add_api_route('/v' + x.path, x.endpoint, methods=x.methods, tags=x.tags)
""",
    "routes tags append": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
r.get('/b', tags=['b'])(h)
for x in r.routes:
    x.tags.append('new')
app.include_router(r)
""",
    "routes tags set after": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
app.include_router(r)
for x in r.routes:
    x.tags = ['late']
""",
    "routes schema": """
@app.get('/a')
def a(): ...
@app.get('/b')
def b(): ...
for x in app.routes:
    if x.path == '/a': x.include_in_schema = False
""",
    "routes deps append": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
for x in r.routes:
    x.dependencies.append(Depends(dep))
app.include_router(r)
""",
    "routes deps append after": """
r = APIRouter(prefix='/p')
r.get('/a')(h)
app.include_router(r)
for x in r.routes:
    x.dependencies.append(Depends(dep))
""",
    "routes deps set app": """
@app.get('/a')
def a(): ...
for x in app.routes:
    if hasattr(x, 'dependencies'): x.dependencies = [Depends(dep)]
""",
    "routes iadd": """
app.router.routes += [APIRoute('/c', h)]
""",
    "what is kept": """
r = APIRouter(prefix="/p")
r.get("/a")(h)
r.get("/b")(h)
r.routes[:] = [x for x in r.routes if x.path != "/p/a"]
app.include_router(r)
""",
    "what is removed": """
r = APIRouter(prefix="/p")
r.get("/a")(h)
r.get("/b")(h)
for x in [x for x in r.routes if x.name == "h" and x.path.endswith("b")]:
    r.routes.remove(x)
app.include_router(r)
""",
    "what kind it is": """
r = APIRouter()
r.get("/a")(h)
app.include_router(r)
app.get("/own")(h)
for x in app.routes:
    if isinstance(x, APIRoute): x.tags.append("mine")
""",
}


@pytest.mark.parametrize("code", EXACT.values(), ids=EXACT)
def test_the_list_is_what_fastapi_serves(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + code}
    project = modelcases.project(files)
    assert modelcases.told(project) == modelcases.judged_whole(files, tmp_path)
    assert not any(route.unknown for route in project.routes)


UNKNOWN = {
    "a path": "for x in app.routes:\n    if x.path == '/a': x.path = '/z'",
    "the methods": "for x in app.routes:\n    if x.path == '/a': x.methods = load()",
    "the handler": "for x in app.routes:\n    if x.path == '/a': x.endpoint = load()",
}


@pytest.mark.parametrize("code", UNKNOWN.values(), ids=UNKNOWN)
def test_what_a_route_is_given_by_hand_is_unknown(code: str) -> None:
    (route,) = modelcases.project(f"{HEAD}app.get('/a')(h)\n{code}").routes
    assert route.unknown


def test_a_route_that_nobody_knows_is_said() -> None:
    project = modelcases.project(f"{HEAD}app.get('/a')(h)\napp.routes.append(load())")
    assert "a route that is not known" in " ".join(project.coverage.unknown)
