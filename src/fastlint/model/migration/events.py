"""What an app is made with and given in ways that have gone: arguments, events, raw routes."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import MountEntry
from fastlint.model.lifetimes.events import events, never_run, replaceable
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table

if TYPE_CHECKING:
    from fastlint.model.project import Project


def registered_events(project: Project, table: Table) -> Iterator[Outdated]:
    """``on_event`` and ``add_event_handler``."""
    for event in events(project):
        if never_run(event):
            continue  # which is worse than to be out of date, and said elsewhere
        change = table.changes.get(f"{event.owner}.{event.method}()")
        change = in_force(change, project, event.span.path)
        if change is None:
            continue
        others = replaceable(event, project)
        if not others:
            change = msgspec.structs.replace(change, mend="none")
        yield Outdated(change, event.span, event.method, event.router.span, others)


def raw_routes(project: Project, table: Table) -> Iterator[Outdated]:
    """``@app.route("/x")``, which an `APIRouter` still has."""
    for router in project.machine.routers:
        for entry in router.entries:
            if router.is_app and isinstance(entry, MountEntry):
                change = table.changes.get(f"fastapi.FastAPI.{entry.kind}()")
                change = in_force(change, project, entry.span.path)
                if change is not None:
                    yield Outdated(change, entry.span, f"FastAPI.{entry.kind}")


def handed_arguments(
    project: Project, table: Table, told: Container[tuple[Span | None, str]]
) -> Iterator[Outdated]:
    """What ``FastAPI(**options)`` is given by a mapping whose content is known.

    ``told``: the calls and changes that have been told of where the argument is written out.
    """
    for router in project.machine.routers:
        for name in router.options if router.is_app else ():
            change = table.changes.get(f"fastapi.FastAPI({name}=)")
            change = in_force(change, project, router.path)
            if change is not None and (router.span, change.old) not in told:
                change = msgspec.structs.replace(change, mend="none")
                yield Outdated(change, router.span, f"FastAPI({name}=)", router.span)
