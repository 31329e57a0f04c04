"""The fields of a model: what pydantic, dataclasses, TypedDict and NamedTuple make of a class.

Followed from pydantic 2.14 (``_internal/_fields.py``, ``collect_model_fields``), pydantic 1.10
(``main.py``, ``ModelMetaclass``) and the standard library's ``dataclasses``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import span_of
from fastlint.model.following.objects.fields import is_dataclass
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
    ParamMarker,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.shapes.aliases import NO_ALIASES, Aliases
from fastlint.model.shapes.generics import Binding, bindings, put

if TYPE_CHECKING:
    from fastlint.model.shapes.configured import Options

_MAKERS = frozenset(
    {"pydantic.Field", "pydantic.v1.Field", "sqlmodel.Field", "dataclasses.field",
     "pydantic.fields.Field"}
)  # fmt: skip
_NO_FIELDS = frozenset({"sqlmodel.Relationship", "pydantic.PrivateAttr", "pydantic.v1.PrivateAttr"})
_NOT_ONES = ("typing.ClassVar", "typing_extensions.ClassVar")
_ANY = frozenset({External("typing.Any"), External("builtins.object")})
_SECRETS = frozenset(
    f"{package}.{name}"
    for package in ("pydantic", "pydantic.v1")
    for name in ("SecretStr", "SecretBytes", "Secret")
)
_DEEPEST = 20
_Declared = dict[str, tuple[ClassValue, tree.AnnAssign | tree.Assign]]


class Field(msgspec.Struct, frozen=True, eq=False):
    """A field of a model, its own or inherited."""

    name: str
    declared: Value
    """The annotation, evaluated, with its ``Annotated``; type variables have their arguments."""
    default: Value | None
    """What is assigned to it, a ``Field(…)`` as well; see `initial`."""
    options: dict[str, Value]
    """The keywords of its ``Field(…)``."""
    span: Span
    owner: ClassValue
    """The class that declares it."""
    initial: Value | None = None
    """The value that it has when none is given; None where it has none or a factory makes it."""
    is_required: bool | None = None
    """Whether it must be given; None where that is not known."""
    aliases: Aliases = NO_ALIASES
    """The other names under which it is read and written."""

    @property
    def type(self) -> Value:
        """The type itself, without ``Annotated``."""
        return classes.without_markers(self.declared)

    @property
    def is_excluded(self) -> bool:
        """``Field(exclude=True)``: never part of a response."""
        return self.options.get("exclude") == Const(True)

    @property
    def is_secret(self) -> bool:
        """Whether its value is hidden wherever it is shown: ``SecretStr`` and its kin, or None."""
        kinds = [each for each in classes.members(self.declared) if each != NONE]
        return bool(kinds) and all(_is_secret(each) for each in kinds)


def fields(cls: ClassValue, kind: str, binding: Binding, options: Options) -> Iterator[Field]:
    """The fields of a class in their order, by what ``kind`` of model it is."""
    given = bindings(cls, binding)
    for name, (owner, statement) in _declared(cls, kind, options).items():
        field = _field(name, statement, owner, kind, given.get(id(owner), {}), options)
        if field is not None:
            yield field


def _declared(cls: ClassValue, kind: str, options: Options, depth: int = 0) -> _Declared:
    """Every name that may be a field in its order, with the class and statement that declare it.

    The names come in the order of the bases, the last first. Which declaration counts is not what
    Python's lookup would say: a class takes over all fields of its first base, those that this
    base has from others too.
    """
    found: _Declared = {}
    for base in reversed(_declaring(cls, kind, options)):
        for statement in statements(base):
            name = name_of(statement)
            if name is not None and not _is_none(name, kind):
                found[name] = (base, statement)
    taken: _Declared = {}
    for each in reversed(cls.bases):
        origin = each.origin if isinstance(each, Subscripted) else each
        if isinstance(origin, ClassValue) and depth < _DEEPEST and _is_kept(origin, kind):
            taken.update(_declared(origin, kind, options, depth + 1))
    return {
        name: where if where[0] is cls else taken.get(name, where) for name, where in found.items()
    }


def root_field(cls: ClassValue, declared: Value) -> Field:
    """The one field of a ``RootModel[declared]`` that writes none itself."""
    return Field("root", declared, None, {}, span_of(cls.path, cls.node), cls, None, True)


def _declaring(cls: ClassValue, kind: str, options: Options) -> tuple[ClassValue, ...]:
    """The classes whose annotations are fields, nearest first."""
    own = cls.own
    if options.is_old and kind == "pydantic":
        return tuple(base for base in own if _is_kept(base, kind))
    if kind == "dataclass":
        return tuple(base for base in own if is_dataclass(base))
    if kind == "namedtuple":  # a subclass of one adds methods, and no field
        return own[-1:]
    return own


def _is_kept(cls: ClassValue, kind: str) -> bool:
    """Whether a base has fields of its own that a class takes over, unlike a plain mixin."""
    if kind == "dataclass":
        return any(is_dataclass(base) for base in cls.own)
    return any(isinstance(base, External) for base in cls.mro())


def statements(cls: ClassValue) -> Iterator[tree.AnnAssign | tree.Assign]:
    """The statements of a class body that give a name a type, a value or both.

    Of branches all are looked at, but those that only a type checker reads.
    """
    queue = list(cls.node.body)
    while queue:
        statement = queue.pop(0)
        if isinstance(statement, tree.AnnAssign | tree.Assign):
            yield statement
        elif isinstance(statement, tree.If):
            checked = _is_for_checkers(statement.test)
            queue[:0] = [
                *([] if checked is True else statement.body),
                *([] if checked is False else statement.orelse),
            ]


def _is_for_checkers(test: tree.Expr) -> bool | None:
    """Whether a test holds for type checkers alone; False for one that holds for all but them."""
    if isinstance(test, tree.UnaryOp) and test.op == "not":
        inner = _is_for_checkers(test.operand)
        return None if inner is None else not inner
    name = test.attr if isinstance(test, tree.Attribute) else getattr(test, "id", "")
    return True if name == "TYPE_CHECKING" else None


def name_of(statement: tree.AnnAssign | tree.Assign) -> str | None:
    """The one name that a statement binds."""
    targets = statement.targets if isinstance(statement, tree.Assign) else [statement.target]
    target = targets[0]
    return target.id if len(targets) == 1 and isinstance(target, tree.Name) else None


def _field(
    name: str,
    statement: tree.AnnAssign | tree.Assign,
    cls: ClassValue,
    kind: str,
    binding: Binding,
    options: Options,
) -> Field | None:
    declared: Value = UNKNOWN
    if isinstance(statement, tree.AnnAssign):
        declared = evaluate(statement.annotation, cls.namespace)
        if _is_aside(declared, kind):
            return None
        declared = put(declared, binding, cls.namespace, 1)
    default = None if statement.value is None else evaluate(statement.value, cls.namespace)
    if isinstance(statement, tree.Assign) and not _is_old_field(default, options):
        return None
    if isinstance(default, Instance) and _made_by(default) in _NO_FIELDS:
        return None  # SQLModel keeps it out of what pydantic validates and writes
    made = [default] if default is not None else []
    if isinstance(declared, AnnotatedType):
        made += reversed(declared.metadata)
    keywords: dict[str, Value] = {}
    initial: Value | None = default
    if default is None or is_maker(default):
        initial = next((each for each in map(_initial, made) if each is not None), None)
    for each in reversed(made):
        keywords.update(_keywords(each))
    if kind == "typeddict":
        required = _is_key_required(declared, cls)
    else:
        required = _is_required(declared, default, initial, keywords, options)
    initial = None if isinstance(initial, Dots) else initial
    aliases = options.aliases(name, keywords, cls)
    if default is not None and _may_be_maker(default):
        aliases = replace(aliases, is_known=False)
    span = span_of(cls.path, statement)
    return Field(name, declared, default, keywords, span, cls, initial, required, aliases)


def _is_none(name: str, kind: str) -> bool:
    """Whether no field can have that name."""
    if kind in ("pydantic", "table"):
        return (name.startswith("_") and name != "__root__") or name == "model_config"
    return name.startswith("__") and kind != "typeddict"


def _is_aside(declared: Value, kind: str) -> bool:
    """Whether what is annotated is no field of its own."""
    if classes.is_subclass(classes.without_markers(declared), *_NOT_ONES):
        return True
    return kind == "dataclass" and classes.is_subclass(
        declared, "dataclasses.InitVar", "dataclasses.KW_ONLY"
    )


def _is_old_field(default: Value | None, options: Options) -> bool:
    """Whether pydantic 1 takes ``x = 1`` without a type for a field."""
    return options.is_old and (isinstance(default, Const) or is_maker(default))


def _made_by(value: Instance) -> str:
    return value.cls.name.removesuffix("()") if isinstance(value.cls, External) else ""


def is_maker(value: Value | None) -> bool:
    """Whether a value is what ``Field(...)`` or one of its kin makes."""
    if isinstance(value, ParamMarker):  # FastAPI's Query() and its kin are pydantic's Field()
        return True
    return isinstance(value, Instance) and _made_by(value) in _MAKERS


def _keywords(value: Value) -> dict[str, Value]:
    if not is_maker(value):
        return {}
    return value.keywords if isinstance(value, Instance | ParamMarker) else {}


def _initial(value: Value) -> Value | None:
    """The default that ``Field(…)`` gives."""
    if isinstance(value, ParamMarker):
        return value.default
    if not isinstance(value, Instance) or not is_maker(value):
        return None
    return value.args[0] if value.args else value.keywords.get("default")


def _is_required(
    declared: Value,
    default: Value | None,
    initial: Value | None,
    keywords: dict[str, Value],
    options: Options,
) -> bool | None:
    if "default_factory" in keywords:
        return False
    if isinstance(initial, Dots):
        return True
    if initial is not None:
        return None if default is not None and _may_be_maker(default) else False
    if options.is_old:
        plain = classes.without_markers(declared)
        return NONE not in classes.members(declared) and plain not in _ANY
    return True


def _is_key_required(declared: Value, cls: ClassValue) -> bool | None:
    origin = declared.origin if isinstance(declared, Subscripted) else declared
    name = origin.name if isinstance(origin, External) else ""
    if name.endswith(".Required"):
        return True
    if name.endswith(".NotRequired"):
        return False
    return _is_total(cls)


def _is_total(cls: ClassValue) -> bool | None:
    """Whether the keys of a TypedDict are required where they do not say so themselves."""
    given = next((each for each in cls.node.keywords if each.name == "total"), None)
    value = Const(True) if given is None else evaluate(given.value, cls.namespace)
    return bool(value.value) if isinstance(value, Const) else None


def _may_be_maker(value: Value) -> bool:
    """Whether a default that is not known could be somebody's own ``Field(…)``."""
    if isinstance(value, Instance) and isinstance(value.cls, External):
        name = value.cls.name
        is_foreign = name.partition(".")[0] not in sys.stdlib_module_names
        return name.endswith("()") and is_foreign and not is_maker(value)
    return isinstance(value, Unknown)


def _is_secret(value: Value) -> bool:
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, FunctionValue):
        return False
    return classes.is_subclass(value, *_SECRETS)
