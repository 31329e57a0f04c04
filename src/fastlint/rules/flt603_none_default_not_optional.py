"""See ``rules/FLT603-none-default-not-optional.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.frames import span_of
from fastlint.model.project import Project
from fastlint.model.shapes.none_defaults import none_defaults
from fastlint.rule import check

_NAMED = (tree.Name, tree.Attribute, tree.Subscript)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Fields of request bodies that None is the default of, and is refused for."""
    for each in none_defaults(project):
        field, path = each.field, each.field.owner.path
        yield Problem(
            field.span,
            f"`{field.name}` of `{each.schema.name}` is None by default, but its type refuses "
            "None: a client that sends the null it was given gets 422",
            "add `| None` to the type",
            data=span_of(path, each.annotation),
            fixable=isinstance(each.annotation, _NAMED) and not each.is_examined,
            withheld="a validator would be given None" if each.is_examined else "",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``size: int = None`` -> ``size: int | None = None``."""
    changed = edits.or_none(syntax, problem.data)
    return edits.offer("Let it be None", changed, safe=True)
