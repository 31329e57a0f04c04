"""Fixes of a call: another callee, a thread pool around it, a keyword less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.fitting import joined
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import Imports, add_import
from fastlint.fixes.offering import COMMENT

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


NO_AWAIT = Withheld("`await` cannot be written here")
"""Not in an ``async def``, in a lambda or a generator expression there, or awaited already."""


def replace_call(
    syntax: Syntax,
    call_span: Span,
    callee: str,
    *,
    module: str | None = None,
    await_: bool = True,
) -> Changes:
    """Call something else with the same arguments: ``time.sleep(1)`` -> ``await asyncio.sleep(1)``.

    ``callee`` is the new callee as it would be written in full. With ``module``, what it begins
    with is imported: ``module="asyncio"`` for ``asyncio.sleep`` writes ``import asyncio``, and
    ``module="anyio"`` for ``open_file`` writes ``from anyio import open_file``; names that the file
    has already are used instead. With ``await_`` the call is awaited, which only works in an
    ``async def`` (not in a lambda, a generator expression or a class body there).
    """
    found = syntax.call(call_span)
    if found is None:
        return None
    if await_ and not can_await(syntax, found):
        return NO_AWAIT
    edits: list[Edit] = []
    if module is not None:
        imports = _import_callee(syntax, callee, module, call_span)
        if isinstance(imports, Withheld):
            return imports
        callee = imports.names[0]
        edits.extend(imports.edits)
    before, after = awaiting(found) if await_ else ("", "")
    end = found.piece.outer(found.node.func)[1]
    if not after:
        edits.append(syntax.edit(found.start, end, before + callee))
    else:
        # One edit for both parentheses, so that no other fix can come between them.
        rest = syntax.text[end : found.end]
        edits.append(syntax.edit(found.start, found.end, before + callee + rest + after))
    return syntax.keeping_comments(edits)


def await_upload(syntax: Syntax, call_span: Span) -> Changes:
    """``upload.file.read()`` -> ``await upload.read()``; None where it is not written so.

    The methods of an upload take one argument at most.
    """
    import libcst as cst
    from libcst import matchers as m

    found = syntax.call(call_span)
    on_file = m.Call(m.Attribute(m.Attribute(attr=m.Name("file"))))
    if found is None or not m.matches(found.node, on_file) or len(found.node.args) > 1:
        return None
    method = cst.ensure_type(found.node.func, cst.Attribute)
    upload = cst.ensure_type(method.value, cst.Attribute).value
    callee = f"{found.piece.code(upload)}.{method.attr.value}"
    return replace_call(syntax, call_span, callee)


def await_call(syntax: Syntax, call_span: Span) -> Changes:
    """``f(x)`` -> ``await f(x)``; ``f(x).y`` -> ``(await f(x)).y``.

    Works where `replace_call` can await.
    """
    found = syntax.call(call_span)
    if found is None:
        return None
    if not can_await(syntax, found):
        return NO_AWAIT
    before, after = awaiting(found)
    if not after:
        return (syntax.edit(found.start, found.start, before),)
    text = syntax.text[found.start : found.end]
    start = _useless_await(found)
    return (syntax.edit(start or found.start, found.end, f"{before}{text}{after}"),)


def call_of_attribute(syntax: Syntax, call_span: Span, name: str) -> Changes:
    """Call the method of an attribute instead: ``upload.read()`` -> ``upload.file.read()``."""
    import libcst as cst

    found = syntax.call(call_span)
    if found is None or not isinstance(found.node.func, cst.Attribute):
        return None
    end = found.piece.end(found.node.func.value)
    return (syntax.edit(end, end, f".{name}"),)


def _useless_await(found: Found[cst.Call]) -> int | None:
    """Where the ``await`` of ``await f(x).y`` begins, which was meant for the call."""
    import libcst as cst

    holder: cst.CSTNode | None = found.node
    while isinstance(holder, (cst.Attribute, cst.Subscript)) or holder is found.node:
        holder = found.piece.parent(holder)
    return found.piece.start(holder) if isinstance(holder, cst.Await) and not holder.lpar else None


def await_instead(syntax: Syntax, call_span: Span) -> Changes:
    """Await what is run to its end: ``asyncio.run(f(x))`` -> ``await f(x)``.

    ``async_to_sync(f)(x)`` becomes ``await f(x)``. Works where `replace_call` can await.
    """
    import libcst as cst

    found = syntax.call(call_span)
    if found is None:
        return None
    if not can_await(syntax, found):
        return NO_AWAIT
    node, piece = found.node, found.piece
    outer = node.func if isinstance(node.func, cst.Call) else node
    args = outer.args
    if len(args) != 1 or args[0].keyword or args[0].star:
        return None
    kinds = (cst.Name, cst.Attribute) if outer is not node else (cst.Name, cst.Call)
    if not isinstance(args[0].value, kinds):
        return None
    before, after = awaiting(found)
    start, end = piece.outer(args[0].value)
    rest = "" if outer is node else syntax.text[piece.outer(outer)[1] : found.end]
    changed = f"{before}{syntax.text[start:end]}{rest}{after}"
    return syntax.keeping_comments([syntax.edit(found.start, found.end, changed)])


def uncall_first(syntax: Syntax, call_span: Span) -> Changes:
    """``to_thread(f(x, y))`` -> ``to_thread(f, x, y)``, where that is all that is given."""
    import libcst as cst

    found = syntax.call(call_span)
    if found is None or len(found.node.args) != 1:
        return None
    inner, piece = found.node.args[0].value, found.piece
    if found.node.args[0].keyword or not isinstance(inner, cst.Call) or inner.lpar:
        return None
    start = piece.outer(inner.func)[1]
    end = piece.end(inner)
    if not inner.args:
        return syntax.keeping_comments([syntax.edit(start, end, "")])
    first = inner.args[0]
    if isinstance(first.value, cst.GeneratorExp) and not first.value.lpar:
        return None
    last = piece.end(inner.args[-1])
    arguments = syntax.text[piece.start(first) : last].rstrip().removesuffix(",")
    return syntax.keeping_comments([syntax.edit(start, end, f", {arguments}")])


def pass_callee(syntax: Syntax, call_span: Span) -> Changes:
    """Hand over what is called, and its arguments, to the call around it.

    ``add_task(f(x, k=1))`` -> ``add_task(f, x, k=1)``, for the inner call at the span.
    """
    import libcst as cst

    found = syntax.call(call_span)
    if found is None or found.node.lpar:
        return None
    args = found.node.args
    if any(isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar for arg in args):
        return None
    if any(arg.keyword is not None and arg.keyword.value == "func" for arg in args):
        return None
    end = found.piece.outer(found.node.func)[1]
    if not args:
        return syntax.keeping_comments([syntax.edit(end, found.end, "")])
    first, last = found.piece.start(args[0]), found.piece.outer(args[-1].value)[1]
    if layout.is_multiline(syntax.text[end:first]) or layout.is_multiline(
        syntax.text[last : found.end]
    ):
        return None
    between = ", "
    edits = [syntax.edit(last, found.end, "")]
    text = syntax.text
    if layout.first_on_line(text, found.start) and text.startswith(",", found.end):
        # What has a comma behind it has a line of its own.
        between = f",{syntax.newline}{layout.indentation(text, found.start)}"
        ends = [found.piece.end(arg) for arg in args[:-1]]
        starts = [found.piece.start(arg) for arg in args[1:]]
        edits += [syntax.edit(*gap, between) for gap in zip(ends, starts, strict=True)]
    edits.append(syntax.edit(end, first, between))
    return syntax.keeping_comments(edits)


def remove_keyword(syntax: Syntax, call_span: Span, keyword: str) -> Changes:
    """Drop ``keyword=...`` from a call, with its comma, and its line if it has one of its own."""
    import libcst as cst

    found = syntax.call(call_span)
    if found is None:
        return None
    args, text, piece = found.node.args, syntax.text, found.piece
    wanted = [
        index
        for index, arg in enumerate(args)
        if arg.keyword is not None and arg.keyword.value == keyword
    ]
    if len(wanted) != 1:
        return None
    index = wanted[0]
    left = [text[piece.start(arg) : piece.end(arg)] for arg in args if arg is not args[index]]
    head = text[found.start : piece.outer(found.node.func)[1]]
    if left and (short := joined(syntax, found, head, left)) is not None:
        return syntax.keeping_comments([syntax.edit(found.start, found.end, short)])
    start, end = piece.start(args[index]), piece.end(args[index])
    after = layout.after_space(text, end)
    closing = after + 1 if not isinstance(args[index].comma, cst.MaybeSentinel) else end
    own_line = layout.first_on_line(text, start) and layout.last_on_line(text, closing)
    if own_line and closing < found.end:
        line = layout.line_start(text, start)
        above = text[:line].rstrip("\r\n")
        if text[layout.line_start(text, len(above)) :].lstrip().startswith("#"):
            return COMMENT  # it is about this argument
        return syntax.keeping_comments([syntax.edit(line, layout.next_line(text, closing), "")])
    if index + 1 < len(args):
        return syntax.keeping_comments([syntax.edit(start, piece.start(args[index + 1]), "")])
    if index:
        return syntax.keeping_comments([syntax.edit(piece.end(args[index - 1]), end, "")])
    opening = text.index("(", layout.after_space(text, piece.outer(found.node.func)[1]))
    return syntax.keeping_comments([syntax.edit(opening + 1, found.end - 1, "")])


def can_await(syntax: Syntax, found: Found[cst.Call]) -> bool:
    """Whether ``await`` may be written before this call, and is not there yet."""
    import libcst as cst

    if isinstance(found.piece.parent(found.node), cst.Await):
        return False
    for holder in found.piece.parents(found.node):
        if isinstance(holder, (cst.Lambda, cst.GeneratorExp, cst.Annotation)):
            return False
        if isinstance(holder, (cst.FunctionDef, cst.ClassDef)):
            break
    outline = syntax.outline
    here = outline.statement(found.start, found.end) if outline else None
    if here is None:
        return False
    for statement in here.chain():
        in_header = statement.body_start is not None and found.start < statement.body_start
        if statement.kind == "class" and not in_header:
            return False
        if statement.kind == "function" and not in_header:
            return statement.is_async
    return False


def awaiting(found: Found[cst.Call]) -> tuple[str, str]:
    """What goes before and after a call to await it where it stands."""
    import libcst as cst

    holder = found.piece.parent(found.node)
    tighter = (
        (isinstance(holder, (cst.Attribute, cst.Subscript)) and holder.value is found.node)
        or (isinstance(holder, cst.Call) and holder.func is found.node)
    ) and not found.node.lpar
    return ("(await ", ")") if tighter else ("await ", "")


def _import_callee(syntax: Syntax, callee: str, module: str, at: Span) -> Imports | Withheld:
    if callee.startswith(f"{module}."):
        imports = add_import(syntax, Wanted(module), at)
        rest = callee[len(module) :]
    else:
        root, _, rest = callee.partition(".")
        rest = f".{rest}" if rest else ""
        imports = add_import(syntax, Wanted(module, root), at)
    if isinstance(imports, Withheld):
        return imports
    return Imports((imports.names[0] + rest,), imports.edits)
