"""Guards that let in who brings nothing: held against what FastAPI answers to such a request."""

from __future__ import annotations

import warnings

import pytest
from fastapi import FastAPI

from fastlint.api import routes_of_texts
from fastlint.routetable import ListedRoute

BEFORE = """
import os
from typing import Annotated, Optional
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Query, Request, Security
from fastapi.security import (
    APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer, SecurityScopes,
)

app = FastAPI()
strict = OAuth2PasswordBearer(tokenUrl="token")
lenient = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)
bearer = HTTPBearer(auto_error=False)
Credentials = Optional[HTTPAuthorizationCredentials]
KEYS = {"a": "admin", "b": "guest"}
TOKEN = os.getenv("NOBODY_SETS_THIS")
ENFORCED = False

class Forbidden(HTTPException):
    def __init__(self):
        super().__init__(403)

class Expired(Exception): ...

def find(token):
    if token not in KEYS:
        raise HTTPException(401)
    return KEYS[token]

def find_softly(token):
    if not token:
        return None
    return find(token)

def decoded(token):
    if token is None:
        raise Expired
    return KEYS.get(token)

class Settings:
    def __init__(self):
        self.enforced = False

settings = Settings()
"""
AFTER = """
@app.get("/x")
def read(who=Depends(guard)): ...
"""

LETS_IN = [
    "def guard(token=Depends(lenient)):\n if token is not None and token not in KEYS:\n"
    "  raise HTTPException(401)",
    "def guard(token=Depends(lenient)):\n if token is not None:\n  return find(token)",
    "def guard(token=Depends(lenient)):\n if not token: return None\n return find(token)",
    "def guard(token=Depends(lenient)):\n return find(token) if token else None",
    "def guard(token=Depends(lenient)):\n return token and find(token)",
    "def guard(token=Depends(lenient)):\n return find_softly(token)",
    "def guard(token=Depends(lenient)):\n user = find_softly(token)\n"
    " if user and user != 'admin': raise HTTPException(403)\n return user",
    "def guard(token=Depends(lenient)):\n try:\n  return decoded(token)\n"
    " except Expired:\n  return None\n raise HTTPException(401)",
    "def guard(token=Depends(lenient)):\n try:\n  return find(token)\n"
    " except HTTPException:\n  return None",
    "def guard(token=Depends(lenient)):\n if token:\n  try:\n   decoded(token)\n"
    "  except Expired:\n   raise HTTPException(401)",
    "def guard(given: Credentials = Depends(bearer)):\n"
    " token = given.credentials if given else None\n if token is None: return\n return find(token)",
    "def guard(first=Depends(bearer), second=Depends(lenient)):\n found = first or second\n"
    " if found and found not in KEYS: raise HTTPException(401)",
    "def guard(authorization: Optional[str] = Header(None)):\n"
    " if authorization and authorization not in KEYS: raise HTTPException(401)",
    "def guard(token: str = Cookie('')):\n if token == '': return\n find(token)",
    "def guard(request: Request):\n token = request.headers.get('Authorization')\n"
    " if token: return find(token)",
    "def guard(request: Request):\n"
    " if (token := request.cookies.get('session_token')) is None: return None\n return find(token)",
    "def inner(token=Depends(lenient)):\n return find(token) if token else None\n"
    "def guard(user=Depends(inner)):\n if user is not None and user != 'admin': raise Forbidden",
    "def inner(token=Depends(lenient)):\n if token: yield find(token)\n else: yield None\n"
    "def guard(user=Depends(inner)):\n return user",
    "class Guard:\n def __init__(self, strict): self.strict = strict\n"
    " def __call__(self, token=Depends(lenient)):\n  if token: return find(token)\n"
    "guard = Guard(True)",
    "def inner(scopes: SecurityScopes, token=Depends(lenient)):\n if token: find(token)\n"
    "guard = inner",
    "def guard(token=Depends(lenient)):\n if ENFORCED and not token: raise HTTPException(401)",
    "def guard(key: Optional[str] = Header(None)):\n"
    " if TOKEN and key != TOKEN: raise HTTPException(401)",
    "def guard(token: str = ''):\n return token",
    "class Guard:\n def __init__(self, required=True): self.required = required\n"
    " def __call__(self, token=Depends(lenient)):\n"
    "  if self.required and not token: raise HTTPException(401)\n"
    "  return token and find(token)\n"
    "guard = Guard(required=False)",
    "def guard(token=Depends(lenient)):\n try:\n  return KEYS[token]\n"
    " except KeyError:\n  return None\n raise HTTPException(401)",
    "class Guard(HTTPBearer):\n async def __call__(self, request: Request):\n"
    "  given = await super().__call__(request)\n"
    "  if given and given.credentials not in KEYS: raise HTTPException(403)\n"
    "guard = Guard(auto_error=False)",
]
TURNS_AWAY = [
    "def guard(token=Depends(lenient)):\n if token not in KEYS: raise HTTPException(401)",
    "def guard(token=Depends(lenient)):\n return find(token)",
    "def guard(token=Depends(strict)):\n if token is not None and token not in KEYS:\n"
    "  raise HTTPException(401)",
    "def guard(token=Depends(lenient)):\n if not token: raise HTTPException(401)\n return token",
    "def guard(token=Depends(lenient)):\n if token is None: raise Forbidden()\n return token",
    "def guard(token=Depends(lenient)):\n user = find_softly(token)\n"
    " if user is None: raise HTTPException(401)\n return user",
    "def guard(token=Depends(lenient)):\n try:\n  user = decoded(token)\n"
    " except Expired:\n  raise HTTPException(401)\n return user",
    "def guard(token=Depends(lenient)):\n try:\n  user = find(token)\n"
    " except Expired:\n  return None\n return user",
    "def guard(given: Credentials = Depends(bearer)):\n return find(given.credentials)",
    "def guard(authorization: Optional[str] = Header(None)):\n find(authorization)",
    "def guard(authorization: str = Header()):\n find(authorization)",
    "def guard(request: Request):\n find(request.headers.get('Authorization'))",
    "def inner(token=Depends(strict)):\n return find(token)\n"
    "def guard(user=Depends(inner)):\n if user == 'guest': raise HTTPException(403)",
    "def inner(token=Depends(lenient)):\n return find(token) if token else None\n"
    "def guard(user=Depends(inner)):\n if not user: raise HTTPException(401)",
    "def inner(token=Depends(lenient)):\n return find(token) if token else None\n"
    "def guard(user=Depends(inner)):\n if user != 'admin': raise HTTPException(403)",
]


