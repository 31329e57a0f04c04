"""Which routes the tests ask for, by the addresses that stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import children
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module
    from fastlint.model.project import Project

_BY_NAME = (b"url_for", b"url_path_for")
ANYTHING = "*"
"""A part of an address that is known at run time."""


def untested(project: Project) -> Iterator[Route]:
    """The routes of apps for which no address in any test fits."""
    tests = [each for each in project.modules if each.is_test]
    index = project.modules_index
    if any(index.mentions(each.path, *_BY_NAME) for each in tests):
        return  # they ask for routes by their names
    asked = {tuple(_segments(text)) for module in tests for text in _texts(module)}
    if not asked:
        return  # nothing here tests by address
    for route in project.routes:
        if route.kind != "http" or route.app is None or route.path is None:
            continue
        if not project.module(route.span.path).is_test:
            wanted = _segments(route.path)
            if not any(_fits(each, wanted) for each in asked):
                yield route


def _segments(path: str) -> list[str]:
    return path.partition("?")[0].strip("/").split("/")


def _fits(asked: tuple[str, ...], wanted: list[str]) -> bool:
    """Whether an address may be one of the path, which it may also be the end of.

    What is put in front of it at run time is not known: ``f"{prefix}/items"``.
    """
    if asked[0] == ANYTHING and len(asked) < len(wanted):
        asked = (ANYTHING,) * (len(wanted) - len(asked)) + asked
    if wanted and ":path}" in wanted[-1] and len(asked) >= len(wanted):
        asked = asked[: len(wanted)]
    return len(asked) == len(wanted) and all(
        part in (ANYTHING, other) or "{" in other or _matches(part, other)
        for part, other in zip(asked, wanted, strict=True)
    )


def _matches(part: str, other: str) -> bool:
    """Whether a text with unknown pieces may be the other one."""
    if ANYTHING not in part:
        return False
    first, _, rest = part.partition(ANYTHING)
    return other.startswith(first) and other.endswith(rest.rpartition(ANYTHING)[2])


def _texts(module: Module) -> Iterator[str]:
    """Every text of a test file that may be an address."""
    stack: list[tree.Node] = list(module.facts.body)
    for facts in module.facts.functions:
        stack += tree.statements(facts)
        stack += facts.decorators
    while stack:
        node = stack.pop()
        text = _text(node)
        if "/" in text:
            yield text
        else:
            stack += children(node)


def _text(node: tree.Node) -> str:
    match node:
        case tree.Constant(value=str() as value, kind=""):
            return value
        case tree.FString(parts=parts):
            return "".join(_text(part) or ANYTHING for part in parts)
        case tree.BinOp(left=left, op="+", right=right):
            return (_text(left) or ANYTHING) + (_text(right) or ANYTHING)
        case tree.Call(func=tree.Attribute(value=inner, attr="format")):
            return _text(inner).replace("{", ANYTHING).replace("}", "")
    return ""
