"""What a function returns: content or a ready response, and which model where that is certain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import CallSite, Frame, Returned
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    ModuleValue,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.reading import flow
from fastlint.model.reading.equality import same_type

if TYPE_CHECKING:
    from fastlint.model.knowledge import Knowledge
    from fastlint.model.project import Project

RESPONSE = "starlette.responses.Response"
_PLAIN = (
    tree.Constant, tree.FString, tree.BinOp, tree.UnaryOp, tree.Compare, tree.Sequence,
    tree.DictDisplay, tree.Comprehension,
)  # fmt: skip
_NO_RESPONSES = frozenset(
    {
        "base64", "beanie", "collections", "datetime", "decimal", "enum", "hashlib", "httpx",
        "json", "math", "motor", "numpy", "os", "pandas", "pathlib", "platform", "pydantic",
        "pymongo", "random", "redis", "requests", "secrets", "shutil", "socket", "sqlalchemy",
        "sqlite3", "sqlmodel", "string", "subprocess", "time", "tortoise", "typing", "uuid",
    }
)  # fmt: skip
"""Packages whose functions and classes never give a response of an app."""
_ANYTHING = frozenset({"builtins.next()", "builtins.eval()", "builtins.vars()", "builtins.map()"})
_ANY_TYPE = frozenset(
    {"Any", "Awaitable", "Callable", "Coroutine", "ParamSpec", "TypeVar", "object"}
)
"""Annotations of what may well be a response, or give one."""


def returns_content(function: Function, project: Project) -> bool:
    """Whether a ``return`` certainly gives content that FastAPI has to make a response of.

    None is no content; what may be a response already is not certain.
    """
    return any(
        is_content(each) and not _may_be_response(each, function, project)
        for each in function.returns
    )


def is_content(returned: Returned) -> bool:
    """Whether what is returned is content, as far as its value is known."""
    node = _node(returned)
    if node is None or returned.value == NONE:
        return False
    return isinstance(node, _PLAIN) or _is_content(returned.value)


def is_response_class(declared: Value, knowledge: Knowledge) -> bool:
    """Whether the class is a ``Response``; a library's class is, where its name says so."""
    declared = classes.without_markers(declared)
    named = isinstance(declared, External) and declared.name.endswith("Response")
    return named or classes.derives(declared, RESPONSE, knowledge)


def gives_responses(function: Function, knowledge: Knowledge) -> bool:
    """Whether a function gives ready responses, by its annotation or else by its returns."""
    declared = function.declared_return
    if declared is not None and not isinstance(declared, Unknown):
        return all(is_response_class(each, knowledge) for each in classes.members(declared))
    given = [each.value for each in function.returns if isinstance(each.node, tree.Return)]
    return bool(given) and all(
        isinstance(each, Instance) and classes.derives(each.cls, RESPONSE, knowledge)
        for each in given
    )


def _node(returned: Returned) -> tree.Expr | None:
    node = returned.node
    return node.value if isinstance(node, tree.Return) else node


def _may_be_response(returned: Returned, function: Function, project: Project) -> bool:
    """Whether a function is called whose annotation says that it gives a response, among others."""
    site = function.call_at(_node(returned))
    if site is None or not isinstance(site.callee, FunctionValue):
        return False
    declared = project.function(site.callee).declared_return
    parts = () if declared is None else classes.members(declared)
    return any(is_response_class(part, project.machine.knowledge) for part in parts)


def _is_content(value: Value) -> bool:
    if isinstance(value, Instance):
        cls = value.cls
        if isinstance(cls, External):
            return _gives_content(cls.name)
        mro = list(cls.mro())
        return not any(
            isinstance(base, Unknown)
            for each in mro
            if isinstance(each, ClassValue)
            for base in each.bases
        ) and all(_gives_content(each.name) for each in mro if isinstance(each, External))
    return isinstance(value, Const | Items | Mapping) and value != NONE


def _gives_content(name: str) -> bool:
    package = name.split(".", 1)[0]
    if name.rpartition(".")[2].removesuffix("()") in _ANY_TYPE:
        return False
    if package == "builtins":
        return name not in _ANYTHING
    return package in _NO_RESPONSES or name == "fastapi.encoders.jsonable_encoder()"


