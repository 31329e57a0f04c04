"""Names of files that stand in ``Content-Disposition`` as the client wrote them.

Followed from starlette 1.10, ``responses.py``: `Response.init_headers` encodes every header in
Latin-1, and what that does not know is a `UnicodeEncodeError`; `FileResponse(filename=…)` quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.reading.words import words
from fastlint.model.security.carried import Carried
from fastlint.model.security.client_texts import Input

if TYPE_CHECKING:
    from fastlint.model.project import Project

_HEADER = "content-disposition"
_NAMES = frozenset({"name", "filename", "title", "label", "subject"})
_DEEPEST = 3
_WORDS = tree.Words(map(tree.spelled, ("Content-Disposition", _HEADER, "Content-disposition")))


class Disposed(msgspec.Struct, frozen=True, eq=False):
    """A header that a text of the client is a part of."""

    where: Carried
    value: tree.Expr
    input: Input


def disposed(project: Project) -> Iterator[Disposed]:
    """Every ``Content-Disposition`` that a text of a request is a part of."""
    if not project.has_body_with(_WORDS):
        return
    seen: set[tuple[str, int, int]] = set()
    for each in project.carried:
        if not tree.matches(each.function.facts, _WORDS):
            continue
        for value in _values(each.function.nodes):
            found = each.of(value)
            key = (each.function.path, value.line, value.column)
            if found is None or key in seen or not _is_name(found):
                continue
            if not _is_encoded(value, each, _DEEPEST):
                seen.add(key)
                yield Disposed(each, value, found)


def _is_name(given: Input) -> bool:
    """Whether people choose it, in whatever script they write: no identifier."""
    return given.source == "file" or words(given.key)[-1] in _NAMES


def _is_encoded(node: tree.Node, where: Carried, depth: int) -> bool:
    """Whether the text has gone through ``encode("ascii", "ignore")`` or its like."""
    for each in walk([node]):
        if isinstance(each, tree.Attribute) and each.attr == "encode":
            return True
        if isinstance(each, tree.Name) and depth:
            bound = filter(None, where.bound(each.id))
            if any(_is_encoded(value, where, depth - 1) for value in bound):
                return True
    return False


def _values(nodes: list[tree.Node]) -> Iterator[tree.Expr]:
    """What is written under that name in a mapping, or assigned to that key."""
    for node in nodes:
        match node:
            case tree.DictDisplay(keys=keys, values=values):
                yield from (v for k, v in zip(keys, values, strict=True) if _is_header(k))
            case tree.Assign(targets=[tree.Subscript(index=index)], value=value):
                if _is_header(index):
                    yield value


def _is_header(node: tree.Expr | None) -> bool:
    if not isinstance(node, tree.Constant) or not isinstance(node.value, str):
        return False
    return node.value.lower() == _HEADER
