"""What is done at once where there are no background tasks to leave it to.

``if self.tasks: self.tasks.add_task(send) else: send()``: FastAPI never gives None for its
`BackgroundTasks`, so that a request comes to the second branch only where a call leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastlint.facts import search, tree
from fastlint.facts.walk import dotted_name, walk
from fastlint.model.calls.missing import missing_and_present
from fastlint.model.calls.once import Range, blocks, range_of
from fastlint.model.following.frames import Watch

_ADDS = "add_task"
_WORD = search.spelled(_ADDS)


def passed_by(facts: tree.FunctionFacts, watch: Watch) -> tuple[Range, ...]:
    """The stretches of a body that are left out where there are background tasks.

    Where the call says that there are none, there is no such stretch.
    """
    if not search.mentions(facts, _WORD):
        return ()
    return tuple(_stretches(watch.body, watch))


def _stretches(block: Sequence[tree.Stmt], watch: Watch) -> Iterator[Range]:
    for position, statement in enumerate(block):
        if isinstance(statement, tree.If):
            missing, present = missing_and_present(statement.test)
            rest = (*statement.orelse, *block[position + 1 :])
            if statement.orelse and _hands_over(present, statement.body, watch):
                yield range_of(statement.orelse)
            elif _hands_over(missing, rest, watch):
                yield range_of(statement.body)
        for inner in blocks(statement):
            yield from _stretches(inner, watch)


def _hands_over(paths: set[str], block: Sequence[tree.Stmt], watch: Watch) -> bool:
    """Whether a block adds a task to what is there then; and nobody has said that it is not."""
    unsaid = {path for path in paths if path not in watch.said.values}
    return bool(unsaid) and any(
        isinstance(node, tree.Call)
        and isinstance(node.func, tree.Attribute)
        and node.func.attr == _ADDS
        and dotted_name(node.func.value) in unsaid
        for node in walk(block)
    )
