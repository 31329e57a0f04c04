"""See ``rules/FLT507-dependency-scope-error.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """A dependency of the request that asks for one that is over when the function returns."""
    index = project.modules_index
    if not any(index.mentions(path, b"scope") for path in index.paths):
        return
    for route in project.operations:
        for dependency in route.all_dependencies:
            function, scope = dependency.function, dependency.marker.scope or "request"
            if function is None or not function.facts.is_generator or scope != "request":
                continue
            for child in dependency.children:
                if child.marker.scope == "function" and not project.module(function.path).is_test:
                    yield Problem(
                        child.span,
                        f"`{function.name}` lasts until the response is sent, and what it asks for "
                        "here is over before that: FastAPI refuses to start",
                        f'ask for `{function.name}` with `scope="function"` too, or for this '
                        "without a scope",
                        (Related(dependency.span, f"here `{function.name}` is asked for"),),
                        () if route.handler is None else (route.handler.id,),
                    )
