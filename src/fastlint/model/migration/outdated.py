"""A place in the code that is as it was before a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from fastlint.findings import Span
from fastlint.model.migration.table import Change, last_part
from fastlint.versions.ranges import release

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CALLED_WITH_NOTHING = re.compile(r"`(datetime\.now\([\w.]+\))`")
_NAIVE = "where no time zone is stored, `.replace(tzinfo=None)` takes it off"


class Outdated(msgspec.Struct, frozen=True, eq=False):
    """A place that uses something as it was before a change."""

    change: Change
    span: Span
    """The name, the keyword with its value, or what an import names."""
    written: str
    """What a message calls it: ``Query(regex=)``, ``User.dict``, ``BaseSettings``."""
    call: Span | None = None
    """The whole call, where it is one."""
    uses: tuple[Any, ...] = ()
    """Where else in the file a name that is imported stands; for an event, see `replaceable`."""
    is_handed_over: bool = False
    """Whether it is a function that somebody else is to call: ``default=datetime.utcnow``."""
    withheld: str = "it takes more than another name"
    """Why nothing mends it, where nothing does: a clause that completes "no fix: ..."."""

    @property
    def release(self) -> str:
        """``Pydantic 2.0``: the release that changed it."""
        return self.change.release

    @property
    def is_of_pydantic_1(self) -> bool:
        """Whether it shows that the project has not run with pydantic 2 yet."""
        change = self.change
        return change.library == "pydantic" and change.state == "removed" and change.certain

    @property
    def instead(self) -> str:
        """What to write instead, for a person."""
        new, mend = self.change.new, self.change.mend
        if mend == "drop":
            return "leave it out"
        if mend == "listed":
            return f"write `{new}=[...]`"
        if new == "json_schema_extra":
            return f"write `{new}={{...}}`"
        if mend == "wrapped":
            return f"write `{new}(...)`"
        if mend == "config":
            return f"write `model_config = {last_part(new)}(...)`"
        if mend == "drop import":
            return "nothing here uses it: leave it out"
        if mend == "annotated":
            return f"write `{self.written.partition(' ')[0]}: {new} = ...`"
        if mend == "option":
            return f"write `{new}`"
        if self.is_handed_over and (aware := _CALLED_WITH_NOTHING.fullmatch(new)):
            return f"hand over `lambda: {aware[1]}`, a function too; {_NAIVE}"
        return f"write `{new}=`" if mend == "keyword" else f"use {_quoted(new)}"

    @property
    def mending(self) -> tuple[str, str, Span | None, tuple[Any, ...], bool]:
        """What a fix needs to know: mend, new name, call, other uses, whether it is safe."""
        change = self.change
        return (change.mend, change.new, self.call, self.uses, change.safe)


def in_force(change: Change | None, project: Project, path: str) -> Change | None:
    """The change, where the project runs with a release that has it.

    Where it may run with an older one as well, nothing is certain, and no fix is safe. Where
    nothing says what it runs with, it is taken to be the newest; but what an older one does not
    know is not written without asking.
    """
    if change is None:
        return None
    version = project.versions.of(change.library, path)
    since = release(change.since) or ()
    if not version.at_least(since):
        return None
    if version.always_at_least(since):
        return change
    certain = change.certain and not version.is_said
    return msgspec.structs.replace(change, safe=False, certain=certain)


def _quoted(new: str) -> str:
    return new if "`" in new or " " in new else f"`{new}`"