def only(code: str) -> ListedRoute:
    (route,) = routes_of_texts({"main.py": code}).routes
    return route


def answered(code: str) -> int:
    """The status that FastAPI answers with to who brings nothing; 500 for an error."""
    names: dict[str, object] = {}
    exec(compile(code, "main.py", "exec", dont_inherit=True), names)  # noqa: S102 - the cases
    app = names["app"]
    assert isinstance(app, FastAPI)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

        return TestClient(app, raise_server_exceptions=False).get("/x").status_code


@pytest.mark.parametrize("guard", LETS_IN)
def test_who_lets_in_a_request_that_brings_nothing_is_told_as_no_guard(guard: str) -> None:
    code = f"{BEFORE}\n{guard}\n{AFTER}"
    route = only(code)
    assert answered(code) == 200
    assert (route.guards, route.guarded) == ((), None)
    assert any("lets in who brings no credentials" in doubt for doubt in route.doubts), route.doubts


@pytest.mark.parametrize("guard", TURNS_AWAY)
def test_who_turns_away_a_request_that_brings_nothing_is_a_guard(guard: str) -> None:
    code = f"{BEFORE}\n{guard}\n{AFTER}"
    assert answered(code) >= 400
    name = "Guard" if "class Guard" in guard else "guard"
    assert (only(code).guards, only(code).guarded) == ((name,), True)


HANDLERS = [
    ("{}\n if who is None: raise HTTPException(401)", ("(handler)",), True),
    ("{}\n if who != 'admin': raise HTTPException(403)", ("(handler)",), True),
    ("{}\n if who is not None and who != 'admin': raise HTTPException(403)", (), None),
    ("{}\n return {{}} if who is None else find(who)", (), None),
]


@pytest.mark.parametrize(("body", "guards", "guarded"), HANDLERS)
def test_a_handler_guards_itself_where_it_turns_away_who_was_let_in(
    body: str, guards: tuple[str, ...], *, guarded: bool | None
) -> None:
    handler = body.format('@app.get("/x")\ndef read(who=Depends(lenient)):')
    code = f"{BEFORE}\n{handler}\n"
    route = only(code)
    assert (answered(code) >= 400) is bool(guards)
    assert (route.guards, route.guarded) == (guards, guarded)
