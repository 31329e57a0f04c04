"""Passwords, keys and tokens that stand in the code of one file."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import dotted_name, names, walk
from fastlint.model.knowledge import load_table
from fastlint.model.reading.enclosing import around, holds
from fastlint.model.reading.words import Phrases, words
from fastlint.model.security.named_only import is_named_only

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module

_HINT = re.compile(r"pass|pwd|secret|token|key|salt|pepper|auth|credential", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://(?P<user>[^\s:/@]*):(?P<password>[^\s/@]+)@(?P<host>[^\s/]*)"
)
_SCHEME = re.compile(r"^(?:Bearer|Basic|Token) ")
_NO_SECRET = re.compile(
    r"""
    ^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$             # the name of an environment variable
    | ^(?:arn|vault|ssm|env|ref|file|key|name|id|kms):   # where to find it
    | ^[A-Za-z_]\w*(?:[.:/][A-Za-z_]\w*)+$      # a dotted path, a key of a translation
    | ^[~.]{0,2}/ | ^[A-Za-z]:\\                # a path
    | ^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-config(?:map)?$    # what a cluster calls its configuration
    | ://                                       # an address
    | \.(?:pem|key|crt|cer|txt|json|ya?ml|toml|ini|env|py|html?|css|js|md|log|db|sqlite)$
    | [{}\s] | %\( | %s | \$\( | [()\[\]|\\^;,]  # a template, a pattern, a list, code
    | ^\$\w+\$ | ^[\w.]+@[\w-]+\.\w+$           # the hash of a password; a mail address
    | ^\d[\d.:TZ+-]*$                           # a number, a date, a version
    | ^(?:phc_|pk_(?:live|test)_|pk\.eyJ)       # PostHog, Stripe, Mapbox: every browser is given it
    | [^\x00-\x7f]                              # what is written for people
    """,
    re.VERBOSE,
)
_MADE_UP = re.compile(r"(?:p[a4@][s$5]{2}w[o0]rd|secret)[\d!?#$._-]*")
"""``Password123!``, ``Pa$$w0rd``: what everybody writes who has to write something."""
_SAMPLE_ADDRESS = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|org|net)$")
"""Kept free for examples (RFC 2606)."""
_SEPARATOR = re.compile(r"[-_./:+ ]")
_NUMBERED = re.compile(r"[A-Za-z]*\d{1,2}")
_FALLBACKS = frozenset({"default", "default_value", "fallback"})
_OF_TESTS = frozenset({"test", "testing", "tests"})
_SIGNERS = (b"encode", b"decode", b"hmac", b"igner", b"erializer", b"Fernet", b"iddleware")
"""What the functions that sign are called in part."""
_KEYWORDS = frozenset({"key", "secret_key"})
"""Under which names what signs takes its key."""
_LONG = 20
_LONG_RUN = 6
_NUMBER = 3
"""Digits in a row that are more than a count."""
_RANDOM_BITS = 3.2
"""Shannon entropy of one character, in bits: words of English lie below, random text above."""
_VARIED_BITS = 2.0


class Secret(msgspec.Struct, frozen=True):
    """A secret that stands in the code."""

    literal: tree.Literal
    name: str
    """What it is given to; empty where that is not known."""
    kind: str
    """``format`` (told by its form), ``address`` (a URL with a password in it), ``named`` (told by
    its name), ``placeholder`` (one that tokens are signed with as it stands)"""
    what: str
    """``a GitHub token`` where its form says so, else empty."""
    use: str
    """``value``, ``fallback`` (of a look-up), ``setting`` (the default of a class's field),
    ``default`` (of a parameter), ``compared``"""

    @property
    def variable(self) -> str:
        """The environment variable to read: DB_PASSWORD for ``db_password``; empty for no name."""
        is_given = self.literal.role == "keyword"
        owner = self.literal.owner.rpartition(".")[2] if is_given else ""
        prefix = words(owner) if owner[:1].isupper() else ()
        return "_".join((*prefix, *words(self.name))).upper()


def secrets(module: Module) -> Iterator[Secret]:
    """The secrets of a file. What it only shows, in examples for its documentation, is none."""
    keys: frozenset[str] | None = None
    for literal in module.literals:
        told = _told(literal.value)
        if told is None and not _may_be_named(literal):
            if literal.role != "assigned" or _is_public(literal.name):
                continue
            keys = _keys(module) if keys is None else keys
            if literal.name not in keys or not _is_constant(around(module, literal)):
                continue
        chain = around(module, literal)
        name, use = _given(literal, chain)
        if (told is None or told[0] == "address") and any(map(_is_for_tests, chain)):
            continue
        if told is None and any(_is_enum(each) or _is_cast(each) for each in chain):
            continue
        if told is None:
            kind, what = _by_name(literal, name, use, keys or (), module), ""
        else:
            kind, what = told
        if kind is None or any(_name(each, literal) in _roles("shown") for each in chain):
            continue
        if not is_named_only(module, chain):
            yield Secret(literal, name, kind, what, use)


# --- what it is --------------------------------------------------------------------------------


def _told(value: str) -> tuple[str, str] | None:
    """The kind of a secret, and whose it is, that its form gives away."""
    if len(value) >= _LONG and _marker().search(value) and not is_placeholder(value):
        for what, pattern in _formats():
            match = pattern.search(value)
            if match and _is_random(match["body"]):
                return "format", what
    if "://" in value and "@" in value:
        match = _ADDRESS.search(value)
        if match and not _is_stand_in(match):
            return "address", ""
    return None


def _may_be_named(literal: tree.Literal) -> bool:
    """Whether its name, or the call that it is given to, may say that it is a secret."""
    if literal.role == "argument":
        return literal.owner in _roles("wrappers") or literal.owner in _roles("lookups")
    if literal.name in _FALLBACKS or not literal.name:
        return literal.role in ("keyword", "default")
    return kind_of_name(literal.name) is not None


def _by_name(
    literal: tree.Literal, name: str, use: str, keys: Container[str], module: Module
) -> str | None:
    kind = "signing" if name in keys else kind_of_name(name)
    if kind is None:
        return None
    value = _SCHEME.sub("", literal.value)
    if is_placeholder(value):
        signs = kind == "signing" and use in ("value", "fallback") and _signs(module, name)
        starts = kind == "signing" and _starts_with(literal, name, use, module)
        return "placeholder" if signs or starts else None
    if _NO_SECRET.search(value) or _is_label(value, name) or _is_route_to(value):
        return None
    if kind == "signing" and literal.role != "key" and use != "compared":
        return "named"
    if kind == "ambiguous":
        return "named" if _is_random(value) and len(value) >= _LONG else None
    return "named" if _is_varied(value) else None


@cache
def kind_of_name(name: str) -> str | None:
    """Whether a thing of that name is a secret: ``signing``, ``credential``, ``ambiguous``."""
    if not _HINT.search(name):
        return None
    if _is_public(name):
        return None
    not_one = _names("not_one")
    for kind in ("signing", "credential", "ambiguous"):
        head = _phrases(kind).end_of(name)
        if head is not None:
            return None if not_one.intersection(words(name)) else kind
    return None


def _is_public(name: str) -> bool:
    return _phrases("public").end_of(name) is not None


@cache
def sent_as_credential(name: str) -> bool:
    """Whether a parameter of that name asks for what nobody else may read."""
    if _names("not_one").intersection(words(name)):
        return False
    return _phrases("sent").end_of(name) is not None


# --- what it is given to -----------------------------------------------------------------------


def _given(literal: tree.Literal, chain: tuple[tree.Node, ...]) -> tuple[str, str]:
    """The name that a literal is given to, through calls and alternatives too, and how."""
    name, use = literal.name, "value"
    if literal.role in ("default", "compared"):
        use = literal.role
    if literal.role == "argument" or name in _FALLBACKS or (use == "default" and not name):
        name, use = _given_through(literal, chain)
    return name, "setting" if use == "value" and _is_field(chain) else use


def _given_through(literal: tree.Literal, chain: tuple[tree.Node, ...]) -> tuple[str, str]:
    use = "value"
    for node in reversed(chain):
        if isinstance(node, tree.Call):
            looked_up = _looked_up(node)
            if looked_up is not None:
                is_name = (node.args[0].line, node.args[0].column) == (literal.line, literal.column)
                return ("", use) if is_name else (looked_up, "fallback")
            if dotted_name(node.func) not in _roles("wrappers"):
                return "", use
        elif isinstance(node, tree.BoolOp):
            for value in node.values:
                looked_up = _looked_up(value)
                if looked_up is not None:
                    return looked_up, "fallback"
            use = "fallback"
        elif not isinstance(node, tree.IfExp):
            name = _name(node, literal)
            if name not in _FALLBACKS:
                is_param = isinstance(node, tree.Param)
                return name, "default" if is_param and use == "value" else use
    return "", use


def _is_field(chain: tuple[tree.Node, ...]) -> bool:
    """Whether it is the default of a field of a class with bases: a settings class, a model."""
    outer = [each for each in chain if isinstance(each, tree.ClassDef | tree.FunctionDef)]
    if not outer or not isinstance(outer[-1], tree.ClassDef) or not outer[-1].bases:
        return False
    # Pydantic 1 takes names without an annotation for fields, too.
    is_of_settings = any(_last(base) == "BaseSettings" for base in outer[-1].bases)
    return is_of_settings or any(isinstance(each, tree.AnnAssign) for each in chain)


def _looked_up(node: tree.Node) -> str | None:
    """The name that ``os.getenv("NAME", …)`` and its like look up."""
    if isinstance(node, tree.Call) and node.args and dotted_name(node.func) in _roles("lookups"):
        first = node.args[0]
        if isinstance(first, tree.Constant) and isinstance(first.value, str):
            return first.value
    return None


def _name(node: tree.Node, literal: tree.Literal) -> str:
    """The name that a node gives what is in it; empty where it gives none."""
    match node:
        case tree.Keyword(name=str() as name) | tree.Param(name=name):
            return name
        case tree.Assign(targets=[target, *_]) | tree.AnnAssign(target=target):
            return _last(target)
        case tree.DictDisplay(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, tree.Constant) and holds(value, literal):
                    return str(key.value)
    return ""


def _last(target: tree.Node) -> str:
    """The last part of what is assigned to or handed on."""
    match target:
        case tree.Name(id=name) | tree.Attribute(attr=name):
            return name
        case tree.Subscript(index=tree.Constant(value=str() as name)):
            return name
    return ""


def _is_constant(chain: tuple[tree.Node, ...]) -> bool:
    """Whether what a literal is given to is the file's own, not that of a function or class."""
    return not any(isinstance(each, tree.FunctionDef | tree.ClassDef) for each in chain)


def _is_enum(node: tree.Node) -> bool:
    """Whether a node is an enumeration: its members are names of things."""
    return isinstance(node, tree.ClassDef) and any(
        _last(base).endswith(("Enum", "Flag")) for base in node.bases
    )


def _is_for_tests(node: tree.Node) -> bool:
    """``class TestSettings``, ``class TestingConfig``: what is in there opens nothing."""
    return isinstance(node, tree.ClassDef) and not _OF_TESTS.isdisjoint(words(node.name))


def _is_cast(node: tree.Node) -> bool:
    """Whether a node lists people who are made up: each has a mail address of ``example.com``."""
    listed = node.items if isinstance(node, tree.Sequence) else ()
    return len(listed) > 1 and all(_is_made_up(each) for each in listed)


def _is_made_up(person: tree.Expr) -> bool:
    return isinstance(person, tree.DictDisplay) and any(
        isinstance(value, tree.Constant)
        and isinstance(value.value, str)
        and _SAMPLE_ADDRESS.search(value.value) is not None
        for value in person.values
    )


def _starts_with(literal: tree.Literal, name: str, use: str, module: Module) -> bool:
    """Whether the application starts with it where nobody gives a key, and nothing looks at it.

    That is so of the default of a setting, and of what stands in for a variable that is not set.
    """
    chain = around(module, literal)
    if use == "setting":
        classes = (each for each in chain if isinstance(each, tree.ClassDef))
        is_used = any(_last(base) == "BaseSettings" for each in classes for base in each.bases)
    else:
        bound = (each for each in chain if isinstance(each, tree.Assign | tree.AnnAssign))
        is_used = use == "fallback" and any(
            kind_of_name(_name(each, literal)) == "signing" for each in bound
        )
    return is_used and not any(_looks_at(each, name) for each in module.facts.functions)


def _looks_at(function: tree.FunctionFacts, name: str) -> bool:
    """Whether a function names a key to say what is wrong with it, or hands its name on."""
    nodes = list(walk([*tree.statements(function), *function.decorators]))
    if any(isinstance(each, tree.Constant) and each.value == name for each in nodes):
        return True
    is_read = any(
        isinstance(each, tree.Name | tree.Attribute) and _last(each) == name for each in nodes
    )
    return is_read and any(isinstance(each, tree.Raise | tree.Compare) for each in nodes)


def _signs(module: Module, name: str) -> bool:
    """Whether the file hands the name to a function that signs or checks with it."""
    return any(
        _last(each) == name
        for call, _own_names in _signings(module)
        for each in (*call.args, *(keyword.value for keyword in call.keywords))
    )


def _keys(module: Module) -> frozenset[str]:
    """The names of the file's own that it signs with, whatever they are called."""
    found: set[str] = set()
    for call, own in _signings(module):
        position = _positions().get(dotted_name(call.func), len(call.args))
        given = [*call.args[position : position + 1]]
        given += [each.value for each in call.keywords if each.name in _KEYWORDS]
        found.update(
            each.id for each in given if isinstance(each, tree.Name) and each.id not in own
        )
    return frozenset(found)


def _signings(module: Module) -> Iterator[tuple[tree.Call, frozenset[str]]]:
    """The calls that sign or check, and which names the function around them has itself."""
    signing = (each for each in module.facts.functions if search.mentions(each, *_SIGNERS))
    bodies = [
        (module.facts.body, frozenset[str]()),
        *((tree.statements(each), _own(each)) for each in signing),
    ]
    for body, own in bodies:
        for node in walk(body):
            if isinstance(node, tree.Call) and dotted_name(node.func) in _roles("signers"):
                yield node, own


def _own(function: tree.FunctionFacts) -> frozenset[str]:
    targets = (
        target
        for node in walk(tree.statements(function))
        if isinstance(node, tree.Assign)
        for target in node.targets
    )
    return frozenset(each.name for each in function.params) | frozenset(names(targets))


# --- what it looks like ------------------------------------------------------------------------


def is_placeholder(value: str) -> bool:
    """Whether a value only keeps the place of the secret that belongs there."""
    lower = value.lower()
    return (
        lower in _placeholders("whole")
        or any(part in lower for part in _placeholders("parts"))
        or any(sample in value for sample in _published())
        or not _placeholders("words").isdisjoint(words(value))
        or _MADE_UP.fullmatch(lower) is not None
        or _is_run(lower)
    )


def _is_run(value: str) -> bool:
    """``abcdef123456``: nothing but letters and digits in their order."""
    steps = [ord(after) - ord(before) for before, after in pairwise(value)]
    return len(value) >= _LONG_RUN and len(steps) - steps.count(1) <= len(value) // _LONG_RUN


def _is_stand_in(address: re.Match[str]) -> bool:
    """Whether the password of an address is a template's, a sample's or its user's own name.

    Where it is made of what no address has, as a pattern for addresses is, it is none either.
    """
    password, host = address["password"], address["host"].lower()
    return (
        bool(re.search(r"[][{}$<>%*^|\\]|\.\.\.|[^\x00-\x7f]", password + address["user"]))
        or password in (address["user"], f"{address['user']}password")
        or is_placeholder(password)
        or host.startswith(("example.", "host")) or ".example" in host or "example." in host
    )  # fmt: skip


def _is_label(value: str, name: str) -> bool:
    """Whether a value says what the secret is called, not what it is."""
    said = words(value)
    known = _placeholders("labels").union(words(name))
    joined = "".join(words(name))
    spoken = [word for word in said if not (word.isdigit() and len(word) < _NUMBER)]
    singular = [word.removesuffix("s") for word in spoken]
    is_known = all(
        one in known or each in known for one, each in zip(singular, spoken, strict=True)
    )
    return is_known or "".join(spoken) in joined


def _is_route_to(value: str) -> bool:
    """Whether a value is words between slashes: where a secret is kept."""
    return "/" in value and not _is_varied(value)


def _is_varied(value: str) -> bool:
    """Whether a value is more than words and a number: what nobody would read aloud."""
    parts = [part for part in _SEPARATOR.split(value) if part]
    odd = [part for part in parts if not part.isalpha() and part.lower() not in _algorithms()]
    plain = not odd or (len(odd) == 1 and _NUMBERED.fullmatch(odd[0]))
    return not plain and any(c.isalpha() for c in value) and _bits(value) >= _VARIED_BITS


def _is_random(value: str) -> bool:
    return (
        any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
        and _bits(value) >= _RANDOM_BITS
        and _is_varied(value)
    )


def _bits(value: str) -> float:
    """Shannon entropy in bits for each character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())


# --- the tables --------------------------------------------------------------------------------


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return load_table("secrets")


@cache
def _phrases(kind: str) -> Phrases:
    return Phrases(_table()["names"][kind], _table()["names"]["tails"])


@cache
def _names(part: str) -> frozenset[str]:
    return frozenset(_table()["names"][part])


@cache
def _roles(part: str) -> frozenset[str]:
    return frozenset(_table()["roles"][part])


@cache
def _positions() -> dict[str, int]:
    positions: dict[str, int] = load_table("secrets")["keys"]
    return positions


@cache
def _placeholders(part: str) -> frozenset[str]:
    return frozenset(_table()["placeholders"][part])


@cache
def _algorithms() -> frozenset[str]:
    return _placeholders("with_digits")


@cache
def _published() -> tuple[str, ...]:
    return tuple(_table()["placeholders"]["published"])


@cache
def _formats() -> tuple[tuple[str, re.Pattern[str]], ...]:
    formats: dict[str, str] = load_table("secrets")["formats"]
    return tuple((what, re.compile(pattern)) for what, pattern in formats.items())


@cache
def _marker() -> re.Pattern[str]:
    """What every format has one of: one search tells nearly all values apart from secrets."""
    return re.compile("|".join(load_table("secrets")["markers"]["any"]))
