"""FastAPI's markers (``Depends()``, ``Query()``): read as defaults, written in ``Annotated``."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

import msgspec

from fastlint.fixes import layout
from fastlint.fixes.imports import bound_between, resolves_to
from fastlint.fixes.signature import Parameter, last_part

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Span
    from fastlint.fixes.piece import Found, Piece
    from fastlint.fixes.syntax import Syntax

_DEFAULT_FIRST = frozenset({"Query", "Path", "Body", "Cookie", "Header", "Form", "File"})
_MARKERS = _DEFAULT_FIRST | {"Depends", "Security"}


class Marker(msgspec.Struct, frozen=True):
    """A marker to write into ``Annotated``, and the default that is left."""

    callee: str
    arguments: tuple[str, ...] = ()
    default: str | None = None
    verbatim: str = ""
    """The call as it must be written because of the comments or strings in it."""
    calls_type: bool = False
    """Whether it is a ``Depends()`` that calls what the parameter is annotated with."""

    @property
    def one_line(self) -> str | None:
        """The call on one line, if it may be written so."""
        if self.verbatim or any(map(layout.is_multiline, self.arguments)):
            return None
        return f"{self.callee}({', '.join(self.arguments)})"


class Annotation(msgspec.Struct, frozen=True):
    """A parameter as it shall be written: ``name: Annotated[type, marker] = default``."""

    syntax: Syntax
    parameter: Parameter
    head: str
    """The name, the colon and what space there is."""
    generic: str
    """What ``Annotated`` is called here."""
    type: str
    marker: Marker

    @property
    def tail(self) -> str:
        """The default that is left."""
        return "" if self.marker.default is None else f" = {self.marker.default}"

    @property
    def plain(self) -> str:
        """On one line, whatever its length, if it may be written so."""
        single = self.marker.one_line
        if single is None:
            return self.broken(layout.indentation(self.syntax.text, self.parameter.start))
        return self._around(f"{self.type}, {single}")

    def broken(self, indent: str) -> str:
        """As a formatter breaks it in a line of its own that is indented by ``indent``."""
        newline, width = self.syntax.newline, self.syntax.line_length
        deeper = indent + self.syntax.indent
        single, verbatim = self.marker.one_line, self.marker.verbatim
        if verbatim and layout.has_long_string(verbatim):
            return self._around(f"{self.type}, {verbatim}")
        kind = self.type
        if layout.is_multiline(kind) and not layout.has_long_string(kind):
            kind = layout.shifted(kind, indent, deeper)  # it gets lines of its own
        elif single is not None:
            line, inner = self.plain, f"{self.type}, {single}"
            if layout.is_multiline(line) or len(f"{indent}{line},") <= width:
                return line
            if len(deeper + inner) <= width:
                return self._around(f"{newline}{deeper}{inner}{newline}{indent}")
        if verbatim:
            call = layout.shifted(verbatim, indent, deeper)
        elif single is not None and len(f"{deeper}{single},") <= width:
            call = single
        else:
            call = self._stacked(deeper)
        return self._around(f"{newline}{deeper}{kind},{newline}{deeper}{call},{newline}{indent}")

    def _around(self, inner: str) -> str:
        return f"{self.head}{self.generic}[{inner}]{self.tail}"

    def _stacked(self, indent: str) -> str:
        """The marker with a line for each argument."""
        newline, unit = self.syntax.newline, self.syntax.indent
        old = layout.indentation(self.syntax.text, self.parameter.end) + unit
        lines = (
            f"{indent}{unit}{layout.shifted(each, old, indent + unit)},{newline}"
            for each in self.marker.arguments
        )
        return f"{self.marker.callee}({newline}{''.join(lines)}{indent})"


def marker_name(syntax: Syntax, default: cst.BaseExpression, at: Span) -> str:
    """Which of FastAPI's markers a default is a call of; empty for anything else."""
    import libcst as cst

    if not isinstance(default, cst.Call):
        return ""
    name = last_part(default.func)
    if isinstance(default.func, cst.Name):
        origin = resolves_to(syntax, name, at) or ""
        module, _, original = origin.partition(":")
        if module.partition(".")[0] in sys.stdlib_module_names:
            return ""  # pathlib.Path
        name = original or name
    return name if name in _MARKERS else ""


