"""Lists, dictionaries and their like as they are written out, and comprehensions."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following import types
from fastlint.model.following.choices import one_of
from fastlint.model.following.expressions import evaluate, perhaps
from fastlint.model.following.frames import Frame, Iterated
from fastlint.model.following.language import bounds
from fastlint.model.following.language.conditions import condition
from fastlint.model.following.objects import mappings
from fastlint.model.following.shared import asks
from fastlint.model.following.values import UNKNOWN, Instance, Items, Mapping, Unknown, Value


def sequence(n: tree.Sequence, frame: Frame) -> Value:
    """``[a, *b]``, ``(a, b)``, ``{a, b}``"""
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


def dict_display(n: tree.DictDisplay, frame: Frame) -> Value:
    """``{key: value, **more}``"""
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


def comprehension(n: tree.Comprehension, frame: Frame) -> Value:
    """``[element for target in iterable]``: item by item where all of these are known."""
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
        value = perhaps(n.value, inner)
        if isinstance(value, Unknown) and value.choices:
            value = one_of(value.choices)
        is_said = frame.watch is not None and isinstance(value, Instance | Unknown)
        return Mapping({}, open=True, holds=value if is_said else None)
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
    if not inner.is_certain:  # nor is what is made of an item that may not be there
        inner.machine.possible[id(first)] = first
        if asks(first):  # nobody may have such a guard
            made.open = True
            return
    if isinstance(made, Mapping):
        mappings.put(made, first, UNKNOWN if n.value is None else evaluate(n.value, inner))
    else:
        bounds.grow(made, [first])
