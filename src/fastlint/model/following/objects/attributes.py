"""What ``owner.name`` gives, by the kind of its owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastlint.model.following import choices
from fastlint.model.following.fastapi import router_attributes
from fastlint.model.following.objects import lookup
from fastlint.model.following.values import (
    UNKNOWN,
    BoundBuiltin,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Member,
    ModuleValue,
    Package,
    RouterValue,
    SuperValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def attribute(owner: Value, name: str, machine: Machine) -> Value:
    """``owner.name``"""
    if isinstance(owner, Instance):
        return lookup.attribute(owner, name, machine)
    of = _BY_KIND.get(type(owner))
    return UNKNOWN if of is None else of(owner, name, machine)


def _of_module(owner: ModuleValue, name: str, machine: Machine) -> Value:
    if name == "__dict__":
        frame = machine.run_module(owner.path)
        known = {each: machine.force(value) for each, value in frame.namespace.items()}
        return Mapping(known, frame.open)
    return machine.module_attribute(owner.path, name)


def _of_package(owner: Package, name: str, machine: Machine) -> Value:
    return machine.import_module(owner.importer, f"{owner.name}.{name}")


def _of_external(owner: External, name: str, machine: Machine) -> Value:
    knowledge, dotted = machine.knowledge, f"{owner.name}.{name}"
    return knowledge.constant(dotted) or External(knowledge.canonical(dotted))


def _of_member(owner: Member, name: str, machine: Machine) -> Value:
    """``request.app.state``, which the code may have set."""
    kept = machine.state.get(owner, name)
    return kept or Member(owner.owner, name, f"{owner.dotted}.{name}")


def _of_collection(owner: Items | Mapping, name: str, machine: Machine) -> Value:  # noqa: ARG001
    return BoundBuiltin(owner, name)


def _of_constant(owner: Const, name: str, machine: Machine) -> Value:  # noqa: ARG001
    if isinstance(owner.value, str):
        return BoundBuiltin(owner, name)
    is_status = isinstance(owner.value, int) and name == "value"
    return owner if is_status else UNKNOWN  # a member of http.HTTPStatus


def _of_function(owner: FunctionValue, name: str, machine: Machine) -> Value:
    if name in ("__name__", "__qualname__"):
        return Const(owner.facts.name)
    if name == "__annotations__":  # what code puts there counts for the signature
        owner.attributes.setdefault(name, Mapping({}, open=True))
    known = owner.attributes.get(name)
    if known is None and machine.watching:
        known = machine.deposits.of_function(owner, name)
    return known or _of_decorated(owner, name, machine)


def _of_decorated(owner: FunctionValue, name: str, machine: Machine) -> Value:
    """``send_mail.delay``, of a function that a decorator has made a task of."""
    for by in owner.decorators:
        decorator = by.cls if isinstance(by, Instance) else by
        known_as = decorator.dotted if isinstance(decorator, Member) else ""
        known_as = decorator.name if isinstance(decorator, External) else known_as
        cls = machine.knowledge.decorated(known_as)
        if cls is not None:
            return Member(Instance(External(cls)), name, f"{cls}.{name}")
    return UNKNOWN


def _of_each(owner: Unknown, name: str, machine: Machine) -> Value:
    return choices.each_of(owner, lambda each: attribute(each, name, machine))


_BY_KIND: dict[type, Callable[[Any, str, Machine], Value]] = {
    ModuleValue: _of_module,
    Package: _of_package,
    External: _of_external,
    ClassValue: lookup.attribute,
    SuperValue: lookup.attribute,
    RouterValue: router_attributes.router_attribute,
    Member: _of_member,
    Items: _of_collection,
    Mapping: _of_collection,
    Const: _of_constant,
    FunctionValue: _of_function,
    Unknown: _of_each,
}
