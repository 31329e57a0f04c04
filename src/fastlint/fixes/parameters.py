"""Fixes of a function's parameters. All that is to change in one signature is changed in one go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.fitting import broken_line
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import ANNOTATED, add_imports
from fastlint.fixes.markers import (
    Annotation,
    Marker,
    annotation_of,
    marker_name,
    means_the_same,
    moved,
)
from fastlint.fixes.signature import Parameter, has_star, parameters, parentheses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found, Piece
    from fastlint.fixes.syntax import Syntax

Order = Literal["move", "star", "refuse"]
"""What to do where a parameter without a default would follow one with a default: ``move`` it left
(only if the function is never called with positional arguments, and not past a comment, where the
``*`` is put instead), put ``*,`` before it, or refuse.
"""


_ORDER = Withheld("a parameter without a default would follow one with a default")
_NOT_FOUND = Withheld(
    "under `from __future__ import annotations` FastAPI would not find the same by a name in it"
)


class _Slot(msgspec.Struct, frozen=True):
    """The place of a parameter, and what shall stand there."""

    parameter: Parameter
    has_default: bool
    code: str
    changed: Annotation | None = None
    before: str = ""
    """A ``*`` that is to come before it."""

    def written(self, indent: str) -> str:
        """What shall stand there, broken as it has to be in a line of its own."""
        return self.changed.broken(indent) if self.changed else self.code


def annotate_parameters(
    syntax: Syntax, function_span: Span, names: Sequence[str], *, order: Order = "star"
) -> Changes:
    """Move FastAPI's markers from the defaults of parameters into ``Annotated``.

    ``db: Session = Depends(get_db)`` -> ``db: Annotated[Session, Depends(get_db)]`` and
    ``q: str = Query("a", ge=1)`` -> ``q: Annotated[str, Query(ge=1)] = "a"``. ``Query(...)`` and
    ``Query()`` leave no default; ``default_factory=`` stays in the marker, ``Annotated`` is
    imported.

    Give all names of one function that are to change: edits made by separate calls for one
    function need not fit together. None unless every one of them can be changed, which takes an
    annotation that is not ``Annotated`` yet and a marker as the default.
    """

    def move(piece: Piece, param: cst.Param, _: str) -> Marker | None:
        return moved(syntax, piece, param, function_span)

    return _change(syntax, function_span, names, order, move)


def wrap_collection(
    syntax: Syntax,
    function_span: Span,
    names: Sequence[str],
    marker: Wanted = Wanted("fastapi", "Query"),  # noqa: B008 - frozen
) -> Changes:
    """``tags: list[str] = []`` -> ``tags: Annotated[list[str], Query()] = []``, with the imports.

    None for a parameter that has a marker already. Names of one function go together, as in
    `annotate_parameters`.
    """

    def mark(piece: Piece, param: cst.Param, local: str) -> Marker | None:
        default = param.default
        if default is None:
            return Marker(local)
        return (
            None
            if marker_name(syntax, default, function_span)
            else Marker(local, default=piece.code(default))
        )

    return _change(syntax, function_span, names, "refuse", mark, marker)


def move_defaults(
    syntax: Syntax,
    function_span: Span,
    defaults: Mapping[str, tuple[Span, str]],
    *,
    order: Order = "star",
) -> Changes:
    """Write defaults behind parameters instead of what stands at a place in each of them.

    ``q: Annotated[str, Query("a", ge=1)]`` -> ``q: Annotated[str, Query(ge=1)] = "a"``. For each
    name: what is to go (an argument with its comma, say), and the default; ``=`` of the parameter's
    own must not be there. The place may be empty: ``q: str | None`` -> ``q: str | None = None``.
    """
    found = syntax.header(function_span)
    if found is None:
        return None
    slots: list[_Slot] = []
    for parameter in parameters(found):
        code = syntax.text[parameter.start : parameter.end]
        slot = _Slot(parameter, parameter.node.default is not None, code)
        if parameter.name in defaults:
            place, default = defaults[parameter.name]
            start, end = (at - parameter.start for at in syntax.offsets(place))
            if slot.has_default or not 0 <= start <= end <= len(code):
                return None
            slot = _Slot(parameter, True, f"{code[:start]}{code[end:]} = {default}")
        slots.append(slot)
    if not defaults.keys() <= {slot.parameter.name for slot in slots}:
        return None
    arranged = _arranged(syntax, found, slots, order)
    if arranged is None:
        return _ORDER
    return syntax.keeping_comments(_laid_out(syntax, found, slots, arranged))


def _change(
    syntax: Syntax,
    function_span: Span,
    names: Sequence[str],
    order: Order,
    mark: Callable[[Piece, cst.Param, str], Marker | None],
    wanted: Wanted | None = None,
) -> Changes:
    found = syntax.header(function_span)
    if found is None or not names:
        return None
    at = syntax.file.span(found.start, found.start)
    imports = add_imports(syntax, (ANNOTATED, wanted) if wanted else (ANNOTATED,), at)
    if isinstance(imports, Withheld):
        return imports
    slots: list[_Slot] = []
    for parameter in parameters(found):
        code = syntax.text[parameter.start : parameter.end]
        slot = _Slot(parameter, parameter.node.default is not None, code)
        if parameter.name in names:
            marker = mark(found.piece, parameter.node, imports.names[-1])
            if marker is None:
                return None
            if not means_the_same(syntax, found, marker):
                return _NOT_FOUND
            changed = annotation_of(syntax, found.piece, parameter, marker, imports.names[0])
            if changed is None:
                return None if parameter.node.annotation else _untyped(parameter)
            slot = _Slot(parameter, marker.default is not None, changed.plain, changed)
        slots.append(slot)
    if not set(names) <= {slot.parameter.name for slot in slots}:
        return None
    arranged = _arranged(syntax, found, slots, order)
    if arranged is None:
        return _ORDER
    return syntax.keeping_comments([*imports.edits, *_laid_out(syntax, found, slots, arranged)])


def _untyped(parameter: Parameter) -> Withheld:
    return Withheld(f"`{parameter.name}` has no type")


def _arranged(
    syntax: Syntax, found: Found[cst.FunctionDef], slots: list[_Slot], order: Order
) -> list[_Slot] | None:
    """What shall stand in each slot so that the order of parameters is allowed."""
    positional = [slot for slot in slots if slot.parameter.way != "keyword-only"]
    late = _late(positional)
    if late is None:
        return slots
    if order == "refuse" or positional[late].parameter.way == "positional-only":
        return None
    moved = _moved_left(syntax, slots, positional) if order == "move" else None
    if moved is not None:
        return moved
    if has_star(found):
        return None
    return [
        msgspec.structs.replace(slot, before="*") if index == late else slot
        for index, slot in enumerate(slots)
    ]


def _moved_left(syntax: Syntax, slots: list[_Slot], positional: list[_Slot]) -> list[_Slot] | None:
    """Those without a default first; None where a comment may belong to one of them."""
    fixed = [slot for slot in positional if slot.parameter.way == "positional-only"]
    free = [slot for slot in positional if slot.parameter.way == "either"]
    between = syntax.text[free[0].parameter.start : free[-1].parameter.end]
    if layout.has_comment(between):
        return None
    moved = [*fixed, *sorted(free, key=lambda slot: slot.has_default)]
    if _late(moved) is not None:
        return None
    return [*moved, *slots[len(positional) :]]


def _late(slots: list[_Slot]) -> int | None:
    """The first parameter without a default that follows one with a default."""
    seen = False
    for index, slot in enumerate(slots):
        if seen and not slot.has_default:
            return index
        seen = seen or slot.has_default
    return None


def _laid_out(
    syntax: Syntax, found: Found[cst.FunctionDef], slots: list[_Slot], arranged: list[_Slot]
) -> list[Edit]:
    """The edits that put ``arranged`` into the places of ``slots``."""
    text = syntax.text
    edits: list[Edit] = []
    shares_lines = False
    for place, slot in zip(slots, arranged, strict=True):
        start, end = place.parameter.start, place.parameter.end
        alone = _is_alone(text, start, end)
        indent = layout.indentation(text, start)
        code = slot.written(indent) if alone else slot.code
        if alone and code != text[start:end] and _is_too_long(syntax, f"{indent}{code},"):
            code = broken_line(syntax, code, indent) or code
        if slot.before:
            code = f"{slot.before},{syntax.newline + indent if alone else ' '}{code}"
        if code != text[start:end]:
            edits.append(syntax.edit(start, end, code))
            shares_lines = shares_lines or not alone
    if shares_lines and _outgrow(syntax, edits):
        return _one_per_line(syntax, found, slots, arranged) or edits
    return edits


def _outgrow(syntax: Syntax, edits: list[Edit]) -> bool:
    """Whether edits of one header make it wider than it was, and than a line may be."""
    text = syntax.text
    places = sorted((*syntax.offsets(edit.span), edit.text) for edit in edits)
    first = here = layout.line_start(text, places[0][0])
    last = layout.line_end(text, places[-1][1])
    new = ""
    for start, end, code in places:
        new += text[here:start] + code
        here = end
    new += text[here:last]
    return _widest(new) > max(syntax.line_length, _widest(text[first:last]))


def _widest(code: str) -> int:
    return max(map(layout.width, layout.lines(code)))


def _is_too_long(syntax: Syntax, line: str) -> bool:
    return len(line) > syntax.line_length and not layout.is_multiline(line)


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether a parameter has lines of its own."""
    after = layout.after_space(text, end)
    closing = after + 1 if text[after : after + 1] == "," else end
    return layout.first_on_line(text, start) and layout.last_on_line(text, closing)


