"""What is known of calls that keep their thread waiting: ``knowledge/blocking.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

import msgspec

from fastlint.model.knowledge import load_table

_ANY, _ANY_BELOW = "*", "**"
_DUMPS = ("dict", "json", "model_dump", "model_dump_json", "to_dict", "to_json")
_OF_DATA = frozenset({*dir(bytes), *dir(dict), *dir(list), *dir(str), *_DUMPS})
"""Methods of what an answer holds: they wait for nothing."""
_AWAITED = ("async_*", "*_async")
"""Methods of synchronous clients that give something to await instead of an answer."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls that do one kind of work and have one way out; the file says what its parts mean."""

    kind: str
    use: str
    mend: str
    of: dict[str, str]
    weight: Literal["heavy", "medium", "light"] = "heavy"
    opens: bool = False


class InMemory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Objects that are files in memory, and the calls that wait for nothing if given one."""

    files: frozenset[str]
    calls: frozenset[str]
    keywords: frozenset[str]


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    calls: list[Group]
    harmless: dict[str, str]
    in_memory: InMemory
    switched_off: dict[str, str]
    threads: dict[str, int]
    later: dict[str, int]
    here: dict[str, int]
    tasks: dict[str, int]


class Table:
    """The knowledge, laid out for look-ups."""

    def __init__(self, page: _Page) -> None:
        self.groups = {
            (owner, member): group
            for group in page.calls
            for owner, members in group.of.items()
            for member in members.split()
        }
        self.harmless = {owner: frozenset(names.split()) for owner, names in page.harmless.items()}
        self.in_memory = page.in_memory
        self.switched_off = page.switched_off
        self.threads = page.threads
        self.later = page.later
        self.here = page.here
        self.tasks = page.tasks
        self._found: dict[str, Group | None] = {}

    def find(self, name: str) -> Group | None:
        """The group of a call, by its canonical name."""
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> Group | None:
        owner, _, member = name.rpartition(".")
        for known in _patterns(owner):
            named = self.groups.get((known, member))
            if named is not None:
                return named
            any_member = self.groups.get((known, _ANY))
            if any_member is not None and self._is_meant(known, member):
                return any_member
        for above in _above(owner):
            named = self.groups.get((f"{above}.{_ANY_BELOW}", member))
            if named is not None:
                return named
        below = [member]
        while owner:
            any_below = self.groups.get((owner, _ANY_BELOW))
            if below[-1].endswith("()") and member in _OF_DATA:
                break  # `client.chat.create(…).usage.get("tokens")`
            if any_below is not None and all(self._is_meant(owner, each) for each in below):
                return any_below
            owner, _, last = owner.rpartition(".")
            below.append(last)
        return None

    def _is_meant(self, owner: str, member: str) -> bool:
        """Whether the stars of a class mean this member of it."""
        if member.startswith("_") or member[:1].isupper():
            return False
        exceptions = (*_AWAITED, *self.harmless.get(owner, ()))
        return not any(fnmatchcase(member, each) for each in exceptions)


@cache
def table() -> Table:
    """What ``knowledge/blocking.toml`` says, read once."""
    return Table(msgspec.convert(load_table("blocking"), _Page))


def _above(owner: str) -> Iterator[str]:
    """The owner itself, and what it hangs below."""
    while owner:
        yield owner
        owner, _, _ = owner.rpartition(".")


def _patterns(owner: str) -> Iterator[str]:
    """The owner itself, then with one and with two of its last names left open."""
    yield owner
    head, star = owner, ""
    for _ in range(2):
        head, _, _ = head.rpartition(".")
        star += ".*"
        yield head + star
