"""The ``except`` around the decoding of a token that waits for the errors of another library.

PyJWT (jwt/exceptions.py) and python-jose (jose/exceptions.py) both have an error called
``ExpiredSignatureError``, and neither knows of the other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import exceptions_of
from fastlint.model.answers.handled import is_answered, is_stopped_on_the_way
from fastlint.model.calls.reach import Reached
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import External
from fastlint.model.reading.enclosing import holds

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DECODERS = {"jwt.decode": "jwt", "jwt.api_jwt.decode": "jwt", "jose.jwt.decode": "jose"}
_LIBRARIES = {"jwt": "PyJWT", "jose": "python-jose"}
_DECODE = search.spelled("decode")
_ERRORS = (
    "PyJWTError", "JOSEError", "JWTError", "InvalidTokenError", "DecodeError", "JWTClaimsError",
    "InvalidSignatureError", "ExpiredSignatureError", "JWSError", "JWSSignatureError",
)  # fmt: skip
_HOMES = {
    "jwt": ("jwt", "jwt.exceptions"),
    "jose": ("jose", "jose.exceptions", "jose.jwt", "jose.jws"),
}


class Astray(msgspec.Struct, frozen=True, eq=False):
    """An ``except`` that never takes what the decoding raises."""

    function: Function
    caught: tree.Expr
    """What it names of the other library."""
    name: str
    """``jose.JWTError``"""
    decodes: CallSite
    library: str
    """What decodes: ``PyJWT``."""
    instead: str
    """What that raises: ``jwt.PyJWTError``."""


def astray(project: Project) -> Iterator[Astray]:
    """Every one of which a bad token makes a 500."""
    for reached in project.reach.reached:
        function = reached.function
        if not search.mentions(function.facts, _DECODE) or project.module(function.path).is_test:
            continue
        for site in function.calls:
            package = _DECODERS.get(dotted(site.callee) or "")
            if package is not None:
                yield from _around(site, package, reached, project)


def _around(site: CallSite, package: str, way: Reached, project: Project) -> Iterator[Astray]:
    names = frozenset(f"{home}.{error}" for home in _HOMES[package] for error in _ERRORS)
    other = "jose" if package == "jwt" else "jwt"
    for node in way.function.nodes:
        if not isinstance(node, tree.Try) or not any(holds(part, site.node) for part in node.body):
            continue
        for caught, name in _caught(node, way.function, project):
            if not name.startswith(f"{other}."):
                continue
            if is_answered(names, project) or is_stopped_on_the_way(site.node, way, names, project):
                return
            instead = "jwt.PyJWTError" if package == "jwt" else "jose.JWTError"
            yield Astray(way.function, caught, name, site, _LIBRARIES[package], instead)
            return


def _caught(
    node: tree.Try, function: Function, project: Project
) -> Iterator[tuple[tree.Expr, str]]:
    """What the handlers of a ``try`` name, from outside the project."""
    frame = project.machine.run_module(function.path)
    for handler in node.handlers:
        for each in exceptions_of(handler):
            value = evaluate(each, frame)
            if isinstance(value, External):
                yield each, value.name
