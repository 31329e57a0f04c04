"""Clean-up after a dependency's ``yield`` that does not run when the handler raises."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.yields import skipped_cleanup
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Generator dependencies that close what they opened only when all goes well."""
    for dependency in project.declared:
        function = dependency.function
        if not function.facts.is_generator:
            continue
        skipped = skipped_cleanup(function)
        if skipped is None:
            continue
        yield Problem(
            function.at(skipped.cleanup),
            "this clean-up is skipped when the handler raises: the exception comes out of `yield`",
            help="put `yield` into `try` and the clean-up into `finally`",
            related=(
                Related(dependency.span, f"`{function.name}` is a dependency"),
                Related(function.at(skipped.at), "the handler's exception is raised here"),
            ),
            affected=dependency.affected,
            fixable=skipped.may_always_run,
            withheld="what follows is more than clean-up, and would run after errors too",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``try`` around the ``yield``, ``finally`` around what follows it."""
    changed = edits.wrap_yield_in_try_finally(syntax, problem.span)
    return edits.offer("Clean up in `finally`", changed, safe=True)
