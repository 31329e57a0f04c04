"""How exactly something is written: LibCST nodes of the statement at a span, on demand.

The survey knows where things are; this knows what they look like. A file is outlined once with
CPython's own parser, and only the statement that somebody asks about is read with LibCST.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from fastlint.findings import Edit, Span
from fastlint.fixes import layout
from fastlint.fixes.fitting import fitted
from fastlint.fixes.newlines import as_around, deleted_from
from fastlint.fixes.offering import COMMENT
from fastlint.fixes.outline import Outline, Statement, outline_of
from fastlint.fixes.parsing import is_too_deep
from fastlint.fixes.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from fastlint.findings import Changes
    from fastlint.fixes.piece import Found, Piece
    from fastlint.source.file import SourceFile

_Node = TypeVar("_Node", bound="cst.CSTNode")


class Syntax:
    """One file, read closely where asked. Keeps what it has parsed; never changes.

    Every lookup takes the span of exactly the thing meant, as `ast` has it (a parenthesised
    expression without its parentheses), and returns None where no such thing stands there.
    """

    def __init__(self, file: SourceFile, style: Style | None = None) -> None:
        """``style``: that of the file before its first fix; without it the text as it is counts."""
        self.file = file
        self.text = file.text
        self.style = style or Style(file.text)
        self.newline = file.newline
        self._pieces: dict[tuple[int, str], Piece | None] = {}

    # --- what stands at a span ---------------------------------------------------------------

    def call(self, span: Span) -> Found[cst.Call] | None:
        """The call at ``span``."""
        import libcst as cst

        return self.node(span, cst.Call)

    def parameter(self, span: Span) -> Found[cst.Param] | None:
        """The parameter whose name, or whole text without the comma, stands at ``span``."""
        import libcst as cst

        found = self._piece_at(*self.offsets(span))
        if found is None:
            return None
        from fastlint.fixes.piece import Found

        start, end = self.offsets(span)
        for param in found.all(cst.Param):
            if found.start(param) == start and end >= found.end(param):
                return Found(param, found)
        return None

    def function(self, span: Span) -> Found[cst.FunctionDef] | None:
        """The function in whose header or body ``span`` lies, with its body."""
        return self._function(span, header=False)

    def header(self, span: Span) -> Found[cst.FunctionDef] | None:
        """As `function`, but read only up to the colon; the body is a made-up ``pass``."""
        return self._function(span, header=True)

    def returned(self, span: Span) -> Found[cst.Return] | None:
        """The ``return`` statement at ``span``."""
        import libcst as cst

        return self.node(span, cst.Return)

    def decorator(self, span: Span) -> Found[cst.Decorator] | None:
        """The decorator at ``span``, with or without its ``@``."""
        import libcst as cst

        from fastlint.fixes.piece import Found

        start, end = self.offsets(span)
        piece = self._piece_at(start, end)
        if piece is None:
            return None
        for decorator in piece.all(cst.Decorator):
            if (start, end) in {
                (piece.start(decorator), piece.end(decorator)),
                (piece.start(decorator.decorator), piece.end(decorator.decorator)),
            }:
                return Found(decorator, piece)
        return None

    def assignment(self, span: Span) -> Found[cst.Assign | cst.AnnAssign] | None:
        """The assignment, plain or annotated, at ``span``."""
        import libcst as cst

        return self.node(span, cst.Assign) or self.node(span, cst.AnnAssign)

    def node(self, span: Span, kind: type[_Node]) -> Found[_Node] | None:
        """The outermost node of a LibCST class at ``span``."""
        start, end = self.offsets(span)
        piece = self._piece_at(start, end)
        return piece.find(kind, start, end) if piece else None

    def statement(self, span: Span) -> Statement | None:
        """The outline of the smallest statement that contains ``span``."""
        outline = self.outline
        return outline.statement(*self.offsets(span)) if outline else None

    def function_outline(self, span: Span) -> Statement | None:
        """The outline of the function in whose header or body ``span`` lies."""
        outline = self.outline
        return outline.function(*self.offsets(span)) if outline else None

    # --- the file ----------------------------------------------------------------------------

    @cached_property
    def outline(self) -> Outline | None:
        """The file's statements; None where no Python reads it."""
        return outline_of(self.file)

    @property
    def quote(self) -> str:
        """The quotes of this file's strings, ``"`` or ``'``."""
        return self.style.quote

    @property
    def indent(self) -> str:
        """What this file indents one level with."""
        return self.style.indent

    @property
    def line_length(self) -> int:
        """How many characters a line of this file may have."""
        return self.style.line_length

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where in `text` a span begins and ends; past the end if there is no such place."""
        lines = len(self.file.lines)
        if not (0 < span.line <= lines and 0 < span.end_line <= lines):
            return len(self.text) + 1, len(self.text) + 1
        return (
            self.file.offset(span.line, span.column),
            self.file.offset(span.end_line, span.end_column),
        )

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Replace ``self.text[start:end]``, with the newlines of the lines around."""
        if not text:
            start, end = deleted_from(self.text, start, end)
        return Edit(self.file.span(start, end), as_around(self.text, start, end, text))

    def keeping_comments(self, edits: Iterable[Edit]) -> Changes:
        """The edits, sorted; withheld if one of them would drop a comment, None for no edits.

        Lines that they would make too long are broken.
        """
        kept = tuple(sorted(set(edits)))
        for edit in kept:
            old = layout.comments(self.file.slice(edit.span))
            if old and old != layout.comments(edit.text):
                return COMMENT
        return fitted(self, kept) or None

    # --- parsing -----------------------------------------------------------------------------

    def piece(self, statement: Statement, *, header: bool = False) -> Piece | None:
        """A statement read with LibCST, or only its header. None where LibCST cannot read it."""
        while self.text.startswith("elif", statement.start) and statement.parent is not None:
            statement = statement.parent  # an elif cannot be read without its if
        if header and statement.body_start is not None:
            key = (statement.start, "header")
            end, tail = statement.body_start, "pass" + self.newline
        else:
            key = (statement.start, "whole")
            end, tail = statement.end, self.newline
            if statement.kind != "simple" and layout.last_on_line(self.text, end):
                end = layout.line_end(self.text, end)
        if key not in self._pieces:
            deep = statement.node is None or is_too_deep(statement.node)
            self._pieces[key] = None if deep else self._parse(statement.start, end, tail)
        return self._pieces[key]

    def _function(self, span: Span, *, header: bool) -> Found[cst.FunctionDef] | None:
        import libcst as cst

        from fastlint.fixes.piece import Found

        statement = self.function_outline(span)
        piece = self.piece(statement, header=header) if statement else None
        if statement is None or piece is None:
            return None
        for function in piece.all(cst.FunctionDef):
            decorated = function.decorators[0] if function.decorators else function
            if piece.start(decorated) == statement.start:
                return Found(function, piece)
        return None

    def _piece_at(self, start: int, end: int) -> Piece | None:
        statement = self.outline.statement(start, end) if self.outline else None
        if statement is None:
            return None
        in_header = (
            statement.kind in {"function", "class", "headed"}
            and statement.body_start is not None
            and end <= statement.body_start
        )
        return self.piece(statement, header=in_header)

    def _parse(self, start: int, end: int, tail: str) -> Piece | None:
        import libcst as cst

        from fastlint.fixes.piece import Piece

        try:
            return Piece(self.file, start, end, tail=tail)
        except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
            return None
