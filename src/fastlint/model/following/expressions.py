"""The expressions of Python, over values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import (
    bounds,
    choices,
    classes,
    generators,
    mappings,
    operators,
    protocols,
    shared,
    switches,
    types,
)
from fastlint.model.following.enums import is_enum
from fastlint.model.following.frames import CallSite, Frame, Iterated, Returned, join
from fastlint.model.following.values import (
    UNKNOWN,
    AnnotatedType,
    BoundBuiltin,
    ClassValue,
    Const,
    Dots,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    LiteralType,
    Mapping,
    Member,
    ModuleValue,
    Package,
    RouterValue,
    Subscripted,
    SuperValue,
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def evaluate(node: tree.Expr, frame: Frame) -> Value:
    """What the expression stands for in ``frame``."""
    return _DISPATCH[type(node)](node, frame)


def truth(value: Value) -> bool | None:
    """Whether the value is true; None where that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, FunctionValue | ClassValue | RouterValue | ModuleValue):
        return True
    if isinstance(value, Items) and not value.open:
        return bool(value.items)
    return None


def condition(node: tree.Expr, frame: Frame) -> bool | None:
    """Whether the test of a branch holds; None where that is not known.

    While a function is only watched, nothing is known: a setting's default says how the app is
    built, not what a request meets.
    """
    answer = decide(node, frame)
    return None if answer is None else answer.holds


class Answer(msgspec.Struct, frozen=True):
    """Whether a condition holds, and whether that is for the one who starts the program to say."""

    holds: bool
    settable: bool = False


def decide(node: tree.Expr, frame: Frame) -> Answer | None:
    """As `condition`, with the freedom that a setting leaves."""
    answer = _decided(node, frame)
    if frame.watch is None:
        return answer
    said = switches.answer(node, frame)
    return None if said is None else Answer(said, False)


def _decided(node: tree.Expr, frame: Frame) -> Answer | None:
    if isinstance(node, tree.BoolOp):
        answers = [_decided(value, frame) for value in node.values]
        decisive = node.op == "or"
        found = [each for each in answers if each is not None and each.holds is decisive]
        if found:
            return Answer(decisive, all(each.settable for each in found))
        known = [each for each in answers if each is not None]
        if len(known) < len(answers):
            return None
        return Answer(not decisive, any(each.settable for each in known))
    if isinstance(node, tree.UnaryOp) and node.op == "not":
        answer = _decided(node.operand, frame)
        return None if answer is None else Answer(not answer.holds, answer.settable)
    value = evaluate(node, frame)
    holds = truth(value)
    if holds is None and isinstance(value, Instance):
        operators.used(node, value, operators.TRUTH, frame)
        holds = protocols.truth(value, frame.machine)
    if holds is None:
        return None
    return Answer(holds, is_settable(value))


def is_settable(*values: Value) -> bool:
    """Whether one of the values is a default that may be set otherwise."""
    given = (v.attributes.get("value") if isinstance(v, Instance) else v for v in values)
    return any(isinstance(value, Const) and value.settable for value in given)


def attribute(owner: Value, name: str, machine: Machine) -> Value:  # noqa: C901 - as `call`
    """``owner.name``"""
    match owner:
        case ModuleValue(path=path):
            return machine.module_attribute(path, name)
        case External(name=dotted):
            return machine.knowledge.constant(f"{dotted}.{name}") or External(
                machine.knowledge.canonical(f"{dotted}.{name}")
            )
        case Package(name=package, importer=importer):
            return machine.import_module(importer, f"{package}.{name}")
        case Instance() | ClassValue() | SuperValue():
            return classes.attribute(owner, name, machine)
        case RouterValue():
            return classes.router_attribute(owner, name, machine)
        case Member(owner=instance, dotted=dotted):
            return machine.state.get(owner, name) or Member(instance, name, f"{dotted}.{name}")
        case Items() | Mapping():
            return BoundBuiltin(owner, name)
        case Const(value=str()):
            return BoundBuiltin(owner, name)
        case Const(value=int()) if name == "value":
            return owner  # a member of http.HTTPStatus
        case FunctionValue():
            if name in ("__name__", "__qualname__"):
                return Const(owner.facts.name)
            if name == "__annotations__":  # what code puts there counts for the signature
                owner.attributes.setdefault(name, Mapping({}, open=True))
            return owner.attributes.get(name, UNKNOWN)
        case Unknown():
            return choices.each_of(owner, lambda each: attribute(each, name, machine))
    return UNKNOWN


