"""The statements of Python, over values. Branches that may not run are followed, and marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastlint.facts import tree
from fastlint.model.following import (
    bounds,
    class_views,
    classes,
    generators,
    mappings,
    operators,
    routelists,
    switches,
    types,
)
from fastlint.model.following.expressions import decide, evaluate
from fastlint.model.following.frames import Frame, Iterated, Returned, join
from fastlint.model.following.functions import is_test
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    Coroutine,
    Deferred,
    DependsMarker,
    FunctionValue,
    IncludeEntry,
    Instance,
    Items,
    Mapping,
    Member,
    ModuleValue,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_MOST_ITERATIONS = 300
_FASTAPI = (
    "APIRouter", "BackgroundTasks", "Body", "Cookie", "Depends", "FastAPI", "File", "Form",
    "HTTPException", "Header", "Path", "Query", "Request", "Response", "Security", "UploadFile",
    "WebSocket", "WebSocketDisconnect", "WebSocketException", "status",
)  # fmt: skip
"""What ``from fastapi import *`` binds (fastapi/__init__.py)."""
_SECURITY = (
    "APIKeyCookie", "APIKeyHeader", "APIKeyQuery", "HTTPAuthorizationCredentials", "HTTPBasic",
    "HTTPBasicCredentials", "HTTPBearer", "HTTPDigest", "OAuth2", "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer", "OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect", "SecurityScopes",
)  # fmt: skip
_STARS = {"fastapi": _FASTAPI, "fastapi.security": _SECURITY}
_OPTIONS = frozenset({"prefix", "tags", "route_class"})
"""What a router reads when a route is added to it, and may be set after it was made."""


_MAKING = ("__init__", "__post_init__", "__attrs_post_init__", "model_post_init")


def run(body: list[tree.Stmt], frame: Frame) -> bool:
    """Follow the statements in order; True when the block certainly does not reach its end."""
    for statement in body:
        if not frame.machine.tick():
            return True
        try:
            if _DISPATCH[type(statement)](statement, frame):
                return True
        except RecursionError:
            continue  # what this statement does stays unknown; the next one has its own chance
    return False


def branch(body: list[tree.Stmt], frame: Frame) -> bool:
    """Follow a block that may not run."""
    frame.conditional += 1
    frame.machine.doubts += 1
    try:
        return run(body, frame)
    finally:
        frame.conditional -= 1
        frame.machine.doubts -= 1


def _if(s: tree.If, frame: Frame) -> bool:
    if _is_type_checking(s.test):
        frame.machine.typing += 1
        try:
            ends = run(s.body, frame)
        finally:
            frame.machine.typing -= 1
        return run(s.orelse, frame) if s.orelse else ends  # what runs has the last word
    if (
        isinstance(s.test, tree.UnaryOp)
        and s.test.op == "not"
        and _is_type_checking(s.test.operand)
    ):
        return run(s.body, frame)
    if _is_main(s.test) and frame.watch is None:
        frame.machine.scripts.append((s.body, frame))
        return run(s.orelse, frame)
    answer = decide(s.test, frame)
    if answer is None:
        ends = branch(s.body, frame)
        return branch(s.orelse, frame) and ends and bool(s.orelse)
    if not answer.settable:
        return run(s.body if answer.holds else s.orelse, frame)
    if answer.holds:
        returns = _default_branch(s.body, frame)
        _other_branch(s.orelse, frame)
    else:
        _other_branch(s.body, frame)
        returns = _default_branch(s.orelse, frame)
    if returns and not frame.over:
        frame.over = True
        frame.conditional += 1
        frame.machine.doubts += 1  # until the call ends
    return False


def _default_branch(body: list[tree.Stmt], frame: Frame) -> bool:
    """What runs as the settings are by default; True when it returns from the function."""
    before = len(frame.returns)
    frame.chosen += 1
    frame.machine.doubts += 1
    run(body, frame)
    frame.chosen -= 1
    frame.machine.doubts -= 1
    return len(frame.returns) > before


def _other_branch(body: list[tree.Stmt], frame: Frame) -> None:
    """What another setting would run: its registrations are possible, its names do not count."""
    before, returned = dict(frame.namespace), len(frame.returns)
    frame.machine.unlikely += 1
    try:
        branch(body, frame)
    finally:
        frame.machine.unlikely -= 1
    for name, value in before.items():
        if frame.namespace.get(name) is not value and value != NONE:
            frame.namespace[name] = (
                Const(value.value, settable=True) if isinstance(value, Const) else value
            )
    possible = frame.returns[returned:]
    frame.returns[returned:] = [value for value in possible if _is_telling(value)]
    frame.swayed = frame.swayed or len(frame.returns) < returned + len(possible)


def _is_telling(value: Value) -> bool:
    return not isinstance(value, Const | Unknown)


def _is_main(test: tree.Expr) -> bool:
    match test:
        case tree.Compare(left=tree.Name(id="__name__"), ops=["=="], comparators=[constant]):
            return isinstance(constant, tree.Constant) and constant.value == "__main__"
    return False


def _is_type_checking(test: tree.Expr) -> bool:
    match test:
        case tree.Name(id="TYPE_CHECKING") | tree.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def _for(s: tree.For, frame: Frame) -> bool:
    iterable = evaluate(s.iterable, frame)
    if frame.watch is not None:
        looped = frame.watch.streams if s.is_async else frame.watch.iterations
        looped.append(Iterated(s.iterable, iterable))
    if frame.watch is None and generators.is_waiting(iterable) and _generated(s, iterable, frame):
        branch(s.orelse, frame)
        return False
    items = types.iterate(iterable)
    some = isinstance(iterable, Items) and iterable.open and frame.watch is None
    if isinstance(iterable, Items) and some:
        items = iterable.items
    if items is None or frame.watch is not None or len(items) > _MOST_ITERATIONS:
        assign(s.target, types.element_of(iterable, frame.machine), frame)
        branch(s.body, frame)
    else:
        for item in items:
            assign(s.target, item, frame)
            _perhaps(s.body, frame, sure=not some and id(item) not in frame.machine.possible)
        if some:  # and others, of which nothing is known
            assign(s.target, UNKNOWN, frame)
            branch(s.body, frame)
    branch(s.orelse, frame)
    return False


def _generated(s: tree.For, iterable: Value, frame: Frame) -> bool:
    """A loop over what a generator yields; False where nobody could go through it."""
    turns = 0

    def turn(item: Value, is_sure: bool) -> None:  # noqa: FBT001 - as a Turn is called
        nonlocal turns
        turns += 1
        assign(s.target, item, frame)
        _perhaps(s.body, frame, sure=is_sure and id(item) not in frame.machine.possible)

    if generators.play(iterable, turn, frame.machine):
        return True
    if turns:  # and others, of which nothing is known
        assign(s.target, UNKNOWN, frame)
        branch(s.body, frame)
    return turns > 0


def _perhaps(body: list[tree.Stmt], frame: Frame, *, sure: bool) -> None:
    """One turn of a loop over a list in which the item may not be; what it binds it binds."""
    frame.machine.doubts += not sure
    run(body, frame)
    frame.machine.doubts -= not sure


def _while(s: tree.While, frame: Frame) -> bool:
    answer = decide(s.test, frame)
    if frame.watch is None or answer is None or answer.holds:
        branch(s.body, frame)
    branch(s.orelse, frame)
    return False


def _with(s: tree.With, frame: Frame) -> bool:
    return _entered(s, 0, frame)


def _entered(s: tree.With, at: int, frame: Frame) -> bool:
    """What stands inside of the manager at this place; the others come first."""
    if at == len(s.items):
        return run(s.body, frame)
    item = s.items[at]
    value = evaluate(item.context, frame)
    if frame.watch is not None:
        frame.watch.entered.append(Iterated(item.context, value))
    elif generators.is_waiting(value):
        return _managed(s, at, value, frame)
    elif isinstance(value, Instance | RouterValue):
        return _own_manager(s, at, value, frame)
    if item.target is not None:
        assign(item.target, types.entered(value, frame.machine), frame)
    return _entered(s, at + 1, frame)


def _managed(s: tree.With, at: int, value: Value, frame: Frame) -> bool:
    """The body stands where the function under ``@contextmanager`` yields."""
    target = s.items[at].target
    answers: list[bool] = []

    def turn(item: Value, _: bool) -> None:  # noqa: FBT001 - as a Turn is called
        if target is not None:
            assign(target, item, frame)
        answers.append(_entered(s, at + 1, frame))

    entered = types.entered(value, frame.machine)
    generators.play(value, turn, frame.machine)
    if not answers:
        turn(entered, True)
    return all(answers)


def _own_manager(s: tree.With, at: int, value: Instance | RouterValue, frame: Frame) -> bool:
    """An object whose class in the project says what is done at both ends."""
    machine = frame.machine
    target = s.items[at].target
    before = types.entered(value, machine)
    found = _run_method(value, ("__enter__", "__aenter__"), [], s, frame)
    if target is not None:
        assign(target, before if found is None or isinstance(found, Unknown) else found, frame)
    answer = _entered(s, at + 1, frame)
    _run_method(value, ("__exit__", "__aexit__"), [NONE, NONE, NONE], s, frame)
    return answer


def _run_method(
    owner: Instance | RouterValue,
    names: tuple[str, str],
    args: list[Value],
    s: tree.With,
    frame: Frame,
) -> Value | None:
    """Call the one of the methods that the project defines."""
    if not isinstance(owner.cls, ClassValue):
        return None
    for name in names:
        if classes.method(owner.cls, name) is not None:
            method = frame.machine.attribute(owner, name)
            result = frame.machine.call(method, args, {}, s, frame)
            return result.result if isinstance(result, Coroutine) else result
    return None


def _try(s: tree.Try, frame: Frame) -> bool:
    ends = run(s.body, frame)
    for handler in s.handlers:
        if handler.caught is not None:
            caught = evaluate(handler.caught, frame)
            if handler.name:
                frame.bind(handler.name, types.instance_of(caught, frame.machine))
        handler_ends = branch(handler.body, frame)
        ends = ends and handler_ends
    if not ends:
        ends = run(s.orelse, frame)
    return run(s.final, frame) or ends


def _match(s: tree.Match, frame: Frame) -> bool:
    evaluate(s.subject, frame)
    for case in s.cases:
        comes_to_it = switches.matching(case, s.subject, frame)
        if comes_to_it:
            return run(case.body, frame)
        if comes_to_it is False:
            continue
        for name in case.bound:
            frame.bind(name, UNKNOWN)
        if case.guard is not None:
            evaluate(case.guard, frame)
        branch(case.body, frame)
    return False


def _return(s: tree.Return, frame: Frame) -> bool:
    value = NONE if s.value is None else evaluate(s.value, frame)
    if frame.chosen and isinstance(value, Const):
        value = Const(value.value, settable=True)
    if not frame.over or _is_telling(value):
        frame.returns.append(value)
    else:
        frame.swayed = True
    if frame.watch is not None:
        frame.watch.returns.append(Returned(s, value))
    return True


def _raise(s: tree.Raise, frame: Frame) -> bool:
    value = UNKNOWN if s.exc is None else evaluate(s.exc, frame)
    if s.cause is not None:
        evaluate(s.cause, frame)
    if frame.watch is not None:
        frame.watch.raises.append((s, value))
    return True


def _assign(s: tree.Assign, frame: Frame) -> None:
    value = evaluate(s.value, frame)
    for target in s.targets:
        assign(target, value, frame)


def _annassign(s: tree.AnnAssign, frame: Frame) -> None:
    if frame.is_class and isinstance(s.target, tree.Name) and s.value is None:
        return  # a declared field: read from the class statement when it is asked for
    if s.value is not None:
        value = evaluate(s.value, frame)
        if isinstance(value, Unknown):
            value = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        if _is_type_alias(s.annotation):
            value = evaluate(s.value, frame)
        assign(s.target, value, frame)
    elif isinstance(s.target, tree.Name):
        declared = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        frame.bind(s.target.id, declared)
    elif isinstance(s.target, tree.Attribute):
        declared = types.instance_of(evaluate(s.annotation, frame), frame.machine)
        assign(s.target, declared, frame)


def _is_type_alias(annotation: tree.Expr) -> bool:
    match annotation:
        case tree.Name(id="TypeAlias") | tree.Attribute(attr="TypeAlias"):
            return True
    return False


def _augassign(s: tree.AugAssign, frame: Frame) -> None:
    before = evaluate(s.target, frame)
    after = evaluate(s.value, frame)
    if isinstance(before, Items) and s.op == "+":
        if frame.machine.doubts and _asks(after):
            before.open = True
        else:
            extend(before, after)
    elif isinstance(before, Const) and isinstance(after, Const) and s.op == "+":
        first, second = before.value, after.value
        known = isinstance(first, str) and isinstance(second, str)
        assign(s.target, bounds.text(f"{first!s}{second!s}") if known else UNKNOWN, frame)
    else:
        assign(s.target, operators.changed(s.target, s.op, before, after, frame), frame)


def _asks(value: Value) -> bool:
    """Whether it is a list with a ``Depends(…)`` in it."""
    found = value.items if isinstance(value, Items) else ()
    return any(isinstance(item, DependsMarker) for item in found)


def extend(items: Items, more: Value) -> None:
    """``items += more``"""
    found = types.iterate(more)
    if found is None:
        items.open = True
    else:
        bounds.grow(items, found)


def _expr(s: tree.ExprStmt, frame: Frame) -> None:
    evaluate(s.value, frame)


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
        else:
            _assign_attribute(owner, target.attr, value, frame)
    elif isinstance(target, tree.Sequence):
        _unpack(target.items, value, frame)
    elif isinstance(target, tree.Subscript):
        owner, key = evaluate(target.value, frame), evaluate(target.index, frame)
        if isinstance(owner, Mapping) and frame.watch is None:
            mappings.put(owner, key, value)
        elif (router := routelists.owner(owner)) is not None and frame.watch is None:
            routelists.replace(router, value)
        else:
            operators.item(target, owner, "__setitem__", frame, key, value)
    elif isinstance(target, tree.Starred):
        assign(target.value, UNKNOWN, frame)


def _assign_attribute(owner: Value, name: str, value: Value, frame: Frame) -> None:
    if isinstance(value, RouterValue) and not value.name:
        value.name = name
    if isinstance(owner, RouterValue) and frame.watch is None:
        if name == "routes":
            routelists.replace(owner, value)
            return
        if name == "router" and owner.is_app and value is not owner:
            _lose_router(owner)
        value = _set_option(owner, name, value, frame)
    if frame.conditional and isinstance(owner, Instance) and frame.watch is None:
        value = join(frame.machine.attribute(owner, name), value)
    if isinstance(owner, Instance | RouterValue):
        if frame.watch is None or name not in owner.attributes:
            owner.attributes[name] = value
    elif frame.watch is not None:
        return  # a request's doing: it is not how the module was left
    elif isinstance(owner, ClassValue):
        owner.namespace.namespace[name] = value
    elif isinstance(owner, FunctionValue):
        owner.attributes[name] = value
        if name == "__wrapped__" and isinstance(value, FunctionValue):
            owner.wraps = value


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
        value = _either(frame.machine.attribute(router, name), value)
    if name in _OPTIONS:
        router.options[name] = value
    return value


def _either(before: Value, after: Value) -> Value:
    """What both lists have; of what only one has, it is not known whether it is there."""
    if not isinstance(before, Items) or not isinstance(after, Items):
        return UNKNOWN
    both = [item for item in after.items if item in before.items]
    is_open = before.open or after.open or len(both) < max(len(before.items), len(after.items))
    return Items("list", both, is_open)


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
        before = machine.force(before)
        for other in machine.frames.values():
            for bound, each in other.namespace.items():
                if isinstance(each, Deferred) and each == Deferred(path, name):
                    other.namespace[bound] = before
    certain = frame.path in machine.eager and not (frame.conditional or machine.doubts)
    target.namespace[name] = value if certain else join(before, value)


def _unpack(targets: list[tree.Expr], value: Value, frame: Frame) -> None:
    items = types.iterate(value)
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


def _function(s: tree.FunctionDef, frame: Frame) -> None:
    machine = frame.machine
    facts = machine.modules.facts(frame.path).functions[s.index]
    function: Value = FunctionValue(frame.path, facts, frame)
    for decorator in reversed(facts.decorators):
        function = _decorated(function, decorator, frame)
    frame.bind(s.name, function)


def _decorated(function: Value, decorator: tree.Expr, frame: Frame) -> Value:
    """What the decorator makes of the function; where that is not known, the function itself."""
    by = evaluate(decorator, frame)
    if isinstance(by, FunctionValue) and frame.watch is not None:
        return function  # following it here would repeat what it registers
    result = frame.machine.call(by, [function], {}, decorator, frame)
    kept = function if isinstance(result, Unknown | Instance | Const) else result
    if isinstance(kept, FunctionValue):
        kept.decorators = (*kept.decorators, by)
    return kept


def _class(s: tree.ClassDef, frame: Frame) -> None:
    namespace = Frame(frame.machine, frame.path, frame, is_class=True)
    bases = tuple(evaluate(base, frame) for base in s.bases)
    cls = ClassValue(frame.path, s, namespace, bases)
    namespace.namespace["__qualname__"] = Const(s.qualname)
    for base in cls.mro():
        if base is not cls:
            frame.machine.derived.setdefault(id(base), []).append(cls)
    run(s.body, namespace)
    for value in namespace.namespace.values():
        if isinstance(value, FunctionValue) and value.owner is None:
            value.owner = cls
            _own_what_is_wrapped(value, cls)
    if _builds(cls):
        frame.machine.builders.add(tree.spelled(s.name))
    frame.bind(s.name, _decorated_class(cls, s.decorators, frame))


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


def _import(s: tree.Import, frame: Frame) -> None:
    for alias in s.names:
        value = frame.machine.import_module(frame.path, alias.name)
        first = alias.name.split(".", 1)[0]
        if alias.bound == first and "." in alias.name:
            value = frame.machine.import_module(frame.path, first)
        frame.bind(alias.bound, value)


def _import_from(s: tree.ImportFrom, frame: Frame) -> None:
    machine = frame.machine
    module = machine.modules.absolute(frame.path, s.module, s.level)
    if not module:
        return
    for alias in s.names:
        if alias.name == "*":
            _import_star(module, frame, machine)
        else:
            frame.bind(alias.bound, machine.import_name(frame.path, module, alias.name))


def _import_star(module: str, frame: Frame, machine: Machine) -> None:
    target = machine.import_module(frame.path, module)
    if not isinstance(target, ModuleValue):
        frame.open = True
        for name in _STARS.get(module, ()):
            frame.bind(name, machine.import_name(frame.path, module, name))
        return
    source = machine.run_module(target.path)
    frame.open = frame.open or source.open or target.path in machine.running
    listed = source.namespace.get("__all__")
    if isinstance(listed, Items) and not listed.open:
        names = [i.value for i in listed.items if isinstance(i, Const) and isinstance(i.value, str)]
    else:
        names = [name for name in source.namespace if not name.startswith("_")]
    for name in names:
        frame.bind(name, machine.module_attribute(target.path, name))


def _delete(s: tree.Delete, frame: Frame) -> None:
    for target in s.targets:
        if isinstance(target, tree.Name) and not frame.conditional:
            frame.namespace.pop(target.id, None)
        elif isinstance(target, tree.Subscript | tree.Attribute) and not frame.conditional:
            value = evaluate(target if isinstance(target, tree.Attribute) else target.value, frame)
            router = routelists.owner(value)
            if router is not None and frame.watch is None:
                router.reworked = router.reworked or "`del`"
            if isinstance(target, tree.Subscript):
                key = evaluate(target.index, frame)
                operators.item(target, value, "__delitem__", frame, key)


def _scope(s: tree.Scope, frame: Frame) -> None:
    for name in s.names:
        if s.kind == "global":
            module = frame.module()
            # What is looked at may fill a place that the module left empty, and change nothing.
            if frame.watch is None or module.namespace.get(name, NONE) == NONE:
                frame.redirected[name] = module
        elif frame.watch is not None:
            continue
        else:
            outer = frame.parent
            while outer is not None and name not in outer.namespace:
                outer = outer.parent
            if outer is not None:
                frame.redirected[name] = outer


def _jump(s: tree.Jump, frame: Frame) -> bool:  # noqa: ARG001 - one shape for all statements
    return s.kind != "pass"


def _assert(s: tree.Assert, frame: Frame) -> None:
    evaluate(s.test, frame)


def _type_alias(s: tree.TypeAlias, frame: Frame) -> None:
    frame.bind(s.name, evaluate(s.value, frame))


_DISPATCH: dict[type[tree.Stmt], Callable[[Any, Frame], bool | None]] = {
    tree.Assign: _assign,
    tree.AnnAssign: _annassign,
    tree.AugAssign: _augassign,
    tree.ExprStmt: _expr,
    tree.Return: _return,
    tree.Raise: _raise,
    tree.If: _if,
    tree.For: _for,
    tree.While: _while,
    tree.With: _with,
    tree.Try: _try,
    tree.FunctionDef: _function,
    tree.ClassDef: _class,
    tree.Import: _import,
    tree.ImportFrom: _import_from,
    tree.Delete: _delete,
    tree.Scope: _scope,
    tree.Match: _match,
    tree.Jump: _jump,
    tree.Assert: _assert,
    tree.TypeAlias: _type_alias,
}
