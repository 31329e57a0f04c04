"""Pydantic 1's validators as Pydantic 2 has them.

``@validator`` becomes ``@field_validator`` on a class method, ``@root_validator`` becomes
``@model_validator``. What has no counterpart that does the same (``each_item``, a validator that
asks for ``config``) is left for a person.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.default_validation import Unvalidated, unvalidated
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_imports
from fastlint.fixes.validator_bodies import VALUES, asked, plain_params, values_to_self, with_info

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

FIELD = Wanted("pydantic", "field_validator")
MODEL = Wanted("pydantic", "model_validator")
INFO = Wanted("pydantic", "ValidationInfo")
_DESCRIBED = Wanted("pydantic", "Field")
_QUOTED = re.compile(r"""(["'])\w+\1""")


class _Decorated(NamedTuple):
    """A function with the decorator in question, and what the decorator was given."""

    function: Found[cst.FunctionDef]
    decorator: cst.Decorator
    fields: list[str]
    """Positional arguments as written."""
    options: dict[str, str]
    """Keyword arguments as written."""
    bound_by: str
    """``classmethod`` or ``staticmethod``, where it has one."""


def modern_validator(syntax: Syntax, decorator: Span) -> Changes:
    """``@validator("tax", pre=True)`` -> ``@field_validator("tax", mode="before")``.

    ``decorator`` is the call, or the name where it is not called. ``values`` becomes ``info.data``,
    and what ``always=True`` asked for is asked of the field.
    """
    found = _decorated(syntax, decorator)
    if found is None or not found.fields:
        return None
    given = options_of_validator(found.fields, found.options)
    if given is None or isinstance(given, Withheld):
        return given
    ask = asked(found.function)
    if ask is None or isinstance(ask, Withheld):
        return ask
    if found.bound_by and (found.bound_by == "classmethod") is not ask.has_class:
        return None
    defaults = _defaults_of(syntax, found, decorator) if given.is_always else []
    if not isinstance(defaults, list):
        return defaults
    makes_field = any(each.default is not None for each in defaults)
    optional = ((INFO, ask.needs_info), (_DESCRIBED, makes_field))
    wanted = (FIELD, *(each for each, is_needed in optional if is_needed))
    imports = add_imports(syntax, wanted, decorator)
    if isinstance(imports, Withheld):
        return imports
    called = dict(zip(wanted, imports.names, strict=True))
    arguments = given.arguments(found.fields, syntax.quote)
    edits = [*imports.edits, _replaced(syntax, found, f"{called[FIELD]}({arguments})")]
    if not found.bound_by:
        # Without ``cls`` it was called with the value alone.
        edits.append(_bound(syntax, found, "classmethod" if ask.has_class else "staticmethod"))
    renamed = with_info(syntax, ask, called.get(INFO, ""))
    if renamed is None:
        return VALUES
    edits.extend(renamed)
    edits.extend(each.edit(syntax, called.get(_DESCRIBED, "")) for each in defaults)
    return syntax.keeping_comments(edits)


def _defaults_of(
    syntax: Syntax, found: _Decorated, at: Span
) -> list[Unvalidated] | Withheld | None:
    """The defaults that ``always=True`` had validated."""
    return unvalidated(syntax, [ast.literal_eval(field) for field in found.fields], at)


class Options(NamedTuple):
    """What a ``validator(...)`` was given besides its fields."""

    is_before: bool
    is_always: bool
    checks_fields: str
    """``check_fields``, as written; empty where it is not."""

    def arguments(self, fields: list[str], quote: str) -> str:
        """The arguments of the ``field_validator(...)`` that does the same."""
        mode = [f"mode={quote}before{quote}"] if self.is_before else []
        checks = [f"check_fields={self.checks_fields}"] if self.checks_fields else []
        return ", ".join([*fields, *mode, *checks])


def options_of_validator(fields: list[str], options: dict[str, str]) -> Options | Withheld | None:
    """The options of a ``validator(...)``; withheld where nothing takes the place of one.

    ``fields`` and ``options`` are its arguments as written.
    """
    missing = _without_counterpart(options, {"pre", "allow_reuse", "always", "check_fields"})
    if missing is not None:
        return missing
    if '"*"' in fields or "'*'" in fields:
        return Withheld("what `*` means has changed")
    switches = {name: options.get(name, "False") for name in ("pre", "always")}
    if not {"True", "False"} >= set(switches.values()):
        return None
    if switches["always"] == "True" and any(not _QUOTED.fullmatch(field) for field in fields):
        return Withheld("which fields have their defaults validated is not written out")
    checks = options.get("check_fields", "")
    return Options(switches["pre"] == "True", switches["always"] == "True", checks)


def modern_root_validator(syntax: Syntax, decorator: Span) -> Changes:
    """``@root_validator(pre=True)`` -> ``@model_validator(mode="before")``; else mode "after".

    See `values_to_self` for what becomes of the values after the fields have been validated.
    """
    found = _decorated(syntax, decorator)
    if found is None or found.fields:
        return None
    before = is_before_root(found.options)
    if before is None or isinstance(before, Withheld):
        return before
    imports = add_imports(syntax, (MODEL,), decorator)
    if isinstance(imports, Withheld):
        return imports
    quote = syntax.quote
    mode = f"mode={quote}{'before' if before else 'after'}{quote}"
    edits = [*imports.edits, _replaced(syntax, found, f"{imports.names[0]}({mode})")]
    if before:
        params = plain_params(found.function)
        if params is None or [param.name.value for param in params[:-1]] != ["cls"]:
            return None
        if not found.bound_by:
            edits.append(_bound(syntax, found, "classmethod"))
        return syntax.keeping_comments(edits)
    if found.bound_by:
        return None
    changed = values_to_self(syntax, found.function)
    if not isinstance(changed, list):
        return changed
    return syntax.keeping_comments([*edits, *changed])


def is_before_root(options: dict[str, str]) -> bool | Withheld | None:
    """Whether a ``root_validator(...)`` with these arguments runs before the fields are read."""
    missing = _without_counterpart(options, {"pre", "allow_reuse", "skip_on_failure"})
    if missing is not None:
        return missing
    before = options.get("pre", "False")
    return before == "True" if before in ("True", "False") else None


def _without_counterpart(options: dict[str, str], known: set[str]) -> Withheld | None:
    unknown = sorted(options.keys() - known)
    if unknown == ["each_item"]:
        return Withheld(
            "the type of the items has to ask for it: `Annotated[..., AfterValidator(...)]`"
        )
    return Withheld(f"nothing takes the place of `{unknown[0]}=`") if unknown else None


# --- the decorator -------------------------------------------------------------------------


def _decorated(syntax: Syntax, decorator: Span) -> _Decorated | None:
    import libcst as cst

    from fastlint.fixes.piece import Found

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
    if mine is None or others not in ([], ["classmethod"], ["staticmethod"]):
        return None
    if others and function.node.decorators[0] is not mine:
        return None  # below `@classmethod` it has never done anything
    given = (
        arguments(Found(mine.decorator, piece))
        if isinstance(mine.decorator, cst.Call)
        else ([], {})
    )
    if given is None:
        return None
    fields, options = given
    return _Decorated(function, mine, fields, options, "".join(others))


def arguments(call: Found[cst.Call]) -> tuple[list[str], dict[str, str]] | None:
    """The arguments of a call as written, by their place and by name; None for ``*`` and ``**``."""
    fields: list[str] = []
    options: dict[str, str] = {}
    for arg in call.node.args:
        if arg.star:
            return None
        if arg.keyword is None:
            fields.append(call.piece.code(arg.value))
        else:
            options[arg.keyword.value] = call.piece.code(arg.value)
    if any(layout.is_multiline(text) for text in (*fields, *options.values())):
        return None
    return fields, options


def _replaced(syntax: Syntax, found: _Decorated, written: str) -> Edit:
    piece = found.function.piece
    inner = found.decorator.decorator
    return syntax.edit(piece.start(inner), piece.end(inner), written)


def _bound(syntax: Syntax, found: _Decorated, by: str) -> Edit:
    end = found.function.piece.end(found.decorator.decorator)
    at = layout.line_end(syntax.text, end)
    indent = layout.indentation(syntax.text, found.function.piece.start(found.decorator))
    return syntax.edit(at, at, f"{syntax.newline}{indent}@{by}")
