"""See ``rules/FLT115-websocket-broadcast-iteration.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.calls.changed_meanwhile import broadcasts
from fastlint.model.following.functions import Module
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """``for connection in self.connections: await connection.send_text(…)``"""
    for found in broadcasts(module) if not module.is_test else ():
        yield Problem(
            found.iterable,
            f"others change `{found.shown}` while this loop awaits: of a list somebody is passed "
            "over, and a set or dictionary ends the loop with a `RuntimeError`",
            "loop over a copy: put `list(…)` around what the loop goes over",
            (Related(found.change, "it is changed here"),),
        )
