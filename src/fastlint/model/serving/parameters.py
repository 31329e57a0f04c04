"""What FastAPI makes of a parameter: where it is read from, and of which type.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`get_dependant`, `analyze_param`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.frames import span_of
from fastlint.model.following.objects import fields, texts
from fastlint.model.following.signatures import Signature, Slot, is_empty, of_function
from fastlint.model.following.values import (
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
    from fastlint.model.following.machine import Machine

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
_SCALAR_MODULES = (
    "abc.", "annotated_types.", "builtins.", "datetime.", "decimal.", "enum.", "fractions.",
    "http.", "ipaddress.", "os.PathLike", "pathlib.", "pydantic.", "re.", "typing.", "types.",
    "uuid.", "zoneinfo.",
)  # fmt: skip
"""Where types come from that FastAPI reads as one value, but for those that are named here."""
_COMPLEX = frozenset(
    {"pydantic.BaseModel", "fastapi.UploadFile", "typing.NamedTuple", "typing.TypedDict"}
)
_MADE_TYPES = {
    **dict.fromkeys(
        (
            "pydantic.conint()", "pydantic.confloat()", "pydantic.constr()", "pydantic.conbytes()",
            "pydantic.condecimal()", "pydantic.condate()",
        ),
        False,
    ),
    **dict.fromkeys(("pydantic.conlist()", "pydantic.conset()", "pydantic.confrozenset()"), True),
}  # fmt: skip
"""Calls that give a type, and whether it is a complex one."""
_MAPPINGS = frozenset(
    {
        "builtins.dict", "typing.Dict", "typing.Mapping", "typing.MutableMapping",
        "collections.abc.Mapping", "collections.abc.MutableMapping", "collections.OrderedDict",
        "collections.defaultdict", "typing.OrderedDict", "typing.DefaultDict",
    }
)  # fmt: skip
_SEQUENCES = _COLLECTIONS - _MAPPINGS
_NO_MARKERS = (
    "abc.", "annotated_types.", "builtins.", "collections.", "datetime.", "decimal.", "enum.",
    "http.", "math.", "os.", "pathlib.", "pydantic.", "re.", "sys.",
    "typing.", "typing_extensions.", "uuid.", "zoneinfo.",
)  # fmt: skip
"""Where objects come from that FastAPI never takes for a marker of a parameter."""


class Param(msgspec.Struct, frozen=True, eq=False):
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
    implied: bool = False
    """Not written in the signature itself: the field of a class, or the object of a view."""

    @property
    def alias(self) -> str | None:
        """The name by which a request gives it; None where that is not known."""
        given = self.option("validation_alias") or self.option("alias") or Const(None)
        if given != Const(None):
            return texts.as_text(given)
        if self.source == "header" and self.option("convert_underscores") != Const(False):
            return self.name.replace("_", "-")
        return self.name

    @property
    def initial(self) -> Value | None:
        """What the handler gets where the request gives nothing; None where it must give it."""
        found = self.default
        if isinstance(self.marker, ParamMarker) and self.marker_in_default:
            found = self.marker.default
        if self.source == "path" or isinstance(found, Dots) or is_empty(found):
            return None
        return found

    @property
    def constraints(self) -> dict[str, Value]:
        """``ge``, ``max_length``, ``pattern`` and their like, from the marker and ``Annotated``.

        A marker in the default makes FastAPI forget what else ``Annotated`` says.
        """
        if isinstance(self.marker, ParamMarker) and self.marker_in_default:
            return _constraints(self.marker)
        found = _constraints(self.type)
        if isinstance(self.declared, AnnotatedType):
            for metadata in self.declared.metadata:
                found.update(_constraints(metadata))
        return found

    def option(self, name: str) -> Value | None:
        """A keyword of its marker."""
        return self.marker.keywords.get(name) if isinstance(self.marker, ParamMarker) else None

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
    """The parameters of a function, as `of_signature` reads them."""
    return of_signature(of_function(function, machine), path_names, machine)


def of_signature(
    signature: Signature, path_names: frozenset[str] | None, machine: Machine
) -> tuple[Param, ...]:
    """The parameters that FastAPI fills in, in the order of the signature.

    ``path_names``: the names in the route's path; None where the path is not known, which leaves
    the source of plain parameters unknown. ``*args`` and ``**kwargs`` are parameters like all
    others to FastAPI: it asks the request for a value by that name.
    """
    return tuple(_param(slot, path_names, machine) for slot in signature.slots)


def known_parameters(name: str, span: Span, machine: Machine) -> tuple[Param, ...]:
    """What a class or function from outside asks for, by its canonical name, where it is known."""
    return tuple(
        Param(
            each,
            span,
            tree.Param(
                line=span.line,
                column=span.column,
                end_line=span.end_line,
                end_column=span.end_column,
                name=each,
                kind="keyword-only",
                annotation=None,
                default=None,
            ),
            UNKNOWN,
            None,
            marker_in_default=False,
            default=UNKNOWN,
            source=source,
            implied=True,
        )
        for source, names in machine.knowledge.signature(name).items()
        for each in names.split()
    )


def _param(slot: Slot, path_names: frozenset[str] | None, machine: Machine) -> Param:
    marker, in_default = _marker(slot.declared, slot.default)
    return Param(
        slot.name,
        span_of(slot.path, slot.facts),
        slot.facts,
        slot.declared,
        marker,
        in_default,
        slot.default,
        _source(slot, marker, path_names, machine),
        slot.implied,
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
    slot: Slot,
    marker: DependsMarker | ParamMarker | None,
    path_names: frozenset[str] | None,
    machine: Machine,
) -> str:
    declared, default = slot.declared, slot.default
    if isinstance(marker, DependsMarker):
        return "dependency"
    if isinstance(marker, ParamMarker):
        return marker.kind.lower()
    if is_special(declared, machine):
        return "special"
    if path_names is not None and slot.name in path_names:
        return "path"
    if isinstance(declared, AnnotatedType) and any(map(may_be_marker, declared.metadata)):
        return "unknown"
    if default is not None and may_be_marker(default):
        return "unknown"
    if is_upload(declared):
        return "file"
    scalar = is_scalar(declared, annotated=slot.facts.annotation is not None, machine=machine)
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
        bases = value.outside
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
    members = classes.members(declared)
    return any(map(_is_file, members)) or any(map(_holds_files, members))


def _is_file(member: Value) -> bool:
    return classes.is_subclass(member, "fastapi.UploadFile")


def _holds_files(member: Value) -> bool:
    """As `is_uploadfile_sequence_annotation` (``_compat/shared.py``) has it.

    Of a bare ``list`` it finds that all of its items are files, as it finds none that is not.
    """
    member = classes.without_markers(member)
    if isinstance(member, ClassValue):
        return classes.is_subclass(member, *_SEQUENCES, "typing.NamedTuple")
    args = member.args if isinstance(member, Subscripted) else ()
    return _origin_name(member) in _SEQUENCES and all(
        any(map(_is_file, classes.members(arg))) for arg in args
    )


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
    found = _is_complex(declared, machine)
    return None if found is None else not found


def _is_complex(value: Value, machine: Machine) -> bool | None:
    """As `field_annotation_is_complex` (``_compat/shared.py``); None where it is not known."""
    match value:
        case AnnotatedType(base=base):
            return _is_complex(base, machine)
        case Subscripted(origin=origin):
            return _is_complex(origin, machine)
        case UnionType(members=members):
            return _any(_is_complex(member, machine) for member in members)
        case Const(value=None) | LiteralType() | Dots():
            return False
        case Instance(cls=External(name=name)) if name in _MADE_TYPES:  # `conint(ge=1)`
            return _MADE_TYPES[name]
        case External(name=name):
            bases = set(machine.knowledge.bases(name))
            if name in _COLLECTIONS or not bases.isdisjoint(_COMPLEX):
                return True
            return False if name.startswith(_SCALAR_MODULES) else None
        case ClassValue():
            own = value.own
            if any(map(fields.is_dataclass, own)):
                return True
            outside = [base for base in value.mro() if isinstance(base, External)]
            return _any(_is_complex(base, machine) for base in outside)
    return None


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


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


_CONSTRAINTS = frozenset(
    {
        "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "regex",
        "strict", "allow_inf_nan", "max_digits", "decimal_places",
    }
)  # fmt: skip
_SINGLE = {
    "Gt": "gt", "Ge": "ge", "Lt": "lt", "Le": "le", "MultipleOf": "multiple_of",
    "MinLen": "min_length", "MaxLen": "max_length",
}  # fmt: skip
_CONSTRAINED: dict[str, dict[str, Value]] = {
    f"pydantic.{name}{kind}": {constraint: Const(0)}
    for name, constraint in (
        ("Positive", "gt"), ("NonNegative", "ge"), ("Negative", "lt"), ("NonPositive", "le"),
    )
    for kind in ("Int", "Float")
}  # fmt: skip
"""Pydantic's types that are a number with a condition."""
_HOLDERS = frozenset({"pydantic.Field", "pydantic.StringConstraints", "annotated_types.Interval"})


