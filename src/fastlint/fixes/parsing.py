"""A file as CPython parses it, whatever Python it was written for, with places in the text."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from fastlint.facts.quiet import quietly
from fastlint.source.file import SourceFile

DEEPEST = 400
"""How deep a statement may be nested. LibCST recurses in native code, which no exception stops."""


class Parsed(NamedTuple):
    """A tree, and where its positions are in the text."""

    tree: ast.Module
    offset: Callable[[int, int], int]
    """From CPython's line and UTF-8 column to an offset in characters."""


def parses(text: str) -> bool:
    """Whether some Python from 3.8 on can read the text."""
    return _parse(text) is not None or _levelled(text) is not None


def compiles(text: str) -> bool:
    """Whether the running Python takes the text for a module.

    What parses may have an ``await`` outside of any ``async def``, or a ``return`` in none.
    """
    tree = _parse(text)
    if tree is None:
        return False
    try:
        with quietly():
            compile(tree, "<text>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def parse(file: SourceFile) -> Parsed | None:
    """The tree of a file; None where no Python reads it.

    A file in newer syntax than the running Python's is levelled down first, so some of its
    expressions may have other nodes than they would have there.
    """
    tree = _parse(file.text)
    if tree is not None:
        to_characters = _characters(file.lines)

        def offset(line: int, column: int) -> int:
            return file.offset(line, to_characters(line, column) + 1)

        return Parsed(tree, offset)
    levelled = _levelled(file.text)
    if levelled is None:
        return None
    tree, original, lines = levelled
    to_level = _characters(lines)

    def original_offset(line: int, column: int) -> int:
        line, column = original(line, to_level(line, column))
        return file.offset(line, column + 1)

    return Parsed(tree, original_offset)


def is_too_deep(node: ast.AST) -> bool:
    """Whether a tree is nested deeper than `DEEPEST`."""
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in ast.iter_child_nodes(each)]
        depth += 1
        if depth > DEEPEST:
            return True
    return False


def _parse(text: str) -> ast.Module | None:
    if "\0" in text:
        return None
    try:
        with quietly():
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _levelled(
    text: str,
) -> tuple[ast.Module, Callable[[int, int], tuple[int, int]], tuple[str, ...]] | None:
    from fastlint.facts.levelling import level_down

    levelled = level_down(text)
    tree = _parse(levelled.text) if levelled else None
    if levelled is None or tree is None:
        return None
    return tree, levelled.original_position, SourceFile(path="", text=levelled.text).lines


def _characters(lines: tuple[str, ...]) -> Callable[[int, int], int]:
    """From CPython's line and UTF-8 column to a column in characters, both from 0."""

    def convert(line: int, column: int) -> int:
        text = lines[line - 1]
        if text.isascii():
            return column
        return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))

    return convert
