"""What a function looks at before it uses it.

Whoever compares a text, looks it up or hands it to something that checks need not let everything
through any more; what exactly is let through is not asked.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from fastlint.facts import tree
from fastlint.facts.binding import targets
from fastlint.facts.walk import children, handed, names, walk
from fastlint.model.reading.items import item_read
from fastlint.model.reading.words import words

_NO_CHECK = frozenset(
    {"exists", "isfile", "is_file", "isdir", "is_dir", "len", "bool", "isinstance"}
)
_CHECKS = frozenset(
    {"validate", "check", "ensure", "assert", "verify", "sanitize", "sanitise", "guard", "require",
     "reject", "authorize", "allow", "allowed", "valid", "safe"}
)  # fmt: skip


def looked_at(nodes: Iterable[tree.Node], given: Container[str] = ()) -> Iterator[str]:
    """The names that the function looks at: what they hold is not just anything any more.

    How a name among ``given``, as it came, begins or ends says nothing of what is between.
    """
    nodes = list(nodes)
    yield from _looked_up(nodes)
    yield from _keys(nodes)
    sorting = set(_sorting(nodes, given))
    for node in nodes:
        match node:
            case tree.Compare(left=left, comparators=others) if id(node) not in sorting:
                if _asks_for_key(node, given):
                    continue
                is_none = any(isinstance(each, tree.Constant) and not each.value for each in others)
                if not is_none:
                    for side in (left, *others):
                        yield from _read(side)
            case tree.If(test=test) | tree.IfExp(test=test) | tree.Assert(test=test):
                for inner in walk([test]):
                    if isinstance(inner, tree.Call) and not _is_no_check(inner, given):
                        yield from _read(inner)
            case tree.Match(subject=subject):
                yield from _read(subject)
            case tree.ExprStmt(value=value):
                call = value.value if isinstance(value, tree.Await) else value
                if isinstance(call, tree.Call) and _CHECKS.intersection(words(_last(call.func))):
                    yield from _read(call)


def _keys(nodes: Sequence[tree.Node]) -> Iterator[str]:
    """The keys that a collection is asked for: ``jobs[name]`` is an error for any other name."""
    given = {id(each) for node in nodes for each in targets(node)}
    for node in nodes:
        match node:
            case tree.Subscript(index=tree.Name() | tree.Attribute() as index) if (
                id(node) not in given
            ):
                yield from _read(index)


def _is_no_check(call: tree.Call, given: Container[str]) -> bool:
    """``name.startswith("api/")``, ``os.path.exists(name)``"""
    match call:
        case tree.Call(
            func=tree.Attribute(value=value, attr="startswith" | "endswith"),
            args=[tree.Constant() | tree.Sequence()],
        ):
            return any(name in given for name in _read(value)) and not isinstance(value, tree.Call)
    read = item_read(call)
    if read is not None and _is_filled(*read, given):
        return True
    return _last(call.func) in _NO_CHECK


def _asks_for_key(node: tree.Compare, given: Container[str]) -> bool:
    """``"name" in data``, of a dictionary: that it is there does not say what it is."""
    match node:
        case tree.Compare(
            left=tree.Constant(value=str(key)),
            ops=["in" | "not in"],
            comparators=[tree.Name(id=name)],
        ):
            return _is_filled(name, key, given)
    return False


def _is_filled(name: str, key: str, given: Container[str]) -> bool:
    """Whether a variable is a dictionary in which the client writes, under this key or any."""
    return f"{name}.*" in given or f"{name}.{key}" in given


def _sorting(nodes: Iterable[tree.Node], given: Container[str]) -> Iterator[int]:
    """``if "." in name: return file(name)``, which tells files from pages."""
    for node in nodes:
        match node:
            case tree.If(
                test=tree.Compare(
                    left=tree.Constant(value="."), ops=["in"], comparators=[name]
                ) as t,
                body=body,
            ):
                if not isinstance(body[-1], tree.Raise) and any(n in given for n in _read(name)):
                    yield id(t)


def _looked_up(nodes: Sequence[tree.Node]) -> Iterator[str]:
    """What a query is given that has to find something: ``row = fetch(…, {"id": id})``."""
    refused = set(_refused(nodes))
    for node in reversed(nodes):  # what is refused may be made of what was found
        match node:
            case tree.Assign(targets=[tree.Name(id=made)], value=source) if made in refused:
                refused.update(names([source]))
    for node in nodes:
        match node:
            case (
                tree.Assign(targets=[tree.Name(id=found)], value=value)
                | tree.AnnAssign(target=tree.Name(id=found), value=value)
            ) if found in refused:
                call = value.value if isinstance(value, tree.Await) else value
                if isinstance(call, tree.Call):
                    yield from _bound(call)


def _refused(nodes: Iterable[tree.Node]) -> Iterator[str]:
    """The names of what has to be there: ``if not row: raise``, ``assert row``."""
    for node in nodes:
        match node:
            case tree.If(test=tree.UnaryOp(op="not", operand=tree.Name(id=name)), body=body):
                if isinstance(body[-1], tree.Raise | tree.Return):
                    yield name
            case tree.If(
                test=tree.Compare(
                    left=tree.Name(id=name), ops=["is"], comparators=[tree.Constant(value=None)]
                ),
                body=body,
            ):
                if isinstance(body[-1], tree.Raise | tree.Return):
                    yield name
            case tree.Assert(test=tree.Name(id=name)):
                yield name


def _bound(call: tree.Call) -> Iterator[str]:
    """What a call is given as the parameters of a query: what is found is called just so."""
    for given in handed(call):
        if isinstance(given, tree.DictDisplay | tree.Sequence):
            items = given.values if isinstance(given, tree.DictDisplay) else given.items
            for item in items:
                if isinstance(item, tree.Name | tree.Attribute):
                    yield from _read(item)


def _read(node: tree.Node) -> Iterator[str]:
    """What is read of an expression: ``name`` of ``name``, ``item.name`` of ``item.name``."""
    match node:
        case tree.Name(id=name):
            yield name
        case tree.Call(func=tree.Attribute(value=value), args=args, keywords=keywords):
            for part in (value, *args, *keywords):
                yield from _read(part)
        case tree.Attribute(value=tree.Name(id=name), attr=attr):
            yield f"{name}.{attr}"
        case _:
            for below in children(node):
                yield from _read(below)


def _last(node: tree.Expr) -> str:
    return node.attr if isinstance(node, tree.Attribute) else getattr(node, "id", "")
