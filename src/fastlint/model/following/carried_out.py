"""Functions of Python and of libraries that the model itself carries out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import named_attributes, signatures, types
from fastlint.model.following.asked_settings import setting
from fastlint.model.following.classes import without_markers
from fastlint.model.following.objects import copies
from fastlint.model.following.objects.texts import as_text, formatted
from fastlint.model.following.outside import Call
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
    RouterValue,
    SuperValue,
    Unknown,
    Value,
)

KEEP_FUNCTION = "functools.wraps()"
"""What ``functools.wraps(function)`` gives."""
_KNOWN = (ClassValue, Const, FunctionValue, Items, LambdaValue, Mapping, ModuleValue, RouterValue)
"""What tells more of itself than any annotation could."""

_Special = Callable[[Call], Value]


def _partial(about: Call) -> Value:
    if not about.args:
        return UNKNOWN
    return Partial(about.args[0], tuple(about.args[1:]), tuple(about.keywords.items()))


def new(args: Sequence[Value]) -> Value:
    """``object.__new__(cls)``"""
    return Instance(args[0], made=True) if args and isinstance(args[0], ClassValue) else UNKNOWN


def _new(about: Call) -> Value:
    return new(about.args)


def _wraps(about: Call) -> Value:
    return Instance(External(KEEP_FUNCTION), args=tuple(about.args))


def _update_wrapper(about: Call) -> Value:
    match about.args:
        case [FunctionValue() as wrapper, FunctionValue() as wrapped, *_]:
            wrapper.wraps = wrapped
    return about.args[0] if about.args else UNKNOWN


def _first(about: Call) -> Value:
    return about.args[0] if about.args else UNKNOWN


def _manager(name: str) -> _Special:
    """``open_db = contextmanager(get_db)``: a context manager, while ``get_db`` stays what it is.

    Above a function, it is the function itself that becomes one.
    """

    def decorate(about: Call) -> Value:
        function = _first(about)
        if isinstance(function, FunctionValue) and isinstance(about.node, tree.Call):
            return replace(function, decorators=(*function.decorators, External(name)))
        return function

    return decorate


def _copy(make: Callable[[Value], Value]) -> _Special:
    def carry_out(about: Call) -> Value:
        if not about.args:
            return UNKNOWN
        if isinstance(about.args[0], RouterValue) and about.frame.watch is not None:
            return about.args[0]
        made = make(about.args[0])
        if isinstance(made, RouterValue):
            made.name = ""
            about.machine.routers.append(made)
        return made

    return carry_out


def _in_order(about: Call) -> Value:
    """``sorted(…)`` of what has no known items: a set becomes a list."""
    match about.args:
        case [Items(kind="set", items=items), *_]:
            return Items("list", items, open=True)
        case [Instance(cls=External(name="builtins.set" | "builtins.frozenset"), types=kinds), *_]:
            return Instance(External("builtins.list"), types=kinds)
    return about.args[0] if about.args else UNKNOWN


def _keep(name: str) -> _Special:
    """A decorator that is used with or without parentheses and keeps the function."""

    def decorate(about: Call) -> Value:
        return about.args[0] if about.args else External(name)

    return decorate


def _cast(about: Call) -> Value:
    if len(about.args) <= 1:
        return UNKNOWN
    if isinstance(about.args[1], _KNOWN):  # `cast` itself changes nothing
        return about.args[1]
    known = types.instance_of(about.args[0], about.machine)
    return about.args[1] if isinstance(known, Unknown) else known


def _new_type(about: Call) -> Value:
    return about.args[1] if len(about.args) > 1 else UNKNOWN


def _setattr(about: Call) -> Value:
    if not about.args[2:] or not isinstance(about.args[1], Const):
        return NONE
    name = str(about.args[1].value)
    match about.args[0]:
        case Instance() | RouterValue():
            about.args[0].attributes[name] = about.args[2]
        case FunctionValue() if about.frame.watch is None:
            about.args[0].attributes[name] = about.args[2]
        case ClassValue() if about.frame.watch is None:
            about.args[0].namespace.namespace[name] = about.args[2]
    return NONE


def _signature(about: Call) -> Value:
    if not about.args:
        return UNKNOWN
    return signatures.as_value(signatures.signature_of(about.args[0], about.machine))


def _make_signature(about: Call) -> Value:
    return signatures.make(about.args[0] if about.args else about.keywords.get("parameters"))


def _type_hints(about: Call) -> Value:
    """Of a class: what `typing.get_type_hints` gives without ``include_extras`` has no markers."""
    if not about.args or not isinstance(about.args[0], ClassValue):
        return Mapping({}, open=True)
    whole = about.keywords.get("include_extras") == Const(True)
    return Mapping(
        {
            slot.name: slot.declared if whole else without_markers(slot.declared)
            for slot in signatures.hints(about.args[0], about.machine)
        }
    )


def _super(about: Call) -> Value:
    function = about.frame.function
    if function is None or function.owner is None:
        return UNKNOWN
    first = function.facts.params[0].name if function.facts.params else ""
    instance = (
        function.bound if function.bound is not None else about.frame.namespace.get(first, UNKNOWN)
    )
    return SuperValue(function.owner, instance)


def _text(about: Call) -> Value:
    text = formatted(about.args[0], about.machine, by_str=True) if about.args else ""
    return Instance(External("builtins.str")) if text is None else Const(text)


def _sequence(kind: str) -> _Special:
    def make(about: Call) -> Value:
        if not about.args:
            return Items(kind, [])
        items = types.iterate(about.args[0])
        if items is not None:
            return Items(kind, items)
        holds = (
            types.element_of(about.args[0], about.machine) if about.machine.watching else UNKNOWN
        )
        row: list[Value] = [holds] if isinstance(holds, Items) else []
        return Items(kind, row, True, holds if isinstance(holds, Instance) else None)

    return make


def _dict(about: Call) -> Value:
    return _filled(about.args, about.keywords)


def _filled(args: Sequence[Value], keywords: dict[str, Value]) -> Mapping:
    known = dict(keywords)
    is_open = known.pop("**", None) is not None
    if args and isinstance(args[0], Mapping):
        first = args[0]
        return Mapping({**first.items, **known}, is_open or first.open, list(first.others))
    return Mapping(known, is_open or bool(args))


def _default_dict(about: Call) -> Value:
    made = _filled(about.args[1:], about.keywords)
    if about.args and about.args[0] != NONE:
        made.factory = about.args[0]
    return made


def _namespace(about: Call) -> Value:
    return Instance(External("types.SimpleNamespace"), dict(about.keywords), made=True)


def _import_module(about: Call) -> Value:
    if about.args and isinstance(about.args[0], Const) and isinstance(about.args[0].value, str):
        name = about.args[0].value
        level = len(name) - len(name.lstrip("."))
        package = about.args[1] if len(about.args) > 1 else about.keywords.get("package", NONE)
        if not level:
            about.machine.imported_by_name.add(name)
            return about.machine.import_module(about.frame.path, name)
        if isinstance(package, Const) and isinstance(package.value, str):
            parts = package.value.split(".")
            base = parts[: len(parts) - level + 1]
            return about.machine.import_module(about.frame.path, ".".join([*base, name[level:]]))
    return Unknown("a module is imported by a name that is worked out at run time")


def _import_object(about: Call) -> Value:
    """``import_from_string("package.module:name")``, as servers load an app."""
    text = as_text(about.args[0]) if about.args else None
    module, _, name = (text or "").partition(":")
    if not name or not all(part.isidentifier() for part in name.split(".")):
        return Unknown("an object is imported by a name that is worked out at run time")
    about.machine.imported_by_name.add(module)
    found: Value = about.machine.import_module(about.frame.path, module)
    for part in name.split("."):
        found = about.machine.attribute(found, part)
    return found


def _environment(about: Call) -> Value:
    """``os.environ.get("NAME")``: None where it is not set, which it need not be."""
    if len(about.args) == 1 and not about.keywords and about.frame.watch is None:
        return Const(None, settable=True)
    return setting(about.args, about.keywords)


def _decouple(about: Call) -> Value:
    return setting(about.args, about.keywords)


def _next(about: Call) -> Value:
    match about.args:
        case [Items(kind="iterator", items=items, open=False), *rest] if not about.machine.doubts:
            if items:
                return items.pop(0)
            if not rest:
                about.machine.escape("StopIteration")
            return rest[0] if rest else UNKNOWN
    return types.element_of(about.args[0], about.machine) if about.args else UNKNOWN


def _enumerate(about: Call) -> Value:
    items = types.iterate(about.args[0]) if about.args else None
    if items is None:
        return _rows(about, [UNKNOWN, *about.args[:1]])
    start = about.args[1] if len(about.args) > 1 else about.keywords.get("start", Const(0))
    if isinstance(start, Const) and isinstance(start.value, int) and "**" not in about.keywords:
        first, settable = start.value, start.settable
        numbers: list[Value] = [Const(first + at, settable) for at in range(len(items))]
    else:
        numbers = [UNKNOWN] * len(items)
    rows = zip(numbers, items, strict=True)
    return Items("list", [Items("tuple", [number, item]) for number, item in rows])


def _zip(about: Call) -> Value:
    columns = [types.iterate(arg) for arg in about.args]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return _rows(about, about.args)
    return Items("list", [Items("tuple", list(row)) for row in zip(*known, strict=False)])


def _rows(about: Call, columns: Sequence[Value]) -> Value:
    """What a function goes through side by side, of which no more is known than what it holds."""
    if not about.machine.watching:
        return UNKNOWN
    row = [types.element_of(column, about.machine) for column in columns]
    return Items("list", [Items("tuple", row)], open=True)


def _is_coroutine_function(about: Call) -> Value:
    """How decorators tell which of two wrappers a function needs."""
    function = about.args[0] if about.args else UNKNOWN
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
    "contextlib.contextmanager": _manager("contextlib.contextmanager"),
    "contextlib.asynccontextmanager": _manager("contextlib.asynccontextmanager"),
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
    "builtins.object.__new__": _new,
    "builtins.getattr": named_attributes.getattr_,
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
