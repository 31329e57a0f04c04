"""Attributes of classes and of their objects, by Python's lookup rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import choices, generic_classes, held, types
from fastlint.model.following.classes import class_of, derives
from fastlint.model.following.fastapi.routeobjects import RouteObject
from fastlint.model.following.objects.descriptors import IS_PROPERTY
from fastlint.model.following.objects.enums import is_enum, member, members
from fastlint.model.following.objects.fields import declared_field, is_factory, is_field
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    BoundBuiltin,
    ClassValue,
    Const,
    DependsMarker,
    Dots,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Member,
    RouterMethod,
    RouterValue,
    Subscripted,
    SuperValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


_KEEPS_CLASS = frozenset({"builtins.classmethod"})
_PLAIN = (
    "pydantic.BaseModel", "pydantic_settings.BaseSettings", "abc.ABC", "typing.Generic",
    "typing.Protocol", "builtins.object",
)  # fmt: skip
"""Classes from outside that have few attributes, by names that nobody gives to fields."""
_NO_DEFAULT = (NONE, Dots())


def attribute(owner: Instance | ClassValue | SuperValue, name: str, machine: Machine) -> Value:
    """``owner.name``"""
    if isinstance(owner, SuperValue):
        return _from_super(owner, name, machine)
    if isinstance(owner, ClassValue):
        return _class_attribute(owner, name, owner, machine)
    found = owner.attributes.get(name)
    if found is not None:
        return _filled(found, owner.cls, name, machine)
    if isinstance(owner, RouteObject):
        return Unknown(f"what `{name}` of the route is is not known")
    if isinstance(owner.cls, External):
        known = machine.knowledge.attribute(owner.cls.name, name)
        if known is not None:
            given = owner.keywords.get(name)  # ``UploadFile(file=io.BytesIO(data)).file``
            return given if isinstance(given, Instance) else Instance(External(known))
        if machine.watching and owner.types and held.is_taking(name):
            container = held.declared(owner, machine)
            if container is not None:
                return BoundBuiltin(container, name)
        return Member(owner, name, f"{owner.cls.name}.{name}")
    if name == "value" and is_enum(owner.cls):
        return UNKNOWN
    return _class_attribute(owner.cls, name, owner, machine)


_OF_CLASS = frozenset({"__name__", "__subclasses__", "__members__"})


def _class_attribute(cls: ClassValue, name: str, owner: Value, machine: Machine) -> Value:
    if owner is cls and name in _OF_CLASS and name not in cls.namespace.namespace:
        return _of_class(cls, name, machine)
    if name == "__class__" and isinstance(owner, Instance):
        return class_of(owner)
    line = cls.mro()
    for at, base in enumerate(line):
        if isinstance(base, External):
            if _passes_on(base, name) and any(_has(each, name) for each in line[at + 1 :]):
                continue
            return _inherited(base, name, owner, machine)
        value = base.namespace.namespace.get(name)
        if value is not None:
            value = _filled(machine.force(value), cls, name, machine)
            return bound_to(value, name, owner, base, machine)
        declared = declared_field(base, name)
        if declared is not None:
            value = machine.evaluate(declared.annotation, base.namespace)
            value = generic_classes.filled(value, owner, base)
            return types.instance_of(value, machine)
    if (found := _of_object(cls, name, owner, machine)) is not None:
        return found
    if owner is cls and machine.watching and (left := machine.deposits.of_class(cls, name)):
        return left
    if name == "__init__":
        return External("builtins.object.__init__")
    made = _from_hook(cls, name, owner, machine)
    if not isinstance(made, Unknown):
        return made
    return Unknown(f"`{cls.node.name}` has no `{name}` that is known")


def _filled(value: Value, cls: ClassValue | External, name: str, machine: Machine) -> Value:
    """What an attribute holds that is None to begin with, once some method has been run."""
    if not machine.watching or not isinstance(cls, ClassValue):
        return value
    if isinstance(value, Items | Mapping):
        return _holding(value, cls, name, machine)
    if type(value) is not Const or value.value is not None or value.settable:
        return value
    found = machine.late.attribute(cls, name) or machine.deposits.of_class(cls, name)
    return found if found is not None and choices.is_callable(found) else value


def _holding(value: Items | Mapping, cls: ClassValue, name: str, machine: Machine) -> Value:
    """A container that is empty to begin with, and what the methods of the class put into it."""
    found = machine.deposits.item(cls, name) if held.is_empty(value) else None
    return value if found is None else replace(value, holds=found)


def _passes_on(base: External, name: str) -> bool:
    """Whether a class from outside surely has no attribute of this name: the next one may."""
    return base.name.startswith(_PLAIN) and not name.startswith(("_", "model_"))


def _has(base: ClassValue | External, name: str) -> bool:
    return isinstance(base, ClassValue) and (
        name in base.namespace.namespace or declared_field(base, name) is not None
    )


def _of_class(cls: ClassValue, name: str, machine: Machine) -> Value:
    """What a class tells of itself: ``cls.__name__``, ``cls.__subclasses__()`` and its like."""
    if name == "__name__":
        return Const(cls.node.name)
    if name == "__members__":
        return Mapping({str(as_text(each.attributes["name"])): each for each in members(cls)})
    below = [each for each in machine.derived.get(id(cls), ()) if _derives_directly(each, cls)]
    return BoundBuiltin(Items("list", list(below)), "copy")


def _derives_directly(cls: ClassValue, base: ClassValue) -> bool:
    return any((b.origin if isinstance(b, Subscripted) else b) is base for b in cls.bases)


def _from_hook(cls: ClassValue, name: str, owner: Value, machine: Machine) -> Value:
    """What ``__getattr__`` gives for an attribute that nothing else sets; Python's own it never."""
    if name.startswith("__"):
        return UNKNOWN
    for base in cls.mro():
        hook = None if isinstance(base, External) else base.namespace.namespace.get("__getattr__")
        if isinstance(hook, FunctionValue) and isinstance(owner, Instance):
            method = replace(hook, bound=owner)
            return machine.call(method, [Const(name)], {}, hook.facts, hook.closure)
    return UNKNOWN


