"""Values as texts that are the same in every process: no addresses, no order of sets."""

from __future__ import annotations

import enum
import functools
import inspect
import re
import types
from typing import Annotated, Any, Union, get_args, get_origin

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_DEEPEST = 8


def shown(value: Any, depth: int = 0) -> Any:
    """A value as JSON can hold it: what is the same code before and after is the same text."""
    if isinstance(value, enum.Enum):
        return shown(value.value, depth + 1)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, dict):
        return {str(shown(key)): shown(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [shown(each, depth + 1) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(str(shown(each, depth + 1)) for each in value)
    if get_origin(value) is not None or inspect.isclass(value):
        return annotation(value)
    if callable(value):
        return name_of(value)
    return _ADDRESS.sub("", repr(value))


def shown_error(error: BaseException) -> str:
    """An exception as a text."""
    return _ADDRESS.sub("", f"{type(error).__name__}: {error}")


def annotation(value: Any) -> str:
    """A type by the names of its classes; ``Optional[X]`` and ``X | None`` are the same."""
    if value is None or value is types.NoneType:
        return "None"
    if value is inspect.Parameter.empty:
        return ""
    if isinstance(value, str):
        return value
    origin, args = get_origin(value), get_args(value)
    if origin is Annotated:
        rest = ", ".join(str(shown(each)) for each in args[1:])
        return f"Annotated[{annotation(args[0])}, {rest}]"
    if origin in (Union, types.UnionType):
        return " | ".join(map(annotation, args))
    if origin is not None and args:
        inner = ", ".join(
            f"[{', '.join(map(annotation, each))}]"
            if isinstance(each, list)
            else annotation(each)
            if inspect.isclass(each) or get_origin(each) is not None
            else repr(shown(each))
            for each in args
        )
        return f"{annotation(origin)}[{inner}]"
    if inspect.isclass(value):
        return f"{value.__module__}:{value.__qualname__}"
    return _ADDRESS.sub("", repr(value))


def name_of(call: Any) -> str:
    """``module:qualname`` of a function, class, method or partial, or of an object's class."""
    while isinstance(call, functools.partial):
        call = call.func
    if not hasattr(call, "__qualname__"):
        return f"{type(call).__module__}:{type(call).__qualname__}()"
    return f"{call.__module__}:{call.__qualname__}"


def is_async(call: Any) -> bool:
    """Whether FastAPI runs it on the event loop."""
    while isinstance(call, functools.partial):
        call = call.func
    if not inspect.isroutine(call) and not inspect.isclass(call):
        call = type(call).__call__
    inner = inspect.unwrap(call)
    return any(
        test(each)
        for each in (call, inner)
        for test in (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    )


def members(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Those attributes that are there."""
    return {name: shown(getattr(value, name)) for name in names if hasattr(value, name)}
