"""The facts of one file: a compact, serialisable form of its syntax.

Every node carries its own position (1-based lines and columns, columns in characters, end
exclusive), so that nothing downstream needs the text or CPython's tree. Function bodies are stored
as encoded bytes and decoded when somebody asks: most of a project is never looked into.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal as OneOf
from typing import TypeVar

import msgspec

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Node(msgspec.Struct, array_like=True, frozen=True, eq=False, gc=False):
    """Something that stands somewhere. Nodes are compared by identity."""

    line: int
    column: int
    end_line: int
    end_column: int


# --- expressions ---------------------------------------------------------------------------


class Name(Node, frozen=True, tag=1):
    """A bare name being read."""

    id: str


class Attribute(Node, frozen=True, tag=2):
    """``value.attr``"""

    value: Expr
    attr: str


class Constant(Node, frozen=True, tag=3):
    """A literal. Kinds that msgpack does not know are kept as text under their ``kind``."""

    value: str | int | float | bool | None
    kind: OneOf["", "bytes", "...", "complex", "int"] = ""


class Keyword(Node, frozen=True, tag=4):
    """``name=value`` in a call or class statement; ``**value`` has no name."""

    name: str | None
    value: Expr


class Call(Node, frozen=True, tag=5):
    """``func(args, keywords)``"""

    func: Expr
    args: list[Expr]
    keywords: list[Keyword]


class FString(Node, frozen=True, tag=6):
    """An f-string: literal parts are `Constant`, the others replacement fields.

    A field with a format or a conversion is an f-string of its own.
    """

    parts: list[Expr]
    conversion: str = ""
    """``r`` or ``a``, of the one value of such a field."""
    is_formatted: bool = False
    """Whether it is a field with a format: the parts are the value and the format."""


class BinOp(Node, frozen=True, tag=7):
    """``left op right``, ``op`` as written."""

    left: Expr
    op: str
    right: Expr


class BoolOp(Node, frozen=True, tag=8):
    """``a and b and c`` or ``a or b or c``"""

    op: OneOf["and", "or"]
    values: list[Expr]


class UnaryOp(Node, frozen=True, tag=9):
    """``not x``, ``-x``, ``+x``, ``~x``"""

    op: str
    operand: Expr


class Compare(Node, frozen=True, tag=10):
    """``left op right op right …``"""

    left: Expr
    ops: list[str]
    comparators: list[Expr]


class Subscript(Node, frozen=True, tag=11):
    """``value[index]``"""

    value: Expr
    index: Expr


class Sequence(Node, frozen=True, tag=12):
    """A list, tuple or set display."""

    kind: OneOf["list", "tuple", "set"]
    items: list[Expr]


class DictDisplay(Node, frozen=True, tag=13):
    """``{key: value, **rest}``; the key of an unpacked mapping is None."""

    keys: list[Expr | None]
    values: list[Expr]


class Lambda(Node, frozen=True, tag=14):
    """``lambda params: body``"""

    params: list[Param]
    body: Expr


class IfExp(Node, frozen=True, tag=15):
    """``body if test else orelse``"""

    test: Expr
    body: Expr
    orelse: Expr


class Await(Node, frozen=True, tag=16):
    """``await value``"""

    value: Expr


class Yield(Node, frozen=True, tag=17):
    """``yield value`` or ``yield from value``"""

    value: Expr | None
    delegates: bool


class Starred(Node, frozen=True, tag=18):
    """``*value``"""

    value: Expr


class Clause(Node, frozen=True, tag=19):
    """``for target in iterable if …`` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: list[Expr]
    is_async: bool


