"""Cookies that say who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import Const
from fastlint.model.reading.enclosing import is_under_test_of
from fastlint.model.reading.words import Phrases, words

if TYPE_CHECKING:
    from fastlint.model.project import Project

_IDENTITY = Phrases(
    ["session", "session id", "sessionid", "sid", "token", "jwt", "auth", "authorization",
     "session token", "access token", "refresh token", "id token", "api key", "apikey",
     "remember me"]
)  # fmt: skip
_READ_BY_PAGES = frozenset({"csrf", "xsrf", "csrftoken", "fake", "test", "has", "is", "expired"})
_ENVIRONMENT = re.compile(
    r"debug|devel|(?:^|_)(?:dev|env|environment|local|prod)(?:$|_)", re.IGNORECASE
)
_FLAGS = (("httponly", 7), ("secure", 6))
"""The flags with their places in ``Response.set_cookie`` (starlette 1.10, ``responses.py``)."""


class Cookie(msgspec.Struct, frozen=True, eq=False):
    """A cookie that is set without what protects it."""

    function: Function
    site: CallSite
    name: str
    missing: tuple[str, ...]
    """``httponly``, ``secure``, or both."""


def unprotected(project: Project) -> Iterator[Cookie]:
    """Cookies named after sessions and tokens that are set without a flag, or with it off."""
    if not any(_sets(each) for module in project.modules for each in module.facts.functions):
        return
    for reached in project.reach.reached:
        function = reached.function
        if not _sets(function.facts):
            continue
        for site in function.calls:
            name = _name(site)
            if name is not None and "**" not in site.keywords:
                missing = tuple(flag for flag, place in _FLAGS if _is_off(site, flag, place))
                if missing and not _is_for_developers(site, function):
                    yield Cookie(function, site, name, missing)


def _sets(facts: tree.FunctionFacts) -> bool:
    return search.mentions(facts, search.spelled("set_cookie"))


def _name(site: CallSite) -> str | None:
    """The name of the cookie, if that says who somebody is."""
    callee = dotted(site.callee) or ""
    if not (callee.endswith(".set_cookie") and callee.startswith(("starlette.", "fastapi."))):
        return None
    given = site.keywords.get("key", site.args[0] if site.args else None)
    name = given.value if isinstance(given, Const) else None
    if not isinstance(name, str) or _READ_BY_PAGES.intersection(words(name)):
        return None
    return name if _IDENTITY.end_of(name) is not None else None


def _is_for_developers(site: CallSite, function: Function) -> bool:
    """Whether ``secure=False`` is written where a test asks in which environment the code runs."""
    if site.keywords.get("secure") is None:
        return False
    return is_under_test_of(_ENVIRONMENT, site.node, function.nodes)


def _is_off(site: CallSite, flag: str, place: int) -> bool:
    given = site.keywords.get(flag, site.args[place] if len(site.args) > place else None)
    if isinstance(given, Const) and flag == "secure":
        return given.value is False and not given.settable
    return given is None  # `httponly=False` says that the page is meant to read it
