"""What is given to a thread or to another event loop, which runs it there."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import search, tree
from fastlint.facts.walk import handed, names
from fastlint.model.calls.blocking import own_name, run_in_thread
from fastlint.model.following.frames import CallSite
from fastlint.model.following.machine import Machine
from fastlint.model.following.values import External, FunctionValue, Member

OTHER_LOOPS = frozenset({"asyncio.run", "asyncio.run_coroutine_threadsafe", "anyio.run"})
_ELSEWHERE = OTHER_LOOPS | {"threading.Thread"}
_WORDS = (b"run", b"run_coroutine_threadsafe", b"Thread")
"""One of them stands in each function that gives something to one of these."""


def handed_over(site: CallSite) -> Iterator[tree.Expr]:
    """The arguments of a call that has another thread or loop run what it is given."""
    is_other = isinstance(site.callee, External) and site.callee.name in OTHER_LOOPS
    if is_other or run_in_thread(site) is not None:
        yield from handed(site.node)


def given_away(site: CallSite, machine: Machine) -> Iterator[tree.Expr]:
    """The coroutines among the arguments that a function of the project gives to another loop."""
    function = site.callee
    if not isinstance(function, FunctionValue) or function.facts.is_generator:
        return
    if not any(isinstance(each, tree.Call) for each in handed(site.node)):
        return
    params = function.facts.params[1 if function.is_received else 0 :]
    named = {param.name: param for param in params}
    pairs = [*zip(site.node.args, params, strict=False)]
    pairs += [(k.value, named[k.name]) for k in site.node.keywords if k.name in named]
    for node, param in pairs:
        is_call = isinstance(node, tree.Call) and param.kind == "ordinary"
        if is_call and _gives_away(function, param.name, machine):
            yield node


def _gives_away(function: FunctionValue, name: str, machine: Machine) -> bool:
    """Whether what a parameter holds is run by another loop, or in a thread."""
    if not search.mentions(function.facts, *_WORDS):
        return False
    return any(
        name in names(handed(site.node))
        and isinstance(site.callee, External | Member)
        and own_name(site.callee) in _ELSEWHERE
        for site in machine.watch(function).calls
    )
