"""Which class stands behind a type that only says what its objects can do."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.facts.walk import last_name
from fastlint.model.following.values import ClassValue, External, Instance, Subscripted, Value

_PROTOCOL = External("typing.Protocol")


def is_abstract(cls: ClassValue) -> bool:
    """Whether the class says that only its subclasses are made."""
    metaclasses = [keyword.value for keyword in cls.node.keywords if keyword.name == "metaclass"]
    return External("abc.ABC") in cls.bases or any(
        last_name(each) == "ABCMeta" for each in metaclasses
    )


def only_declares(value: Value) -> bool:
    """Whether the value is an object of an abstract class or a protocol, hence of some other."""
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue) or value.made:
        return False
    return value.span is None and (is_abstract(value.cls) or _is_protocol(value.cls))


def behind(declared: Value, given: Iterable[Value]) -> Value:
    """What is declared, or the one object that the code gives, where it gives no other."""
    found: Instance | None = None
    for value in given:
        if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
            return declared
        if only_declares(value) or (found is not None and found.cls is not value.cls):
            return declared
        found = found or value
    if found is None or not isinstance(declared, Instance):
        return declared
    is_one = any(base is declared.cls for base in found.cls.mro())  # type: ignore[union-attr]
    return found if is_one or _is_protocol(declared.cls) else declared


def _is_protocol(cls: Value) -> bool:
    return isinstance(cls, ClassValue) and any(
        (base.origin if isinstance(base, Subscripted) else base) == _PROTOCOL for base in cls.bases
    )
