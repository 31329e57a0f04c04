"""The words for what is in a table of routes, the same in every format for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.routetable import ListedPage, ListedRoute, RouteTable

NOT_KNOWN = "…"
NOT_JUDGED = "not judged"
_SERVES = {"app": "an app", "files": "files", "route": "Starlette", "socket": "Starlette"}
CONDITIONAL = "if its condition holds"
_OK = 200
_WHOLE = 1000


def methods(route: ListedRoute) -> str:
    """``GET``, ``GET, POST``, ``WS``, ``MOUNT``."""
    if route.is_app:
        return "MOUNT"
    if route.kind == "websocket" or route.serves == "socket":
        return "WS"
    return ", ".join(route.methods) or NOT_KNOWN


def colour(route: ListedRoute) -> str:
    """``async`` or ``sync``; nothing for an app that is mounted."""
    if route.is_app or route.is_async is None:
        return ""
    return "async" if route.is_async else "sync"


def guards(route: ListedRoute) -> str:
    """Who guards the route, ``none``, or ``unknown`` where somebody may.

    Of an app that is mounted that is not asked: it has guards of its own, or none.
    """
    return NOT_JUDGED if route.is_app and not route.guards else of_guards(route)


def of_guards(each: ListedRoute | ListedPage) -> str:
    """The guards by name, ``none``, or ``unknown``."""
    return ", ".join(each.guards) or ("none" if each.guarded is False else "unknown")


def answer(route: ListedRoute) -> str:
    """The response model, with the status code where that is not the usual one."""
    if route.kind == "mount":
        return _SERVES[route.serves]
    parts = []
    if route.status_code not in (None, _OK):
        parts.append(str(route.status_code))
    if route.response_model is not None:
        parts.append(route.response_model)
    elif route.streams is not None:
        parts.append(f"stream of {route.streams}")
    return " ".join(parts) or ("" if route.kind != "http" else "-")


def remarks(route: ListedRoute) -> str:
    """``deprecated``, ``hidden``: what the API's documentation does not show as usual."""
    said = ["deprecated"] if route.deprecated else []
    if route.kind == "http" and not route.include_in_schema:
        said.append("hidden")
    return ", ".join(said)


def marks(route: ListedRoute) -> str:
    """The same, and whether the route is there at all only under a condition."""
    return ", ".join(filter(None, (remarks(route), CONDITIONAL if route.conditional else "")))


def runs(routes: Sequence[ListedRoute]) -> Iterator[list[ListedRoute]]:
    """Stretches of routes that the same router serves in the same way, in matching order."""
    current: list[ListedRoute] = []
    for route in routes:
        before = current[-1] if current else None
        if before and (before.app, before.router, before.steps) != (
            route.app,
            route.router,
            route.steps,
        ):
            yield current
            current = []
        current.append(route)
    if current:
        yield current


def prefix(route: ListedRoute) -> str:
    """What the path begins with before the decorator's part."""
    return "".join(NOT_KNOWN if part.text is None else part.text for part in route.parts[:-1])


def summary(table: RouteTable) -> str:
    """How much is shown, who guards it, and how much of it was resolved."""
    routes = [route for route in table.routes if route.kind != "mount"]
    more = [_besides(table), _missing(table)]
    if table.coverage.is_cut_short:
        more.append("Not all routes are known: the code goes on for too long to follow it.")
    if table.left_out:
        more.append(f"{counted(table.left_out, 'route')} of tests left out.")
    if not table.total:
        return " ".join([f"No FastAPI route in {counted(table.coverage.files, 'file')}.", *more])
    shown = counted(len(routes), "route")
    if len(routes) != table.total:
        shown = f"{len(routes):,} of {counted(table.total, 'route')}"
    parts = [f"{shown}: {_protection(routes)}"] if routes else [shown]
    partly = sum(bool(route.unknown) for route in routes)
    if partly:
        share = (len(routes) - partly) * _WHOLE // len(routes) / 10
        resolved = f"{len(routes) - partly:,} resolved in every part ({share:.1f}%)"
        parts.append(f"{resolved}, {partly:,} with an unknown part")
    elif routes and not table.coverage.is_cut_short and all(r.guarded is not None for r in routes):
        parts.append("every part of them resolved")
    return " ".join(filter(None, [f"{'; '.join(parts)}.", *more]))


def _besides(table: RouteTable) -> str:
    """What is served without FastAPI's dependencies; empty where nothing is."""
    raw = [route for route in table.routes if route.kind == "mount" and not route.is_app]
    apps = sum(route.is_app for route in table.routes)
    said = []
    if raw:
        said.append(f"{counted(len(raw), 'route')} of Starlette ({_protection(raw)})")
    if apps:
        said.append(f"{counted(apps, 'mount')} ({NOT_JUDGED})")
    return f"Besides, without dependencies: {', '.join(said)}." if said else ""


def _missing(table: RouteTable) -> str:
    """What routes may be missing for, where no route that is shown tells of it."""
    coverage = table.coverage
    said = []
    if coverage.unread:
        said.append(f"{counted(coverage.unread, 'file')} could not be read (see `fastlint check`)")
    if coverage.unknown and not coverage.unknown_routes:
        said.append(f"{counted(len(coverage.unknown), 'thing')} unknown (see `--verbose`)")
    return f"Routes may be missing: {', '.join(said)}." if said else ""


def _protection(routes: Sequence[ListedRoute]) -> str:
    guarded = sum(route.guarded is True for route in routes)
    unguarded = sum(route.guarded is False for route in routes)
    rest = len(routes) - guarded - unguarded
    said = f"{guarded:,} guarded, {unguarded:,} without a guard"
    return f"{said}, {rest:,} where that is not known" if rest else said
