"""Functions of Python and of libraries that the model itself carries out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import signatures, types
from fastlint.model.following.asked_settings import setting
from fastlint.model.following.classes import without_markers
from fastlint.model.following.fastapi import web
from fastlint.model.following.frames import Frame
from fastlint.model.following.objects import copies
from fastlint.model.following.objects.texts import as_text, formatted
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Mapping,
    ModuleValue,
    Partial,
    RouterMethod,
    RouterValue,
    SuperValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

KEEP_FUNCTION = "functools.wraps()"
"""What ``functools.wraps(function)`` gives."""
_KNOWN = (ClassValue, Const, FunctionValue, Items, LambdaValue, Mapping, ModuleValue, RouterValue)
"""What tells more of itself than any annotation could."""

_Special = Callable[["Machine", Sequence[Value], dict[str, Value], Frame], Value]


def _partial(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if not args:
        return UNKNOWN
    return Partial(args[0], tuple(args[1:]), tuple(keywords.items()))


def new(machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame) -> Value:
    """``object.__new__(cls)``"""
    return Instance(args[0], made=True) if args and isinstance(args[0], ClassValue) else UNKNOWN


def _wraps(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return Instance(External(KEEP_FUNCTION), args=tuple(args))


def _update_wrapper(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    match args:
        case [FunctionValue() as wrapper, FunctionValue() as wrapped, *_]:
            wrapper.wraps = wrapped
    return args[0] if args else UNKNOWN


def _first(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return args[0] if args else UNKNOWN


def _copy(make: Callable[[Value], Value]) -> _Special:
    def carry_out(
        machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
    ) -> Value:
        if not args:
            return UNKNOWN
        if isinstance(args[0], RouterValue) and frame.watch is not None:
            return args[0]
        made = make(args[0])
        if isinstance(made, RouterValue):
            made.name = ""
            machine.routers.append(made)
        return made

    return carry_out


def _in_order(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """``sorted(…)`` of what has no known items: a set becomes a list."""
    match args:
        case [Items(kind="set", items=items), *_]:
            return Items("list", items, open=True)
        case [Instance(cls=External(name="builtins.set" | "builtins.frozenset"), types=kinds), *_]:
            return Instance(External("builtins.list"), types=kinds)
    return args[0] if args else UNKNOWN


def _keep(name: str) -> _Special:
    """A decorator that is used with or without parentheses and keeps the function."""

    def decorate(
        machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
    ) -> Value:
        return args[0] if args else External(name)

    return decorate


def _cast(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if len(args) <= 1:
        return UNKNOWN
    if isinstance(args[1], _KNOWN):  # `cast` itself changes nothing
        return args[1]
    known = types.instance_of(args[0], machine)
    return args[1] if isinstance(known, Unknown) else known


def _new_type(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return args[1] if len(args) > 1 else UNKNOWN


def _getattr(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if len(args) > 1 and isinstance(args[1], Const) and isinstance(args[1].value, str):
        found = machine.attribute(args[0], args[1].value)
        declared = isinstance(args[0], ClassValue) and isinstance(found, Instance)
        if declared and not _is_bound_in(args[0], args[1].value):
            found = UNKNOWN  # an annotation alone gives the class no attribute
        if not isinstance(found, Unknown):
            return found
        if args[2:] and _surely_lacks(args[0], args[1].value, machine):
            return args[2]
    elif args and isinstance(args[0], RouterValue):
        return RouterMethod(args[0], web.SOME_METHOD)
    default = args[2] if args[2:] else NONE
    if isinstance(default, Const):  # it may have the attribute after all
        default = replace(default, settable=True)
    return default if default != NONE else UNKNOWN


def _surely_lacks(owner: Value, name: str, machine: Machine) -> bool:
    """Whether a module of the project, or a function, has no attribute of that name."""
    if isinstance(owner, FunctionValue):
        is_plain = not any(isinstance(by, External) for by in owner.decorators)
        return is_plain and not name.startswith("__") and name not in owner.attributes
    if not isinstance(owner, ModuleValue) or owner.path in machine.running:
        return False
    names = machine.run_module(owner.path)
    return not names.open and name not in names.namespace and "__getattr__" not in names.namespace


def _is_bound_in(cls: Value, name: str) -> bool:
    return isinstance(cls, ClassValue) and any(
        name in base.namespace.namespace if isinstance(base, ClassValue) else True
        for base in cls.mro()
    )


def _setattr(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if not args[2:] or not isinstance(args[1], Const):
        return NONE
    name = str(args[1].value)
    match args[0]:
        case Instance() | RouterValue():
            args[0].attributes[name] = args[2]
        case FunctionValue() if frame.watch is None:
            args[0].attributes[name] = args[2]
        case ClassValue() if frame.watch is None:
            args[0].namespace.namespace[name] = args[2]
    return NONE


def _signature(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if not args:
        return UNKNOWN
    return signatures.as_value(signatures.signature_of(args[0], machine))


def _make_signature(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return signatures.make(args[0] if args else keywords.get("parameters"))


def _type_hints(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """Of a class: what `typing.get_type_hints` gives without ``include_extras`` has no markers."""
    if not args or not isinstance(args[0], ClassValue):
        return Mapping({}, open=True)
    whole = keywords.get("include_extras") == Const(True)
    return Mapping(
        {
            slot.name: slot.declared if whole else without_markers(slot.declared)
            for slot in signatures.hints(args[0], machine)
        }
    )


def _super(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    function = frame.function
    if function is None or function.owner is None:
        return UNKNOWN
    first = function.facts.params[0].name if function.facts.params else ""
    instance = function.bound if function.bound is not None else frame.namespace.get(first, UNKNOWN)
    return SuperValue(function.owner, instance)


def _text(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    text = formatted(args[0], machine, by_str=True) if args else ""
    return Instance(External("builtins.str")) if text is None else Const(text)


def _sequence(kind: str) -> _Special:
    def make(
        machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
    ) -> Value:
        if not args:
            return Items(kind, [])
        items = types.iterate(args[0])
        if items is not None:
            return Items(kind, items)
        holds = types.element_of(args[0], machine) if machine.watching else UNKNOWN
        return Items(kind, [], True, holds if isinstance(holds, Instance) else None)

    return make


def _dict(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    known = dict(keywords)
    is_open = known.pop("**", None) is not None
    if args and isinstance(args[0], Mapping):
        first = args[0]
        return Mapping({**first.items, **known}, is_open or first.open, list(first.others))
    return Mapping(known, is_open or bool(args))


def _default_dict(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    made = _dict(machine, args[1:], keywords, frame)
    if isinstance(made, Mapping) and args and args[0] != NONE:
        made.factory = args[0]
    return made


def _namespace(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return Instance(External("types.SimpleNamespace"), dict(keywords), made=True)


def _import_module(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    if args and isinstance(args[0], Const) and isinstance(args[0].value, str):
        name = args[0].value
        level = len(name) - len(name.lstrip("."))
        package = args[1] if len(args) > 1 else keywords.get("package", NONE)
        if not level:
            machine.imported_by_name.add(name)
            return machine.import_module(frame.path, name)
        if isinstance(package, Const) and isinstance(package.value, str):
            parts = package.value.split(".")
            base = parts[: len(parts) - level + 1]
            return machine.import_module(frame.path, ".".join([*base, name[level:]]))
    return Unknown("a module is imported by a name that is worked out at run time")


def _import_object(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """``import_from_string("package.module:name")``, as servers load an app."""
    text = as_text(args[0]) if args else None
    module, _, name = (text or "").partition(":")
    if not name or not all(part.isidentifier() for part in name.split(".")):
        return Unknown("an object is imported by a name that is worked out at run time")
    machine.imported_by_name.add(module)
    found: Value = machine.import_module(frame.path, module)
    for part in name.split("."):
        found = machine.attribute(found, part)
    return found


def _environment(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """``os.environ.get("NAME")``: None where it is not set, which it need not be."""
    if len(args) == 1 and not keywords and frame.watch is None:
        return Const(None, settable=True)
    return setting(args, keywords)


def _decouple(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    return setting(args, keywords)


def _next(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    match args:
        case [Items(kind="iterator", items=items, open=False), *rest] if not machine.doubts:
            if items:
                return items.pop(0)
            if not rest:
                machine.escape("StopIteration")
            return rest[0] if rest else UNKNOWN
    return types.element_of(args[0], machine) if args else UNKNOWN


def _enumerate(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    items = types.iterate(args[0]) if args else None
    if items is None:
        return UNKNOWN
    start = args[1] if len(args) > 1 else keywords.get("start", Const(0))
    if isinstance(start, Const) and isinstance(start.value, int) and "**" not in keywords:
        first, settable = start.value, start.settable
        numbers: list[Value] = [Const(first + at, settable) for at in range(len(items))]
    else:
        numbers = [UNKNOWN] * len(items)
    rows = zip(numbers, items, strict=True)
    return Items("list", [Items("tuple", [number, item]) for number, item in rows])


def _zip(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    columns = [types.iterate(arg) for arg in args]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return UNKNOWN
    return Items("list", [Items("tuple", list(row)) for row in zip(*known, strict=False)])


def _is_coroutine_function(
    machine: Machine, args: Sequence[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """How decorators tell which of two wrappers a function needs."""
    function = args[0] if args else UNKNOWN
    if not isinstance(function, FunctionValue):
        return UNKNOWN
    return Const(function.facts.is_async and not function.facts.is_generator)


FUNCTIONS: dict[str, _Special] = {
    "asyncio.coroutines.iscoroutinefunction": _is_coroutine_function,
    "asyncio.iscoroutinefunction": _is_coroutine_function,
    "inspect.iscoroutinefunction": _is_coroutine_function,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "functools.lru_cache": _keep("functools.lru_cache"),
    "functools.cache": _keep("functools.cache"),
    "contextlib.contextmanager": _first,
    "contextlib.asynccontextmanager": _first,
    "builtins.staticmethod": _first,
    "builtins.classmethod": _first,
    "builtins.property": _first,
    "builtins.sorted": _in_order,
    "builtins.reversed": _first,
    "copy.copy": _copy(copies.shallow),
    "copy.deepcopy": _copy(copies.deep),
    "dataclasses.dataclass": _keep("dataclasses.dataclass"),
    "typing.cast": _cast,
    "typing.NewType": _new_type,
    "builtins.object.__new__": new,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "inspect.signature": _signature,
    "inspect.Signature": _make_signature,
    "typing.get_type_hints": _type_hints,
    "inspect.get_annotations": _type_hints,
    "builtins.super": _super,
    "builtins.str": _text,
    "builtins.list": _sequence("list"),
    "builtins.tuple": _sequence("tuple"),
    "builtins.set": _sequence("set"),
    "builtins.frozenset": _sequence("set"),
    "builtins.dict": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "collections.deque": _sequence("list"),
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _default_dict,
    "types.SimpleNamespace": _namespace,
    "builtins.iter": _sequence("iterator"),
    "builtins.next": _next,
    "builtins.anext": _next,
    "importlib.import_module": _import_module,
    "uvicorn.importer.import_from_string": _import_object,
    "decouple.config": _decouple,
    "gradio.mount_gradio_app": _first,
    "gradio.routes.mount_gradio_app": _first,
    "fastapi_pagination.add_pagination": _first,
    "os.getenv": _environment,
    "os.environ.get": _environment,
}
"""By the canonical name under which they are called."""
