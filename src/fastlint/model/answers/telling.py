"""What an ``except`` does besides telling that something went wrong."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.facts.walk import last_name, names, walk
from fastlint.model.following.functions import Function

TELLS = frozenset(
    {
        "critical", "debug", "error", "exception", "info", "log", "print", "warn", "warning",
        "str", "repr", "format", "type", "print_exc", "format_exc", "format_exception",
        "capture_exception", "record_exception", "set_status",
    }
)  # fmt: skip
"""Calls that write down what they are given, or make a text of it."""
_LOOKS = frozenset(
    {
        "bool", "dict", "float", "getattr", "getLogger", "get_logger", "hasattr", "int",
        "isinstance", "isoformat", "items", "join", "len", "list", "lower", "monotonic",
        "now", "perf_counter", "round", "strip", "time", "tuple", "upper", "url_for", "utcnow",
    }
)  # fmt: skip
"""Calls that change nothing."""
_STATEMENTS = (tree.ExprStmt, tree.Raise, tree.Return, tree.If, tree.Jump, tree.Import)
_BINDS = (tree.Assign, tree.AnnAssign)


def only_tells(handler: tree.Handler, function: Function) -> bool:
    """Whether an ``except`` of a function does nothing but log, raise and return.

    Nothing is left undone, then, where it is passed by: no transaction is rolled back in it, no
    lock released, no file deleted.
    """
    nodes = list(walk(handler.body))
    return (
        all(_is_telling(node) for node in nodes)
        and not any(isinstance(node, tree.Yield | tree.Lambda | tree.Walrus) for node in nodes)
        and _binds_for_itself(handler, nodes, function)
    )


def _is_telling(node: tree.Node) -> bool:
    if isinstance(node, tree.Call):
        called = last_name(node.func)
        return called in TELLS or called in _LOOKS or called.lstrip("_")[:1].isupper()
    return not isinstance(node, tree.Stmt) or isinstance(node, (*_STATEMENTS, *_BINDS))


def _binds_for_itself(handler: tree.Handler, nodes: list[tree.Node], function: Function) -> bool:
    """Whether what is assigned in it is a plain name, of which nothing outside of it makes use."""
    targets: list[tree.Expr] = []
    for node in nodes:
        if isinstance(node, tree.Assign):
            targets += node.targets
        elif isinstance(node, tree.AnnAssign):
            targets.append(node.target)
    bound = {target.id for target in targets if isinstance(target, tree.Name)}
    if not all(isinstance(target, tree.Name) for target in targets):
        return False
    inside = [name for name in names(handler.body) if name in bound]
    everywhere = [name for name in names(function.statements) if name in bound]
    return len(inside) == len(everywhere)
