"""Picks routes out of a table."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from fnmatch import fnmatchcase

import msgspec

from fastlint.routetable import ListedPage, ListedRoute, RouteTable

_PARAM = re.compile(r"{[a-zA-Z_]\w*(?::(\w+))?}")
_CONVERTORS = {
    "int": "[0-9]+?",
    "float": r"[0-9]+?(?:\.[0-9]+?)?",
    "uuid": "[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}",
}
"""As in ``starlette/convertors.py``, but for ``path``; as short as can be."""


METHODS = (
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "WS", "WEBSOCKET", "MOUNT"
)  # fmt: skip
"""What a filter may name, besides what the routes themselves have."""


_SOCKET = ("WS", "WEBSOCKET")
_OF_FILES = ("GET", "HEAD")
"""What ``StaticFiles`` answers (starlette/staticfiles.py)."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which routes are wanted; an empty filter leaves all of them."""

    path: str = ""
    """A part of the path, or a pattern with ``*`` for the whole of it."""
    tags: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    """In upper case; ``WS`` (or ``WEBSOCKET``) and ``MOUNT`` stand for what has no method.

    What may answer any method, as far as is known, is wanted with each of them.
    """
    unprotected: bool = False
    """Only routes that nothing is known to guard."""


def narrowed(table: RouteTable, filters: Filters) -> RouteTable:
    """The table with the wanted routes only."""
    routes = tuple(route for route in table.routes if _is_wanted(route, filters))
    apps = tuple(
        msgspec.structs.replace(
            app, pages=tuple(page for page in app.pages if _is_wanted_page(page, filters))
        )
        for app in table.apps
    )
    return msgspec.structs.replace(table, routes=routes, apps=apps)


def is_empty(table: RouteTable) -> bool:
    """Whether there is neither a route nor a page that documents an app in it."""
    return not table.routes and not any(app.pages for app in table.apps)


def _is_wanted(route: ListedRoute, filters: Filters) -> bool:
    return (
        _is_at(route.path, filters.path)
        and (not filters.tags or not filters.tags.isdisjoint(route.tags))
        and (not filters.methods or _answers(route, filters.methods))
        and not (filters.unprotected and route.guarded is True)
    )


def _is_wanted_page(page: ListedPage, filters: Filters) -> bool:
    """As of a route: it has no tags, and answers what files do."""
    return (
        _is_at(page.path, filters.path)
        and not filters.tags
        and (not filters.methods or not filters.methods.isdisjoint(_OF_FILES))
        and not (filters.unprotected and page.guarded is True)
    )


def _is_at(path: str, wanted: str) -> bool:
    if any(each in wanted for each in "*?"):
        return fnmatchcase(path, wanted.replace("[", "[[]"))
    return wanted in path


def _answers(route: ListedRoute, methods: frozenset[str]) -> bool:
    """Whether it answers, or may answer, one of the methods."""
    own = _methods(route)
    return not own or not methods.isdisjoint((*own, "MOUNT") if route.kind == "mount" else own)


def _methods(route: ListedRoute) -> Collection[str]:
    """What it answers; nothing where that is not known, or for another app to say."""
    if route.kind == "websocket" or route.serves == "socket":
        return _SOCKET
    return _OF_FILES if route.serves == "files" else route.methods


def answering(table: RouteTable, path: str) -> tuple[ListedRoute, ...]:
    """The routes at ``path``, as it is declared or as a request would name it.

    Of the routes that a request would match the first one for each method answers.
    """
    declared = tuple(route for route in table.routes if route.path == path)
    if declared:
        return declared
    answer = _by_request(table, path)
    return answer or _mounted(table, path)


def _by_request(table: RouteTable, path: str) -> tuple[ListedRoute, ...]:
    found: list[ListedRoute] = []
    taken: set[tuple[str | None, str]] = set()
    for route in table.routes:
        if route.is_app or not _pattern(route.path).fullmatch(path):
            continue
        mine = {(route.app, method) for method in _methods(route) or METHODS}
        if not mine <= taken:
            found.append(route)
        taken |= mine
    return tuple(found)


def _mounted(table: RouteTable, path: str) -> tuple[ListedRoute, ...]:
    """What is mounted above the path, of each app the first."""
    found: dict[str | None, ListedRoute] = {}
    above = [path[:end] for end, character in enumerate(path) if character == "/"]
    for route in table.routes:
        if route.is_app and any(map(_pattern(route.path.rstrip("/")).fullmatch, above)):
            found.setdefault(route.app, route)
    return tuple(found.values())


def documenting(table: RouteTable, path: str) -> RouteTable:
    """The table with nothing but what documents an app at ``path``."""
    apps = tuple(
        msgspec.structs.replace(app, pages=tuple(each for each in app.pages if each.path == path))
        for app in table.apps
    )
    return msgspec.structs.replace(
        table, routes=(), apps=tuple(each for each in apps if each.pages)
    )


def similar(table: RouteTable, path: str) -> tuple[str, ...]:
    """Paths that could have been meant."""
    paths = {route.path for route in table.routes}
    paths |= {page.path for app in table.apps for page in app.pages}
    return tuple(get_close_matches(path, sorted(paths), n=3, cutoff=0.6))


def _pattern(path: str) -> re.Pattern[str]:
    """What requests to a path look like.

    Of several pieces that hold slashes all but the last take as little as they can and do not give
    it back (``(?>…)``): what follows the next one is found anyway, and nothing is tried twice.
    """
    stretches: list[list[str]] = [[]]
    end = 0
    for match in _PARAM.finditer(path):
        stretches[-1].append(re.escape(path[end : match.start()]))
        if match[1] == "path":
            stretches.append([])
        else:
            stretches[-1].append(_CONVERTORS.get(match[1], "[^/]+?"))
        end = match.end()
    stretches[-1].append(re.escape(path[end:]))
    first, *others = ("".join(parts) for parts in stretches)
    if not others:
        return re.compile(first)
    between = "".join(f"(?>.*?{each})" for each in others[:-1])
    return re.compile(f"{first}{between}.*{others[-1]}")
