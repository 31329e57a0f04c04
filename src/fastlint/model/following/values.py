"""What an expression of the project can stand for, as far as it is known without running it.

The model follows the project's own code the way Python would run it, over these values instead of
objects. What cannot be known is `Unknown`, with the reason; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from fastlint.facts import tree
    from fastlint.findings import Span
    from fastlint.model.following.frames import Frame


class Unknown(msgspec.Struct, frozen=True, eq=False):
    """Cannot be resolved; ``reason`` completes "unknown, because of …", and is compared alone."""

    reason: str = ""
    choices: tuple[Value, ...] = ()
    """What it is one of, where that is known: see `fastlint.model.following.choices`."""
    in_turn: bool = False
    """Whether it is each of them in its turn: the items of a loop."""
    asked: Value | None = None
    """The certain key under which a registry was asked for it that does not say what stands there:
    functions fill it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.reason == other.reason

    def __ne__(self, other: object) -> bool:  # of a struct Python does not derive it
        return not self == other

    def __hash__(self) -> int:
        return hash(self.reason)


class Const(msgspec.Struct, frozen=True, eq=False):
    """A value that is written in the code: text, a number, True, False, None, bytes."""

    value: str | int | float | bool | bytes | None
    settable: bool = False
    """Whoever starts the program may set another one: the default of a setting, an environment
    variable or a factory's parameter. Paths are told with it; branches are open to both answers.
    It makes no other value of it: what is written is compared alone."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and self.value == other.value

    def __ne__(self, other: object) -> bool:  # as above
        return not self == other

    def __hash__(self) -> int:
        return hash(self.value)


NONE = Const(None)
NULL_CONTEXT = "contextlib.nullcontext()"
"""What stands in for a manager where there is nothing to enter."""
UNKNOWN = Unknown()
_INHERITED = (
    "dependencies", "tags", "responses", "deprecated", "include_in_schema",
    "default_response_class", "generate_unique_id_function", "max_body_size",
)  # fmt: skip
"""What of a router FastAPI joins with a route, or an include, at the moment it is added."""


class Dots(msgspec.Struct, frozen=True):
    """``...``"""


class Items(msgspec.Struct, eq=False):
    """A list, tuple or set. ``open``: there may be further items that are not known."""

    kind: str
    items: list[Value]
    open: bool = False
    holds: Value | None = None
    """An object of the type that its annotation gives its items."""
    or_none: bool = False
    """Whether None may stand in its place: it is what one of several branches leaves."""
    others: tuple[Items, ...] = ()
    """What else a list of texts may be, where a branch decides."""


class Mapping(msgspec.Struct, eq=False):
    """A dictionary. ``open``: there may be further keys that are not known."""

    items: dict[str, Value]
    open: bool = False
    others: list[tuple[Value, Value]] = msgspec.field(default_factory=list)
    """What stands under keys that are no text, such as an enumeration's members."""
    factory: Value | None = None
    """What makes a value for a key that is not there yet: of a ``defaultdict``."""
    made: int = 0
    """How many branches that may not run enclosed the call which made it."""
    holds: Value | None = None
    """An object of the type that its annotation gives its values."""
    or_none: bool = False
    """As `Items` has it."""
    whole: bool = False
    """Whether nothing is put into it later: the keywords that a call gives."""

    @property
    def pairs(self) -> list[tuple[Value, Value]]:
        """Every key and its value, as far as they are written in the code."""
        return [*((Const(key), value) for key, value in self.items.items()), *self.others]

    def get(self, key: Value) -> Value | None:
        """What stands under a key that is no text."""
        for other, value in reversed(self.others):
            if other == key or _is_same_member(other, key):
                return value
        return None


class External(msgspec.Struct, frozen=True):
    """A module, class, function or constant from outside the project, by its canonical name."""

    name: str


class ModuleValue(msgspec.Struct, frozen=True):
    """A module of the project, by the path of its file."""

    path: str


class Package(msgspec.Struct, frozen=True):
    """A folder of the project without ``__init__.py`` (a namespace package).

    ``importer`` is the file that named it: which import root is meant depends on that.
    """

    name: str
    importer: str


FunctionKey = tuple[str, int, int, int]


