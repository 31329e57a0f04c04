"""Names that a fix needs: found where the file has them, else imported once and in place."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Edit, Withheld
from fastlint.fixes.import_lines import Wanted, add_lines
from fastlint.fixes.import_names import add_names
from fastlint.fixes.outline import Binding, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import Span
    from fastlint.fixes.syntax import Syntax


class Imports(msgspec.Struct, frozen=True, gc=False):
    """What to write for each thing that was wanted, and what has to be edited for that."""

    names: tuple[str, ...]
    edits: tuple[Edit, ...]


ANNOTATED = Wanted("typing", "Annotated", ("typing_extensions",))
HTTP_EXCEPTION = Wanted("fastapi", "HTTPException", ("fastapi.exceptions", "starlette.exceptions"))
OPTIONAL = Wanted("typing", "Optional", ("typing_extensions",))
RUN_IN_THREADPOOL = Wanted("fastapi.concurrency", "run_in_threadpool", ("starlette.concurrency",))


def add_import(
    syntax: Syntax, wanted: Wanted, at: Span, *, in_body: bool = False
) -> Imports | Withheld:
    """Make one thing usable at ``at``; see `add_imports`."""
    return add_imports(syntax, (wanted,), at, in_body=in_body)


def add_imports(
    syntax: Syntax, wanted: Sequence[Wanted], at: Span, *, in_body: bool = False
) -> Imports | Withheld:
    """Make some things usable at ``at``, and say under which names.

    What the file imports already is used as it is called there (``fa.Query``). Withheld where a
    name is bound to something else in the module or in a scope around ``at``, where it is imported
    only for type checkers, or only after ``at``.

    ``in_body`` says that the names are used in the body of the function whose header ``at`` is in.
    """
    outline = syntax.outline
    if outline is None:
        return Withheld("")
    start, end = syntax.offsets(at)
    scopes = _scopes(syntax, start, end, in_body=in_body)
    names: list[str] = []
    missing: list[Wanted] = []
    for each in wanted:
        name = _existing(syntax, each, scopes, start)
        if name is None:
            taken = _taken(syntax, each, scopes)
            if taken is not None:
                return taken
            missing.append(_for_oldest_python(syntax, each))
        names.append(name or each.name or each.module)
    edits = _insertions(syntax, missing, start)
    return Withheld("") if edits is None else Imports(tuple(names), edits)


def _for_oldest_python(syntax: Syntax, wanted: Wanted) -> Wanted:
    """The thing from where the oldest Python that the project runs with has it.

    Before 3.9 there is no ``typing.Annotated``, and what is in ``collections.abc`` takes no type.
    FastAPI and Pydantic both bring ``typing_extensions``.
    """
    if syntax.style.runs_before((3, 9)):
        if wanted == ANNOTATED:
            return Wanted("typing_extensions", "Annotated")
        if wanted.module == "collections.abc":
            return Wanted("typing", wanted.name)
    return wanted


def resolves_to(syntax: Syntax, name: str, at: Span) -> str | None:
    """The ``module:name`` or ``module`` that a name means; None unless it is an import alone."""
    if syntax.outline is None:
        return None
    start, end = syntax.offsets(at)
    for scope in _scopes(syntax, start, end, in_body=False):
        origins = {binding.origin for binding in scope.bound() if binding.name == name}
        if origins:
            return origins.pop() if len(origins) == 1 else None
    return None


def is_bound_before(syntax: Syntax, name: str, at: Span) -> bool:
    """Whether ``name`` is bound, for running code, in a scope around ``at`` and before it."""
    if syntax.outline is None:
        return False
    start, end = syntax.offsets(at)
    for scope in _scopes(syntax, start, end, in_body=False):
        found = [binding for binding in scope.bound() if binding.name == name]
        if found:
            return any(
                binding.statement.start < start
                and not syntax.outline.for_type_checkers_only(binding.statement)
                for binding in found
            )
    return False


def bound_between(syntax: Syntax, names: set[str], at: Span, *, in_body: bool) -> bool:
    """Whether a function or class around ``at`` binds one of ``names`` itself."""
    scopes = _scopes(syntax, *syntax.offsets(at), in_body=in_body)
    return any(
        binding.name in names
        for scope in scopes
        if scope.kind != "module"
        for binding in scope.bound()
    )


# --- what the file has -------------------------------------------------------------------------


def _scopes(syntax: Syntax, start: int, end: int, *, in_body: bool) -> list[Statement]:
    """The scopes whose names are seen at a stretch, innermost first; the last is the module."""
    if syntax.outline is None:
        return []
    here = syntax.outline.statement(start, end)
    chain = list(here.chain()) if here else [syntax.outline.module]
    scopes: list[Statement] = []
    for statement in chain:
        if not statement.is_scope:
            continue
        in_header = statement.body_start is not None and start < statement.body_start
        if in_header and not (in_body and statement.kind == "function"):
            continue
        # A class's names are not seen in its methods, only right in its body.
        if statement.kind == "class" and any(scope.kind == "function" for scope in scopes):
            continue
        scopes.append(statement)
    return scopes


def _existing(syntax: Syntax, wanted: Wanted, scopes: list[Statement], start: int) -> str | None:
    """What the wanted thing is called already, by itself or as an attribute of its module."""
    origins = _origins(wanted)
    direct = _usable(syntax, origins, scopes, start)
    if direct or not wanted.name:
        return direct
    if any(_froms(syntax, module, start) for module in wanted.modules):
        return None  # it is better added to that statement
    packages = {
        f"{head}:{tail}" for head, _, tail in (m.rpartition(".") for m in wanted.modules) if head
    }
    module = _usable(syntax, {*wanted.modules, *packages}, scopes, start)
    return f"{module}.{wanted.name}" if module else None


def _usable(syntax: Syntax, origins: set[str], scopes: list[Statement], start: int) -> str | None:
    """The first name that means one of ``origins`` and nothing else, and is not shadowed."""
    outline = syntax.outline
    if outline is None:
        return None
    shadowed: set[str] = set()
    for scope in scopes:
        found: dict[str, list[Binding]] = {}
        for binding in scope.bound():
            found.setdefault(binding.name, []).append(binding)
        for name, bindings in found.items():
            root = name.partition(".")[0]
            if root in shadowed or not all(each.origin in origins for each in bindings):
                continue
            if root != name and not all(
                each.origin is not None and each.origin.partition(".")[0] == root
                for each in found.get(root, ())
            ):
                continue
            before = [
                each.statement
                for each in bindings
                if each.statement.start < start
                and not outline.for_type_checkers_only(each.statement)
            ]
            if _is_sure(before, scope):
                return name
        shadowed.update(found)
    return None


def _is_sure(imports: Sequence[Statement], scope: Statement) -> bool:
    """Whether one of these imports has been run, whichever way what follows was come to.

    What a file imports in more than one place is taken for all the ways there are.
    """
    if scope.kind != "module":
        return any(each.parent is scope for each in imports)
    elsewhere = [each for each in imports if not _is_in_except(each)]
    return bool(elsewhere and len(imports) > 1) or any(map(_is_always_run, elsewhere))


def _is_always_run(statement: Statement) -> bool:
    around = [each for each in statement.chain() if each is not statement]
    return all(isinstance(each.node, ast.Try | ast.TryStar | ast.With | None) for each in around)


def _is_in_except(statement: Statement) -> bool:
    """Whether it is run only where something has gone wrong."""
    return any(
        inner.node in handler.body
        for inner in statement.chain()
        if inner.parent is not None
        for handler in getattr(inner.parent.node, "handlers", ())
    )


def _taken(syntax: Syntax, wanted: Wanted, scopes: list[Statement]) -> Withheld | None:
    """Why importing something at the top would change what other code means by its name."""
    name = wanted.name or wanted.module
    root = name.partition(".")[0]
    for scope in scopes:
        for binding in scope.bound():
            if binding.name == root:
                # `import a.b` next to `import a.c` shares the name `a`
                if "." in name and binding.origin == root:
                    continue
                if binding.origin in _origins(wanted):
                    return Withheld(f"`{root}` is imported too late, or not always")
                return Withheld(f"the name `{root}` is taken")
            if binding.name == "*" and re.search(rf"\b{re.escape(root)}\b", syntax.text):
                return Withheld(f"`import *` may bring another `{root}`")
    return Withheld(f"the name `{root}` is taken") if _declared_global(syntax, root) else None


def _origins(wanted: Wanted) -> set[str]:
    if wanted.name:
        return {f"{module}:{wanted.name}" for module in wanted.modules}
    return set(wanted.modules)


def _declared_global(syntax: Syntax, name: str) -> bool:
    return bool(
        re.search(rf"^\s*global\b[^\r\n#]*\b{re.escape(name)}\b", syntax.text, re.MULTILINE)
    )


def _froms(syntax: Syntax, module: str, start: int) -> list[Statement]:
    """The ``from module import ...`` statements of the module's own level that come before."""
    if syntax.outline is None:
        return []
    return [
        statement
        for statement in syntax.outline.module.children
        if statement.kind == "import"
        and statement.start < start
        and imported_from(syntax, statement) == module
    ]


def imported_from(syntax: Syntax, statement: Statement) -> str | None:
    """The module of a ``from`` import that names can be added to."""
    found = re.match(
        r"(?:lazy\s+)?from\s+([\w.]+)\s+import\b(?!\s*\(?\s*\*)",
        syntax.text[statement.start : statement.end],
    )
    return found[1] if found else None


def _insertions(syntax: Syntax, missing: list[Wanted], start: int) -> tuple[Edit, ...] | None:
    into: dict[int, tuple[Statement, list[str]]] = {}
    lines: list[Wanted] = []
    for wanted in missing:
        froms = [
            statement
            for module in (wanted.modules if wanted.name else ())
            for statement in _froms(syntax, module, start)
        ]
        if froms:
            into.setdefault(froms[0].start, (froms[0], []))[1].append(wanted.name)
        else:
            lines.append(wanted)
    edits: list[Edit] = []
    for statement, names in into.values():
        added = add_names(syntax, statement, names)
        if added is None:
            return None
        edits.extend(added)
    added = add_lines(syntax, lines, start)
    if added is None:
        return None
    return (*edits, *added)
