"""Objects of pydantic's models that are made otherwise than by a call of the class."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following import types
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import UNKNOWN, Instance, Member, Value

_MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")
_MAKING = frozenset(
    f"{model}.{method}"
    for model in _MODELS
    for method in (
        "model_validate", "model_validate_json", "model_validate_strings", "model_construct",
        "parse_obj", "parse_raw", "parse_file", "from_orm", "construct", "validate",
    )
)  # fmt: skip
_COPYING = frozenset(f"{model}.{method}" for model in _MODELS for method in ("copy", "model_copy"))


def made(name: str, node: tree.Node, frame: Frame) -> Value | None:
    """What ``User.model_validate(…)`` gives: a ``User``; None where that is not what is called."""
    if name not in _MAKING:
        return None
    match node:
        case tree.Call(func=tree.Attribute(value=(tree.Name() | tree.Attribute()) as owner)):
            return types.instance_of(frame.machine.evaluate(owner, frame), frame.machine)
    return UNKNOWN


def copied(callee: Member) -> Value | None:
    """What ``user.model_copy(…)`` gives: another of its class, with whatever in it."""
    return (
        Instance(callee.owner.cls, types=callee.owner.types) if callee.dotted in _COPYING else None
    )
