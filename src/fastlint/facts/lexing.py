"""Source text into tokens, by the lexical rules of the newest Python, on every Python.

The standard ``tokenize`` knows the syntax of the running interpreter only (an f-string is one token
up to 3.11, a t-string is none up to 3.13), and neither ``ast`` nor LibCST can be asked about a file
that they refuse. This reader is for such files: it cuts text into logical lines of tokens, with the
replacement fields of f-strings and t-strings taken apart to any depth. It works through its own
stack, so that no nesting exhausts Python's, and in one pass, so that time is linear in the text.

All positions here are offsets in characters from the start of the text, ends exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

import msgspec

MAX_NESTED_STRINGS: Final = 50
"""How deep f-strings may stand within f-strings; CPython stops at 150, people at 2."""


class Kind(Enum):
    """What a token is, as far as levelling needs to tell."""

    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    OPERATOR = "operator"


class Field(msgspec.Struct, gc=False):
    """A replacement field, ``{expression = !conversion : spec}``, from brace to brace."""

    open: int
    """Where its ``{`` stands."""
    tokens: list[Token] = msgspec.field(default_factory=list)
    """The expression, without the ``=`` of a debug field."""
    commented: bool = False
    """Whether a comment stands in it."""
    equal: int = -1
    """Where the ``=`` of a debug field stands, or -1."""
    expression_end: int = -1
    """Where the expression and its white space end: at the conversion, the spec or the ``}``."""
    conversion: int = -1
    """Where the ``!`` of the conversion stands, or -1."""
    spaced: bool = False
    """Whether white space stands after the conversion, or a line break ends the spec."""
    spec: int = -1
    """Where the ``:`` of the format spec stands, or -1."""
    spec_chunks: list[tuple[int, int]] = msgspec.field(default_factory=list)
    spec_fields: list[Field] = msgspec.field(default_factory=list)
    close: int = -1
    """Where its ``}`` stands."""


class FormattedString(msgspec.Struct, gc=False):
    """An f-string or a t-string: literal chunks with a field between each two."""

    start: int
    prefix: str
    quote: str
    chunks: list[tuple[int, int]] = msgspec.field(default_factory=list)
    """Always one more than there are fields; any may be empty."""
    fields: list[Field] = msgspec.field(default_factory=list)

    @property
    def is_template(self) -> bool:
        """Whether it is a t-string."""
        return "t" in self.prefix.lower()

    @property
    def body(self) -> int:
        """Where its text starts."""
        return self.start + len(self.prefix) + len(self.quote)

    @property
    def closing(self) -> int:
        """Where the closing quote starts."""
        return self.chunks[-1][1]


class Token(NamedTuple):
    """One token; ``formatted`` is what an f-string or a t-string consists of."""

    kind: Kind
    text: str
    """Empty for a formatted string."""
    start: int
    end: int
    formatted: FormattedString | None = None


class LogicalLine(NamedTuple):
    """The tokens of a logical line, and where its comments stand."""

    tokens: list[Token]
    comments: list[tuple[int, int]]


_CODE = re.compile(
    r"""
    (?P<space>   [ \t\f]+ | \\(?:\r\n|\r|\n) )
  | (?P<newline> \r\n | \r | \n )
  | (?P<comment> \#[^\r\n]* )
  | (?P<prefix>  (?i:[rbft]|rb|br|rf|fr|rt|tr|u)? ) (?P<quote> \"{3} | '{3} | " | ' )
  | (?P<name>    [^\W\d]\w* )
  | (?P<number>  \.?\d[\w.]* )
  | (?P<operator> \*\* | [<>=!]= | -> | [^\\\w] )
    """,
    re.VERBOSE,
)
_OPENING: Final = ("(", "[", "{")
_CLOSING: Final = (")", "]", "}")
_CONVERSION = re.compile(r"![rsa](?!\w)")
_REST_OF_PLAIN: Final = {
    "'": re.compile(r"[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'", re.DOTALL),
    '"': re.compile(r'[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"', re.DOTALL),
    "'''": re.compile(r"[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''", re.DOTALL),
    '"""': re.compile(r'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL),
}
# What may end or interrupt a literal chunk. A backslash takes the next character with it, except
# a brace, which starts a field all the same.
_STOP: Final = {
    False: re.compile(r"\\N\{[^{}\r\n]*\}|\\(?:\r\n|[^{}])|[{}'\"\r\n]", re.DOTALL),
    True: re.compile(r"\\(?:\r\n|[^{}])|[{}'\"\r\n]", re.DOTALL),
}
_END_OF_BROKEN_SPEC = re.compile(r"(?>\s+|\#[^\r\n]*+)*+(?=\})")


