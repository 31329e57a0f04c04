"""Fixes of a string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


_ELSEWHERE = Withheld("the text is not written out here, or not as one")


def replace_string_with_environ(syntax: Syntax, string_span: Span, name: str) -> Changes:
    """A secret in the code -> ``os.environ["NAME"]``, with ``import os``.

    None for bytes, for a part of an f-string or of strings written next to each other, for a
    docstring, a pattern of ``match``, an annotation and ``Literal["..."]``.
    """
    import libcst as cst

    found: Found[cst.ConcatenatedString | cst.SimpleString] | None = syntax.node(
        string_span, cst.ConcatenatedString
    )
    found = found or syntax.node(string_span, cst.SimpleString)
    if found is None:
        return None
    code = found.piece.code(found.node).lower()
    prefix = code.lstrip("(").partition('"')[0].partition("'")[0]
    if "b" in prefix or "f" in prefix or "t" in prefix:
        return Withheld("it is no plain text")
    holder = found.piece.parent(found.node)
    if isinstance(holder, (cst.ConcatenatedString, cst.Expr)):
        return None
    unfit = (cst.Annotation, cst.MatchPattern, cst.BaseFormattedStringContent)
    if any(isinstance(each, unfit) for each in found.piece.parents(found.node)):
        return None
    if isinstance(holder, cst.Index):
        return None
    imports = add_import(syntax, Wanted("os"), string_span)
    if isinstance(imports, Withheld):
        return imports
    mark = next(each for each in code if each in "\"'")
    new = f"{imports.names[0]}.environ[{layout.quoted(name, mark)}]"
    return syntax.keeping_comments([*imports.edits, syntax.edit(found.start, found.end, new)])


def replace_in_argument(
    syntax: Syntax, call_span: Span, keyword: str, before: str, after: str
) -> Changes:
    """Change a piece of the text that a call is given first, or as ``keyword``.

    ``router.get("/items/{id}")`` -> ``router.get("/items/{item_id}")``. None where the argument is
    anything but one plain string, and where the piece does not stand in it exactly once.
    """
    import libcst as cst

    found = syntax.call(call_span)
    if found is None:
        return None
    args = found.node.args
    given = [arg for arg in args if arg.keyword is not None and arg.keyword.value == keyword]
    if not given and args and args[0].keyword is None and not args[0].star:
        given = [args[0]]
    if len(given) != 1 or not isinstance(given[0].value, cst.SimpleString):
        return _ELSEWHERE
    string = given[0].value
    if string.prefix or "\\" in string.value or string.raw_value.count(before) != 1:
        return _ELSEWHERE
    start = found.piece.start(string) + len(string.quote) + string.raw_value.index(before)
    return syntax.keeping_comments([syntax.edit(start, start + len(before), after)])


def replace_literal(syntax: Syntax, string_span: Span, before: str, after: str) -> Changes:
    """Write another text in the string literal at a span, in the quotes that it has.

    None where anything but the plain text ``before`` stands there.
    """
    import libcst as cst

    found = syntax.node(string_span, cst.SimpleString)
    if found is None or found.node.prefix or found.node.raw_value != before:
        return None
    start = found.start + len(found.node.quote)
    return (syntax.edit(start, start + len(before), after),)
