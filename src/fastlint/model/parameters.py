"""What FastAPI makes of a parameter: where it is read from, and of which type.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`get_dependant`, `analyze_param`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model import classes, enums
from fastlint.model.expressions import evaluate
from fastlint.model.frames import span_of
from fastlint.model.values import (
    UNKNOWN,
    AnnotatedType,
    ClassValue,
    Const,
    DependsMarker,
    Dots,
    External,
    FunctionValue,
    Instance,
    LiteralType,
    ParamMarker,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.machine import Machine

SPECIAL_TYPES = frozenset(
    {
        "starlette.requests.Request",
        "starlette.requests.HTTPConnection",
        "starlette.websockets.WebSocket",
        "starlette.responses.Response",
        "fastapi.BackgroundTasks",
        "fastapi.security.SecurityScopes",
    }
)
_COLLECTIONS = frozenset(
    {
        "builtins.list", "builtins.set", "builtins.tuple", "builtins.frozenset", "builtins.dict",
        "typing.List", "typing.Set", "typing.Tuple", "typing.FrozenSet", "typing.Dict",
        "typing.Sequence", "typing.MutableSequence", "typing.Mapping", "typing.MutableMapping",
        "typing.Deque", "collections.deque", "collections.OrderedDict", "collections.defaultdict",
        "typing.OrderedDict", "typing.DefaultDict",
        "collections.abc.Sequence", "collections.abc.MutableSequence", "collections.abc.Mapping",
        "collections.abc.MutableMapping",
    }
)  # fmt: skip
"""What FastAPI calls complex (``_compat/shared.py``); ``Iterable`` and ``Collection`` are not."""
_SCALAR_MODULES = ("builtins.", "datetime.", "uuid.", "decimal.", "typing.")
_MAPPINGS = frozenset(
    {
        "builtins.dict", "typing.Dict", "typing.Mapping", "typing.MutableMapping",
        "collections.abc.Mapping", "collections.abc.MutableMapping", "collections.OrderedDict",
        "collections.defaultdict", "typing.OrderedDict", "typing.DefaultDict",
    }
)  # fmt: skip


_NO_MARKERS = (
    "abc.", "annotated_types.", "builtins.", "collections.", "datetime.", "decimal.", "enum.",
    "http.", "math.", "os.", "pathlib.", "pydantic.", "re.", "sys.",
    "typing.", "typing_extensions.", "uuid.", "zoneinfo.",
)  # fmt: skip
"""Where objects come from that FastAPI never takes for a marker of a parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class Param:
    """A parameter of a handler or dependency, as FastAPI reads it."""

    name: str
    span: Span
    """Name, annotation and default."""
    facts: tree.Param
    declared: Value
    """The annotation, evaluated, with its ``Annotated``; `Unknown` where there is none."""
    marker: DependsMarker | ParamMarker | None
    marker_in_default: bool
    default: Value | None
    """The default in the signature; None where there is none."""
    source: str
    """``path``, ``query``, ``header``, ``cookie``, ``body``, ``form``, ``file``,
    ``dependency``, ``special`` or ``unknown``"""

    @property
    def type(self) -> Value:
        """The type itself, without ``Annotated``."""
        return classes.without_markers(self.declared)

    @property
    def has_annotation(self) -> bool:
        """Whether the parameter is annotated at all."""
        return self.facts.annotation is not None

    @property
    def annotation_span(self) -> Span:
        """The annotation; the whole parameter where there is none."""
        node = self.facts.annotation
        return self.span if node is None else span_of(self.span.path, node)


def parameters(
    function: FunctionValue, path_names: frozenset[str] | None, machine: Machine
) -> tuple[Param, ...]:
    """The parameters that FastAPI fills in for ``function``, in the order of the signature.

    ``path_names``: the names in the route's path; None where the path is not known, which leaves
    the source of plain parameters unknown. The signature is that of the innermost wrapped function
    (``inspect.signature`` follows ``__wrapped__``).
    """
    target = function.original
    params = target.facts.params
    if target.facts.is_method and target.bound is not None:
        params = params[1:]
    return tuple(
        _param(param, target, path_names, machine)
        for param in params
        if param.kind not in ("*args", "**kwargs")
    )


def _param(
    param: tree.Param,
    function: FunctionValue,
    path_names: frozenset[str] | None,
    machine: Machine,
) -> Param:
    declared: Value = UNKNOWN
    if param.annotation is not None:
        declared = evaluate(param.annotation, function.closure)
    default = None if param.default is None else evaluate(param.default, function.closure)
    marker, in_default = _marker(declared, default)
    return Param(
        param.name,
        span_of(function.path, param),
        param,
        declared,
        marker,
        in_default,
        default,
        _source(param, declared, marker, default, path_names, machine),
    )


def _marker(
    declared: Value, default: Value | None
) -> tuple[DependsMarker | ParamMarker | None, bool]:
    if isinstance(default, DependsMarker | ParamMarker):
        return default, True
    if isinstance(declared, AnnotatedType):
        for metadata in reversed(declared.metadata):  # the last marker wins
            if isinstance(metadata, DependsMarker | ParamMarker):
                return metadata, False
    return None, False