class FunctionValue(msgspec.Struct, eq=False):
    """A function of the project, with the frame that it was defined in."""

    path: str
    facts: tree.FunctionFacts
    closure: Frame
    bound: Value | None = None
    """What ``self`` (or ``cls``) is for a bound method."""
    wraps: FunctionValue | None = None
    """What ``functools.wraps`` says that this function stands for."""
    decorators: tuple[Value, ...] = ()
    owner: ClassValue | None = None
    attributes: dict[str, Value] = msgspec.field(default_factory=dict)
    """What the code was seen to set on the function itself."""
    view: DependsMarker | None = None
    """What FastAPI fills in for ``self``, where the method belongs to a class-based view."""
    signed: Frame | None = None
    """The names as they were when it was defined; None where they are as its closure has them."""
    kept: dict[str, Value] = msgspec.field(default_factory=dict)
    """The defaults that every call is given the same object of."""
    replaced: Instance | Partial | None = None
    """What a decorator has put in its place, which is called instead."""

    @property
    def scope(self) -> Frame:
        """Where its defaults and annotations are evaluated."""
        return self.signed or self.closure

    @property
    def is_static(self) -> bool:
        """Whether it is a ``staticmethod``, which is given no object."""
        return External("builtins.staticmethod") in self.decorators

    @property
    def is_received(self) -> bool:
        """Whether its first parameter is what it is bound to.

        A wrapper that stands in a method's place is no method by its own text.
        """
        return self.bound is not None and not self.is_static

    @property
    def inner(self) -> FunctionValue:
        """What it wraps, bound as it is bound itself; the function itself where it wraps none."""
        inner = self.wraps
        if inner is None:
            return self
        if self.bound is not None and inner.bound is None:  # a decorated method
            inner = replace(inner, bound=self.bound)
        if self.view is not None and inner.view is None:
            inner = replace(inner, view=self.view)
        return inner

    @property
    def chain(self) -> Iterator[FunctionValue]:
        """The function, what it wraps, what that wraps, down to the original."""
        seen = self
        yield seen
        while seen.wraps is not None:
            seen = seen.inner
            yield seen

    @property
    def original(self) -> FunctionValue:
        """The function that `inspect.unwrap` finds."""
        seen = self
        while seen.wraps is not None:
            seen = seen.inner
        return seen

    @property
    def key(self) -> FunctionKey:
        """What tells it from others: its text, what it closes over, what it is bound to.

        Of an object that nothing is known of but its class, the class is what counts. The key holds
        identities: whoever keeps it keeps the function with it.
        """
        bound = self.bound
        if isinstance(bound, Instance) and not (bound.attributes or bound.args or bound.keywords):
            bound = bound.cls
        return (self.path, self.facts.index, id(self.scope), id(bound))


class LambdaValue(msgspec.Struct, eq=False):
    """A lambda of the project."""

    path: str
    node: tree.Lambda
    closure: Frame
    signed: Frame | None = None
    """As `FunctionValue` has it."""
    kept: dict[str, Value] = msgspec.field(default_factory=dict)

    @property
    def scope(self) -> Frame:
        """Where its defaults are evaluated."""
        return self.signed or self.closure


