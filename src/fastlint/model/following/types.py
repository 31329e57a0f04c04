"""From a type to a value of that type, and what iterating, entering or injecting it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeGuard

from fastlint.facts import tree
from fastlint.model.following import generic_classes
from fastlint.model.following.choices import awaited, in_turn, one_of
from fastlint.model.following.fastapi.routeobjects import ROUTES, objects
from fastlint.model.following.objects.concrete import (
    behind,
    is_protocol,
)
from fastlint.model.following.objects.enums import is_enum, members
from fastlint.model.following.values import (
    NONE,
    NULL_CONTEXT,
    UNKNOWN,
    AnnotatedType,
    ClassValue,
    Const,
    Coroutine,
    DependsMarker,
    Dots,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Mapping,
    Partial,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_ITERABLES = frozenset(
    {
        "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset",
        "typing.List", "typing.Tuple", "typing.Set", "typing.FrozenSet", "typing.Sequence",
        "typing.Iterable", "typing.Iterator", "typing.Generator", "typing.AsyncIterable",
        "typing.AsyncIterator", "typing.AsyncGenerator", "typing.Collection",
        "collections.abc.Sequence", "collections.abc.Iterable", "collections.abc.Iterator",
        "collections.abc.Generator", "collections.abc.AsyncIterable",
        "collections.abc.AsyncIterator", "collections.abc.AsyncGenerator",
        "collections.abc.Collection", "contextlib.AbstractContextManager",
        "contextlib.AbstractAsyncContextManager", "typing.ContextManager",
        "typing.AsyncContextManager",
    }
)  # fmt: skip
TUPLES = frozenset({"builtins.tuple", "typing.Tuple"})
_SAY_NOTHING = frozenset({"typing.Any", "builtins.object", "typing.Self", "typing_extensions.Self"})
"""Annotations that name no class; what ``Self`` is, says the body."""
_LONGEST = 100
"""Characters of a text that is gone through one by one."""
_OF_WHAT_THEY_HOLD = frozenset(
    {
        "dishka.FromDishka", "dishka.integrations.base.FromDishka",
        "dishka.integrations.fastapi.FromDishka", "typing.ClassVar", "typing.Final",
    }
)  # fmt: skip
"""They only say more of what they hold: where it comes from, that it stays."""
_GENERATORS = frozenset({"types.GeneratorType", "types.AsyncGeneratorType"})


def instance_of(declared: Value, machine: Machine) -> Value:
    """An object of the declared type; unknown for anything that is not one certain class."""
    match declared:
        case ClassValue() | External():
            return UNKNOWN if says_nothing(declared) else Instance(declared)
        case Subscripted(origin=(ClassValue() | External()) as origin, args=args):
            if isinstance(origin, External) and origin.name in ("builtins.type", "typing.Type"):
                return _class_of(args[0]) if args else UNKNOWN
            if isinstance(origin, External) and origin.name in _OF_WHAT_THEY_HOLD:
                return instance_of(args[0], machine) if args else UNKNOWN
            return Instance(origin, types=args)
        case AnnotatedType(base=base):
            return instance_of(base, machine)
        case UnionType(members=members):
            real = [m for m in members if m != Const(None) and m != External("types.NoneType")]
            return instance_of(real[0], machine) if len(real) == 1 else _one_of(real)
        case Const(value=None):
            return Const(None)
    return UNKNOWN


def says_nothing(declared: Value) -> bool:
    """Whether an annotation names no class."""
    return isinstance(declared, External) and declared.name in _SAY_NOTHING


def _class_of(declared: Value) -> Value:
    """The class that ``type[declared]`` is: of several of the project, any of them."""
    if isinstance(declared, UnionType):
        return one_of(declared.members)
    return UNKNOWN if isinstance(declared, Instance) else declared  # of a type variable


def _one_of(members: list[Value]) -> Value:
    """An object of one of several classes of the project."""
    if all(isinstance(each, ClassValue) for each in members):
        return one_of(Instance(each) for each in members if isinstance(each, ClassValue))
    return UNKNOWN


def arguments(declared: Value, cls: ClassValue | External) -> tuple[Value, ...]:
    """``(T,)`` of a declared ``C[T]``, where the object is known to be a ``C``."""
    if isinstance(declared, AnnotatedType):
        return arguments(declared.base, cls)
    if isinstance(declared, Subscripted) and declared.origin == cls:
        return declared.args
    return ()


def item_type(declared: Value) -> Value:
    """``T`` of ``Iterator[T]``, ``Generator[T, None, None]``, ``list[T]`` and their like."""
    match declared:
        case Subscripted(origin=External(name=name), args=args) if name in _ITERABLES and args:
            return args[0]
        case AnnotatedType(base=base):
            return item_type(base)
    return UNKNOWN


def iterate(value: Value) -> list[Value] | None:
    """The items of a sequence, where all of them are known."""
    if isinstance(value, Items) and not value.open:
        return list(value.items)
    if isinstance(value, Mapping) and not value.open:
        return [key for key, _ in value.pairs]
    if isinstance(value, ClassValue) and is_enum(value):
        return list(members(value))
    if isinstance(value, Const) and isinstance(value.value, str) and len(value.value) < _LONGEST:
        return [Const(character) for character in value.value]
    if isinstance(value, Instance) and value.cls == ROUTES:
        return objects(value)
    if isinstance(value, Instance) and value.args:
        function = value.args[0]
        if isinstance(function, FunctionValue) and function.facts.is_generator:
            return function.closure.machine.yielded(value)
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        return value.cls.namespace.machine.gone_through(value)
    if isinstance(value, Instance) and "__inside__" in value.attributes:
        return iterate(value.attributes["__inside__"])
    return None


def declared_items(value: Value, machine: Machine) -> list[Value] | None:
    """The items of a ``tuple[A, B]`` or named tuple; None where there may be any number of them."""
    match value:
        case Instance(cls=External(name=name), types=(*given, last)) if name in TUPLES:
            if not isinstance(last, Dots):
                return [instance_of(each, machine) for each in (*given, last)]
        case Instance(cls=ClassValue() as cls) if External("typing.NamedTuple") in cls.bases:
            return [machine.attribute(value, name) for name in _fields(cls)]
    return None


def _fields(cls: ClassValue) -> Iterator[str]:
    """The fields of a ``NamedTuple`` in their order."""
    for statement in cls.node.body:
        match statement:
            case tree.AnnAssign(target=tree.Name(id=name)):
                yield name


def element_of(value: Value, machine: Machine) -> Value:
    """One item of a sequence of which the items are not all known."""
    match value:
        case Items(items=[Items(items=first, open=False), *_] as rows) if _is_table(rows):
            columns = (Items("list", [row.items[i] for row in rows]) for i in range(len(first)))
            return Items("tuple", [element_of(column, machine) for column in columns])
        case Items(items=[], holds=holds) if holds is not None:
            return holds
        case Items(items=items) if items:
            return items[0] if all(are_alike(items[0], item) for item in items) else in_turn(items)
        case Instance(cls=External(name=name), types=args) if name in _ITERABLES and args:
            return instance_of(args[0], machine)
        case Instance(cls=External(name=name), args=(FunctionValue() as generator,)) if (
            name in _GENERATORS
        ):
            return machine.yielded_by(generator)
        case Instance(cls=External(name=name)) if machine.watching:
            known = machine.knowledge.item(name)
            return UNKNOWN if known is None else Instance(External(known))
        case Instance(cls=ClassValue()) if machine.watching:
            return _given_in_turn(value, machine)
    return UNKNOWN


def _given_in_turn(value: Instance, machine: Machine) -> Value:
    """What a loop gets of an object whose class says how it is gone through."""
    for name, following in (("__iter__", "__next__"), ("__aiter__", "__anext__")):
        method = machine.attribute(value, name)
        if isinstance(method, FunctionValue):
            made = machine.result_of(method)
            if isinstance(made, Instance) and made.cls is not value.cls:
                return element_of(made, machine)
            method = machine.attribute(value, following)
            return (
                awaited(machine.result_of(method)) if isinstance(method, FunctionValue) else UNKNOWN
            )
    return UNKNOWN


def _is_table(rows: list[Value]) -> TypeGuard[list[Items]]:
    """Whether all are sequences of one length: what ``items()`` of a dictionary gives."""
    lengths = {len(row.items) if isinstance(row, Items) and not row.open else -1 for row in rows}
    return len(lengths) == 1 and -1 not in lengths


def are_alike(a: Value, b: Value) -> bool:
    """Whether both are objects of one class."""
    return isinstance(a, Instance) and isinstance(b, Instance) and a.cls == b.cls


def entered(value: Value, machine: Machine) -> Value:
    """What ``with value as x`` binds to ``x``."""
    if isinstance(value, Coroutine):
        value = value.result
    if isinstance(value, Instance):
        if "__entered__" in value.attributes:  # made by @contextmanager
            return value.attributes["__entered__"]
        if isinstance(value.cls, External):
            if value.cls.name == NULL_CONTEXT:
                return value.args[0] if value.args else value.keywords.get("enter_result", NONE)
            known = machine.knowledge.entered(value.cls.name)
            if known is not None:
                return Instance(External(known))
            if value.cls.name in _ITERABLES:  # what @contextmanager made of a generator function
                return element_of(value, machine)
            return value
        for name in ("__enter__", "__aenter__"):
            method = machine.attribute(value, name)
            if isinstance(method, FunctionValue):
                result = machine.result_of(method)
                if isinstance(result, Coroutine):
                    result = result.result
                return value if isinstance(result, Unknown) else result
    return value


def parameter_values(function: FunctionValue, machine: Machine) -> dict[str, Value]:
    """What the parameters of a function stand for when FastAPI, or anyone, calls it."""
    values: dict[str, Value] = {}
    receives = function.facts.is_method and not function.is_static
    for position, param in enumerate(function.facts.params):
        if position == 0 and function.is_received and function.bound is not None:
            values[param.name] = function.bound
            continue
        if position == 0 and receives and function.owner is not None:
            values[param.name] = Instance(function.owner)
            continue
        default = None if param.default is None else machine.evaluate(param.default, function.scope)
        declared: Value = UNKNOWN
        if param.annotation is not None:
            declared = machine.evaluate(param.annotation, function.scope)
            declared = generic_classes.filled(declared, function.bound, function.owner)
        values[param.name] = _parameter(param, declared, default, machine)
    return values


def _parameter(
    param: tree.Param, declared: Value, default: Value | None, machine: Machine
) -> Value:
    if param.kind == "*args":
        return Items("tuple", [], open=True)
    if param.kind == "**kwargs":
        return Mapping({}, open=True)
    marker = depends_marker(declared, default)
    return (
        instance_of(declared, machine) if marker is None else asked_for(marker, declared, machine)
    )


def asked_for(marker: DependsMarker, declared: Value, machine: Machine) -> Value:
    """What a dependency gives for a parameter, or for an attribute of a class-based view."""
    value = instance_of(declared, machine)
    if isinstance(value, Unknown):
        provided = provided_by(marker, declared, machine)
        return value if value.choices and isinstance(provided, Unknown) else provided
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        provided = provided_by(marker, declared, machine)
        if _is_another(provided, value.cls):
            return provided
        if machine.may_be_more(value):
            return behind(value, [provided])
    return value


def _is_another(provided: Value, declared: ClassValue) -> bool:
    """Whether a dependency gives an object of another class than the parameter says.

    FastAPI does not look: what the dependency gives is there (fastapi/dependencies/utils.py
    `solve_dependencies`). A class that either derives from is as good as the same.
    """
    if not isinstance(provided, Instance) or not isinstance(provided.cls, ClassValue):
        return False
    if provided.others or is_protocol(declared) or is_protocol(provided.cls):
        return False
    given, said = provided.cls.mro(), declared.mro()
    are_known = provided.cls.is_whole and declared.is_whole
    return are_known and declared not in given and provided.cls not in said


def depends_marker(declared: Value, default: Value | None) -> DependsMarker | None:
    """The ``Depends`` of a parameter, in its default or its ``Annotated`` type."""
    if isinstance(default, DependsMarker):
        return default
    if isinstance(declared, AnnotatedType):
        for metadata in reversed(declared.metadata):  # the last marker wins
            if isinstance(metadata, DependsMarker):
                return metadata
    return None


def provided_by(marker: DependsMarker, declared: Value, machine: Machine) -> Value:
    """What a dependency puts into the parameter."""
    dependency = marker.dependency
    if dependency is None:
        return instance_of(declared, machine)
    return injected(dependency, machine)


def injected(dependency: Value, machine: Machine) -> Value:
    """What FastAPI injects for a dependency: its result, or what it yields."""
    match dependency:
        case FunctionValue(facts=facts):
            if facts.is_generator:
                return machine.yielded_by(dependency)
            result = machine.result_of(dependency)
            return result.result if isinstance(result, Coroutine) else result
        case ClassValue():
            return Instance(dependency)
        case External():
            known = machine.knowledge.result(dependency.name)
            return Instance(External(known)) if known else UNKNOWN
        case Partial(function=function):
            return injected(function, machine)
        case Instance(cls=ClassValue()):
            method = machine.attribute(dependency, "__call__")
            return injected(method, machine) if isinstance(method, FunctionValue) else UNKNOWN
        case Instance(cls=External(name=name)):
            known = machine.knowledge.result(f"{name}.__call__")
            return Instance(External(known)) if known else UNKNOWN
        case LambdaValue(node=node, closure=closure):
            return machine.evaluate(node.body, closure)
    return UNKNOWN


def annotated(base: Value, metadata: tuple[Value, ...]) -> Value:
    """``Annotated[base, *metadata]``, flattened as Python flattens it."""
    if isinstance(base, AnnotatedType):
        return AnnotatedType(base.base, (*base.metadata, *metadata))
    return AnnotatedType(base, metadata)
