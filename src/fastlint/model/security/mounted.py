"""Who may come in where FastAPI injects nothing: at mounted apps, and at routes of Starlette.

Neither dependencies nor security schemes run there (fastapi 0.165, ``routing.py``): only middleware
stands in front, and the handler of a route may look itself. What a mounted app asks for is its own
business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.model.following.classes import methods
from fastlint.model.following.values import ClassValue, FunctionValue, Instance, Value
from fastlint.model.security.around import of_routers
from fastlint.model.serving.routing import Mount, Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_FILES = ("starlette.staticfiles.StaticFiles", "fastapi.staticfiles.StaticFiles")


def serves(mount: Mount) -> str:
    """What is there: Starlette's ``route`` or ``socket``, ``files``, or else an ``app``."""
    kind = mount.entry.kind
    if kind.endswith("route"):
        return "socket" if "websocket" in kind else "route"
    target = mount.entry.target
    cls = target.cls if isinstance(target, Instance) else None
    name = getattr(cls, "name", "").removesuffix("()")
    return "files" if kind == "frontend" or name in _FILES else "app"


def is_judged(mount: Mount) -> bool:
    """Whether it can be said who may come in: at a route of Starlette's, not at an app."""
    return serves(mount) in ("route", "socket")


def guarding(mount: Mount, project: Project) -> tuple[Value, ...]:
    """What certainly guards it: what stands around it, else the handler that looks itself."""
    found = _around(mount.routers, project, is_socket=serves(mount) == "socket")
    looking = [each for each in _handlers(mount) if project.guards.refuses(project.function(each))]
    return found or (*looking[:1],)


def _around(
    routers: Sequence[Router], project: Project, *, is_socket: bool = False
) -> tuple[Value, ...]:
    values = [router.value for router in routers]
    outside = of_routers(values, project, is_socket=is_socket, in_any_case=True)
    return tuple(each for each in outside if project.guards.certainly_guards(each))


def doubts(mount: Mount, project: Project) -> tuple[str, ...]:
    """What keeps one that nothing certainly guards from being open, one sentence each."""
    found = list(mount.unknown)
    handlers = _handlers(mount)
    if not is_judged(mount):
        name = project.reader.name(mount.entry.target).rpartition(".")[2].removesuffix("()")
        what = f"`{name}`" if name != "?" else "what is mounted"
        found.append(f"who may come in at {what} is for it to say, and is not looked into")
    elif not handlers:
        found.append("the handler is not known")
    for each in handlers:
        found += project.guards.objections(mount.routers, each, is_socket=serves(mount) == "socket")
    return tuple(dict.fromkeys(found))


def guarding_pages(
    routers: Sequence[Router], project: Project
) -> tuple[tuple[Value, ...], tuple[str, ...]]:
    """What guards the pages that document an app, and what else may; see `documentation`.

    ``routers`` lead from the outermost app to the one that is documented.
    """
    found = _around(routers, project)
    return found, () if found else tuple(dict.fromkeys(project.guards.objections(routers)))


def _handlers(mount: Mount) -> tuple[FunctionValue, ...]:
    """What answers a route of Starlette: a function, or the methods of an endpoint's class."""
    target = mount.entry.target
    if not is_judged(mount):
        return ()
    if isinstance(target, ClassValue):
        return tuple(methods(target))
    return (target,) if isinstance(target, FunctionValue) else ()
