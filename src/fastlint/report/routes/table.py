"""The routes as a table that a person reads: app by app, router by router."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.report.cells import visible, width_of, wrap
from fastlint.report.places import namer
from fastlint.report.routes import apps, wording
from fastlint.report.routes.columns import GAP, Cell, lines, natural, total, widths
from fastlint.report.text import Line, Segment, printed
from fastlint.routetable import ListedRoute

if TYPE_CHECKING:
    from fastlint.report.options import ReportOptions
    from fastlint.report.text import Style
    from fastlint.routetable import ListedRouter, RouteTable

_NARROWEST = 40
_WIDE = 120
"""From so many columns on a route gets one line; below, two, unless one is enough for all."""
_INDENT = 2
_METHOD = 8
"""Columns for the methods where there is little room."""
_WEIGHTS = (1, 3, 1, 2, 9, 1, 2)
"""How much harm is done by breaking a cell of each column of a line."""
_GUARD_STYLES: dict[bool | None, Style] = {True: "added", False: "warning", None: "quiet"}

Row = Sequence[Cell]


def render(table: RouteTable, options: ReportOptions) -> str:
    """Show every route under its router, and then how much was resolved."""
    width = max(options.width, _NARROWEST)
    page: _Page = _Wide(table, options)
    if width < _WIDE and not page.fits:
        page = _Narrow(table, options)
    shown = list(page.all()) if table.routes or any(apps.only_documented(table)) else []
    if shown and not options.quiet:
        shown.append([])
    if not options.quiet:
        shown += ([Segment(part)] for part in wrap(wording.summary(table), width))
        for sentence in table.coverage.lost_entry_points:
            shown += ([Segment(part, "warning")] for part in wrap(visible(f"{sentence}."), width))
        if options.verbose:
            shown += _unknown(table)
    return printed(shown, options)


def _unknown(table: RouteTable) -> Iterator[Line]:
    for route in table.routes:
        if route.doubts and not route.is_app:  # of which nothing is ever known
            said = f"whether anything guards {wording.methods(route)} {route.path}"
            said = f"{said}: {'; '.join(route.doubts)}"
            yield [Segment("  unknown: ", "quiet"), Segment(visible(said))]
    for sentence in table.coverage.unknown:
        yield [Segment("  unknown: ", "quiet"), Segment(visible(sentence))]


class _Page:
    """What both layouts share: the headings, and the words for each cell."""

    def __init__(self, table: RouteTable, options: ReportOptions) -> None:
        self.table = table
        self.name: Callable[[str], str] = namer(options)
        self.width = max(options.width, _NARROWEST)
        self.room = self.width - _INDENT
        self.fits = False
        """Whether no cell has to be broken."""

    def all(self) -> Iterator[Line]:
        """The whole table."""
        yield from self.head()
        app: str | None = ""
        for group in wording.runs(self.table.routes):
            is_headed = group[0].app != app
            if is_headed:
                app = group[0].app
                yield []
                yield from self._app(app)
            if not is_headed or group[0].steps or app is None:
                yield []
                yield from self._router(group[0])
            for route in group:
                yield from self.route(route)
        for app in apps.only_documented(self.table):
            yield []
            yield from self._app(app)

    def head(self) -> Iterator[Line]:
        """What the columns are."""
        raise NotImplementedError

    def route(self, route: ListedRoute) -> Iterator[Line]:
        """One route."""
        raise NotImplementedError

    def _app(self, app: str | None) -> Iterator[Line]:
        if app is None:
            yield [Segment("no app is known to include these", "warning")]
            return
        head = [Segment(visible(app), "info")]
        if said := apps.aside(self.table, app):
            head.append(Segment(f"  {visible(said)}", "warning"))
        made = next((each.span for each in self.table.apps if each.id == app), None)
        yield from self._titled(head, "" if made is None else f"{self.name(made.path)}:{made.line}")
        for paths, seen_by in apps.documentation(self.table, app):
            for number, part in enumerate(
                wrap(f"{visible(paths)}  ({visible(seen_by)})", self.room - 6)
            ):
                yield [
                    Segment("  docs  " if not number else " " * 8, "quiet"),
                    Segment(part, "quiet"),
                ]

    def _router(self, route: ListedRoute) -> Iterator[Line]:
        router = self.table.routers[route.router]
        head = [Segment(visible(router.id), "strong")]
        if prefix := wording.prefix(route):
            head.append(Segment(f"  {visible(prefix)}", "step"))
        if any(step.conditional for step in route.steps):
            head.append(Segment(f"  {wording.CONDITIONAL}", "warning"))
        yield from self._titled(head, self.place(router))

    def _titled(self, head: list[Segment], place: str) -> Iterator[Line]:
        line: list[Segment] = []
        used = 0
        for each in (*head, Segment(f"  {visible(place)}", "quiet")):
            if line and used + width_of(each.text) > self.width:
                yield line
                line, used = [Segment("  ")], _INDENT
            line.append(each)
            used += width_of(each.text)
        yield line

    def place(self, of: ListedRoute | ListedRouter) -> str:
        """``file:line``; of a mount, where it is mounted."""
        span = of.registered if isinstance(of, ListedRoute) and of.is_app else of.span
        return f"{self.name(span.path)}:{span.line}"

    def near(self, route: ListedRoute) -> str:
        """The same; only ``:line`` where the heading names the file."""
        place, file = self.place(route), self.name(self.table.routers[route.router].span.path)
        return place.removeprefix(file) if place.startswith(f"{file}:") else place

    def cells(self, route: ListedRoute) -> tuple[Cell, Cell, Cell, Cell]:
        """Method, path, guards and answer."""
        return (
            Cell(wording.methods(route), "strong"),
            Cell(route.path, "warning" if wording.NOT_KNOWN in route.path else ""),
            Cell(wording.guards(route), _GUARD_STYLES[route.guarded]),
            Cell(wording.answer(route)),
        )

    def handler(self, route: ListedRoute) -> str:
        """The handler, what the API's documentation says of it, and whether it may be missing."""
        marks = wording.marks(route)
        return f"{route.name} ({marks})" if marks else route.name


