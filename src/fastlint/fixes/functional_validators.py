"""Validators made of a function: ``_check = validator("x", allow_reuse=True)(check)``.

The function may be used by several models. Where it has to be written otherwise, all of them are
mended together; where it is used in any other way, it is left for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Span, Withheld
from fastlint.fixes.imports import add_imports
from fastlint.fixes.validator_bodies import VALUES, asked, values_to_self, with_info
from fastlint.fixes.validators import (
    FIELD,
    INFO,
    MODEL,
    arguments,
    is_before_root,
    options_of_validator,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastlint.findings import Changes, Edit
    from fastlint.fixes.import_lines import Wanted
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_ELSEWHERE = Withheld("the function is used in other ways as well")


class _Made(NamedTuple):
    """``validator("x")(check)``: the inner call, and the name of the function."""

    call: Found[cst.Call]
    function: str


def modern_functional_validator(syntax: Syntax, call: Span, *, whole: bool) -> Changes:
    """The validators of the file that are made of the same function as that of ``call``.

    ``call`` is the call of ``validator`` or ``root_validator``; ``whole`` tells the latter.
    """
    made = _made(syntax, call)
    definition = _definition(syntax, made.function) if made else None
    if made is None:
        return None
    if definition is None:
        return Withheld(f"`{made.function}` is written elsewhere, and has to be looked at there")
    function = syntax.function(_span(syntax, definition))
    if function is None or function.node.decorators:
        return None
    all_made = list(_all_of(syntax, made, definition))
    if None in all_made:
        return _ELSEWHERE
    if whole:
        return _root(syntax, function, [each for each in all_made if each])
    return _fields(syntax, function, [each for each in all_made if each])


def _fields(syntax: Syntax, function: Found[cst.FunctionDef], made: list[_Made]) -> Changes:
    ask = asked(function)
    if ask is None or isinstance(ask, Withheld):
        return ask
    at = _at(syntax, made[0].call)
    imports = _imported(syntax, (FIELD, INFO) if ask.needs_info else (FIELD,), at)
    if isinstance(imports, Withheld):
        return imports
    edits, names = imports
    for each in made:
        given = arguments(each.call)
        options = options_of_validator(*given) if given else None
        if isinstance(options, Withheld):
            return options
        if given is None or options is None:
            return None
        if options.is_always:
            return Withheld("the field has to ask for it: `Field(..., validate_default=True)`")
        written = f"{names[0]}({options.arguments(given[0], syntax.quote)})"
        edits.append(syntax.edit(each.call.start, each.call.end, written))
    renamed = with_info(syntax, ask, names[-1])
    return VALUES if renamed is None else syntax.keeping_comments([*edits, *renamed])


def _root(syntax: Syntax, function: Found[cst.FunctionDef], made: list[_Made]) -> Changes:
    at = _at(syntax, made[0].call)
    imports = _imported(syntax, (MODEL,), at)
    if isinstance(imports, Withheld):
        return imports
    edits, names = imports
    for each in made:
        given = arguments(each.call)
        before = is_before_root(given[1]) if given else None
        if isinstance(before, Withheld):
            return before
        if before is not False:
            return None
        mode = f"mode={syntax.quote}after{syntax.quote}"
        edits.append(syntax.edit(each.call.start, each.call.end, f"{names[0]}({mode})"))
    renamed = values_to_self(syntax, function)
    if not isinstance(renamed, list):
        return renamed
    return syntax.keeping_comments([*edits, *renamed])


def _imported(
    syntax: Syntax, wanted: tuple[Wanted, ...], at: Span
) -> tuple[list[Edit], tuple[str, ...]] | Withheld:
    imports = add_imports(syntax, wanted, at)
    if isinstance(imports, Withheld):
        return imports
    return [*imports.edits], tuple(imports.names)


# --- where they stand ----------------------------------------------------------------------


def _made(syntax: Syntax, call: Span) -> _Made | None:
    import libcst as cst

    found = syntax.call(call)
    outer = found.piece.parent(found.node) if found else None
    if found is None or not isinstance(outer, cst.Call) or outer.func is not found.node:
        return None
    arg = outer.args[0] if len(outer.args) == 1 else None
    if arg is None or arg.star or not isinstance(arg.value, cst.Name):
        return None
    return _Made(found, arg.value.value)


def _definition(syntax: Syntax, name: str) -> Statement | None:
    """The one definition of a function of the module."""
    top = syntax.outline.module.children if syntax.outline else []
    bound = [each for each in top if name in {each.name, *(n for n, _ in each.bindings)}]
    return bound[0] if len(bound) == 1 and bound[0].kind == "function" else None


def _all_of(syntax: Syntax, first: _Made, definition: Statement) -> Iterator[_Made | None]:
    """Every validator of the file that is made of the function; None for any other use of it."""
    import libcst as cst

    from fastlint.fixes.piece import Found

    by = first.call.piece.code(first.call.node.func)
    for statement in syntax.outline.module.children if syntax.outline else ():
        text = syntax.text[statement.start : statement.end]
        if statement is definition or first.function not in text:
            continue
        piece = syntax.piece(statement)
        for name in piece.all(cst.Name) if piece else ():
            if piece is None or name.value != first.function:
                continue
            holder = piece.parent(name)
            if isinstance(holder, cst.Attribute) and holder.attr is name:
                continue
            outer = piece.parent(holder) if isinstance(holder, cst.Arg) else None
            inner = outer.func if isinstance(outer, cst.Call) and len(outer.args) == 1 else None
            is_alike = isinstance(inner, cst.Call) and piece.code(inner.func) == by
            yield _Made(Found(inner, piece), name.value) if is_alike else None  # type: ignore[arg-type]


def _span(syntax: Syntax, statement: Statement) -> Span:
    return syntax.file.span(statement.start, statement.end)


def _at(syntax: Syntax, found: Found[cst.Call]) -> Span:
    return syntax.file.span(found.start, found.end)
