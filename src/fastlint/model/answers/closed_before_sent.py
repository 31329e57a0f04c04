"""Responses that read, when they are sent, from what a ``with`` around them has closed.

Followed from starlette 1.10, ``responses.py``: neither ``StreamingResponse`` nor ``FileResponse``
reads anything before it is sent, and that is when the handler has returned, and left its ``with``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.binding import bindings
from fastlint.facts.walk import handed, walk
from fastlint.model.answers.json_content import content
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.project import Project

_FILE = "starlette.responses.FileResponse"
_STREAM = "starlette.responses.StreamingResponse"
_CLOSED = frozenset(
    {
        "aiofiles.open", "anyio.open_file", "builtins.open", "bz2.open", "gzip.open",
        "httpx.AsyncClient.stream", "httpx.Client.stream", "httpx.stream",
        "httpx2.AsyncClient.stream", "httpx2.Client.stream", "httpx2.stream", "io.BytesIO",
        "io.StringIO", "lzma.open", "pathlib.Path.open", "tempfile.NamedTemporaryFile",
        "tempfile.SpooledTemporaryFile", "tempfile.TemporaryFile",
    }
)  # fmt: skip
"""What gives nothing more once its ``with`` is over."""
_NAMED_FILE = "tempfile.NamedTemporaryFile"
_DELETED = frozenset({_NAMED_FILE, "tempfile.TemporaryDirectory"})
_JOINING = frozenset({"builtins.str", "os.fspath", "os.path.join", "pathlib.Path"})
_READ_AHEAD = frozenset({"aread", "read"})
"""Methods after which a client's response can be gone through though it is closed."""
_GOING_THROUGH = frozenset(
    {
        "aiter_bytes", "aiter_lines", "aiter_raw", "aiter_text", "iter_bytes", "iter_lines",
        "iter_raw", "iter_text",
    }
)  # fmt: skip


class Early(msgspec.Struct, frozen=True, eq=False):
    """A response that is sent too late for what it reads."""

    function: Function
    response: tree.Call
    manager: tree.Expr
    """What the ``with`` enters."""
    name: str
    """What that is called in the ``with``."""
    is_deleted: bool
    """Whether a file is deleted, not closed."""


def closed_before_sent(project: Project) -> Iterator[Early]:
    """Every such response of what runs for requests."""
    for reached in project.reach.reached:
        function = reached.function
        if not search.mentions(function.facts, b"StreamingResponse", b"FileResponse"):
            continue
        for node in function.nodes:
            if isinstance(node, tree.With):
                for item in node.items:
                    yield from _early(node, item, function, project)


def _early(
    block: tree.With, item: tree.WithItem, function: Function, project: Project
) -> Iterator[Early]:
    manager = function.call_at(item.context)
    opened = None if manager is None else dotted(manager.callee)
    if manager is None or opened is None or not isinstance(item.target, tree.Name):
        return
    within = _Within(block, item.target.id, function)
    for site in within.returned():
        if isinstance(site.callee, FunctionValue):
            continue
        if opened in _CLOSED and classes.derives(site.callee, _STREAM, project.knowledge):
            given = content(site)[1]
            if given is not None and within.reads(given):
                yield Early(function, site.node, item.context, within.name, is_deleted=False)
        elif (
            opened in _DELETED
            and {"delete", None}.isdisjoint(each.name for each in manager.node.keywords)
            and classes.derives(site.callee, _FILE, project.knowledge)
        ):
            deleted = _Deleted(within, is_file=opened == _NAMED_FILE)
            if any(map(deleted.has, _path(site.node))):
                yield Early(function, site.node, item.context, within.name, is_deleted=True)


