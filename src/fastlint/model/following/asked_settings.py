"""Settings that code asks for by name: what they are where nobody sets them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from fastlint.model.following.values import Const, External, Instance, Unknown, Value

READERS = frozenset(
    {"starlette.config.Config", "decouple.Config", "environs.Env", "environs.EnvBase"}
)
"""Objects that are asked for a setting by name, with the default to take where it is not set."""


def setting(args: Sequence[Value], keywords: dict[str, Value]) -> Value:
    """``config("NAME", default=…)``, ``env.str("NAME", …)``: as built where it is not set.

    Starlette's ``config("NAME", cast, default)`` has the default at its end.
    """
    default = keywords.get("default", args[-1] if len(args) > 1 else None)
    cast = keywords.get("cast", args[1] if args[2:] else None)
    if default is not None and (cast is None or _is_cast(default, cast)):
        if isinstance(default, Const):
            return replace(default, settable=True)
        if isinstance(default, Instance) and isinstance(default.attributes.get("value"), Const):
            return _settable_member(default)
    return Unknown("it comes from the environment")


def _settable_member(member: Instance) -> Instance:
    """A member of an enumeration that could be another one."""
    attributes = {
        name: replace(value, settable=True) if isinstance(value, Const) else value
        for name, value in member.attributes.items()
    }
    return replace(member, attributes=attributes)


def _is_cast(value: Value, cast: Value) -> bool:
    """Whether a constant is of the type that it is cast to."""
    if not isinstance(value, Const) or not isinstance(cast, External):
        return False
    return cast.name == f"builtins.{type(value.value).__name__}"
