"""Exception handlers for FastAPI's ``HTTPException``, which is only one half of them.

What the router itself raises, for a path or method that nobody answers, is Starlette's, from which
FastAPI's derives (fastapi/exceptions.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following.functions import Module
from fastlint.model.reading.mentions import Mention, mentions

_PACKAGES = frozenset({"fastapi", "starlette"})
_REGISTERS = ("exception_handler", "add_exception_handler")
_TOGETHER = [(search.spelled(name), b"HTTPException") for name in _REGISTERS]
_NARROW = frozenset({"fastapi.HTTPException", "fastapi.exceptions.HTTPException"})
_WORDS = tuple(map(search.spelled, _REGISTERS))


def narrow_handlers(module: Module) -> Iterator[tuple[Span, bool]]:
    """Where a handler is registered: for FastAPI's own (True), or for all of them (False)."""
    registered = set(_registered(module))
    if registered:
        for mention in mentions(module, _PACKAGES, _TOGETHER):
            if _place(mention) in registered and mention.dotted.endswith(".HTTPException"):
                yield mention.span, mention.dotted in _NARROW


def _registered(module: Module) -> Iterator[tuple[int, int]]:
    decorators = [node for facts in module.facts.functions for node in facts.decorators]
    bodies = [
        statement
        for facts in module.facts.functions
        if search.mentions(facts, *_WORDS)
        for statement in tree.statements(facts)
    ]
    for node in walk([*module.facts.body, *decorators, *bodies]):
        match node:
            case tree.Call(func=tree.Attribute(attr=attr), args=[first, *_]) if attr in _REGISTERS:
                yield first.line, first.column


def _place(mention: Mention) -> tuple[int, int]:
    return mention.node.line, mention.node.column
