"""Generator expressions, ``map`` and ``filter`` that somebody else goes through.

What is in them runs where they are gone through: of ``StreamingResponse(load(key) for key in
keys)`` and ``run_in_threadpool(list, rows)`` in a thread, of what is returned with the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastlint.facts import search, tree
from fastlint.facts.binding import Binding, bindings
from fastlint.facts.walk import handed, walk
from fastlint.model.calls.blocking import own_name, run_in_thread
from fastlint.model.calls.inline import is_stream
from fastlint.model.calls.once import Range
from fastlint.model.following.frames import Watch
from fastlint.model.knowledge import Knowledge

_LAZY = frozenset({"builtins.filter", "builtins.map"})
_WORDS = (b"filter", b"generator", b"map")
"""One of them stands in the facts of each function that makes such an iterator."""


def gone_through_elsewhere(
    facts: tree.FunctionFacts, watch: Watch, knowledge: Knowledge
) -> tuple[Range, ...]:
    """The stretches of a body that are run where somebody else goes through an iterator."""
    if not search.mentions(facts, *_WORDS):
        return ()
    given: list[tree.Expr | None] = [
        each
        for site in watch.calls
        if is_stream(site, knowledge) or run_in_thread(site) is not None
        for each in handed(site.node)
    ]
    given += [each.node.value for each in watch.returns if isinstance(each.node, tree.Return)]
    if not given:
        return ()
    lazy = {id(site.node) for site in watch.calls if own_name(site.callee) in _LAZY}
    bound = bindings(walk(watch.body))
    return tuple(found for node in given for found in _stretches(_behind(node, bound), lazy))


def _behind(node: tree.Expr | None, bound: Mapping[str, Sequence[Binding]]) -> tree.Expr | None:
    """The expression, or that of the only assignment of the name that it is."""
    if not isinstance(node, tree.Name):
        return node
    only = bound.get(node.id, ())
    return only[0].value if len(only) == 1 else None


def _stretches(node: tree.Expr | None, lazy: set[int]) -> Iterator[Range]:
    """What an iterator has not done yet when it is made."""
    if isinstance(node, tree.Comprehension) and node.kind == "generator":
        first, *others = node.clauses
        parts = [node.element, *first.conditions, *others]
        yield from (_range(each) for each in parts)
    elif isinstance(node, tree.Call) and id(node) in lazy:
        yield _range(node)


def _range(node: tree.Node) -> Range:
    return (node.line, node.column), (node.end_line, node.end_column)