def _one_per_line(
    syntax: Syntax, found: Found[cst.FunctionDef], slots: list[_Slot], arranged: list[_Slot]
) -> list[Edit] | None:
    """Break a signature that has become too long; None where its layout must stay."""
    inside = parentheses(syntax, found)
    if inside is None:
        return None
    text, newline = syntax.text, syntax.newline
    opening, closing = inside
    old = text[opening:closing]
    if layout.has_comment(old) or layout.has_long_string(old):
        return None
    outer = layout.indentation(text, found.start)
    indent = outer + syntax.indent
    code = ""
    here = opening
    for place, slot in zip(slots, arranged, strict=True):
        code += _stars(text[here : place.parameter.start], indent, newline)
        if slot.before:
            code += f"{indent}{slot.before},{newline}"
        line = slot.written(indent)
        if _is_too_long(syntax, f"{indent}{line},"):
            line = broken_line(syntax, line, indent) or line
        code += f"{indent}{line},{newline}"
        here = place.parameter.end
    code += _stars(text[here:closing], indent, newline)
    return [syntax.edit(opening, closing, newline + code + outer)]


def _stars(between: str, indent: str, newline: str) -> str:
    """The ``*``, ``/``, ``*args`` and ``**kwargs`` that stand between parameters, a line each."""
    parts, depth, part = [], 0, ""
    for character in between:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append(part)
            part = ""
        else:
            part += character
    kept = [each.strip() for each in (*parts, part) if each.strip()]
    return "".join(f"{indent}{each},{newline}" for each in kept)
