"""See ``rules/FLT318-method-as-route.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.values import ClassValue
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.rule import check

_PLAIN = ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol")


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Methods that were registered while their class was being made."""
    for each in project.inputs:
        if each.dependency is None and _is_receiver(each) and _is_plain(each, project):
            name = each.param.name
            yield Problem(
                each.param.span,
                f"`{each.function.facts.qualname}` is registered without an object: `{name}` "
                "becomes a required query parameter",
                "register the bound method, `router.add_api_route(path, object.method)`, or make "
                "it a function",
                affected=each.handlers,
            )


def _is_receiver(each: Input) -> bool:
    """Whether the parameter would be the object that the method belongs to."""
    param, facts = each.param, each.function.facts
    return (
        facts.is_method
        and param.name in ("self", "cls")
        and param.facts is facts.params[0]
        and not param.has_annotation
        and param.default is None
        and param.source == "query"
    )


def _is_plain(each: Input, project: Project) -> bool:
    """Whether nothing else could give the method its object: a decorator, a base, a metaclass."""
    owner, _, method = each.function.facts.qualname.rpartition(".")
    cls = project.machine.run_module(each.function.path).namespace.get(owner)
    if not method or not isinstance(cls, ClassValue):
        return False
    return all(
        not base.node.decorators and not base.node.keywords
        if isinstance(base, ClassValue)
        else base.name in _PLAIN
        for base in cls.mro()
    )
