"""Paths of files that clients choose.

Only a text that begins a part of the path can lead out of its folder: what is glued to other text
(``f"{number}_{name}"``) names a folder that is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import dotted
from fastlint.model.following.values import Const, FunctionValue
from fastlint.model.reading.items import item_read
from fastlint.model.reading.looked_at import looked_at
from fastlint.model.security.carried import Carried, carried_calls, handed_on
from fastlint.model.security.client_texts import Input

if TYPE_CHECKING:
    from fastlint.model.project import Project

_OPEN = frozenset(
    {"builtins.open", "io.open", "aiofiles.open", "aiofiles.threadpool.open", "anyio.open_file",
     "starlette.responses.FileResponse", "os.remove", "os.unlink", "os.listdir", "os.makedirs",
     "shutil.rmtree"}
)  # fmt: skip
_OF_PATHS = frozenset(
    {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "iterdir", "mkdir"}
)
_PATHS = ("pathlib.Path.", "anyio.Path.")
_WORDS = search.Words(
    map(search.spelled, {*_OF_PATHS, *(name.rpartition(".")[2] for name in _OPEN)})
)
_JOINS = frozenset(
    {"join", "joinpath", "Path", "PurePath", "str", "fspath", "abspath", "expanduser"}
)
_SAME = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "absolute"})
_DEEPEST = 6


class Chosen(msgspec.Struct, frozen=True, eq=False):
    """A file that is opened under a path that the client chooses."""

    where: Carried
    site: CallSite
    path: tree.Expr
    input: Input
    made: Span | None = None
    """Where another function gives the path, if one makes it."""


def chosen(project: Project) -> Iterator[Chosen]:
    """Every file of which a text of a request says where it is."""
    for each, site in carried_calls(project, _WORDS):
        path = _path(site)
        found = each.of(path)
        if path is None:
            continue
        if found is None:
            yield from _made_elsewhere(each, site, path, project)
        elif found.takes_slashes and _leads_out(path, each, _DEEPEST):
            yield Chosen(each, site, path, found)


def _made_elsewhere(
    where: Carried, site: CallSite, path: tree.Expr, project: Project
) -> Iterator[Chosen]:
    """A file whose path a function of the project makes of a text, whatever way it goes.

    Nothing where anybody looks at what it has made.
    """
    function = where.function
    made: tree.Expr | None = path
    if isinstance(path, tree.Name):
        made = None if path.id in looked_at(function.nodes) else function.only_value(path.id)
    making = function.call_at(made) if isinstance(made, tree.Call) else None
    callee = None if making is None else making.callee
    if making is None or not isinstance(callee, FunctionValue) or callee.decorators:
        return
    inner = handed_on(where, making, project)
    if inner is None or inner.function.is_async or inner.function.facts.is_generator:
        return
    given = [each.node for each in inner.function.returns if isinstance(each.node, tree.Return)]
    found = [inner.of(each.value) for each in given]
    leads_out = all(
        text is not None and text.takes_slashes and _leads_out(each.value, inner, _DEEPEST)
        for each, text in zip(given, found, strict=True)
    )
    if found and found[0] is not None and leads_out:
        yield Chosen(where, site, path, found[0], inner.function.at(given[0]))


def _path(site: CallSite) -> tree.Expr | None:
    """What a call takes for the path of a file."""
    node, name = site.node, dotted(site.callee) or ""
    if name in _OPEN:
        named = {each.name: each.value for each in node.keywords}
        return node.args[0] if node.args else named.get("path", named.get("file"))
    if isinstance(node.func, tree.Attribute) and name.startswith(_PATHS):
        return node.func.value if node.func.attr in _OF_PATHS else None
    return None


def _leads_out(node: tree.Expr | None, where: Carried, depth: int) -> bool:
    """Whether the client's text stands at the beginning of a part of the path."""
    if node is None or not depth or where.of(node) is None:
        return False
    match node:
        case tree.Name(id=name):
            if name in where.inputs:
                return True
            return any(_leads_out(value, where, depth - 1) for value in where.bound(name))
        case tree.Attribute():
            return True
        case tree.Subscript() | tree.Call() if item_read(node) is not None:
            return True
        case tree.FString(parts=parts):
            return any(
                _leads_out(part, where, depth - 1)
                and (place == 0 or _ends_part(parts[place - 1], where))
                for place, part in enumerate(parts)
            )
        case tree.BinOp(left=left, op="/", right=right):
            return any(_leads_out(each, where, depth - 1) for each in (left, right))
        case tree.BinOp(left=left, op="+", right=right):
            follows = _ends_part(left, where) and _leads_out(right, where, depth - 1)
            return follows or _leads_out(left, where, depth - 1)
        case tree.Call(func=tree.Attribute(value=value, attr=attr)) if attr in _SAME:
            return _leads_out(value, where, depth - 1)
        case tree.Call(func=tree.Attribute(attr=name) | tree.Name(id=name), args=args):
            inside = any(_leads_out(each, where, depth - 1) for each in args)
            owner = node.func.value if isinstance(node.func, tree.Attribute) else None
            return name in _JOINS and (inside or _leads_out(owner, where, depth - 1))
    return False


def _ends_part(node: tree.Expr, where: Carried) -> bool:
    """Whether a text ends with a slash, so that a part of the path begins behind it."""
    if isinstance(node, tree.FString) and node.parts:
        return _ends_part(node.parts[-1], where)
    if isinstance(node, tree.Constant):
        return isinstance(node.value, str) and node.value.endswith("/")
    function = where.function
    if function.value is None or function.machine is None:
        return False
    value = function.machine.evaluate(node, function.value.closure)
    return isinstance(value, Const) and isinstance(value.value, str) and value.value.endswith("/")
