"""What a validator of pydantic 1 asks for and looks at, as pydantic 2 gives it.

Pydantic 1 (``class_validators.py``, ``make_generic_validator``) looks at the names of the
parameters: ``cls`` may be left out, what follows the value is ``values``, ``field`` or ``config``,
in any order, and the rest goes into ``**kwargs``. Pydantic 2 gives one ``ValidationInfo``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Withheld

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Edit
    from fastlint.fixes.piece import Found, Piece
    from fastlint.fixes.syntax import Syntax

VALUES = Withheld("it takes more than other names in its body")
_EXTRAS = ("values", "field", "config")


class Asked(NamedTuple):
    """The parameters of a field's validator."""

    function: Found[cst.FunctionDef]
    has_class: bool
    """Whether its first parameter is ``cls``."""
    value: cst.Param
    """What is validated."""
    extras: tuple[cst.Param, ...]
    """``values``, ``field``, ``config`` and ``**kwargs``, as far as they stand there."""

    @property
    def needs_info(self) -> bool:
        """Whether it has to be given a ``ValidationInfo``."""
        names = {param.name.value for param in self.extras}
        return "values" in names or (any(_uses(self.function, "field")) and "field" in names)


def asked(function: Found[cst.FunctionDef]) -> Asked | Withheld | None:
    """The parameters of a validator; withheld where it asks for what is not given any more."""
    given = function.node.params
    if given.posonly_params or given.kwonly_params or type(given.star_arg).__name__ == "Param":
        return None
    params = list(given.params)
    has_class = bool(params) and params[0].name.value == "cls"
    value = params[has_class : has_class + 1]
    if not value or value[0].name.value == "self":
        return None
    extras = [*params[has_class + 1 :], *([given.star_kwarg] if given.star_kwarg else [])]
    if any(param.name.value not in _EXTRAS and not param.star for param in extras):
        return Withheld("it asks for more than the value and `values`")
    for param in extras:
        name = param.name.value
        is_used = any(_uses(function, name))
        if is_used and (name == "config" or param.star):
            return Withheld(f"nothing takes the place of `{name}`")
        if name == "field" and not all(_is_name_of(function, use) for use in _uses(function, name)):
            return Withheld("a `ValidationInfo` knows no more of a field than its name")
    return Asked(function, has_class, value[0], tuple(extras))


def with_info(syntax: Syntax, ask: Asked, info: str) -> list[Edit] | None:
    """The parameters as pydantic 2 fills them, and what the body reads of them.

    ``info`` is what ``ValidationInfo`` is called in the file.
    """
    if not ask.extras:
        return []
    function, piece = ask.function, ask.function.piece
    end = max(end_of_param(piece, param) for param in ask.extras)
    start = piece.start(ask.extras[0])
    if not ask.needs_info:
        return [syntax.edit(end_of_param(piece, ask.value), end, "")]
    if any(_uses(function, "info")):
        return None
    edits = [syntax.edit(start, end, f"info: {info}")]
    for use in _uses(function, "values"):
        if not _is_read(function, use):
            return None
        edits.append(syntax.edit(piece.start(use), piece.end(use), "info.data"))
    for use in _uses(function, "field"):
        whole = piece.parent(use)
        if whole is not None and "field" in {param.name.value for param in ask.extras}:
            edits.append(syntax.edit(piece.start(whole), piece.end(whole), "info.field_name"))
    return edits


def values_to_self(
    syntax: Syntax, function: Found[cst.FunctionDef]
) -> list[Edit] | Withheld | None:
    """``(cls, values)`` -> ``(self)``: there is an object once the fields have been validated.

    ``values["x"]`` becomes ``self.x``, and ``return values`` becomes ``return self``.
    """
    import libcst as cst

    params = plain_params(function)
    if params is None or len(params) != len(("cls", "values")) or params[0].name.value != "cls":
        return None
    piece = function.piece
    values = params[1].name.value
    if any(_uses(function, "cls")) or any(_uses(function, "self")) or function.node.returns:
        return VALUES
    edits = [syntax.edit(piece.start(params[0]), end_of_param(piece, params[1]), "self")]
    for use in _uses(function, values):
        holder = piece.parent(use)
        if isinstance(holder, cst.Return):
            edits.append(syntax.edit(piece.start(use), piece.end(use), "self"))
            continue
        read = _read_field(function, use)
        if read is None:
            return VALUES
        node, field = read
        edits.append(syntax.edit(piece.start(node), piece.end(node), f"self.{field}"))
    return edits


def plain_params(function: Found[cst.FunctionDef]) -> list[cst.Param] | None:
    """The parameters, where all of them are ordinary."""
    given = function.node.params
    if given.kwonly_params or given.posonly_params or given.star_kwarg:
        return None
    if not isinstance(given.star_arg, str) and type(given.star_arg).__name__ == "Param":
        return None
    return list(given.params)


def end_of_param(piece: Piece, param: cst.Param) -> int:
    """Where a parameter ends, its type and default included."""
    parts = (param, param.annotation and param.annotation.annotation, param.default)
    return max(piece.outer(part)[1] for part in parts if part is not None)


def _uses(function: Found[cst.FunctionDef], name: str) -> Iterator[cst.Name]:
    """The uses of a name in the body, an argument's keyword or an attribute of that name not."""
    import libcst as cst

    from fastlint.fixes.piece import walk

    piece = function.piece
    for node in walk(function.node.body):
        if isinstance(node, cst.Name) and node.value == name:
            holder = piece.parent(node)
            if isinstance(holder, cst.Attribute) and holder.attr is node:
                continue
            if isinstance(holder, cst.Arg) and holder.keyword is node:
                continue
            yield node


def _is_name_of(function: Found[cst.FunctionDef], use: cst.Name) -> bool:
    """``field.name``"""
    import libcst as cst

    holder = function.piece.parent(use)
    return isinstance(holder, cst.Attribute) and holder.attr.value == "name"


def _is_read(function: Found[cst.FunctionDef], use: cst.Name) -> bool:
    """``values["x"]`` that is read, ``values.get(...)``, ``"x" in values``"""
    import libcst as cst

    holder = function.piece.parent(use)
    if isinstance(holder, cst.Subscript):
        above = function.piece.parent(holder)
        return not isinstance(above, (cst.AssignTarget, cst.AugAssign, cst.Del))
    if isinstance(holder, cst.Attribute):
        return holder.attr.value == "get"
    return isinstance(holder, cst.ComparisonTarget) and isinstance(
        holder.operator, (cst.In, cst.NotIn)
    )


def _read_field(
    function: Found[cst.FunctionDef], use: cst.Name
) -> tuple[cst.BaseExpression, str] | None:
    """The whole of ``values["x"]`` or ``values.get("x")`` that is read, and ``x``."""
    import libcst as cst

    piece = function.piece
    holder = piece.parent(use)
    key: cst.BaseExpression | None = None
    whole: cst.CSTNode | None = holder
    if isinstance(holder, cst.Subscript) and len(holder.slice) == 1 and _is_read(function, use):
        index = holder.slice[0].slice
        key = index.value if isinstance(index, cst.Index) else None
    elif isinstance(holder, cst.Attribute) and holder.attr.value == "get":
        whole = piece.parent(holder)
        if isinstance(whole, cst.Call) and len(whole.args) == 1 and whole.args[0].keyword is None:
            key = whole.args[0].value
    if not isinstance(key, cst.SimpleString) or not isinstance(whole, cst.BaseExpression):
        return None
    field = key.evaluated_value
    return (whole, field) if isinstance(field, str) and field.isidentifier() else None
