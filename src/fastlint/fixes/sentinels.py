"""The fix of a mutable default: ``None``, and the value made afresh in the body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.annotations import optional
from fastlint.fixes.offering import COMMENT
from fastlint.fixes.signature import colon, parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_MAY_BE_NONE = re.compile(r"\b(?:None|Optional|Any|object)\b")


def none_sentinel(syntax: Syntax, function_span: Span, names: Sequence[str]) -> Changes:
    """``def f(x=[])`` -> ``def f(x=None)`` with ``if x is None: x = []`` after the docstring.

    An annotation ``list[T]`` becomes ``list[T] | None`` (``Optional[...]`` where the file writes it
    so). Names of one function go together in one call. None where the default would mean something
    else in the body.
    """
    found = syntax.header(function_span)
    outline = syntax.function_outline(function_span)
    if found is None or outline is None or not names:
        return None
    own = {binding.name for binding in outline.bound()}
    holder = outline.scope()
    if holder.kind == "class":
        own |= {binding.name for binding in holder.bound()}
    edits: list[Edit] = []
    values: list[tuple[str, str]] = []
    indents = _indents(syntax, outline)
    for parameter in parameters(found):
        default = parameter.node.default
        if parameter.name not in names or default is None:
            continue
        start, end = found.piece.outer(default)
        value = syntax.text[start:end]
        if layout.has_comment(value):
            return COMMENT
        if layout.is_multiline(value) and layout.has_long_string(value):
            return None
        used = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", value))
        if used & own or used & {"await", "yield"} or ":=" in value:
            return Withheld("the default would mean something else in the body")
        edits.append(syntax.edit(start, end, "None"))
        if parameter.node.annotation is not None:
            annotation = _optional(syntax, found, parameter.node.annotation.annotation)
            if annotation is None:
                return None
            edits.extend(annotation)
        old = layout.indentation(syntax.text, parameter.start)
        values.append((parameter.name, layout.shifted(value, old, indents + syntax.indent)))
    if {name for name, _ in values} != set(names):
        return None
    body = _insertion(syntax, found, outline, values)
    return syntax.keeping_comments([*edits, body]) if body else None


def _indents(syntax: Syntax, outline: Statement) -> str:
    """The indentation of the body."""
    if outline.body_start is not None and layout.first_on_line(syntax.text, outline.body_start):
        return layout.indentation(syntax.text, outline.body_start)
    return layout.indentation(syntax.text, outline.start) + syntax.indent


def _optional(
    syntax: Syntax, found: Found[cst.FunctionDef], annotation: cst.BaseExpression
) -> list[Edit] | None:
    start, end = found.piece.outer(annotation)
    code = syntax.text[start:end]
    if _MAY_BE_NONE.search(code):
        return []
    at = syntax.file.span(found.start, found.start)
    return optional(syntax, found.piece, annotation, at)


def _is_sentinel(text: str, statement: Statement, names: list[str]) -> bool:
    """Whether a statement gives one of these parameters the value that it had as a default."""
    found = re.match(r"if (\w+) is None:\s+(\w+) =", text[statement.start : statement.end])
    return (
        found is not None
        and found[1] == found[2]
        and found[1] in names
        and len(statement.children) == 1
        and layout.last_on_line(text, statement.end)
    )


def _insertion(
    syntax: Syntax,
    found: Found[cst.FunctionDef],
    outline: Statement,
    values: list[tuple[str, str]],
) -> Edit | None:
    text, newline, unit = syntax.text, syntax.newline, syntax.indent
    indent = _indents(syntax, outline)
    code = "".join(
        f"{indent}if {name} is None:{newline}{indent}{unit}{name} = {value}{newline}"
        for name, value in values
    )
    first = outline.children[0]
    header = colon(syntax, found)
    if header is None:
        return None
    docstring = first.kind == "simple" and text.startswith(('"', "'"), first.start)
    if not layout.first_on_line(text, first.start):
        if docstring:
            return None
        return syntax.edit(header, first.start, newline + code + indent)
    if docstring and not layout.last_on_line(text, first.end):
        return None
    place = layout.next_line(text, first.end if docstring else header)
    earlier = [each.name for each in parameters(found)]
    earlier = earlier[: earlier.index(values[0][0])]
    for statement in outline.children[1 if docstring else 0 :]:
        if not _is_sentinel(text, statement, earlier):
            break
        place = layout.next_line(text, statement.end)
    if place == len(text) and text[place - 1] not in "\r\n":
        code = newline + code.removesuffix(newline)
    return syntax.edit(place, place, code)
