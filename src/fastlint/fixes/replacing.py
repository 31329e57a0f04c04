"""Fixes that put one text in the place of another, or a keyword or a call around something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import, is_bound_before, resolves_to
from fastlint.fixes.keywords import set_keywords
from fastlint.fixes.offering import offer

if TYPE_CHECKING:
    from fastlint.findings import Changes, Edit, Offer, Span
    from fastlint.fixes.syntax import Syntax

HTML_RESPONSE = Wanted("fastapi.responses", "HTMLResponse", ("starlette.responses",))
_JSONABLE_ENCODER = Wanted("fastapi.encoders", "jsonable_encoder")
JSON_RESPONSE = Wanted("fastapi.responses", "JSONResponse", ("starlette.responses",))
_ARGUMENTS = ("", "status_code=", "headers=")


def replace_text(syntax: Syntax, span: Span, text: str) -> Changes:
    """Write ``text``, which is one line, for what stands at ``span``."""
    start, end = syntax.offsets(span)
    if end > len(syntax.text):
        return None
    return syntax.keeping_comments([syntax.edit(start, end, text)])


def add_keyword(
    syntax: Syntax, call_span: Span, keyword: str, value: str, wanted: Wanted | None = None
) -> Changes:
    """Give a call one more keyword, as its last argument: ``get("/", response_model=None)``.

    With ``wanted`` the value is what is imported, under the name that the file has for it. None
    where the call has the keyword already or ends with ``**options``.
    """
    found = syntax.call(call_span)
    if found is None or not found.node.args:
        return None
    args = found.node.args
    named = [arg.keyword.value for arg in args if arg.keyword is not None]
    if keyword in named:
        return None
    edits: list[Edit] = []
    if wanted is not None:
        imports = add_import(syntax, wanted, call_span)
        if isinstance(imports, Withheld):
            return imports
        value = imports.names[0]
        edits.extend(imports.edits)
    changed = set_keywords(syntax, call_span, [(keyword, value)])
    return syntax.keeping_comments([*edits, *changed]) if changed else changed


def wrap_in_call(syntax: Syntax, span: Span, wanted: Wanted) -> Changes:
    """``"SELECT 1"`` -> ``text("SELECT 1")``, with the import."""
    start, end = syntax.offsets(span)
    if end > len(syntax.text):
        return None
    imports = add_import(syntax, wanted, span)
    if isinstance(imports, Withheld):
        return imports
    edits = [
        *imports.edits,
        syntax.edit(start, start, f"{imports.names[0]}("),
        syntax.edit(end, end, ")"),
    ]
    return syntax.keeping_comments(edits)


def encode(syntax: Syntax, span: Span) -> Offer:
    """``exc.errors()`` -> ``jsonable_encoder(exc.errors())``, which writes what was refused."""
    changed = wrap_in_call(syntax, span, _JSONABLE_ENCODER)
    return offer("Wrap in `jsonable_encoder`", changed, safe=True)


def wrap_in_builtin(syntax: Syntax, span: Span, name: str) -> Changes:
    """``exc`` -> ``str(exc)``; withheld where the name means something else."""
    if resolves_to(syntax, name, span) or is_bound_before(syntax, name, span):
        return Withheld(f"`{name}` is something else here")
    start, end = syntax.offsets(span)
    if end > len(syntax.text):
        return None
    edits = [syntax.edit(start, start, f"{name}("), syntax.edit(end, end, ")")]
    return syntax.keeping_comments(edits)


def tuple_to_response(syntax: Syntax, span: Span) -> Changes:
    """``return body, 404`` -> ``return JSONResponse(body, status_code=404)``, with the import.

    A third item is given as ``headers``.
    """
    import libcst as cst

    found = syntax.node(span, cst.Tuple)
    if found is None or len(found.node.elements) > len(_ARGUMENTS):
        return None
    imports = add_import(syntax, JSON_RESPONSE, span)
    if isinstance(imports, Withheld):
        return imports
    edits = [*imports.edits]
    for prefix, element in zip(_ARGUMENTS, found.node.elements, strict=False):
        place = found.piece.outer(element.value)[0]
        edits.append(syntax.edit(place, place, prefix))
    first = found.piece.outer(found.node.elements[0].value)[0]
    edits = [each for each in edits if each.text]
    start, end = found.piece.outer(found.node)
    if start == first:
        edits.append(syntax.edit(start, start, f"{imports.names[0]}("))
        edits.append(syntax.edit(end, end, ")"))
    else:
        edits.append(syntax.edit(start, start, imports.names[0]))
    return syntax.keeping_comments(edits)


def name_arguments(syntax: Syntax, call_span: Span, keywords: tuple[str, ...]) -> Changes:
    """``f(a, b)`` -> ``f(x=a, y=b)``; None unless just as many arguments are given by position."""
    found = syntax.call(call_span)
    if found is None:
        return None
    plain = [arg for arg in found.node.args if arg.keyword is None]
    named = {arg.keyword.value for arg in found.node.args if arg.keyword is not None}
    if len(plain) != len(keywords) or any(arg.star for arg in plain) or named & set(keywords):
        return None
    places = (found.piece.outer(arg.value)[0] for arg in plain)
    return syntax.keeping_comments(
        syntax.edit(place, place, f"{keyword}=")
        for place, keyword in zip(places, keywords, strict=True)
    )


def raise_to_response(syntax: Syntax, raise_span: Span) -> Changes:
    """``raise HTTPException(401, "No")`` -> ``return JSONResponse({"detail": "No"}, …)``.

    The call is written anew, with the import. None where it has a detail and a status that are not
    both plain to see, or a cause.
    """
    import libcst as cst

    found = syntax.node(raise_span, cst.Raise)
    call = None if found is None else found.node.exc
    if found is None or not isinstance(call, cst.Call) or found.node.cause is not None:
        return None
    given: dict[str, str] = {}
    for name, arg in zip(("status_code", "detail", "headers"), call.args, strict=False):
        if arg.star:
            return None
        keyword = name if arg.keyword is None else arg.keyword.value
        given[keyword] = found.piece.code(arg.value)
    if not {"status_code", "detail"} <= set(given) or any("\n" in each for each in given.values()):
        return None
    imports = add_import(syntax, JSON_RESPONSE, raise_span)
    if isinstance(imports, Withheld):
        return imports
    mark = syntax.quote
    rest = "".join(f", {k}={given[k]}" for k in ("status_code", "headers") if k in given)
    written = f"{{{mark}detail{mark}: {given['detail']}}}{rest}"
    edits = [
        *imports.edits,
        syntax.edit(found.start, found.end, f"return {imports.names[0]}({written})"),
    ]
    return syntax.keeping_comments(edits)