def moved(syntax: Syntax, piece: Piece, param: cst.Param, at: Span) -> Marker | None:
    """The marker that stands as a default, with the default in it taken out."""
    import libcst as cst

    call = param.default
    if not isinstance(call, cst.Call):
        return None
    name = marker_name(syntax, call, at)
    if not name or any(arg.star for arg in call.args) or _binds(call):
        return None
    taken = _default_in(call) if name in _DEFAULT_FIRST else None
    codes = [syntax.text[piece.start(arg) : piece.end(arg)] for arg in call.args]
    default: str | None = None
    if taken is not None and not isinstance(call.args[taken].value, cst.Ellipsis):
        default = piece.code(call.args[taken].value)
        if layout.has_comment(default):
            return None
    verbatim = _verbatim(syntax, piece, call, taken)
    if verbatim is None:
        return None
    if taken is not None:
        del codes[taken]
    given = any(arg.keyword is None or arg.keyword.value == "dependency" for arg in call.args)
    calls_type = name not in _DEFAULT_FIRST and not given
    return Marker(piece.code(call.func), tuple(codes), default, verbatim, calls_type)


def _binds(call: cst.Call) -> bool:
    """Whether ``:=`` stands in it, which an annotation may not have."""
    import libcst as cst

    from fastlint.fixes.piece import walk

    return any(isinstance(node, cst.NamedExpr) for node in walk(call))


def _default_in(call: cst.Call) -> int | None:
    """Which argument of ``Query(...)`` and the like is the default."""
    for index, arg in enumerate(call.args):
        if arg.keyword is None or arg.keyword.value == "default":
            return index
    return None


def _verbatim(syntax: Syntax, piece: Piece, call: cst.Call, taken: int | None) -> str | None:
    """The call without one argument, if it cannot be written anew; None if a comment would go."""
    start, end = piece.outer(call)
    code = syntax.text[start:end]
    if not (layout.has_comment(code) or layout.has_long_string(code)):
        return ""
    if taken is None:
        return code
    if taken + 1 >= len(call.args):
        return None
    first, last = piece.start(call.args[taken]), piece.start(call.args[taken + 1])
    if layout.has_comment(syntax.text[first:last]):
        return None
    return syntax.text[start:first] + syntax.text[last:end]


def means_the_same(syntax: Syntax, found: Found[cst.FunctionDef], marker: Marker) -> bool:
    """Whether the marker can be evaluated as an annotation.

    Under ``from __future__ import annotations`` FastAPI evaluates it with the module's names only,
    and as late as it registers what asks for the function.
    """
    if syntax.outline is None or not any(
        binding.origin == "__future__:annotations" for binding in syntax.outline.module.bound()
    ):
        return True
    names = _names_in(marker)
    at = syntax.file.span(found.start, found.start)
    if any(
        binding.name in names and binding.statement.start > found.start
        for binding in syntax.outline.module.bound()
    ):
        return False
    return not bound_between(syntax, names, at, in_body=False)


def _names_in(marker: Marker) -> set[str]:
    code = f"{marker.callee}(\n{','.join(marker.arguments)}\n)"
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:  # of a newer Python
        return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", code))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def annotation_of(
    syntax: Syntax, piece: Piece, parameter: Parameter, marker: Marker, generic: str
) -> Annotation | None:
    """How a parameter is written with a marker; None where it has no annotation to put it into."""
    import libcst as cst

    param = parameter.node
    if param.annotation is None:
        return None
    annotation = param.annotation.annotation
    start, end = piece.outer(annotation)
    code = syntax.text[start:end]
    outermost = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    if last_part(outermost) == "Annotated" or code.lstrip("\"'").startswith("Annotated["):
        return None
    if isinstance(annotation, (cst.IfExp, cst.Lambda, cst.Tuple)):
        return None
    if marker.calls_type and isinstance(annotation, cst.BaseString):
        return None  # FastAPI calls the type, but within Annotated it does not look up quoted ones
    if param.default is not None:
        equal = syntax.text[end : piece.outer(param.default)[0]]
        if layout.has_comment(equal):
            return None
    return Annotation(
        syntax, parameter, syntax.text[parameter.start : start], generic, code, marker
    )
