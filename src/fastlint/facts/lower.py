"""From CPython's tree to facts: one walk, one method per kind of node.

The position is read off each node in place, field by field: a function that did it for all would
cost a tenth of the whole survey.
"""

# The type stubs call end_lineno and end_col_offset optional, for trees that are made by hand;
# those that ast.parse makes always have them.
# mypy: disable-error-code="arg-type, operator"

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from fastlint.facts import tree
from fastlint.facts.marks import Mark

_SHORTEST_LITERAL = 8
_LONGEST_TEXT = 10_000
_NO_MARKS: Mapping[int, Mark] = MappingProxyType({})

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^",
    ast.BitAnd: "&", ast.MatMult: "@", ast.Not: "not", ast.Invert: "~", ast.UAdd: "+",
    ast.USub: "-", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def lower(
    module: ast.Module, lines: list[str], marks: Mapping[int, Mark] = _NO_MARKS
) -> tree.ModuleFacts:
    """The facts of a parsed file.

    ``lines`` is the text that was parsed, line by line without line ends. The positions in
    ``module`` must already be in characters (see `fastlint.facts.survey`). ``marks``: see
    `fastlint.facts.marks`.
    """
    lowering = _Lowering(lines, marks)
    body = lowering.block(module.body)
    return tree.ModuleFacts(
        body,
        lowering.functions,
        lowering.imports,
        msgspec.Raw(tree.encode(lowering.literals)),
        msgspec.Raw(tree.encode(sorted(lowering.words))),
        lowering.future_annotations,
    )


_CONVERSIONS = (ord("r"), ord("a"))
"""``!r`` and ``!a``; ``!s`` is what an f-string makes of a value in any case."""


