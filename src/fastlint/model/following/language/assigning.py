"""Assignments: to names, attributes, items and what is unpacked, in all their forms."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name
from fastlint.model.following import choices, held, types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.fastapi import routelists, routeobjects
from fastlint.model.following.frames import Deposit, Frame, join
from fastlint.model.following.functions import is_test
from fastlint.model.following.language import bounds, lazily
from fastlint.model.following.language.arithmetic import arithmetic
from fastlint.model.following.objects import mappings, operators, protocols
from fastlint.model.following.shared import asks, in_both, perhaps
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    BoundBuiltin,
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    IncludeEntry,
    Instance,
    Items,
    Mapping,
    Member,
    ModuleValue,
    RouteEntry,
    RouterValue,
    Subscripted,
    Unknown,
    Value,
)

_OPTIONS = frozenset({"prefix", "tags", "route_class"})
"""What a router reads when a route is added to it, and may be set after it was made."""
_LEFT_IN = (ClassValue, FunctionValue, ModuleValue)
"""What is shared by all that name it."""


def follow_assign(s: tree.Assign, frame: Frame) -> None:
    """``targets = value``"""
    if frame.watch is None and lazily.is_lazy(s.value, frame):
        value = lazily.bound(s.value, s.targets, frame)
    else:
        value = evaluate(s.value, frame)
    for target in s.targets:
        if isinstance(target, tree.Name) and _is_none(s.value):
            frame.empty(target.id)
            continue
        is_app = _is_handed_back(value, s.value, target, frame)
        assign(target, evaluate(target, frame) if is_app else value, frame)


def _is_none(node: tree.Expr) -> bool:
    return isinstance(node, tree.Constant) and node.value is None


def _is_handed_back(value: Value, given: tree.Expr, target: tree.Expr, frame: Frame) -> bool:
    """``app = extend(app)`` by code that is not in the project: it is the app that comes back.

    A class that is called makes another thing of it.
    """
    call = given.value if isinstance(given, tree.Await) else given
    if not isinstance(call, tree.Call) or not isinstance(target, tree.Name):
        return False
    is_object = isinstance(value, Instance) and isinstance(value.cls, External)
    if not is_object and not isinstance(value, Unknown):
        return False
    app = frame.namespace.get(target.id)
    if not isinstance(app, RouterValue) or not app.is_app or frame.watch is not None:
        return False
    is_handed = any(isinstance(each, tree.Name) and each.id == target.id for each in handed(call))
    return is_handed and not last_name(call.func)[:1].isupper()


def follow_annotated(s: tree.AnnAssign, frame: Frame) -> None:
    """``target: annotation = value``; what is only declared is some object of that type."""
    if frame.is_class and isinstance(s.target, tree.Name) and s.value is None:
        return  # a declared field: read from the class statement when it is asked for
    if s.value is not None:
        value = evaluate(s.value, frame)
        if last_name(s.annotation) == "TypeAlias":
            pass  # it declares nothing of the value
        elif isinstance(value, Unknown):
            value = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        elif _is_nameless(value):
            declared = types.instance_of(evaluate(s.annotation, frame), frame.machine)
            is_own = isinstance(declared, Instance) and isinstance(declared.cls, ClassValue)
            value = declared if is_own else value
        elif isinstance(value, Items | Mapping) and _is_empty(value):
            value.holds = _held(evaluate(s.annotation, frame), frame)
        elif isinstance(value, Instance) and not value.types:
            value.types = types.arguments(evaluate(s.annotation, frame), value.cls)
        assign(s.target, value, frame)
    elif isinstance(s.target, tree.Name):
        declared = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        frame.bind(s.target.id, declared)
    elif isinstance(s.target, tree.Attribute):
        declared = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        assign(s.target, declared, frame)


def _is_empty(value: Items | Mapping) -> bool:
    return not (value.pairs if isinstance(value, Mapping) else value.items)


def _held(declared: Value, frame: Frame) -> Value | None:
    """What each value is in ``clients: dict[str, Client] = {}``, where that says something."""
    if isinstance(declared, Subscripted) and declared.args:
        held = types.instance_of(declared.args[-1], frame.machine)
        is_web = (
            isinstance(held, Instance)
            and isinstance(held.cls, External)
            and (held.cls.name.partition(".")[0] in frame.machine.knowledge.web)
        )
        return held if choices.is_callable(held) and not is_web else None
    return None


def _is_nameless(value: Value) -> bool:
    """Whether no more is known of an object than where a library has it from."""
    if isinstance(value, Instance):
        return isinstance(value.cls, External) and value.cls.name.endswith("()")
    return isinstance(value, Member)


def follow_augmented(s: tree.AugAssign, frame: Frame) -> None:
    """``target += value`` and its like."""
    before = evaluate(s.target, frame)
    after = evaluate(s.value, frame)
    router = routeobjects.owner(before)
    if router is not None and s.op == "+" and frame.watch is None:
        routelists.extend(router, after, doubtful=bool(frame.machine.doubts))
    elif isinstance(before, Mapping) and s.op == "|":
        frame.machine.call(BoundBuiltin(before, "update"), [after], {}, s, frame)
    elif isinstance(before, Items) and s.op == "+":
        if frame.machine.doubts and asks(after):
            before.open = True
        else:
            extend(before, after)
    elif isinstance(before, Const) and isinstance(after, Const) and s.op == "+":
        first, second = before.value, after.value
        known = isinstance(first, str) and isinstance(second, str)
        text = bounds.text(f"{first!s}{second!s}") if known else UNKNOWN
        assign(s.target, text if known else arithmetic("+", before, after), frame)
    elif isinstance(before, Const) and isinstance(after, Const):
        assign(s.target, arithmetic(s.op, before, after), frame)
    else:
        assign(s.target, operators.changed(s.target, s.op, before, after, frame), frame)


def extend(items: Items, more: Value) -> None:
    """``items += more``"""
    found = types.iterate(more)
    if found is None:
        items.open = True
    else:
        bounds.grow(items, found)


def assign(target: tree.Expr, value: Value, frame: Frame) -> None:
    """Bind what stands on the left of an assignment."""
    if isinstance(target, tree.Name):
        if isinstance(value, RouterValue) and not value.name:
            value.name = target.id
        frame.bind(target.id, value)
    elif isinstance(target, tree.Attribute):
        owner = evaluate(target.value, frame)
        if isinstance(owner, Member):
            frame.machine.state.note(owner, target.attr, value, frame)
        elif isinstance(owner, ModuleValue) and frame.watch is None:
            _assign_in_module(owner.path, target.attr, value, frame)
        elif not operators.set_by_hook(target, owner, frame, value):
            if frame.watch is not None and isinstance(owner, _LEFT_IN):
                frame.watch.deposits.append(Deposit(target, owner, value))
            _assign_attribute(owner, target.attr, value, frame)
    elif isinstance(target, tree.Sequence):
        _unpack(target.items, value, frame)
    elif isinstance(target, tree.Subscript):
        _assign_item(target, value, frame)
    elif isinstance(target, tree.Starred):
        assign(target.value, UNKNOWN, frame)


def _assign_item(target: tree.Subscript, value: Value, frame: Frame) -> None:
    """``owner[key] = value``"""
    owner, key = evaluate(target.value, frame), evaluate(target.index, frame)
    if frame.watch is not None:
        operators.item(target, owner, "__setitem__", frame, key, value)
        if isinstance(target.value, tree.Attribute | tree.Name):
            frame.watch.deposits.append(Deposit(target.value, owner, value, key))
        held.put_under(owner, key, value, frame)
        return
    if isinstance(owner, Instance):
        if protocols.run(owner, "__setitem__", (key, value), frame.machine) is not None:
            return
        owner = protocols.inside(owner) or owner
    if isinstance(owner, Mapping):
        _put(owner, key, value, frame)
    elif isinstance(owner, Items):
        _replace_item(owner, key, value, frame)
    elif (router := routeobjects.owner(owner)) is not None:
        routelists.replace(router, value, doubtful=bool(frame.machine.doubts))


def _put(owner: Mapping, key: Value, value: Value, frame: Frame) -> None:
    """``mapping[key] = value``; what may not be done leaves what was there possible."""
    machine = frame.machine
    if machine.doubts > owner.made:
        before = mappings.looked_up(owner, key)
        guards = perhaps(before, value)
        if guards is not None:
            value = guards
        elif before is not None:
            value = before if machine.unlikely else frame.either((before, value)) or value
        else:
            machine.possible[id(value)] = value
    mappings.put(owner, key, value)


def _replace_item(owner: Items, key: Value, value: Value, frame: Frame) -> None:
    """``items[index] = value``"""
    at = key.value if isinstance(key, Const) else None
    if frame.is_certain and not owner.open and isinstance(at, int) and abs(at) < len(owner.items):
        owner.items[at] = value
    else:
        owner.open = True


def _assign_attribute(owner: Value, name: str, value: Value, frame: Frame) -> None:
    if isinstance(value, RouterValue) and not value.name:
        value.name = name
    if isinstance(owner, RouterValue) and frame.watch is None:
        if name == "routes":
            routelists.replace(owner, value, doubtful=bool(frame.machine.doubts))
            return
        if name == "router" and owner.is_app and value is not owner:
            _lose_router(owner)
        value = _set_option(owner, name, value, frame)
    if frame.watch is None and frame.machine.doubts:
        value = _perhaps_held(owner, name, value, frame)
    if isinstance(owner, Instance | RouterValue):
        known = owner.attributes.get(name, UNKNOWN)
        is_empty = known == NONE and isinstance(value, Instance)
        if frame.watch is None or is_empty or isinstance(known, Unknown):
            owner.attributes[name] = value
    elif frame.watch is not None:
        return  # a request's doing: it is not how the module was left
    elif isinstance(owner, ClassValue):
        owner.namespace.namespace[name] = value
    elif isinstance(owner, FunctionValue):
        owner.attributes[name] = value
        if name == "__wrapped__" and isinstance(value, FunctionValue):
            owner.wraps = value


def _perhaps_held(owner: Value, name: str, value: Value, frame: Frame) -> Value:
    """What an object or class has where it may have been given ``value``."""
    machine = frame.machine
    if not isinstance(owner, Instance | ClassValue | FunctionValue):
        return value
    before = machine.attribute(owner, name)
    if isinstance(owner, Instance) and not frame.is_certain:
        return join(before, value)
    if isinstance(before, Unknown):
        return value
    guards = perhaps(before, value)
    if guards is not None or isinstance(owner, Instance):
        return value if guards is None else guards
    return before if machine.unlikely else frame.either((before, value)) or value


def _lose_router(app: RouterValue) -> None:
    """``app.router = other``: what was registered is gone, and what comes next goes elsewhere."""
    app.phantom = True
    app.options["dependencies"] = UNKNOWN
    for entry in app.entries:
        if isinstance(entry, RouteEntry | IncludeEntry):
            entry.inherited["dependencies"] = entry.options["dependencies"] = UNKNOWN


def _set_option(router: RouterValue, name: str, value: Value, frame: Frame) -> Value:
    """``router.name = value``"""
    if frame.machine.doubts and name in ("dependencies", "tags"):
        before = frame.machine.attribute(router, name)
        both = isinstance(before, Items) and isinstance(value, Items)
        value = in_both(before, value) if both else UNKNOWN
    if name in _OPTIONS:
        router.options[name] = value
    return value


def _assign_in_module(path: str, name: str, value: Value, frame: Frame) -> None:
    """``module.name = value``; what was imported from there before keeps what it has.

    What tests put in its place is not what is served. Of a file that nobody is known to run
    before the others it is not known either who sees it.
    """
    machine = frame.machine
    if is_test(frame.path):
        return
    target = machine.run_module(path)
    before = target.namespace.get(name)
    if before is not None:
        before, imported = machine.force(before), Deferred(path, name)
        for other in machine.frames.values():
            for bound, each in other.namespace.items():
                if type(each) is Deferred and each == imported:
                    other.namespace[bound] = before
    is_run = frame.path in machine.eager or machine.origin in machine.eager
    certain = is_run and not machine.doubts
    target.namespace[name] = value if certain else join(before, value)


def _unpack(targets: list[tree.Expr], value: Value, frame: Frame) -> None:
    items = types.iterate(value)
    if items is None:
        items = types.declared_items(value, frame.machine)
    starred = [at for at, target in enumerate(targets) if isinstance(target, tree.Starred)]
    if items is not None and len(starred) == 1 and len(items) >= len(targets) - 1:
        at, after = starred[0], len(targets) - starred[0] - 1
        end = len(items) - after
        items = [*items[:at], Items("list", items[at:end]), *items[end:]]
        targets = [t.value if isinstance(t, tree.Starred) else t for t in targets]
    if items is not None and len(items) == len(targets):
        for target, item in zip(targets, items, strict=True):
            assign(target, item, frame)
        return
    for target in targets:
        assign(target, types.element_of(value, frame.machine), frame)
