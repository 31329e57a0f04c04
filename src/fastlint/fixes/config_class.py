"""``class Config`` -> ``model_config``: pydantic's own configuration, as it is written today."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import
from fastlint.fixes.offering import COMMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Changes, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_OPTION = re.compile(r"(\w+)\s*(?::[^=]*)?=\s*(.*)", re.DOTALL)


def config_to_dict(syntax: Syntax, class_span: Span, made_by: str) -> Changes:
    """Write the options of a ``class Config`` as one call.

    ``made_by`` is what is called, by its full name: ``pydantic.ConfigDict``. None where the class
    holds anything but plain options, or a comment.
    """
    statement = syntax.statement(class_span)
    if (
        statement is None
        or statement.kind != "class"
        or not isinstance(statement.node, ast.ClassDef)
    ):
        return None
    node = statement.node
    text = syntax.text[statement.start : statement.end]
    if layout.has_comment(text):
        return COMMENT
    options = list(_options(syntax, statement))
    if node.bases or node.keywords or node.decorator_list or None in options:
        return Withheld("there is more than plain options in it")
    if not options or layout.has_long_string(text):
        return None
    given = dict(filter(None, options))
    if len(given) < len(options):
        return None  # one of them is set twice, and which of them counts is for a person to see
    module, _, name = made_by.rpartition(".")
    imports = add_import(syntax, Wanted(module, name), class_span)
    if isinstance(imports, Withheld):
        return imports
    indent = layout.indentation(syntax.text, statement.start)
    parts = [f"{key}={value}" for key, value in given.items()]
    line = f"model_config = {imports.names[0]}({', '.join(parts)})"
    if layout.is_multiline(line) or len(indent) + len(line) > syntax.line_length:
        deeper = syntax.newline + indent + syntax.indent
        line = f"model_config = {imports.names[0]}({deeper}{f',{deeper}'.join(parts)},"
        line += f"{syntax.newline}{indent})"
    return (*imports.edits, syntax.edit(statement.start, statement.end, line))


def _options(syntax: Syntax, statement: Statement) -> Iterator[tuple[str, str] | None]:
    """Name and value of each option as written; None for what is none."""
    for child in statement.children:
        match = _OPTION.fullmatch(syntax.text, child.start, child.end)
        is_plain = isinstance(child.node, ast.AnnAssign) or (
            isinstance(child.node, ast.Assign)
            and len(child.node.targets) == 1
            and isinstance(child.node.targets[0], ast.Name)
        )
        yield (match[1], match[2]) if match and is_plain else None
