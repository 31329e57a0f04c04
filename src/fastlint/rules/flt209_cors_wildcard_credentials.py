"""See ``rules/FLT209-cors-wildcard-credentials.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.following.values import Const
from fastlint.model.project import Project
from fastlint.model.security.cors import cors
from fastlint.rule import check


@check(Project)
def run(project: Project, _: Project) -> Iterator[Problem]:
    """``CORSMiddleware`` that lets every page of the web use the cookies of its visitors."""
    for each in cors(project):
        way, credentials = each.every_origin, each.credentials
        if way is None or credentials != Const(True):
            continue
        if project.module(each.middleware.span.path).is_test:
            continue
        given = each.origins if way == "allow_origins" else each.regex
        is_default = any(isinstance(v, Const) and v.settable for v in (given, credentials))
        yield Problem(
            each.middleware.span,
            f"`{way}` lets every origin in{', by default,' if is_default else ''} and "
            "`allow_credentials` lets it send cookies: every page of the web can act for its "
            "visitors and read the answers",
            "list the origins of your own pages, or leave `allow_credentials` out",
            severity=Severity.WARNING if is_default else None,
        )
