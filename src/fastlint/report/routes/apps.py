"""The words for the apps of a table of routes: who loads them, and how they are documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.report.routes.wording import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.routetable import ListedPage, RouteTable

_BY_SETTING = "unless a setting says otherwise"


def aside(table: RouteTable, app: str) -> str:
    """That no entry point leads to an app, where that is known; else nothing."""
    if not any(each.id == app == each.under and each.reached is False for each in table.apps):
        return ""
    places = list(dict.fromkeys(place for each in table.apps for place in each.entry_points))
    if len(places) == 1:
        return f"not reached from {places[0]}"
    return f"not reached from any of {len(places)} entry points"


def documentation(table: RouteTable, app: str) -> Iterator[tuple[str, str]]:
    """The paths that document an app or what is mounted in it, and who may see them."""
    for each in table.apps:
        if each.under == app:
            told: dict[str, list[str]] = {}
            for page in each.pages:
                told.setdefault(_seen_by(page), []).append(_path(page))
            yield from ((", ".join(paths), seen_by) for seen_by, paths in told.items())


def only_documented(table: RouteTable) -> Iterator[str]:
    """The apps of which nothing is left but what documents them."""
    served = {route.app for route in table.routes}
    for app in dict.fromkeys(each.under for each in table.apps):
        if app not in served and any(documentation(table, app)):
            yield app


def _path(page: ListedPage) -> str:
    return f"{page.option}={NOT_KNOWN}" if page.path == NOT_KNOWN else page.path


def _seen_by(page: ListedPage) -> str:
    unguarded = "no guard" if page.guarded is False else "guards unknown"
    said = f"guarded by {', '.join(page.guards)}" if page.guards else unguarded
    return said if page.is_certain else f"{said}, {_BY_SETTING}"
