"""Tokens that are made to last for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import children
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.reading.mentions import imported_packages

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ENCODES = frozenset({"jwt.encode", "jwt.api_jwt.encode", "jose.jwt.encode"})
_WHO = frozenset({"sub", "user", "user_id", "username", "uid", "email"})
"""Claims that say who somebody is."""
_PACKAGES = frozenset({"jwt", "jose"})
_WORD = search.spelled("encode")
_END = search.spelled("exp")
_OWN_END = re.compile("expir|valid_until|not_after|lifetime|ttl", re.IGNORECASE)
"""Claims of a project that looks at the end of its tokens itself."""


def endless(project: Project) -> Iterator[tuple[Function, CallSite]]:
    """Where a token that says who somebody is gets no ``exp``, as far as all claims are known."""
    if not any(
        _may_be_endless(each)
        for module in project.modules
        if _PACKAGES.intersection(imported_packages(module))
        for each in module.facts.functions
    ):
        return
    for reached in project.reach.reached:
        function = reached.function
        if not _may_be_endless(function.facts):
            continue
        for site in function.calls:
            if dotted(site.callee) in _ENCODES and site.node.args:
                keys = _claims(site.node.args[0], function)
                if keys is None or any(_OWN_END.search(each) for each in keys):
                    continue
                if "exp" not in keys and not _WHO.isdisjoint(keys):
                    yield function, site


def _may_be_endless(facts: tree.FunctionFacts) -> bool:
    return search.mentions(facts, _WORD) and not search.mentions(facts, _END)


def _claims(node: tree.Expr, function: Function) -> frozenset[str] | None:
    """The names of a token's claims; None where not all of them are known."""
    if isinstance(node, tree.Name):
        return _of_name(node.id, function)
    if not isinstance(node, tree.DictDisplay):
        return None
    names = [each.value for each in node.keys if isinstance(each, tree.Constant)]
    if len(names) != len(node.keys):
        return None
    return frozenset(name for name in names if isinstance(name, str))


def _of_name(name: str, function: Function) -> frozenset[str] | None:
    """The claims of a dictionary that is made once, added to key by key, and only encoded."""
    made: list[tree.Expr] = []
    added: set[str] = set()
    uses = expected = 0
    for node in function.nodes:
        match node:
            case tree.Assign(targets=[tree.Name(id=target)], value=value) if target == name:
                made.append(value)
                expected += 1
            case tree.AnnAssign(target=tree.Name(id=target), value=value) if target == name:
                made.extend([] if value is None else [value])
                expected += 1
            case tree.Assign(
                targets=[
                    tree.Subscript(
                        value=tree.Name(id=target), index=tree.Constant(value=str() as key)
                    )
                ]
            ) if target == name:
                added.add(key)
                expected += 1
            case tree.Call(args=[tree.Name(id=target), *_]) if target == name:
                site = function.call_at(node)
                expected += site is not None and dotted(site.callee) in _ENCODES
        uses += sum(isinstance(each, tree.Name) and each.id == name for each in children(node))
    found = _claims(made[0], function) if len(made) == 1 else None
    if found is None or uses != expected or isinstance(made[0], tree.Name):
        return None
    return found | added
