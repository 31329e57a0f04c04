"""Modules and functions of the project, as rules see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.binding import Binding, bindings
from fastlint.facts.walk import place, walk
from fastlint.findings import Span
from fastlint.model.following.classes import without_markers
from fastlint.model.following.frames import CallSite, Returned, Watch, span_of
from fastlint.model.following.values import External, FunctionValue, Member, Registrar, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_TEST_FOLDERS = frozenset({"tests", "test", "testing"})
_FILLING = frozenset({"seed", "seeds", "seeder", "populate", "populator", "dummy", "faker"})
_PUT_AWAY = frozenset(
    {"archive", "archived", "archives", "attic", "backup", "backups", "deprecated", "disabled",
     "obsolete", "old", "unused"}
)  # fmt: skip
_ONE_OFF_FOLDERS = frozenset({"migrations", "alembic", "versions", "scripts"})


def is_test(path: str) -> bool:
    """Whether the file at ``path`` belongs to the tests."""
    pure = PurePosixPath(path)
    return (
        bool(_TEST_FOLDERS.intersection(pure.parts[:-1]))
        or pure.name.startswith("test_")
        or pure.stem.endswith(("_test", "_tests"))
        or pure.name == "conftest.py"
    )


def _fills(stem: str) -> bool:
    """Whether a file is there to fill a database with the first data: ``seed``, ``populate_db``."""
    return not _FILLING.isdisjoint(stem.lower().split("_"))


class Module(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One file of the project."""

    path: str
    name: str
    facts: tree.ModuleFacts

    @cached_property
    def is_test(self) -> bool:
        """Whether the file belongs to the tests."""
        return is_test(self.path)

    @cached_property
    def is_one_off(self) -> bool:
        """Whether the file is a migration or a script, which no request ever runs."""
        pure = PurePosixPath(self.path)
        return bool(_ONE_OFF_FOLDERS.intersection(pure.parts[:-1])) or _fills(pure.stem)

    @cached_property
    def is_put_away(self) -> bool:
        """Whether a folder says that nothing in it is used any more: ``_archive/orders.py``."""
        folders = PurePosixPath(self.path).parts[:-1]
        return any(folder.strip("_.").lower() in _PUT_AWAY for folder in folders)

    @cached_property
    def literals(self) -> list[tree.Literal]:
        """The string literals that could be values of consequence."""
        return tree.literals(self.facts)

    def span(self, node: tree.Node) -> Span:
        """Where ``node`` of this file stands."""
        return span_of(self.path, node)


class Function(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A function of the project. ``value`` is None for one that the model had no reason to run."""

    module: str
    path: str
    facts: tree.FunctionFacts
    value: FunctionValue | None = None
    machine: Machine | None = None

    @property
    def id(self) -> str:
        """``module:qualname``, as FastAPI's own tools name a handler."""
        return f"{self.module}:{self.facts.qualname}"

    @property
    def name(self) -> str:
        """The bare name."""
        return self.facts.name

    @property
    def is_async(self) -> bool:
        """``async def``"""
        return self.facts.is_async

    @cached_property
    def span(self) -> Span:
        """The whole definition, from ``def``."""
        return span_of(self.path, self.facts)

    @cached_property
    def name_span(self) -> Span:
        """The name in the line of ``def``: where a finding about the function is shown."""
        line, column = self.facts.line, self.facts.name_column
        return Span(self.path, line, column, line, column + len(self.facts.name))

    @cached_property
    def statements(self) -> list[tree.Stmt]:
        """The body."""
        return tree.statements(self.facts)

    @cached_property
    def nodes(self) -> list[tree.Node]:
        """Every node of the body in the order of the text, nested scopes not entered."""
        return list(walk(self.statements))

    @cached_property
    def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """What the names of the body are bound to there; parameters are not among them."""
        return bindings(self.nodes)

    def only_value(self, name: str) -> tree.Expr | None:
        """What a variable stands for wherever the function reads it.

        None where it is bound more than once, by a caller or elsewhere, or to what is not written.
        """
        bound = self.bindings.get(name, ())
        if len(bound) != 1 or any(param.name == name for param in self.facts.params):
            return None
        is_shared = any(isinstance(n, tree.Scope) and name in n.names for n in self.nodes)
        return None if is_shared else bound[0].value

    def declared(self, name: str) -> Value | None:
        """What the annotation of a parameter or variable says, without what ``Annotated`` adds.

        None where there is none, where the parameter collects arguments, or where the name is bound
        more than once.
        """
        annotation = self._annotation(name)
        if annotation is None or self.value is None or self.machine is None:
            return None
        return without_markers(self.machine.evaluate(annotation, self.value.closure))

    def _annotation(self, name: str) -> tree.Expr | None:
        params = [each for each in self.facts.params if each.name == name]
        match [*params, *(each.node for each in self.bindings.get(name, ()))]:
            case [tree.Param(annotation=annotation, kind=kind)] if not kind.startswith("*"):
                return annotation
            case [tree.AnnAssign(annotation=annotation)]:
                return annotation
        return None

    @cached_property
    def worked_out(self) -> dict[object, object]:
        """What others have worked out of the function and may want again, by a key of theirs."""
        return {}

    @property
    def is_only_registered(self) -> bool:
        """Whether each of its decorators is one that registers it, and leaves it as it is."""
        by = () if self.value is None else self.value.decorators
        return sum(isinstance(each, Registrar) for each in by) == len(self.facts.decorators)

    @property
    def is_stub(self) -> bool:
        """Whether the body does nothing: ``...``, ``pass`` or only a docstring."""
        return all(
            isinstance(s, tree.Jump)
            or (isinstance(s, tree.ExprStmt) and isinstance(s.value, tree.Constant))
            or (
                isinstance(s, tree.Raise)
                and isinstance(_called(s.exc), tree.Name)
                and _called(s.exc).id == "NotImplementedError"  # type: ignore[union-attr]
            )
            for s in self.statements
        )

    @cached_property
    def watch(self) -> Watch:
        """What the function does, as far as its text says."""
        if self.value is None or self.machine is None:
            return Watch()
        return self.machine.watch(self.value)

    @property
    def calls(self) -> list[CallSite]:
        """The calls that the function itself makes, nested functions left out."""
        return self.watch.calls

    def call_at(self, node: tree.Expr | None) -> CallSite | None:
        """The call that the expression is, awaited or not; None for anything else."""
        if isinstance(node, tree.Await):
            node = node.value
        return self._sites.get(place(node)) if isinstance(node, tree.Call) else None

    @cached_property
    def _sites(self) -> dict[tuple[int, int, int, int], CallSite]:
        return {place(site.node): site for site in self.calls}

    @property
    def returns(self) -> list[Returned]:
        """The ``return`` statements with what they give."""
        return self.watch.returns

    @property
    def declared_return(self) -> Value | None:
        """The return annotation, evaluated; None where there is none."""
        if self.facts.returns is None or self.value is None or self.machine is None:
            return None
        return self.machine.evaluate(self.facts.returns, self.value.closure)

    def at(self, node: tree.Node) -> Span:
        """Where ``node`` of the function stands."""
        return span_of(self.path, node)


def _called(node: tree.Expr | None) -> tree.Expr | None:
    return node.func if isinstance(node, tree.Call) else node


def dotted(callee: Value) -> str | None:
    """The canonical name of what is called, if it comes from outside the project."""
    if isinstance(callee, External):
        return callee.name
    if isinstance(callee, Member):
        return callee.dotted
    return None
