"""One route in full: where each part of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.report.cells import visible, width_of, wrap
from fastlint.report.places import namer
from fastlint.report.routes import wording
from fastlint.report.routes.columns import pieces
from fastlint.report.text import Line, Segment, printed

if TYPE_CHECKING:
    from fastlint.findings import Span
    from fastlint.report.options import ReportOptions
    from fastlint.report.text import Style
    from fastlint.routetable import (
        ListedApp,
        ListedDependency,
        ListedPage,
        ListedParameter,
        ListedRoute,
        PathPart,
        RouteTable,
    )

_LABEL = 14
_HANGING = 4
"""How much further in the rest of a name stands that needs more than a line."""
_SOURCES = {
    "app": "`dependencies=` of the app",
    "include": "`dependencies=` of the include",
    "router": "`dependencies=` of the router",
    "route": "`dependencies=` of the decorator",
}
_WHO = {
    "app": "the app {}",
    "mount": "{} is mounted",
    "include": "{} is included",
    "router": "the prefix of {}",
    "route": "the route itself",
}


def render(table: RouteTable, options: ReportOptions) -> str:
    """Every route of the table in full, after what documents an app: FastAPI asks that first."""
    page = _Page(options)
    shown: list[Line] = []
    told = [page.documentation(app, each) for app in table.apps for each in app.pages]
    for lines in (*told, *map(page.route, table.routes)):
        if shown:
            shown.append([])
        shown += lines
    return printed(shown, options)


class _Page:
    def __init__(self, options: ReportOptions) -> None:
        self.name = namer(options)
        self.width = max(options.width, 40)

    def route(self, route: ListedRoute) -> Iterator[Line]:
        """All that is known of it."""
        title = f"{wording.methods(route)} {route.path}"
        yield [Segment(visible(title), "strong")]
        colour = wording.colour(route)
        runs = {"async": "async, on the event loop", "sync": "sync, in a thread", "": ""}[colour]
        handler = route.handler or (route.name if route.is_app else wording.NOT_KNOWN)
        yield from self._row("handler", f"{handler} ({runs})" if runs else handler, route.span)
        yield from self._row("app", route.app or "no app is known to include it")
        yield []
        yield [Segment("  path", "step")]
        for part in route.parts:
            yield from self._part(part)
        if route.parameters:
            yield []
            yield [Segment("  parameters of the handler", "step")]
            for parameter in route.parameters:
                yield from self._parameter(parameter)
        if route.dependencies:
            yield []
            yield [Segment("  dependencies, in the order in which they run", "step")]
            for number, dependency in enumerate(route.dependencies, 1):
                yield from self._dependency(number, dependency)
        yield []
        yield from self._facts(route)
        for sentence in route.unknown:
            yield from self._row("unknown", sentence, style="warning")

    def documentation(self, app: ListedApp, page: ListedPage) -> Iterator[Line]:
        """A page that FastAPI serves by itself."""
        yield [Segment(visible(f"GET {page.path}"), "strong")]
        yield from self._row("handler", f"FastAPI's own, where `{page.option}=` says")
        yield from self._row("app", app.id, app.span)
        yield []
        yield from self._row(
            "guards", wording.of_guards(page), style="added" if page.guards else "warning"
        )
        for sentence in page.doubts:
            yield from self._row("", sentence, style="quiet")
        if not page.is_certain:
            yield from self._row("unknown", "a setting may say otherwise", style="warning")

    def _facts(self, route: ListedRoute) -> Iterator[Line]:
        yield from self._row(
            "guards", wording.guards(route), style="added" if route.guards else "warning"
        )
        for sentence in route.doubts:
            yield from self._row("", sentence, style="quiet")
        if route.kind != "http":
            return
        source = {"option": " (`response_model=`)", "annotation": " (return annotation)"}
        said = route.response_model or (f"stream of {route.streams}" if route.streams else "none")
        yield from self._row("response", f"{said}{source.get(route.response_source or '', '')}")
        usual = f"that of {route.response_class}" if route.response_class else "200, the default"
        yield from self._row("status", str(route.status_code or usual))
        if route.tags:
            yield from self._row("tags", ", ".join(route.tags))
        if route.operation_id:
            yield from self._row("operation id", route.operation_id)
        if remarks := wording.remarks(route):
            yield from self._row("in the docs", remarks)

    def _part(self, part: PathPart) -> Iterator[Line]:
        text = wording.NOT_KNOWN if part.text is None else part.text or '""'
        yield from self._at(4, text, "warning" if part.text is None else "strong", part.span)
        *above, line = self._broken(8, _WHO[part.by].format(part.name), "quiet")
        yield from above
        maybe = Segment(f", {wording.CONDITIONAL}", "warning")
        yield [*line, maybe] if part.conditional else line

    def _parameter(self, each: ListedParameter) -> Iterator[Line]:
        source = "from where is not known" if each.source == "unknown" else each.source
        said = f"{each.name}: {each.type}" if each.type else each.name
        optional = "" if each.required else ", optional"
        yield from self._at(4, f"{said} ({source}{optional})", "strong", each.span)

    def _dependency(self, number: int, each: ListedDependency) -> Iterator[Line]:
        style: Style = "added" if each.guard else "strong"
        yield from self._at(4, f"{number}. {each.name}", style, each.span)
        if each.scheme:
            what = f"security scheme {each.scheme}"
        else:
            what = {True: "guard", None: "may be a guard", False: ""}[each.guard]
        if each.origin == "parameter" or each.asked_by:
            asker = each.asked_by.rpartition(":")[2] or "the handler"
            why, at = f"parameter `{each.parameter}` of {asker}", each.asked_at
        else:
            why, at = _SOURCES.get(each.origin, each.origin), each.declared
        if what:
            yield [Segment(f"        {what}", style)]
        yield from self._at(8, why, "quiet", at)
        if at is not None and not at.contains(each.declared):
            yield from self._at(8, "through its type", "quiet", each.declared)

    def _row(
        self, label: str, text: str, span: Span | None = None, style: Style = ""
    ) -> Iterator[Line]:
        place = f"  {self.name(span.path)}:{span.line}" if span is not None else ""
        room = max(self.width - _LABEL - 2, 20)
        parts = wrap(visible(text), room)
        for number, part in enumerate(parts):
            head = Segment(f"  {label if not number else '':<{_LABEL}}", "step")
            line = [head, Segment(part, style)]
            if number == len(parts) - 1 and place:
                if _LABEL + 2 + width_of(part) + width_of(visible(place)) > self.width:
                    yield line
                    line = [Segment(" " * _LABEL)]
                line.append(Segment(visible(place), "quiet"))
            yield line

    def _at(self, indent: int, text: str, style: Style, span: Span | None) -> Iterator[Line]:
        """A text with the place where it stands: behind it, or below where there is no room."""
        *above, line = self._broken(indent, text, style)
        yield from above
        place = "" if span is None else visible(f"{self.name(span.path)}:{span.line}")
        used = sum(width_of(each.text) for each in line)
        if place and used + 2 + width_of(place) > self.width:
            yield line
            line = [Segment(" " * (indent + 2))]
        elif place:
            place = f"  {place}"
        yield [*line, Segment(place, "quiet")]

    def _broken(self, indent: int, text: str, style: Style) -> list[Line]:
        """The text in as many lines as it needs, all but the first further in."""
        parts = pieces(visible(text), self.width - indent - _HANGING)
        return [
            [Segment(" " * (indent + _HANGING * bool(number))), Segment(part, style)]
            for number, part in enumerate(parts)
        ]
