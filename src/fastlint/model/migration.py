"""What a project still uses of what its libraries have removed, switched off or deprecated.

What has changed is a table, ``knowledge/migration.toml``; here it is held against the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following.defined import defined_functions
from fastlint.model.following.frames import CallSite, span_of
from fastlint.model.following.functions import Function, Module, dotted
from fastlint.model.following.values import ClassValue, Const, MountEntry
from fastlint.model.knowledge import load_table
from fastlint.model.lifetimes.events import events, never_run, replaceable
from fastlint.model.reading.mentions import Mention, imported_packages, mentions
from fastlint.model.shapes.config_classes import config_classes, inherited_configs
from fastlint.model.shapes.patterns import fate
from fastlint.versions.ranges import release

if TYPE_CHECKING:
    from fastlint.model.project import Project

State = Literal["removed", "ignored", "deprecated"]
When = Literal["", "no request"]
Mend = Literal[
    "none",
    "rename",
    "keyword",
    "listed",
    "drop",
    "moved",
    "wrapped",
    "request first",
    "option",
    "value",
    "config",
    "validator",
    "root validator",
    "drop import",
    "lifespan",
]

_CALLED = {
    "fastapi": "FastAPI", "starlette": "Starlette", "pydantic": "Pydantic",
    "sqlalchemy": "SQLAlchemy", "python": "Python", "pyjwt": "PyJWT", "uvicorn": "Uvicorn",
}  # fmt: skip
_PACKAGES = {"starlette": ("starlette", "fastapi")}
"""The packages that hand on what belongs to another."""
CALL = re.compile(r"^(?P<name>[\w.]+)\((?:(?P<keyword>\w+)=(?P<value>\w*))?\)$")
"""How the table writes a method or an argument of a call."""


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


class Outdated(msgspec.Struct, frozen=True, eq=False):
    """A place that uses something as it was before a change."""

    change: Change
    span: Span
    """The name, the keyword with its value, or what an import names."""
    written: str
    """What a message calls it: ``Query(regex=)``, ``User.dict``, ``BaseSettings``."""
    call: Span | None = None
    """The whole call, where it is one."""
    uses: tuple[Any, ...] = ()
    """Where else in the file a name that is imported stands; for an event, see `replaceable`."""

    @property
    def release(self) -> str:
        """``Pydantic 2.0``: the release that changed it."""
        library = self.change.library
        return f"{_CALLED.get(library, library)} {self.change.since}"

    @property
    def instead(self) -> str:
        """What to write instead, for a person."""
        new, mend = self.change.new, self.change.mend
        if mend == "drop":
            return "leave it out"
        if mend == "listed":
            return f"write `{new}=[...]`"
        if mend == "wrapped":
            return f"write `{new}(...)`"
        if mend == "config":
            return f"write `model_config = {_last(new)}(...)`"
        if mend == "drop import":
            return "nothing here uses it: leave it out"
        if mend == "option":
            return f"write `{new}`"
        return f"write `{new}=`" if mend == "keyword" else f"use {_quoted(new)}"

    @property
    def mending(self) -> tuple[str, str, Span | None, tuple[Any, ...], bool]:
        """What a fix needs to know: mend, new name, call, other uses, whether it is safe."""
        change = self.change
        return (change.mend, change.new, self.call, self.uses, change.safe)


def outdated(project: Project) -> Iterator[Outdated]:
    """Every use of what has changed, file by file."""
    table = _table()
    yield from _events(project, table)
    yield from _raw_routes(project, table)
    inherited = inherited_configs(project)
    for module in project.modules:
        if not module.is_one_off:
            yield from _named(module, project, table)
            yield from _methods(module, project, table)
            yield from _configured(module, project, table, inherited)


def _in_force(change: Change | None, project: Project, path: str) -> Change | None:
    """The change, where the project runs with a release that has it.

    Where it may run with an older one as well, nothing is certain, and no fix is safe.
    """
    if change is None:
        return None
    version = project.versions.of(change.library, path)
    since = release(change.since) or ()
    if not version.at_least(since):
        return None
    if not version.is_said or version.always_at_least(since):
        return change
    return msgspec.structs.replace(change, safe=False, certain=False)


# --- names and keywords --------------------------------------------------------------------


def _named(module: Module, project: Project, table: _Table) -> Iterator[Outdated]:
    index = project.modules_index
    packages = frozenset(imported_packages(module)) & table.words.keys()
    if not packages:
        return
    named = {name for fact in module.facts.imports for name in fact.names or (fact.module,)}
    there = [
        each.words
        for package in packages
        for each in table.words[package]
        if not named.isdisjoint(each.ways)
        and all(index.mentions(module.path, w) for w in each.words)
    ]
    if not there:
        return
    found = list(mentions(module, packages, there))
    for mention in found:
        keywords = list(_keywords(mention, project, table))
        yield from keywords
        change = None if keywords else _change(mention, project, table)
        if change is None:
            continue
        told_here = _is_told_at_import(change, mention)
        if mention.is_import and not told_here and _is_left_over(mention, module, found):
            change = msgspec.structs.replace(
                change, state="deprecated", mend="drop import", safe=True
            )
            package, _, name = mention.dotted.rpartition(".")
            yield Outdated(change, mention.span, f"from {package} import {name}")
            continue
        if mention.is_import is not told_here:
            continue
        uses = _uses(mention, found) if mention.is_import else ()
        call = module.span(mention.call) if mention.call is not None else None
        yield Outdated(change, mention.span, _last(mention.dotted), call, uses)


def _is_told_at_import(change: Change, mention: Mention) -> bool:
    """A name that is gone fails where it is imported; one that is renamed is mended from there.

    ``status.HTTP_422_…`` is told wherever it stands: nothing that it is imported with is wrong.
    """
    is_gone = change.state == "removed" and change.mend != "root validator"
    from_there = is_gone or change.mend in ("rename", "moved")
    return from_there and not isinstance(mention.node, tree.Attribute)


def _is_left_over(imported: Mention, module: Module, found: list[Mention]) -> bool:
    """Whether an import names what is deprecated, and nothing in the file uses it any more."""
    if module.path.endswith("__init__.py"):
        return False
    return not any(each.dotted == imported.dotted and each is not imported for each in found)


def _uses(imported: Mention, found: list[Mention]) -> tuple[Span, ...]:
    alias = imported.node
    if not isinstance(alias, tree.Alias) or alias.bound != _last(alias.name):
        return ()
    return tuple(
        each.span
        for each in found
        if isinstance(each.node, tree.Name) and each.dotted == imported.dotted
    )


def _keywords(mention: Mention, project: Project, table: _Table) -> Iterator[Outdated]:
    if mention.call is None:
        return
    for keyword in mention.call.keywords:
        value = keyword.value
        literal = str(value.value) if isinstance(value, tree.Constant) else ""
        for key in (f"({keyword.name}=)", f"({keyword.name}={literal})"):
            change = _change(mention, project, table, key)
            if change is not None:
                if key == "(regex=)" and change.library == "pydantic":
                    change = _of_regex(change, value, mention.path, project)
                at, call = (span_of(mention.path, node) for node in (keyword, mention.call))
                yield Outdated(change, at, f"{_last(mention.dotted)}({keyword.name}=)", call)
                break


def _of_regex(change: Change, node: tree.Expr, path: str, project: Project) -> Change:
    """``regex=`` had to match where a text begins; what is not known may be anything."""
    machine = project.machine
    regex = machine.look(node, machine.run_module(path))
    text = regex.value if isinstance(regex, Const) else None
    become = fate(text) if isinstance(text, str) else "wider"
    if become == "refused":
        new = '`pattern=`, with `regex_engine="python-re"` in `model_config`'
        return msgspec.structs.replace(change, new=new, mend="none", safe=False)
    return change if become == "the same" else msgspec.structs.replace(change, safe=False)


def _change(mention: Mention, project: Project, table: _Table, key: str = "") -> Change | None:
    name = mention.dotted
    change = table.changes.get(name + key)
    if change is None:
        change = table.changes.get(project.knowledge.canonical(name) + key)
        if change is not None and not key and change.mend == "moved":
            return None  # it is imported from where it has gone to
    return _in_force(change, project, mention.path)


# --- methods -------------------------------------------------------------------------------


def _methods(module: Module, project: Project, table: _Table) -> Iterator[Outdated]:
    index = project.modules_index
    sought = {
        name: words
        for name, words in table.methods.items()
        if all(index.mentions(module.path, word) for word in words)
    }
    calling = {
        facts.index
        for facts in (module.facts.functions if sought else ())
        if _may_call_one(facts, sought)
    }
    if not calling:
        return  # most files: their module level need not even be run
    for value in defined_functions(module, project.machine):
        if value.facts.index not in calling:
            continue
        function = project.function(value)
        for site in function.calls:
            func = site.node.func
            if isinstance(func, tree.Attribute) and func.attr in table.methods:
                name = _method(site.callee, project, table)
                change = table.changes.get(f"{name}()") if name else None
                if change is None or (change.when == "no request" and _has_request(site)):
                    continue
                change = _in_force(change, project, module.path)
                if change is not None:
                    written = func.attr + ("(name, context)" if change.when else "")
                    yield Outdated(change, _attr_span(function, func), written, site.span)


def _has_request(site: CallSite) -> bool:
    """Whether a template is given its request: as the first argument, or by name."""
    if "request" in site.keywords or "**" in site.keywords:
        return True
    return bool(site.args) and not (
        isinstance(site.args[0], Const) and isinstance(site.args[0].value, str)
    )


def _may_call_one(facts: tree.FunctionFacts, sought: Mapping[str, tuple[bytes, ...]]) -> bool:
    """Whether a method is called that is named like one of the table: most functions call none."""
    named = {
        name
        for name, words in sought.items()
        if tree.mentions_all(facts, *words) and tree.has_attribute(facts, words[0])
    }
    return bool(named) and any(
        isinstance(node, tree.Call)
        and isinstance(node.func, tree.Attribute)
        and node.func.attr in named
        for node in walk(tree.statements(facts))
    )


def _method(callee: object, project: Project, table: _Table) -> str:
    """The name of a method as the table has it, looked for in all bases of its class."""
    name = dotted(callee)  # type: ignore[arg-type]
    owner, _, method = (name or "").rpartition(".")
    for base in project.knowledge.bases(owner) if owner else ():
        if f"{base}.{method}()" in table.changes:
            return f"{base}.{method}"
    return ""


def _attr_span(function: Function, node: tree.Attribute) -> Span:
    """The attribute's own name, without what stands before the dot."""
    start = node.end_column - len(node.attr)
    return Span(function.path, node.end_line, start, node.end_line, node.end_column)


