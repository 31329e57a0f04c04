"""Routers with routes that no app ever gets to see."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.naming import is_put_to_use
from fastlint.model.following.values import IncludeEntry, RouterValue, Unknown

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route, Router

_DISCOVERY = frozenset({"importlib", "importlib.metadata", "pkgutil", "pluggy", "stevedore"})


def unincluded(project: Project) -> Iterator[tuple[Router, tuple[Route, ...]]]:
    """Routers that nobody includes, each with the routes that are lost: those it includes as well.

    Nothing where an include, or a search for modules, may be what puts them into an app.
    """
    if not project.apps or _includes_unknown(project) or _searches(project):
        return
    homes, reached = _homes(project), _reached(project)
    lost: dict[int, list[Route]] = {}
    tops: dict[int, Router] = {}
    for route in project.routes:
        if route.app is None:
            top = route.steps[0].parent if route.steps else route.router
            tops[id(top)] = top
            lost.setdefault(id(top), []).append(route)
    for key, routes in lost.items():
        router = tops[key]
        folder = os.path.dirname(router.value.path)
        near = folder in reached or any(_is_below(folder, home) for home in homes)
        if near and _is_plain(project, router.value) and not _is_named(project, router.value):
            yield router, tuple(routes)


def _includes_unknown(project: Project) -> bool:
    return any(
        isinstance(entry, IncludeEntry) and isinstance(entry.child, Unknown)
        for router in project.machine.routers
        for entry in router.entries
    )


def _searches(project: Project) -> bool:
    """Whether some file that speaks of routers imports modules by names that it works out."""
    index = project.modules_index
    return any(
        index.mentions(module.path, "router")
        and (
            index.mentions(module.path, "__import__")
            or any(fact.module in _DISCOVERY for fact in module.facts.imports)
        )
        for module in project.modules
        if not module.is_test
    )


def _homes(project: Project) -> set[str]:
    """The folders of the apps, but for those of tests and scripts."""
    modules = [project.module(app.value.path) for app in project.apps]
    return {os.path.dirname(m.path) for m in modules if not m.is_test and not m.is_one_off}


def _reached(project: Project) -> set[str]:
    """The folders with a router that is part of an app."""
    return {
        os.path.dirname(router.value.path)
        for route in project.routes
        if route.app is not None and not project.module(route.app.value.path).is_test
        for router in (route.router, *(step.router for step in route.steps))
        if not router.is_app
    }


def _is_below(folder: str, home: str) -> bool:
    return not home or folder == home or folder.startswith(f"{home}/")


def _is_plain(project: Project, router: RouterValue) -> bool:
    """Whether it is an APIRouter of the module level, of FastAPI's class, in a file that runs."""
    module = project.module(router.path)
    frame = project.machine.frames.get(router.path)
    return (
        not router.is_app
        and not router.phantom
        and not router.handed
        and router.cls is None
        and not module.is_test
        and not module.is_one_off
        and frame is not None
        and frame.namespace.get(router.name) is router
    )


def _is_named(project: Project, router: RouterValue) -> bool:
    return is_put_to_use(project.modules_index, router.path, router.name)
