"""Tokens whose ``sub`` is a number, which those who decode them refuse.

RFC 7519 has it a text. PyJWT looks since 2.10 (jwt/api_jwt.py `_validate_sub`), python-jose always
did (jose/jwt.py `_validate_sub`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.model.following.classes import is_subclass
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import FunctionValue
from fastlint.model.reading.mentions import imported_packages
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ENCODES = {
    "jwt.encode": "pyjwt",
    "jwt.api_jwt.encode": "pyjwt",
    "jose.jwt.encode": "",
}
"""With the distribution whose version counts, if any does."""
_SINCE = (2, 10)
_SUB = search.spelled("sub")
_ENCODE = search.spelled("encode")
_UNCHECKED = b"verify_sub"


def numbered(project: Project) -> Iterator[tuple[Function, tree.Expr]]:
    """Where the claims of a token are given a ``sub`` that is no text: what is given."""
    index = project.modules_index
    users = [m.path for m in project.modules if {"jwt", "jose"} & set(imported_packages(m))]
    if not users or any(index.mentions(path, _UNCHECKED) for path in users):
        return
    for reached in project.reach.reached:
        function = reached.function
        if not search.mentions(function.facts, _SUB):
            continue
        for site in function.calls:
            subjects = [each for given in _given(site) for each in _subjects(given, function)]
            if subjects and _encodes(site, function, project):
                for subject in subjects:
                    kind = type_of(subject, function, project)
                    if kind is not None and is_subclass(kind, "builtins.int"):
                        yield function, subject


def _given(site: CallSite) -> list[tree.Expr]:
    return [*site.node.args, *(keyword.value for keyword in site.node.keywords)]


def _subjects(given: tree.Expr, function: Function) -> Iterator[tree.Expr]:
    """What stands under ``"sub"`` of a dictionary, or of the one that a name is bound to."""
    match given:
        case tree.DictDisplay(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, tree.Constant) and key.value == "sub":
                    yield value
        case tree.Name(id=name):
            for bound in function.bindings.get(name, ()):
                if isinstance(bound.value, tree.DictDisplay):
                    yield from _subjects(bound.value, function)


def _encodes(site: CallSite, function: Function, project: Project) -> bool:
    """Whether a call makes a token of its claims, itself or by what it calls.

    What speaks of ``sub`` itself may make a text of it first.
    """
    if isinstance(site.callee, FunctionValue):
        below = project.function(site.callee)
        if not search.mentions(below.facts, _ENCODE) or search.mentions(below.facts, _SUB):
            return False
        return any(_encodes(each, below, project) for each in below.calls if _is_encode(each))
    distribution = _ENCODES.get(dotted(site.callee) or "")
    if not distribution:
        return distribution is not None
    return project.versions.of(distribution, function.path).at_least(_SINCE)


def _is_encode(site: CallSite) -> bool:
    return dotted(site.callee) in _ENCODES
