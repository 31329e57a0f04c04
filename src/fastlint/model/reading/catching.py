"""Which ``except`` takes what is raised at a place, by the names of the classes that it lists."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.reading.enclosing import holds

EVERYTHING = frozenset({"Exception", "BaseException"})


def takers(
    node: tree.Node, nodes: Iterable[tree.Node], names: Container[str]
) -> list[tree.Handler]:
    """The ``except`` of each ``try`` around a node that takes what it raises, innermost first.

    ``names`` are the names of the exception's class and of all its bases but for `EVERYTHING`.
    """
    around = [
        each
        for each in nodes
        if isinstance(each, tree.Try) and any(holds(part, node) for part in each.body)
    ]
    around.sort(key=lambda each: (each.line, each.column), reverse=True)
    found = (next((h for h in each.handlers if takes(h, names)), None) for each in around)
    return [each for each in found if each is not None]


def takes(handler: tree.Handler, names: Container[str]) -> bool:
    """Whether an ``except`` takes an exception of a class that has these names."""
    return handler.caught is None or any(
        name in EVERYTHING or name in names for name in caught_names(handler)
    )


def caught_names(handler: tree.Handler) -> Iterator[str]:
    """The classes that an ``except`` lists, by their last names."""
    caught = handler.caught
    for each in caught.items if isinstance(caught, tree.Sequence) else [caught]:
        yield last_name(each)


def goes_on(handler: tree.Handler) -> bool:
    """Whether an ``except`` may raise again what it has taken."""
    return any(
        isinstance(node, tree.Raise)
        and (node.exc is None or (handler.name is not None and last_name(node.exc) == handler.name))
        for node in walk(handler.body)
    )
