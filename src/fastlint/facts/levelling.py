r"""Files in newer syntax than the running Python's, levelled down so that its ``ast`` reads them.

What Python runs fastlint must not decide what it can read. `level_down` rewrites what came with
Python 3.12 to 3.15 into what Python 3.11 reads, with the names, calls and literal texts where they
were: no line is added or removed, and most edits are as wide as what they replace. What a linter
asks of the tree stays true; what the program does at run time need not, since nobody runs it.

=============================  ==========================================================
``except A, B:``               ``except(A, B):``
``type X[T] = int``            ``X         = int``
``def f[T](x): ...``           ``def f(   x): ...`` (type parameters are dropped)
``lazy import x``              ``import      x``
``[*x for x in y]``            ``[ x for x in y]``
``{**x for x in y}``           ``{0:x for x in y}``
``case +1:``                   ``case  1:``
``f"{a["b"]}"``                ``f'{a["b"]}'``, where other quotes are all it takes
``f"a{'\n'.join(x)}b{y!r}"``     ``(f"a"+('\n'.join(x))+f"b"+(y, ) )``
``t"a{x}"``                    ``__template__(f"a",(x) )``: a call of nothing that is known
=============================  ==========================================================

A field with a conversion, a format spec or ``=`` becomes a tuple, since its text is not the value.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from fastlint.facts.lexing import Field, FormattedString, Kind, LogicalLine, Token, logical_lines

MAX_CHARACTERS: Final = 4_000_000
"""Longer files are left alone, since taking them apart needs too much memory."""

_QUOTES: Final = ("'", '"', "'''", '"""')
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_PART_OF_LINE = re.compile(r"[^\r\n]+")
_PARENTHESIS = re.compile(r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*\(")
# After these a `+` in a pattern is a sign, not an addition.
_BEFORE_A_SIGN: Final = frozenset({"case", "(", "[", "{", ",", "|", ":", "="})


class TextEdit(msgspec.Struct, frozen=True, order=True, gc=False):
    """Columns ``start`` to ``end`` (0-based, characters) of ``line`` (1-based) became ``text``."""

    line: int
    start: int
    end: int
    text: str


class Levelled(msgspec.Struct, frozen=True):
    """What `level_down` made of a file: as many lines, each with its edits."""

    text: str
    edits: tuple[TextEdit, ...]
    """In the order of the text; they touch the original text and do not overlap."""
    _moves: dict[int, _Moves]

    def original_position(self, line: int, column: int) -> tuple[int, int]:
        """Where a position of the levelled text stands in the original one.

        Lines are 1-based and stay the same, columns are 0-based and in characters. A position
        within a replacement is that of what was replaced there, or of its end.
        """
        moves = self._moves.get(line)
        index = bisect_right(moves.starts, column) - 1 if moves is not None else -1
        if moves is None or index < 0:
            return line, column
        edit = moves.edits[index]
        into = column - moves.starts[index]
        if into < len(edit.text):
            return line, min(edit.start + into, edit.end)
        return line, edit.end + into - len(edit.text)


class _Moves(msgspec.Struct, gc=False):
    """The edits of one line, and at which columns of the levelled line they start."""

    edits: list[TextEdit] = msgspec.field(default_factory=list)
    starts: list[int] = msgspec.field(default_factory=list)

    def add(self, edit: TextEdit) -> None:
        start = edit.start
        if self.edits:
            before = self.edits[-1]
            start += self.starts[-1] + len(before.text) - before.end
        self.edits.append(edit)
        self.starts.append(start)


def level_down(text: str) -> Levelled | None:
    """``text`` in the syntax of Python 3.11, or None where it holds nothing newer to level.

    Text that no Python reads is refused by ``ast`` after it was levelled as it was before; where
    something was levelled, the levelled text's error is the one to report (at its
    `Levelled.original_position`), the first may be about syntax that is only new.
    """
    if "\0" in text or len(text) > MAX_CHARACTERS:
        return None
    leveller = _Leveller(text)
    for line in logical_lines(text):
        leveller.level(line)
    return leveller.levelled() if leveller.edits else None


class _Leveller:
    """Collects edits as offsets; each stays within a line of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, text: str) -> None:
        self.edits.append((start, end, text))

    def insert(self, offset: int, text: str) -> None:
        self.edits.append((offset, offset, text))

    def blank(self, start: int, end: int, spared: Sequence[tuple[int, int]] = ()) -> None:
        """Spaces for everything but line breaks and the ``spared`` (comments) within."""
        for first, last in (*spared, (end, end)):
            if start <= first <= end:
                for part in _PART_OF_LINE.finditer(self.text, start, first):
                    self.replace(part.start(), part.end(), " " * len(part[0]))
                start = last

    def levelled(self) -> Levelled:
        starts = [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]
        pieces: list[str] = []
        edits: list[TextEdit] = []
        moves: dict[int, _Moves] = {}
        done = 0
        # Stable: of two insertions at one place, the first stays first.
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            pieces.append(self.text[done:start])
            pieces.append(text)
            done = end
            line = bisect_right(starts, start)
            first = starts[line - 1]
            edit = TextEdit(line, start - first, end - first, text)
            edits.append(edit)
            moves.setdefault(line, _Moves()).add(edit)
        pieces.append(self.text[done:])
        return Levelled("".join(pieces), tuple(edits), moves)

    # -- statements -----------------------------------------------------------------------------

    def level(self, line: LogicalLine) -> None:
        """Level one logical line."""
        tokens = line.tokens
        first = tokens[0].text
        if first == "case":
            self._signs(tokens)
        elif first == "except":
            self._except(tokens)
        if first in ("def", "class", "async"):
            tokens = self._type_parameters(line, int(first == "async"))
        else:
            tokens = self._simple_statements(tokens)
        self._expression(tokens)

    def _simple_statements(self, tokens: list[Token]) -> list[Token]:
        """Level what may stand after a semicolon or a colon too; the tokens that are left."""
        kept: list[Token] = []
        done = 0
        for start in _statements(tokens):
            first, *rest = (token.text for token in tokens[start : start + 3])
            if first == "lazy" and rest and rest[0] in ("import", "from"):
                self._lazy(tokens[start], tokens[start + 1])
            elif first == "type" and len(rest) > 1 and tokens[start + 1].kind is Kind.NAME:
                kept += tokens[done : start + 2]
                done = self._type_alias(tokens, start)
        return kept + tokens[done:]

    def _lazy(self, lazy: Token, keyword: Token) -> None:
        if _LINE_BREAK.search(self.text, lazy.end, keyword.start):
            self.replace(lazy.start, lazy.end, keyword.text)
            self.blank(keyword.start, keyword.end)
        else:
            self.replace(lazy.start, keyword.end, keyword.text.ljust(keyword.end - lazy.start))

    def _signs(self, tokens: list[Token]) -> None:
        for before, sign, number in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if (
                sign.text == "+"
                and number.kind is Kind.NUMBER
                and before.kind is not Kind.STRING
                and before.text in _BEFORE_A_SIGN
            ):
                self.blank(sign.start, sign.end)

    def _except(self, tokens: list[Token]) -> None:
        start = 2 if len(tokens) > 1 and tokens[1].text == "*" else 1
        end = _at_this_level(tokens, start, ":")
        if end is None or end == start:
            return
        own = [tokens[index].text for index in _level(tokens, start, end)]
        starred = any((a, b) == (",", "*") for a, b in pairwise([",", *own]))
        if "," not in own or "as" in own or starred:
            return
        self._insert_before(tokens[start].start, "(")
        self._insert_after(tokens[end - 1].end, ")")

    def _insert_before(self, offset: int, text: str) -> None:
        """In place of a space where one stands, so that nothing moves."""
        if self.text[offset - 1] in " \t":
            self.replace(offset - 1, offset, text)
        else:
            self.insert(offset, text)

    def _insert_after(self, offset: int, text: str) -> None:
        if self.text[offset : offset + 1] in (" ", "\t"):
            self.replace(offset, offset + 1, text)
        else:
            self.insert(offset, text)

    # -- type parameters ------------------------------------------------------------------------

    def _type_parameters(self, line: LogicalLine, start: int) -> list[Token]:
        """Level ``def name[...](`` or ``class name[...]``; the tokens that are left."""
        tokens = line.tokens
        if (
            len(tokens) < start + 3
            or tokens[start].text not in ("def", "class")
            or tokens[start + 2].text != "["
        ):
            return self._simple_statements(tokens)
        last = self._end_of_parameters(tokens, start + 2)
        if last is None:
            return tokens
        opening, end = tokens[start + 2].start, tokens[last].end
        # Round brackets in place of the square ones: lines go on within them, comments may stay.
        self.replace(opening, opening + 1, "(")
        parenthesis = _PARENTHESIS.match(self.text, end)
        if parenthesis is not None:
            self.blank(opening + 1, parenthesis.end(), line.comments)
        elif tokens[start].text == "class":
            self.blank(opening + 1, end - 1, line.comments)
            self.replace(end - 1, end, ")")
        return self._simple_statements(tokens[: start + 2] + tokens[last + 1 :])

    def _type_alias(self, tokens: list[Token], start: int) -> int:
        """Level ``type name[...] = value``; the index of the first token after the brackets."""
        keyword, name, after = tokens[start : start + 3]
        following = start + 2
        if after.text == "[":
            last = self._end_of_parameters(tokens, following)
            if last is None or len(tokens) < last + 2 or tokens[last + 1].text != "=":
                return following
            self._join_lines(after.start, tokens[last].end)
            following = last + 1
        elif after.text != "=":
            return following
        if _LINE_BREAK.search(self.text, keyword.end, name.start):
            # The line must start with something, at its indentation.
            self.replace(keyword.start, keyword.end, "0;  ")
        else:
            self.replace(keyword.start, name.start, "")
            self.insert(name.end, " " * (name.start - keyword.start))
        return following

    def _join_lines(self, start: int, end: int) -> None:
        """Blank everything; outside brackets, only backslashes hold the lines together."""
        while (line_break := _LINE_BREAK.search(self.text, start, end)) is not None:
            width = line_break.start() - start
            self.replace(start, line_break.start(), "\\".rjust(width))
            start = line_break.end()
        self.blank(start, end)

    def _end_of_parameters(self, tokens: list[Token], opening: int) -> int | None:
        """The index of the ``]``, or None where these are not type parameters.

        They are not levelled but dropped, so nobody else will say that they are wrong.
        """
        end = _at_this_level(tokens, opening + 1, "]")
        if end is None or end == opening + 1:
            return None
        commas = [i for i in _level(tokens, opening + 1, end) if tokens[i].text == ","]
        start = opening + 1
        for comma in (*commas, end):
            if comma == end == start:  # after a trailing comma
                break
            if not self._is_type_parameter(tokens[start:comma]):
                return None
            start = comma + 1
        return end

    def _is_type_parameter(self, tokens: list[Token]) -> bool:
        star = tokens[0].text if tokens and tokens[0].text in ("*", "**") else ""
        tokens = tokens[len(star) > 0 :]
        if not tokens or tokens[0].kind is not Kind.NAME:
            return False
        equal = _at_this_level(tokens, 1, "=")
        bound = tokens[1:equal]
        default = tokens[equal + 1 :] if equal is not None else None
        if bound and (star or bound[0].text != ":" or not self._is_expression(bound[1:])):
            return False
        if default is None:
            return True
        unpacked = star == "*" and bool(default) and default[0].text == "*"
        return self._is_expression(default[unpacked:])

    def _is_expression(self, tokens: list[Token]) -> bool:
        if not tokens:
            return False
        try:
            # As a keyword argument, a bare `yield` or `:=` is as wrong as it is here.
            ast.parse(f"_(_=\n{self.text[tokens[0].start : tokens[-1].end]}\n)", mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return True

    # -- expressions ----------------------------------------------------------------------------

    def _expression(self, tokens: list[Token]) -> None:
        self._unpacking(tokens)
        run: list[Token] = []
        for token in tokens:
            if token.kind is Kind.STRING:
                run.append(token)
            elif run:
                self._strings(run)
                run = []
        if run:
            self._strings(run)

    def _unpacking(self, tokens: list[Token]) -> None:
        """``[*x for ...]`` and the like: the star is dropped, ``**`` becomes a key."""
        brackets: list[Token | None] = []  # the star right after each open bracket
        before = ""
        for token in tokens:
            text = token.text
            if token.kind is Kind.STRING:
                pass
            elif text in ("(", "[", "{"):
                brackets.append(None)
            elif brackets:
                star = brackets[-1]
                if text in (")", "]", "}"):
                    brackets.pop()
                elif text in ("*", "**") and before in ("(", "[", "{"):
                    brackets[-1] = token
                elif text == ",":
                    brackets[-1] = None
                elif text == "for" and star is not None:
                    self.replace(star.start, star.end, " " if star.text == "*" else "0:")
                    brackets[-1] = None
            before = text

    # -- strings --------------------------------------------------------------------------------

    def _strings(self, run: list[Token]) -> None:
        """Level strings that stand side by side, and so are one."""
        strings = [token.formatted for token in run if token.formatted is not None]
        if not strings:
            return
        templates = sum(string.is_template for string in strings)
        if not templates:
            quotes = [self._quote_for(string) for string in strings]
            if None not in quotes:
                for string, quote in zip(strings, quotes, strict=True):
                    self._keep(string, quote or string.quote)
            else:
                self._take_apart(run, "(", "+")
        elif templates == len(run):  # a t-string stands beside t-strings only
            self._take_apart(run, "__template__(", ",")

    def _keep(self, string: FormattedString, quote: str) -> None:
        if quote != string.quote:
            self.replace(string.body - len(string.quote), string.body, quote)
            self.replace(string.closing, string.closing + len(string.quote), quote)
        for field in _all_fields(string):
            self._unpacking(field.tokens)

    def _quote_for(self, string: FormattedString) -> str | None:
        """The quotes between which Python 3.11 reads ``string``, its own if possible."""
        if not self._simple(string):
            return None
        for quote in (string.quote, *_QUOTES):
            if self._fits(string, quote):
                return quote
        return None

    def _simple(self, string: FormattedString) -> bool:
        """Whether Python 3.11 reads the fields of ``string``, quotes and line breaks aside."""
        if string.is_template:
            return False
        for field in _fields(string.fields):
            if (
                field.commented
                or field.spaced
                or "\\" in self.text[field.open : field.expression_end]
                or (field.tokens[0].text == "*" and _at_this_level(field.tokens, 1, ",") is None)
            ):
                return False
            for nested in field.spec_fields:
                if nested.spec_fields:
                    return False
            for token in field.tokens:
                inner = token.formatted
                if inner is not None and not (
                    self._simple(inner) and self._fits(inner, inner.quote)
                ):
                    return False
        return True

    def _fits(self, string: FormattedString, quote: str) -> bool:
        fields = list(_fields(string.fields))
        one_line = len(quote) == 1
        for field in fields:
            code = self.text[field.open + 1 : field.expression_end]
            if quote in code or (one_line and _LINE_BREAK.search(code)):
                return False
        if quote == string.quote:
            return True
        chunks = [*string.chunks, *(chunk for field in fields for chunk in field.spec_chunks)]
        for start, end in chunks:
            chunk = self.text[start:end]
            if quote in chunk or (one_line and _LINE_BREAK.search(chunk)):
                return False
        return not self.text[string.body : string.closing].endswith(quote[0])

    # -- strings taken apart --------------------------------------------------------------------

    def _take_apart(self, run: list[Token], opening: str, joint: str) -> None:
        self.insert(run[0].start, opening)
        for index, token in enumerate(run):
            if index:
                self._insert_before(token.start, joint)
            string = token.formatted
            if string is None:
                continue
            quote = self._quote_for(string)
            if quote is not None:
                self._keep(string, quote)
            else:
                self._take_string_apart(string, joint)
        self.insert(run[-1].end, ")")

    def _take_string_apart(self, string: FormattedString, joint: str) -> None:
        prefix = string.prefix.replace("t", "f").replace("T", "F")
        if string.is_template:
            self.replace(string.start, string.start + len(prefix), prefix)
        last = len(string.fields) - 1
        for index, field in enumerate(string.fields):
            chunk, following = string.chunks[index], string.chunks[index + 1]
            if index and chunk[0] == chunk[1]:
                self.replace(field.open, field.open + 1, joint + "(")
            else:
                end, tail = self._tail(chunk, string.quote)
                self.replace(end, field.open + 1, string.quote + tail + joint + "(")
            self._field(field)
            if following[0] != following[1]:
                self.replace(field.close, field.close + 1, ")" + joint + prefix + string.quote)
            elif index == last:
                self.replace(
                    field.close, following[1] + len(string.quote), ")" + " " * len(string.quote)
                )
            else:
                self.replace(field.close, field.close + 1, ")")

    def _tail(self, chunk: tuple[int, int], quote: str) -> tuple[int, str]:
        """Where a chunk must end so that ``quote`` can follow, and the rest of it as strings.

        A backslash that took nothing with it would take the quote; a quote would lengthen it.
        """
        start, cut = chunk
        other = "'" if quote[0] == '"' else '"'
        tail = ""
        while cut > start:
            text = self.text[start:cut]
            if _backslashes(text) % 2:
                cut -= 1
                tail = other + "\\\\" + other + tail
                continue
            unquoted = text.rstrip(quote[0]) if len(quote) > 1 else text
            safe = len(unquoted) + _backslashes(unquoted) % 2  # the first may be escaped
            if safe >= len(text):
                break
            tail = other + text[safe:] + other + tail
            cut = start + safe
        return cut, tail

    def _field(self, field: Field) -> None:
        """Level what stands between the braces of a field that becomes round brackets."""
        tokens = field.tokens
        starred = tokens[0].text == "*"
        bare_tuple = _at_this_level(tokens, 1, ",") is not None
        marks = (field.equal, field.conversion, field.spec)
        plain = max(marks) < 0
        wrapped = not plain and (bare_tuple or starred or tokens[0].text == "yield")
        if wrapped:
            self.insert(tokens[0].start, "(")
        self._expression(tokens)
        if starred and not bare_tuple:
            self.insert(tokens[-1].end, ",")
        if wrapped:
            self.insert(tokens[-1].end, ")")
        comma = ","
        for mark, width in zip(marks, (1, 2, 1), strict=True):
            if mark >= 0:
                self.replace(mark, mark + width, comma.ljust(width))
                comma = ""
        for chunk in field.spec_chunks:
            self.blank(*chunk)
        for nested in field.spec_fields:
            self.replace(nested.open, nested.open + 1, "(")
            self._field(nested)
            self.replace(nested.close, nested.close + 1, "),")


def _backslashes(text: str) -> int:
    """How many backslashes ``text`` ends with."""
    return len(text) - len(text.rstrip("\\"))


def _statements(tokens: list[Token]) -> Iterator[int]:
    """Where a statement may start: first, after a semicolon and after a clause's colon."""
    yield 0
    depth = 0
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        if token.kind is not Kind.OPERATOR:
            continue
        if token.text in "([{":
            depth += 1
        elif token.text in ")]}":
            depth -= 1
        elif depth == 0 and token.text in ":;" and index < last:
            yield index + 1


def _level(tokens: list[Token], start: int, end: int) -> Iterator[int]:
    """The indices from ``start`` to ``end`` that are not within further brackets."""
    depth = 0
    for index in range(start, end):
        operator = tokens[index].text if tokens[index].kind is Kind.OPERATOR else ""
        if operator and operator in ")]}":
            depth -= 1
        if depth == 0:
            yield index
        if operator and operator in "([{":
            depth += 1


def _at_this_level(tokens: list[Token], start: int, text: str) -> int | None:
    """The first index from ``start`` at which ``text`` stands outside further brackets."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.kind is not Kind.OPERATOR:
            continue
        if depth == 0 and token.text == text:
            return index
        if token.text in "([{":
            depth += 1
        elif token.text in ")]}":
            depth -= 1
            if depth < 0:
                return None
    return None


def _fields(fields: list[Field]) -> Iterator[Field]:
    """The fields and those in their format specs."""
    for field in fields:
        yield field
        yield from _fields(field.spec_fields)


def _all_fields(string: FormattedString) -> Iterator[Field]:
    """The fields of a string and of the strings within them."""
    for field in _fields(string.fields):
        yield field
        for token in field.tokens:
            if token.formatted is not None:
                yield from _all_fields(token.formatted)
