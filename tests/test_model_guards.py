"""What counts for a guard, and what only sounds like one."""

from __future__ import annotations

import pytest

from fastlint.api import routes_of_texts
from fastlint.routetable import ListedRoute


def only(code: str, **others: str) -> ListedRoute:
    """The one route of a project."""
    files = {f"{name}.py": text for name, text in others.items()}
    (route,) = routes_of_texts({"main.py": code, **files}).routes
    return route


BACKEND = """
from fastapi import FastAPI, Request
from starlette.authentication import (
    AuthCredentials, AuthenticationBackend, AuthenticationError, SimpleUser, UnauthenticatedUser,
    requires,
)
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from plugin import OtherBackend, find

class Backend(AuthenticationBackend):
    async def authenticate(self, conn):
        {body}

{app}

@app.delete("/things/{{number}}")
{decorator}
async def remove(request: Request, number: int): ...
"""
ADDED = "app = FastAPI()\napp.add_middleware(AuthenticationMiddleware, backend=Backend())"
LISTED = "app = FastAPI(middleware=[Middleware(AuthenticationMiddleware, backend=Backend())])"
FOREIGN = "app = FastAPI()\napp.add_middleware(AuthenticationMiddleware, backend=OtherBackend())"
OWN = (
    "class Ours(AuthenticationMiddleware): ...\n"
    "app = FastAPI()\napp.add_middleware(Ours, backend=Backend())"
)
KNOWN = 'return AuthCredentials(["in"]), SimpleUser("x")'


@pytest.mark.parametrize(
    ("body", "app", "guarded"),
    [
        ('if "x" not in conn.headers: return None\n        ' + KNOWN, ADDED, False),
        ('if "x" not in conn.headers: return\n        ' + KNOWN, LISTED, False),
        ('if "x" in conn.headers:\n            ' + KNOWN, ADDED, False),
        ('if "x" in conn.headers:\n            ' + KNOWN, OWN, False),
        ("return AuthCredentials(), UnauthenticatedUser()", ADDED, False),
        ("return find(conn)", ADDED, None),
        (KNOWN, FOREIGN, None),
        (
            'if "x" not in conn.headers: raise AuthenticationError("x")\n        ' + KNOWN,
            ADDED,
            True,
        ),
        (
            'if "x" not in conn.headers: raise AuthenticationError("x")\n        ' + KNOWN,
            LISTED,
            True,
        ),
    ],
)
def test_starlettes_authentication_guards_where_its_backend_never_gives_none(
    body: str, app: str, *, guarded: bool | None
) -> None:
    route = only(BACKEND.format(body=body, app=app, decorator=""))
    assert route.guarded is guarded


def test_the_decorator_of_starlettes_authentication_is_a_guard() -> None:
    code = BACKEND.format(body="return None", app=ADDED, decorator='@requires("in")')
    assert only(code).guards == ("requires",)


ASKING = """
from dataclasses import dataclass
from typing import Annotated
from fastapi import Depends, FastAPI, Form, Header, HTTPException, Query
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel
app = FastAPI()

{0}

@app.post("/x")
def f(given={1}): ...
"""
FIELDS = '(self, user: str = Form(""), password: str = Form("")):\n        self.password = password'
HARMLESS = [
    ("def page(page_token: str | None = None): return page_token", "Depends(page)"),
    ("def listing(cursor_token='', sort_key=''): return cursor_token", "Depends(listing)"),
    ("def pager(token: str | None = None): return token", "Depends(pager)"),
    ("class LoginForm:\n    def __init__" + FIELDS, "Depends(LoginForm)"),
    ("class LoginRequest:\n    def __init__" + FIELDS, "Depends(LoginRequest)"),
    ("@dataclass\nclass LoginData:\n    name: str", "Depends(LoginData)"),
    ("class LoginQuery(BaseModel):\n    name: str", "Depends(LoginQuery)"),
    ("", "Depends(OAuth2PasswordRequestForm)"),
    ("", "Query(alias='page_token')"),
]


@pytest.mark.parametrize(("before", "given"), HARMLESS)
def test_forms_and_pagination_are_no_guards(before: str, given: str) -> None:
    assert only(ASKING.format(before, given)).guarded is False


@pytest.mark.parametrize(
    ("before", "given"),
    [
        ("def who(token: str): return token", "Depends(who)"),
        (
            "class Key:\n    def __init__(self, api_key: str = Header()):\n"
            "        self.api_key = api_key",
            "Depends(Key)",
        ),
        (
            "class LoginForm:\n    def __init__(self, password: str = Form('')):\n"
            "        if password != 'x': raise HTTPException(401)",
            "Depends(LoginForm)",
        ),
    ],
)
def test_credentials_and_classes_that_look_at_them_are_guards(before: str, given: str) -> None:
    assert only(ASKING.format(before, given)).guarded is True