class ClassValue(msgspec.Struct, eq=False):
    """A class of the project; ``namespace`` is what its body bound."""

    path: str
    node: tree.ClassDef
    namespace: Frame
    bases: tuple[Value, ...]
    decorators: tuple[Value, ...] = ()
    view: DependsMarker | None = None
    """What asks for an object of it, where it is a class-based view."""

    line: tuple[ClassValue | External, ...] = ()
    """What `mro` gives, once that is certain."""

    def mro(self) -> tuple[ClassValue | External, ...]:
        """The class and its bases in the order in which Python looks through them."""
        if self.line:
            return self.line
        self.line = (self,)  # of a class that is its own base, were there one
        if any(isinstance(base, Unknown) for base in self.bases):
            self._look_again()
        self.line = (self, *_merged([_line(base) for base in self.bases]))
        found = self.line
        if self.namespace.machine.running and not self.is_whole:
            self.line = ()  # a base may become known when the modules have been run
        return found

    @property
    def own(self) -> tuple[ClassValue, ...]:
        """The class and its bases in the project, in the order of `mro`."""
        return tuple(base for base in self.mro() if isinstance(base, ClassValue))

    @property
    def outside(self) -> tuple[str, ...]:
        """The names of its bases from outside the project, in the order of `mro`."""
        return tuple(base.name for base in self.mro() if isinstance(base, External))

    @property
    def is_whole(self) -> bool:
        """Whether all bases are known, and theirs."""
        seen: set[int] = set()
        stack: list[Value] = [self]
        while stack:
            base = stack.pop()
            if isinstance(base, Subscripted):
                base = base.origin
            if isinstance(base, Unknown):
                return False
            if isinstance(base, ClassValue) and base is not self and base.line:
                continue  # it is kept only where it is certain
            if isinstance(base, ClassValue) and id(base) not in seen:
                seen.add(id(base))
                stack.extend(base.bases)
        return True

    def _look_again(self) -> None:
        """Modules that import each other can name a class before it is there."""
        outside = self.namespace.parent
        if outside is not None and len(self.bases) == len(self.node.bases):
            machine = self.namespace.machine
            found = [machine.evaluate(each, outside) for each in self.node.bases]
            self.bases = tuple(
                new if isinstance(old, Unknown) else old
                for old, new in zip(self.bases, found, strict=True)
            )


def _line(base: Value) -> list[ClassValue | External]:
    if isinstance(base, Subscripted):
        base = base.origin
    if isinstance(base, ClassValue):
        return list(base.mro())
    if isinstance(base, Instance):
        return list(_merged([_line(each) for each in made_of(base)]))
    return [base] if isinstance(base, External) else []


_MADE_OF = ("cls", "__base__", "declarative_base")


def made_of(made: Instance) -> Iterator[ClassValue]:
    """The project's own bases of a class that a library makes: ``declarative_base(cls=Base)``."""
    if isinstance(made.cls, External) and made.cls.name.endswith("()"):
        for given in (made.keywords[name] for name in _MADE_OF if name in made.keywords):
            several = given.items if isinstance(given, Items) else [given]
            yield from (each for each in several if isinstance(each, ClassValue))


def _merged(lines: list[list[ClassValue | External]]) -> Iterator[ClassValue | External]:
    """The C3 merge: what is nobody's base among the rest comes first.

    Where Python would refuse the class, the order is that of the bases.
    """
    lines = [line for line in lines if line]
    if len(lines) == 1:
        yield from lines[0]
        return
    lines.append([line[0] for line in lines])
    while lines := [line for line in lines if line]:
        heads = [line[0] for line in lines]
        behind = [each for line in lines for each in line[1:]]
        head = next((each for each in heads if each not in behind), heads[0])
        yield head
        lines = [[each for each in line if each != head] for line in lines]


class Instance(msgspec.Struct, eq=False):
    """An object of a class. ``attributes`` are those that the code was seen to set."""

    cls: ClassValue | External
    attributes: dict[str, Value] = msgspec.field(default_factory=dict)
    args: tuple[Value, ...] = ()
    keywords: dict[str, Value] = msgspec.field(default_factory=dict)
    types: tuple[Value, ...] = ()
    """The type arguments: ``Item`` for an instance of ``list[Item]``."""
    span: Span | None = None
    """Where it was made, if it was."""
    made: bool = False
    """Whether a module made it while it was loaded: one object, whose attributes are its own."""
    others: tuple[Instance, ...] = ()
    """What else it may be, where a branch decides: an object of each of these other classes."""
    asked: Value | None = None
    """As `Unknown` has it, of an object of which only the type is declared."""


class Member(msgspec.Struct, frozen=True):
    """An attribute of an object from outside: ``client.get`` on an `Instance` of an `External`."""

    owner: Instance
    name: str
    dotted: str


class BoundBuiltin(msgspec.Struct, frozen=True):
    """A method of a list, dictionary or text that the model itself can carry out."""

    owner: Items | Mapping | Const
    name: str


class Subscripted(msgspec.Struct, frozen=True):
    """``origin[args]``: a generic type with its arguments."""

    origin: Value
    args: tuple[Value, ...]


class UnionType(msgspec.Struct, frozen=True):
    """``A | B``, ``Optional[A]``, ``Union[A, B]``"""

    members: tuple[Value, ...]


