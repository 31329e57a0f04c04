"""``Depends`` inside a union or a list: where FastAPI does not look for it, and how it would look.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`analyze_param`): only what stands in the
outermost ``Annotated`` of a parameter is a marker.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.classes import members, without_markers
from fastlint.model.following.modules import Modules
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    DependsMarker,
    External,
    Subscripted,
    UnionType,
    Value,
)

_OPTIONAL = ("Optional", "Union")


class Buried(msgspec.Struct, frozen=True, eq=False):
    """A marker that is lost, and the ``Annotated`` that it stands in."""

    alias: AnnotatedType
    marker: DependsMarker
    within: str
    """``a union``, or the type around it: ``list[…]``."""


class Rewritten(msgspec.Struct, frozen=True):
    """An annotation as it should be."""

    pattern: str
    """With ``{0}``, ``{1}``, … for the names that have to be imported."""
    names: tuple[tuple[str, str], ...] = ()
    """Module and name of each."""
    union: str = ""
    """What ``{union}`` stands for: ``User | None``, which a file may write in another way."""


def buried(declared: Value) -> Buried | None:
    """The first dependency that an annotation names where FastAPI does not see it."""
    return next(_buried(without_markers(declared), "", 0), None)


def _buried(value: Value, within: str, depth: int) -> Iterator[Buried]:
    if depth > 4:  # noqa: PLR2004 - nobody writes that, but an alias may contain itself
        return
    match value:
        case AnnotatedType(base=base, metadata=metadata):
            marker = next((each for each in metadata if isinstance(each, DependsMarker)), None)
            if marker is not None and within:
                yield Buried(value, marker, within)
            yield from _buried(base, within, depth + 1)
        case UnionType(members=several):
            for each in several:
                yield from _buried(each, within or "a union", depth + 1)
        case Subscripted(origin=origin, args=args):
            name = origin.name.rpartition(".")[2] if isinstance(origin, External) else ""
            for each in args:
                yield from _buried(each, within or f"`{name or '…'}[…]`", depth + 1)


def rewritten(
    annotation: tree.Expr | None, found: Buried, path: str, modules: Modules
) -> Rewritten | None:
    """``UserDep | None`` in the file at ``path`` as ``Annotated[User | None, Depends(get_user)]``.

    None where it is no alias or None, or where the alias is not written in one piece.
    """
    alias = _alias_or_none(annotation)
    if alias is None:
        return None
    parts = _definition(found.marker, modules.facts(found.marker.span.path))
    if parts is None:
        return None
    if NONE in members(found.alias):  # it gives None already
        text = _dotted(alias)
        return None if text is None else Rewritten(text)
    type_, call = parts
    written = _Spelled(found.marker.span.path, path, modules)
    annotated = written.named("typing", "Annotated")
    depends = written.named("fastapi", "Depends")
    inner, given = written.of(type_), written.of(call.args[0])
    if inner is None or given is None:
        return None
    pattern = f"{annotated}[{{union}}, {depends}({given})]"
    return Rewritten(pattern, tuple(written.names), f"{inner} | None")


def _alias_or_none(annotation: tree.Expr | None) -> tree.Name | tree.Attribute | None:
    """``Alias`` of ``Alias | None``, ``None | Alias``, ``Optional[Alias]``."""
    match annotation:
        case tree.Quoted(value=value):
            return None if isinstance(value, tree.Name) else _alias_or_none(value)
        case tree.BinOp(op="|", left=left, right=right):
            sides = [left, right]
        case tree.Subscript(value=tree.Name(id=name) | tree.Attribute(attr=name), index=index) if (
            name in _OPTIONAL
        ):
            sides = index.items if isinstance(index, tree.Sequence) else [index]
        case _:
            return None
    others = [side for side in sides if not _is_none(side)]
    only = others[0] if len(others) == 1 else None
    return only if isinstance(only, tree.Name | tree.Attribute) else None


def _is_none(node: tree.Expr) -> bool:
    return isinstance(node, tree.Constant) and node.value is None and not node.kind


def _dotted(node: tree.Expr) -> str | None:
    """A dotted name as it stands."""
    if isinstance(node, tree.Name):
        return node.id
    inner = _dotted(node.value) if isinstance(node, tree.Attribute) else None
    return f"{inner}.{node.attr}" if inner and isinstance(node, tree.Attribute) else None


def _definition(
    marker: DependsMarker, facts: tree.ModuleFacts
) -> tuple[tree.Expr, tree.Call] | None:
    """The type and the ``Depends(f)`` of ``Alias = Annotated[type, Depends(f)]``."""
    for statement in facts.body:
        if not isinstance(statement, tree.Assign | tree.AnnAssign | tree.TypeAlias):
            continue
        for node in walk([statement]):
            match node:
                case tree.Subscript(
                    index=tree.Sequence(items=[type_, tree.Call(args=[_], keywords=[]) as call])
                ) if (call.line, call.column) == (marker.span.line, marker.span.column):
                    return None if marker.is_security else (type_, call)
    return None


class _Spelled(msgspec.Struct):
    """Writes expressions of one file so that they can stand in another."""

    path: str
    target: str
    """The path of the other file."""
    modules: Modules
    names: list[tuple[str, str]] = msgspec.field(default_factory=list)

    def named(self, module: str, name: str) -> str:
        """The place of a name in the pattern."""
        if (module, name) not in self.names:
            self.names.append((module, name))
        return f"{{{self.names.index((module, name))}}}"

    def of(self, node: tree.Expr) -> str | None:
        """The expression, if it is made of names alone."""
        match node:
            case tree.Name(id=name):
                known = self.path == self.target or hasattr(builtins, name)
                return name if known else self.named(*self._home(name))
            case tree.Attribute(value=value, attr=attr):
                inner = self.of(value)
                return None if inner is None else f"{inner}.{attr}"
            case tree.Subscript(value=value, index=index):
                inner, args = self.of(value), self.of(index)
                return None if inner is None or args is None else f"{inner}[{args}]"
            case tree.Sequence(kind="tuple", items=items):
                parts = [self.of(item) for item in items]
                return None if None in parts else ", ".join(filter(None, parts))
        return None

    def _home(self, name: str) -> tuple[str, str]:
        """The module to import a name from: where the file has it from, or the file itself."""
        facts = self.modules.facts(self.path)
        for statement in facts.body:
            match statement:
                case tree.ImportFrom(module=module, names=names, level=level):
                    for alias in names:
                        if alias.bound == name == alias.name:
                            return self.modules.absolute(self.path, module, level), name
        return self.modules.name(self.path), name