BODIES = """
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel
from plugin import check_token, database
import jwt

app = FastAPI()

class User(BaseModel):
    name: str

def create_user(name):
    if not name:
        raise ValueError("no name")
    return User(name=name)

def make_token(name): return jwt.encode({{"sub": name}}, "x")
def read_token(text): return jwt.decode(text, "x")
def verified(text):
    if not text: raise KeyError(text)
def find_user(request): return request.headers["x-user"]

@app.post("/x")
def f(name: str, request: Request):
    {0}
"""


@pytest.mark.parametrize(
    "body",
    [
        "return User(name=name)",
        "return create_user(name)",
        "user = create_user(name)\n    if not user: raise HTTPException(404)",
        "return make_token(name)",
        "token = make_token(name)\n    database.add(token)",
    ],
)
def test_a_handler_that_makes_users_and_tokens_asks_nobody_who_he_is(body: str) -> None:
    route = only(BODIES.format(body))
    assert (route.guarded, route.doubts) == (False, ())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("check_token(name)", "`f` calls `check_token`, which is not the project's own"),
        (
            "who = read_token(name)\n    if not who: raise HTTPException(400)",
            "`f` calls `read_token`, and tests what it gives",
        ),
        ("if read_token(name): return 1", "`f` calls `read_token`, and tests what it gives"),
        ("verified(name)", "`f` calls `verified`, which raises errors"),
        ("request.user", "`f` reads `.user`, which may tell who is asking"),
        (
            "find_user(request)",
            "`f` calls `find_user`; `find_user` reads `.headers`, which may tell who is asking",
        ),
    ],
)
def test_what_may_be_looking_at_who_is_asking_is_named(body: str, why: str) -> None:
    route = only(BODIES.format(body))
    assert (route.guarded, route.doubts) == (None, (why,))


VIEW = """
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi_utils.cbv import cbv
from plugin import check

router = APIRouter()
def find(): ...
def admin():
    raise HTTPException(403)

@cbv(router)
class AdminUsers:
    {0}
    @router.get("/admin/users/{{key}}")
    def read(self, key: int): ...

app = FastAPI()
app.include_router(router)
"""


@pytest.mark.parametrize(
    ("members", "guards"),
    [
        ("found: int = Depends(find)", ()),
        ("found: int = Depends(admin)", ("admin",)),
        ("def __init__(self): ...", ()),
        ("def __init__(self): raise HTTPException(403)", ("AdminUsers",)),
        ("def __init__(self, request: Request): self.user = request.user", ()),
        ("def check(self): raise HTTPException(403)", ()),
    ],
)
def test_a_view_is_no_guard_for_what_it_is_called_or_another_handler_does(
    members: str, guards: tuple[str, ...]
) -> None:
    route = only(VIEW.format(members))
    assert (route.guards, route.guarded) == (guards, True if guards else None)


def test_a_handler_of_a_view_that_turns_away_guards_itself_alone() -> None:
    body = (
        '@router.put("/things")\n    def put(self):\n        if find(): raise HTTPException(403)\n'
    )
    table = routes_of_texts({"main.py": VIEW.format(body)})
    assert [(each.methods, each.guards) for each in table.routes] == [
        (("PUT",), ("(handler)",)),
        (("GET",), ()),
    ]


SOUNDS = """
from fastapi import Depends, FastAPI, HTTPException, Request
from plugin import look
app = FastAPI()
class NotLoggedOn(Exception): ...
def find(key: int): ...
def deny():
    raise HTTPException(403)
{0}
@app.get("/{{key}}")
def read(found=Depends(get_current_case)): ...
"""
NAMED = "`main:get_current_case` is called like a guard, but is not seen to turn anybody away"


@pytest.mark.parametrize(
    ("dependency", "guarded", "doubts"),
    [
        ("(key: int):\n    return find(key)", None, (NAMED,)),
        ("(key: int):\n    if not find(key): raise HTTPException(404)", None, (NAMED,)),
        ("(key: int):\n    if not find(key): raise NotLoggedOn", True, ()),
        ("(key: int):\n    if not find(key): raise HTTPException(403)", True, ()),
        ("(request: Request):\n    return find(request.path_params['key'])", None, (NAMED,)),
        ("(request: Request):\n    return look(request)", True, ()),
        ("(mine=Depends(deny)):\n    return mine", True, ()),
    ],
)
def test_a_name_alone_makes_no_guard_of_what_only_finds_something(
    dependency: str, *, guarded: bool | None, doubts: tuple[str, ...]
) -> None:
    route = only(SOUNDS.format(f"def get_current_case{dependency}"))
    assert (route.guarded, route.doubts) == (guarded, doubts)


def test_who_asks_what_scope_somebody_has_need_not_turn_him_away() -> None:
    code = """
from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.authentication import has_required_scope, requires
app = FastAPI()
class Limiter:
    def __call__(self, request: Request):
        if not has_required_scope(request, ["paid"]): raise HTTPException(429)
@app.get("/")
{0}
def read(request: Request, limited=Depends(Limiter())): ...
"""
    assert only(code.format("")).guarded is None
    assert only(code.format('@requires("in")')).guards == ("requires",)