def _source(
    param: tree.Param,
    declared: Value,
    marker: DependsMarker | ParamMarker | None,
    default: Value | None,
    path_names: frozenset[str] | None,
    machine: Machine,
) -> str:
    if isinstance(marker, DependsMarker):
        return "dependency"
    if isinstance(marker, ParamMarker):
        return marker.kind.lower()
    if is_special(declared, machine):
        return "special"
    if path_names is not None and param.name in path_names:
        return "path"
    if isinstance(declared, AnnotatedType) and any(map(may_be_marker, declared.metadata)):
        return "unknown"
    if default is not None and may_be_marker(default):
        return "unknown"
    if is_upload(declared):
        return "file"
    scalar = is_scalar(declared, annotated=param.annotation is not None, machine=machine)
    if scalar is None:
        return "unknown"
    if not scalar:
        return "body"
    return "unknown" if path_names is None else "query"


def may_be_marker(value: Value) -> bool:
    """Whether a default or a part of ``Annotated`` could be a marker that is not known as one."""
    if isinstance(value, Instance):
        value = value.cls
    if isinstance(value, ClassValue):
        bases = [base.name for base in value.mro() if isinstance(base, External)]
        return any(not name.startswith(_NO_MARKERS) for name in bases)
    if isinstance(value, External):  # FastAPI's own are known, and its bare classes are none
        return not value.name.startswith((*_NO_MARKERS, "fastapi.", "starlette."))
    return isinstance(value, Unknown)


def is_special(declared: Value, machine: Machine) -> bool:
    """Request, Response, BackgroundTasks and their like, and subclasses of them."""
    declared = classes.without_markers(declared)
    if isinstance(declared, External):
        return any(base in SPECIAL_TYPES for base in machine.knowledge.bases(declared.name))
    return classes.is_subclass(declared, *SPECIAL_TYPES)


def is_upload(declared: Value) -> bool:
    """``UploadFile``, ``list[UploadFile]`` and either of them or None."""
    for member in classes.members(declared):
        if classes.is_subclass(member, "fastapi.UploadFile"):
            return True
        if isinstance(member, Subscripted) and any(
            classes.is_subclass(arg, "fastapi.UploadFile") for arg in member.args
        ):
            return True
    return False


def is_collection(declared: Value) -> bool:
    """A list, set, tuple, dictionary …, or either of them or None."""
    members = [m for m in classes.members(declared) if m != Const(None)]
    return bool(members) and all(_origin_name(member) in _COLLECTIONS for member in members)


def is_mapping(declared: Value) -> bool:
    """A dictionary or another mapping, or either of them or None."""
    members = [m for m in classes.members(declared) if m != Const(None)]
    return bool(members) and all(_origin_name(member) in _MAPPINGS for member in members)


def is_query_sequence(declared: Value, machine: Machine) -> bool:
    """Whether ``Query()`` can hold the type: a list, set … of scalars, or None beside it."""
    members = [m for m in classes.members(declared) if m != Const(None)]
    return (
        bool(members)
        and is_collection(declared)
        and not any(is_mapping(member) for member in members)
        and all(
            arg == Dots() or is_scalar(arg, annotated=True, machine=machine)
            for member in members
            if isinstance(member, Subscripted)
            for arg in member.args
        )
    )


def _origin_name(value: Value) -> str | None:
    if isinstance(value, Subscripted):
        value = value.origin
    return value.name if isinstance(value, External) else None


def is_scalar(declared: Value, *, annotated: bool, machine: Machine) -> bool | None:
    """Whether FastAPI reads the type from the query; False for a body, None where unknown."""
    if not annotated:
        return True  # no annotation is Any, and Any is a scalar
    members = [classes.without_markers(member) for member in classes.members(declared)]
    answers = [_is_scalar_member(member, machine) for member in members]
    if False in answers:
        return False
    return None if None in answers else True


def _is_scalar_member(value: Value, machine: Machine) -> bool | None:
    if value == Const(None) or isinstance(value, LiteralType):
        return True
    if _origin_name(value) in _COLLECTIONS:
        return False
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, External):
        if any(base == "pydantic.BaseModel" for base in machine.knowledge.bases(value.name)):
            return False
        return True if value.name.startswith(_SCALAR_MODULES) else None
    if isinstance(value, ClassValue):
        if enums.is_enum(value):
            return True
        if is_model(value, machine) or is_dataclass(value):
            return False
        return None
    if isinstance(value, UnionType):
        return None
    return None


def is_model(value: Value, machine: Machine) -> bool:
    """A pydantic model or SQLModel class."""
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, External):
        return machine.knowledge.derives(value.name, "pydantic.BaseModel")
    if isinstance(value, ClassValue):
        return any(
            isinstance(base, External)
            and machine.knowledge.derives(base.name, "pydantic.BaseModel")
            for base in value.mro()
        )
    return False


def is_dataclass(value: ClassValue) -> bool:
    """A class that ``@dataclass`` (the standard library's or pydantic's) decorates."""
    made = [by.cls if isinstance(by, Instance) else by for by in value.decorators]
    names = {by.name for by in made if isinstance(by, External)}
    return any(name.startswith(("dataclasses.dataclass", "pydantic.dataclasses")) for name in names)


def is_required(param: Param) -> bool | None:
    """Whether a request must bring the parameter; None where that is not known."""
    if isinstance(param.marker, ParamMarker):
        if param.marker_in_default:
            given = param.marker.default
            return given is None or isinstance(given, Dots)
        return param.default is None
    return param.default is None


def depends_value(param: Param) -> Value | None:
    """What the parameter's ``Depends`` calls; None where it has none."""
    if not isinstance(param.marker, DependsMarker):
        return None
    if param.marker.dependency is None:
        return classes.without_markers(param.declared)
    return param.marker.dependency