_STOPPING = frozenset({"builtins.next", "builtins.any", "builtins.all"})
"""Functions that may not go through all that they are given."""


def call_node(node: tree.Call, frame: Frame, *, awaited: bool = False) -> Value:
    """A call expression: its parts are evaluated, the call is followed, and noted if watched."""
    machine = frame.machine
    callee = evaluate(node.func, frame)
    args: list[Value] = []
    for arg in node.args:
        if isinstance(arg, tree.Starred):
            spread = types.iterate(evaluate(arg.value, frame))
            args.extend(spread if spread is not None else [Unknown("`*args`")])
        elif isinstance(callee, External) and callee.name in _STOPPING and frame.watch is None:
            args.append(perhaps(arg, frame))
        else:
            args.append(evaluate(arg, frame))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(keyword.value, frame)
        if keyword.name is not None:
            keywords[keyword.name] = value
        elif isinstance(value, Mapping):
            keywords.update({name: _as_option(each, frame) for name, each in value.items.items()})
            if value.open:
                keywords["**"] = Unknown("`**` with content that is not known")
        else:
            keywords["**"] = Unknown("`**` with content that is not known")
    result = machine.call(callee, args, keywords, node, frame)
    if frame.watch is not None:
        site = CallSite(node, frame.path, callee, tuple(args), keywords, awaited, result)
        frame.watch.calls.append(site)
    return result


def _as_option(value: Value, frame: Frame) -> Value:
    """What ``**`` hands on; a text that may not be in the dictionary tells nothing."""
    is_plain = isinstance(value, Const) and frame.watch is None
    return value if not is_plain or frame.machine.is_sure(value) else Unknown(shared.CONDITIONAL)


def _name(n: tree.Name, frame: Frame) -> Value:
    return frame.lookup(n.id)


def _attribute(n: tree.Attribute, frame: Frame) -> Value:
    owner = evaluate(n.value, frame)
    if frame.watch is not None and isinstance(owner, Instance):
        getter = classes.property_of(owner, n.attr)
        if getter is not None:
            frame.watch.properties.append((n, getter))
        elif (descriptor := classes.descriptor_of(owner, n.attr)) is not None:
            operators.used(n, descriptor, ("__get__",), frame, owner)
    value = frame.machine.force(attribute(owner, n.attr, frame.machine))
    return switches.as_it_may_be(value, owner) if frame.watch is not None else value


def _constant(n: tree.Constant, frame: Frame) -> Value:  # noqa: ARG001 - one shape for all
    if n.kind == "...":
        return Dots()
    if n.kind == "bytes":
        return Const(str(n.value).encode("latin-1", "replace"))
    if n.kind:
        return UNKNOWN
    return Const(n.value)


def _call(n: tree.Call, frame: Frame) -> Value:
    return call_node(n, frame)


def _await(n: tree.Await, frame: Frame) -> Value:
    if isinstance(n.value, tree.Call):
        value = call_node(n.value, frame, awaited=True)
    else:
        value = evaluate(n.value, frame)
    return choices.awaited(value)


def _fstring(n: tree.FString, frame: Frame) -> Value:
    if n.conversion or n.is_formatted:
        return _field(n, frame)
    parts: list[str] = []
    unknown: Value | None = None
    settable = False
    for part in n.parts:
        value = evaluate(part, frame)
        operators.used(part, value, operators.TEXT, frame)
        settable = settable or is_settable(value)
        text = classes.formatted(value, frame.machine)
        if text is None:
            unknown = unknown or (value if isinstance(value, Unknown) else UNKNOWN)
        else:
            parts.append(text)
    return unknown if unknown is not None else bounds.text("".join(parts), is_settable=settable)


