"""Dependencies that give a synchronous session from an ``async def``, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.calls.colour import could_be_def
from fastlint.model.following import classes
from fastlint.model.following.values import Instance, Value

if TYPE_CHECKING:
    from fastlint.model.calls.entries import Entry
    from fastlint.model.project import Project

_SYNC = "sqlalchemy.orm.Session"
_REGISTRY = "sqlalchemy.orm.scoped_session"


def async_session_dependencies(project: Project) -> Iterator[Entry]:
    """The ``async def`` dependencies that yield a synchronous session and could be a ``def``.

    One of which a blocking call is known is left out: that is said of the call. So are all of them
    where the project does not mind that the loop waits for a database.
    """
    if project.settings.blocking_kinds.database == "off":
        return
    blocked = {(each.function.path, each.function.facts.index) for each in project.blocked}
    for entry in project.entries:
        function = entry.function
        if not function.facts.is_generator or "dependency" not in entry.kinds:
            continue
        if project.module(function.path).is_test:
            continue
        if (function.path, function.facts.index) in blocked:
            continue
        yields = function.watch.yields
        if len(yields) == 1 and _is_sync(yields[0].value, project) and could_be_def(entry, project):
            yield entry


def _is_sync(value: Value, project: Project) -> bool:
    return (
        isinstance(value, Instance)
        and classes.derives(value.cls, _SYNC, project.knowledge)
        and not classes.derives(value.cls, _REGISTRY, project.knowledge)
    )
