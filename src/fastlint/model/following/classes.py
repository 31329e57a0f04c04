"""Attributes of classes, instances and routers, by Python's lookup rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import types
from fastlint.model.following.enums import is_enum, member
from fastlint.model.following.enums import members as enum_members
from fastlint.model.following.routeobjects import ROUTES, RouteObject
from fastlint.model.following.values import (
    UNKNOWN,
    AnnotatedType,
    BoundBuiltin,
    ClassValue,
    Const,
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
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine
    from fastlint.model.knowledge import Knowledge

_BUILDERS = (b"FastAPI", b"APIRouter", b"include_router", b"add_api_route", b"mount")
_KEEPS_CLASS = frozenset({"builtins.classmethod"})
_IS_STATIC = frozenset({"builtins.staticmethod"})
_IS_PROPERTY = frozenset(
    {"builtins.property", "functools.cached_property", "pydantic.computed_field"}
)
FIELDS = (External("pydantic.Field"), External("sqlmodel.Field"), External("dataclasses.field()"))
"""The classes that stand for what ``Field(…)`` gives."""
_ATTRS_FIELDS = frozenset(
    External(f"{name}()")
    for name in ("attr.ib", "attr.attrib", "attr.attr", "attr.field", "attrs.field")
)
_OTHER_FIELDS = frozenset({External("pydantic.PrivateAttr"), External("msgspec.field()")})
ATTRS_FACTORIES = frozenset({External("attr.Factory"), External("attrs.Factory")})
"""The classes of what makes a default anew for each object."""
_ATTRS = frozenset(
    f"{package}.{name}{called}"
    for package in ("attr", "attrs")
    for name in ("s", "attrs", "attributes", "define", "frozen", "mutable", "dataclass")
    for called in ("", "()")
)

_PLAIN = (
    "pydantic.BaseModel", "pydantic_settings.BaseSettings", "abc.ABC", "typing.Generic",
    "typing.Protocol", "builtins.object",
)  # fmt: skip
"""Classes from outside that have few attributes, by names that nobody gives to fields."""

_APP_DEFAULTS = {
    "title": "FastAPI",
    "version": "0.1.0",
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
}
"""What a ``FastAPI`` says of itself where it was not told (fastapi/applications.py)."""
_ROUTER_DEFAULTS = {"prefix": ""}

ROUTER_METHODS = frozenset(
    [
        "get",
        "put",
        "post",
        "delete",
        "options",
        "head",
        "patch",
        "trace",
        "api_route",
        "websocket",
        "add_api_route",
        "add_api_websocket_route",
        "include_router",
        "mount",
        "add_route",
        "route",
        "websocket_route",
        "add_websocket_route",
        "host",
        "frontend",
        "middleware",
        "add_middleware",
        "exception_handler",
        "add_exception_handler",
        "on_event",
        "add_event_handler",
    ]
)


def attribute(owner: Instance | ClassValue | SuperValue, name: str, machine: Machine) -> Value:
    """``owner.name``"""
    if isinstance(owner, SuperValue):
        return _from_super(owner, name, machine)
    if isinstance(owner, ClassValue):
        return _class_attribute(owner, name, owner, machine)
    found = owner.attributes.get(name)
    if found is not None:
        return found
    if isinstance(owner, RouteObject):
        return Unknown(f"what `{name}` of the route is is not known")
    if isinstance(owner.cls, External):
        known = machine.knowledge.attribute(owner.cls.name, name)
        if known is not None:
            return Instance(External(known))
        return Member(owner, name, f"{owner.cls.name}.{name}")
    if name == "value" and is_enum(owner.cls):
        return UNKNOWN
    return _class_attribute(owner.cls, name, owner, machine)


_OF_CLASS = frozenset({"__name__", "__subclasses__", "__members__"})


def class_of(owner: Instance) -> Value:
    """``type(owner)``; what is only declared may be an object of a subclass."""
    is_made = owner.made or owner.span is not None
    return owner.cls if is_made else Unknown("of which subclass the object is is not known")


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
            return _bound(machine.force(value), name, owner, base, machine)
        declared = declared_field(base, name)
        if declared is not None:
            value = machine.evaluate(declared.annotation, base.namespace)
            return types.instance_of(value, machine)
    if (found := _of_object(cls, name, owner, machine)) is not None:
        return found
    if name == "__init__":
        return External("builtins.object.__init__")
    made = _from_hook(cls, name, owner, machine)
    if not isinstance(made, Unknown):
        return made
    return Unknown(f"`{cls.node.name}` has no `{name}` that is known")


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
        return Mapping({str(as_text(each.attributes["name"])): each for each in enum_members(cls)})
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
            method = _with_receiver(hook, owner)
            return machine.call(method, [Const(name)], {}, hook.facts, hook.closure)
    return UNKNOWN


def _inherited(base: External, name: str, owner: Value, machine: Machine) -> Value:
    """An attribute that a base class from outside provides."""
    if isinstance(owner, Instance):
        held = owner.attributes.get("__inside__")
        if isinstance(held, Items | Mapping) and not name.startswith("__"):
            return BoundBuiltin(held, name)
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
        return found
    return machine.late.attribute(cls, name) or found


def _bound(value: Value, name: str, owner: Value, cls: ClassValue, machine: Machine) -> Value:
    """A value found in a class, as seen through ``owner``."""
    if isinstance(value, FunctionValue):
        names = {d.name for d in value.decorators if isinstance(d, External)}
        if names & _IS_STATIC:
            return value
        if names & _KEEPS_CLASS:
            receiver = owner.cls if isinstance(owner, Instance) else owner
            return _with_receiver(value, receiver)
        if not isinstance(owner, Instance | RouterValue):
            return value
        method = _with_receiver(value, owner)
        return _property(method, name, names, machine) if names & _IS_PROPERTY else method
    if not isinstance(owner, Instance) and is_enum(cls):
        return member(cls, name, value) or value
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


def method(cls: ClassValue, name: str) -> FunctionValue | None:
    """The method that the project's own classes define under this name, not bound to anything."""
    for base in cls.mro():
        found = base.namespace.namespace.get(name) if isinstance(base, ClassValue) else None
        if isinstance(found, FunctionValue):
            return found
    return None


