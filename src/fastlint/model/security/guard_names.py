"""Names that say that something is a guard, and the tables they are read with."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import Phrases, words


@cache
def says_guard(name: str) -> bool:
    """Whether a name, ``Class.method`` or ``outer.<locals>.inner``, says that this is a guard."""
    parts = [part for part in name.split(".") if part != "<locals>"]
    return any(_one_says_guard(part) for part in parts)


def only_sounds_like_one(name: str) -> bool:
    """Whether a bare name that says so merely ends with whose request it is: ``create_user``."""
    return table_words("words").isdisjoint(words(name))


def is_about_forgery(name: str) -> bool:
    """Whether a name speaks of forged requests (CSRF), and not of who somebody is as well."""
    return not table_words("forgery").isdisjoint(words(name)) and (
        table_phrases("ends").end_of(name) is None
        and table_words("for_admins").isdisjoint(words(name))
    )


def names_credential(name: str) -> bool:
    """Whether a parameter, header or cookie of this name is what somebody is known by."""
    front = table_phrases("parameters").end_of(name)
    return front is not None and table_words("not_credentials").isdisjoint(front)


def external(name: str) -> bool | None:
    """Whether something from outside the project is a guard; None for what nobody knows here."""
    name = name.removesuffix("()")
    if lies_in(name, table_words("packages")):
        return True
    if is_harmless(name):
        return False
    return True if says_guard(name.rpartition(".")[2]) else None


def is_harmless(name: str) -> bool:
    """Whether something from outside the project certainly is no guard."""
    return lies_in(name.removesuffix("()"), table_words("harmless"))


def lies_in(name: str, packages: AbstractSet[str]) -> bool:
    """Whether a dotted name is one of some packages, or stands in one."""
    while name and name not in packages:
        name = name.rpartition(".")[0]
    return bool(name)


@cache
def table_words(part: str) -> frozenset[str]:
    """A part of the table of guards, word by word."""
    return frozenset(_table()[part])


@cache
def table_phrases(part: str) -> Phrases:
    """A part of the table of guards, to be looked for at the end of names."""
    return Phrases(_table()[part])


@cache
def refusing_statuses() -> frozenset[object]:
    """The status codes that turn a request away for who sends it."""
    return frozenset(_table()["statuses"])


@cache
def _table() -> dict[str, list[str]]:
    table: dict[str, list[str]] = load_table("security")["guards"]
    return table


def _one_says_guard(name: str) -> bool:
    name = name.removesuffix("Middleware").removesuffix("_middleware")
    if table_phrases("not_guards").end_of(name) is not None or is_about_forgery(name):
        return False
    if not table_words("words").isdisjoint(words(name)):
        return True
    return table_phrases("ends").end_of(name) is not None
