"""What has changed in the libraries: ``knowledge/migration.toml``, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Literal

import msgspec

from fastlint.facts import tree
from fastlint.findings import Mend
from fastlint.model.knowledge import load_table

State = Literal["removed", "ignored", "deprecated", "changed"]
When = Literal["", "no request"]

_CALLED = {
    "fastapi": "FastAPI", "starlette": "Starlette", "pydantic": "Pydantic",
    "sqlalchemy": "SQLAlchemy", "python": "Python", "pyjwt": "PyJWT", "uvicorn": "Uvicorn",
}  # fmt: skip
_PACKAGES = {"starlette": ("starlette", "fastapi")}
"""The packages that hand on what belongs to another."""
CALL = re.compile(r"^(?P<name>[\w.]+)\((?:(?P<keyword>\w+|\*)=(?P<value>\w*))?\)$")
"""How the table writes a method or an argument of a call."""
ATTRIBUTE = "attribute pydantic.BaseModel."
"""How it writes an attribute of a model."""
_OTHER_MODULES = ("", "v1", "deprecated")
"""Of pydantic: where nothing stands, or something else, by the name of what has changed."""


class Change(msgspec.Struct, frozen=True):
    """One thing that a library has changed."""

    old: str
    """The key of the table: ``pydantic.BaseModel.dict()``."""
    new: str
    """What is written instead: a bare name for a `mend`, else words for a person."""
    library: str
    since: str
    """The version of the library."""
    state: State
    mend: Mend = "none"
    safe: bool = False
    """Whether the mended code does the same."""
    why: str = ""
    when: When = ""
    """What a call must be like to be meant."""
    certain: bool = True
    """Whether the project cannot run with a release that is older."""

    @property
    def release(self) -> str:
        """``Pydantic 2.0``: the release of the library."""
        return f"{_CALLED.get(self.library, self.library)} {self.since}"


def changes() -> Iterable[Change]:
    """Everything that the table knows."""
    return table().changes.values()


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    library: str
    since: str
    state: State
    changes: dict[str, str]
    mend: Mend = "none"
    safe: bool = False
    why: str = ""
    needs: str = ""
    when: When = ""
    kept: tuple[str, ...] = ()


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    group: list[_Group]


class Spelling(msgspec.Struct, frozen=True):
    """What stands in every file that has a change."""

    ways: frozenset[str]
    """One of these is imported: ``fastapi``, ``starlette.status``, ``status``, the name itself."""
    words: tuple[bytes, ...]
    """All of these, as facts have them, the most telling first."""


class Swept(msgspec.Struct, frozen=True):
    """A change of most of what a module held: ``pydantic.typing.*``, ``pydantic.*Error``."""

    change: Change
    ending: str
    """How the names end."""
    kept: tuple[str, ...]
    """How names begin that are still there."""


class Extra(msgspec.Struct, frozen=True):
    """A change of all arguments that a call takes without knowing them: ``Field(widget="x")``."""

    change: Change
    kept: frozenset[str]
    """The arguments that it knows."""


class Table(msgspec.Struct, frozen=True):
    """What has changed, and what stands in every file that may have to do with it."""

    changes: dict[str, Change]
    words: dict[str, tuple[Spelling, ...]]
    """By package, how its changes stand in code."""
    methods: dict[str, tuple[bytes, ...]]
    """With the words, as facts have them, that stand in every function that calls such a method."""
    attributes: tuple[str, ...]
    """The attributes of models that have another name now."""
    swept: dict[str, Swept]
    """By the module that they were in."""
    extras: dict[str, Extra]
    """By the name of what is called."""

    def of(self, name: str, key: str = "") -> Change | None:
        """The change of what a file imports by that name, or of an argument to it.

        What pydantic 1 handed on at its top level could be imported from where it is as well:
        ``pydantic.types.constr`` is ``pydantic.constr``.
        """
        package, _, rest = name.partition(".")
        module, _, last = rest.rpartition(".")
        found = self.changes.get(name + key)
        if found is None and package == "pydantic" and module not in _OTHER_MODULES:
            found = self.changes.get(f"{package}.{last}{key}")
        return found or (None if key else self._of_module(name))

    def of_extra(self, name: str, keyword: str) -> Change | None:
        """The change of an argument that what is called by its own name does not know."""
        extra = self.extras.get(name)
        return extra.change if extra and keyword not in extra.kept else None

    def words_of_swept(self, imports: Iterable[tree.ImportFact]) -> Iterator[tuple[bytes, ...]]:
        """What stands in a file that imports from a module what it no longer holds."""
        for fact in imports:
            if any(self._of_module(f"{fact.module}.{name}") for name in fact.names):
                yield (_encoded(fact.module),)

    def _of_module(self, name: str) -> Change | None:
        module, _, last = name.rpartition(".")
        swept = self.swept.get(module)
        if swept is None or last.startswith(swept.kept) or not last.endswith(swept.ending):
            return None
        return swept.change


@cache
def table() -> Table:
    """What ``knowledge/migration.toml`` says."""
    changes: dict[str, Change] = {}
    swept: dict[str, Swept] = {}
    extras: dict[str, Extra] = {}
    spelt: dict[str, set[Spelling]] = {}
    methods: dict[str, tuple[bytes, ...]] = {}
    for each in msgspec.convert(load_table("migration"), _Page).group:
        for old, new in each.changes.items():
            changes[old] = Change(
                old,
                new,
                each.library,
                each.since,
                each.state,
                each.mend,
                each.safe,
                each.why,
                each.when,
            )
            match = CALL.match(old)
            if old.startswith(("Config.", "class ", "def ", "attribute ")):
                continue
            if ".*" in old:
                module, _, ending = old.partition(".*")
                swept[module] = Swept(changes.pop(old), ending, each.kept)
                continue
            if match and match["keyword"] is None:
                name = last_part(match["name"])
                methods[name] = tuple(_encoded(word) for word in (name, each.needs) if word)
                continue
            dotted_name = match["name"] if match else old
            name = last_part(dotted_name)
            words: tuple[bytes, ...] = (_encoded(name),)
            if match and match["keyword"] == "*":
                extras[dotted_name] = Extra(changes.pop(old), frozenset(each.kept))
            elif match:
                words = (_encoded(match["keyword"]), *words)
            for package in _PACKAGES.get(old.partition(".")[0], (old.partition(".")[0],)):
                spelt.setdefault(package, set()).add(Spelling(_ways(package, dotted_name), words))
    return Table(
        changes,
        {package: tuple(each) for package, each in spelt.items()},
        methods,
        tuple(old.removeprefix(ATTRIBUTE) for old in changes if old.startswith(ATTRIBUTE)),
        swept,
        extras,
    )


def _ways(package: str, name: str) -> frozenset[str]:
    parts = [package, *name.split(".")[1:]]
    return frozenset({*parts, *(".".join(parts[: end + 1]) for end in range(len(parts))), "*"})


def _encoded(word: str) -> bytes:
    return msgspec.msgpack.encode(word)


def last_part(name: str) -> str:
    """``pydantic.BaseModel`` -> ``BaseModel``"""
    return name.rpartition(".")[2]
