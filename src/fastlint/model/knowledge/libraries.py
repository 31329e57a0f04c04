"""What is known of libraries that add routes to apps, one entry for each call that does."""

from __future__ import annotations

from functools import cache

import msgspec

from fastlint.model.knowledge import load_table


class LibraryRoute(msgspec.Struct, frozen=True):
    """One route that a library adds."""

    methods: tuple[str, ...]
    """``("WEBSOCKET",)`` for one of these."""
    path: str
    """``{name}`` stands for a parameter of the call where it has one of that name."""
    guard: str = ""
    """What sees to it that somebody is signed in."""
    flag: str = ""
    hidden: bool = False
    """Whether it is left out of the documentation."""


class Library(msgspec.Struct, frozen=True):
    """A call that adds routes; the table says what each of these means."""

    names: tuple[str, ...]
    params: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    to: str = ""
    or_to: str = ""
    routes: tuple[LibraryRoute, ...] = ()
    mounts: str = ""
    slug: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    drops: tuple[str, ...] = ()
    asks: str = ""
    moves: bool = False
    app: bool = False


@cache
def libraries() -> dict[str, Library]:
    """The entries by the names of what is called."""
    found = msgspec.convert(load_table("library_routes")["library"], list[Library])
    return {name: each for each in found for name in each.names}
