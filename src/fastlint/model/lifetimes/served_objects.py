"""Servers that are started with an app object where several processes need its name.

Followed from uvicorn 0.54, ``main.py`` (`run`): with ``reload`` or more than one worker the app is
imported by each process, so that anything but an import string ends the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import RouterValue
from fastlint.model.reading.mentions import imported_packages, mentions

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module
    from fastlint.model.project import Project

_PACKAGES = frozenset({"uvicorn"})
_TOGETHER = [(search.spelled("run"), search.spelled(option)) for option in ("reload", "workers")]


class Unnamed(msgspec.Struct, frozen=True, eq=False):
    """A call of ``uvicorn.run`` that ends at once."""

    span: Span
    option: str
    """What asks for several processes: ``reload=True``."""
    name: str
    """The import string of the app; empty where nobody knows it."""


def unnamed(project: Project) -> Iterator[Unnamed]:
    """Every ``uvicorn.run`` with an object and an option that needs a name."""
    for module in project.modules:
        if _PACKAGES.isdisjoint(imported_packages(module)):
            continue
        for mention in mentions(module, _PACKAGES, _TOGETHER):
            call = mention.call
            if mention.dotted not in ("uvicorn.run", "uvicorn.main.run") or call is None:
                continue
            option, app = _option(call), _app(call)
            if option and app is not None:
                name = _name(app, module, project)
                if name is not None:
                    yield Unnamed(span_of(module.path, app), option, name)


def _option(call: tree.Call) -> str:
    for keyword in call.keywords:
        value = keyword.value.value if isinstance(keyword.value, tree.Constant) else None
        if keyword.name == "reload" and value is True:
            return "reload=True"
        if keyword.name == "workers" and type(value) is int and value > 1:
            return f"workers={value}"
    return ""


def _app(call: tree.Call) -> tree.Expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.name == "app"]
    return call.args[0] if call.args else named[0] if named else None


def _name(given: tree.Expr, module: Module, project: Project) -> str | None:
    """The import string of the app that is given; None for what may be a text.

    That of the module itself, where it adds something to an app that is made elsewhere.
    """
    value = project.machine.evaluate(given, project.machine.run_module(module.path))
    if not isinstance(value, RouterValue):
        return None
    if not isinstance(given, tree.Name) or not value.name:
        return ""
    added = (*value.entries, *value.attached)
    if any(each.span.path == module.path for each in added):
        return f"{project.modules_index.name(module.path)}:{given.id}"
    return f"{project.modules_index.name(value.path)}:{value.name}"