LENIENT = """
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import APIKeyCookie, APIKeyHeader
from plugin import check
app = FastAPI()
class Refused(Exception): ...
header = APIKeyHeader(name="key", auto_error={0})
cookie = APIKeyCookie(name="key", auto_error=False)
def get_api_key(first=Depends(header), second=Depends(cookie)):
    {1}
@app.get("/")
def read(key=Depends(get_api_key)): ...
"""


@pytest.mark.parametrize(
    ("auto_error", "body", "guarded"),
    [
        (False, "return first or second", None),
        (True, "return first or second", True),
        (False, "if not first: raise HTTPException(401)", True),
        (False, "if not first: raise Refused", True),
        (False, "return check(first)", True),
    ],
)
def test_who_only_picks_what_lenient_schemes_found_is_no_guard(
    *, auto_error: bool, body: str, guarded: bool | None
) -> None:
    assert only(LENIENT.format(auto_error, body)).guarded is guarded


WRONG_ONLY = """
import jwt
from typing import Annotated
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Request
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from elsewhere import AnonymousUser, is_bad, load, logger
app = FastAPI()
asked = OAuth2PasswordBearer("token", auto_error=False)
strict = OAuth2PasswordBearer("token")
def get_user({0}):
    {1}
@app.get("/")
def read(user=Depends(get_user)): ...
"""
TOKEN = "token: str | None = Depends(asked)"
REFUSE = "raise HTTPException(401)"
LETS_IN = {
    "only what is there is looked at": (
        TOKEN,
        f"if token is not None:\n        if is_bad(token): {REFUSE}\n        return load(token)",
    ),
    "nothing is fine": (
        TOKEN,
        "if not token:\n        return None\n    user = load(token)\n"
        f"    if user is None: {REFUSE}\n    return user",
    ),
    "nobody in particular": (
        TOKEN,
        "if token is None:\n        logger.info('somebody')\n        return AnonymousUser()\n"
        f"    if is_bad(token): {REFUSE}",
    ),
    "what cannot be read is refused": (
        TOKEN,
        "if token:\n        try:\n            return jwt.decode(token, 'key')\n"
        f"        except jwt.PyJWTError:\n            {REFUSE}",
    ),
    "a header": (
        "x_key: Annotated[str | None, Header()] = None",
        f"if x_key is not None and is_bad(x_key): {REFUSE}",
    ),
    "a cookie": ("session: str | None = Cookie(None)", f"if session and is_bad(session): {REFUSE}"),
    "read from the request": (
        "request: Request",
        f"key = request.headers.get('x-key')\n    if key and is_bad(key): {REFUSE}",
    ),
    "read in the test": (
        "request: Request",
        f"if (key := request.headers.get('x-key')) is not None and is_bad(key): {REFUSE}",
    ),
}
GUARDS = {
    "nothing is refused": (TOKEN, f"if token is None: {REFUSE}\n    return load(token)"),
    "nothing is refused too": (TOKEN, f"if not token or is_bad(token): {REFUSE}"),
    "nothing is refused at the end": (
        TOKEN,
        f"if token:\n        return load(token)\n    {REFUSE}",
    ),
    "what is not the key": ("x_key: str | None = Header(None)", f"if x_key != 'k': {REFUSE}"),
    "it has to be sent": ("x_key: Annotated[str, Header()]", f"if is_bad(x_key): {REFUSE}"),
    "FastAPI refuses": (
        "token: str = Depends(strict)",
        f"if token:\n        if is_bad(token): {REFUSE}",
    ),
    "somebody may refuse": (TOKEN, f"check(token)\n    if token and is_bad(token): {REFUSE}"),
    "another test": (TOKEN, f"if load(token) is None: {REFUSE}"),
    "it fails": (TOKEN, f"user = load(token.id)\n    if user.age: {REFUSE}"),
}


@pytest.mark.parametrize(("takes", "body"), LETS_IN.values(), ids=LETS_IN)
def test_who_turns_away_only_what_is_wrong_is_no_guard_for_certain(takes: str, body: str) -> None:
    assert only(WRONG_ONLY.format(takes, body)).guarded is None


@pytest.mark.parametrize(("takes", "body"), GUARDS.values(), ids=GUARDS)
def test_who_turns_away_what_is_missing_is_a_guard(takes: str, body: str) -> None:
    assert only(WRONG_ONLY.format(takes, body)).guarded is True


@pytest.mark.parametrize(
    ("asked", "guards"),
    [
        ("user: User", ()),
        ("user: User, db: int = Depends(get_db)", ()),
        ("user: User, request: Request", ("(handler)",)),
        ("user: User, x_token: str = Header()", ("(handler)",)),
    ],
)
def test_a_refusal_that_only_the_body_decides_says_nothing_of_who_asks(
    asked: str, guards: tuple[str, ...]
) -> None:
    route = only(
        f"""
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel

app = FastAPI()


class User(BaseModel):
    plan: str


def get_db() -> int:
    return 1


@app.post("/users")
def create_user({asked}) -> User:
    if user.plan == "full":
        raise HTTPException(403, "no room for another one")
    return user
"""
    )
    assert (route.guards, route.guarded) == (guards, True if guards else None)