def property_of(owner: Instance, name: str) -> FunctionValue | None:
    """The project's function that reading ``owner.name`` calls, if that is a property."""
    if not isinstance(owner.cls, ClassValue) or name in owner.attributes:
        return None
    for base in owner.cls.mro():
        found = base.namespace.namespace.get(name) if isinstance(base, ClassValue) else None
        if isinstance(found, FunctionValue):
            return _with_receiver(found, owner) if is_property(found) else None
        if found is not None:
            return None
    return None


def is_property(value: Value | None) -> TypeGuard[FunctionValue]:
    """Whether it is a function that was made a property."""
    return isinstance(value, FunctionValue) and any(
        isinstance(by, External) and by.name in _IS_PROPERTY for by in value.decorators
    )


def descriptor_of(owner: Instance, name: str) -> Instance | None:
    """The object of the class that decides what ``owner.name`` is: ``title = FileField()``."""
    if not isinstance(owner.cls, ClassValue) or is_enum(owner.cls):
        return None
    for base in owner.cls.mro():
        found = base.namespace.namespace.get(name) if isinstance(base, ClassValue) else None
        if found is not None:
            if isinstance(found, Instance) and isinstance(found.cls, ClassValue):
                hooks = (method(found.cls, name) for name in ("__get__", "__set__"))
                return found if any(hooks) else None
            return None
    return None


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


def makes_routers(function: FunctionValue) -> bool:
    """Whether the text of a function has to do with apps and routers."""
    return tree.mentions(function.facts, *_BUILDERS)


