"""The routes as Markdown tables, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.report.cells import visible
from fastlint.report.places import namer
from fastlint.report.routes import apps, wording

if TYPE_CHECKING:
    from fastlint.report.options import ReportOptions
    from fastlint.routetable import RouteTable

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")
_HEAD = ("Method", "Path", "Guards", "Handler", "Response", "At")


def render(table: RouteTable, options: ReportOptions) -> str:
    """A heading for each router, and a table under it."""
    return "\n".join([*_lines(table, options), wording.summary(table), ""])


def _lines(table: RouteTable, options: ReportOptions) -> Iterator[str]:
    name = namer(options)
    app: str | None = ""
    for group in wording.runs(table.routes):
        first = group[0]
        if first.app != app:
            app = first.app
            yield from _app(table, app)
        prefix = wording.prefix(first)
        title = code(table.routers[first.router].id)
        yield f"### {title} {code(prefix)}\n" if prefix else f"### {title}\n"
        yield f"| {' | '.join(_HEAD)} |"
        yield f"|{' --- |' * len(_HEAD)}"
        for route in group:
            colour = wording.colour(route)
            marks = wording.marks(route)
            handler = f"{colour} {code(route.name)}" if colour else code(route.name)
            cells = (
                wording.methods(route),
                code(route.path),
                escaped(wording.guards(route)),
                f"{handler} ({marks})" if marks else handler,
                escaped(wording.answer(route)),
                code(f"{name(route.span.path)}:{route.span.line}"),
            )
            yield f"| {' | '.join(cells)} |"
        yield ""
    for each in apps.only_documented(table):
        yield from _app(table, each)


def _app(table: RouteTable, app: str | None) -> Iterator[str]:
    if app is None:
        yield "## Included by no known app\n"
        return
    said = apps.aside(table, app)
    yield f"## {code(app)}{f' ({escaped(said)})' if said else ''}\n"
    told = list(apps.documentation(table, app))
    for paths, seen_by in told:
        yield f"- documentation: {', '.join(map(code, paths.split(', ')))} ({escaped(seen_by)})"
    if told:
        yield ""


def code(text: str) -> str:
    """A code span that stays one cell; a text with a backtick is escaped instead."""
    shown = visible(text)
    if "`" in shown or not shown:
        return escaped(text)
    return "`" + shown.replace("|", "\\|") + "`"


def escaped(text: str) -> str:
    """Plain text of which nothing is markup."""
    return _MARKUP.sub(r"\\\1", visible(text))
