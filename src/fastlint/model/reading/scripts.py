"""Which files somebody starts by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.reading.mentions import imported_packages

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module

_SERVERS = frozenset({"fastapi", "starlette", "uvicorn", "hypercorn", "granian", "gunicorn"})


def is_script(module: Module) -> bool:
    """Whether a file is there to be run once: it is started, and knows nothing of a server."""
    is_started = any(map(_is_start, module.facts.body))
    return is_started and _SERVERS.isdisjoint(imported_packages(module))


def _is_start(statement: tree.Stmt) -> bool:
    """``if __name__ == "__main__":``"""
    match statement:
        case tree.If(
            test=tree.Compare(
                left=tree.Name(id="__name__"), comparators=[tree.Constant(value="__main__")]
            )
        ):
            return True
    return False