class _Lowering:
    """The state of one walk: what has been collected, and where in the file it stands."""

    def __init__(self, lines: list[str], marks: Mapping[int, Mark]) -> None:
        self.lines = lines
        self.marks = marks
        self.functions: list[tree.FunctionFacts | None] = []
        self.imports: list[tree.ImportFact] = []
        self.literals: list[tree.Literal] = []
        self.words: set[str] = set()
        """Every name and text, for `fastlint.facts.search`."""
        self.future_annotations = False
        self.prefix = ""
        self.in_class = False
        self.yields = False
        self._expressions: dict[type[ast.AST], Callable[[Any], tree.Expr]] = {
            ast.Name: self._name, ast.Attribute: self._attribute, ast.Constant: self._constant,
            ast.Call: self._call, ast.JoinedStr: self._fstring, ast.BinOp: self._binop,
            ast.BoolOp: self._boolop, ast.UnaryOp: self._unaryop, ast.Compare: self._compare,
            ast.Subscript: self._subscript, ast.List: self._list, ast.Tuple: self._tuple,
            ast.Set: self._set, ast.Dict: self._dict, ast.Lambda: self._lambda,
            ast.IfExp: self._ifexp, ast.Await: self._await, ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from, ast.Starred: self._starred,
            ast.ListComp: self._listcomp, ast.SetComp: self._setcomp, ast.DictComp: self._dictcomp,
            ast.GeneratorExp: self._generator, ast.NamedExpr: self._walrus, ast.Slice: self._slice,
            ast.FormattedValue: self._formatted,
        }  # fmt: skip
        self._statements: dict[type[ast.AST], Callable[[Any], tree.Stmt]] = {
            ast.Assign: self._assign, ast.AnnAssign: self._annassign,
            ast.AugAssign: self._augassign, ast.Expr: self._expr, ast.Return: self._return,
            ast.Raise: self._raise, ast.If: self._if, ast.For: self._for,
            ast.AsyncFor: self._for, ast.While: self._while, ast.With: self._with,
            ast.AsyncWith: self._with, ast.Try: self._try, ast.TryStar: self._try,
            ast.FunctionDef: self._function, ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class, ast.Import: self._import, ast.ImportFrom: self._import_from,
            ast.Delete: self._delete, ast.Global: self._scope, ast.Nonlocal: self._scope,
            ast.Match: self._match, ast.Pass: self._jump, ast.Break: self._jump,
            ast.Continue: self._jump, ast.Assert: self._assert,
        }  # fmt: skip
        # Nodes that only newer Pythons have; a running Python without them never meets them.
        if template := getattr(ast, "TemplateStr", None):
            self._expressions[template] = self._template
            self._expressions[ast.Interpolation] = self._formatted  # type: ignore[attr-defined]
        if alias := getattr(ast, "TypeAlias", None):
            self._statements[alias] = self._type_alias

    # --- statements ------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> list[tree.Stmt]:
        statements = self._statements
        return [
            statements[type(node)](node)
            for node in body
            if not (type(node) is ast.Expr and _is_text(node.value))
        ]

    def _assign(self, n: ast.Assign) -> tree.Stmt:
        if type(n.value) is ast.Constant:
            self._literal(n.value, _bound_name(n.targets[0]), "assigned")
        return tree.Assign(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.exprs(n.targets), self.expr(n.value),
        )  # fmt: skip

    def _annassign(self, n: ast.AnnAssign) -> tree.Stmt:
        if type(n.value) is ast.Constant:
            self._literal(n.value, _bound_name(n.target), "assigned")
        return tree.AnnAssign(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.target), self._annotation(n.annotation), self.optional(n.value),
        )  # fmt: skip

    def _augassign(self, n: ast.AugAssign) -> tree.Stmt:
        return tree.AugAssign(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.target), _OPERATORS[type(n.op)], self.expr(n.value),
        )  # fmt: skip

    def _expr(self, n: ast.Expr) -> tree.Stmt:
        return tree.ExprStmt(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, self.expr(n.value)
        )

    def _return(self, n: ast.Return) -> tree.Stmt:
        return tree.Return(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, self.optional(n.value)
        )

    def _raise(self, n: ast.Raise) -> tree.Stmt:
        return tree.Raise(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.optional(n.exc), self.optional(n.cause),
        )  # fmt: skip

    def _if(self, n: ast.If) -> tree.Stmt:
        return tree.If(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.test), self.block(n.body), self.block(n.orelse),
        )  # fmt: skip

    def _for(self, n: ast.For | ast.AsyncFor) -> tree.Stmt:
        return tree.For(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.target), self.expr(n.iter), self.block(n.body), self.block(n.orelse),
            type(n) is ast.AsyncFor,
        )  # fmt: skip

    def _while(self, n: ast.While) -> tree.Stmt:
        return tree.While(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.test), self.block(n.body), self.block(n.orelse),
        )  # fmt: skip

    def _with(self, n: ast.With | ast.AsyncWith) -> tree.Stmt:
        items = [
            tree.WithItem(
                i.context_expr.lineno, i.context_expr.col_offset + 1,
                i.context_expr.end_lineno, i.context_expr.end_col_offset + 1,
                self.expr(i.context_expr), self.optional(i.optional_vars),
            )
            for i in n.items
        ]  # fmt: skip
        return tree.With(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            items, self.block(n.body), type(n) is ast.AsyncWith,
        )  # fmt: skip

    def _try(self, n: ast.Try | ast.TryStar) -> tree.Stmt:
        handlers = [
            tree.Handler(
                h.lineno, h.col_offset + 1, h.end_lineno, h.end_col_offset + 1,
                self.optional(h.type), h.name, self.block(h.body),
            )
            for h in n.handlers
        ]  # fmt: skip
        self.words.update(h.name for h in handlers if h.name)
        return tree.Try(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.block(n.body), handlers, self.block(n.orelse), self.block(n.finalbody),
        )  # fmt: skip

    def _function(self, n: ast.FunctionDef | ast.AsyncFunctionDef) -> tree.Stmt:
        index = len(self.functions)
        self.functions.append(None)  # keeps its place: functions are numbered as they begin
        params = self._params(n.args)
        returns = None if n.returns is None else self._annotation(n.returns)
        decorators = self.exprs(n.decorator_list)
        outer = (self.prefix, self.in_class, self.yields)
        qualname = outer[0] + n.name
        self.words.update((n.name, qualname))
        self.prefix, self.in_class, self.yields = f"{qualname}.<locals>.", False, False
        body = msgspec.Raw(tree.encode(self.block(n.body)))
        is_generator = self.yields
        self.prefix, self.in_class, self.yields = outer
        line, column = n.lineno, n.col_offset + 1
        is_async = type(n) is ast.AsyncFunctionDef
        name_column = _find_name(self.lines, line, column + (9 if is_async else 3), n.name)
        self.functions[index] = tree.FunctionFacts(
            line, column, n.end_lineno, n.end_col_offset + 1,
            index, n.name, qualname, name_column,
            n.decorator_list[0].lineno if n.decorator_list else line,
            is_async, is_generator, self.in_class, params, returns, decorators, body, self._mark(n),
        )  # fmt: skip
        return tree.FunctionDef(line, column, n.end_lineno, n.end_col_offset + 1, n.name, index)

    def _mark(self, n: ast.FunctionDef | ast.AsyncFunctionDef) -> Mark:
        """What a comment above the function or at its head says."""
        if not self.marks:
            return ""
        first = n.decorator_list[0].lineno if n.decorator_list else n.lineno
        head = range(first, max(n.body[0].lineno, n.lineno + 1))
        return next((self.marks[line] for line in head if line in self.marks), "")

    def _class(self, n: ast.ClassDef) -> tree.Stmt:
        bases, keywords = self.exprs(n.bases), self._keywords(n.keywords, "")
        decorators = self.exprs(n.decorator_list)
        outer = (self.prefix, self.in_class)
        qualname = outer[0] + n.name
        self.words.update((n.name, qualname))
        self.prefix, self.in_class = f"{qualname}.", True
        body = self.block(n.body)
        self.prefix, self.in_class = outer
        return tree.ClassDef(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            n.name, qualname, bases, keywords, decorators, body,
        )  # fmt: skip

    def _import(self, n: ast.Import) -> tree.Stmt:
        position = (n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1)
        names = []
        for a in n.names:
            first = a.name.split(".", 1)[0]
            bound, meant = (a.asname, a.name) if a.asname else (first, first)
            self.words.update((a.name, bound))
            names.append(tree.Alias(*_at(a), a.name, bound, meant))
            self.imports.append(tree.ImportFact(*position, a.name, 0, []))
        return tree.Import(*position, names)

    def _import_from(self, n: ast.ImportFrom) -> tree.Stmt:
        position = (n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1)
        module = n.module or ""
        if module == "__future__" and any(a.name == "annotations" for a in n.names):
            self.future_annotations = True
        names = [tree.Alias(*_at(a), a.name, a.asname or a.name, a.name) for a in n.names]
        imported = [a.name for a in n.names]
        self.words.update((module, *imported, *(a.bound for a in names)))
        self.imports.append(tree.ImportFact(*position, module, n.level, imported))
        return tree.ImportFrom(*position, module, names, n.level)

    def _delete(self, n: ast.Delete) -> tree.Stmt:
        return tree.Delete(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, self.exprs(n.targets)
        )

    def _scope(self, n: ast.Global | ast.Nonlocal) -> tree.Stmt:
        self.words.update(n.names)
        return tree.Scope(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            "global" if type(n) is ast.Global else "nonlocal", n.names,
        )  # fmt: skip

    def _match(self, n: ast.Match) -> tree.Stmt:
        cases = []
        for c in n.cases:
            asked = _classes(c.pattern)
            classes = [self.expr(each.cls) for each in asked]
            bound: list[str] = []
            values: list[tree.Expr] = []
            self._pattern(c.pattern, asked, bound, values)
            self.words.update(bound)
            guard, body = self.optional(c.guard), self.block(c.body)
            is_plain, alias = _is_plain(c.pattern), getattr(c.pattern, "name", None) or ""
            at = _at(c.pattern)
            cases.append(tree.Case(*at, bound, alias, classes, values, guard, body, is_plain))
        return tree.Match(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.subject), cases,
        )  # fmt: skip

    def _pattern(
        self,
        pattern: ast.AST,
        asked: list[ast.MatchClass],
        bound: list[str],
        values: list[tree.Expr],
    ) -> None:
        for node in ast.walk(pattern):
            if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
                bound.append(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                bound.append(node.rest)
            elif isinstance(node, ast.MatchValue):
                values.append(self.expr(node.value))
            elif isinstance(node, ast.MatchClass) and node not in asked:
                values.append(self.expr(node.cls))

    def _jump(self, n: ast.Pass | ast.Break | ast.Continue) -> tree.Stmt:
        kind = {ast.Pass: "pass", ast.Break: "break", ast.Continue: "continue"}[type(n)]
        return tree.Jump(*_at(n), kind)

    def _assert(self, n: ast.Assert) -> tree.Stmt:
        return tree.Assert(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.test), self.optional(n.msg),
        )  # fmt: skip

    def _type_alias(self, n: Any) -> tree.Stmt:
        self.words.add(n.name.id)
        return tree.TypeAlias(*_at(n), n.name.id, self.expr(n.value))

    # --- expressions -----------------------------------------------------------------------

    def expr(self, node: ast.AST) -> tree.Expr:
        return self._expressions[type(node)](node)

    def exprs(self, nodes: list[Any]) -> list[tree.Expr]:
        expressions = self._expressions
        return [expressions[type(node)](node) for node in nodes]

    def optional(self, node: ast.AST | None) -> tree.Expr | None:
        return None if node is None else self._expressions[type(node)](node)

    def _annotation(self, node: ast.expr) -> tree.Expr:
        """An annotation, in which a string stands for the expression that it spells."""
        if type(node) is ast.Constant and type(node.value) is str:
            return self._quoted(node, node.value) or self._constant(node)
        return self.expr(node)

    def _quoted(self, node: ast.Constant, text: str) -> tree.Expr | None:
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for part in ast.walk(inner):  # every part is said to stand where the string stands
            if isinstance(part, ast.expr | ast.keyword | ast.arg):
                part.lineno, part.col_offset = node.lineno, node.col_offset
                part.end_lineno, part.end_col_offset = node.end_lineno, node.end_col_offset
        return tree.Quoted(*_at(node), self.expr(inner))

    def _name(self, n: ast.Name) -> tree.Expr:
        self.words.add(n.id)
        return tree.Name(n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, n.id)

    def _attribute(self, n: ast.Attribute) -> tree.Expr:
        self.words.add(n.attr)
        return tree.Attribute(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self._expressions[type(n.value)](n.value), n.attr,
        )  # fmt: skip

    def _constant(self, n: ast.Constant) -> tree.Expr:
        value = n.value
        kind = ""
        if type(value) is int:
            if not -(2**63) <= value < 2**63:
                value, kind = hex(value), "int"
        elif type(value) is bytes:
            value, kind = value[:_LONGEST_TEXT].decode("latin-1"), "bytes"
        elif value is ...:
            value, kind = None, "..."
        elif type(value) is complex:
            value, kind = str(value), "complex"
        elif type(value) is str and not value.isascii():
            value = value.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates
        if type(value) is str:
            self.words.add(value)
        return tree.Constant(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, value, kind
        )

    def _call(self, n: ast.Call) -> tree.Expr:
        args = n.args
        owner = ""
        if args or n.keywords:
            for arg in args:
                if type(arg) is ast.Constant and _may_matter(arg.value):
                    owner = owner or _dotted(n.func)
                    self._literal(arg, "", "argument", owner)
        return tree.Call(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self._expressions[type(n.func)](n.func),
            self.exprs(args) if args else [],
            self._keywords(n.keywords, n.func) if n.keywords else [],
        )  # fmt: skip

    def _keywords(self, nodes: list[ast.keyword], func: Any) -> list[tree.Keyword]:
        result = []
        for k in nodes:
            value = k.value
            if type(value) is ast.Constant and _may_matter(value.value):
                self._literal(value, k.arg or "", "keyword", _dotted(func))
            if k.arg is not None:
                self.words.add(k.arg)
            result.append(
                tree.Keyword(
                    k.lineno, k.col_offset + 1, k.end_lineno, k.end_col_offset + 1,
                    k.arg, self._expressions[type(value)](value),
                )
            )  # fmt: skip
        return result

    def _fstring(self, n: Any) -> tree.Expr:
        return tree.FString(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, self.exprs(n.values)
        )

    def _template(self, n: Any) -> tree.Expr:
        """A t-string is no text: an unknown call, as levelling makes it on older Pythons."""
        at = _at(n)
        self.words.add("__template__")
        return tree.Call(*at, tree.Name(*at, "__template__"), self.exprs(n.values), [])

    def _formatted(self, n: Any) -> tree.Expr:
        conversion = chr(n.conversion) if n.conversion in _CONVERSIONS else ""
        if n.format_spec is not None:
            parts = [self.expr(n.value), self.expr(n.format_spec)]
            return tree.FString(*_at(n), parts, conversion, is_formatted=True)
        if conversion:
            return tree.FString(*_at(n), [self.expr(n.value)], conversion)
        return self.expr(n.value)

    def _binop(self, n: ast.BinOp) -> tree.Expr:
        return tree.BinOp(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.left), _OPERATORS[type(n.op)], self.expr(n.right),
        )  # fmt: skip

    def _boolop(self, n: ast.BoolOp) -> tree.Expr:
        if type(n.values[-1]) is ast.Constant:  # what `os.getenv("KEY") or "…"` falls back on
            self._literal(n.values[-1], "", "default")
        return tree.BoolOp(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            "and" if type(n.op) is ast.And else "or", self.exprs(n.values),
        )  # fmt: skip

    def _unaryop(self, n: ast.UnaryOp) -> tree.Expr:
        return tree.UnaryOp(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            _OPERATORS[type(n.op)], self.expr(n.operand),
        )  # fmt: skip

    def _compare(self, n: ast.Compare) -> tree.Expr:
        for literal, other in ((n.comparators[0], n.left), (n.left, n.comparators[0])):
            if type(literal) is ast.Constant:
                self._literal(literal, _bound_name(other), "compared")
        return tree.Compare(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.left), [_OPERATORS[type(op)] for op in n.ops], self.exprs(n.comparators),
        )  # fmt: skip

    def _subscript(self, n: ast.Subscript) -> tree.Expr:
        return tree.Subscript(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.value), self.expr(n.slice),
        )  # fmt: skip

    def _sequence(self, kind: Any, n: ast.List | ast.Tuple | ast.Set) -> tree.Expr:
        for item in n.elts:
            if type(item) is ast.Constant:
                self._literal(item, "", "")
        return tree.Sequence(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            kind, self.exprs(n.elts),
        )  # fmt: skip

    def _list(self, n: ast.List) -> tree.Expr:
        return self._sequence("list", n)

    def _tuple(self, n: ast.Tuple) -> tree.Expr:
        return self._sequence("tuple", n)

    def _set(self, n: ast.Set) -> tree.Expr:
        return self._sequence("set", n)

    def _dict(self, n: ast.Dict) -> tree.Expr:
        for key, value in zip(n.keys, n.values, strict=True):
            if type(value) is ast.Constant:
                named = type(key) is ast.Constant and type(key.value) is str
                self._literal(value, key.value if named else "", "key")  # type: ignore[union-attr]
        return tree.DictDisplay(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            [self.optional(k) for k in n.keys], self.exprs(n.values),
        )  # fmt: skip

    def _lambda(self, n: ast.Lambda) -> tree.Expr:
        yields = self.yields
        body = self.expr(n.body)
        self.yields = yields
        return tree.Lambda(*_at(n), self._params(n.args), body)

    def _ifexp(self, n: ast.IfExp) -> tree.Expr:
        return tree.IfExp(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1,
            self.expr(n.test), self.expr(n.body), self.expr(n.orelse),
        )  # fmt: skip

    def _await(self, n: ast.Await) -> tree.Expr:
        return tree.Await(
            n.lineno, n.col_offset + 1, n.end_lineno, n.end_col_offset + 1, self.expr(n.value)
        )

    def _yield(self, n: ast.Yield) -> tree.Expr:
        self.yields = True
        return tree.Yield(*_at(n), self.optional(n.value), False)

    def _yield_from(self, n: ast.YieldFrom) -> tree.Expr:
        self.yields = True
        return tree.Yield(*_at(n), self.expr(n.value), True)

    def _starred(self, n: ast.Starred) -> tree.Expr:
        return tree.Starred(*_at(n), self.expr(n.value))

    def _comprehension(
        self, kind: Any, n: Any, element: ast.expr, value: ast.expr | None
    ) -> tree.Expr:
        clauses = [
            tree.Clause(
                *_at(g.target)[:2], *_at(g.iter)[2:],
                self.expr(g.target), self.expr(g.iter), self.exprs(g.ifs), bool(g.is_async),
            )
            for g in n.generators
        ]  # fmt: skip
        return tree.Comprehension(*_at(n), kind, self.expr(element), self.optional(value), clauses)

    def _listcomp(self, n: ast.ListComp) -> tree.Expr:
        return self._comprehension("list", n, n.elt, None)

    def _setcomp(self, n: ast.SetComp) -> tree.Expr:
        return self._comprehension("set", n, n.elt, None)

    def _dictcomp(self, n: ast.DictComp) -> tree.Expr:
        return self._comprehension("dict", n, n.key, n.value)

    def _generator(self, n: ast.GeneratorExp) -> tree.Expr:
        return self._comprehension("generator", n, n.elt, None)

    def _walrus(self, n: ast.NamedExpr) -> tree.Expr:
        self.words.add(n.target.id)
        return tree.Walrus(*_at(n), n.target.id, self.expr(n.value))

    def _slice(self, n: ast.Slice) -> tree.Expr:
        return tree.Slice(
            *_at(n), self.optional(n.lower), self.optional(n.upper), self.optional(n.step)
        )

    # --- parameters and literals -----------------------------------------------------------

    def _params(self, a: ast.arguments) -> list[tree.Param]:
        params: list[tree.Param] = []
        positional = [*a.posonlyargs, *a.args]
        defaults = [None] * (len(positional) - len(a.defaults)) + list(a.defaults)
        for i, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
            kind = "positional-only" if i < len(a.posonlyargs) else "ordinary"
            params.append(self._param(arg, kind, default))
        if a.vararg:
            params.append(self._param(a.vararg, "*args", None))
        for arg, default in zip(a.kwonlyargs, a.kw_defaults, strict=True):
            params.append(self._param(arg, "keyword-only", default))
        if a.kwarg:
            params.append(self._param(a.kwarg, "**kwargs", None))
        return params

    def _param(self, arg: ast.arg, kind: Any, default: ast.expr | None) -> tree.Param:
        if type(default) is ast.Constant:
            self._literal(default, arg.arg, "default")
        self.words.add(arg.arg)
        end = arg if default is None else default
        return tree.Param(
            arg.lineno, arg.col_offset + 1, end.end_lineno, end.end_col_offset + 1,
            arg.arg, kind,
            None if arg.annotation is None else self._annotation(arg.annotation),
            self.optional(default),
        )  # fmt: skip

    def _literal(self, node: ast.Constant, name: str, role: Any, owner: str = "") -> None:
        value = node.value
        if isinstance(value, bytes) and value.lstrip().startswith(b"-----"):
            value = value.decode("latin-1")  # a key, as its file has it
        if isinstance(value, str) and _may_matter(value):
            text = value.encode("utf-8", "replace").decode("utf-8")[:_LONGEST_TEXT]
            self.words.update((text, name, owner))
            self.literals.append(tree.Literal(*_at(node), text, name, role, owner))


