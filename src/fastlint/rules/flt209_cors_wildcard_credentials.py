"""See ``rules/FLT209-cors-wildcard-credentials.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.following.values import Const, Items, Value
from fastlint.model.project import Project
from fastlint.model.security.cors import cors, has_cookies, is_added_for_developers
from fastlint.rule import check

_NOW = "every page of the web can act for its visitors and read the answers"
_LATER = (
    "nothing here reads one, but once a login or a proxy before it does, every page of the web "
    "can act for its visitors"
)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``CORSMiddleware`` that lets every page of the web use the cookies of its visitors."""
    for each in cors(project):
        way, credentials = each.every_origin, each.credentials
        if way is None or credentials != Const(True):
            continue
        if project.module(each.middleware.span.path).is_test or is_added_for_developers(
            each, project
        ):
            continue
        given = each.origins if way == "allow_origins" else each.regex
        is_default = any(map(_is_settable, (given, credentials)))
        is_used = has_cookies(project)
        yield Problem(
            each.middleware.span,
            f"`{way}` lets every origin in{', by default,' if is_default else ''} and "
            f"`allow_credentials` lets it send cookies: {_NOW if is_used else _LATER}",
            "list the origins of your own pages, or leave `allow_credentials` out",
            severity=None if is_used and not is_default else Severity.WARNING,
        )


def _is_settable(given: Value | None) -> bool:
    """Whether somebody may set another value than this one."""
    items = given.items if isinstance(given, Items) else [given]
    return any(isinstance(each, Const) and each.settable for each in items)
