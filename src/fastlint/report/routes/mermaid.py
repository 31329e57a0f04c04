"""The tree of routers as a Mermaid flowchart: who includes whom, under which prefix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.report.cells import visible
from fastlint.report.routes import apps, wording
from fastlint.report.summary import counted

if TYPE_CHECKING:
    from fastlint.report.options import ReportOptions
    from fastlint.routetable import ListedRoute, ListedRouter, RouteTable

_PLAIN = frozenset(" /.:-_,{}")


def render(table: RouteTable, options: ReportOptions) -> str:
    """A node for each router with what it serves itself, an arrow for each include and mount.

    Apps that are not the project's, and files, have a node as well.
    """
    del options
    return "\n".join(["flowchart LR", *(f"    {line}" for line in _lines(table)), ""])


def _lines(table: RouteTable) -> Iterator[str]:
    routes = Counter(route.router for route in table.routes if not route.is_app)
    open_ones = Counter(route.router for route in table.routes if route.guarded is False)
    seen: dict[int, None] = {}
    mounted: list[str] = []
    arrows: dict[str, None] = {}
    for route in table.routes:
        seen.setdefault(route.steps[0].parent if route.steps else route.router)
        for step in route.steps:
            seen.setdefault(step.child)
            prefix = wording.NOT_KNOWN if step.prefix is None else step.prefix
            line = "-.->" if step.conditional else "==>" if step.is_mount else "-->"
            label = f'|"{quoted(prefix)}"|' if prefix else ""
            arrows.setdefault(f"r{step.parent} {line}{label} r{step.child}")
        if route.is_app:
            name = f"m{len(mounted)}"
            mounted.append(f'{name}[["{quoted(route.name)}"]]')
            line = "-.->" if route.conditional else "==>"
            label = f'|"{quoted(_own_path(route))}"|'
            arrows.setdefault(f"r{route.router} {line}{label} {name}")
    for number in seen:
        router = table.routers[number]
        said = apps.aside(table, router.id) if router.is_app else ""
        yield _node(number, router, routes[number], open_ones[number], said)
    yield from mounted
    yield from arrows


def _own_path(route: ListedRoute) -> str:
    text = route.parts[-1].text
    return wording.NOT_KNOWN if text is None else text or "/"


def _node(number: int, router: ListedRouter, routes: int, unguarded: int, aside: str) -> str:
    said = [quoted(router.id)]
    if router.prefix != "":
        said.append(quoted(wording.NOT_KNOWN if router.prefix is None else router.prefix))
    if routes:
        said.append(quoted(counted(routes, "route")))
    if unguarded:
        said.append(quoted(f"{unguarded:,} without a guard"))
    if aside:
        said.append(quoted(aside))
    text = "<br/>".join(said)
    return f'r{number}(["{text}"])' if router.is_app else f'r{number}["{text}"]'


def quoted(text: str) -> str:
    """Text for a quoted label: what Mermaid, Markdown or HTML could read is an entity instead."""
    return "".join(
        each if each.isalnum() or each in _PLAIN else f"#{ord(each)};" for each in visible(text)
    )
