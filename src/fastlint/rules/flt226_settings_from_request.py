"""See ``rules/FLT226-settings-from-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.classes import derives
from fastlint.model.following.values import ClassValue
from fastlint.model.project import Project
from fastlint.rule import check

_BASE = "pydantic_settings.BaseSettings"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``Depends(Settings)``"""
    for route in project.operations:
        for dependency in route.all_dependencies:
            cls = dependency.callable
            if not isinstance(cls, ClassValue) or not derives(cls, _BASE, project.knowledge):
                continue
            if not project.module(dependency.span.path).is_test:
                yield Problem(
                    dependency.span,
                    f"the fields of `{cls.node.name}` become parameters of the query: whoever asks "
                    "can set each of them to what they like",
                    f"depend on a function without parameters that returns `{cls.node.name}()`, "
                    "under `@lru_cache`",
                    affected=() if route.handler is None else (route.handler.id,),
                )
