"""Walking over facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from fastlint.facts import tree

_OWN_SCOPE = (tree.FunctionDef, tree.ClassDef, tree.Lambda)
_POSITION_FIELDS = 4
_PLAIN = ("str", "int", "bool", "OneOf", "list[str]", "msgspec.Raw")


def walk(nodes: Iterable[tree.Node]) -> Iterator[tree.Node]:
    """All nodes below ``nodes`` in the order of the text, these included.

    What has a scope of its own (a nested function, class or lambda) is given, but not entered.
    """
    stack: list[tree.Node | None] = list(nodes)
    stack.reverse()
    while stack:
        node = stack.pop()
        if node is None:  # an unpacked mapping has no key
            continue
        yield node
        for field in _INWARDS[type(node)]:
            value = getattr(node, field)
            if type(value) is list:
                stack += value[::-1]
            else:
                stack.append(value)


def children(node: tree.Node) -> list[tree.Node]:
    """The nodes directly below ``node``."""
    found: list[tree.Node] = []
    for field in _branches(type(node)):
        value = getattr(node, field)
        if type(value) is list:
            found += filter(None, value)  # an unpacked mapping has no key
        elif value is not None:
            found.append(value)
    return found


@cache
def _branches(kind: type[tree.Node]) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes, by what their annotations say."""
    types = kind.__annotations__
    fields = kind.__struct_fields__[_POSITION_FIELDS:]
    return tuple(field for field in fields if not str(types[field]).startswith(_PLAIN))


_INWARDS: dict[type[tree.Node], tuple[str, ...]] = {
    kind: () if issubclass(kind, _OWN_SCOPE) else _branches(kind)[::-1]
    for kind in tree.Node.__subclasses__()
}
"""The fields that `walk` enters, the last one first."""


def names(nodes: Iterable[tree.Node]) -> Iterator[str]:
    """Every name that is read below ``nodes``."""
    for node in walk(nodes):
        if isinstance(node, tree.Name):
            yield node.id


def handed(call: tree.Call) -> Iterator[tree.Expr]:
    """What a call is given, by position and by name."""
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def last_name(node: object) -> str:
    """``c`` of ``a.b.c`` and of a bare ``c``; empty for what is neither a name nor an attribute."""
    if isinstance(node, tree.Attribute):
        return node.attr
    return node.id if isinstance(node, tree.Name) else ""


def dotted_name(node: object) -> str:
    """``self.store.key`` as it is written; empty for anything but names and attributes of them."""
    if isinstance(node, tree.Attribute):
        owner = dotted_name(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, tree.Name) else ""


def exceptions_of(handler: tree.Handler) -> list[tree.Expr]:
    """What an ``except`` names; nothing for one that takes everything."""
    if isinstance(handler.caught, tree.Sequence):
        return handler.caught.items
    return [] if handler.caught is None else [handler.caught]


def decorator_name(decorator: tree.Expr) -> str:
    """The `last_name` of a decorator, whether it is called or not."""
    return last_name(decorator.func if isinstance(decorator, tree.Call) else decorator)


Place = tuple[int, int, int, int]
"""Line and column of the start and of the end of a node."""


def place(node: tree.Node) -> Place:
    """Where a node stands: bodies are decoded more than once, and it is known by that."""
    return (node.line, node.column, node.end_line, node.end_column)
