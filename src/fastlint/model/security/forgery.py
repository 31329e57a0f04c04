"""Checks against forged requests (CSRF): they ask which page a request comes from, not whose it is.

Everybody is given such a token who opens the page, logged in or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name
from fastlint.model.following.functions import Function
from fastlint.model.security.guard_names import is_about_forgery, says_guard, table_words

if TYPE_CHECKING:
    from fastlint.model.serving.dependencies import Dependency

_SENT = ("header", "cookie", "form", "query")


def is_check(dependency: Dependency) -> bool:
    """Whether a dependency is called like a check against forged requests."""
    return is_about_forgery(dependency.name.rpartition(":")[2])


def asks_for_nothing_else(dependency: Dependency) -> bool:
    """Whether such a check certainly looks at nothing but the tokens that the page was given.

    One that reads the session, depends on something or hands the request on may know more.
    """
    function = dependency.function
    if function is None or dependency.unknown:
        return False
    given = {param.name for param in dependency.params if param.source == "special"}
    return all(
        param.name in given
        or (param.source in _SENT and any(map(is_about_forgery, (param.name, param.alias or ""))))
        for param in dependency.params
    ) and not any(_asks_more(node, given, function) for node in function.nodes)


def _asks_more(node: tree.Node, given: set[str], function: Function) -> bool:
    """Whether code may find out who is asking: it reads that, or calls who may."""
    if isinstance(node, tree.Call):
        is_handed_on = any(
            isinstance(each, tree.Name) and each.id in given for each in handed(node)
        )
        return is_handed_on or says_guard(last_name(node.func))
    if isinstance(node, tree.Attribute) and node.attr in table_words("reads"):
        return id(node) not in {id(each) for each in _tokens(function)}
    return False


def _tokens(function: Function) -> Iterator[tree.Expr]:
    """What such a token is read from: ``request.cookies`` of ``request.cookies.get("csrf")``."""
    for node in function.nodes:
        match node:
            case (
                tree.Call(func=tree.Attribute(value=source, attr="get"), args=[key, *_])
                | tree.Subscript(value=source, index=key)
            ) if isinstance(source, tree.Attribute) and source.attr in ("headers", "cookies"):
                written = key.value if isinstance(key, tree.Constant) else last_name(key)
                if isinstance(written, str) and is_about_forgery(written):
                    yield source