class _Within:
    """What stands in a ``with``, and what it calls the thing that it enters."""

    def __init__(self, block: tree.With, name: str, function: Function) -> None:
        self.name = name
        self.function = function
        self.nodes = list(walk(block.body))
        self.bindings = bindings(self.nodes)

    def returned(self) -> Iterator[CallSite]:
        """The calls whose result is returned from within it."""
        for node in self.nodes:
            if isinstance(node, tree.Return):
                values = [node.value]
                if isinstance(node.value, tree.Name):
                    values = [each.value for each in self.bindings.get(node.value.id, ())]
                yield from (site for each in values if (site := self.function.call_at(each)))

    def reads(self, node: tree.Expr) -> bool:
        """Whether whoever goes through ``node`` reads from what was entered."""
        if self.name in self.bindings:
            return False  # it may be something else by then
        match node:
            case tree.Name(id=read):
                return read == self.name
            case tree.Comprehension(kind="generator", clauses=[first, *_]):
                return self.reads(first.iterable)
            case tree.Call(func=tree.Name(id="iter"), args=[given]):
                return self.reads(given)
            case tree.Call(func=tree.Attribute(value=tree.Name(id=read), attr=attr)):
                return read == self.name and attr in _GOING_THROUGH and not self._is_read()
            case tree.Call(func=tree.Name(id=made), args=[], keywords=[]):
                defined = [each.node for each in self.bindings.get(made, ())]
                return len(defined) == 1 and self._generates(defined[0], node)
        return False

    def _generates(self, defined: tree.Node, call: tree.Call) -> bool:
        """Whether the call is of a generator that is defined here and goes through it."""
        site = self.function.call_at(call)
        if site is None or not isinstance(site.callee, FunctionValue):
            return False
        facts = site.callee.facts
        if not isinstance(defined, tree.FunctionDef) or defined.index != facts.index:
            return False
        if not facts.is_generator or any(each.name == self.name for each in facts.params):
            return False
        body = list(walk(tree.statements(facts)))
        return self.name not in bindings(body) and any(map(self._goes_through, body))

    def _goes_through(self, node: tree.Node) -> bool:
        match node:
            case tree.For(iterable=given) | tree.Yield(value=given, delegates=True):
                return given is not None and self.reads(given)
            case tree.Call(func=tree.Attribute(value=tree.Name(id=read), attr="read")):
                return read == self.name
        return False

    def _is_read(self) -> bool:
        """Whether the answer of a client is read while it is open."""
        return any(
            isinstance(node, tree.Attribute)
            and node.attr in _READ_AHEAD
            and isinstance(node.value, tree.Name)
            and node.value.id == self.name
            for node in self.nodes
        )


# --- files -------------------------------------------------------------------------------------


class _Deleted:
    """Knows the paths of what a ``with`` deletes: one file, or all that is in a directory."""

    def __init__(self, within: _Within, *, is_file: bool) -> None:
        self._file = within.name if is_file else ""
        self._function = within.function
        self._names = {within.name}.difference(within.bindings)
        if is_file and not self._names:
            self._file = ""  # it may be something else by then
        for name, bound in within.bindings.items():
            values = [each.value for each in bound]
            if all(each is not None and self.has(each) for each in values):
                self._names.add(name)

    def has(self, node: tree.Expr) -> bool:
        """Whether it is the path of something that is deleted."""
        match node:
            case tree.Name(id=name):
                return name in self._names
            case tree.Attribute(value=tree.Name(id=name), attr="name"):
                return bool(name) and name == self._file
            case tree.BinOp(left=left, op="/"):
                return not self._file and self.has(left)
            case tree.BinOp(left=left, op="+", right=right):
                return not self._file and self.has(left) and _goes_below(right)
            case tree.FString(parts=[first, *rest]):
                return self.has(first) and (not rest or (not self._file and _goes_below(rest[0])))
            case tree.Call():
                site = self._function.call_at(node)
                if site is not None and dotted(site.callee) in _JOINING:
                    given = [*handed(node)]
                    return any(map(self.has, given[:1])) and (len(given) == 1 or not self._file)
        return False


def _path(call: tree.Call) -> list[tree.Expr]:
    return call.args[:1] or [each.value for each in call.keywords if each.name == "path"]


def _goes_below(node: tree.Expr) -> bool:
    """Whether a text that is appended to a directory's path leads into it, not to its neighbour."""
    match node:
        case tree.Constant(value=str(text)):
            return text.startswith("/")
        case tree.FString(parts=[first, *_]):
            return _goes_below(first)
        case tree.Attribute(value=tree.Name(id="os"), attr="sep"):
            return True
    return False