class Comprehension(Node, frozen=True, tag=20):
    """A comprehension; ``value`` only for dictionaries."""

    kind: OneOf["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None
    clauses: list[Clause]


class Walrus(Node, frozen=True, tag=21):
    """``name := value``"""

    name: str
    value: Expr


class Slice(Node, frozen=True, tag=22):
    """``lower:upper:step``"""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Quoted(Node, frozen=True, tag=23):
    """An annotation written as a string, parsed."""

    value: Expr


Expr = (
    Name
    | Attribute
    | Constant
    | Keyword
    | Call
    | FString
    | BinOp
    | BoolOp
    | UnaryOp
    | Compare
    | Subscript
    | Sequence
    | DictDisplay
    | Lambda
    | IfExp
    | Await
    | Yield
    | Starred
    | Clause
    | Comprehension
    | Walrus
    | Slice
    | Quoted
)


class Param(Node, frozen=True, tag=24):
    """A parameter; its span reaches to the end of its default."""

    name: str
    kind: OneOf["positional-only", "ordinary", "*args", "keyword-only", "**kwargs"]
    annotation: Expr | None
    default: Expr | None


# --- statements ----------------------------------------------------------------------------


class Assign(Node, frozen=True, tag=40):
    """``target = target = value``"""

    targets: list[Expr]
    value: Expr


class AnnAssign(Node, frozen=True, tag=41):
    """``target: annotation = value``"""

    target: Expr
    annotation: Expr
    value: Expr | None


class AugAssign(Node, frozen=True, tag=42):
    """``target op= value``, ``op`` without the ``=``."""

    target: Expr
    op: str
    value: Expr


class ExprStmt(Node, frozen=True, tag=43):
    """An expression on its own. Docstrings are left out."""

    value: Expr


class Return(Node, frozen=True, tag=44):
    """``return value``"""

    value: Expr | None


class Raise(Node, frozen=True, tag=45):
    """``raise exc from cause``"""

    exc: Expr | None
    cause: Expr | None


class If(Node, frozen=True, tag=46):
    """``if``; an ``elif`` is an `If` in ``orelse``."""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class For(Node, frozen=True, tag=47):
    """``for`` and ``async for``."""

    target: Expr
    iterable: Expr
    body: list[Stmt]
    orelse: list[Stmt]
    is_async: bool


class While(Node, frozen=True, tag=48):
    """``while``"""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class WithItem(Node, frozen=True, tag=49):
    """``context as target``"""

    context: Expr
    target: Expr | None


class With(Node, frozen=True, tag=50):
    """``with`` and ``async with``."""

    items: list[WithItem]
    body: list[Stmt]
    is_async: bool


class Handler(Node, frozen=True, tag=51):
    """``except type as name``; a bare ``except`` has nothing caught."""

    caught: Expr | None
    name: str | None
    body: list[Stmt]


class Try(Node, frozen=True, tag=52):
    """``try``, with or without stars."""

    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]


class FunctionDef(Node, frozen=True, tag=53):
    """Where a function is defined: ``index`` into `ModuleFacts.functions`."""

    name: str
    index: int


class ClassDef(Node, frozen=True, tag=54):
    """A class statement. ``line`` is that of ``class``, not of its first decorator."""

    name: str
    qualname: str
    bases: list[Expr]
    keywords: list[Keyword]
    decorators: list[Expr]
    body: list[Stmt]


class Alias(Node, frozen=True, tag=55):
    """``name as bound``; ``bound`` is the name that the statement binds."""

    name: str
    bound: str
    meant: str
    """What ``bound`` stands for: ``a`` of ``import a.b``, ``a.b`` of ``import a.b as a``."""


class Import(Node, frozen=True, tag=56):
    """``import a.b as c``. Without ``as`` the first part of the dotted name is bound."""

    names: list[Alias]


class ImportFrom(Node, frozen=True, tag=57):
    """``from ..module import name as bound``; ``level`` counts the dots."""

    module: str
    names: list[Alias]
    level: int


class Delete(Node, frozen=True, tag=58):
    """``del targets``"""

    targets: list[Expr]


class Scope(Node, frozen=True, tag=59):
    """``global names`` or ``nonlocal names``"""

    kind: OneOf["global", "nonlocal"]
    names: list[str]


class Case(Node, frozen=True, tag=60):
    """One ``case``: the names that its pattern binds and the values that it names.

    A plain one is met by a subject that is one of the values, or of one of the classes; by any,
    where there are neither.
    """

    bound: list[str]
    alias: str
    """The one of these names that stands for the subject itself; empty where none does."""
    classes: list[Expr]
    """The subject is of one of these: ``case Cat() | Dog(age=1)``. The values are its parts."""
    values: list[Expr]
    guard: Expr | None
    body: list[Stmt]
    is_plain: bool


class Match(Node, frozen=True, tag=61):
    """``match subject``"""

    subject: Expr
    cases: list[Case]


class Jump(Node, frozen=True, tag=62):
    """``pass``, ``break``, ``continue``"""

    kind: OneOf["pass", "break", "continue"]


class Assert(Node, frozen=True, tag=63):
    """``assert test, message``"""

    test: Expr
    message: Expr | None


class TypeAlias(Node, frozen=True, tag=64):
    """``type name = value``"""

    name: str
    value: Expr


Stmt = (
    Assign
    | AnnAssign
    | AugAssign
    | ExprStmt
    | Return
    | Raise
    | If
    | For
    | While
    | With
    | Try
    | FunctionDef
    | ClassDef
    | Import
    | ImportFrom
    | Delete
    | Scope
    | Match
    | Jump
    | Assert
    | TypeAlias
)


