"""A file as ruff reads it: alone, with names that only its own imports explain."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from fastlint.findings import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef


class File:
    """One file's text, and where its nodes stand."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.tree = ast.parse(text)
        self.above: dict[ast.AST, ast.AST] = {}
        self.nodes: dict[tuple[int, int], list[ast.AST]] = defaultdict(list)
        for node in ast.walk(self.tree):
            for below in ast.iter_child_nodes(node):
                self.above[below] = node
            if isinstance(node, ast.expr | ast.keyword | ast.arg):
                self.nodes[node.lineno, self._column(node.lineno, node.col_offset)].append(node)

    def at(self, span: Span) -> Iterator[ast.AST]:
        """The nodes that begin where a span does, the outermost first."""
        yield from self.nodes.get((span.line, span.column), ())

    def function(self, node: ast.AST) -> Function | None:
        """The function in whose body, or among whose parameters, a node stands; no lambda."""
        while node in self.above:
            node = self.above[node]
            if isinstance(node, Function | ast.Lambda):
                return node if isinstance(node, Function) else None
        return None

    def name(self, node: ast.expr) -> str:
        """The full name of what an expression names, as the file's imports say; else empty."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        root = self._names.get(node.id, "")
        return ".".join([root, *reversed(parts)]) if root else ""

    @cached_property
    def defers_annotations(self) -> bool:
        """Whether ``from __future__ import annotations`` stands in the file."""
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in self.tree.body
        )

    @cached_property
    def assigned(self) -> dict[str, ast.expr]:
        """What the names are given that are bound once in the file, by a plain assignment."""
        values = {
            target.id: node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        return {name: value for name, value in values.items() if self._bound[name] == 1}

    @cached_property
    def _names(self) -> dict[str, str]:
        """What the names mean that are bound by imports, and by nothing else in the file."""
        imported: dict[str, set[str]] = defaultdict(set)
        star = False
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    root = alias.name.partition(".")[0]
                    imported[alias.asname or root].add(alias.name if alias.asname else root)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    star = star or alias.name == "*"
                    full = f"{node.module}.{alias.name}" if node.module and not node.level else ""
                    imported[alias.asname or alias.name].add(full)
        names = {each: next(iter(full)) for each, full in imported.items() if len(full) == 1}
        for builtin in ("open", "input"):
            if not star and builtin not in imported:
                names[builtin] = f"builtins.{builtin}"
        return {each: full for each, full in names.items() if not self._bound[each]}

    @cached_property
    def _bound(self) -> dict[str, int]:
        """How often names are bound in the file, other than by imports, in whatever scope."""
        found: dict[str, int] = defaultdict(int)
        for node in ast.walk(self.tree):
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    found[name] += 1
                case ast.arg(arg=name):
                    found[name] += 1
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found[name] += 1
                case ast.ClassDef(name=name):
                    found[name] += 1
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    found[name] += 1
                case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    found[name] += 1
        return found

    def _column(self, line: int, offset: int) -> int:
        """A column in characters, from 1, for one in bytes, from 0."""
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1