# --- events --------------------------------------------------------------------------------


def _events(project: Project, table: _Table) -> Iterator[Outdated]:
    for event in events(project):
        if never_run(event):
            continue  # which is worse than to be out of date, and said elsewhere
        change = table.changes.get(f"{event.owner}.{event.method}()")
        change = _in_force(change, project, event.span.path)
        if change is None:
            continue
        others = replaceable(event, project)
        if not others:
            change = msgspec.structs.replace(change, mend="none")
        yield Outdated(change, event.span, event.method, event.router.span, others)


def _raw_routes(project: Project, table: _Table) -> Iterator[Outdated]:
    """``@app.route("/x")``, which an `APIRouter` still has."""
    for router in project.machine.routers:
        for entry in router.entries:
            if router.is_app and isinstance(entry, MountEntry):
                change = table.changes.get(f"fastapi.FastAPI.{entry.kind}()")
                change = _in_force(change, project, entry.span.path)
                if change is not None:
                    yield Outdated(change, entry.span, f"FastAPI.{entry.kind}")


# --- `class Config` ------------------------------------------------------------------------


def _configured(
    module: Module, project: Project, table: _Table, inherited: list[ClassValue]
) -> Iterator[Outdated]:
    whole = _in_force(table.changes["class pydantic.BaseModel.Config"], project, module.path)
    if whole is None:
        return
    for each in config_classes(module, project):
        stale = False
        for option in each.options:
            change = table.changes.get(f"Config.{option.id}")
            change = _in_force(change, project, module.path)
            if change is not None:
                stale = True
                yield Outdated(change, module.span(option), f"Config.{option.id}")
        change = whole
        if each.is_settings:
            new = table.changes["class pydantic_settings.BaseSettings.Config"].new
            change = msgspec.structs.replace(whole, new=new)
        if any(model is each.model for model in inherited):  # it is asked for by name
            change = msgspec.structs.replace(change, mend="none")
        if stale:  # what does nothing is mended first, or it would become an error
            change = msgspec.structs.replace(change, mend="none")
        span = module.span(each.node)
        yield Outdated(change, _name_span(module, each.node), "class Config", span)