def _at(node: Any) -> tuple[int, int, int, int]:
    """The position of a node: 1-based, in characters."""
    return (node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)


def _is_text(node: ast.expr) -> bool:
    return type(node) is ast.Constant and type(node.value) is str


def _may_matter(value: object) -> bool:
    """Whether a literal could be a key, a token or an address: long enough, and no prose."""
    return (
        type(value) is str
        and len(value) >= _SHORTEST_LITERAL
        and (" " not in value or value.lstrip().startswith(("-----", "Bearer ", "Basic ")))
    )


def _bound_name(node: ast.expr) -> str:
    """The name that an assignment gives a value: the last part of what stands on its left."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
    return ""


def _dotted(node: object) -> str:
    """``a.b.c`` as written, or nothing where it is not that simple."""
    parts: list[str] = []
    while type(node) is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    if type(node) is not ast.Name:
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def _find_name(lines: list[str], line: int, column: int, name: str) -> int:
    """The column of a defined name, looked for in its line from ``column`` (both 1-based)."""
    found = lines[line - 1].find(name, column) if line <= len(lines) else -1
    return found + 1 if found >= 0 else column


def _classes(pattern: ast.AST) -> list[ast.MatchClass]:
    """The classes of which one is the subject's, where the pattern takes it."""
    match pattern:
        case ast.MatchClass():
            return [pattern]
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _classes(inner)
        case ast.MatchOr(patterns=patterns) if all(map(_classes, patterns)):
            return [cls for each in patterns for cls in _classes(each)]
    return []


def _is_plain(pattern: ast.AST) -> bool:
    """Whether a pattern asks for one of some values or classes, or for nothing at all."""
    match pattern:
        case ast.MatchValue() | ast.MatchAs(pattern=None):
            return True
        case ast.MatchClass(patterns=[], kwd_patterns=[]):
            return True
        case ast.MatchAs(pattern=ast.MatchClass() as inner):
            return _is_plain(inner)
        case ast.MatchOr(patterns=[first, *_] as patterns):
            kind = type(first)
            return kind in _ALONE and all(type(p) is kind and _is_plain(p) for p in patterns)
    return False


_ALONE = (ast.MatchValue, ast.MatchClass)
