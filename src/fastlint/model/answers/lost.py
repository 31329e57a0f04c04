"""Path operations that hand on what a lookup gave, whether it found anything or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.values import Unknown
from fastlint.model.reading import flow, lookups
from fastlint.model.reading.flow import Unchecked
from fastlint.model.serving.responses import may_be_replaced, response_model
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SAYS_LITTLE = re.compile(
    r"(db_|existing_)?(obj|object|row|record|result|res|r|data|ret|x|item_|_)"
)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


_FINDS = re.compile(
    r"_*(?:get|find|fetch|read|load|retrieve|query|select|lookup|look_up)_(?:one_|single_|a_)?"
    r"(?P<what>\w+?)(?:_(?:by|from|with|for|or)_\w+|_async)?"
)
_NO_THING = re.compile(
    r"(?:by|with|for|from|or)_\w+|\w*[^s]s|one|id|pk|key|first|any|\w|" + _SAYS_LITTLE.pattern
)


def found_nothing(route: Route, project: Project) -> Iterator[Unchecked]:
    """What the route returns without a test for None, though its path says what to look up.

    Nothing where None may be the answer, and where a dependency may have refused the request.
    """
    handler = route.handler
    if route.kind != "http" or handler is None or "{" not in (route.path or route.own_path or ""):
        return
    declared = response_model(route).declared or handler.declared_return
    if declared is not None and (isinstance(declared, Unknown) or lookups.is_optional(declared)):
        return
    keys = {param.name for param in route.params if param.source == "path"}
    found = flow.unchecked_returns(handler, project.reader, keys)
    if (
        found
        and not _is_vouched(route, project)
        and not may_be_replaced(route.entry.handler, project.machine)
    ):
        yield from found


def _is_vouched(route: Route, project: Project) -> bool:
    """Whether a dependency reads the path too, and may have refused the request."""
    for dependency in route.all_dependencies:
        reads_path = any(param.source in ("path", "unknown") for param in dependency.params)
        function = dependency.function
        if dependency.unknown or (
            reads_path and function is not None and flow.may_refuse(function, project.reader)
        ):
            return True
    return False


def wording(found: Unchecked) -> tuple[str, str]:
    """The lookup as it is called, and what a 404 may say: ``first()``, ``User not found``."""
    func = found.source.node.func
    name = last_name(func) or "it"
    words = found.variable.removeprefix("db_")
    if not words or _SAYS_LITTLE.fullmatch(found.variable):
        words = _model(found.source.node) or _looked_up(name)
    text = " ".join(part.lower() for part in _WORD.split(words) if part)
    return f"{name}()", f"{text.capitalize() or 'Item'} not found"


def _model(call: tree.Call) -> str:
    """The class that is looked up, as the code names it: the first name with a capital."""
    for node in walk([call]):
        name = last_name(node)
        if name[:1].isupper() and not name.isupper():
            return str(name)
    return ""


def _looked_up(function: str) -> str:
    """What a function looks up by its name: ``bid`` of ``get_bid``, ``find_bid_by_id``."""
    found = _FINDS.fullmatch("_".join(_WORD.split(function)).lower())
    return "" if found is None or _NO_THING.fullmatch(found["what"]) else found["what"]
