"""``__modify_schema__`` and ``__get_validators__``, by which a type had its say, for pydantic 2.

Pydantic 1 (``schema.py``) handed the first what it knew of the type: of a subclass of ``str`` that
it is a string, of any other class nothing. The method of pydantic 2 makes the schema itself. The
second named functions that were called with the value; pydantic 2 calls them with one argument more
(``_internal/_generate_schema.py``, 2.14), and wants to be told that they take none.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import
from fastlint.fixes.validator_bodies import end_of_param, plain_params

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_CORE_SCHEMA = Wanted("pydantic_core", "core_schema")
_GIVEN = ", source_type, handler"
_JSON_HOOKS = ("__modify_schema__", "__get_pydantic_json_schema__")
_YIELDED = re.compile(r"yield (cls\.\w+)")
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def modern_schema_hook(syntax: Syntax, name: Span) -> Changes:
    """``__modify_schema__(cls, schema)`` -> ``__get_pydantic_json_schema__(cls, …)``.

    ``name`` is that of the method. It changes a schema that is begun and returned in its body.
    """
    function = syntax.function(name)
    if function is None:
        return None
    known = _known_of_type(syntax, name)
    schema = _schema_param(function)
    body = syntax.function_outline(name)
    if known is None or schema is None or body is None or not body.children:
        return Withheld("what it is given or what it returns is not plain")
    node, piece = function.node, function.piece
    first = body.children[_is_text(body.children[0])] if body.children[1:] else body.children[0]
    indent = layout.indentation(syntax.text, first.start)
    if not layout.first_on_line(syntax.text, first.start):
        return None
    q = syntax.quote
    begun = known.replace('"', q)
    line = syntax.newline + indent
    params = node.params.params
    edits = [
        syntax.edit(*syntax.offsets(name), "__get_pydantic_json_schema__"),
        syntax.edit(piece.start(params[1]), end_of_param(piece, params[1]), "core_schema, handler"),
        syntax.edit(first.start, first.start, f"{schema} = {begun}{line}"),
        syntax.edit(body.children[-1].end, body.children[-1].end, f"{line}return {schema}"),
    ]
    if node.returns is not None:
        written = piece.outer(node.returns.annotation)
        edits.append(syntax.edit(*written, "dict"))
    return syntax.keeping_comments(edits)


def modern_validators_hook(syntax: Syntax, name: Span) -> Changes:
    """``yield cls.validate`` in ``__get_validators__`` -> a schema that calls ``cls.validate``.

    Only for a class that makes its own JSON schema: from a function pydantic cannot make one.
    """
    function = syntax.function(name)
    body = syntax.function_outline(name)
    if function is None or body is None:
        return None
    called = _YIELDED.fullmatch(syntax.text[body.children[0].start : body.children[-1].end])
    params = plain_params(function)
    decorators = [function.piece.code(each.decorator) for each in function.node.decorators]
    owner = body.parent
    if called is None or params is None or len(params) != 1 or decorators != ["classmethod"]:
        return Withheld("it does more than to name one method of the class")
    if owner is None or not any(each.name in _JSON_HOOKS for each in owner.children):
        return Withheld("the type says nothing of its JSON schema, which pydantic cannot make then")
    imports = add_import(syntax, _CORE_SCHEMA, name)
    if isinstance(imports, Withheld):
        return imports
    piece, returns = function.piece, function.node.returns
    statement = f"return {imports.names[0]}.no_info_plain_validator_function({called[1]})"
    edits = [
        *imports.edits,
        syntax.edit(*syntax.offsets(name), "__get_pydantic_core_schema__"),
        syntax.edit(end_of_param(piece, params[0]), end_of_param(piece, params[0]), _GIVEN),
        syntax.edit(body.children[0].start, body.children[-1].end, statement),
    ]
    if returns is not None:
        edits.append(syntax.edit(*piece.outer(returns.annotation), "dict"))
    return syntax.keeping_comments(edits)


def _is_text(statement: Statement) -> bool:
    """Whether a statement is the text that describes a function."""
    node = statement.node
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _known_of_type(syntax: Syntax, name: Span) -> str | None:
    """What pydantic knew of the class: the schema as it is handed to the method."""
    statement = syntax.statement(name)
    owner = next((s for s in statement.chain() if s.kind == "class"), None) if statement else None
    if owner is None or not isinstance(owner.node, ast.ClassDef) or owner.node.keywords:
        return None
    bases = [ast.unparse(base) for base in owner.node.bases]
    if not bases or bases == ["object"]:
        return "{}"
    return f'{{"type": "{_TYPES[bases[0]]}"}}' if len(bases) == 1 and bases[0] in _TYPES else None


def _schema_param(function: Found[cst.FunctionDef]) -> str | None:
    """The name of its one argument, where the method is plain and returns nothing."""
    import libcst as cst

    from fastlint.fixes.piece import walk

    node = function.node
    decorators = [function.piece.code(each.decorator) for each in node.decorators]
    params = plain_params(function)
    if decorators != ["classmethod"] or params is None or len(params) != len(("cls", "schema")):
        return None
    if any(isinstance(each, (cst.Return, cst.Yield)) for each in walk(node.body)):
        return None
    taken = {each.value for each in walk(node.body) if isinstance(each, cst.Name)}
    return None if taken & {"core_schema", "handler"} else params[1].name.value