def _name_span(module: Module, node: tree.ClassDef) -> Span:
    """``class Config``: the words, not the body."""
    end = node.column + len(f"class {node.name}")
    return Span(module.path, node.line, node.column, node.line, end)


# --- the table -----------------------------------------------------------------------------


def changes() -> Iterable[Change]:
    """Everything that the table knows."""
    return _table().changes.values()


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


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    group: list[_Group]


class _Spelling(msgspec.Struct, frozen=True):
    """What stands in every file that has a change."""

    ways: frozenset[str]
    """One of these is imported: ``fastapi``, ``starlette.status``, ``status``, the name itself."""
    words: tuple[bytes, ...]
    """All of these, as facts have them, the most telling first."""


class _Table(msgspec.Struct, frozen=True):
    changes: dict[str, Change]
    words: dict[str, tuple[_Spelling, ...]]
    """By package, how its changes stand in code."""
    methods: dict[str, tuple[bytes, ...]]
    """With the words, as facts have them, that stand in every function that calls such a method."""


@cache
def _table() -> _Table:
    changes: dict[str, Change] = {}
    spelt: dict[str, set[_Spelling]] = {}
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
            if old.startswith(("Config.", "class ")):
                continue
            if match and match["keyword"] is None:
                name = _last(match["name"])
                methods[name] = tuple(_encoded(word) for word in (name, each.needs) if word)
                continue
            dotted_name = match["name"] if match else old
            name = _last(dotted_name)
            words = (_encoded(match["keyword"]), _encoded(name)) if match else (_encoded(name),)
            for package in _PACKAGES.get(old.partition(".")[0], (old.partition(".")[0],)):
                spelt.setdefault(package, set()).add(_Spelling(_ways(package, dotted_name), words))
    return _Table(
        changes,
        {package: tuple(each) for package, each in spelt.items()},
        methods,
    )


def _ways(package: str, name: str) -> frozenset[str]:
    parts = [package, *name.split(".")[1:]]
    return frozenset({*parts, *(".".join(parts[: end + 1]) for end in range(len(parts))), "*"})


def _encoded(word: str) -> bytes:
    return msgspec.msgpack.encode(word)


def _quoted(new: str) -> str:
    return new if "`" in new or " " in new else f"`{new}`"


def _last(name: str) -> str:
    return name.rpartition(".")[2]
