"""The signatures that FastAPI reads: of functions, of classes, and those that code puts in place.

FastAPI asks `inspect.signature` (``dependencies/utils.py`` `get_typed_signature`), which follows
``__wrapped__``, binds methods, takes a class's ``__init__`` and lets ``__signature__`` overrule it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.objects import fields
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.types import annotated
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    AnnotatedType,
    ClassValue,
    Const,
    Dots,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    ParamMarker,
    Partial,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.findings import Span
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine

SIGNATURE = External("inspect.Signature")
PARAMETER = External("inspect.Parameter")
_EMPTY = "inspect.Parameter.empty"
_Kind = Literal["positional-only", "ordinary", "*args", "keyword-only", "**kwargs"]
_KINDS: dict[str, _Kind] = {
    "POSITIONAL_ONLY": "positional-only",
    "POSITIONAL_OR_KEYWORD": "ordinary",
    "VAR_POSITIONAL": "*args",
    "KEYWORD_ONLY": "keyword-only",
    "VAR_KEYWORD": "**kwargs",
}
_CONSTANTS = {kind: External(f"inspect.Parameter.{name}") for name, kind in _KINDS.items()}
_PLAIN_BASES = (
    "pydantic.BaseModel", "sqlmodel.SQLModel", "pydantic_settings.BaseSettings", "typing.", "abc.",
    "builtins.object", "enum.", "builtins.str",
)  # fmt: skip
"""Bases from outside that bring no fields of their own."""


class Slot(msgspec.Struct, frozen=True, eq=False):
    """One parameter of a signature, wherever it is declared."""

    name: str
    facts: tree.Param
    path: str
    """Of the file in which it is declared."""
    declared: Value
    """The annotation, evaluated; `Unknown` where there is none."""
    default: Value | None
    implied: bool = False
    """Not written in the function's own signature: the field of a class, a view's object."""


class Signature(msgspec.Struct, frozen=True, eq=False):
    """The parameters that FastAPI fills in."""

    slots: tuple[Slot, ...] = ()
    is_open: bool = False
    """There may be further parameters that are not known."""


class ParameterValue(Instance, eq=False):
    """An ``inspect.Parameter``, with the declaration that it tells of."""

    slot: Slot | None = None


def of_function(function: FunctionValue, machine: Machine) -> Signature:
    """The signature of a function as `inspect.signature` gives it, or of a bound method."""
    seen = function
    while "__signature__" not in seen.attributes and seen.wraps is not None:
        seen = seen.inner
    given = seen.attributes.get("__signature__")
    is_bound = seen.facts.is_method and seen.bound is not None
    if given is not None:
        told = _told(given)
        return replace(told, slots=told.slots[1:]) if is_bound else told
    changed = seen.attributes.get("__annotations__")
    put = changed.items if isinstance(changed, Mapping) else {}
    slots = [
        Slot(
            param.name,
            param,
            seen.path,
            put.get(param.name) or _declared(param, seen, machine),
            None if param.default is None else machine.evaluate(param.default, seen.scope),
        )
        for param in seen.facts.params
    ]
    if is_bound:
        slots = slots[1:]
    elif seen.facts.is_method and seen.view is not None and slots:
        slots[0] = replace(slots[0], default=seen.view, declared=UNKNOWN, implied=True)
    return Signature(tuple(slots))


def _declared(param: tree.Param, function: FunctionValue, machine: Machine) -> Value:
    if param.annotation is None:
        return UNKNOWN
    return machine.evaluate(param.annotation, function.scope)


def of_lambda(node: tree.Lambda, scope: Frame) -> Signature:
    """The signature of a lambda: names, and now and then a default."""
    return Signature(
        tuple(
            Slot(
                param.name,
                param,
                scope.path,
                UNKNOWN,
                None if param.default is None else scope.machine.evaluate(param.default, scope),
            )
            for param in node.params
        )
    )


def of_partial(partial: Partial, inner: Signature) -> Signature:
    """``partial(f, 1, c=2)`` has no first parameter; its ``c`` stays, with 2 for a default."""
    given = dict(partial.keywords)
    slots = inner.slots[len(partial.args) :]
    return Signature(
        tuple(replace(s, default=given[s.name]) if s.name in given else s for s in slots),
        inner.is_open or "**" in given,
    )


# --- classes -------------------------------------------------------------------------------


def of_class(cls: ClassValue, machine: Machine) -> Signature:
    """What FastAPI passes to a class that it makes an object of."""
    given = (own.namespace.namespace.get("__signature__") for own in cls.own)
    told = next((each for each in given if each is not None), None)
    if told is not None:
        return _told(told)
    if not cls.is_whole:
        return Signature(is_open=True)
    if cls.view is not None:
        return of_view(cls, machine)
    if classes.derives(cls, "pydantic.BaseModel", machine.knowledge):
        return _of_model(cls, machine)
    for base in cls.mro():
        if not isinstance(base, ClassValue):
            return Signature(is_open=not base.name.startswith(_PLAIN_BASES))
        init = initialiser(base)
        if init is not None:
            return of_function(replace(init, bound=Instance(cls)), machine)
        if fields.is_dataclass(base):
            return Signature(tuple(_dataclass_fields(base, machine)))
        if External("typing.NamedTuple") in base.bases:
            return Signature(tuple(_fields([base], machine)))
    return Signature()


def initialiser(cls: ClassValue) -> FunctionValue | None:
    """The ``__init__`` of the class itself."""
    init = cls.namespace.namespace.get("__init__")
    return init if isinstance(init, FunctionValue) else None


def of_view(cls: ClassValue, machine: Machine) -> Signature:
    """A class-based view: its ``__init__`` and, by keyword, every attribute with an annotation.

    As fastapi-utils and those that learnt from it build the signature: the annotations are read
    without their ``Annotated``.
    """
    found: dict[str, Slot] = {}
    init = classes.method(cls, "__init__")
    if init is not None:
        for slot in of_function(replace(init, bound=Instance(cls)), machine).slots:
            if slot.facts.kind not in ("*args", "**kwargs"):
                found[slot.name] = slot
    for slot in hints(cls, machine):
        found[slot.name] = replace(slot, declared=classes.without_markers(slot.declared))
    return Signature(tuple(found.values()))


def hints(cls: ClassValue, machine: Machine) -> Iterator[Slot]:
    """The annotated attributes of a class and its bases, as `typing.get_type_hints` orders them."""
    for slot in _fields(reversed(cls.own), machine):
        found = _bound_in(cls, slot.name, machine)
        yield replace(slot, default=found)


def _bound_in(cls: ClassValue, name: str, machine: Machine) -> Value | None:
    for base in cls.own:
        value = base.namespace.namespace.get(name)
        if value is not None:
            return machine.force(value)
    return None


def _fields(bases: Iterable[ClassValue], machine: Machine) -> Iterator[Slot]:
    """The annotated attributes of the classes in their order; a later one replaces its namesake."""
    found: dict[str, Slot] = {}
    for base in bases:
        for statement in base.node.body:
            if not isinstance(statement, tree.AnnAssign) or not isinstance(
                statement.target, tree.Name
            ):
                continue
            declared = machine.evaluate(statement.annotation, base.namespace)
            if not classes.is_subclass(declared, "typing.ClassVar"):
                found[statement.target.id] = _field(
                    statement, statement.target.id, declared, base, machine
                )
    yield from found.values()


def _field(
    statement: tree.AnnAssign, name: str, declared: Value, cls: ClassValue, machine: Machine
) -> Slot:
    facts = tree.Param(
        line=statement.line,
        column=statement.column,
        end_line=statement.end_line,
        end_column=statement.end_column,
        name=name,
        kind="keyword-only",
        annotation=statement.annotation,
        default=statement.value,
    )
    default = None
    if statement.value is not None:
        default = cls.namespace.namespace.get(name)
        default = machine.evaluate(statement.value, cls.namespace) if default is None else default
    return Slot(name, facts, cls.path, declared, default, implied=True)


def _dataclass_fields(cls: ClassValue, machine: Machine) -> Iterator[Slot]:
    bases = [base for base in cls.own if fields.is_dataclass(base)]
    for slot in _fields(reversed(bases), machine):
        default = slot.default
        if isinstance(default, Instance) and default.cls == External("dataclasses.field()"):
            if default.keywords.get("init") == Const(False):
                continue
            default = default.keywords.get("default")
            if default is None and "default_factory" in _options(slot.default):
                default = Unknown("it is made by a factory")
        yield replace(slot, default=default)


def _of_model(cls: ClassValue, machine: Machine) -> Signature:
    """A pydantic model: its fields by their aliases, with what is left of their markers.

    Pydantic takes ``Query(…)`` and its like for a plain ``Field(…)`` (pydantic
    ``_internal/_signature.py``), so the signature tells of a default, and no longer of a marker.
    """
    bases = cls.own
    is_open = any(
        not base.name.startswith(_PLAIN_BASES) for base in cls.mro() if isinstance(base, External)
    )
    slots: dict[str, Slot] = {}
    init = next((i for b in bases if (i := initialiser(b)) is not None), None)
    takes_rest = True
    if init is not None:
        given = of_function(replace(init, bound=Instance(cls)), machine).slots
        takes_rest = any(slot.facts.kind == "**kwargs" for slot in given)
        slots = {s.name: s for s in given if s.facts.kind != "**kwargs"}
    for slot in _fields(reversed(bases), machine) if takes_rest else ():
        if not slot.name.startswith("_") and slot.name != "model_config":
            told = _as_pydantic_tells(slot, cls, machine)
            slots.setdefault(told.name, told)
    return Signature(tuple(slots.values()), is_open)


def _as_pydantic_tells(slot: Slot, cls: ClassValue, machine: Machine) -> Slot:
    declared, default = slot.declared, slot.default
    options = _options(default)
    if isinstance(declared, AnnotatedType):
        for metadata in declared.metadata:
            options = {**_options(metadata), **options}
        kept = tuple(m for m in declared.metadata if not isinstance(m, ParamMarker))
        declared = AnnotatedType(declared.base, kept) if kept else declared.base
    if options:  # what it demands stands beside the type, what else it says is gone
        field = Instance(External("pydantic.Field"), keywords=options)
        declared = annotated(declared, (field,))
    if isinstance(default, ParamMarker) or _makes_field(default):
        given = options.get("default")
        default = None if given is None or isinstance(given, Dots) else given
        if "default_factory" in options and default is None:
            default = Unknown("it is made by a factory")
    alias = options.get("alias", options.get("validation_alias"))
    if alias is None:
        alias = _generated_alias(slot.name, cls, machine)
    text = None if alias is None else as_text(alias)
    name = text if text is not None and text.isidentifier() else slot.name
    return replace(slot, name=name, declared=declared, default=default)


_GENERATORS = frozenset(
    {"humps.camelize", "humps.main.camelize", "pydantic.alias_generators.to_camel"}
)


def _generated_alias(name: str, cls: ClassValue, machine: Machine) -> Value | None:
    """What ``alias_generator`` of the model's configuration makes of a field's name."""
    config = _bound_in(cls, "model_config", machine) or _bound_in(cls, "Config", machine)
    generator: Value | None = None
    if isinstance(config, Instance):
        generator = config.keywords.get("alias_generator")
    elif isinstance(config, Mapping):
        generator = config.items.get("alias_generator")
    elif isinstance(config, ClassValue):
        generator = _bound_in(config, "alias_generator", machine)
    if isinstance(generator, External) and generator.name in _GENERATORS:
        first, *others = name.split("_")
        return Const(first + "".join(other.capitalize() for other in others))
    if isinstance(generator, FunctionValue):
        return machine.call(generator, [Const(name)], {}, generator.facts, generator.closure)
    return None


def _makes_field(value: Value | None) -> bool:
    return isinstance(value, Instance) and value.cls in fields.FIELDS


def _options(value: Value | None) -> dict[str, Value]:
    """What ``Field(default, …)`` or ``Query(default, …)`` was given."""
    if isinstance(value, ParamMarker):
        given = value.default
        return {"default": Dots() if given is None or is_empty(given) else given, **value.keywords}
    if isinstance(value, Instance) and value.cls in fields.FIELDS:
        first = {"default": value.args[0]} if value.args else {}
        return {**first, **value.keywords}
    return {}


# --- signatures as values ------------------------------------------------------------------


def as_value(signature: Signature) -> Instance:
    """An ``inspect.Signature`` that code can take apart."""
    told: dict[str, Value] = {slot.name: _parameter(slot) for slot in signature.slots}
    return Instance(SIGNATURE, {"parameters": Mapping(told, signature.is_open)})


def _parameter(slot: Slot) -> ParameterValue:
    empty = External(_EMPTY)
    attributes: dict[str, Value] = {
        "name": Const(slot.name),
        "kind": _CONSTANTS[slot.facts.kind],
        "annotation": empty if slot.facts.annotation is None else slot.declared,
        "default": empty if slot.default is None else slot.default,
    }
    return ParameterValue(PARAMETER, attributes, slot=slot)


def signature_of(value: Value, machine: Machine) -> Signature:
    """``inspect.signature(value)``"""
    match value:
        case FunctionValue():
            return of_function(value, machine)
        case ClassValue():
            return of_class(value, machine)
        case Partial(function=function):
            return of_partial(value, signature_of(function, machine))
        case Instance(cls=ClassValue()):
            method = called(value, machine)
            if isinstance(method, FunctionValue):
                return of_function(method, machine)
        case External(name=name) if name.endswith(".__init__"):
            return Signature()  # of `object`: nothing but what `*args` and `**kwargs` take
    return Signature(is_open=True)


def called(value: Value, machine: Machine) -> Value:
    """What runs when the value is called: of a partial its function, of an object ``__call__``."""
    while isinstance(value, Partial):
        value = value.function
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        return machine.attribute(value, "__call__")
    return value


def make(given: Value | None) -> Instance:
    """``inspect.Signature(parameters)``"""
    if isinstance(given, Mapping):
        return Instance(SIGNATURE, {"parameters": given})
    if given is None or given == NONE:
        return Instance(SIGNATURE, {"parameters": Mapping({})})
    if not isinstance(given, Items):
        return Instance(SIGNATURE, {"parameters": Mapping({}, open=True)})
    told: dict[str, Value] = {}
    is_open = given.open
    for item in given.items:
        name = item.attributes.get("name") if isinstance(item, ParameterValue) else None
        if isinstance(name, Const):
            told[str(name.value)] = item
        else:
            is_open = True
    return Instance(SIGNATURE, {"parameters": Mapping(told, is_open)})


def make_parameter(given: dict[str, Value], span: Span) -> ParameterValue:
    """``inspect.Parameter(name, kind, default=…, annotation=…)``"""
    empty = External(_EMPTY)
    attributes = {
        "name": given.get("name", UNKNOWN),
        "kind": given.get("kind", UNKNOWN),
        "annotation": given.get("annotation", empty),
        "default": given.get("default", empty),
    }
    return ParameterValue(PARAMETER, attributes, span=span)


def changed(value: Instance, keywords: dict[str, Value]) -> Instance:
    """``signature.replace(…)`` or ``parameter.replace(…)``"""
    if isinstance(value, ParameterValue):
        attributes = {**value.attributes, **keywords}
        return ParameterValue(PARAMETER, attributes, span=value.span, slot=value.slot)
    given = keywords.get("parameters")
    return value if given is None else make(given)


def _told(value: Value) -> Signature:
    """What ``__signature__`` was set to."""
    parameters = value.attributes.get("parameters") if isinstance(value, Instance) else None
    if not isinstance(parameters, Mapping):
        return Signature(is_open=True)
    slots = [_slot(each) for each in parameters.items.values()]
    known = tuple(slot for slot in slots if slot is not None)
    return Signature(known, parameters.open or len(known) < len(slots))


def _slot(value: Value) -> Slot | None:
    if not isinstance(value, ParameterValue):
        return None
    name, kind = value.attributes["name"], value.attributes["kind"]
    if not isinstance(name, Const):
        return None
    default: Value | None = value.attributes["default"]
    declared: Value = value.attributes["annotation"]
    default = None if is_empty(default) else default
    declared = UNKNOWN if is_empty(declared) else declared
    facts = value.slot.facts if value.slot is not None else None
    path = value.slot.path if value.slot is not None else ""
    if facts is None:
        if value.span is None:
            return None
        at = value.span
        path = at.path
        facts = tree.Param(
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            end_column=at.end_column,
            name=str(name.value),
            kind=_kind(kind),
            annotation=None,
            default=None,
        )
    return Slot(str(name.value), facts, path, declared, default, implied=True)


def is_empty(value: Value | None) -> bool:
    """Whether it is what `inspect` says where there is no default or annotation."""
    return isinstance(value, External) and value.name in (_EMPTY, "inspect.Signature.empty")


def _kind(value: Value) -> _Kind:
    name = value.name.rpartition(".")[2] if isinstance(value, External) else ""
    return _KINDS.get(name, "keyword-only")