class _UnreadableError(Exception):
    """No Python reads the text from here on."""


class _Code(msgspec.Struct, gc=False):
    """The reader stands in code: in the file itself or in the expression of a field."""

    tokens: list[Token]
    hole: _Hole | None = None
    depth: int = 0


class _Literal(msgspec.Struct, gc=False):
    """The reader stands in the text of a formatted string, or in a format spec of it."""

    string: FormattedString
    chunk: int
    """Where the current chunk started."""
    code: _Code
    """The code in which the string stands."""
    hole: _Hole | None = None
    """The field whose spec is read."""


class _Hole(msgspec.Struct, gc=False):
    """A field, and the text in which it stands."""

    field: Field
    literal: _Literal


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """The logical lines of ``text`` that hold a token, up to what no Python could read."""
    return _Reader(text).lines()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.base = _Code([])
        self.stack: list[_Code | _Literal] = [self.base]
        self.comments: list[tuple[int, int]] = []

    def lines(self) -> Iterator[LogicalLine]:
        size = len(self.text)
        try:
            while self.position < size:
                top = self.stack[-1]
                if isinstance(top, _Literal):
                    self._literal(top)
                elif self._code(top) and self.base.tokens:
                    yield self._finished()
        except _UnreadableError:
            return
        if self.base.tokens and len(self.stack) == 1:
            yield self._finished()

    def _finished(self) -> LogicalLine:
        line = LogicalLine(self.base.tokens, self.comments)
        self.base.tokens = []
        self.comments = []
        return line

    # -- code -----------------------------------------------------------------------------------

    def _code(self, top: _Code) -> bool:
        """Read one token; whether a logical line ended with it."""
        start = self.position
        if top.hole is not None and top.depth == 0 and self._end_of_expression(top.hole):
            return False
        match = _CODE.match(self.text, start)
        if match is None:
            raise _UnreadableError
        self.position = match.end()
        kind = match.lastgroup
        if kind == "name":
            top.tokens.append(Token(Kind.NAME, match[0], start, match.end()))
        elif kind == "operator":
            self._operator(top, match[0], start)
        elif kind == "quote":
            self._string(top, start, match["prefix"], match["quote"])
        elif kind == "number":
            top.tokens.append(Token(Kind.NUMBER, match[0], start, match.end()))
        elif kind == "comment":
            self._comment(match.span())
        return kind == "newline" and top.hole is None and top.depth == 0

    def _operator(self, top: _Code, text: str, start: int) -> None:
        if text in _OPENING:
            top.depth += 1
        elif text in _CLOSING:
            if top.depth == 0:
                raise _UnreadableError
            top.depth -= 1
        top.tokens.append(Token(Kind.OPERATOR, text, start, start + len(text)))

    def _comment(self, span: tuple[int, int]) -> None:
        self.comments.append(span)
        for context in self.stack:
            if isinstance(context, _Code) and context.hole is not None:
                context.hole.field.commented = True

    def _string(self, top: _Code, start: int, prefix: str, quote: str) -> None:
        if not {"f", "t"}.isdisjoint(prefix.lower()):
            self._push(_Literal(FormattedString(start, prefix, quote), self.position, top))
            return
        rest = _REST_OF_PLAIN[quote].match(self.text, self.position)
        if rest is None:
            raise _UnreadableError
        self.position = rest.end()
        top.tokens.append(
            Token(Kind.STRING, self.text[start : self.position], start, self.position)
        )

    def _push(self, context: _Code | _Literal) -> None:
        if len(self.stack) > 2 * MAX_NESTED_STRINGS:
            raise _UnreadableError
        self.stack.append(context)

    def _end_of_expression(self, hole: _Hole) -> bool:
        """Read what ends the expression of a field, if it stands here."""
        here = self.position
        field = hole.field
        character = self.text[here]
        if character == "!" and not self.text.startswith("=", here + 1):
            if field.conversion >= 0 or _CONVERSION.match(self.text, here) is None:
                raise _UnreadableError
            self._end_expression(field)
            field.conversion = here
            self.position += 2
        elif character == ":":
            self._end_expression(field)
            field.spec = here
            self.position += 1
            self.stack.pop()
            literal = hole.literal
            self._push(_Literal(literal.string, self.position, literal.code, hole))
        elif character == "}":
            self._end_expression(field)
            self.stack.pop()
            self._close(hole)
        elif field.conversion >= 0 and not (character.isspace() or character in "#\\"):
            raise _UnreadableError
        else:
            return False
        return True

    def _end_expression(self, field: Field) -> None:
        if field.conversion >= 0:
            field.spaced = self.position != field.conversion + 2
            return
        field.expression_end = self.position
        if field.tokens and field.tokens[-1].text == "=":
            field.equal = field.tokens.pop().start
        if not field.tokens:
            raise _UnreadableError

    def _close(self, hole: _Hole) -> None:
        """Step over the ``}`` of a field; the next chunk starts there."""
        hole.field.close = self.position
        self.position += 1
        hole.literal.chunk = self.position

    # -- literal text ---------------------------------------------------------------------------

    def _literal(self, top: _Literal) -> None:
        """Read on to what ends or interrupts the chunk."""
        string = top.string
        raw = "r" in string.prefix.lower()
        match = _STOP[raw].search(self.text, self.position)
        if match is None:
            raise _UnreadableError
        here = match.start()
        stop = match[0]
        self.position = match.end()
        if stop[0] == "\\":
            return
        if stop == "{":
            if top.hole is None and self.text.startswith("{", self.position):
                self.position += 1
            else:
                self._open(top, here)
        elif stop == "}":
            if top.hole is not None:
                self._end_spec(top, top.hole, here, here)
            elif self.text.startswith("}", self.position):
                self.position += 1
            else:
                raise _UnreadableError
        elif stop in "\r\n":
            if len(string.quote) == 1:
                self._line_break(top, here)
        elif self.text.startswith(string.quote, here):
            if top.hole is not None:
                raise _UnreadableError
            self._end_string(top, here)

    def _open(self, top: _Literal, here: int) -> None:
        field = Field(here)
        if top.hole is None:
            top.string.chunks.append((top.chunk, here))
            top.string.fields.append(field)
        else:
            top.hole.field.spec_chunks.append((top.chunk, here))
            top.hole.field.spec_fields.append(field)
        self._push(_Code(field.tokens, _Hole(field, top)))

    def _end_spec(self, top: _Literal, hole: _Hole, end: int, brace: int) -> None:
        hole.field.spec_chunks.append((top.chunk, end))
        self.stack.pop()
        self.position = brace
        self._close(hole)

    def _line_break(self, top: _Literal, here: int) -> None:
        """Within single quotes, only a format spec whose field ends at once may hold one."""
        rest = _END_OF_BROKEN_SPEC.match(self.text, here)
        if top.hole is None or rest is None:
            raise _UnreadableError
        top.hole.field.spaced = True
        self._end_spec(top, top.hole, here, rest.end())

    def _end_string(self, top: _Literal, here: int) -> None:
        string = top.string
        string.chunks.append((top.chunk, here))
        self.position = here + len(string.quote)
        self.stack.pop()
        top.code.tokens.append(Token(Kind.STRING, "", string.start, self.position, string))
