"""Where the statements of a file begin and end, and which names they bind. No expressions.

It comes from CPython's own tree, which is fast. Offsets count characters of the text.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from fastlint.fixes.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastlint.source.file import SourceFile

Kind = Literal["module", "function", "class", "import", "headed", "block", "simple"]
"""``headed``: if, for, while, with: their header can be read alone. ``block``: try, match, elif."""

_TYPE_CHECKING = re.compile(r"if[\s(]+(?:\w+\.)?TYPE_CHECKING\b")


class Binding:
    """A name that a statement binds in the scope that it stands in."""

    __slots__ = ("name", "origin", "statement")

    def __init__(self, name: str, origin: str | None, statement: Statement) -> None:
        self.name = name
        self.origin = origin
        """``module`` or ``module:name`` of an import; None for anything else."""
        self.statement = statement


class Statement:
    """One statement, or the module. An ``elif`` is a statement of its own, within its ``if``."""

    __slots__ = (
        "_known", "body_start", "children", "end", "is_async", "kind", "name", "node", "parent",
        "start",
    )  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        start: int,
        end: int,
        parent: Statement | None,
        *,
        node: ast.stmt | None = None,
        name: str = "",
        is_async: bool = False,
    ) -> None:
        self.kind = kind
        self.start = start
        """Of its first decorator's ``@``, where it has one."""
        self.end = end
        """After its last character, without a comment that follows."""
        self.parent = parent
        self.node = node
        """CPython's own, for what only it can tell."""
        self.body_start: int | None = None
        """Of the first statement of the body of a function, class or headed statement."""
        self.name = name
        """Of a function or class."""
        self.is_async = is_async
        self.children: list[Statement] = []
        """Of all its blocks, in the order of the text; of a function or class, its body."""
        self._known: tuple[tuple[str, str | None], ...] | None = None

    @property
    def bindings(self) -> tuple[tuple[str, str | None], ...]:
        """The names that it binds by itself and their origins; worked out when first asked for."""
        if self._known is None:
            self._known = () if self.node is None else tuple(_bindings(self.node))
        return self._known

    @property
    def is_scope(self) -> bool:
        """Whether names bound within it are its own."""
        return self.kind in {"module", "function", "class"}

    def chain(self) -> Iterator[Statement]:
        """The statement itself, what contains it, and so on up to the module."""
        here: Statement | None = self
        while here is not None:
            yield here
            here = here.parent

    def scope(self) -> Statement:
        """The function, class or module in which this statement stands."""
        parents = self.chain()
        next(parents)
        return next(parent for parent in parents if parent.is_scope)

    def bound(self) -> Iterator[Binding]:
        """What this scope binds, its parameters included."""
        for name, origin in self.bindings if self.kind == "function" else ():
            if origin == "parameter":
                yield Binding(name, None, self)
        waiting = self.children[::-1]
        while waiting:
            statement = waiting.pop()
            if statement.name:
                yield Binding(statement.name, None, statement)
            for name, origin in statement.bindings:
                if origin != "parameter":
                    yield Binding(name, origin, statement)
            if not statement.is_scope:
                waiting.extend(reversed(statement.children))


class Outline:
    """The statements of one file."""

    def __init__(self, module: Statement, text: str) -> None:
        self.module = module
        self._text = text

    def statement(self, start: int, end: int) -> Statement | None:
        """The smallest statement that contains a stretch of the text."""
        found: Statement | None = None
        children = self.module.children
        while True:
            inside = [child for child in children if child.start <= start and end <= child.end]
            if not inside:
                return found
            found = inside[0]
            children = found.children

    def function(self, start: int, end: int) -> Statement | None:
        """The function in whose header, or else in whose body, the stretch stands."""
        found = self.statement(start, end)
        return (
            next((each for each in found.chain() if each.kind == "function"), None)
            if found
            else None
        )

    def for_type_checkers_only(self, statement: Statement) -> bool:
        """Whether the statement stands under ``if TYPE_CHECKING:`` (or its ``else``)."""
        return any(
            each.kind == "headed" and _TYPE_CHECKING.match(self._text, each.start)
            for each in statement.chain()
        )


def outline_of(file: SourceFile) -> Outline | None:
    """The outline of a file; None where none can be made."""
    parsed = parse(file)
    if parsed is None:
        return None
    module = Statement("module", 0, len(file.text), None)
    try:
        _Survey(file.text, parsed.offset).block(parsed.tree.body, module)
    except RecursionError:  # hundreds of `elif`, each in the `else` of the one before
        return None
    return Outline(module, file.text)


class _Survey:
    def __init__(self, text: str, offset: Callable[[int, int], int]) -> None:
        self.text = text
        self.offset = offset

    def start(self, node: ast.stmt) -> int:
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            first = decorators[0]
            return self.text.rfind("@", 0, self.offset(first.lineno, first.col_offset))
        return self.offset(node.lineno, node.col_offset)

    def block(self, body: list[ast.stmt], parent: Statement) -> None:
        for node in body:
            parent.children.append(self.statement(node, parent))

    def statement(self, node: ast.stmt, parent: Statement) -> Statement:
        start = self.start(node)
        statement = Statement(
            self.kind(node, start),
            start,
            self.offset(node.end_lineno or 1, node.end_col_offset or 0),
            parent,
            node=node,
            name=getattr(node, "name", "") if hasattr(node, "body") else "",
            is_async=isinstance(node, ast.AsyncFunctionDef),
        )
        body = getattr(node, "body", None)
        if body:
            statement.body_start = self.start(body[0])
            self.block(body, statement)
        for clause in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            self.block(clause.body, statement)
        for rest in ("orelse", "finalbody"):
            self.block(getattr(node, rest, None) or [], statement)
        return statement

    def kind(self, node: ast.stmt, start: int) -> Kind:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return "function"
            case ast.ClassDef():
                return "class"
            case ast.Import() | ast.ImportFrom():
                return "import"
            case ast.If():
                return "block" if self.text.startswith("elif", start) else "headed"
            case ast.For() | ast.AsyncFor() | ast.While() | ast.With() | ast.AsyncWith():
                return "headed"
        return "block" if hasattr(node, "body") or hasattr(node, "cases") else "simple"


def _imported(module: str, alias: str | None) -> Iterator[tuple[str, str]]:
    """What ``import module as alias`` binds; ``import a.b`` binds ``a``, ``a.b`` is usable."""
    if alias:
        yield alias, module
        return
    root = module.partition(".")[0]
    yield root, root
    if root != module:
        yield module, module


def _bindings(node: ast.stmt) -> Iterator[tuple[str, str | None]]:
    """What the statement binds by itself, not through the statements in it."""
    match node:
        case ast.Import():
            for alias in node.names:
                yield from _imported(alias.name, alias.asname)
        case ast.ImportFrom():
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield alias.asname or alias.name, f"{module}:{alias.name}"
        case ast.Global() | ast.Nonlocal():
            yield from ((name, None) for name in node.names)
        case _:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _parameters(node.args)
            yield from _stored(node)


def _parameters(args: ast.arguments) -> Iterator[tuple[str, str]]:
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            yield arg.arg, "parameter"


def _stored(statement: ast.stmt) -> Iterator[tuple[str, None]]:
    """What is assigned, deleted, caught, matched or walked over, but not by a statement within."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id, None
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name, None
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name, None
            case ast.Lambda():
                continue
        waiting.extend(
            child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)
        )
