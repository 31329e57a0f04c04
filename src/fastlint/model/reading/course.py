"""In which order a function runs what stands in it: from its first line to its last one.

But for its loops, whose beginning comes again after their end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property

import msgspec

from fastlint.facts import tree
from fastlint.model.reading.enclosing import holds

_LOOPS = (tree.For, tree.While)
_ASSIGNS = (tree.Assign, tree.AnnAssign, tree.AugAssign)


class Course(msgspec.Struct, frozen=True, eq=False, dict=True):
    """The nodes of a function, as they come one after the other."""

    nodes: tuple[tree.Node, ...]

    def until(self, node: tree.Node) -> tuple[tree.Node, ...]:
        """What may have run when ``node`` is done: all but what begins after it, once and for all.

        The whole expression that it is a part of counts as one; what that is assigned to comes
        after it.
        """
        begun = self._expressions[: bisect_right(self._expressions, _start(node), key=_start)]
        outer = max((each for each in begun if holds(each, node)), key=_end, default=node)
        loops = [loop for loop in self._loops if holds(loop, outer)]
        last = max(map(_end, loops), default=_end(outer))
        before = self.nodes[: bisect_left(self.nodes, last, key=_start)]
        if not loops:
            return tuple(each for each in before if not _is_given(each, outer))
        end = _end(outer)
        return tuple(
            each
            for each in before
            if any(holds(loop, each) for loop in loops)
            or (_start(each) < end and not _is_given(each, outer))
        )

    @cached_property
    def _expressions(self) -> tuple[tree.Node, ...]:
        return tuple(each for each in self.nodes if isinstance(each, tree.Expr))

    @cached_property
    def _loops(self) -> tuple[tree.Node, ...]:
        return tuple(each for each in self.nodes if isinstance(each, _LOOPS))


def course(nodes: Iterable[tree.Node]) -> Course:
    """The course of a function of which these are the nodes."""
    return Course(tuple(sorted(nodes, key=_start)))


def _is_given(node: tree.Node, value: tree.Node) -> bool:
    return isinstance(node, _ASSIGNS) and holds(node, value)


def _start(node: tree.Node) -> tuple[int, int]:
    return node.line, node.column


def _end(node: tree.Node) -> tuple[int, int]:
    return node.end_line, node.end_column
