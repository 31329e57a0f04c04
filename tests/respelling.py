"""Facts written back as Python, to show that nothing was lost on the way.

What facts leave out on purpose is left out of the code they are compared with as well: docstrings,
the conversions of f-strings, the star of ``except*``, the quotes of annotations.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fastlint.facts import tree


def respell(facts: tree.ModuleFacts) -> str:
    """The code that the facts of a file are of, in a normal form."""
    return ast.unparse(ast.parse("\n".join(_Writer(facts).block(facts.body, 0)) or "pass"))


def normal(text: str) -> str:
    """The code itself, in the same normal form."""
    module = _Normal().visit(ast.parse(text))
    return ast.unparse(ast.parse(ast.unparse(ast.fix_missing_locations(module)) or "pass"))


def everything(facts: tree.ModuleFacts) -> Iterator[tree.Node]:
    """Every node of a file, those in the bodies of functions included.

    What annotations in quotes say is left out: it is no part of Python's own tree.
    """
    stack: list[object] = [*facts.body, *facts.functions]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, tree.FunctionFacts):
            stack += [node.params, node.decorators, node.returns, tree.statements(node)]
        elif isinstance(node, tree.Node):
            yield node
            if isinstance(node, tree.Quoted):
                continue
            stack.extend(getattr(node, field) for field in node.__struct_fields__[4:])


class _Normal(ast.NodeTransformer):
    def visit_JoinedStr(self, n: ast.JoinedStr) -> ast.AST:
        return _call("FString", [self.visit(each) for each in n.values])

    def visit_FormattedValue(self, n: ast.FormattedValue) -> ast.AST:
        value = self.visit(n.value)
        if n.format_spec is None and n.conversion in (ord("r"), ord("a")):
            return _call("FString", [value])
        if n.format_spec is None:
            return value  # type: ignore[no-any-return]
        return _call("FString", [value, self.visit(n.format_spec)])

    def visit_TryStar(self, n: ast.TryStar) -> ast.AST:
        return self.generic_visit(ast.Try(n.body, n.handlers, n.orelse, n.finalbody))

    def visit_Expr(self, n: ast.Expr) -> ast.AST | None:
        if isinstance(n.value, ast.Constant) and isinstance(n.value.value, str):
            return None
        return self.generic_visit(n)

    def visit_AnnAssign(self, n: ast.AnnAssign) -> ast.AST:
        n.annotation = _unquoted(n.annotation)
        return self.generic_visit(n)

    def visit_arg(self, n: ast.arg) -> ast.AST:
        n.annotation = None if n.annotation is None else _unquoted(n.annotation)
        return self.generic_visit(n)

    def visit_FunctionDef(self, n: ast.FunctionDef) -> ast.AST:
        n.returns = None if n.returns is None else _unquoted(n.returns)
        return self._with_body(n)

    def visit_AsyncFunctionDef(self, n: ast.AsyncFunctionDef) -> ast.AST:
        n.returns = None if n.returns is None else _unquoted(n.returns)
        return self._with_body(n)

    def visit_ClassDef(self, n: ast.ClassDef) -> ast.AST:
        return self._with_body(n)

    def _with_body(self, n: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.AST:
        self.generic_visit(n)
        n.body = n.body or [ast.Pass()]
        return n


def _unquoted(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node


def _call(name: str, args: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), args, [])


class _Writer:
    def __init__(self, facts: tree.ModuleFacts) -> None:
        self.facts = facts

    # --- statements ------------------------------------------------------------------------

    def block(self, body: list[tree.Stmt], depth: int) -> Iterator[str]:
        if not body and depth:
            yield "    " * depth + "pass"
        for statement in body:
            yield from self.statement(statement, depth)

    def statement(self, s: tree.Stmt, depth: int) -> Iterator[str]:
        for line in self._lines(s, depth):
            yield line if line.startswith("    " * depth) and depth else "    " * depth + line

    def _lines(self, s: tree.Stmt, depth: int) -> Iterator[str]:
        e = self.expr
        match s:
            case tree.FunctionDef(index=index):
                yield from self._function(self.facts.functions[index], depth)
            case tree.ClassDef():
                yield from (f"@{e(each)}" for each in s.decorators)
                inside = [*map(e, s.bases), *map(self._keyword, s.keywords)]
                yield f"class {s.name}({', '.join(inside)}):"
                yield from self.block(s.body, depth + 1)
            case tree.If():
                yield f"if {e(s.test)}:"
                yield from self.block(s.body, depth + 1)
                yield from self._else("else", s.orelse, depth)
            case tree.While():
                yield f"while {e(s.test)}:"
                yield from self.block(s.body, depth + 1)
                yield from self._else("else", s.orelse, depth)
            case tree.For():
                yield f"{'async ' * s.is_async}for {e(s.target)} in {e(s.iterable)}:"
                yield from self.block(s.body, depth + 1)
                yield from self._else("else", s.orelse, depth)
            case tree.With():
                items = ", ".join(
                    e(i.context) + (f" as {e(i.target)}" if i.target else "") for i in s.items
                )
                yield f"{'async ' * s.is_async}with {items}:"
                yield from self.block(s.body, depth + 1)
            case tree.Try():
                yield from self._try(s, depth)
            case _:
                yield self._simple(s)

    def _simple(self, s: tree.Stmt) -> str:  # noqa: C901 - one arm for each kind
        e = self.expr
        match s:
            case tree.Assign():
                return " = ".join([*map(e, s.targets), e(s.value)])
            case tree.AnnAssign():
                value = f" = {e(s.value)}" if s.value else ""
                return f"{e(s.target)}: {e(s.annotation)}{value}"
            case tree.AugAssign():
                return f"{e(s.target)} {s.op}= {e(s.value)}"
            case tree.ExprStmt():
                return e(s.value)
            case tree.Return():
                return f"return {e(s.value)}" if s.value else "return"
            case tree.Raise():
                cause = f" from {e(s.cause)}" if s.cause else ""
                return f"raise {e(s.exc)}{cause}" if s.exc else "raise"
            case tree.Import():
                return f"import {', '.join(map(self._alias, s.names))}"
            case tree.ImportFrom():
                names = ", ".join(map(self._alias, s.names))
                return f"from {'.' * s.level}{s.module} import {names}"
            case tree.Delete():
                return f"del {', '.join(map(e, s.targets))}"
            case tree.Scope():
                return f"{s.kind} {', '.join(s.names)}"
            case tree.Jump():
                return s.kind
            case tree.Assert():
                return f"assert {e(s.test)}" + (f", {e(s.message)}" if s.message else "")
            case tree.TypeAlias():
                return f"type {s.name} = {e(s.value)}"
        raise AssertionError(s)

    def _try(self, s: tree.Try, depth: int) -> Iterator[str]:
        yield "try:"
        yield from self.block(s.body, depth + 1)
        for h in s.handlers:
            caught = f" {self.expr(h.caught)}" if h.caught else ""
            yield "    " * depth + f"except{caught}{f' as {h.name}' if h.name else ''}:"
            yield from self.block(h.body, depth + 1)
        yield from self._else("else", s.orelse, depth)
        yield from self._else("finally", s.final, depth)

    def _else(self, word: str, body: list[tree.Stmt], depth: int) -> Iterator[str]:
        if body:
            yield "    " * depth + f"{word}:"
            yield from self.block(body, depth + 1)

    def _function(self, f: tree.FunctionFacts, depth: int) -> Iterator[str]:
        yield from (f"@{self.expr(each)}" for each in f.decorators)
        returns = f" -> {self.expr(f.returns)}" if f.returns else ""
        yield f"{'async ' * f.is_async}def {f.name}({self._params(f.params)}){returns}:"
        yield from self.block(tree.statements(f), depth + 1)

    def _params(self, params: list[tree.Param]) -> str:
        parts: list[str] = []
        for position, p in enumerate(params):
            before = params[position - 1].kind if position else ""
            if before == "positional-only" != p.kind:
                parts.append("/")
            if p.kind == "keyword-only" and before not in ("keyword-only", "*args"):
                parts.append("*")
            stars = {"*args": "*", "**kwargs": "**"}.get(p.kind, "")
            annotation = f": {self.expr(p.annotation)}" if p.annotation else ""
            default = f" = {self.expr(p.default)}" if p.default else ""
            parts.append(f"{stars}{p.name}{annotation}{default}")
        if params and params[-1].kind == "positional-only":
            parts.append("/")
        return ", ".join(parts)

    def _alias(self, a: tree.Alias) -> str:
        is_plain = a.bound in (a.name, a.name.split(".")[0])
        return a.name if is_plain else f"{a.name} as {a.bound}"

    # --- expressions -----------------------------------------------------------------------

    def expr(self, n: tree.Node | None) -> str:  # noqa: C901 - one arm for each kind
        e = self.expr
        match n:
            case None:
                return ""
            case tree.Name():
                return n.id
            case tree.Attribute():
                is_name = isinstance(n.value, tree.Name)
                return f"{e(n.value)}.{n.attr}" if is_name else f"({e(n.value)}).{n.attr}"
            case tree.Constant():
                return self._constant(n)
            case tree.Call():
                args = [*map(e, n.args), *map(self._keyword, n.keywords)]
                return f"({e(n.func)})({', '.join(args)})"
            case tree.FString():
                return f"FString({', '.join(map(e, n.parts))})"
            case tree.BinOp():
                return f"({e(n.left)} {n.op} {e(n.right)})"
            case tree.BoolOp():
                return f"({f' {n.op} '.join(map(e, n.values))})"
            case tree.UnaryOp():
                return f"({n.op} {e(n.operand)})"
            case tree.Compare():
                rest = zip(n.ops, n.comparators, strict=True)
                return f"({e(n.left)} {' '.join(f'{op} {e(other)}' for op, other in rest)})"
            case tree.Subscript():
                is_tuple = isinstance(n.index, tree.Sequence) and n.index.kind == "tuple"
                index = e(n.index)[1:-1] if is_tuple else e(n.index)
                return f"({e(n.value)})[{index or '()'}]"
            case tree.Slice():
                return f"{e(n.lower)}:{e(n.upper)}:{e(n.step)}"
            case tree.Sequence():
                return self._sequence(n)
            case tree.DictDisplay():
                pairs = zip(n.keys, n.values, strict=True)
                return f"{{{', '.join(f'{e(k)}: {e(v)}' if k else f'**{e(v)}' for k, v in pairs)}}}"
            case _:
                return self._rarer(n)

    def _rarer(self, n: tree.Node) -> str:
        e = self.expr
        match n:
            case tree.Lambda():
                return f"(lambda {self._params(n.params)}: {e(n.body)})"
            case tree.IfExp():
                return f"({e(n.body)} if {e(n.test)} else {e(n.orelse)})"
            case tree.Await():
                return f"(await {e(n.value)})"
            case tree.Yield():
                return f"(yield {'from ' * n.delegates}{e(n.value)})"
            case tree.Starred():
                return f"*{e(n.value)}"
            case tree.Walrus():
                return f"({n.name} := {e(n.value)})"
            case tree.Quoted():
                return e(n.value)
            case tree.Comprehension():
                element = f"{e(n.element)}: {e(n.value)}" if n.value else e(n.element)
                clauses = " ".join(
                    f"{'async ' * c.is_async}for {e(c.target)} in {e(c.iterable)}"
                    + "".join(f" if {e(each)}" for each in c.conditions)
                    for c in n.clauses
                )
                left, right = {"list": "[]", "generator": "()"}.get(n.kind, "{}")
                return f"{left}{element} {clauses}{right}"
        raise AssertionError(n)

    def _sequence(self, n: tree.Sequence) -> str:
        items = ", ".join(self.expr(item) for item in n.items)
        if n.kind == "tuple":
            return f"({items}{',' * bool(n.items)})"
        return f"[{items}]" if n.kind == "list" else f"{{{items}}}"

    def _keyword(self, k: tree.Keyword) -> str:
        return f"{k.name}={self.expr(k.value)}" if k.name else f"**{self.expr(k.value)}"

    def _constant(self, n: tree.Constant) -> str:
        if n.kind == "...":
            return "..."
        if n.kind == "bytes":
            return repr(str(n.value).encode("latin-1"))
        if n.kind == "int":
            return str(int(str(n.value), 16))
        return str(n.value) if n.kind == "complex" else repr(n.value)
