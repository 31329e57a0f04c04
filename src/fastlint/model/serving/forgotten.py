"""Dependencies without their ``Depends``, or with one that FastAPI cannot use.

What becomes of each was seen on fastapi 0.165: a function as a default is handed over uncalled, a
function in ``Annotated`` is ignored, and what is no ``Depends`` in a ``dependencies`` list fails,
on import or, given to ``include_router``, with each request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.frames import span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    Const,
    Coroutine,
    DependsMarker,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Subscripted,
    Value,
)
from fastlint.model.reading.uses import Use, uses
from fastlint.model.serving.parameters import Param
from fastlint.model.serving.schemes import is_scheme, is_scheme_class

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DEPENDS = (External("fastapi.Depends"), External("fastapi.Security"))
_PLAIN_DECORATORS = ("builtins.", "contextlib.", "functools.", "typing.")
_CALLABLE = ("collections.abc.Callable", "typing.Callable", "builtins.type", "typing.Type")
_NOT_CALLABLE = frozenset(
    {"types.GeneratorType", "types.AsyncGeneratorType"}
    | {f"builtins.{name}" for name in ("bool", "bytes", "dict", "float", "int", "list", "str")}
    | {
        f"{module}.{name}"
        for module in ("collections.abc", "typing")
        for name in ("AsyncGenerator", "AsyncIterator", "Generator", "Iterable", "Iterator")
    }
)
"""What a call gives that says so or has no other annotation, and what nobody can call."""
_WITHOUT_CALL = ("builtins.object", "pydantic.BaseModel", "typing.Generic", "abc.ABC")


class Forgotten(msgspec.Struct, frozen=True):
    """A dependency that does not run."""

    span: Span
    what: str
    """What is written there, and what comes of it."""
    instead: str
    verb: str = ""
    """How it is mended: ``wrap`` or ``uncall`` at ``place``, ``items`` of the call at ``span``."""
    place: Span | None = None
    items: tuple[int, ...] = ()
    breaks: bool = False
    """Whether FastAPI fails on it, so that no request is ever answered with it."""


def in_parameter(function: Function, param: Param, project: Project) -> Iterator[Forgotten]:
    """What is wrong with the default or the annotation of a parameter that has no marker."""
    if param.marker is not None:
        return
    declared = param.declared
    if isinstance(declared, DependsMarker):
        yield Forgotten(
            param.span,
            f"`Depends` stands where the type of `{param.name}` belongs, and FastAPI fails on it",
            f"write `{param.name}: Annotated[<type>, Depends(…)]`",
            breaks=True,
        )
    elif isinstance(declared, FunctionValue) and _is_plain(declared):
        yield Forgotten(
            param.span,
            f"`{param.name}` is annotated with the function `{_named(declared, project)}`: it "
            "becomes a query parameter, and the function never runs",
            f"write `{param.name}: Annotated[<type>, Depends({_named(declared, project)})]`",
        )
    elif isinstance(declared, AnnotatedType):
        yield from _in_metadata(param, declared, project)
    if param.default is not None and not _is_called(function, param):
        yield from _as_default(param, param.default, project)


def _is_called(function: Function, param: Param) -> bool:
    """Whether the body calls what it gets: then it wants the function, not what that gives."""
    if not isinstance(param.default, FunctionValue | ClassValue):
        return False
    return any(u.use is Use.CALLED and not u.inside for u in uses(function, param.name))


def _in_metadata(param: Param, declared: AnnotatedType, project: Project) -> Iterator[Forgotten]:
    for number, value in enumerate(declared.metadata, 1):
        written = f"`{_named(value, project)}`"
        if value in _DEPENDS:
            what = f"{written} without a call is no marker"
        elif _could_be_depended_on(value, project):
            what = f"`Depends` is missing around {written} in `Annotated`"
        else:
            continue
        yield Forgotten(
            param.annotation_span,
            f"{what}: `{param.name}` is filled in by the client, and nothing else runs for it",
            f"write `Annotated[<type>, Depends({_given(value, project)})]`",
            verb="" if value in _DEPENDS else "wrap",
            place=_metadata_span(param, number),
        )


def _as_default(param: Param, default: Value, project: Project) -> Iterator[Forgotten]:
    if param.facts.default is None or _wants_callable(param.type):
        return
    name, written = param.name, f"`{_named(default, project)}`"
    verb = "wrap"
    instead = f"write `{name}: Annotated[<type>, Depends({_given(default, project)})]`"
    if isinstance(default, AnnotatedType) and _marker_in(default) is not None:
        what, verb = f"an alias with `Depends` in it is the default of `{name}`", ""
        instead = f"write it behind the colon: `{name}: <alias>`"
    elif default in _DEPENDS:
        what, verb = f"{written} without a call is the default of `{name}`", ""
    elif isinstance(default, FunctionValue) and _is_plain(default):
        what = f"`Depends` is missing: the function {written} is the default of `{name}`"
    elif is_scheme(default, project.machine) or is_scheme_class(default, project.machine):
        what = f"`Depends` is missing: the security scheme {written} is the default of `{name}`"
        verb = verb if isinstance(default, Instance) else ""
    elif isinstance(default, ClassValue) and param.type is default:
        what = f"`Depends` is missing: the class {written} is the default of `{name}`"
    else:
        return
    yield Forgotten(
        param.span,
        f"{what}, which is handed over as it is: nobody calls it",
        instead,
        verb=verb,
        place=span_of(param.span.path, param.facts.default),
    )


def in_list(given: Value | None, span: Span, project: Project) -> Iterator[Forgotten]:
    """What in the ``dependencies=`` of the call at ``span`` is no ``Depends``."""
    if isinstance(given, DependsMarker):
        yield Forgotten(
            span,
            "`dependencies` is one `Depends` and no list: FastAPI fails on it",
            "write `dependencies=[Depends(…)]`",
            breaks=True,
        )
    if not isinstance(given, Items):
        return
    wrong = [
        (number, value)
        for number, value in enumerate(given.items)
        if _could_be_depended_on(value, project)
        or value in _DEPENDS
        or (isinstance(value, AnnotatedType) and _marker_in(value) is not None)
    ]
    if wrong:
        shown = ", ".join(f"`{_named(value, project)}`" for _, value in wrong)
        mendable = all(_could_be_depended_on(value, project) for _, value in wrong)
        yield Forgotten(
            span,
            f"`dependencies` lists {shown} without `Depends`: FastAPI fails on it",
            "write `dependencies=[Depends(…)]`",
            verb="items" if mendable else "",
            items=tuple(number for number, _ in wrong),
            breaks=True,
        )


def in_depends(value: Value, marker: DependsMarker) -> Iterator[Forgotten]:
    """What ``Depends`` is given and FastAPI cannot call, or cannot call to any purpose."""
    if isinstance(value, AnnotatedType) and _marker_in(value) is not None:
        yield Forgotten(
            marker.span,
            "`Depends` is given an alias that has its own `Depends`: FastAPI calls the type, and "
            "the dependency never runs",
            "annotate the parameter with the alias",
        )
    elif _cannot_be_called(value):
        yield Forgotten(
            marker.span,
            "`Depends` is given what a call gives, which is nothing that can be called",
            "leave out the parentheses: FastAPI calls it for each request",
            verb="uncall",
            place=marker.span,
            breaks=True,
        )


# --- values ------------------------------------------------------------------------------------


def _could_be_depended_on(value: Value, project: Project) -> bool:
    """Whether it is of no use but as a dependency."""
    if isinstance(value, FunctionValue):
        return _is_plain(value)
    return is_scheme(value, project.machine)


def _is_plain(function: FunctionValue) -> bool:
    """Whether no decorator that is not known may have made something else of it."""
    return all(
        isinstance(by, FunctionValue)
        or (isinstance(by, External) and by.name.startswith(_PLAIN_DECORATORS))
        for by in function.decorators
    )


def _cannot_be_called(value: Value) -> bool:
    match value:
        case Coroutine() | Items() | Mapping():
            return True
        case Const(value=given):
            return given is not None
        case Instance(cls=External(name=name)):
            return name in _NOT_CALLABLE
        case Instance(cls=ClassValue() as cls):
            return not any(
                base.name not in _WITHOUT_CALL
                if isinstance(base, External)
                else "__call__" in base.namespace.namespace
                for base in cls.mro()
            ) and not any(isinstance(base, Subscripted) for base in cls.bases)
    return False


def _wants_callable(declared: Value) -> bool:
    """Whether a parameter is there to be given a function or class."""
    return any(
        isinstance(origin, External) and origin.name in _CALLABLE
        for member in classes.members(declared)
        for origin in (member.origin if isinstance(member, Subscripted) else member,)
    )


def _marker_in(alias: AnnotatedType) -> DependsMarker | None:
    return next((each for each in alias.metadata if isinstance(each, DependsMarker)), None)


def _metadata_span(param: Param, number: int) -> Span | None:
    """Where a part of an ``Annotated`` stands that is written in the signature itself."""
    match param.facts.annotation:
        case tree.Subscript(
            value=tree.Name(id="Annotated") | tree.Attribute(attr="Annotated"),
            index=tree.Sequence(items=items),
        ) if number < len(items):
            return span_of(param.span.path, items[number])
    return None


def _named(value: Value, project: Project) -> str:
    if isinstance(value, AnnotatedType):
        marker = _marker_in(value)
        inner = marker.dependency if marker is not None else None
        return f"Annotated[…, Depends({'' if inner is None else _named(inner, project)})]"
    name = project.reader.name(value).rpartition(":")[2]
    return name.rpartition("<locals>.")[2] if "<locals>" in name else name.rpartition(".")[2]


def _given(value: Value, project: Project) -> str:
    return "…" if value in _DEPENDS or isinstance(value, Instance) else _named(value, project)