def _constraints(value: Value) -> dict[str, Value]:
    """What a marker, ``Field(…)`` or one of annotated_types' objects demands."""
    if isinstance(value, ParamMarker):
        given = value.keywords
    elif isinstance(value, Instance) and isinstance(value.cls, External):
        package, _, name = value.cls.name.rpartition(".")
        if package == "annotated_types" and name in _SINGLE and value.args:
            return {_SINGLE[name]: value.args[0]}
        holds = value.cls.name in _HOLDERS or value.cls.name in _MADE_TYPES
        given = value.keywords if holds else {}
    elif isinstance(value, External):
        return _CONSTRAINED.get(value.name, {})
    else:
        return {}
    found = {name: value for name, value in given.items() if name in _CONSTRAINTS}
    if "regex" in found:  # the name that `pattern` had before pydantic 2
        found.setdefault("pattern", found.pop("regex"))
    return found


def is_body(param: Param) -> bool:
    """Whether it is read from the body as JSON is, or was meant to be.

    A collection that does not say what it holds is read as files: nobody means that.
    """
    if param.source != "file" or param.marker is not None:
        return param.source == "body"
    members = classes.members(param.type)
    return is_collection(param.type) and not any(isinstance(m, Subscripted) for m in members)


def is_required(param: Param) -> bool | None:
    """Whether a request must bring the parameter; None where that is not known."""
    if isinstance(param.marker, ParamMarker):
        if param.marker_in_default:
            given = param.marker.default
            return given is None or isinstance(given, Dots) or is_empty(given)
        return param.default is None
    return param.default is None


def depends_value(param: Param) -> Value | None:
    """What the parameter's ``Depends`` calls; None where it has none."""
    if not isinstance(param.marker, DependsMarker):
        return None
    if param.marker.dependency is None:
        return classes.without_markers(param.declared)
    return param.marker.dependency
