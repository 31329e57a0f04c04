"""Which function a call has run with which arguments: itself, or what it is given to run.

``write(name)``, ``await run_in_threadpool(write, name)`` and ``tasks.add_task(write, name)`` give
the same text to the same parameter.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.facts import tree
from fastlint.model.calls.blocking import runs_given
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import FunctionValue, Partial


class Forwarded(msgspec.Struct, frozen=True, eq=False):
    """A function of the project that a call has run, with what it is given."""

    function: FunctionValue
    args: tuple[tree.Expr, ...]
    keywords: tuple[tree.Keyword, ...]

    def given(self) -> Iterator[tuple[str, tree.Expr]]:
        """What the parameters of the function get, by their names."""
        params = [param for param in self.function.facts.params if param.kind[0] != "*"]
        if self.function.bound is not None:
            params = params[1:]
        for place, node in enumerate(self.args):
            if isinstance(node, tree.Starred):
                break
            if place < len(params) and params[place].kind != "keyword-only":
                yield params[place].name, node
        for keyword in self.keywords:
            if keyword.name is not None:
                yield keyword.name, keyword.value


def forwarded(site: CallSite) -> Forwarded | None:
    """What a call has run, now or later, here or in a thread; None where that is not known."""
    node = site.node
    if isinstance(site.callee, FunctionValue):
        return Forwarded(site.callee, tuple(node.args), tuple(node.keywords))
    place = runs_given(site)
    if place is None or len(node.args) <= place or len(site.args) <= place:
        return None
    if any(isinstance(each, tree.Starred) for each in node.args[: place + 1]):
        return None
    given, written = site.args[place], node.args[place]
    if isinstance(given, FunctionValue):
        return Forwarded(given, tuple(node.args[place + 1 :]), tuple(node.keywords))
    match given, written:
        case Partial(function=FunctionValue() as function), tree.Call():
            return Forwarded(function, tuple(written.args[1:]), tuple(written.keywords))
    return None
