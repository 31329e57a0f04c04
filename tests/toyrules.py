"""A few rules small enough to be read at a glance, with real fixes, to try fixes together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from fastlint.findings import Edit, Finding, Fix, Severity, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

HEADS = (
    "",
    '"""Docs."""\n',
    "from __future__ import annotations\n\n",
    "import os\nimport time\n\nfrom fastapi import Depends, FastAPI\n\n\n",
    "from fastapi import (\n    Depends,  # of course\n)\nimport typing as t\n",
    "import fastapi as fa\nfrom .db import get_db\n\n",
)
"""How modules begin."""

_HANDLER = """\
async def {name}(a: int, db: Session = Depends(get_db), *, q: str = Query('a', ge=1)):
    x = requests.get(a).json()  # slow
    time.sleep(requests.get(a).elapsed)
    user = db.get(User, a)
    if not user: return HTTPException(404)
    return user
"""
_WITH_TABS = """\
@router.get(
⇥'/{name}',
⇥response_model=User,
)
async def {name}(
⇥db: Session = Depends(get_db),  # the session
⇥tags: list[str] = [],
):
⇥def inner(x=[], y: dict = {{}}): return x
⇥time.sleep(1); return inner()
""".replace("⇥", "\t")
_METHOD = """\
class {name}:
    async def get(self, x={{'a': 1}}):
        '''Docs.'''
        session = S()
        yield session
        session.close()  # done
"""
BODIES = (_HANDLER, _WITH_TABS, _METHOD, "KEY_{name} = 'secret'\n")
"""What may follow, with a name to be filled in."""

COMMENTS = ("# of course", "# slow", "# the session", "# done")
"""Every comment in the above."""


def check(texts: Mapping[str, str]) -> list[Finding]:
    """The findings of some files, each with its fix."""
    findings: list[Finding] = []
    for path, text in sorted(texts.items()):
        syntax = Syntax(SourceFile(path=path, text=text))
        for code, span, changed in _problems(syntax):
            fix = Fix(code, changed, safe=True) if changed else None
            findings.append(finding(code, span, fix))
    return findings


def finding(
    code: str,
    span: Span,
    fix: Fix | None = None,
    severity: Severity = Severity.WARNING,
) -> Finding:
    """A finding of which only what matters to fixes is told."""
    return Finding(code, code, "async", severity, f"it is {code}", "", span, (), (), fix, "")


def _problems(syntax: Syntax) -> Iterator[tuple[str, Span, tuple[Edit, ...] | None]]:
    tree = ast.parse(syntax.text)
    awaited = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    for node in ast.walk(tree):
        match node:
            case ast.Call() if id(node) not in awaited and ast.unparse(node.func) == "time.sleep":
                span = _span(syntax, node)
                fix = edits.replace_call(syntax, span, "asyncio.sleep", module="asyncio")
                yield "sleep", span, fix
            case ast.Call() if ast.unparse(node.func) == "requests.get":
                span = _span(syntax, node)
                yield "pool", span, edits.run_in_threadpool(syntax, span)
            case ast.Call() if any(each.arg == "response_model" for each in node.keywords):
                span = _span(syntax, node)
                yield "model", span, edits.remove_keyword(syntax, span, "response_model")
            case ast.Return(value=ast.Call(func=ast.Name(id="HTTPException"))):
                span = _span(syntax, node)
                yield "raise", span, edits.return_to_raise(syntax, span)
            case ast.Assign(value=ast.Constant(value="secret")):
                span = _span(syntax, node.value)
                yield "secret", span, edits.replace_string_with_environ(syntax, span, "KEY")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _of_function(syntax, node)


def _of_function(
    syntax: Syntax, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[tuple[str, Span, tuple[Edit, ...] | None]]:
    span = _span(syntax, node)
    arguments = node.args.args
    last = arguments[len(arguments) - len(node.args.defaults) :]
    defaults = dict(zip(last, node.args.defaults, strict=True))
    mutable = [
        argument.arg
        for argument, default in defaults.items()
        if isinstance(default, ast.List | ast.Dict) and argument.arg != "tags"
    ]
    for name in mutable:
        yield "mutable", span, edits.none_sentinel(syntax, span, [name])
    for argument, default in defaults.items():
        if isinstance(default, ast.Call):
            changed = edits.annotate_parameters(syntax, span, [argument.arg])
            yield "marker", _span(syntax, argument), changed
        if argument.arg == "tags" and "Annotated" not in ast.unparse(argument):
            yield "tags", _span(syntax, argument), edits.wrap_collection(syntax, span, ["tags"])
    for index, statement in enumerate(node.body):
        if ast.unparse(statement).startswith("user = ") and (
            "is None" not in ast.unparse(node.body[index + 1])
        ):
            place = _span(syntax, statement)
            changed = edits.insert_not_found_check(syntax, place, "user", "User not found")
            yield "missing", place, changed
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
            yield "finally", span, edits.wrap_yield_in_try_finally(syntax, span)


def _span(syntax: Syntax, node: ast.stmt | ast.expr | ast.arg) -> Span:
    return Span(
        syntax.file.path,
        node.lineno,
        node.col_offset + 1,
        node.end_lineno or 0,
        (node.end_col_offset or 0) + 1,
    )
