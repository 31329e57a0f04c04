"""What fastlint knows of code outside the project: TOML tables, read once and asked by name."""

from __future__ import annotations

import builtins
import http
import os
import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from fastlint.model.following.values import Const

if TYPE_CHECKING:
    from fastlint.model.knowledge.libraries import Library

_STATUS = re.compile(r"starlette\.status\.(?:HTTP|WS)_(\d+)_")

_WEB = frozenset({"fastapi", "starlette", "sqlmodel"})
_FAMILIES = ("langchain", "llama_index")
"""What the names of the classes begin with that derive from the same few."""


@cache
def load_table(name: str) -> dict[str, Any]:
    """The package's own table ``name``.toml."""
    import tomli

    with open(os.path.join(os.path.dirname(__file__), f"{name}.toml"), "rb") as stream:
        return tomli.load(stream)


_PLATFORM = {"os.name": "posix", "sys.platform": "linux"}
"""Where servers run; developers may have another one."""


class Knowledge:
    """What is known of the libraries that a project uses, by canonical dotted name.

    An object's members are named after its class: ``httpx.Client.get``. What calling something
    gives is named with ``()`` where it has no name of its own: ``boto3.client()``.
    """

    def __init__(self) -> None:
        table = load_table("types")
        self._canonical: dict[str, str] = table["canonical"]
        self.web = _WEB | {
            name.partition(".")[0]
            for name, known_as in self._canonical.items()
            if known_as.partition(".")[0] in _WEB
        }
        """Packages that FastAPI's applications, routers and requests can come from."""
        self._results: dict[str, str] = table["results"]
        self._below = {name.rpartition(".")[2] for name in self._results if ".*." in name}
        self._attributes: dict[str, str] = table["attributes"]
        self._entered: dict[str, str] = table["entered"]
        self._items: dict[str, str] = table["items"]
        self._bases: dict[str, str] = table["bases"]
        families: dict[str, str] = table["families"]
        self._families = tuple((re.compile(names), base) for names, base in families.items())
        self._family_of: dict[str, str | None] = {}
        self._decorated: dict[str, str] = table["decorated"]
        self._signatures: dict[str, dict[str, str]] = table["signatures"]
        self._seen: dict[str, str] = {}
        self.builtins = frozenset(dir(builtins))
        self.class_views = frozenset(table["views"]["decorators"])
        """Calls that give a decorator which makes a class-based view."""
        self.own_routes: dict[str, str] = table["own_routes"]
        """Classes of applications that serve more than they are told to, and what that is."""
        self.hide_return = frozenset(table["decorators"]["hide_return"])
        """Calls that give a decorator behind which FastAPI does not see the return annotation."""
        self.keep_result = frozenset(table["decorators"]["keep_result"])
        """Decorators, or calls that give one, behind which a function answers as it is written."""

    @cached_property
    def libraries(self) -> dict[str, Library]:
        """Calls that add routes to an app or router, by what is called."""
        from fastlint.model.knowledge.libraries import libraries

        return libraries()

    @cached_property
    def adding_routes(self) -> frozenset[str]:
        """The names that those calls are written with."""
        return frozenset(name.rpartition(".")[2] for name in self.libraries)

    @cached_property
    def coroutines(self) -> frozenset[str]:
        """Functions from outside that give a coroutine."""
        return frozenset()

    def canonical(self, name: str) -> str:
        """The one name under which ``name`` is known here."""
        known = self._seen.get(name)
        if known is None:
            known = self._seen[name] = self._look_up(name)
        return known

    def _look_up(self, name: str) -> str:
        head, tail = name, ""
        while head:
            found = self._canonical.get(head)
            if found is not None:
                # What a module's entry gives may itself have an entry.
                renamed = found + tail
                return renamed if renamed == name else self.canonical(renamed)
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        return name

    def constant(self, name: str) -> Const | None:
        """The value of a constant from outside, such as ``status.HTTP_404_NOT_FOUND``."""
        name = self.canonical(name)
        if match := _STATUS.match(name):
            return Const(int(match[1]))
        if name == "typing.TYPE_CHECKING":
            return Const(True)
        if name == "os.sep":
            return Const("/")  # as the paths of the project are written here
        if name in _PLATFORM:
            return Const(_PLATFORM[name], settable=True)
        head, _, last = name.rpartition(".")
        if head == "http.HTTPMethod" and last.isupper():
            return Const(last)
        if head == "http.HTTPStatus" and last in http.HTTPStatus.__members__:
            return Const(http.HTTPStatus[last].value)
        return None

    def result(self, name: str) -> str | None:
        """The class of what calling ``name`` gives; ``"self"`` where it gives its owner."""
        return self._inherited(self._results, name)

    def attribute(self, cls: str, name: str) -> str | None:
        """The class of the attribute ``name`` of an object of ``cls``."""
        return self._attributes.get(f"{cls}.{name}")

    def decorated(self, name: str) -> str | None:
        """The class of what the decorator ``name`` makes of a function, besides keeping it."""
        return self._decorated.get(name.removesuffix("()"))

    def signature(self, name: str) -> dict[str, str]:
        """The parameters of ``name``, as FastAPI reads them: names by where they are read from."""
        return self._signatures.get(name, {})

    def entered(self, cls: str) -> str | None:
        """The class of what ``with`` binds for an object of ``cls``, where it is another object."""
        return self._entered.get(cls)

    def item(self, cls: str) -> str | None:
        """The class of what a loop over an object of ``cls`` gets."""
        return self._items.get(cls)

    def bases(self, cls: str) -> Iterator[str]:
        """The class itself and what it is known to derive from, nearest first."""
        current: str | None = cls
        while current is not None:
            yield current
            current = self._bases.get(current) or self._family(current)

    def _family(self, cls: str) -> str | None:
        """What the classes of a library derive from that are named like this one."""
        if not cls.startswith(_FAMILIES):
            return None
        if cls not in self._family_of:
            known = (base for names, base in self._families if names.fullmatch(cls))
            found = next(known, None)
            self._family_of[cls] = None if found == cls else found
        return self._family_of[cls]

    def derives(self, cls: str, base: str) -> bool:
        """Whether the class from outside is, or derives from, ``base``."""
        return base in self.bases(cls)

    def _inherited(self, table: dict[str, str], name: str) -> str | None:
        found = table.get(name)
        if found is None:
            cls, _, member = name.rpartition(".")
            for base in self.bases(cls):
                found = table.get(f"{base}.{member}")
                if found is not None:
                    return found
            if member in self._below:  # `client.shop.items.find`
                above, _, _ = cls.rpartition(".")
                two_above, _, _ = above.rpartition(".")
                found = table.get(f"{above}.*.{member}") or table.get(f"{two_above}.*.*.{member}")
        return found
