"""What the tests of a function ask for: its parameters, and what is made of them alone.

It is read off the text, each function once: ``kind`` in ``if kind == "a"``, and in ``mode =
MODES[kind]`` with ``if mode``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fastlint.facts import tree
from fastlint.facts.binding import touched_names
from fastlint.facts.walk import last_name, names, walk


class Tested(msgspec.Struct, frozen=True, eq=False):
    """What the text of a function does with its parameters, those left out that it binds anew."""

    tested: frozenset[str]
    """Those that a test asks for; also those that it asks for before they are bound anew."""
    free: frozenset[str]
    """What tests ask for that the function does not bind, also by way of names that it does."""
    handed_on: frozenset[str]
    """Those that stand among the arguments of a call, as they are or as what is made of them."""
    own: frozenset[str]
    constant: frozenset[str]
    """All parameters that are not bound anew."""
    prepared: frozenset[str]
    """Those that are bound anew by plain assignments alone, before a function is defined there."""
    made: Mapping[str, frozenset[str]]
    """The names that are bound once, with all names that their values are made of."""

    def made_of(self, known: frozenset[str]) -> frozenset[str]:
        """What is made of these names, and of nothing else that the function binds."""
        others = self.own - known - self.made.keys()
        return frozenset(
            name
            for name, parts in self.made.items()
            if not known.isdisjoint(parts) and others.isdisjoint(parts)
        )


def tested(facts: tree.FunctionFacts) -> Tested:
    """What the tests of a function ask for."""
    params = {param.name for param in facts.params}
    asked: set[str] = set()
    handed_on: set[str] = set()
    bound: Counter[str] = Counter()
    values: dict[str, set[str]] = {}
    for node in walk(tree.statements(facts)):
        kind = type(node)
        if touched := touched_names(node):
            bound.update(touched)
        if kind is tree.Assign or kind is tree.AnnAssign:
            values.update(_named(node))
        if kind in _TESTING:
            asked.update(names(_TESTING[kind](node)))
        if kind is tree.Call:
            handed_on.update(_plainly_given(node))
    own = params | bound.keys()
    constant = params - bound.keys()
    first = _assigned_first(tree.statements(facts)) if params & bound.keys() else Counter()
    once = {name for name in values if bound[name] == 1 and name not in params}
    made = {name: frozenset(_parts(name, values, once)) for name in once}
    below = asked.union(*(made[name] for name in asked & once))
    given = handed_on.union(*(made[name] for name in handed_on & once))
    return Tested(
        frozenset(below & params),
        frozenset(below - own),
        frozenset(given & constant),
        frozenset(own),
        frozenset(constant),
        frozenset(name for name in params if 0 < bound[name] == first[name]),
        made,
    )


def _assigned_first(body: Iterable[tree.Stmt]) -> Counter[str]:
    """How often a name is assigned to before the first function that is defined there.

    What a loop, a ``try`` or a ``with`` does is left out.
    """
    found: Counter[str] = Counter()
    for statement in body:
        match statement:
            case tree.FunctionDef():
                break
            case tree.Assign() | tree.AnnAssign():
                found.update(touched_names(statement))
            case tree.If(body=then, orelse=otherwise):
                found += _assigned_first(then) + _assigned_first(otherwise)
    return found


def _named(node: Any) -> Iterator[tuple[str, set[str]]]:
    """The name that a plain assignment binds, and what its value is made of."""
    targets = node.targets if isinstance(node, tree.Assign) else [node.target]
    if len(targets) == 1 and isinstance(targets[0], tree.Name) and node.value is not None:
        yield targets[0].id, set(names([node.value]))


def _parts(name: str, values: Mapping[str, set[str]], once: set[str]) -> set[str]:
    """All that a name is made of, by way of others as well."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = values[waiting.pop()] - found
        found |= new
        waiting.extend(new & once)
    return found


def _plainly_given(call: Any) -> Iterator[str]:
    """The names that stand as they are among the arguments of a call."""
    for arg in call.args:
        if type(arg) is tree.Name:
            yield arg.id
    for keyword in call.keywords:
        if type(keyword.value) is tree.Name:
            yield keyword.value.id


_ANSWERS = (tree.BoolOp, tree.Compare, tree.UnaryOp)
_TESTING: dict[type[tree.Node], Callable[[Any], Sequence[tree.Expr]]] = {
    tree.If: lambda n: (n.test,),
    tree.IfExp: lambda n: (n.test,),
    tree.BoolOp: lambda n: n.values[:-1],
    tree.Match: lambda n: (n.subject,),
    # What is given back may be a test of the caller's.
    tree.Return: lambda n: (n.value,) if isinstance(n.value, _ANSWERS) else (),
    # So is an object, for the attribute of a name that is put together.
    tree.Call: lambda n: n.args[1:2] if last_name(n.func) == "getattr" else (),
    # A registry is asked for a key.
    tree.Subscript: lambda n: (n.index,) if isinstance(n.index, tree.Name) else (),
}