def _field(n: tree.FString, frame: Frame) -> Value:
    """``{value!r:spec}``"""
    value = evaluate(n.parts[0], frame)
    operators.used(n.parts[0], value, operators.TEXT, frame)
    spec = evaluate(n.parts[1], frame) if n.is_formatted else Const("")
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, Const) or not isinstance(value.value, str | int | float):
        return UNKNOWN
    if not isinstance(spec, Const) or not isinstance(spec.value, str):
        return UNKNOWN
    plain: str | float = value.value
    if n.conversion:
        plain = repr(plain) if n.conversion == "r" else ascii(plain)
    text = bounds.formatted(plain, spec.value)
    return UNKNOWN if text is None else bounds.text(text, is_settable=is_settable(value, spec))


def _binop(n: tree.BinOp, frame: Frame) -> Value:
    left, right = evaluate(n.left, frame), evaluate(n.right, frame)
    if frame.watch is not None:
        given = operators.binary(n, left, right, frame)
        if given is not None:
            return given
    if isinstance(left, Items) and isinstance(right, Items) and n.op in _OF_SETS:
        return _set_of(left, n.op, right)
    if n.op == "|":
        return _union(left, right)
    if n.op == "+":
        return _sum(left, right)
    if n.op == "/" and isinstance(left, Instance) and _is_path(left):
        return Instance(left.cls)
    if n.op == "%" and isinstance(left, Const) and isinstance(left.value, str):
        return _formatted(left, right)
    if n.op == "*" and isinstance(left, Const) and isinstance(right, Const):
        return _product(left.value, right.value)
    if n.op in ("-", "//", "%") and isinstance(left, Const) and isinstance(right, Const):
        return arithmetic(n.op, left, right)
    return UNKNOWN


_WORKED_OUT = {"+": operator.add, "-": operator.sub, "//": operator.floordiv, "%": operator.mod}


def arithmetic(op: str, left: Const, right: Const) -> Value:
    """``left op right`` of two whole numbers."""
    first, second = left.value, right.value
    if op not in _WORKED_OUT or not isinstance(first, int) or not isinstance(second, int):
        return UNKNOWN
    if second == 0 and op in ("//", "%"):
        return UNKNOWN
    result = bounds.number(_WORKED_OUT[op](first, second))
    settable = is_settable(left, right)
    return Const(result.value, settable) if isinstance(result, Const) else result


_OF_SETS = frozenset({"|", "&", "-", "^"})


def _set_of(left: Items, op: str, right: Items) -> Value:
    """``left | right`` and its like, of two sets of constants."""
    plain = all(isinstance(each, Const) for each in (*left.items, *right.items))
    if not plain or left.open or right.open:
        return Items("set", [], open=True)
    mine, others = left.items, right.items
    kept = {
        "|": [*mine, *(each for each in others if each not in mine)],
        "&": [each for each in mine if each in others],
        "-": [each for each in mine if each not in others],
        "^": [each for each in (*mine, *others) if (each in mine) is not (each in others)],
    }
    return Items("set", kept[op])


def _is_path(value: Instance) -> bool:
    return isinstance(value.cls, External) and value.cls.name == "pathlib.Path"


def _product(left: Any, right: Any) -> Value:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return bounds.number(left * right)
    if isinstance(left, str) and isinstance(right, int) and bounds.fits([left] * min(right, 5000)):
        return Const(left * right)
    return UNKNOWN


def _sum(left: Value, right: Value) -> Value:
    match left, right:
        case Const(value=str(a)), Const(value=str(b)):
            return bounds.text(a + b, is_settable=is_settable(left, right))
        case Const(value=int() | float() as a), Const(value=int() | float() as b):
            return bounds.number(a + b)
        case Items(kind=kind), Items():
            both = Items(kind, list(left.items), left.open or right.open)
            bounds.grow(both, right.items)
            return both
        case (Instance(), Instance() | Const(value=str())) | (Const(value=str()), Instance()):
            texts = (classes.as_text(left), classes.as_text(right))  # an enumeration's members
            return UNKNOWN if None in texts else Const(f"{texts[0]}{texts[1]}")
    return left if isinstance(left, Unknown) else UNKNOWN


def _fits(kind: str, item: Value) -> bool:
    """Whether ``%s`` or ``%d`` puts in the text of the value."""
    return kind == "s" or (kind == "d" and isinstance(item, Const) and type(item.value) is int)