def _inherited(base: External, name: str, owner: Value, machine: Machine) -> Value:
    """An attribute that a base class from outside provides."""
    if isinstance(owner, Instance):
        inside = owner.attributes.get("__inside__")
        if isinstance(inside, Items | Mapping) and not name.startswith("__"):
            return BoundBuiltin(inside, name)
        if isinstance(owner.cls, ClassValue):
            found = _of_object(owner.cls, name, owner, machine)
            if found is not None:
                return found
        return Member(owner, name, f"{base.name}.{name}")
    return External(machine.knowledge.canonical(f"{base.name}.{name}"))


def _of_object(cls: ClassValue, name: str, owner: Value, machine: Machine) -> Value | None:
    """What ``__init__`` sets an attribute to, or else a method that may be called later."""
    if not isinstance(owner, Instance):
        return None
    template = machine.template(cls, owner)
    found = None if template is None else template.attributes.get(name)
    if found is not None and found != Const(None):
        return _filled(found, cls, name, machine)
    return machine.late.attribute(cls, name) or found


def bound_to(value: Value, name: str, owner: Value, cls: ClassValue, machine: Machine) -> Value:
    """A value found in a class, as seen through ``owner``."""
    if isinstance(value, FunctionValue):
        names = {d.name for d in value.decorators if isinstance(d, External)}
        if value.is_static:
            return value
        if names & _KEEPS_CLASS:
            receiver = owner.cls if isinstance(owner, Instance) else owner
            return replace(value, bound=receiver)
        if not isinstance(owner, Instance | RouterValue):
            return value
        method = replace(value, bound=owner)
        return _property(method, name, names, machine) if names & IS_PROPERTY else method
    if not isinstance(owner, Instance) and is_enum(cls):
        return member(cls, name, value) or value
    if isinstance(value, DependsMarker) and isinstance(owner, Instance) and machine.watching:
        return types.asked_for(value, _declared(name, cls, machine), machine)  # of a view
    if isinstance(value, Instance) and isinstance(value.cls, External):
        value = _field_default(value, name, owner, cls, machine)
    if isinstance(value, Const) and isinstance(owner, Instance) and not value.settable:
        return replace(value, settable=_is_field(name, owner, cls, machine))
    if (
        isinstance(owner, Instance)
        and isinstance(value, Instance)
        and _is_enum_member(value)
        and _is_field(name, owner, cls, machine)
    ):
        return Instance(value.cls, {n: _settable(v) for n, v in value.attributes.items()})
    return value


