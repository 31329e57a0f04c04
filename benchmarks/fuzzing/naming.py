"""Whether what a fix imports is imported once, and is what its name means where it is used."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)


def misnamed(before: bytes, after: bytes) -> Iterator[str]:
    """Names that the fixed module imports twice, binds to two things, or reads under another."""
    old, new = ast.parse(before), ast.parse(after)
    known = _bound(old.body)
    imported = _imported(new)
    for name, count in (imported - _imported(old)).items():
        if imported[name] > 1:
            yield f"`{name}` is imported {imported[name]} times"
        if known[name] and known[name] + count <= _bound(new.body)[name]:
            yield f"`{name}` is imported, and is something else already"
        for one, other in zip(_functions(old), _functions(new), strict=False):
            if _binds(other, name) and _reads(other, name) > _reads(one, name):
                yield f"`{name}` is imported, and is something else in `{other.name}`"


def _imported(module: ast.Module) -> Counter[str]:
    return Counter(
        alias.asname or alias.name.partition(".")[0]
        for each in module.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    )


def _bound(body: list[ast.stmt]) -> Counter[str]:
    """How often each name is bound by the statements of a block, not counting nested ones."""
    found: Counter[str] = Counter()
    for each in body:
        if isinstance(each, _SCOPES):
            found[each.name] += 1
        elif isinstance(each, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in each.names)
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            found.update(each.id for each in targets if isinstance(each, ast.Name))
    return found


def _functions(module: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [each for each in ast.walk(module) if isinstance(each, _FUNCTIONS)]


def _binds(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    arguments = function.args
    given = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return any(each.arg == name for each in given) or bool(_bound(function.body)[name])


def _reads(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> int:
    """How often the body reads a name; the header is read outside."""
    nodes = (node for statement in function.body for node in ast.walk(statement))
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
