"""Passwords, keys and tokens that stand in the code of one file."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import dotted_name, walk
from fastlint.model.reading.enclosing import around, holds
from fastlint.model.reading.words import words
from fastlint.model.security import signing
from fastlint.model.security.named_only import is_named_only
from fastlint.model.security.secret_names import is_public, kind_of_name
from fastlint.model.security.secret_tables import roles
from fastlint.model.security.secret_values import (
    LONG,
    is_name_or_place,
    is_placeholder,
    is_random,
    is_varied,
    told_by_form,
)
from fastlint.model.security.signing import last_part

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module

_SCHEME = re.compile(r"^(?:Bearer|Basic|Token) ")
_SAMPLE_ADDRESS = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|org|net)$")
"""Kept free for examples (RFC 2606)."""
_FALLBACKS = frozenset({"default", "default_value", "fallback"})
_OF_TESTS = frozenset({"test", "testing", "tests"})


class Secret(msgspec.Struct, frozen=True):
    """A secret that stands in the code."""

    literal: tree.Literal
    name: str
    """What it is given to; empty where that is not known."""
    kind: str
    """``format`` (told by its form), ``address`` (a URL with a password in it), ``named`` (told by
    its name), ``placeholder`` (one that tokens are signed with as it stands)"""
    what: str
    """``a GitHub token`` where its form says so, else empty."""
    use: str
    """``value``, ``fallback`` (of a look-up), ``setting`` (the default of a class's field),
    ``default`` (of a parameter), ``compared``"""

    @property
    def variable(self) -> str:
        """The environment variable to read: DB_PASSWORD for ``db_password``; empty for no name."""
        is_given = self.literal.role == "keyword"
        owner = self.literal.owner.rpartition(".")[2] if is_given else ""
        prefix = words(owner) if owner[:1].isupper() else ()
        return "_".join((*prefix, *words(self.name))).upper()


def secrets(module: Module) -> Iterator[Secret]:
    """The secrets of a file. What it only shows, in examples for its documentation, is none."""
    keys: frozenset[str] | None = None
    for literal in module.literals:
        told = told_by_form(literal.value)
        if told is None and not _may_be_named(literal):
            if literal.role != "assigned" or is_public(literal.name):
                continue
            keys = signing.keys(module) if keys is None else keys
            if literal.name not in keys or not _is_constant(around(module, literal)):
                continue
        chain = around(module, literal)
        name, use = _given(literal, chain)
        if (told is None or told[0] == "address") and any(map(_is_for_tests, chain)):
            continue
        if told is None and any(_is_enum(each) or _is_cast(each) for each in chain):
            continue
        if told is None:
            kind, what = _by_name(literal, name, use, keys or (), module), ""
        else:
            kind, what = told
        if kind is None or any(_name(each, literal) in roles("shown") for each in chain):
            continue
        if not is_named_only(module, chain):
            yield Secret(literal, name, kind, what, use)


def _may_be_named(literal: tree.Literal) -> bool:
    """Whether its name, or the call that it is given to, may say that it is a secret."""
    if literal.role == "argument":
        return literal.owner in roles("wrappers") or literal.owner in roles("lookups")
    if literal.name in _FALLBACKS or not literal.name:
        return literal.role in ("keyword", "default")
    return kind_of_name(literal.name) is not None


def _by_name(
    literal: tree.Literal, name: str, use: str, keys: Container[str], module: Module
) -> str | None:
    kind = "signing" if name in keys else kind_of_name(name)
    if kind is None:
        return None
    value = _SCHEME.sub("", literal.value)
    if is_placeholder(value):
        signs = kind == "signing" and use in ("value", "fallback") and signing.signs(module, name)
        starts = kind == "signing" and _starts_with(literal, name, use, module)
        return "placeholder" if signs or starts else None
    if is_name_or_place(value, name):
        return None
    if kind == "signing" and literal.role != "key" and use != "compared":
        return "named"
    if kind == "ambiguous":
        return "named" if is_random(value) and len(value) >= LONG else None
    return "named" if is_varied(value) else None


# --- what it is given to -----------------------------------------------------------------------


def _given(literal: tree.Literal, chain: tuple[tree.Node, ...]) -> tuple[str, str]:
    """The name that a literal is given to, through calls and alternatives too, and how."""
    name, use = literal.name, "value"
    if literal.role in ("default", "compared"):
        use = literal.role
    if literal.role == "argument" or name in _FALLBACKS or (use == "default" and not name):
        name, use = _given_through(literal, chain)
    return name, "setting" if use == "value" and _is_field(chain) else use


def _given_through(literal: tree.Literal, chain: tuple[tree.Node, ...]) -> tuple[str, str]:
    use = "value"
    for node in reversed(chain):
        if isinstance(node, tree.Call):
            looked_up = _looked_up(node)
            if looked_up is not None:
                is_name = (node.args[0].line, node.args[0].column) == (literal.line, literal.column)
                return ("", use) if is_name else (looked_up, "fallback")
            if dotted_name(node.func) not in roles("wrappers"):
                return "", use
        elif isinstance(node, tree.BoolOp):
            for value in node.values:
                looked_up = _looked_up(value)
                if looked_up is not None:
                    return looked_up, "fallback"
            use = "fallback"
        elif not isinstance(node, tree.IfExp):
            name = _name(node, literal)
            if name not in _FALLBACKS:
                is_param = isinstance(node, tree.Param)
                return name, "default" if is_param and use == "value" else use
    return "", use


def _is_field(chain: tuple[tree.Node, ...]) -> bool:
    """Whether it is the default of a field of a class with bases: a settings class, a model."""
    outer = [each for each in chain if isinstance(each, tree.ClassDef | tree.FunctionDef)]
    if not outer or not isinstance(outer[-1], tree.ClassDef) or not outer[-1].bases:
        return False
    # Pydantic 1 takes names without an annotation for fields, too.
    is_of_settings = any(last_part(base) == "BaseSettings" for base in outer[-1].bases)
    return is_of_settings or any(isinstance(each, tree.AnnAssign) for each in chain)


def _looked_up(node: tree.Node) -> str | None:
    """The name that ``os.getenv("NAME", …)`` and its like look up."""
    if isinstance(node, tree.Call) and node.args and dotted_name(node.func) in roles("lookups"):
        first = node.args[0]
        if isinstance(first, tree.Constant) and isinstance(first.value, str):
            return first.value
    return None


def _name(node: tree.Node, literal: tree.Literal) -> str:
    """The name that a node gives what is in it; empty where it gives none."""
    match node:
        case tree.Keyword(name=str() as name) | tree.Param(name=name):
            return name
        case tree.Assign(targets=[target, *_]) | tree.AnnAssign(target=target):
            return last_part(target)
        case tree.DictDisplay(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, tree.Constant) and holds(value, literal):
                    return str(key.value)
    return ""


def _is_constant(chain: tuple[tree.Node, ...]) -> bool:
    """Whether what a literal is given to is the file's own, not that of a function or class."""
    return not any(isinstance(each, tree.FunctionDef | tree.ClassDef) for each in chain)


def _is_enum(node: tree.Node) -> bool:
    """Whether a node is an enumeration: its members are names of things."""
    return isinstance(node, tree.ClassDef) and any(
        last_part(base).endswith(("Enum", "Flag")) for base in node.bases
    )


def _is_for_tests(node: tree.Node) -> bool:
    """``class TestSettings``, ``class TestingConfig``: what is in there opens nothing."""
    return isinstance(node, tree.ClassDef) and not _OF_TESTS.isdisjoint(words(node.name))


def _is_cast(node: tree.Node) -> bool:
    """Whether a node lists people who are made up: each has a mail address of ``example.com``."""
    listed = node.items if isinstance(node, tree.Sequence) else ()
    return len(listed) > 1 and all(_is_made_up(each) for each in listed)


def _is_made_up(person: tree.Expr) -> bool:
    return isinstance(person, tree.DictDisplay) and any(
        isinstance(value, tree.Constant)
        and isinstance(value.value, str)
        and _SAMPLE_ADDRESS.search(value.value) is not None
        for value in person.values
    )


def _starts_with(literal: tree.Literal, name: str, use: str, module: Module) -> bool:
    """Whether the application starts with it where nobody gives a key, and nothing looks at it.

    That is so of the default of a setting, and of what stands in for a variable that is not set.
    """
    chain = around(module, literal)
    if use == "setting":
        classes = (each for each in chain if isinstance(each, tree.ClassDef))
        is_used = any(last_part(base) == "BaseSettings" for each in classes for base in each.bases)
    else:
        bound = (each for each in chain if isinstance(each, tree.Assign | tree.AnnAssign))
        is_used = use == "fallback" and any(
            kind_of_name(_name(each, literal)) == "signing" for each in bound
        )
    return is_used and not any(_looks_at(each, name) for each in module.facts.functions)


def _looks_at(function: tree.FunctionFacts, name: str) -> bool:
    """Whether a function names a key to say what is wrong with it, or hands its name on."""
    nodes = list(walk([*tree.statements(function), *function.decorators]))
    if any(isinstance(each, tree.Constant) and each.value == name for each in nodes):
        return True
    is_read = any(
        isinstance(each, tree.Name | tree.Attribute) and last_part(each) == name for each in nodes
    )
    return is_read and any(isinstance(each, tree.Raise | tree.Compare) for each in nodes)