def _field_default(
    value: Instance, name: str, owner: Value, cls: ClassValue, machine: Machine
) -> Value:
    """``x: T = Field(default=…)``: an instance has the default."""
    if not isinstance(owner, Instance) or not is_field(value):
        return value
    default = value.args[0] if value.args else value.keywords.get("default", UNKNOWN)
    declared = declared_field(cls, name)
    by_factory = "default_factory" in value.keywords or "factory" in value.keywords
    if (by_factory or _is_factory(default)) and declared is not None:
        return types.instance_of(machine.evaluate(declared.annotation, cls.namespace), machine)
    return default


def _with_receiver(function: FunctionValue, receiver: Value) -> FunctionValue:
    return replace(function, bound=receiver)


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
                return _bound(machine.force(value), name, owner.instance, base, machine)
        elif isinstance(owner.instance, RouterValue):
            return RouterMethod(owner.instance, name)
        else:
            receiver = owner.instance if isinstance(owner.instance, Instance) else Instance(base)
            return Member(receiver, name, f"{base.name}.{name}")
    return UNKNOWN


def router_attribute(router: RouterValue, name: str, machine: Machine) -> Value:
    """``app.router``, ``router.get`` and what the project set or defined on it itself."""
    if name in router.attributes:
        return router.attributes[name]
    if router.cls is not None:
        for base in router.cls.mro():
            if isinstance(base, ClassValue):
                value = base.namespace.namespace.get(name)
                if value is not None:
                    return _bound(machine.force(value), name, router, base, machine)
    if name in ROUTER_METHODS:
        return RouterMethod(router, name)
    if name == "router" and router.is_app:
        return router
    if name == "routes":
        return Instance(ROUTES, {"router": router})
    if name in ("dependencies", "tags"):
        return _own_list(router, name)
    if name in router.options:
        return router.options[name]
    default = (_APP_DEFAULTS if router.is_app else _ROUTER_DEFAULTS).get(name)
    if default is not None and not router.open and not router.phantom:
        return Const(default)
    kind = "fastapi.FastAPI" if router.is_app else "fastapi.APIRouter"
    return Member(Instance(External(kind)), name, f"{kind}.{name}")


def _own_list(router: RouterValue, name: str) -> Value:
    """``router.dependencies``: a list of its own (fastapi/routing.py), which may be appended to.

    So are its tags, where it was given none.
    """
    given = router.options.get(name)
    if given is None or given == Const(None):
        given = router.options[name] = Items("list", [])
    return given


def declared_field(cls: ClassValue, name: str) -> tree.AnnAssign | None:
    """The statement ``name: annotation`` of the class body, if there is one."""
    for statement in cls.node.body:
        if isinstance(statement, tree.AnnAssign):
            target = statement.target
            if isinstance(target, tree.Name) and target.id == name:
                return statement
    return None


def declared_fields(cls: ClassValue) -> dict[str, tuple[ClassValue, tree.Expr | None]]:
    """Every field of the class and its bases with its annotation, in the order of the arguments.

    Without an annotation stand those that attrs alone knows: ``name = attr.ib()``.
    """
    found: dict[str, tuple[ClassValue, tree.Expr | None]] = {}
    for base in reversed([base for base in cls.mro() if isinstance(base, ClassValue)]):
        for statement in base.node.body:
            match statement:
                case tree.AnnAssign(target=tree.Name(id=name), annotation=annotation):
                    found[name] = (base, annotation)
                case tree.Assign(targets=[tree.Name(id=name)], value=tree.Call()):
                    value = base.namespace.namespace.get(name)
                    if isinstance(value, Instance) and value.cls in _ATTRS_FIELDS:
                        found[name] = (base, None)
    return found


def is_field(value: Value | None) -> TypeGuard[Instance]:
    """Whether it is what describes a field of a class instead of being its default."""
    return isinstance(value, Instance) and (
        value.cls in FIELDS or value.cls in _ATTRS_FIELDS or value.cls in _OTHER_FIELDS
    )


