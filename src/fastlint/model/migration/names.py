"""Names that are imported or read, and arguments of what they call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.functions import Module
from fastlint.model.following.values import Const
from fastlint.model.migration.generics import GENERIC, redundant_bases
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Change, Table, last_part
from fastlint.model.migration.validators import of_validator
from fastlint.model.reading.mentions import Mention, imported_packages, mentions
from fastlint.model.shapes.patterns import fate

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SAID_ALREADY: dict[str, Any] = {
    "state": "deprecated",
    "mend": "drop",
    "why": "the variable is looked up by the name of the field, which is the same",
}
"""What is left to say of an argument that does nothing any more where nothing needs it."""


def named(module: Module, project: Project, table: Table) -> Iterator[Outdated]:
    """What a file imports or reads, and arguments of its calls, that a library has changed."""
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
    there += table.words_of_swept(module.facts.imports)
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
        may_go = not told_here or change.old == GENERIC
        if mention.is_import and may_go and _is_left_over(mention, module, found):
            change = msgspec.structs.replace(
                change, state="deprecated", mend="drop import", safe=True
            )
            package, _, name = mention.dotted.rpartition(".")
            yield Outdated(change, mention.span, f"from {package} import {name}")
            continue
        if mention.is_import is not told_here:
            continue
        uses = _uses(mention, found) if mention.is_import else ()
        change = of_validator(change, mention, module)
        if change.old == GENERIC:
            redundant = list(redundant_bases(module, project, change))
            yield from redundant
            if redundant:  # which go first: no other name can take their place
                change = msgspec.structs.replace(change, mend="none")
        call = module.span(mention.call) if mention.call is not None else None
        is_handed_over = not mention.is_import and call is None
        yield Outdated(change, mention.span, last_part(mention.dotted), call, uses, is_handed_over)


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
    if not isinstance(alias, tree.Alias) or alias.bound != last_part(alias.name):
        return ()
    return tuple(
        each.span
        for each in found
        if isinstance(each.node, tree.Name) and each.dotted == imported.dotted
    )


def _keywords(mention: Mention, project: Project, table: Table) -> Iterator[Outdated]:
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
                elif key == "(env=)" and _is_own_name(literal, mention, project):
                    change = msgspec.structs.replace(change, **_SAID_ALREADY)
                yield _of_keyword(mention, mention.call, keyword, change)
                break
    yield from _extras(mention, mention.call, project, table)


def _extras(
    mention: Mention, call: tree.Call, project: Project, table: Table
) -> Iterator[Outdated]:
    """Arguments that what is called does not know; several would have to share one dict."""
    name = project.knowledge.canonical(mention.dotted)
    found = [
        (each, change)
        for each in call.keywords
        if each.name and not table.of(name, f"({each.name}=)")
        if (change := in_force(table.of_extra(name, each.name), project, mention.path))
    ]
    for keyword, change in found:
        mended = change if len(found) == 1 else msgspec.structs.replace(change, mend="none")
        yield _of_keyword(mention, call, keyword, mended)


def _of_keyword(
    mention: Mention, call: tree.Call, keyword: tree.Keyword, change: Change
) -> Outdated:
    at, around = (span_of(mention.path, node) for node in (keyword, call))
    return Outdated(change, at, f"{last_part(mention.dotted)}({keyword.name}=)", around)


def _is_own_name(variable: str, mention: Mention, project: Project) -> bool:
    """Whether the field that is declared by a call has the name of the variable."""
    if project.modules_index.mentions(mention.path, "env_prefix"):
        return False
    field = _declared_by(mention.call, project.module(mention.path).facts.body)
    return field is not None and field.casefold() == variable.casefold()


def _declared_by(call: tree.Call | None, body: list[tree.Stmt]) -> str | None:
    """The name of the field of a class that has this very call for its default."""
    for statement in body:
        match statement:
            case tree.ClassDef(body=inner) if found := _declared_by(call, inner):
                return found
            case tree.AnnAssign(target=tree.Name(id=name), value=value) if value is call:
                return name
    return None


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


def _change(mention: Mention, project: Project, table: Table, key: str = "") -> Change | None:
    name = mention.dotted
    change = table.of(name, key)
    if change is None:
        change = table.of(project.knowledge.canonical(name), key)
        if change is not None and not key and change.mend == "moved":
            return None  # it is imported from where it has gone to
    return in_force(change, project, mention.path)
