"""From a file's text to its facts: the door of the facts room."""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from fastlint.facts.lower import lower
from fastlint.facts.marks import marks
from fastlint.facts.quiet import quietly
from fastlint.facts.tree import ModuleFacts
from fastlint.facts.unparsable import Unparsable

_NEWLINE = re.compile(r"\r\n|\r|\n")
_TAG_LINE = re.compile(r"^[ \t]*\{[%#]", re.MULTILINE)
"""A line of a template that no Python reads: ``{% if imports %}``."""
_TAG = re.compile(r"""^[^"'#]*\{(?:%|\{-?\s*[\w.]+\s*(?:\|[^}]*)?-?\}\})""")
"""A tag before any string begins: ``class {{ name }}Error(Exception):``."""
_DEEPEST = 8_000


def survey(text: str) -> ModuleFacts | Unparsable:
    """The facts of a file's text (without a byte order mark).

    Syntax that is newer than the running Python's is levelled down first, so that what can be read
    does not depend on which Python runs fastlint.
    """
    with quietly():
        try:
            return _survey(text)
        except (RecursionError, MemoryError):
            return Unparsable("the code is nested too deeply to be analysed", 1, 1, False)


def _survey(text: str) -> ModuleFacts | Unparsable:
    try:
        module = ast.parse(text)
    except ValueError:  # null bytes, on Pythons that do not call this a SyntaxError
        return Unparsable("the file contains null bytes", *_null_position(text), True)
    except SyntaxError as error:
        return _survey_newer(text, error)
    lines = _lines(text)
    if not text.isascii():
        other = [number for number, line in enumerate(lines, 1) if not line.isascii()]
        _reposition(module, _character_columns(lines), other)
    return _lower(module, lines, text)


def _lines(text: str) -> list[str]:
    return _NEWLINE.split(text) if "\r" in text else text.split("\n")


def _survey_newer(text: str, error: SyntaxError) -> ModuleFacts | Unparsable:
    """The facts of a file in newer syntax; an `Unparsable` when no Python reads it either."""
    from fastlint.facts.levelling import level_down

    levelled = None if "\0" in text else level_down(text)
    if levelled is None:
        return _refusal(text, error)
    lines = _lines(levelled.text)
    to_characters = _character_columns(lines)

    def original(line: int, offset: int) -> tuple[int, int]:
        return levelled.original_position(line, to_characters(line, offset)[1])

    try:
        module = ast.parse(levelled.text)
    except ValueError:
        return _refusal(text, error)
    except SyntaxError as other:  # the first error may have been about newer syntax alone
        if other.lineno and other.offset and other.lineno <= len(lines):
            line, column = levelled.original_position(other.lineno, other.offset - 1)
            other.lineno, other.offset = line, column + 1
        return _refusal(text, other)
    _reposition(module, original, range(1, len(lines) + 1))
    return _lower(module, _lines(text), text)


def _refusal(text: str, error: SyntaxError) -> Unparsable:
    if "\0" in text:
        return Unparsable("the file contains null bytes", *_null_position(text), True)
    lines = _lines(text)
    line = min(max(error.lineno or 1, 1), len(lines))
    column = min(max(error.offset or 1, 1), len(lines[line - 1]) + 1)
    is_template = bool(_TAG_LINE.search(text) or _TAG.match(lines[line - 1]))
    return Unparsable(error.msg, line, column, True, is_template)


def _null_position(text: str) -> tuple[int, int]:
    before = _lines(text[: text.index("\0")])
    return len(before), len(before[-1]) + 1


def _character_columns(lines: list[str]) -> Callable[[int, int], tuple[int, int]]:
    """A function from CPython's (line, UTF-8 offset) to (line, 0-based column in characters)."""
    encoded = {
        number: line.encode("utf-8", "surrogatepass")
        for number, line in enumerate(lines, 1)
        if not line.isascii()
    }

    def convert(line: int, offset: int) -> tuple[int, int]:
        data = encoded.get(line)
        if data is None:
            return line, offset
        return line, len(data[:offset].decode("utf-8", "replace"))

    return convert


def _reposition(
    module: ast.Module, convert: Callable[[int, int], tuple[int, int]], lines: Sequence[int]
) -> None:
    """Convert the positions of what stands on ``lines`` (sorted); nothing else is looked at."""
    stack: list[Any] = [module]
    while stack:
        for node in ast.iter_child_nodes(stack.pop()):
            place: Any = node
            if hasattr(place, "lineno"):
                decorators = getattr(place, "decorator_list", None)
                first = decorators[0].lineno if decorators else place.lineno
                at = bisect_left(lines, first)
                if at == len(lines) or lines[at] > place.end_lineno:
                    continue
                place.lineno, place.col_offset = convert(place.lineno, place.col_offset)
                place.end_lineno, place.end_col_offset = convert(
                    place.end_lineno, place.end_col_offset
                )
            stack.append(place)


def _lower(module: ast.Module, lines: list[str], text: str) -> ModuleFacts:
    # CPython's parser already refused what is nested too deeply for its own C stack. The walk takes
    # two Python frames a level, so it needs more of them than the usual limit grants; the limit is
    # raised for the walk alone, never for code that recurses in C.
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, _DEEPEST))
    try:
        return lower(module, lines, marks(text))
    finally:
        sys.setrecursionlimit(depth)
