"""See ``rules/FLT313-double-prefix.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.path_pieces import Piece, pieces
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_ENOUGH = 2
"""Routes that repeat the prefix before they are taken to do it by mistake."""


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Prefixes that are put in front of what begins with them already."""
    repeating: dict[tuple[Piece, int], list[tuple[Route, bool]]] = {}
    for route in project.routes:
        if route.app is None or project.module(route.span.path).is_test:
            continue
        found = pieces(route)
        for number, piece in enumerate(found):
            before = found[:number]
            if piece.kind == "path" and before:
                repeats = _starts(piece.segments, before[-1].segments)
                repeating.setdefault((before[-1], id(route.router)), []).append((route, repeats))
            elif before and (text := _doubled(before, piece)):
                yield _problem(route, before, piece, text)
    for (prefix, _router), routes in repeating.items():
        if len(routes) >= _ENOUGH and all(repeats for _, repeats in routes):
            yield Problem(
                prefix.span,
                f"each of the {len(routes)} paths behind the prefix `{prefix.text}` begins with "
                f"it again: `{routes[0][0].label}`",
                "leave it out of the prefix or of the paths",
                related=tuple(
                    Related(route.span, "it is written out here") for route, _ in routes[:_ENOUGH]
                ),
                affected=tuple(route.handler.id for route, _ in routes if route.handler),
            )


def _doubled(before: tuple[Piece, ...], piece: Piece) -> str:
    """The text that stands at the end of what came before and again in the piece."""
    above = [segment for each in before for segment in each.segments]
    here = piece.segments
    if here and above[-len(here) :] == here and "{" not in piece.text:
        return piece.text
    return "/" + "/".join(above) if _starts(here, above) else ""


def _starts(segments: list[str], start: list[str]) -> bool:
    return bool(start) and segments[: len(start)] == start and "{" not in "".join(start)


def _problem(route: Route, before: tuple[Piece, ...], piece: Piece, text: str) -> Problem:
    above = "".join(each.text for each in before)
    return Problem(
        piece.at,
        f"`{text}` is put in front twice: the paths begin with `{above}{piece.text}`",
        "give the prefix once, in the router or in the include",
        related=(
            Related(before[-1].span, f"`{before[-1].text}` is given here"),
            Related(piece.span, f"`{piece.text}` is given here"),
        ),
        affected=(route.handler.id,) if route.handler else (),
    )