def _is_factory(value: Value) -> bool:
    """``attr.Factory(…)``"""
    return isinstance(value, Instance) and value.cls in ATTRS_FACTORIES


def is_subclass(value: Value, *names: str) -> bool:
    """Whether the class derives from (or is) one of the classes from outside."""
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, External):
        return value.name in names
    if isinstance(value, ClassValue):
        return any(isinstance(base, External) and base.name in names for base in value.mro())
    return False


def is_dataclass(value: ClassValue) -> bool:
    """A class that ``@dataclass`` (the standard library's or pydantic's) decorates itself."""
    made = (by.cls if isinstance(by, Instance) else by for by in value.decorators)
    names = (by.name for by in made if isinstance(by, External))
    return any(name.startswith(("dataclasses.dataclass", "pydantic.dataclasses")) for name in names)


def is_attrs(value: ClassValue) -> bool:
    """A class to which attrs gives its methods: ``@attr.s``, ``@define`` and their like."""
    made = (by.cls if isinstance(by, Instance) else by for by in value.decorators)
    return any(isinstance(by, External) and by.name in _ATTRS for by in made)


def derives(value: Value, base: str, knowledge: Knowledge) -> bool:
    """Whether the class derives from (or is) ``base``, through classes from outside as well."""
    value = without_markers(value)
    if isinstance(value, External):
        return knowledge.derives(value.name, base)
    return isinstance(value, ClassValue) and any(
        isinstance(each, External) and knowledge.derives(each.name, base) for each in value.mro()
    )


def formatted(value: Value, machine: Machine, *, by_str: bool = False) -> str | None:
    """What an f-string (or ``str()``) makes of the value, where that is known.

    Of a member of ``class E(str, Enum)`` f-strings make its value before Python 3.11, and ``E.A``
    since; `enum.StrEnum` and its like give the value in any case, and ``__str__`` decides itself.
    """
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
        return as_text(value)
    if not is_enum(value.cls):
        return None
    for name in ("__str__",) if by_str else ("__format__", "__str__"):
        method = _class_attribute(value.cls, name, value, machine)
        if isinstance(method, FunctionValue):
            arguments: list[Value] = [Const("")] if name == "__format__" else []
            inside = method.closure
            return as_text(machine.call(method, arguments, {}, method.facts, inside))
    inner, own = value.attributes.get("value"), value.attributes.get("name")
    if is_subclass(value.cls, "enum.StrEnum", "enum.IntEnum", "enum.ReprEnum"):
        return as_text(inner) if inner is not None else None
    mixed = is_subclass(value.cls, "builtins.str", "builtins.int")
    if (by_str or not mixed) and isinstance(own, Const):
        return f"{value.cls.node.name}.{own.value!s}"
    return None


def as_text(value: Value) -> str | None:
    """The text that a value is, where that is known: a constant, or a member that is text."""
    if isinstance(value, Const) and isinstance(value.value, str | int):
        return str(value.value)
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        inner = value.attributes.get("value")
        is_text = is_subclass(value.cls, "builtins.str", "enum.StrEnum")
        if is_text and isinstance(inner, Const) and isinstance(inner.value, str):
            return inner.value
    return None


def subscripted(value: Value, args: tuple[Value, ...], machine: Machine) -> Value:  # noqa: ARG001
    """``value[args]`` for a generic class."""
    if isinstance(value, Subscripted):
        return value
    return Subscripted(value, args)


def without_markers(value: Value) -> Value:
    """The type itself: what stands inside ``Annotated``."""
    while isinstance(value, AnnotatedType):
        value = value.base
    return value


def members(value: Value) -> tuple[Value, ...]:
    """The members of a union; the type itself where it is none."""
    value = without_markers(value)
    return value.members if isinstance(value, UnionType) else (value,)
