"""Functions that become a ``def`` together, since one of them only awaits the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.calls.blocking import is_said_of
from fastlint.model.following.frames import CallSite, span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MOST = 8
"""Functions that are changed at once."""


class Turned(msgspec.Struct, frozen=True, eq=False):
    """A function that is to be a ``def``."""

    function: Function
    awaits: tuple[Span, ...]
    """Where ``await`` goes: from the word to the call that follows it."""


def with_helpers(function: Function, project: Project) -> tuple[Turned, ...]:
    """The function, and all that it awaits; empty where it awaits something that has to be.

    What it awaits are plain functions of the same file that nobody else calls.
    """
    found: dict[int, Turned] = {}
    helpers: dict[int, Function] = {}
    awaited: set[Span] = set()
    waiting = [function]
    while waiting:
        here = waiting.pop()
        awaits: list[Span] = []
        for node in here.nodes:
            if isinstance(node, tree.For | tree.With | tree.Clause) and node.is_async:
                return ()
            if isinstance(node, tree.Await):
                helper = _helper(here.call_at(node), here, project)
                if helper is None or node.value.line != node.line:
                    return ()
                call = node.value
                awaits.append(Span(here.path, node.line, node.column, call.line, call.column))
                awaited.add(span_of(here.path, call))
                if id(helper) not in helpers and helper is not function:
                    helpers[id(helper)] = helper
                    waiting.append(helper)
        found[id(here)] = Turned(here, tuple(awaits))
        if len(found) > _MOST:
            return ()
    are_alone = all(_is_only_awaited(each, awaited, project) for each in helpers.values())
    return tuple(found.values()) if are_alone else ()


def _helper(site: CallSite | None, caller: Function, project: Project) -> Function | None:
    """The function that is awaited, if it is one that could be changed along."""
    value = None if site is None else site.callee
    if not isinstance(value, FunctionValue) or value.wraps is not None or value.bound is not None:
        return None
    facts = value.facts
    is_plain = not (facts.decorators or facts.is_generator or facts.is_method)
    if not is_plain or not facts.is_async or value.path != caller.path:
        return None
    if is_said_of(value, project.settings):
        return None  # it is awaited for reasons of its own
    return project.function(value) if facts.qualname == facts.name else None


def _is_only_awaited(helper: Function, awaited: set[Span], project: Project) -> bool:
    if any(entry.function is helper for entry in project.entries):
        return False
    uses = list(project.references.uses(helper))
    return all(use.call is not None and use.span in awaited for use in uses)
