"""Defaults that are validated: ``@validator("x", always=True)`` said so of a field's validator.

In pydantic 2 the field says it: ``x: int = Field(0, validate_default=True)``.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.findings import Edit, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_MAY_BE_NONE = re.compile(r"\b(None|Optional|Any|NoneStr)\b")
"""In the text of a type: pydantic 1 gave such a field the default None."""
_OPTION = "validate_default=True"


class Unvalidated(NamedTuple):
    """The default of a field that is to be validated, and where it stands."""

    start: int
    end: int
    lead: str
    """What comes before it."""
    default: str | None
    """As written; None where a ``Field(...)`` stands there, which takes one argument more."""

    def edit(self, syntax: Syntax, field: str) -> Edit:
        """``field`` is what pydantic's ``Field`` is called in the file."""
        if self.default is None:
            return syntax.edit(self.start, self.end, f", {_OPTION}")
        return syntax.edit(self.start, self.end, f"{self.lead}{field}({self.default}, {_OPTION})")


def unvalidated(
    syntax: Syntax, names: Iterable[str], inside: Span
) -> list[Unvalidated] | Withheld | None:
    """The defaults of these fields of the class around ``inside``.

    A field without a default, which is required, has none.
    """
    statement = syntax.statement(inside)
    around = statement.chain() if statement else ()
    owner = next((each for each in around if each.kind == "class"), None)
    if owner is None:
        return None
    found: list[Unvalidated] = []
    for name in names:
        field = next((each for each in owner.children if _declares(each, name)), None)
        if field is None or not isinstance(field.node, ast.AnnAssign):
            return Withheld(f"`{name}` is no field of this class: give it `{_OPTION}` there")
        defaults = _defaults(syntax, field, field.node)
        if not isinstance(defaults, list):
            return defaults
        found.extend(defaults)
    return found


def _declares(statement: Statement, name: str) -> bool:
    node = statement.node
    return (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
    )


def _defaults(
    syntax: Syntax, field: Statement, node: ast.AnnAssign
) -> list[Unvalidated] | Withheld | None:
    text = syntax.text[field.start : field.end]
    value = node.value
    if value is None:
        annotation = ast.unparse(node.annotation)
        if not _MAY_BE_NONE.search(annotation):
            return []
        if re.search(rf"\b{ast.unparse(node.target)}\b", annotation):
            return Withheld("the field is called like its type, which a default would hide")
        return [Unvalidated(field.end, field.end, " = ", "None")]
    if isinstance(value, ast.Call):
        callee = ast.unparse(value.func)
        if callee.rpartition(".")[2] != "Field":
            return Withheld(f"what `{callee}(...)` gives is not known here")
        return _in_call(syntax, field, value)
    written = text.partition("=")[2].strip()
    if "=" in ast.unparse(node.annotation) or written.startswith("="):
        return None
    return [Unvalidated(field.end - len(written), field.end, "", written)]


def _in_call(syntax: Syntax, field: Statement, call: ast.Call) -> list[Unvalidated] | None:
    """``Field(...)`` with a default, and without the option."""
    given = {each.arg: each.value for each in call.keywords}
    default = call.args[0] if call.args else given.get("default")
    is_required = "default_factory" not in given and (
        default is None or getattr(default, "value", None) is ...
    )
    if is_required or "validate_default" in given:
        return []
    end = field.end - 1
    if syntax.text[end] != ")" or syntax.text[:end].rstrip().endswith(","):
        return None
    return [Unvalidated(end, end, "", None)]