def _formatted(template: Const, values: Value) -> Value:
    """``"/%s/%s" % (a, b)``"""
    items = values.items if isinstance(values, Items) and values.kind == "tuple" else [values]
    texts = [classes.as_text(item) for item in items]
    if None in texts or (isinstance(values, Items) and values.open):
        return UNKNOWN
    kinds, pieces = re.findall("%(.)", str(template.value)), re.split("%.", str(template.value))
    if len(kinds) != len(texts) or any("%" in piece for piece in pieces):
        return UNKNOWN
    if not all(map(_fits, kinds, items)):
        return UNKNOWN
    ends = zip(texts, pieces[1:], strict=True)
    text = pieces[0] + "".join(f"{each}{piece}" for each, piece in ends)
    return bounds.text(text, is_settable=is_settable(template, *items))


def _union(left: Value, right: Value) -> Value:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        others = [*right.others, *left.others]
        return Mapping({**left.items, **right.items}, left.open or right.open, others)
    if isinstance(left, Items) or (isinstance(left, Const) and isinstance(left.value, int)):
        return UNKNOWN
    members: list[Value] = []
    for side in (left, right):
        added = side.members if isinstance(side, UnionType) else [side]
        members.extend(each for each in added if not any(each is known for known in members))
    return UnionType(tuple(members))


def _boolop(n: tree.BoolOp, frame: Frame) -> Value:
    result = evaluate(n.values[0], frame)
    for before, each in pairwise(n.values):
        if switches.answer(before, frame) is (n.op == "or"):
            return result
        known = truth(result)
        decisive = known is not None and known is (n.op == "or")
        if decisive and frame.watch is None and not is_settable(result):
            return result  # Python does not evaluate the others
        value = perhaps(each, frame)
        if known is None and n.op == "or":
            result = join(result, value)
        elif known is None:  # either of them; a constant would pretend to know which
            result = UNKNOWN if isinstance(value, Const) else value
        elif known is (n.op == "and"):
            result = value
    return result


def _unaryop(n: tree.UnaryOp, frame: Frame) -> Value:
    value = evaluate(n.operand, frame)
    if n.op == "not":
        known = truth(value)
        if known is not None:
            return Const(not known, is_settable(value))
        operators.unary(n, value, frame)
        return UNKNOWN
    if n.op == "-" and isinstance(value, Const) and isinstance(value.value, int | float):
        return Const(-value.value)
    return operators.unary(n, value, frame)


def _compare(n: tree.Compare, frame: Frame) -> Value:
    left = evaluate(n.left, frame)
    rights = [evaluate(comparator, frame) for comparator in n.comparators]
    if frame.watch is not None:
        operators.compared(n, [left, *rights], frame)
    if len(rights) > 1 and frame.watch is None:
        pairs = zip([left, *rights], n.ops, rights, strict=False)
        answers = [_compared(a, op, b) for a, op, b in pairs]
        known = False if False in answers else None if None in answers else True
        return UNKNOWN if known is None else Const(known, is_settable(left, *rights))
    if len(rights) == 1:
        known = _compared(left, n.ops[0], _container(rights[0], n.ops[0], left, frame))
        within = rights[0].items if isinstance(rights[0], Items) else rights
        return UNKNOWN if known is None else Const(known, is_settable(left, *within))
    return UNKNOWN


def _container(value: Value, op: str, item: Value, frame: Frame) -> Value:
    """What ``in`` looks into: an object's own answer stands for a list with the item or without."""
    if op not in ("in", "not in") or not isinstance(value, Instance):
        return value
    answer = protocols.run(value, "__contains__", (item,), frame.machine)
    holds = None if answer is None else truth(answer)
    if holds is not None:
        return Items("list", [item] if holds else [])
    return protocols.inside(value) or value


def _compared(left: Value, op: str, right: Value) -> bool | None:
    if op in ("in", "not in"):
        if isinstance(right, Items) and not isinstance(left, Const):
            answers = [same(left, item) for item in right.items]
            is_in = True if True in answers else None if None in answers or right.open else False
        else:
            is_in = _contains(right, left)
        return None if is_in is None else is_in is (op == "in")
    if op in _ORDER:
        return _ordered(left, op, right)
    if op not in ("==", "!=", "is", "is not"):
        return None
    known = same(left, right)
    made = isinstance(left, Instance) and left.span is not None
    if known is None and right == Const(None) and (made or truth(left) is True):
        known = False
    return None if known is None else known is (op in ("==", "is"))


