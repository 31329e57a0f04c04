"""What an expression stands for: the door to the rules of `language`.

Every rule goes through it for the parts of its own expression, so it knows none of them: the
machine brings the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.facts import tree
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.values import Value


def evaluate(node: tree.Expr, frame: Frame) -> Value:
    """What the expression stands for in ``frame``."""
    return frame.machine.expressions[type(node)](node, frame)


def perhaps(node: tree.Expr, frame: Frame) -> Value:
    """An expression that may not be evaluated: what it registers is possible."""
    frame.machine.doubts += 1
    try:
        return evaluate(node, frame)
    finally:
        frame.machine.doubts -= 1