def _declared(name: str, cls: ClassValue, machine: Machine) -> Value:
    """The type that a class declares for an attribute."""
    field = declared_field(cls, name)
    return UNKNOWN if field is None else machine.evaluate(field.annotation, cls.namespace)


def _is_enum_member(value: Instance) -> bool:
    return isinstance(value.cls, ClassValue) and is_enum(value.cls)


def _settable(value: Value) -> Value:
    return replace(value, settable=True) if isinstance(value, Const) else value


def _is_field(name: str, owner: Instance, cls: ClassValue, machine: Machine) -> bool:
    """Whether the value is a default that whoever made the object may have replaced.

    The fields of settings come from outside, as do those of the models that they hold; of an object
    that was not seen to be made, nobody knows what it was made with.
    """
    if derives(owner.cls, "pydantic.BaseModel", machine.knowledge):
        return True
    return owner.span is None and declared_field(cls, name) is not None


def _property(method: FunctionValue, name: str, kinds: set[str], machine: Machine) -> Value:
    """What reading a property gives; one that makes a router makes it each time that it is read."""
    if machine.watching:
        return machine.result_of(method)
    value = machine.read(method)
    if isinstance(value, Unknown):
        value = machine.result_of(method)
    if "functools.cached_property" in kinds and isinstance(method.bound, Instance):
        method.bound.attributes[name] = value
    return value


def _field_default(
    value: Instance, name: str, owner: Value, cls: ClassValue, machine: Machine
) -> Value:
    """``x: T = Field(default=…)``: an instance has the default.

    Where there is none, or where it is None, it has what is declared, or what the class sets.
    """
    if not isinstance(owner, Instance) or not is_field(value):
        return value
    default = value.args[0] if value.args else value.keywords.get("default", UNKNOWN)
    declared = declared_field(cls, name)
    of_type: Value = UNKNOWN
    if declared is not None:
        of_type = types.instance_of(machine.evaluate(declared.annotation, cls.namespace), machine)
    by_factory = "default_factory" in value.keywords or "factory" in value.keywords
    if (by_factory or is_factory(default)) and declared is not None:
        return of_type
    if not machine.watching or not (default in _NO_DEFAULT or isinstance(default, Unknown)):
        return default
    if not choices.is_callable(of_type) and isinstance(owner.cls, ClassValue):
        of_type = _of_object(owner.cls, name, owner, machine) or UNKNOWN
    return of_type if choices.is_callable(of_type) else default


def _after(owner: SuperValue) -> list[ClassValue | External]:
    """What comes after the class in the line of the object's own class, or of a class itself."""
    given = owner.instance
    cls = given if isinstance(given, ClassValue) else getattr(given, "cls", None)
    line = list(cls.mro()) if isinstance(cls, ClassValue) else []
    if owner.cls not in line:
        line = list(owner.cls.mro())
    return line[line.index(owner.cls) + 1 :]


def _from_super(owner: SuperValue, name: str, machine: Machine) -> Value:
    for base in _after(owner):
        if isinstance(base, ClassValue):
            value = base.namespace.namespace.get(name)
            if value is not None:
                return bound_to(machine.force(value), name, owner.instance, base, machine)
        elif isinstance(owner.instance, RouterValue):
            return RouterMethod(owner.instance, name)
        else:
            receiver = owner.instance if isinstance(owner.instance, Instance) else Instance(base)
            return Member(receiver, name, f"{base.name}.{name}")
    return UNKNOWN
