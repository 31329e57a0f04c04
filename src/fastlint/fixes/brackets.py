"""What stands in brackets: its items, and how they are written on lines of their own."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.fixes import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.fixes.syntax import Syntax

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSING = frozenset(PAIRS.values())
_CALLED = re.compile(r"[\w)\]]")


class Brackets(NamedTuple):
    """Brackets of a line that are in no others; offsets of the two."""

    opening: int
    closing: int
    commas: tuple[int, ...]
    """Between the items."""


def outermost(code: str, *, first: bool) -> Brackets | None:
    """The ``first`` or the last brackets of the code; None where it has none, or only one half."""
    found = all_outermost(code, first=first)
    return found[0 if first else -1] if found else None


def all_outermost(code: str, *, first: bool = False) -> list[Brackets]:
    """All brackets that are in no others, or the ``first`` only; none where one half is missing."""
    found: list[Brackets] = []
    depth, opening = 0, 0
    commas: list[int] = []
    for offset, character in bare(code):
        if character in PAIRS:
            if not depth:
                opening, commas = offset, []
            depth += 1
        elif character in CLOSING:
            depth -= 1
            if depth < 0:
                return []
            if not depth:
                found.append(Brackets(opening, offset, tuple(commas)))
                if first:
                    return found
        elif character == "," and depth == 1:
            commas.append(offset)
    return [] if depth else found


def bare(code: str) -> Iterator[tuple[int, str]]:
    """The characters that are in no string, and where they are."""
    here = 0
    for start, end, _ in layout.strings(code):
        yield from enumerate(code[here:start], here)
        here = end
    yield from enumerate(code[here:], here)


def below(syntax: Syntax, lines: Sequence[str], indent: str) -> str:
    """What goes between brackets whose line is indented by ``indent``: lines one level deeper."""
    newline, deeper = syntax.newline, indent + syntax.indent
    return "".join(f"{newline}{deeper}{line}" for line in lines) + newline + indent


def below_each(syntax: Syntax, items: Sequence[str], indent: str) -> str:
    """As `below`, for items on lines of their own."""
    deeper = indent + syntax.indent
    return below(syntax, [item(syntax, each, deeper) for each in items], indent)


def item(syntax: Syntax, code: str, indent: str) -> str:
    """An item of brackets with its comma, on lines that begin with ``indent``.

    A dict or a list that is too long for one gets a line for each of its own items.
    """
    line = f"{code},"
    found = outermost(code, first=False)
    if len(indent + line) <= syntax.line_length or found is None or layout.is_multiline(code):
        return line
    inner = "".join(each for at, each in bare(code) if found.opening < at < found.closing)
    is_literal = code[found.opening] != "(" and not _CALLED.match(code, found.opening - 1)
    if not is_literal or found.closing != len(code) - 1 or not inner.strip() or " for " in inner:
        return line
    items = [each for each in items_of(code, found) if each]
    opening, closing = code[: found.opening + 1], code[found.closing :]
    return f"{opening}{below_each(syntax, items, indent)}{closing},"


def items_of(code: str, found: Brackets) -> list[str]:
    """What stands between the commas of brackets."""
    edges = (found.opening, *found.commas, found.closing)
    return [code[a + 1 : b].strip() for a, b in itertools.pairwise(edges)]


def may_have_comma(code: str, opening: int, item: str) -> bool:
    """Whether one item alone may be followed by a comma and stay what it is."""
    is_called = _CALLED.match(code[opening - 1 : opening]) is not None
    return is_called == (code[opening] == "(") and " for " not in item
