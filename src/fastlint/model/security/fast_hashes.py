"""Passwords behind a hash that is made to be fast: whoever reads the hashes tries passwords."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.reading.mentions import imported_packages
from fastlint.model.reading.words import words

if TYPE_CHECKING:
    from fastlint.model.project import Project

_FAST = frozenset(
    {
        "blake2b",
        "blake2s",
        "md5",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha3_256",
        "sha3_512",
        "sha512",
    }
)
_HASH = search.Words([b"md5", b"sha", b"blake2"])
_PASSWORD = search.Words([b"passw", b"pwd"])
_ELSE = search.Words(
    [
        b"HIBP",
        b"argon2",
        b"bcrypt",
        b"breach",
        b"hibp",
        b"pbkdf2",
        b"pwned",
        b"scrypt",
        b"usedforsecurity",
    ]
)
"""Whether a password has been stolen somewhere is asked with its SHA-1; an old hash may be read
beside a better one."""
_SLOW = frozenset({"argon2", "bcrypt", "nacl", "passlib", "pwdlib", "scrypt", "werkzeug"})
"""What a file imports that hashes passwords as they should be: a fast hash may go before that."""
_PASSWORDS = frozenset({"password", "passwd", "passcode", "pwd"})
_BESIDE = frozenset({"salt", "pepper", "secret", "key"})
"""What else is hashed with a password, without a change of what the hash is for."""
_WHOSE = frozenset(
    {"clear", "current", "given", "input", "new", "old", "plain", "raw", "text", "user"}
)
"""What may stand before it: other services have passwords too, and ``hashed_password`` is none."""


def fast_hashes(project: Project) -> Iterator[tuple[Function, CallSite, str]]:
    """The calls that hash a password of a request, each with the name of the hash."""
    for reached in project.reach.reached:
        function = reached.function
        facts = function.facts
        if not search.matches(facts, _HASH) or not search.matches(facts, _PASSWORD):
            continue
        module = project.module(function.path)
        if search.matches(facts, _ELSE) or _SLOW & set(imported_packages(module)):
            continue
        for site in function.calls:
            name = _hash(site)
            if name and site.node.args and _is_password(site.node.args[0]):
                yield function, site, name


def _hash(site: CallSite) -> str:
    """``sha256`` of ``hashlib.sha256(…)`` and of the ``update`` of such an object."""
    package, _, name = (dotted(site.callee) or "").removesuffix("().update").rpartition(".")
    return name if package == "hashlib" and name in _FAST else ""


def _is_password(given: tree.Expr) -> bool:
    """Whether a password is hashed, with nothing beside it but a salt: no token is made of it."""
    read = [words(name) for name in _names(given)]
    passwords = [
        each for each in read if each and each[-1] in _PASSWORDS and _WHOSE.issuperset(each[:-1])
    ]
    return bool(passwords) and all(
        each in passwords or not _BESIDE.isdisjoint(each) for each in read
    )


def _names(node: tree.Expr) -> Iterator[str]:
    """What is put together there, by name; an empty one for what has none."""
    match node:
        case tree.Call(func=tree.Attribute(value=inner, attr="encode" | "strip")):
            yield from _names(inner)
        case tree.Call(func=tree.Name(id="bytes" | "str"), args=[inner, *_]):
            yield from _names(inner)
        case tree.BinOp(left=left, op="+" | "%", right=right):
            yield from (*_names(left), *_names(right))
        case tree.FString(parts=parts):
            for each in parts:
                yield from _names(each)
        case tree.Constant():
            return
        case _:
            yield last_name(node)
