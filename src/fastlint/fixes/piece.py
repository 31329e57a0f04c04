"""A stretch of a file as LibCST reads it, and where in the file each of its nodes stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.source.file import SourceFile

_LONE_RETURN = re.compile(r"\r(?!\n)")
_HEADER = "if fastlint:\n"

Node_co = TypeVar("Node_co", bound=cst.CSTNode, covariant=True)
_Other = TypeVar("_Other", bound=cst.CSTNode)


class Piece:
    """One or more statements, parsed from their own text."""

    def __init__(self, file: SourceFile, start: int, end: int, *, tail: str = "") -> None:
        """Parse ``file.text[start:end] + tail``. cst.ParserSyntaxError if LibCST cannot read it.

        What is indented is read under a made-up header instead of being dedented, so that strings
        over several lines and odd indentation stay as they are and columns need no conversion.
        """
        line, _ = file.position(start)
        before = file.text[file.offset(line, 1) : start]
        code = file.text[start:end] + tail
        if before:
            code = _HEADER + (" " * len(before) if before.strip(" \t") else before) + code
        self.file = file
        self._line_shift = line - (2 if before else 1)
        # LibCST does not keep a lone \r; with \n in its place lines and columns are the same.
        self.module = cst.parse_module(_LONE_RETURN.sub("\n", code))
        ranges = MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)
        last = len(file.text)
        self._ranges = {}
        lines = len(file.lines)
        for node, found in ranges.items():
            begin = self._offset(found.start.line, found.start.column, lines, last)
            self._ranges[node] = (
                begin,
                self._offset(found.end.line, found.end.column, lines, last),
            )
        self._parents: dict[cst.CSTNode, cst.CSTNode] | None = None

    def _offset(self, line: int, column: int, lines: int, last: int) -> int:
        line += self._line_shift
        if line < 1 or line > lines:
            return last  # the made-up header and tail stand nowhere
        return self.file.offset(line, column + 1)

    def start(self, node: cst.CSTNode) -> int:
        """The offset in the file of a node, without its own parentheses."""
        return self._ranges[node][0]

    def end(self, node: cst.CSTNode) -> int:
        """The offset in the file of the end of a node, without its own parentheses."""
        return self._ranges[node][1]

    def outer(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node, its own parentheses included."""
        start, end = self._ranges[node]
        if left := getattr(node, "lpar", None):
            start = self.start(left[0])
        if right := getattr(node, "rpar", None):
            end = self.end(right[-1])
        return start, end

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node, its own parentheses included, as it stands in the file."""
        start, end = self.outer(node)
        return self.file.text[start:end]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds ``node``."""
        if self._parents is None:
            self._parents = {
                child: holder for holder in walk(self.module) for child in holder.children
            }
        return self._parents.get(node)

    def parents(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What holds ``node``, innermost first."""
        here = self.parent(node)
        while here is not None:
            yield here
            here = self.parent(here)

    def find(self, kind: type[_Other], start: int, end: int) -> Found[_Other] | None:
        """The outermost node of a kind that stands at exactly these offsets."""
        for node in walk(self.module):
            if isinstance(node, kind) and (
                self._ranges.get(node) == (start, end) or self.outer_or_none(node) == (start, end)
            ):
                return Found(node, self)
        return None

    def outer_or_none(self, node: cst.CSTNode) -> tuple[int, int] | None:
        """As `outer`; None for a node that has no place."""
        return self.outer(node) if node in self._ranges else None

    def all(self, kind: type[_Other]) -> Iterator[_Other]:
        """Every node of a kind, in the order of the text."""
        return (node for node in walk(self.module) if isinstance(node, kind))


class Found(Generic[Node_co]):
    """A node and the piece that it is part of."""

    __slots__ = ("node", "piece")

    def __init__(self, node: Node_co, piece: Piece) -> None:
        self.node = node
        self.piece = piece

    @property
    def start(self) -> int:
        """The offset in the file, without the node's own parentheses."""
        return self.piece.start(self.node)

    @property
    def end(self) -> int:
        """The offset in the file of the end, without the node's own parentheses."""
        return self.piece.end(self.node)


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.children))


def walk_own(body: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a function's body runs itself: as `walk`, but not into functions, classes, lambdas."""
    waiting = [body]
    while waiting:
        here = waiting.pop()
        yield here
        if not isinstance(here, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            waiting.extend(reversed(here.children))
