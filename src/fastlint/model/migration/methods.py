"""Methods of objects whose class is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following.defined import defined_functions
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Module, dotted
from fastlint.model.following.values import ClassValue, Const, Instance, Member
from fastlint.model.migration.outdated import Outdated, in_force
from fastlint.model.migration.table import Table
from fastlint.model.migration.versioned import calls_for_one_version

if TYPE_CHECKING:
    from fastlint.model.project import Project


def methods(
    module: Module, project: Project, table: Table, overriding: Mapping[str, list[ClassValue]]
) -> Iterator[Outdated]:
    """Calls of methods that a library has changed, in the functions of a file.

    ``overriding``: the models that have such a method of their own. Where the object may be one of
    them, it is their method that is called, and another name would not call it.
    """
    index = project.modules_index
    sought = {
        name: words
        for name, words in table.methods.items()
        if all(index.mentions(module.path, word) for word in words)
    }
    if sought:
        yield from _at_module_level(module, project, table, sought)
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
        aside: frozenset[tuple[int, int]] | None = None
        for site in function.calls:
            func = site.node.func
            if isinstance(func, tree.Attribute) and func.attr in table.methods:
                name = _method(site.callee, project, table)
                change = table.changes.get(f"{name}()") if name else None
                if change is None or (change.when == "no request" and _has_request(site)):
                    continue
                change = in_force(change, project, module.path)
                if aside is None:
                    aside = calls_for_one_version(tree.statements(value.facts))
                if (site.node.line, site.node.column) in aside:
                    continue
                if change is not None and _may_be_own(site, overriding.get(func.attr, [])):
                    change = msgspec.structs.replace(change, mend="none")
                if change is not None:
                    written = func.attr + ("(name, context)" if change.when else "")
                    yield Outdated(change, _attr_span(function.path, func), written, site.span)


def _at_module_level(
    module: Module, project: Project, table: Table, sought: Mapping[str, tuple[bytes, ...]]
) -> Iterator[Outdated]:
    """``Node.update_forward_refs()`` between the definitions of a file."""
    plain = [s for s in module.facts.body if isinstance(s, tree.ExprStmt | tree.Assign)]
    for node in walk(plain):
        if not isinstance(node, tree.Call) or not isinstance(node.func, tree.Attribute):
            continue
        func = node.func
        if func.attr not in sought or not isinstance(func.value, tree.Name):
            continue
        callee = project.machine.look(func, project.machine.run_module(module.path))
        name = _method(callee, project, table)
        change = table.changes.get(f"{name}()") if name else None
        if change is None or change.when:
            continue
        change = in_force(change, project, module.path)
        if change is not None:
            yield Outdated(change, _attr_span(module.path, func), func.attr, module.span(node))


def _may_be_own(site: CallSite, overriding: list[ClassValue]) -> bool:
    """Whether the object may be of a class that has the method itself."""
    owner = site.callee.owner if isinstance(site.callee, Member) else None
    return isinstance(owner, Instance) and any(owner.cls in each.mro() for each in overriding)


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
        if search.mentions_all(facts, *words) and search.has_attribute(facts, words[0])
    }
    return bool(named) and any(
        isinstance(node, tree.Call)
        and isinstance(node.func, tree.Attribute)
        and node.func.attr in named
        for node in walk(tree.statements(facts))
    )


def _method(callee: object, project: Project, table: Table) -> str:
    """The name of a method as the table has it, looked for in all bases of its class."""
    name = dotted(callee)  # type: ignore[arg-type]
    owner, _, method = (name or "").rpartition(".")
    for base in project.knowledge.bases(owner) if owner else ():
        if f"{base}.{method}()" in table.changes:
            return f"{base}.{method}"
    return ""


def _attr_span(path: str, node: tree.Attribute) -> Span:
    """The attribute's own name, without what stands before the dot."""
    start = node.end_column - len(node.attr)
    return Span(path, node.end_line, start, node.end_line, node.end_column)
