"""The header of a function: its parameters, and where its parentheses and its colon stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from fastlint.fixes import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastlint.fixes.piece import Found, Piece
    from fastlint.fixes.syntax import Syntax

Way = Literal["positional-only", "either", "keyword-only"]
"""How an argument may be given."""


class Parameter(NamedTuple):
    """A parameter that is neither ``*args`` nor ``**kwargs``; the offsets leave its comma out."""

    node: cst.Param
    way: Way
    start: int
    end: int

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name.value


def parameters(found: Found[cst.FunctionDef]) -> Iterator[Parameter]:
    """The parameters of a function in the order of the text."""
    params = found.node.params
    ways: tuple[tuple[Way, object], ...] = (
        ("positional-only", params.posonly_params),
        ("either", params.params),
        ("keyword-only", params.kwonly_params),
    )
    for way, group in ways:
        for param in group:  # type: ignore[attr-defined]
            yield Parameter(param, way, *_extent(found.piece, param))


def has_star(found: Found[cst.FunctionDef]) -> bool:
    """Whether there is a ``*`` or ``*args`` among the parameters."""
    import libcst as cst

    return not isinstance(found.node.params.star_arg, cst.MaybeSentinel)


def last_part(node: cst.BaseExpression) -> str:
    """The last name of a dotted name; empty for anything else."""
    import libcst as cst

    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def parentheses(syntax: Syntax, found: Found[cst.FunctionDef]) -> tuple[int, int] | None:
    """The offset after the parenthesis that opens the parameters, and of the closing one."""
    text = syntax.text
    start = found.piece.end(found.node.name)
    if found.node.type_parameters is not None:
        start = found.piece.end(found.node.type_parameters)
    opening = layout.after_space(text, start)
    if text[opening : opening + 1] != "(":
        return None
    closing = opening + 1
    for param in _all(found.node.params):
        closing = max(closing, _extent(found.piece, param)[1])
    closing = layout.after_space(text, closing)
    while text[closing : closing + 1] in {",", "/", "*"}:
        closing = layout.after_space(text, closing + 1)
    return (opening + 1, closing) if text[closing : closing + 1] == ")" else None


def colon(syntax: Syntax, found: Found[cst.FunctionDef]) -> int | None:
    """The offset after the colon that ends the header."""
    if found.node.returns is not None:
        end = found.piece.outer(found.node.returns.annotation)[1]
    else:
        inside = parentheses(syntax, found)
        if inside is None:
            return None
        end = inside[1] + 1
    end = layout.after_space(syntax.text, end)
    return end + 1 if syntax.text[end : end + 1] == ":" else None


def _all(params: cst.Parameters) -> Iterator[cst.Param]:
    import libcst as cst

    yield from (*params.posonly_params, *params.params, *params.kwonly_params)
    for star in (params.star_arg, params.star_kwarg):
        if isinstance(star, cst.Param):
            yield star


def _extent(piece: Piece, param: cst.Param) -> tuple[int, int]:
    if param.default is not None:
        end = piece.outer(param.default)[1]
    elif param.annotation is not None:
        end = piece.outer(param.annotation.annotation)[1]
    else:
        end = piece.end(param.name)
    return piece.start(param.name), end
