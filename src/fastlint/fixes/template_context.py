"""Fix of the request that a template is given in its context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax


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