# --- the model that is returned ------------------------------------------------------------


def returned_model(function: Function, project: Project) -> str | None:
    """The annotation ``Model`` or ``list[Model]``, as the function's file writes it.

    None unless every way through the function certainly returns that one model of the project.
    """
    if function.value is None or flow.may_fall_through(function.statements):
        return None
    types = list(_types(function, project))
    if not types or not _are_one(types) or flow.unchecked_returns(function, project.reader):
        return None
    return _written(types[0], function.value.closure, project)


def _types(function: Function, project: Project) -> Iterator[Value | None]:
    for node in function.nodes:
        if isinstance(node, tree.Return):
            yield None if node.value is None else _type(node.value, function, project)


def _type(node: tree.Expr, function: Function, project: Project) -> Value | None:
    """The type of an expression, where it can be nothing else; None otherwise."""
    match node:
        case tree.Await(value=awaited):
            return _type(awaited, function, project)
        case tree.Sequence(kind="list", items=items):
            types = [_type(each, function, project) for each in items]
            return _list_of(types[0]) if types and _are_one(types) else None
        case tree.Comprehension(kind="list", element=element):
            return _list_of(_type(element, function, project))
        case tree.Name(id=name):
            return _type_of_name(name, function, project)
        case tree.Call():
            site = function.call_at(node)
            return None if site is None else _type_of_call(site, function, project)
    return None


def _are_one(types: list[Value | None]) -> bool:
    first = types[0]
    return first is not None and all(t is not None and same_type(first, t) for t in types)


def _list_of(inner: Value | None) -> Value | None:
    return (
        Subscripted(External("builtins.list"), (inner,)) if isinstance(inner, ClassValue) else None
    )


def _type_of_name(name: str, function: Function, project: Project) -> Value | None:
    """The type of a variable that is bound once, by an assignment or as a parameter."""
    if name in function.bindings:
        value = function.only_value(name)
        return None if value is None else _type(value, function, project)
    declared = function.declared(name)
    return None if declared is None else _certain(declared)


_MAKERS = frozenset(
    {"model_validate", "model_validate_json", "model_construct", "from_orm", "parse_obj"}
)


def _type_of_call(site: CallSite, function: Function, project: Project) -> Value | None:
    if isinstance(site.callee, ClassValue):
        return _certain(site.callee)
    if isinstance(site.callee, FunctionValue):
        if site.callee.wraps is not None or site.callee.facts.is_generator:
            return None
        declared = project.function(site.callee).declared_return
        return None if declared is None else _certain(declared)
    func = site.node.func
    if isinstance(func, tree.Attribute) and func.attr in _MAKERS and function.value is not None:
        return _certain(evaluate(func.value, function.value.closure))
    return None


def _certain(declared: Value) -> Value | None:
    """The type, if it is a class of the project or a list of one."""
    if isinstance(declared, ClassValue):
        return declared
    if not isinstance(declared, Subscripted) or len(declared.args) != 1:
        return None
    is_list = same_type(declared.origin, External("builtins.list"))
    return _list_of(declared.args[0]) if is_list else None


def _written(declared: Value | None, frame: Frame, project: Project) -> str | None:
    if isinstance(declared, Subscripted):
        inner = _written(declared.args[0], frame, project)
        return None if inner is None else f"list[{inner}]"
    if not isinstance(declared, ClassValue) or project.schema(declared) is None:
        return None
    if any(isinstance(base, Subscripted) for base in declared.bases):
        return None  # generic: the bare name says too little
    return spelled(declared, frame)


def spelled(cls: ClassValue, frame: Frame) -> str | None:
    """How a file writes a class: ``Item``, ``schemas.Item``; None where no name leads to it."""
    name = cls.node.name
    known = frame.module().namespace
    for bound, value in sorted(known.items(), key=lambda pair: pair[0] != name):
        imported = isinstance(value, Deferred) and value.name == name
        if (value is cls or imported) and frame.lookup(bound) is cls:
            return bound
    for bound, value in known.items():
        is_home = isinstance(value, ModuleValue) and value.path == cls.path
        if is_home and frame.machine.module_attribute(cls.path, name) is cls:
            return f"{bound}.{name}"
    return None
