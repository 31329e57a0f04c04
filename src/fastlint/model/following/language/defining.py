"""Functions and classes, where they are defined: their decorators, what their bodies bind."""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following import classes
from fastlint.model.following.carried_out import KEEP_FUNCTION
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.fastapi import class_views
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import is_test
from fastlint.model.following.objects import descriptors
from fastlint.model.following.values import (
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Partial,
    Unknown,
    Value,
)

_MAKING = ("__init__", "__post_init__", "__attrs_post_init__", "model_post_init")


def follow_function(s: tree.FunctionDef, frame: Frame) -> None:
    """``def``: the name is bound to what the decorators make of the function."""
    machine = frame.machine
    facts = machine.modules.facts(frame.path).functions[s.index]
    if _is_factory(facts) and not is_test(frame.path):
        machine.builders.add(search.spelled(s.name))
    function: Value = FunctionValue(frame.path, facts, frame, signed=frame.as_now())
    for decorator in reversed(facts.decorators):
        function = _decorated(function, decorator, frame)
    before = frame.namespace.get(s.name)
    if frame.is_class and descriptors.is_property(before) and (kind := _accessor(s, facts)):
        before.attributes[kind] = function  # one property, of which this is another side
        return
    frame.bind(s.name, function)


def _is_factory(facts: tree.FunctionFacts) -> bool:
    """Whether it makes an app for its caller: who names it has to do with the app as well."""
    if facts.is_method or facts.is_generator or not search.mentions(facts, b"FastAPI"):
        return False
    return any(isinstance(n, tree.Return) and n.value for n in walk(tree.statements(facts)))


def _accessor(s: tree.FunctionDef, facts: tree.FunctionFacts) -> str:
    """``setter`` of ``@name.setter``, above a function that is called ``name`` itself."""
    match facts.decorators:
        case [tree.Attribute(value=tree.Name(id=name), attr="setter" | "deleter" as kind)]:
            return kind if name == s.name else ""
    return ""


def _decorated(function: Value, decorator: tree.Expr, frame: Frame) -> Value:
    """What the decorator makes of the function; where that is not known, the function itself."""
    by = evaluate(decorator, frame)
    if isinstance(by, FunctionValue) and frame.watch is not None:
        return function  # following it here would repeat what it registers
    result = frame.machine.call(by, [function], {}, decorator, frame)
    kept = function if isinstance(result, Unknown | Instance | Const) else result
    if isinstance(kept, FunctionValue):
        instead = _instead(result)
        if instead is not None:  # which has the function itself
            kept = replace(kept, replaced=instead)
        kept.decorators = (*kept.decorators, by)
    return kept


def _instead(result: Value) -> Instance | Partial | None:
    """An object that is called in the function's place: ``wraps(function)(partial(…))`` as well."""
    if not isinstance(result, Instance):
        return None
    if isinstance(result.cls, ClassValue):
        return result
    is_kept = result.cls.name == f"{KEEP_FUNCTION}()"
    return next((each for each in result.args if isinstance(each, Partial) and is_kept), None)


def follow_class(s: tree.ClassDef, frame: Frame) -> None:
    """``class``: its body is followed, with a frame of its own."""
    namespace = Frame(frame.machine, frame.path, frame, is_class=True)
    bases = tuple(evaluate(base, frame) for base in s.bases)
    cls = ClassValue(frame.path, s, namespace, bases)
    namespace.namespace["__qualname__"] = Const(s.qualname)
    for base in cls.mro():
        if base is not cls:
            frame.machine.derived.setdefault(id(base), []).append(cls)
    frame.machine.follow(s.body, namespace)
    for value in namespace.namespace.values():
        if isinstance(value, FunctionValue) and value.owner is None:
            value.owner = cls
            _own_what_is_wrapped(value, cls)
    if _builds(cls):
        frame.machine.builders.add(search.spelled(s.name))
    _tell_bases(cls, frame)
    frame.bind(s.name, _decorated_class(cls, s.decorators, frame))


def _tell_bases(cls: ClassValue, frame: Frame) -> None:
    """``__init_subclass__`` of a base is called with what stands beside the bases."""
    for base in cls.mro()[1:]:
        hook = (
            base.namespace.namespace.get("__init_subclass__")
            if isinstance(base, ClassValue)
            else None
        )
        if isinstance(hook, FunctionValue) and frame.watch is None:
            given = {
                each.name: evaluate(each.value, frame)
                for each in cls.node.keywords
                if each.name is not None and each.name != "metaclass"
            }
            frame.machine.call(replace(hook, bound=cls), [], given, cls.node, frame)
            return


def _own_what_is_wrapped(method: FunctionValue, cls: ClassValue) -> None:
    """A method that a decorator calls inside a function of its own is one of the class as well."""
    wrapped = method.wraps
    while wrapped is not None:
        if wrapped.owner is None and [p.name for p in wrapped.facts.params[:1]] == ["self"]:
            wrapped.owner = cls
        wrapped = wrapped.wraps


def _builds(cls: ClassValue) -> bool:
    """Whether making an object of the class makes an app or a router."""
    if classes.is_subclass(cls, "fastapi.FastAPI", "fastapi.APIRouter"):
        return True
    made_by = (cls.namespace.namespace.get(name) for name in _MAKING)
    return any(isinstance(m, FunctionValue) and classes.makes_routers(m) for m in made_by)


def _decorated_class(cls: ClassValue, decorators: list[tree.Expr], frame: Frame) -> ClassValue:
    """What the decorators make of the class; where that is not known, the class itself."""
    machine = frame.machine
    result = cls
    reworked = [(router, router.reworked) for router in machine.routers] if decorators else []
    machine.decorating.append(cls)
    try:
        for decorator in reversed(decorators):
            by = evaluate(decorator, frame)
            cls.decorators = (*cls.decorators, by)
            class_views.decorated(by, cls, machine)
            changed = machine.call(by, [result], {}, decorator, frame)
            if isinstance(changed, ClassValue):
                result = changed
    finally:
        machine.decorating.pop()
    if cls.view is not None:  # its routes are taken out of the list, and put back in again
        for router, before in reworked:
            router.reworked = before
    return result
