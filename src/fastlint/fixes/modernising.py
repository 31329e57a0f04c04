"""Fixes of what a library has renamed or moved: the same thing by its new name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from fastlint.findings import Withheld
from fastlint.fixes.bases import replace_base
from fastlint.fixes.calls import remove_keyword
from fastlint.fixes.config_class import config_to_dict
from fastlint.fixes.fitting import broken
from fastlint.fixes.functional_validators import modern_functional_validator
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imported_names import drop_import, move, rename, written_out
from fastlint.fixes.imports import add_import
from fastlint.fixes.lifespan import events_to_lifespan
from fastlint.fixes.schema_hooks import modern_schema_hook, modern_validators_hook
from fastlint.fixes.template_context import request_first
from fastlint.fixes.validators import modern_root_validator, modern_validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.findings import Changes, Mend, Span
    from fastlint.fixes.syntax import Syntax

_KEYWORD = re.compile(r"(\w+)(\s*=\s*)(.*)", re.DOTALL)


def modernise(
    syntax: Syntax,
    span: Span,
    mend: Mend,
    new: str,
    *,
    call: Span | None = None,
    uses: Iterable[Any] = (),
) -> Changes:
    """Write something by its new name.

    ``rename``: the last name at ``span`` (``status.OLD``, ``OLD``, ``OLD as X`` in an import), and
    at each of ``uses``. ``keyword``: the name of the keyword argument at ``span``; ``listed``: its
    value goes into a list as well; ``collected``: it goes into a dictionary, which is an argument
    of the new name; ``drop``: the argument goes, out of ``call``. ``moved``: what
    the import at ``span`` names is imported from elsewhere, ``new`` being its full name, and called
    by its last part at each of ``uses``. ``wrapped``: for ``new`` of the form
    ``transport=httpx.ASGITransport``, the argument moves into a call of its own:
    ``transport=ASGITransport(app=app)``. ``request first``: the request moves out of the context
    that ``call`` gives to a template. ``option``: the bare name at ``span`` alone; ``value``: what
    stands at ``span`` becomes the text ``new``; ``written out``: each of ``uses`` becomes the text
    ``new``, and the import at ``span`` goes; ``annotated``: the name at ``span`` is given the type
    ``new``; ``schema hook``, ``validators hook``: the methods ``__modify_schema__`` and
    ``__get_validators__``; ``base``: see `replace_base`. ``validator``, ``root validator``: a
    function with such a decorator, or what one makes a validator. ``drop import``: the import at
    ``span`` no longer names what stands there. ``config``: the ``class Config`` at ``call`` becomes
    what ``new`` makes. ``lifespan``: see `events_to_lifespan`, ``call`` being the app and ``uses``
    the events.
    """
    if mend == "rename":
        return _renamed(syntax, span, new, uses)
    if mend == "moved":
        return move(syntax, span, new, [*uses])
    if mend == "base":
        return replace_base(syntax, span, new)
    if mend == "annotated":
        end = syntax.offsets(span)[1]
        return (syntax.edit(end, end, f": {new}"),)
    if mend == "written out":
        return written_out(syntax, span, new.strip("`"), [*uses])
    if mend == "drop import":
        return drop_import(syntax, span)
    if mend == "option":
        if _has_sibling(syntax, span, new):
            return Withheld(f"`{new}` is set there already")
        return (syntax.edit(*syntax.offsets(span), new),)
    if mend == "value":
        return (syntax.edit(*syntax.offsets(span), new.strip("`").replace('"', syntax.quote)),)
    if mend == "lifespan":
        return events_to_lifespan(syntax, call, list(uses)) if call else None
    if mend == "config":
        return config_to_dict(syntax, call or span, new)
    structural = _STRUCTURAL.get(mend)
    return (
        structural(syntax, call or span) if structural else _keyword(syntax, span, mend, new, call)
    )


def _keyword(syntax: Syntax, span: Span, mend: Mend, new: str, call: Span | None) -> Changes:
    start, end = syntax.offsets(span)
    match = _KEYWORD.match(syntax.text, start, end)
    if match is None or call is None:
        return None
    if mend == "drop":
        return remove_keyword(syntax, call, match[1])
    if mend == "wrapped":
        return _wrap(syntax, span, match[0], new, call)
    if _is_given(syntax, call, match[1], new):
        return Withheld(f"`{new}` is given already")
    name = syntax.edit(start, start + len(match[1]), new)
    if mend == "keyword":
        return syntax.keeping_comments([name])
    if mend == "collected":
        key = f"{syntax.quote}{match[1]}{syntax.quote}"
        opening = syntax.edit(start, match.start(3), f"{new}={{{key}: ")
        return syntax.keeping_comments([opening, syntax.edit(end, end, "}")])
    if mend == "listed":
        opening = syntax.edit(match.start(3), match.start(3), "[")
        return syntax.keeping_comments([name, opening, syntax.edit(end, end, "]")])
    return None


def _renamed(syntax: Syntax, span: Span, new: str, uses: Iterable[Span]) -> Changes:
    if new == "model_copy" and _copies_in_part(syntax, span):
        return Withheld("`model_copy` takes neither `include` nor `exclude`")
    return rename(syntax, span, new, uses)


def _copies_in_part(syntax: Syntax, span: Span) -> bool:
    """Whether a ``.copy(…)`` at ``span`` is told which fields to take."""
    calls = _calls_around(syntax, span)
    return calls is None or any(
        isinstance(each.func, ast.Attribute)
        and each.func.attr == "copy"
        and not {"include", "exclude"}.isdisjoint(word.arg for word in each.keywords)
        for each in calls
    )


def _is_given(syntax: Syntax, call: Span, old: str, new: str) -> bool:
    """Whether a call that is given ``old`` is given ``new`` as well."""
    calls = _calls_around(syntax, call)
    return calls is None or any(
        {old, new} <= {keyword.arg for keyword in each.keywords} for each in calls
    )


def _calls_around(syntax: Syntax, span: Span) -> list[ast.Call] | None:
    """All calls of the statement at ``span``; None where it cannot be told."""
    statement = syntax.statement(span)
    if statement is None or statement.node is None:
        return None
    return [each for each in ast.walk(statement.node) if isinstance(each, ast.Call)]


def _has_sibling(syntax: Syntax, span: Span, name: str) -> bool:
    """Whether something next to the statement at ``span`` binds ``name`` already."""
    statement = syntax.statement(span)
    beside = statement.parent.children if statement and statement.parent else []
    return any(name == bound for each in beside for bound, _ in each.bindings)


def _wrap(syntax: Syntax, span: Span, argument: str, new: str, call: Span) -> Changes:
    keyword, _, callee = new.partition("=")
    module, _, name = callee.rpartition(".")
    imports = add_import(syntax, Wanted(module, name), span)
    if isinstance(imports, Withheld):
        return imports
    start, end = syntax.offsets(span)
    given = f"{keyword}={imports.names[0]}({argument})"
    found = syntax.call(call)
    if found is not None:
        head = syntax.text[found.start : found.piece.outer(found.node.func)[1]]
        places = [(found.piece.start(arg), found.piece.end(arg)) for arg in found.node.args]
        others = [given if at == (start, end) else syntax.text[slice(*at)] for at in places]
        long = broken(syntax, found, head, others)
        if long is not None:
            return (*imports.edits, syntax.edit(found.start, found.end, long))
    return (*imports.edits, syntax.edit(start, end, given))


def _validator(syntax: Syntax, at: Span) -> Changes:
    mended = modern_validator(syntax, at)
    return modern_functional_validator(syntax, at, whole=False) if mended is None else mended


def _root_validator(syntax: Syntax, at: Span) -> Changes:
    mended = modern_root_validator(syntax, at)
    return modern_functional_validator(syntax, at, whole=True) if mended is None else mended


_STRUCTURAL = {
    "request first": request_first,
    "schema hook": modern_schema_hook,
    "validators hook": modern_validators_hook,
    "validator": _validator,
    "root validator": _root_validator,
}
