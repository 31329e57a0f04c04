"""A cache or a context manager around a dependency, which works once or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.misplaced import misplaced
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``@lru_cache`` on generators and coroutines, ``@contextmanager`` on dependencies."""
    for found in misplaced(project):
        dependency = found.dependency
        function = dependency.function
        if project.module(function.path).is_test:
            continue
        if found.keeps:
            what = f"keeps the {found.keeps} of the first call, which can be used only once"
            then = "every request but the first fails"
            instead = f"take `@{found.name}` away; FastAPI itself runs it once for each request"
        else:
            what = f"makes a context manager of `{function.name}`, and FastAPI makes one by itself"
            then = "requests fail or get the context manager"
            instead = f"take `@{found.name}` away: a dependency is a plain generator"
        yield Problem(
            found.span,
            f"`{found.name}` {what}: {then}",
            instead,
            related=(Related(dependency.span, f"`{function.name}` is a dependency"),),
            affected=dependency.affected,
            data=found.name,
            fixable=not project.references.is_used(function),
            withheld="other code uses it as it is",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Take the decorator away."""
    changed = edits.undecorate(syntax, problem.span)
    return edits.offer(f"Take `@{problem.data}` away", changed, safe=True)