_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _ordered(left: Value, op: str, right: Value) -> bool | None:
    """``left < right`` of two numbers or two texts."""
    match left, right:
        case Const(value=int() | float() as a), Const(value=int() | float() as b):
            return bool(_ORDER[op](a, b))
        case Const(value=str(a)), Const(value=str(b)):
            return bool(_ORDER[op](a, b))
    return None


def same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal; None where that is not known."""
    match left, right:
        case Const(), Const():
            return left.value == right.value
        case Instance(cls=ClassValue() as a), Instance(cls=ClassValue() as b) if is_enum(a):
            name, other = left.attributes.get("name"), right.attributes.get("name")
            if a is b and isinstance(name, Const) and isinstance(other, Const):
                return name == other
        case FunctionValue(), FunctionValue():
            return left is right or (left.path, left.facts.index) == (right.path, right.facts.index)
        case (ClassValue(), ClassValue()) | (RouterValue(), RouterValue()):
            return left is right
        case External(name=a), External(name=b):
            # Two names of something from outside may stand for one; not so its constants.
            constants = a.startswith("inspect.Parameter.") and b.startswith("inspect.Parameter.")
            return True if a == b else False if constants else None
    return None


def _contains(container: Value, value: Value) -> bool | None:
    """``value in container``, for what is written out."""
    if not isinstance(value, Const):
        return None
    if isinstance(container, Const):
        texts = (container.value, value.value)
        return texts[1] in texts[0] if all(isinstance(t, str) for t in texts) else None  # type: ignore[operator]
    if isinstance(container, Mapping):
        known = value.value in container.items if isinstance(value.value, str) else None
        return known if known or not (container.open or container.others) else None
    if isinstance(container, Items) and all(isinstance(item, Const) for item in container.items):
        return True if value in container.items else (None if container.open else False)
    return None


_MAY_ASK = (tree.Sequence, tree.DictDisplay, tree.Name, tree.Subscript)
"""What may hold a ``Depends(…)``, and does nothing where it is read."""


def _is_marker(node: tree.Expr) -> bool:
    return isinstance(node, tree.Call) and last_name(node.func) in ("Depends", "Security")


def _ifexp(n: tree.IfExp, frame: Frame) -> Value:
    answer = decide(n.test, frame)
    if answer is not None:
        by_default, other = (n.body, n.orelse) if answer.holds else (n.orelse, n.body)
        if not answer.settable:
            return evaluate(by_default, frame)
        taken = perhaps(by_default, frame)
        if isinstance(other, _MAY_ASK) or shared.asks(taken) or _is_marker(other):
            instead = perhaps(other, frame)
            if shared.asks(taken) or shared.asks(instead):
                return shared.in_both(taken, instead)
        return taken
    either = perhaps(n.body, frame), perhaps(n.orelse, frame)
    if frame.watch is not None and all(isinstance(e, ClassValue | FunctionValue) for e in either):
        return either[0] if either[0] is either[1] else choices.in_turn(either)  # as `if` does
    return frame.either(either) or UNKNOWN


def perhaps(node: tree.Expr, frame: Frame) -> Value:
    """An expression that may not be evaluated: what it registers is possible."""
    frame.machine.doubts += 1
    try:
        return evaluate(node, frame)
    finally:
        frame.machine.doubts -= 1


def _subscript(n: tree.Subscript, frame: Frame) -> Value:  # noqa: C901 - as `call`
    value = evaluate(n.value, frame)
    index = evaluate(n.index, frame)
    if isinstance(n.index, tree.Slice) and isinstance(value, Const | Items):
        return _cut(value, n.index, frame)
    several = isinstance(n.index, tree.Sequence) and isinstance(index, Items)
    args = tuple(index.items) if several and isinstance(index, Items) else (index,)
    match value:
        case External(name="os.environ"):
            return Unknown("it comes from the environment")
        case External(name="typing.Annotated") if args:
            return annotated(args[0], args[1:])
        case External(name="typing.Optional"):
            return _union(args[0], Const(None))
        case External(name="typing.Union"):
            return UnionType(args) if len(args) > 1 else args[0]
        case External(name="typing.Literal"):
            return LiteralType(args)
        case ClassValue() if is_enum(value) and (name := classes.as_text(index)) is not None:
            return attribute(value, name, frame.machine)
        case External() | ClassValue() | Subscripted():
            return classes.subscripted(value, args, frame.machine)
        case Mapping() | Items():
            return _item_of(value, index, n, frame)
        case Instance(cls=External(name=cls)) if item := frame.machine.knowledge.attribute(
            cls, "[]"
        ):
            return Instance(External(item))
        case Instance() if (held := protocols.inside(value)) is not None:
            return _item_of(held, index, n, frame)
        case Instance():
            found = protocols.run(value, "__getitem__", (index,), frame.machine)
            if found is not None:
                return found
            found = operators.item(n, value, "__getitem__", frame, index)
            return found or types.element_of(value, frame.machine)
        case Member(owner=owner, dotted=dotted):
            return Member(owner, "[]", f"{dotted}[]")
        case AnnotatedType() | UnionType():
            return value  # a generic alias with its parameters filled in
    return value if isinstance(value, Unknown) else UNKNOWN


def _item_of(value: Items | Mapping, index: Value, n: tree.Subscript, frame: Frame) -> Value:
    """``value[index]`` of a list or dictionary."""
    if isinstance(value, Mapping):
        found = mappings.looked_up(value, index)
        if found is not None:
            return found
        if value.factory is not None and frame.watch is None and isinstance(index, Const):
            made = frame.machine.call(value.factory, [], {}, n, frame)
            mappings.put(value, index, made)
            return made
        if not value.open and isinstance(index, Const):
            frame.machine.escape("KeyError")
        return mappings.any_of(value)
    if value.open or not isinstance(index, Const) or not isinstance(index.value, int):
        return UNKNOWN
    if -len(value.items) <= index.value < len(value.items):
        return value.items[index.value]
    frame.machine.escape("IndexError")
    return UNKNOWN


def _cut(value: Const | Items, index: tree.Slice, frame: Frame) -> Value:
    """``value[lower:upper:step]`` of a text or sequence, where all of it is known."""
    bounds: list[int | None] = []
    for part in (index.lower, index.upper, index.step):
        bound = Const(None) if part is None else evaluate(part, frame)
        if not isinstance(bound, Const) or not isinstance(bound.value, int | None):
            return UNKNOWN
        bounds.append(bound.value)
    try:
        if isinstance(value, Const) and isinstance(value.value, str):
            return Const(value.value[slice(*bounds)])
        if isinstance(value, Items) and not value.open:
            return Items(value.kind, value.items[slice(*bounds)])
    except ValueError:  # a step of 0
        return UNKNOWN
    return UNKNOWN


def annotated(base: Value, metadata: tuple[Value, ...]) -> Value:
    """``Annotated[base, *metadata]``, flattened as Python flattens it."""
    if isinstance(base, AnnotatedType):
        return AnnotatedType(base.base, (*base.metadata, *metadata))
    return AnnotatedType(base, metadata)


def _sequence(n: tree.Sequence, frame: Frame) -> Value:
    result = Items(n.kind, [])
    for item in n.items:
        if isinstance(item, tree.Starred):
            spread = types.iterate(evaluate(item.value, frame))
            if spread is None:
                result.open = True
            else:
                bounds.grow(result, spread)
        else:
            result.items.append(evaluate(item, frame))
    return result


def _dict(n: tree.DictDisplay, frame: Frame) -> Value:
    result = Mapping({}, made=frame.entered)
    for key_node, value_node in zip(n.keys, n.values, strict=True):
        value = evaluate(value_node, frame)
        if key_node is None:
            if isinstance(value, Mapping):
                result.items.update(value.items)
                result.others.extend(value.others)
                result.open = result.open or value.open
            else:
                result.open = True
            continue
        mappings.put(result, evaluate(key_node, frame), value)
    return result


def _lambda(n: tree.Lambda, frame: Frame) -> Value:
    has_defaults = any(param.default is not None for param in n.params)
    return LambdaValue(frame.path, n, frame, frame.as_now() if has_defaults else None)


def _yield(n: tree.Yield, frame: Frame) -> Value:
    value: Value = Const(None) if n.value is None else evaluate(n.value, frame)
    if n.delegates:
        if frame.watch is not None:
            frame.watch.iterations.append(Iterated(n.value or n, value))
        if frame.receive is not None:
            generators.delegate(value, frame)
            return UNKNOWN
        value = types.element_of(value, frame.machine)
    elif frame.receive is not None:
        generators.hand_out(value, frame.is_certain, frame)
    if frame.watch is not None:
        frame.watch.yields.append(Returned(n, value))
    return UNKNOWN


def _starred(n: tree.Starred, frame: Frame) -> Value:
    return evaluate(n.value, frame)


def _keyword(n: tree.Keyword, frame: Frame) -> Value:
    return evaluate(n.value, frame)


def _comprehension(n: tree.Comprehension, frame: Frame) -> Value:
    inner = Frame(frame.machine, frame.path, frame, function=frame.function, watch=frame.watch)
    inner.is_turning = True
    first = evaluate(n.clauses[0].iterable, inner)
    items = types.iterate(first)
    kind = ("iterator" if frame.watch is None else "list") if n.kind == "generator" else n.kind
    if items is not None and frame.watch is None:
        made = Mapping({}) if n.kind == "dict" else Items(kind, [])
        _comprehended(n, 0, items, made, inner)
        return made
    for clause in n.clauses:
        iterable = first if clause is n.clauses[0] else evaluate(clause.iterable, inner)
        if frame.watch is not None:
            looped = frame.watch.streams if clause.is_async else frame.watch.iterations
            looped.append(Iterated(clause.iterable, iterable))
        element = types.element_of(iterable, frame.machine)
        frame.machine.assign(clause.target, element, inner)
        for test in clause.conditions:
            evaluate(test, inner)
    element = perhaps(n.element, inner)
    if n.value is not None:
        evaluate(n.value, inner)
        return Mapping({}, open=True)
    return Items(kind, [element], open=True)


def _comprehended(
    n: tree.Comprehension, at: int, items: list[Value], made: Items | Mapping, inner: Frame
) -> None:
    """The clause at this place over what is known, item by item, and those behind it."""
    machine, clause = inner.machine, n.clauses[at]
    for item in items:
        machine.assign(clause.target, item, inner)
        answers = [condition(each, inner) for each in clause.conditions]
        if False in answers:
            continue
        is_doubtful = None in answers or not machine.is_sure(item)
        made.open = made.open or None in answers
        machine.doubts += is_doubtful
        if at + 1 == len(n.clauses):
            _add(n, made, inner)
        else:
            further = types.iterate(evaluate(n.clauses[at + 1].iterable, inner))
            if further is None:
                made.open = True
            else:
                _comprehended(n, at + 1, further, made, inner)
        machine.doubts -= is_doubtful


def _add(n: tree.Comprehension, made: Items | Mapping, inner: Frame) -> None:
    """What the comprehension gives for the names as they are."""
    first = evaluate(n.element, inner)
    if isinstance(made, Mapping):
        mappings.put(made, first, UNKNOWN if n.value is None else evaluate(n.value, inner))
    else:
        bounds.grow(made, [first])


def _walrus(n: tree.Walrus, frame: Frame) -> Value:
    value = evaluate(n.value, frame)
    frame.bind(n.name, value)
    return value


def _slice(n: tree.Slice, frame: Frame) -> Value:
    for part in (n.lower, n.upper, n.step):
        if part is not None:
            evaluate(part, frame)
    return UNKNOWN


def _quoted(n: tree.Quoted, frame: Frame) -> Value:
    return evaluate(n.value, frame)


_DISPATCH: dict[type[tree.Expr], Callable[[Any, Frame], Value]] = {
    tree.Name: _name,
    tree.Attribute: _attribute,
    tree.Constant: _constant,
    tree.Keyword: _keyword,
    tree.Call: _call,
    tree.FString: _fstring,
    tree.BinOp: _binop,
    tree.BoolOp: _boolop,
    tree.UnaryOp: _unaryop,
    tree.Compare: _compare,
    tree.Subscript: _subscript,
    tree.Sequence: _sequence,
    tree.DictDisplay: _dict,
    tree.Lambda: _lambda,
    tree.IfExp: _ifexp,
    tree.Await: _await,
    tree.Yield: _yield,
    tree.Starred: _starred,
    tree.Comprehension: _comprehension,
    tree.Walrus: _walrus,
    tree.Slice: _slice,
    tree.Quoted: _quoted,
}
