"""Fixes of what a library has renamed or moved: the same thing by its new name."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.bases import replace_base
from fastlint.fixes.calls import remove_keyword
from fastlint.fixes.config_class import config_to_dict
from fastlint.fixes.fitting import broken
from fastlint.fixes.functional_validators import modern_functional_validator
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.import_names import add_names
from fastlint.fixes.imports import add_import, imported_from
from fastlint.fixes.lifespan import events_to_lifespan
from fastlint.fixes.optional import as_the_file_writes
from fastlint.fixes.schema_hooks import modern_schema_hook, modern_validators_hook
from fastlint.fixes.validators import modern_root_validator, modern_validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.findings import Changes, Edit, Mend, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_WORD = re.compile(r"\w+")
_KEYWORD = re.compile(r"(\w+)(\s*=\s*)(.*)", re.DOTALL)
_FROM = re.compile(r"from(\s+)([\w.]+)(\s+)import\b")


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
    value goes into a list as well; ``drop``: the argument goes, out of ``call``. ``moved``: what
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
        return _rename(syntax, span, new, uses)
    if mend == "moved":
        return _move(syntax, span, new, [*uses])
    if mend == "base":
        return replace_base(syntax, span, new)
    if mend == "annotated":
        end = syntax.offsets(span)[1]
        return (syntax.edit(end, end, f": {new}"),)
    if mend == "written out":
        return _written_out(syntax, span, new.strip("`"), [*uses])
    if mend == "drop import":
        return _drop_import(syntax, span)
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
    if mend == "listed":
        opening = syntax.edit(match.start(3), match.start(3), "[")
        return syntax.keeping_comments([name, opening, syntax.edit(end, end, "]")])
    return None


def _is_given(syntax: Syntax, call: Span, old: str, new: str) -> bool:
    """Whether a call that is given ``old`` is given ``new`` as well."""
    statement = syntax.statement(call)
    if statement is None or statement.node is None:
        return True
    calls = (each for each in ast.walk(statement.node) if isinstance(each, ast.Call))
    return any({old, new} <= {keyword.arg for keyword in each.keywords} for each in calls)


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


def request_first(syntax: Syntax, call: Span) -> Changes:
    """``TemplateResponse("x", {"request": r, "a": 1})`` -> ``TemplateResponse(r, "x", {"a": 1})``.

    None where the context is no dictionary that is written out, or has no request.
    """
    import libcst as cst

    found = syntax.call(call)
    if found is None or not found.node.args or any(arg.star for arg in found.node.args):
        return None
    named = {arg.keyword.value: arg for arg in found.node.args if arg.keyword is not None}
    placed = [arg for arg in found.node.args if arg.keyword is None]
    name = placed[0] if placed else named.get("name")
    context = placed[1] if placed[1:] else named.get("context")
    if name is None or context is None:
        return None
    if not isinstance(context.value, cst.Dict):
        return Withheld("the context is not written out here")
    elements = context.value.elements
    for index, element in enumerate(elements):
        if not isinstance(element, cst.DictElement) or not _is_request(element.key):
            continue
        piece = found.piece
        start, end = piece.outer(element.key)[0], piece.outer(element.value)[1]
        if index + 1 < len(elements):
            end = piece.start(elements[index + 1])
        elif index:
            start = piece.outer(elements[index - 1].value)[1]
        first = piece.start(found.node.args[0])
        request = syntax.text[slice(*piece.outer(element.value))]
        lead = request if first == piece.start(name) and placed else f"request={request}"
        others = found.node.args[1:]
        is_column = layout.first_on_line(syntax.text, first) and (
            not others or layout.first_on_line(syntax.text, piece.start(others[0]))
        )
        indent = layout.indentation(syntax.text, first)
        after = f",{syntax.newline}{indent}" if is_column else ", "
        if len(elements) == 1 and context is found.node.args[-1] and len(found.node.args) > 1:
            # An empty context goes without saying.
            start = piece.outer(found.node.args[-2].value)[1]
            end = piece.outer(context.value)[1]
        edits = (syntax.edit(first, first, lead + after), syntax.edit(start, end, ""))
        return syntax.keeping_comments(edits)
    return Withheld("no `request` is written out in the context")


def _is_request(key: object) -> bool:
    import libcst as cst

    return isinstance(key, cst.SimpleString) and key.evaluated_value == "request"


def _drop_import(syntax: Syntax, span: Span) -> Changes:
    statement = syntax.statement(span)
    if statement is None:
        return None
    start, end = syntax.offsets(span)
    written = syntax.text[statement.start : statement.end]
    match = _FROM.match(written)
    if match is None or "\\" in written or layout.has_comment(written):
        return None
    names = written[match.end() :].strip().strip("()").strip().rstrip(",").strip()
    if names != syntax.text[start:end]:
        return (_without_alias(syntax, span, statement),)
    first = layout.line_start(syntax.text, statement.start)
    is_whole = layout.first_on_line(syntax.text, statement.start)
    if not is_whole or syntax.text[statement.end : layout.line_end(syntax.text, statement.end)]:
        return None
    if len(statement.parent.children if statement.parent else ()) < 2:  # noqa: PLR2004 - a body
        return None
    return (syntax.edit(first, layout.next_line(syntax.text, statement.end), ""),)


def _without_alias(syntax: Syntax, span: Span, statement: Statement) -> Edit:
    start, end = syntax.offsets(span)
    following = re.match(r"\s*,\s*(?=\w)", syntax.text[end : statement.end])
    if following:
        return syntax.edit(start, end + following.end(), "")
    before = syntax.text[statement.start : start].rstrip().rstrip(",").rstrip()
    return syntax.edit(statement.start + len(before), end, "")


def _rename(syntax: Syntax, span: Span, new: str, uses: Iterable[Span]) -> Changes:
    start, end = syntax.offsets(span)
    if syntax.text[start - 1 : start] != "." and "." not in syntax.text[start:end]:
        if re.search(rf"\b{new}\b", syntax.text):
            return Withheld(f"`{new}` is in use in this file")  # for this or for something else
        found = _WORD.match(syntax.text, start, end)
    else:
        found = [*_WORD.finditer(syntax.text, start, end)][-1]
    if found is None:
        return None
    places = [(found.start(), found.end()), *map(syntax.offsets, uses)]
    return tuple(syntax.edit(first, last, new) for first, last in places)


def _move(syntax: Syntax, span: Span, new: str, uses: list[Span]) -> Changes:
    module, _, name = new.rpartition(".")
    statement = syntax.statement(span)
    start, end = syntax.offsets(span)
    if statement is None:
        return None
    if _WORD.match(syntax.text, start, end)[0] != name:  # type: ignore[index]
        return _move_and_rename(syntax, span, Wanted(module, name), uses)
    written = syntax.text[statement.start : statement.end]
    match = _FROM.match(written)
    if match is None or "\\" in written or layout.has_comment(written):
        return None
    names = written[match.end() :].strip().strip("()").strip()
    alias = syntax.text[start:end]
    if names.rstrip(",").strip() == alias:
        merged = _merged(syntax, span, module, alias)
        if merged is not None:
            return merged
        first = statement.start + match.start(2)
        return (syntax.edit(first, first + len(match[2]), module),)
    merged = _merged(syntax, span, module, alias)
    if merged is not None:
        return merged
    removal = _without_alias(syntax, span, statement)
    if not layout.first_on_line(syntax.text, statement.start):
        return None
    indent = layout.indentation(syntax.text, statement.start)
    at = statement.end
    if syntax.text[at : layout.line_end(syntax.text, at)].strip():
        return None
    return (removal, syntax.edit(at, at, f"{syntax.newline}{indent}from {module} import {alias}"))


def _move_and_rename(syntax: Syntax, span: Span, wanted: Wanted, uses: list[Span]) -> Changes:
    start, end = syntax.offsets(span)
    if not uses or not syntax.text[start:end].isidentifier():
        return None  # ``GenericModel as Model``
    imports = add_import(syntax, wanted, uses[0])
    if isinstance(imports, Withheld):
        return imports
    renamed = [syntax.edit(*syntax.offsets(use), imports.names[0]) for use in uses]
    removed = _drop_import(syntax, span)
    return (*imports.edits, *removed, *renamed) if removed else None


def _merged(syntax: Syntax, span: Span, module: str, name: str) -> tuple[Edit, ...] | None:
    """The name added to an import from ``module`` that stands among those around this one."""
    statement = syntax.statement(span)
    siblings = statement.parent.children if statement and statement.parent else []
    if statement is None or not name.isidentifier():
        return None
    here = siblings.index(statement)
    groups = (reversed(siblings[:here]), siblings[here + 1 :])
    around = (each for group in groups for each in takewhile(_is_import, group))
    other = next((each for each in around if imported_from(syntax, each) == module), None)
    added = add_names(syntax, other, [name]) if other is not None else None
    removed = _drop_import(syntax, span)
    return (*added, *removed) if added and removed else None


def _is_import(statement: Statement) -> bool:
    return statement.kind == "import"


def _validator(syntax: Syntax, at: Span) -> Changes:
    mended = modern_validator(syntax, at)
    return modern_functional_validator(syntax, at, whole=False) if mended is None else mended


def _root_validator(syntax: Syntax, at: Span) -> Changes:
    mended = modern_root_validator(syntax, at)
    return modern_functional_validator(syntax, at, whole=True) if mended is None else mended


def _written_out(syntax: Syntax, span: Span, written: str, uses: list[Span]) -> Changes:
    """The import goes, and what it named is written in full where it is used."""
    removed = _drop_import(syntax, span)
    if not removed or isinstance(removed, Withheld):
        return removed
    uses_written = [
        syntax.edit(*syntax.offsets(use), as_the_file_writes(syntax, written, use)) for use in uses
    ]
    return (*removed, *uses_written)


_STRUCTURAL = {
    "request first": request_first,
    "schema hook": modern_schema_hook,
    "validators hook": modern_validators_hook,
    "validator": _validator,
    "root validator": _root_validator,
}