class AnnotatedType(msgspec.Struct, frozen=True):
    """``Annotated[base, *metadata]``"""

    base: Value
    metadata: tuple[Value, ...]


class LiteralType(msgspec.Struct, frozen=True):
    """``Literal[...]``"""

    values: tuple[Value, ...]


class DependsMarker(msgspec.Struct, eq=False):
    """``Depends(dependency)`` or ``Security(dependency, scopes=…)``."""

    dependency: Value | None
    """None for ``Depends()``, which stands for the parameter's own type."""
    is_security: bool
    scopes: Value | None
    use_cache: bool
    scope: str | None
    span: Span


class ParamMarker(msgspec.Struct, eq=False):
    """``Query(…)``, ``Path(…)``, ``Body(…)`` and their like, as evaluated."""

    kind: str
    """``Query``, ``Path``, ``Header``, ``Cookie``, ``Body``, ``Form``, ``File``"""
    default: Value | None
    keywords: dict[str, Value]
    span: Span


class Partial(msgspec.Struct, frozen=True):
    """``functools.partial(function, *args, **keywords)``"""

    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]

    def given(
        self, args: tuple[Value, ...], keywords: dict[str, Value]
    ) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """What the function gets when this is called with these arguments."""
        return (*self.args, *args), {**dict(self.keywords), **keywords}

    def whole(
        self, args: tuple[Value, ...], keywords: dict[str, Value]
    ) -> tuple[Value, tuple[Value, ...], dict[str, Value]]:
        """As `given`, with the function itself; that of a partial of a partial is no partial."""
        inner: Value = self
        while isinstance(inner, Partial):  # as deep as the code made them, line by line
            args, keywords = inner.given(args, keywords)
            inner = inner.function
        return inner, args, keywords


class Coroutine(msgspec.Struct, frozen=True):
    """What calling an ``async def`` gives before it is awaited."""

    result: Value


class RouteEntry(msgspec.Struct, eq=False):
    """One registration on a router: a decorator or a call of ``add_api_route`` and its like."""

    kind: str
    """``http`` or ``websocket``"""
    methods: tuple[str, ...] | None
    """In upper case; None where they could not be resolved."""
    path: Value
    handler: Value
    options: dict[str, Value]
    span: Span
    conditional: bool
    open: bool = False
    """``**kwargs`` were given whose content is not known."""
    prefix: Value = NONE
    """The router's own prefix when the route was added; None for an object that was made aside."""
    origin: str = ""
    """Which part of the program registers it; see `Machine.origin`."""
    inherited: dict[str, Value] = msgspec.field(default_factory=dict)
    """What the router gave it when it was added; nothing for an object that was made aside."""


class IncludeEntry(msgspec.Struct, eq=False):
    """``include_router(child, …)``"""

    child: Value
    options: dict[str, Value]
    span: Span
    conditional: bool
    open: bool = False
    prefix: Value = NONE
    """The own prefix of the router that includes when it did so; None for an app."""
    origin: str = ""
    known: int = 0
    """How many entries the included router had then."""
    inherited: dict[str, Value] = msgspec.field(default_factory=dict)
    """What the router that includes gave it when it did so."""


class MountEntry(msgspec.Struct, eq=False):
    """``mount(path, app)``, ``add_route``, ``host`` …: served, but without FastAPI's injection."""

    kind: str
    path: Value
    target: Value
    span: Span
    conditional: bool = False
    methods: tuple[str, ...] | None = None
    """What ``add_route`` and ``route`` answer; None where that is not known."""
    origin: str = ""


class Attached(msgspec.Struct, eq=False):
    """A function that an app runs besides its routes: middleware, exception handler, event."""

    kind: str
    """``middleware``, ``exception_handler``, ``event``, ``lifespan``; ``bare`` for a function that
    ``@app.get`` without a call was given, which registers nothing."""
    function: Value
    span: Span
    detail: str = ""
    """The event or kind of middleware, as written."""
    by: str = ""
    """The method that registers it: ``on_event``."""
    args: tuple[Value, ...] = ()
    """What a middleware is made with by position, its class left out."""
    options: dict[str, Value] = msgspec.field(default_factory=dict)
    """What it is made with by name; ``**`` stands for what is not known."""
    conditional: bool = False
    answers: Value | None = None
    """The exception, or status, that an exception handler is for."""


