"""A call that leads out of the project, for the functions that the model itself carries out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following.values import Value

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine


class Call:
    """A call of something from outside the project: its arguments, and where it stands."""

    __slots__ = ("args", "frame", "keywords", "machine", "node")

    def __init__(
        self,
        machine: Machine,
        args: Sequence[Value],
        keywords: dict[str, Value],
        node: tree.Node,
        frame: Frame,
    ) -> None:
        self.machine = machine
        self.args = args
        self.keywords = keywords
        self.node = node
        self.frame = frame

    def of(self, function: Value, *args: Value) -> Value:
        """What ``function(*args)`` gives."""
        return self.machine.call(function, args, {}, self.node, self.frame)
