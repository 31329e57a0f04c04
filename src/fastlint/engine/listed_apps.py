"""The apps of a project for its table of routes: who loads them, and how they are documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from fastlint.model.following.values import Value
from fastlint.model.project import Project
from fastlint.model.security.mounted import guarding_pages
from fastlint.model.serving.documentation import pages
from fastlint.model.serving.entered import reached
from fastlint.model.serving.routing import Mount, Router, outermost
from fastlint.model.serving.understood import is_of_tests
from fastlint.routetable import ListedApp, ListedPage


class _Place(NamedTuple):
    """An app, and where it is served."""

    path: str | None
    routers: tuple[Router, ...]
    """From the outermost app to itself."""


def listed_apps(
    project: Project, name: Callable[[Value], str], *, with_tests: bool
) -> tuple[ListedApp, ...]:
    """Every app in the order in which they are made, then those that are mounted in others.

    ``name``: what a guard is called.
    """
    known = reached(project)
    found = []
    for place in (*_outermost(project), *_mounted(project, with_tests=with_tests)):
        app = place.routers[-1]
        if with_tests or not project.module(app.span.path).is_test:
            found.append(
                ListedApp(
                    app.id,
                    app.span,
                    place.routers[0].id,
                    place.path,
                    project.entry_points.get(id(app.value), ()),
                    None if known is None else id(app.value) in known,
                    tuple(_pages(place, project, name)),
                )
            )
    return tuple(found)


def _outermost(project: Project) -> Iterator[_Place]:
    mounted = {id(place.routers[-1]) for place in _mounted(project, with_tests=False)}
    for app in project.apps:
        if id(app) not in mounted:
            yield _Place("", (app,))


def _mounted(project: Project, *, with_tests: bool) -> Iterator[_Place]:
    for each in project.served:
        app = each.leads_to if isinstance(each, Mount) else None
        if app is not None and app.is_app and (with_tests or not is_of_tests(each)):
            path = None if each.path is None else each.path.rstrip("/")
            yield _Place(path, (outermost(each), *(step.router for step in each.steps), app))


def _pages(place: _Place, project: Project, name: Callable[[Value], str]) -> Iterator[ListedPage]:
    guards, doubts = guarding_pages(place.routers, project)
    for page in pages(place.routers[-1].value):
        is_known = place.path is not None and page.path is not None
        yield ListedPage(
            f"{place.path}{page.path}" if is_known else f"{place.path or '…'}{page.path or '…'}",
            page.option,
            tuple(dict.fromkeys(map(name, guards))),
            True if guards else None if doubts else False,
            doubts,
            page.is_certain,
        )