class RouterValue(msgspec.Struct, eq=False):
    """An ``APIRouter`` or, where ``is_app``, a ``FastAPI``, by the place where it is made.

    Entries stand in the order in which the code registers them.
    """

    is_app: bool
    span: Span
    path: str
    """Of the file in which it is made."""
    options: dict[str, Value]
    cls: ClassValue | None = None
    """The project's subclass, if it is one."""
    name: str = ""
    """The variable that it was first bound to."""
    makers: tuple[tuple[str, int], ...] = ()
    """The functions that were being followed when it was made, outermost first: file and index."""
    entries: list[RouteEntry | IncludeEntry | MountEntry] = msgspec.field(default_factory=list)
    attached: list[Attached] = msgspec.field(default_factory=list)
    attributes: dict[str, Value] = msgspec.field(default_factory=dict)
    instead_of: RouterValue | None = None
    """The router that a name stands for unless a condition holds, which is not known."""
    reworked: str = ""
    """What the code did to the list of its routes by hand; empty where it did nothing."""
    doubted: int = 0
    """How many of its entries were there then: what is added later nobody has taken out."""
    reordered: bool = False
    """The code sorts the list of its routes: who comes first is not known."""
    handed: str = ""
    """The code from outside the project that was given the router; empty where none was."""
    moved: str = ""
    """What serves its routes under other paths than the project gives them; empty where none."""
    phantom: bool = False
    """A parameter that some caller fills in; which router it is, is not known."""
    open: bool = False
    walked: int = 0
    """How many loops are going through the list of its routes itself."""
    objects: dict[int, Instance] = msgspec.field(default_factory=dict)
    """The objects in its list of routes that the code was seen to look at, by their entries."""

    @property
    def prefix(self) -> Value:
        """What it puts in front of the routes that are added to it now; None for an app."""
        return NONE if self.is_app else self.options.get("prefix", NONE)

    @property
    def given(self) -> dict[str, Value]:
        """What it gives to the routes that are added to it now (`APIRouter.add_api_route`)."""
        found = {}
        for name in _INHERITED:
            value = self.attributes.get(name, self.options.get(name))
            if value is not None:
                found[name] = copied(value)
        return found


class RouterMethod(msgspec.Struct, frozen=True):
    """``router.get``, ``app.include_router`` … before it is called."""

    router: RouterValue
    name: str


class Registrar(msgspec.Struct, eq=False):
    """``router.get("/x")``: a decorator that waits for its handler."""

    router: RouterValue
    entry: RouteEntry | Attached
    used: bool = False


class Deferred(msgspec.Struct, frozen=True):
    """An imported name whose module has not been run yet, or only in part."""

    path: str
    name: str


class SuperValue(msgspec.Struct, frozen=True):
    """``super()`` inside a method."""

    cls: ClassValue
    instance: Value


Value = (
    Unknown
    | Const
    | Dots
    | Items
    | Mapping
    | External
    | ModuleValue
    | Package
    | FunctionValue
    | LambdaValue
    | ClassValue
    | Instance
    | Member
    | BoundBuiltin
    | Subscripted
    | UnionType
    | AnnotatedType
    | LiteralType
    | DependsMarker
    | ParamMarker
    | Partial
    | Coroutine
    | RouterValue
    | RouterMethod
    | Registrar
    | Deferred
    | SuperValue
)


def copied(value: Value) -> Value:
    """A list or dictionary as it is now, whatever is put into it later; anything else as it is."""
    if isinstance(value, Items):
        return Items(value.kind, list(value.items), value.open)
    if isinstance(value, Mapping):
        return Mapping(dict(value.items), value.open, list(value.others))
    return value


def _is_same_member(a: Value, b: Value) -> bool:
    """Whether both are the same member of an enumeration, which has one object for each."""
    return (
        isinstance(a, Instance)
        and isinstance(b, Instance)
        and a.cls is b.cls
        and "name" in a.attributes
        and a.attributes["name"] == b.attributes.get("name")
    )


def is_settable(*values: Value) -> bool:
    """Whether one of the values is a default that may be set otherwise."""
    given = (v.attributes.get("value") if isinstance(v, Instance) else v for v in values)
    return any(isinstance(value, Const) and value.settable for value in given)
