"""Whether ruff reports what one of our rules does: looked at in the file alone, as ruff does it.

Who is not certain says no: a finding told twice costs a moment, one that nobody tells costs more.
"""

from __future__ import annotations

import ast
import re

from fastlint.findings import Problem, Severity
from fastlint.overlap.reading import File, Function
from fastlint.overlap.table import CALLS, PATH_METHODS, TIMES

_PASSWORD = re.compile(r"(^|_)(pas+wo?r?d|pass(phrase)?|pwd|token|secrete?)($|_)", re.IGNORECASE)
_VERBS = frozenset({"get", "post", "put", "delete", "patch", "options", "head", "trace"})
_MARKERS = frozenset(
    f"fastapi.{name}"
    for name in ("Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security")
)
_APPS = frozenset({"fastapi.FastAPI", "fastapi.APIRouter"})
_PLAIN = frozenset({"bool", "bytes", "float", "int", "str"})
_COLLECTIONS = frozenset({"dict", "list", "set"})


def twin(code: str, problem: Problem, file: File) -> str:
    """The code of ruff's rule that reports the problem as well; empty where there is none."""
    find = _FINDERS.get(code)
    if find is None or (problem.severity is Severity.ERROR and code == "FLT201"):
        return ""  # a token of a known form is more than a name that sounds like one
    return next((found for node in file.at(problem.span) if (found := find(node, file))), "")


def _blocking(node: ast.AST, file: File) -> str:
    if not isinstance(node, ast.Call) or not isinstance(file.function(node), ast.AsyncFunctionDef):
        return ""
    func = node.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
        made = file.name(func.value.func)
        return PATH_METHODS.get(func.attr, "") if made == "pathlib.Path" else ""
    return CALLS.get(file.name(func), "")


def _time(node: ast.AST, file: File) -> str:
    call = node if isinstance(node, ast.Call) else file.above.get(node)
    return TIMES.get(file.name(call.func), "") if isinstance(call, ast.Call) else ""


def _task(node: ast.AST, file: File) -> str:
    if not isinstance(node, ast.Call) or not isinstance(file.above.get(node), ast.Expr):
        return ""
    started = file.name(node.func) in ("asyncio.create_task", "asyncio.ensure_future")
    return "RUF006" if started else ""


def _secret(node: ast.AST, file: File) -> str:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not node.value:
        return ""
    match file.above.get(node):
        case ast.Assign(targets=targets, value=value) if value is node:
            return "S105" if any(_sounds_secret(target) for target in targets) else ""
        case ast.AnnAssign(target=target, value=value) if value is node:
            return "S105" if _sounds_secret(target) else ""
        case ast.keyword(arg=str(name)):
            return "S106" if _PASSWORD.search(name) else ""
        case ast.arguments() as arguments:
            names = [each.arg for default, each in _defaulted(arguments) if default is node]
            return "S107" if any(map(_PASSWORD.search, names)) else ""
    return ""


def _sounds_secret(target: ast.expr) -> bool:
    name = getattr(target, "id", getattr(target, "attr", ""))
    return _PASSWORD.search(name) is not None


def _unread(node: ast.AST, file: File) -> str:
    """A path whose names are all plain, above a function whose parameters are all plain."""
    function = file.above.get(node)
    if not isinstance(function, Function) or not _is_route(node, file):
        return ""
    if not isinstance(node, ast.Call):
        return ""
    path = node.args[0] if node.args else None
    if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
        return ""
    placeholders = re.findall(r"\{(.*?)\}", path.value)
    named = all(each.isidentifier() and each.isascii() for each in placeholders)
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    plain = all(getattr(each.annotation, "id", "") in _PLAIN for each in every)
    defaults = (*arguments.defaults, *filter(None, arguments.kw_defaults))
    plain = plain and all(isinstance(each, ast.Constant) for each in defaults)
    plain = plain and arguments.vararg is None and arguments.kwarg is None
    alone = not any(each.arg == "dependencies" or each.arg is None for each in node.keywords)
    return "FAST003" if named and plain and alone else ""


def _mutable(node: ast.AST, file: File) -> str:
    function = file.function(node)
    if not isinstance(node, ast.arg) or function is None:
        return ""
    default = next((d for d, each in _defaulted(function.args) if each is node), None)
    annotation = node.annotation
    while isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    plain = annotation is None or getattr(annotation, "id", "") in _COLLECTIONS
    return "B006" if plain and isinstance(default, ast.List | ast.Dict | ast.Set) else ""


def _repeated(node: ast.AST, file: File) -> str:
    call = file.above.get(node)
    if not isinstance(node, ast.keyword) or call is None or not _is_route(call, file):
        return ""
    function = file.above.get(call)
    if not isinstance(function, Function) or function.returns is None or file.defers_annotations:
        return ""  # ruff does not resolve annotations that are read later
    simple = all(
        isinstance(each, ast.Name | ast.Subscript | ast.Tuple | ast.Load)
        for each in ast.walk(node.value)
    )
    same = ast.dump(node.value) == ast.dump(function.returns)
    return "FAST001" if simple and same else ""


def _marker(node: ast.AST, file: File) -> str:
    function = file.function(node)
    if not isinstance(node, ast.arg) or function is None:
        return ""
    if not any(_is_route(by, file) for by in function.decorator_list):
        return ""
    calls = [
        (default, each)
        for default, each in _defaulted(function.args)
        if isinstance(default, ast.Call)
    ]
    known = all(each.annotation and file.name(made.func) in _MARKERS for made, each in calls)
    return "FAST002" if calls and known else ""


def _defaulted(arguments: ast.arguments) -> list[tuple[ast.expr, ast.arg]]:
    """The defaults of a signature, with their parameters."""
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    named = zip(arguments.kw_defaults, arguments.kwonlyargs, strict=True)
    return [
        *zip(arguments.defaults, late, strict=True),
        *((default, each) for default, each in named if default is not None),
    ]


def _is_route(decorator: ast.AST, file: File) -> bool:
    """Whether a decorator is one of an app or router that this file makes, as ruff knows them."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    owner = decorator.func.value
    made = file.assigned.get(owner.id) if isinstance(owner, ast.Name) else None
    is_app = isinstance(made, ast.Call) and file.name(made.func) in _APPS
    return decorator.func.attr in _VERBS and is_app


_FINDERS = {
    "FLT101": _blocking,
    "FLT106": _blocking,
    "FLT111": _task,
    "FLT201": _secret,
    "FLT303": _unread,
    "FLT304": _mutable,
    "FLT402": _repeated,
    "FLT504": _marker,
    "FLT703": _time,
}
