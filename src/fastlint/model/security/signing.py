"""What a file signs with: the keys that it hands to what makes or checks tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import dotted_name, names, walk
from fastlint.model.security.secret_tables import key_positions, roles

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module

_SIGNERS = (b"encode", b"decode", b"hmac", b"igner", b"erializer", b"Fernet", b"iddleware")
"""What the functions that sign are called in part."""
_KEYWORDS = frozenset({"key", "secret_key"})
"""Under which names what signs takes its key."""


def signs(module: Module, name: str) -> bool:
    """Whether the file hands the name to a function that signs or checks with it."""
    return any(
        last_part(each) == name
        for call, _own_names in _signings(module)
        for each in (*call.args, *(keyword.value for keyword in call.keywords))
    )


def keys(module: Module) -> frozenset[str]:
    """The names of the file's own that it signs with, whatever they are called."""
    found: set[str] = set()
    for call, own in _signings(module):
        position = key_positions().get(dotted_name(call.func), len(call.args))
        given = [*call.args[position : position + 1]]
        given += [each.value for each in call.keywords if each.name in _KEYWORDS]
        found.update(
            each.id for each in given if isinstance(each, tree.Name) and each.id not in own
        )
    return frozenset(found)


def _signings(module: Module) -> Iterator[tuple[tree.Call, frozenset[str]]]:
    """The calls that sign or check, and which names the function around them has itself."""
    signing = (each for each in module.facts.functions if search.mentions(each, *_SIGNERS))
    bodies = [
        (module.facts.body, frozenset[str]()),
        *((tree.statements(each), _own(each)) for each in signing),
    ]
    for body, own in bodies:
        for node in walk(body):
            if isinstance(node, tree.Call) and dotted_name(node.func) in roles("signers"):
                yield node, own


def _own(function: tree.FunctionFacts) -> frozenset[str]:
    targets = (
        target
        for node in walk(tree.statements(function))
        if isinstance(node, tree.Assign)
        for target in node.targets
    )
    return frozenset(each.name for each in function.params) | frozenset(names(targets))


def last_part(target: tree.Node) -> str:
    """The last part of what is assigned to or handed on."""
    match target:
        case tree.Name(id=name) | tree.Attribute(attr=name):
            return name
        case tree.Subscript(index=tree.Constant(value=str() as name)):
            return name
    return ""
