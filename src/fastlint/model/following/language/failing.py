"""Statements that may raise what nobody sees raised: for what is installed, set or given.

Whoever writes ``except ImportError`` around an import expects it: what stands behind the import is
as possible as what the handler does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.values import External, Unknown

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame

_IMPORT = External("builtins.ModuleNotFoundError")
_KEY = External("builtins.KeyError")
_INSTALLED = frozenset(
    {"annotated_types", "anyio", "fastapi", "idna", "pydantic", "pydantic_core", "starlette",
     "typing_extensions", "typing_inspection"}
)  # fmt: skip
"""What is there wherever FastAPI is: itself and what it requires."""
_QUIET = frozenset({*_INSTALLED, "builtins", "logging", "loguru", "structlog", "typing"})
"""Calls of these are taken to go well."""


def expected(statement: tree.Stmt, frame: Frame) -> tuple[External, ...]:
    """The exceptions of Python's own that the statement raises where something is missing."""
    if isinstance(statement, tree.Import):
        modules = [alias.name for alias in statement.names]
        return (_IMPORT,) if any(_is_optional(each, frame) for each in modules) else ()
    if isinstance(statement, tree.ImportFrom):
        module = frame.machine.modules.absolute(frame.path, statement.module, statement.level)
        return (_IMPORT,) if module and _is_optional(module, frame) else ()
    return (_KEY,) if _reads_environment(statement) else ()


def _is_optional(module: str, frame: Frame) -> bool:
    """Whether a module is neither the project's own nor certainly installed."""
    machine = frame.machine
    root = module.partition(".")[0]
    if root in _INSTALLED or root in sys.stdlib_module_names:
        return False
    return machine.modules.find(frame.path, module) is None and not machine.modules.is_package(
        module
    )


def _parts(statement: tree.Stmt) -> Iterator[tree.Node]:
    """What runs with the statement: not the body of what it defines."""
    if not isinstance(statement, tree.FunctionDef | tree.ClassDef):
        yield from walk([statement])


def _reads_environment(statement: tree.Stmt) -> bool:
    """``os.environ[name]``"""
    return isinstance(statement, tree.Assign | tree.AnnAssign | tree.ExprStmt) and any(
        isinstance(each, tree.Subscript)
        and isinstance(each.value, tree.Attribute)
        and each.value.attr == "environ"
        for each in _parts(statement)
    )


def calls_out(statement: tree.Stmt, frame: Frame) -> bool:
    """Whether the statement calls what is not followed, and not known to go well."""
    for each in _parts(statement):
        if isinstance(each, tree.Call) and isinstance(each.func, tree.Name | tree.Attribute):
            callee = frame.machine.look(each.func, frame)
            if isinstance(callee, Unknown):
                return True
            if isinstance(callee, External) and callee.name.partition(".")[0] not in _QUIET:
                return True
    return False
