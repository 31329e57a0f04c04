"""Settings that are read from the environment again for each request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.calls.once import is_in
from fastlint.model.calls.reach import Served
from fastlint.model.following.classes import derives
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue
from fastlint.model.reading.mentions import imported_packages

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BASE = "pydantic_settings.BaseSettings"
_PACKAGES = frozenset({"pydantic_settings"})


def read_again(project: Project) -> Iterator[tuple[Served, CallSite, str]]:
    """Where a handler or dependency makes settings: the call, and the name of their class."""
    if not any(_PACKAGES.intersection(imported_packages(each)) for each in project.modules):
        return
    for served in project.reach.served:
        function = served.function
        is_ours = served.kind in ("handler", "dependency") and function.is_only_registered
        if not is_ours or project.module(function.path).is_test:
            continue
        for site in function.calls:
            cls = site.callee
            if not isinstance(cls, ClassValue) or site.node.args or site.node.keywords:
                continue
            if not derives(cls, _BASE, project.knowledge) or _is_once(site, function, project):
                continue
            if served.kind == "dependency" or _is_only_read(site, function):
                yield served, site, cls.node.name


def _is_only_read(site: CallSite, function: Function) -> bool:
    """``Settings().name``: what a handler keeps it may want to change, or to write down."""
    return any(
        isinstance(node, tree.Attribute) and function.call_at(node.value) is site
        for node in function.nodes
    )


def _is_once(site: CallSite, function: Function, project: Project) -> bool:
    """Whether the first request alone gets there, as under ``if settings is None:``."""
    return is_in(site.node, project.first_calls.passed_by(function.facts))
