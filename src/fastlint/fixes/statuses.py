"""Status codes, written as the file writes them: ``404`` or ``status.HTTP_404_NOT_FOUND``."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastlint.findings import Span
from fastlint.fixes.imports import resolves_to

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.fixes.syntax import Syntax

_MODULES = frozenset({"fastapi:status", "starlette:status"})
_RENAMED = frozenset({413, 414, 416, 418, 422})
"""Those that Python and versions of Starlette have other names for."""
_NAMED = re.compile(r"HTTP_(\d{3})_")


def written(syntax: Syntax, status: int, at: Span) -> str:
    """A status code as code at ``at`` writes it."""
    is_known = status in HTTPStatus.__members__.values() and status not in _RENAMED
    if is_known and syntax.style.names_statuses and resolves_to(syntax, "status", at) in _MODULES:
        return f"status.HTTP_{status}_{HTTPStatus(status).name}"
    return str(status)


def read(node: cst.BaseExpression | None) -> int | None:
    """The status code that an expression names; None for any other."""
    import libcst as cst

    if isinstance(node, cst.Integer):
        return node.evaluated_value
    named = _NAMED.match(node.attr.value) if isinstance(node, cst.Attribute) else None
    return None if named is None else int(named[1])
