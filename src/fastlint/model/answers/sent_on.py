"""Bodies that go on to somebody else as they came: whoever gets them checks them."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.calls.forwarded import forwarded
from fastlint.model.following.functions import Function
from fastlint.model.serving.bodies import is_all_of

_SENDING = frozenset({"body", "content", "data", "json"})


def is_sent_on(function: Function, name: str) -> bool:
    """Whether the function sends its parameter elsewhere as it is: ``post(url, json=body)``.

    It may have a method of the project do that.
    """
    return _sends(function.nodes, name) or any(
        _sends(walk(tree.statements(run.function.facts)), inner)
        for run in map(forwarded, function.calls)
        if run is not None
        for inner, given in run.given()
        if is_all_of(given, name)
    )


def _sends(nodes: Iterable[tree.Node], name: str) -> bool:
    return any(
        isinstance(node, tree.Call)
        and any(
            keyword.name in _SENDING and is_all_of(keyword.value, name) for keyword in node.keywords
        )
        for node in nodes
    )
