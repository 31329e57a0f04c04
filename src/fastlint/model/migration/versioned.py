"""Code for two versions of a library at once, which knows what it does.

``if PYDANTIC_V2: … else: …``, ``if hasattr(item, "model_dump"): return …`` with what follows it,
``except AttributeError: …``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.facts.walk import names, walk

_VERSION = re.compile(r"(?i:pydantic)|(?i:(?:^|_)v[12](?:_|$))|^VERSION$")
_LACKING = frozenset({"AttributeError", "ImportError", "TypeError"})


def calls_for_one_version(body: list[tree.Stmt]) -> frozenset[tuple[int, int]]:
    """Line and column of every call of a function's body that only one of two versions makes."""
    found = [*_branches(body), *_choices(body)]
    return frozenset((n.line, n.column) for n in walk(found) if isinstance(n, tree.Call))


def _branches(body: list[tree.Stmt]) -> Iterator[tree.Node]:
    for place, statement in enumerate(body):
        match statement:
            case tree.If(test=test) if _asks_version(test):
                yield from (*statement.body, *statement.orelse)
                if any(isinstance(s, tree.Return) for s in statement.body[-1:]):
                    yield from body[place + 1 :]
            case tree.Try():
                for handler in statement.handlers:
                    if _LACKING & set(names([handler.caught] if handler.caught else [])):
                        yield from handler.body
        for name in ("body", "orelse", "final"):
            inner = getattr(statement, name, None)
            if isinstance(inner, list):
                yield from _branches(inner)


def _choices(body: list[tree.Stmt]) -> Iterator[tree.Node]:
    for node in walk(body):
        if isinstance(node, tree.IfExp) and _asks_version(node.test):
            yield from (node.body, node.orelse)


def _asks_version(test: tree.Expr) -> bool:
    for node in walk([test]):
        match node:
            case tree.Name(id=name) | tree.Attribute(attr=name) if _VERSION.search(name):
                return True
            case tree.Constant(value=str(text)) if text.startswith("model_"):
                return True  # of `hasattr` and `getattr`
    return False
