"""See ``rules/FLT802-override-wrong-key.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.override_keys import idle_overrides
from fastlint.rule import check

_WHY = {
    "made": "the key is what `{}(...)` gives, which is another object each time: the override "
    "replaces nothing",
    "alias": "`{}` is an alias with a `Depends` in it, and no dependency: the override replaces "
    "nothing",
    "unused": "no `Depends` names `{}`: the override replaces nothing",
}
_INSTEAD = "give the very function that `Depends` was given"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Keys of ``dependency_overrides`` that no dependency is looked up by."""
    for each in idle_overrides(project):
        yield Problem(
            each.span,
            _WHY[each.why].format(each.written),
            _INSTEAD,
            (Related(each.function.name_span, f"this is `{each.written}`"),)
            if each.function
            else (),
        )
