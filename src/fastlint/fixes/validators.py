"""Pydantic 1's validators as Pydantic 2 has them.

``@validator`` becomes ``@field_validator`` on a class method, ``@root_validator`` becomes
``@model_validator``. What has no counterpart that does the same (``each_item``, ``always``, a
validator that asks for ``field`` or ``config``) is left for a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_imports

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_FIELD = Wanted("pydantic", "field_validator")
_MODEL = Wanted("pydantic", "model_validator")
_INFO = Wanted("pydantic", "ValidationInfo")
_VALUES = Withheld("it takes more than other names in its body")
_FIELD_PARAMS = 2
"""The class, and what is validated."""


class _Decorated(NamedTuple):
    """A function with the decorator in question, and what the decorator was given."""

    function: Found[cst.FunctionDef]
    decorator: cst.Decorator
    fields: list[str]
    """Positional arguments as written."""
    options: dict[str, str]
    """Keyword arguments as written."""
    has_classmethod: bool


def modern_validator(syntax: Syntax, decorator: Span) -> Changes:
    """``@validator("tax", pre=True)`` -> ``@field_validator("tax", mode="before")``.

    ``decorator`` is the call, or the name where it is not called. ``values`` becomes ``info.data``.
    """
    found = _decorated(syntax, decorator)
    if found is None or not found.fields:
        return None
    missing = _without_counterpart(found, {"pre", "allow_reuse"})
    if missing is not None:
        return missing
    if '"*"' in found.fields or "'*'" in found.fields:
        return Withheld("what `*` means has changed")
    if found.options.get("pre", "False") not in ("True", "False"):
        return None
    params = _plain_params(found.function)
    names = [param.name.value for param in params or ()]
    asks = names[2:] == ["values"]
    if params is None or names[:1] != ["cls"] or len(names) != _FIELD_PARAMS + asks:
        return Withheld("it asks for more than the value and `values`")
    imports = add_imports(syntax, (_FIELD, _INFO) if asks else (_FIELD,), decorator)
    if isinstance(imports, Withheld):
        return imports
    mode = ', mode="before"' if found.options.get("pre") == "True" else ""
    mode = mode.replace('"', syntax.quote)
    edits = [*imports.edits, _replaced(syntax, found, imports.names[0], found.fields, mode)]
    if not found.has_classmethod:
        edits.append(_classmethod(syntax, found))
    if asks:
        renamed = _values_to_info(syntax, found.function, params[2], imports.names[1])
        if renamed is None:
            return _VALUES
        edits.extend(renamed)
    return syntax.keeping_comments(edits)


def modern_root_validator(syntax: Syntax, decorator: Span) -> Changes:
    """``@root_validator(pre=True)`` -> ``@model_validator(mode="before")``; else mode "after".

    After the fields have been validated there is an object, not a dictionary: ``values["x"]``
    becomes ``self.x``, and ``return values`` becomes ``return self``.
    """
    found = _decorated(syntax, decorator)
    known = {"pre", "allow_reuse", "skip_on_failure"}
    if found is None or found.fields:
        return None
    missing = _without_counterpart(found, known)
    if missing is not None:
        return missing
    params = _plain_params(found.function)
    if params is None or len(params) != _FIELD_PARAMS or params[0].name.value != "cls":
        return None
    before = found.options.get("pre", "False")
    imports = add_imports(syntax, (_MODEL,), decorator)
    if isinstance(imports, Withheld):
        return imports
    if before not in ("True", "False"):
        return None
    quote = syntax.quote
    mode = f"mode={quote}{'before' if before == 'True' else 'after'}{quote}"
    edits = [*imports.edits, _replaced(syntax, found, imports.names[0], [], mode)]
    if before == "True":
        if not found.has_classmethod:
            edits.append(_classmethod(syntax, found))
        return syntax.keeping_comments(edits)
    if found.has_classmethod:
        return None
    changed = _values_to_self(syntax, found.function, params)
    return _VALUES if changed is None else syntax.keeping_comments([*edits, *changed])


def _without_counterpart(found: _Decorated, known: set[str]) -> Withheld | None:
    unknown = sorted(found.options.keys() - known)
    return Withheld(f"nothing takes the place of `{unknown[0]}=`") if unknown else None


# --- the decorator -------------------------------------------------------------------------


def _decorated(syntax: Syntax, decorator: Span) -> _Decorated | None:
    import libcst as cst

    function = syntax.function(decorator)
    if function is None:
        return None
    start, end = syntax.offsets(decorator)
    piece = function.piece
    mine, others = None, []
    for each in function.node.decorators:
        inner = each.decorator
        if piece.start(inner) <= start and end <= piece.end(inner):
            mine = each
        else:
            others.append(piece.code(inner))
    if mine is None or others not in ([], ["classmethod"]):
        return None
    if others and function.node.decorators[0] is not mine:
        return None  # below `@classmethod` it has never done anything
    fields, options = [], {}
    if isinstance(mine.decorator, cst.Call):
        for arg in mine.decorator.args:
            if arg.star:
                return None
            if arg.keyword is None:
                fields.append(piece.code(arg.value))
            else:
                options[arg.keyword.value] = piece.code(arg.value)
    if any(layout.is_multiline(text) for text in (*fields, *options.values())):
        return None
    return _Decorated(function, mine, fields, options, bool(others))


def _replaced(syntax: Syntax, found: _Decorated, name: str, fields: list[str], mode: str) -> Edit:
    piece = found.function.piece
    inner = found.decorator.decorator
    return syntax.edit(piece.start(inner), piece.end(inner), f"{name}({', '.join(fields)}{mode})")


def _classmethod(syntax: Syntax, found: _Decorated) -> Edit:
    end = found.function.piece.end(found.decorator.decorator)
    indent = layout.indentation(syntax.text, end)
    at = layout.line_end(syntax.text, end)
    start = found.function.piece.start(found.decorator)
    indent = layout.indentation(syntax.text, start)
    return syntax.edit(at, at, f"{syntax.newline}{indent}@classmethod")


# --- what the function is given ------------------------------------------------------------


def _plain_params(function: Found[cst.FunctionDef]) -> list[cst.Param] | None:
    """The parameters, where all of them are ordinary."""
    given = function.node.params
    if given.kwonly_params or given.posonly_params or given.star_kwarg:
        return None
    if not isinstance(given.star_arg, str) and type(given.star_arg).__name__ == "Param":
        return None
    return list(given.params)


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


def _values_to_info(
    syntax: Syntax, function: Found[cst.FunctionDef], param: cst.Param, info: str
) -> list[Edit] | None:
    if any(_uses(function, "info")):
        return None
    piece = function.piece
    edits = [syntax.edit(piece.start(param), piece.end(param), f"info: {info}")]
    for use in _uses(function, "values"):
        if not _is_read(function, use):
            return None
        edits.append(syntax.edit(piece.start(use), piece.end(use), "info.data"))
    return edits


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


def _values_to_self(
    syntax: Syntax, function: Found[cst.FunctionDef], params: list[cst.Param]
) -> list[Edit] | None:
    import libcst as cst

    piece = function.piece
    values = params[1].name.value
    if any(_uses(function, "cls")) or any(_uses(function, "self")) or function.node.returns:
        return None
    edits = [syntax.edit(piece.start(params[0]), piece.end(params[1]), "self")]
    for use in _uses(function, values):
        holder = piece.parent(use)
        if isinstance(holder, cst.Return):
            edits.append(syntax.edit(piece.start(use), piece.end(use), "self"))
            continue
        read = _read_field(function, use)
        if read is None:
            return None
        node, field = read
        edits.append(syntax.edit(piece.start(node), piece.end(node), f"self.{field}"))
    return edits


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