# --- the file ------------------------------------------------------------------------------


class FunctionFacts(Node, frozen=True, tag=70):
    """A function, however deeply nested. ``line`` is that of ``def``, as FastAPI reports it."""

    index: int
    name: str
    qualname: str
    """As Python's ``__qualname__``: ``Class.method``, ``outer.<locals>.inner``."""
    name_column: int
    """Where the name stands in the line of ``def``."""
    first_line: int
    """The line of the first decorator, or of ``def``."""
    is_async: bool
    is_generator: bool
    is_method: bool
    """Defined directly in a class body."""
    params: list[Param]
    returns: Expr | None
    decorators: list[Expr]
    body: msgspec.Raw
    """A ``list[Stmt]``, encoded; read it with `statements`."""
    mark: OneOf["", "blocking", "nonblocking"] = ""
    """What a comment at its head says of it."""


class Literal(Node, frozen=True, tag=71):
    """A string literal that could be a value of consequence, and what it is bound to."""

    value: str
    name: str
    """The name, attribute, keyword or key that it is given to; empty when there is none."""
    role: OneOf["assigned", "keyword", "key", "default", "compared", "argument", ""]
    owner: str
    """The dotted callee of a keyword or argument, as written; empty otherwise."""


class ImportFact(Node, frozen=True, tag=72):
    """One imported module, wherever the statement stands: the edges of the import graph."""

    module: str
    level: int
    names: list[str]
    """Of a ``from`` import; empty for a plain one."""


class ModuleFacts(msgspec.Struct, array_like=True, frozen=True, eq=False, gc=False):
    """What one file says."""

    body: list[Stmt]
    functions: list[FunctionFacts]
    imports: list[ImportFact]
    literals: msgspec.Raw
    """A ``list[Literal]``, encoded; read it with `literals`."""
    words: msgspec.Raw
    """Every name and text of the file, each once: a ``list[str]``, encoded; see `search`."""
    future_annotations: bool


_DEEPEST = 8_000
"""Levels of nesting that `ast.parse` accepts and msgspec has to be allowed: each takes two."""

_encoder = msgspec.msgpack.Encoder()
_module_decoder = msgspec.msgpack.Decoder(ModuleFacts)
_body_decoder = msgspec.msgpack.Decoder(list[Stmt])
_literals_decoder = msgspec.msgpack.Decoder(list[Literal])


def encode(facts: object) -> bytes:
    """Facts, or a list of nodes, as bytes. The same facts always give the same bytes."""
    return _deeply(_encoder.encode, facts)


def decode(data: bytes | memoryview) -> ModuleFacts:
    """The facts that `encode` wrote. Raises `msgspec.MsgspecError` for anything else."""
    return _deeply(_module_decoder.decode, data)


def statements(function: FunctionFacts) -> list[Stmt]:
    """The statements of a function's body; the same ones again only within one `reading`."""
    known = (reads.bodies[function] for reads in _reads if function in reads.bodies)
    body = next(known, None) or _deeply(_body_decoder.decode, function.body)
    for reads in _reads:
        reads.bodies[function] = body
    return body


def _deeply(run: Callable[[_Given], _Made], given: _Given) -> _Made:
    """What ``run`` gives, under a higher limit where the usual one stops it: 500 times ``elif``."""
    try:
        return run(given)
    except RecursionError:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(max(usual, _DEEPEST))
        try:
            return run(given)
        finally:
            sys.setrecursionlimit(usual)


def literals(facts: ModuleFacts) -> list[Literal]:
    """The string literals of the file, decoded anew at each call."""
    for reads in _reads:
        reads.literals.add(facts)
    return _literals_decoder.decode(facts.literals)


# --- what was looked at --------------------------------------------------------------------


class Reads:
    """Which of the parts that are decoded on demand somebody looked at; all else counts as read.

    Bodies are kept for whoever looks at them next.
    """

    __slots__ = ("bodies", "literals", "words")

    def __init__(self) -> None:
        self.bodies: dict[FunctionFacts, list[Stmt]] = {}
        self.words: set[bytes] = set()
        """What bodies were searched for."""
        self.literals: set[ModuleFacts] = set()


_reads: list[Reads] = []


def note_search(words: Iterable[bytes]) -> None:
    """Note down what encoded facts are searched for."""
    for reads in _reads:
        reads.words.update(words)


@contextmanager
def reading() -> Iterator[Reads]:
    """Note down what is looked at meanwhile."""
    reads = Reads()
    _reads.append(reads)
    try:
        yield reads
    finally:
        _reads.remove(reads)
