"""Names of files that stand in ``Content-Disposition`` as the client wrote them.

Followed from starlette 1.10, ``responses.py``: `Response.init_headers` encodes every header in
Latin-1, and what that does not know is a `UnicodeEncodeError`; `FileResponse(filename=…)` quotes.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.reading.words import words
from fastlint.model.security.carried import Carried
from fastlint.model.security.client_texts import Input

if TYPE_CHECKING:
    from fastlint.model.project import Project

_HEADER = "content-disposition"
_NAMES = frozenset({"name", "filename", "title", "label", "subject"})
_DEEPEST = 3
_WORDS = search.Words(map(search.spelled, ("Content-Disposition", _HEADER, "Content-disposition")))


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
        if not search.matches(each.function.facts, _WORDS):
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
        if isinstance(each, tree.FString) and each.conversion == "a":
            return True
        if isinstance(each, tree.Name) and depth:
            bound = filter(None, where.bound(each.id))
            if any(_is_encoded(value, where, depth - 1) for value in bound):
                return True
    return False


def _values(nodes: list[tree.Node]) -> Iterator[tree.Expr]:
    """What is written under that name in headers, or assigned to that key of them.

    Parts of mails and what a store keeps have such an entry as well, and write it as they please.
    """
    calls = [node for node in nodes if isinstance(node, tree.Call)]
    given = [each.value for call in calls for each in call.keywords if each.name == "headers"]
    updated = [call.args[0] for call in calls if call.args and _is_update(call.func)]
    returned = [node.value for node in nodes if isinstance(node, tree.Return)]
    called = {each.id for each in given if isinstance(each, tree.Name)}
    written = [*given, *updated, *filter(None, returned)]
    for node in nodes:
        match node:
            case tree.Assign(targets=[tree.Subscript(value=owner, index=index)], value=value):
                if _is_header(index) and _says_headers(owner, called):
                    yield value
            case (
                tree.Assign(targets=[target], value=tree.DictDisplay() as value)
                | tree.AnnAssign(target=target, value=tree.DictDisplay() as value)
            ) if _says_headers(target, called):
                written.append(value)
    for each in walk(written):
        if isinstance(each, tree.DictDisplay):
            pairs = zip(each.keys, each.values, strict=True)
            yield from (value for key, value in pairs if _is_header(key))


def _is_update(func: tree.Expr) -> bool:
    """``response.headers.update``"""
    return isinstance(func, tree.Attribute) and func.attr == "update" and _says_headers(func.value)


def _says_headers(node: tree.Expr, names: Container[str] = ()) -> bool:
    """Whether it is called headers, or is one of ``names``."""
    name = last_name(node)
    return "headers" in name.lower() or (isinstance(node, tree.Name) and name in names)


def _is_header(node: tree.Expr | None) -> bool:
    if not isinstance(node, tree.Constant) or not isinstance(node.value, str):
        return False
    return node.value.lower() == _HEADER
