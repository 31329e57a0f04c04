"""The ``__init__`` that a class does not write: of dataclasses, attrs, models and named tuples.

Its fields come from the arguments, from their defaults and from the factories of these, which make
a new object each time; then the hook runs that the library calls at the end. Taken from
`dataclasses`, attrs (``attr/_make.py``), msgspec (``Struct``) and pydantic (``model_post_init``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import classes, types
from fastlint.model.following.objects import fields
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    LambdaValue,
    Member,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine

_HOOKS = (
    (fields.is_dataclass, "__post_init__"),
    (fields.is_attrs, "__attrs_post_init__"),
    (lambda cls: External("msgspec.Struct") in cls.bases, "__post_init__"),
)
_MODEL = "pydantic.BaseModel"
_BUILDERS = frozenset({"fastapi.FastAPI", "fastapi.APIRouter"})


class Making:
    """One object in the making: whose it is, and where the call stands."""

    __slots__ = ("frame", "machine", "made", "node")

    def __init__(self, machine: Machine, made: Instance, node: tree.Node, frame: Frame) -> None:
        self.machine = machine
        self.made = made
        self.node = node
        self.frame = frame

    def call(self, function: Value, *args: Value) -> Value:
        """What ``function(*args)`` gives."""
        return self.machine.call(function, list(args), {}, self.node, self.frame)


def is_written(cls: ClassValue) -> bool:
    """Whether the class has an ``__init__`` of its own, and none that a library put over it."""
    for base in cls.own:
        if isinstance(base.namespace.namespace.get("__init__"), FunctionValue):
            return True
        if fields.is_dataclass(base) or fields.is_attrs(base):
            return False
    return False


def fill(
    making: Making, cls: ClassValue, args: Sequence[Value], keywords: dict[str, Value]
) -> None:
    """The object gets its fields, and what the library calls afterwards is called."""
    machine, made = making.machine, making.made
    given = dict(keywords)
    is_open = given.pop("**", None) is not None
    every = fields.declared_fields(cls)
    settled = {name: _settings(name, owner) for name, (owner, _) in every.items()}
    asked = [name for name in every if settled[name].get("init") != Const(False)]
    given.update(zip(asked, args, strict=False))
    is_model = classes.derives(cls, _MODEL, machine.knowledge)
    for name, (owner, annotation) in every.items():
        options = settled[name]
        passed = given.get(name, given.get(_argument(name, options)))
        if passed is None and not is_open:
            value = _by_default(making, name, owner, options, is_model=is_model)
            if value is None:
                continue
        else:
            value = UNKNOWN if passed is None else passed
        value = _converted(making, value, options)
        if isinstance(value, Unknown) and annotation is not None:  # not its default, in any case
            declared = machine.evaluate(annotation, owner.namespace)
            value = types.instance_of(declared, machine)
        if isinstance(value, RouterValue) and not value.name:
            value.name = name
        made.attributes[name] = value
    _finish(making, cls, given)


def _argument(name: str, options: dict[str, Value]) -> str:
    """By which name a field is given; attrs takes the underscores away."""
    alias = as_text(options["alias"]) if "alias" in options else None
    return alias or name.lstrip("_")


def _settings(name: str, owner: ClassValue) -> dict[str, Value]:
    """What ``field(…)`` was given; nothing where the default stands for itself."""
    value = owner.namespace.namespace.get(name)
    if not fields.is_field(value):
        return {}
    first = {"default": value.args[0]} if value.args else {}
    return {**first, **value.keywords}


def _by_default(
    making: Making, name: str, owner: ClassValue, options: dict[str, Value], *, is_model: bool
) -> Value | None:
    """What the field is when it is not given; None where the class itself says it."""
    factory = options.get("factory", options.get("default_factory"))
    default = options.get("default")
    receivers: list[Value] = []
    if isinstance(default, Instance) and default.cls in fields.ATTRS_FACTORIES and default.args:
        factory = default.args[0]
        if default.keywords.get("takes_self") == Const(True) or default.args[1:] == (Const(True),):
            receivers.append(making.made)
    if factory is None and default is None:
        factory = _default_method(name, owner)
        receivers.append(making.made)
    if factory is not None:
        # What a model holds may come from outside; a router never does.
        if is_model and not _makes_routers(factory):
            return None
        return making.call(factory, *receivers)
    return default if "converter" in options else None


def _default_method(name: str, owner: ClassValue) -> Value | None:
    """The method under ``@name.default``, as attrs has it."""
    field = owner.namespace.namespace.get(name)
    if not fields.is_field(field):
        return None
    for value in owner.namespace.namespace.values():
        if isinstance(value, FunctionValue) and any(
            isinstance(by, Member) and by.owner is field and by.name == "default"
            for by in value.decorators
        ):
            return value
    return None


def _makes_routers(factory: Value) -> bool:
    if isinstance(factory, FunctionValue):
        return classes.makes_routers(factory)
    return isinstance(factory, LambdaValue) or classes.is_subclass(factory, *_BUILDERS)


def _converted(making: Making, value: Value, options: dict[str, Value]) -> Value:
    """What ``converter=`` makes of the value; the value where that is not known."""
    converter = options.get("converter")
    if isinstance(converter, FunctionValue | LambdaValue):
        result = making.call(converter, value)
        if not isinstance(result, Unknown) and result != NONE:
            return result
    return value


def _finish(making: Making, cls: ClassValue, given: dict[str, Value]) -> None:
    """Call what the library calls when the fields are filled."""
    bases = cls.own
    for is_kind, name in _HOOKS:
        hook = classes.method(cls, name)
        if hook is not None and any(is_kind(base) for base in bases):
            making.call(_bound(hook, making), *_init_only(cls, given))
            return
    hook = classes.method(cls, "model_post_init")
    if hook is not None and classes.derives(cls, _MODEL, making.machine.knowledge):
        making.call(_bound(hook, making), NONE)


def _bound(method: FunctionValue, making: Making) -> Value:
    return making.machine.attribute(making.made, method.facts.name)


def _init_only(cls: ClassValue, given: dict[str, Value]) -> list[Value]:
    """The arguments that are declared as ``InitVar``: they go to the hook, in their order."""
    found: list[Value] = []
    for name, (owner, annotation) in fields.declared_fields(cls).items():
        if annotation is None or not _mentions_init_var(annotation):
            continue
        default = owner.namespace.namespace.get(name, UNKNOWN)
        found.append(given.get(name, default))
    return found


def _mentions_init_var(annotation: tree.Expr) -> bool:
    if isinstance(annotation, tree.Subscript):
        annotation = annotation.value
    return last_name(annotation) == "InitVar"