class _Wide(_Page):
    """A line for each route."""

    def __init__(self, table: RouteTable, options: ReportOptions) -> None:
        super().__init__(table, options)
        self.at: Callable[[ListedRoute], str] = self.place
        rows = self._rows()
        if total(rows) > self.room:
            self.at = self.near
            rows = self._rows()
        self.fits = total(rows) <= self.room
        self.columns = widths(rows, self.room, _WEIGHTS)

    def _rows(self) -> list[Row]:
        return [self._titles(), *map(self._row, self.table.routes)]

    def _titles(self) -> Row:
        words = ("METHOD", "PATH", "GUARDS", "RESPONSE", "", "HANDLER", "AT")
        return [Cell(word, "quiet") for word in words]

    def _row(self, route: ListedRoute) -> Row:
        colour = Cell(wording.colour(route), "step" if route.is_async else "quiet")
        at = Cell(self.at(route), "quiet")
        return [*self.cells(route), colour, Cell(self.handler(route)), at]

    def head(self) -> Iterator[Line]:
        yield from lines(self._titles(), self.columns, _INDENT)

    def route(self, route: ListedRoute) -> Iterator[Line]:
        yield from lines(self._row(route), self.columns, _INDENT)


class _Narrow(_Page):
    """Two lines for each route, in the same three columns."""

    def __init__(self, table: RouteTable, options: ReportOptions) -> None:
        super().__init__(table, options)
        rows = [row for route in table.routes for row in self._rows(route)]
        rows += self._titles()
        method, middle, right = natural(rows)
        method = min(method, _METHOD)
        right = min(right, self.room * 2 // 5)
        self.columns = [method, min(middle, self.room - method - right - 2 * GAP), right]

    def _titles(self) -> tuple[Row, Row]:
        return (
            [Cell(word, "quiet") for word in ("METHOD", "PATH", "GUARDS")],
            [Cell(word, "quiet") for word in ("", "HANDLER", "RESPONSE")],
        )

    def _rows(self, route: ListedRoute) -> tuple[Row, Row]:
        method, path, guards, answer = self.cells(route)
        handler = " ".join(filter(None, (wording.colour(route), self.handler(route))))
        below = Cell(f"{handler}  {self.near(route)}", "quiet")
        return [method, path, guards], [Cell(""), below, answer]

    def head(self) -> Iterator[Line]:
        for row in self._titles():
            yield from lines(row, self.columns, _INDENT)

    def route(self, route: ListedRoute) -> Iterator[Line]:
        for row in self._rows(route):
            yield from lines(row, self.columns, _INDENT)
