"""See ``rules/FLT311-path-syntax.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.path_pieces import pieces
from fastlint.model.serving.path_syntax import Mistake, mistakes, prefix_mistakes, slash_mistakes
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Paths and prefixes that FastAPI refuses, or that no request ever matches."""
    own = any("starlette.convertors" in _imported(project, m.path) for m in project.modules)
    for route in project.routes:
        if project.module(route.span.path).is_test or route.own_path is None:
            continue
        names = {param.name for param in route.params}
        affected = (route.handler.id,) if route.handler else ()
        for mistake in (
            *_slash(route),
            *mistakes(route.own_path, names, own_convertors=own),
        ):
            yield _problem(route.span, "path", mistake, affected)
        for piece in pieces(route):
            if piece.kind != "path" and not project.module(piece.span.path).is_test:
                for mistake in (
                    *prefix_mistakes(piece.text),
                    *mistakes(piece.text, names, own_convertors=own),
                ):
                    yield _problem(piece.span, "prefix", mistake, ())
    for order in project.orders:
        for slot in order.slots:
            if slot.own_path and slot.kind == "mount":
                for mistake in (
                    *prefix_mistakes(slot.own_path.rstrip("/")),
                    *mistakes(slot.own_path, (), own_convertors=own),
                ):
                    yield _problem(slot.span, "path", mistake, ())


def _imported(project: Project, path: str) -> set[str]:
    if not project.modules_index.mentions(path, "starlette.convertors"):
        return set()
    return {fact.module for fact in project.module(path).facts.imports}


def _slash(route: Route) -> Iterator[Mistake]:
    found = pieces(route)
    own = route.own_path or ""
    if route.app is None or route.path is None or (not found and route.path):
        return  # a router may stand for webhooks or callbacks, whose paths are other people's
    before = "".join(piece.text for piece in found if piece.kind != "path")
    yield from slash_mistakes(own, before)


def _problem(span: Span, keyword: str, mistake: Mistake, affected: tuple[str, ...]) -> Problem:
    return Problem(
        span,
        mistake.message,
        mistake.help,
        affected=affected,
        data=(keyword, *mistake.mended) if mistake.mended else None,
        fixable=mistake.mended is not None,
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``"items"`` -> ``"/items"``, ``{ id }`` -> ``{id}``"""
    keyword, before, after = problem.data
    changed = edits.replace_in_argument(syntax, problem.span, keyword, before, after)
    return edits.offer(f"Write `{after}`", changed, safe=False)
