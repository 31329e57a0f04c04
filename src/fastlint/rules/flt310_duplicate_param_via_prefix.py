"""See ``rules/FLT310-duplicate-param-via-prefix.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.path_pieces import Piece, pieces
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_LAZY = (0, 137)
"""From here on an include is only worked out when the first request comes."""


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Names that stand in a prefix and again in what follows it."""
    if project.module(route.span.path).is_test:
        return
    first: dict[str, Piece] = {}
    for piece in pieces(route):
        for name in piece.names:
            before = first.setdefault(name, piece)
            if before is piece:
                continue
            what = f"the prefix `{before.text}`"
            yield Problem(
                piece.span if piece.kind == "path" else piece.at,
                f"`{{{name}}}` of `{piece.text}` is also in {what}: {_outcome(before, project)}",
                "give one of the two another name",
                related=(Related(before.span, f"{what} has it already"),),
                affected=() if route.handler is None else (route.handler.id,),
            )


def _outcome(before: Piece, project: Project) -> str:
    """What FastAPI makes of a name that a path has twice."""
    if before.kind == "router":
        return "FastAPI refuses such a path on import"
    if project.versions.of("fastapi", before.span.path).below(_LAZY):
        return "FastAPI before 0.137 refuses the include"
    return "every request that gets as far as this include is answered with 500"
