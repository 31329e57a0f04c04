"""Where a text that the client writes gets to inside of a function.

By the text of the body alone: a name carries it when something that is made of it is assigned to
it. A text that the function looks at is taken for checked, and so is one that goes through a call
that is not known.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.walk import dotted_name, place, walk
from fastlint.findings import Related
from fastlint.model.calls.forwarded import forwarded
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted, is_test
from fastlint.model.reading.course import Course, course
from fastlint.model.reading.items import item_read
from fastlint.model.reading.looked_at import looked_at
from fastlint.model.security.client_texts import ANY_KEY, Input, given
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SAME = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "removeprefix", "removesuffix",
     "format", "encode", "decode", "casefold", "split", "partition", "rpartition", "rsplit",
     "joinpath", "absolute", "expanduser"}
)  # fmt: skip
"""Methods that leave what is dangerous in a text."""
_MADE_OF = frozenset(
    {"builtins.str", "pathlib.Path", "pathlib.PurePath", "anyio.Path", "os.path.join",
     "os.path.abspath", "os.path.expanduser", "posixpath.join", "os.fspath"}
)  # fmt: skip
_DEEPEST = 4
_MOST = 2_000
"""Functions to look into at most."""


class Carried(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A function with the texts of a request that get into it."""

    function: Function
    inputs: dict[str, Input]
    """By what they are called in the function: ``name``, ``item.name``."""
    route: Route
    trail: tuple[CallSite, ...]
    """The calls that lead here from what FastAPI calls."""
    checked: bool = True
    """Whether a text that the function looks at is left out."""

    @property
    def affected(self) -> tuple[str, ...]:
        """The handler whose request it is."""
        return (self.route.handler.id,) if self.route.handler else ()

    def way(self, text: Input, called: str = "") -> tuple[Related, ...]:
        """Where a text is read from the request, and the calls that hand it on to here."""
        read = Related(text.span, f"{called or f'`{text.key}`'} is read from the request here")
        return (read, *(Related(site.span, "and handed on here") for site in self.trail))

    def of(self, node: tree.Expr | None) -> Input | None:
        """The text of the client that an expression carries; None where it is not known to."""
        if node is None or self._of(node, self._loosely) is None:
            return None
        return self._of(node, self._names_at(node))

    def bound(self, name: str) -> list[tree.Expr | None]:
        """What the function assigns to a name; None stands for what is not known."""
        return self._bound.get(name, [])

    @cached_property
    def _names(self) -> dict[str, Input]:
        """The names that carry a text, whatever comes first."""
        return self._carrying(self.function.nodes)

    @cached_property
    def _loosely(self) -> dict[str, Input]:
        """The names that may carry a text somewhere, be it checked or not."""
        names = dict(self.inputs)
        names.update(_dumped(self._bound, names, frozenset()))
        for _ in range(len(self._bound)):
            new = {
                name: found
                for name, values in self._bound.items()
                if name not in names and (found := self._first(values, names))
            }
            if not new:
                break
            names.update(new)
        return names

    def _names_at(self, node: tree.Node) -> dict[str, Input]:
        """The names that carry a text at ``node``: what comes after it does nothing for it yet."""
        until = self._course.until(node)
        if len(until) == len(self._course.nodes):
            return self._names
        key = (len(until), until[-1:])
        found = self._before.get(key)
        if found is None:
            found = self._before[key] = self._carrying(until)
        return found

    @cached_property
    def _course(self) -> Course:
        return course(self.function.nodes)

    @cached_property
    def _before(self) -> dict[tuple[int, tuple[tree.Node, ...]], dict[str, Input]]:
        return {}

    def _carrying(self, nodes: Sequence[tree.Node]) -> dict[str, Input]:
        """The names that carry a text when these nodes have run."""
        checked: frozenset[str] = frozenset()
        if self.checked:
            seen = looked_at(nodes, self.inputs)
            checked = frozenset((*seen, *_checked_below(self.function, nodes)))
        bound = _bindings(nodes)
        names = {
            key: value
            for key, value in self.inputs.items()
            if key not in checked and key.partition(".")[0] not in checked
        }
        for key in list(names):
            name, _, field = key.partition(".")
            given = bound.get(name, [])
            if any(self._is_other(v, names) and not (field and _is_or(v, name)) for v in given):
                del names[key]
        names.update(_dumped(bound, names, checked))
        for _ in range(len(bound)):
            new = {
                name: found
                for name, values in bound.items()
                if name not in names
                and name not in checked
                and not any(self._is_other(value, names) for value in values)
                and (found := self._first(values, names))
            }
            if not new:
                break
            names.update(new)
        return names

    def _is_other(self, node: tree.Expr | None, names: dict[str, Input]) -> bool:
        """Whether an expression is neither written in the code nor made of a known text."""
        if node is None:
            return True
        if isinstance(node, tree.Constant | tree.FString | tree.BinOp):
            return False
        return self._of(node, names) is None

    def _of(self, node: tree.Expr | None, names: dict[str, Input]) -> Input | None:
        match node:
            case tree.Name(id=name):
                return names.get(name)
            case tree.Attribute(value=tree.Name(id=name), attr=attr):
                return names.get(f"{name}.{attr}")
            case tree.FString(parts=parts):
                return self._first(parts, names)
            case tree.BinOp(left=left, op="+" | "%" | "/", right=right):
                return self._first((left, right), names)
            case tree.Sequence(items=items):
                return self._first(items, names)
            case tree.BoolOp(op="or", values=values):
                return self._first(values, names)
            case tree.IfExp(body=body, orelse=orelse):
                return self._first((body, orelse), names)
            case tree.Walrus(value=value):
                return self._of(value, names)
            case tree.Subscript(value=tree.Name() | tree.Call() as value):
                return self._item(node, names) or self._of(value, names)
            case tree.Call():
                return self._item(node, names) or self._of_call(node, names)
        return None

    def _item(self, node: tree.Expr, names: dict[str, Input]) -> Input | None:
        """What stands under a key of a dictionary that the client fills, or that holds a model."""
        read = item_read(node)
        if read is None:
            return None
        name, key = read
        anything = names.get(f"{name}.{ANY_KEY}")
        if anything is None:
            return names.get(f"{name}.{key}")
        called = f"{anything.key.removesuffix(ANY_KEY)}{key}"
        return self._items.setdefault((anything, key), replace(anything, key=called))

    @cached_property
    def _items(self) -> dict[tuple[Input, str], Input]:
        return {}

    def _of_call(self, node: tree.Call, names: dict[str, Input]) -> Input | None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        match node.func:
            case tree.Attribute(value=tree.Constant(), attr="join" | "format"):
                return self._first(given, names)
            case tree.Attribute(value=value, attr=attr) if attr in _SAME:
                return self._first(
                    (value, *(given if attr in ("format", "joinpath") else ())), names
                )
        site = self.function.call_at(node)
        if site is not None and dotted(site.callee) in _MADE_OF:
            return self._first(given, names)
        return None

    def _first(self, nodes: Iterable[tree.Expr | None], names: dict[str, Input]) -> Input | None:
        return next(filter(None, (self._of(node, names) for node in nodes)), None)

    def text(self, node: tree.Expr | None, depth: int = 3) -> str:
        """What the code itself writes of the text that an expression is."""
        parts: list[str] = []
        for each in walk([node] if node is not None else []):
            if isinstance(each, tree.Constant) and isinstance(each.value, str):
                parts.append(each.value)
            elif isinstance(each, tree.Name) and depth:
                parts += [self.text(value, depth - 1) for value in self.bound(each.id)]
        return " ".join(parts)

    @cached_property
    def _bound(self) -> dict[str, list[tree.Expr | None]]:
        return _bindings(self.function.nodes)


def carried(project: Project, *, checked: bool = True) -> Iterator[Carried]:
    """Every function that texts of a request get into, those that FastAPI calls first; no tests.

    Without ``checked`` also where a function looks at them.
    """
    found = [
        Carried(each.function, {i.key: i for i in each.inputs}, each.route, (), checked)
        for each in given(project)
    ]
    seen = {(id(each.function), frozenset(each.inputs)) for each in found}
    for each in found:  # which grows meanwhile
        if not is_test(each.function.path):
            yield each
        if len(each.trail) >= _DEEPEST or len(found) >= _MOST:
            continue
        for inner in _called(each, project):
            key = (id(inner.function), frozenset(inner.inputs))
            if key not in seen:
                seen.add(key)
                found.append(inner)


def carried_calls(project: Project, words: search.Words) -> Iterator[tuple[Carried, CallSite]]:
    """The calls of functions that texts of a request get into and in which one of the words stands.

    Nothing is followed in a project in which none of the words stands anywhere.
    """
    if not project.has_body_with(words):
        return
    for each in project.carried:
        if search.matches(each.function.facts, words):
            for site in each.function.calls:
                yield each, site


def _called(outer: Carried, project: Project) -> Iterator[Carried]:
    for site in outer.function.calls:
        inner = handed_on(outer, site, project)
        if inner is not None:
            yield inner


def handed_on(outer: Carried, site: CallSite, project: Project) -> Carried | None:
    """The function that a call has run, with the texts that it gets; None where it gets none."""
    run = forwarded(site)
    inputs: dict[str, Input] = {}
    for name, node in run.given() if run is not None else ():
        _hand_over(name, node, outer, inputs)
    if not inputs or run is None:
        return None
    function = project.function(run.function)
    return Carried(function, inputs, outer.route, (*outer.trail, site), outer.checked)


def _checked_below(function: Function, nodes: Iterable[tree.Node]) -> Iterator[str]:
    """The texts that a call among the nodes hands to one that looks at them and may raise."""
    ran = {place(node) for node in nodes if isinstance(node, tree.Call)}
    for site in function.calls:
        if place(site.node) not in ran:
            continue
        run = forwarded(site)
        if run is None or function.machine is None:
            continue
        given = {dotted_name(node): name for name, node in run.given()}
        given.pop("", None)
        if given:
            nodes = list(walk(tree.statements(run.function.facts)))
            if any(isinstance(node, tree.Raise) for node in nodes):
                seen = set(looked_at(nodes, given.values()))
                yield from (outside for outside, name in given.items() if name in seen)


def _hand_over(name: str, node: tree.Expr, outer: Carried, inputs: dict[str, Input]) -> None:
    found = outer.of(node)
    if found is not None:
        inputs[name] = found
        return
    owner = node.id if isinstance(node, tree.Name) else _dump_of(node)
    if owner:  # a model: its texts go with it
        inputs.update(_below(owner, name, outer._names))  # noqa: SLF001 - of the same kind


def _is_or(node: tree.Expr | None, name: str) -> bool:
    """``data or {}``, given to ``data`` itself"""
    match node:
        case tree.BoolOp(op="or", values=[tree.Name(id=first), *_]):
            return first == name
    return False


def _dump_of(node: tree.Expr | None) -> str:
    """The variable of which ``item.model_dump()`` makes a dictionary with all that it holds."""
    match node:
        case tree.Call(
            func=tree.Attribute(value=tree.Name(id=name), attr="model_dump" | "dict"),
            args=[],
            keywords=keywords,
        ) if all((each.name or "").startswith("exclude_") for each in keywords):
            return name
    return ""


def _dumped(
    bound: dict[str, list[tree.Expr | None]], names: dict[str, Input], checked: Container[str]
) -> Iterator[tuple[str, Input]]:
    """What variables hold that are given a dictionary of a model, and nothing else."""
    for name, values in bound.items():
        owners = {_dump_of(value) for value in values}
        if len(owners) == 1 and name not in checked:
            yield from _below(owners.pop(), name, names)


def _below(owner: str, name: str, names: dict[str, Input]) -> Iterator[tuple[str, Input]]:
    """The texts of ``owner`` by what they are called where ``name`` stands for it."""
    for key, value in list(names.items()):
        head, _, field = key.partition(".")
        if owner and head == owner and field:
            yield f"{name}.{field}", value


def _bindings(nodes: Iterable[tree.Node]) -> dict[str, list[tree.Expr | None]]:
    """What is assigned to each name; None stands for what is not known, as in a loop."""
    found: dict[str, list[tree.Expr | None]] = {}

    def bind(target: tree.Expr | None, value: tree.Expr | None) -> None:
        for name in walk([target] if target is not None else []):
            if isinstance(name, tree.Name):
                found.setdefault(name.id, []).append(value if name is target else None)

    for node in nodes:
        match node:
            case tree.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, tree.Name | tree.Sequence):
                        bind(target, value)
            case tree.AnnAssign(target=tree.Name() as target, value=value) if value is not None:
                bind(target, value)
            case tree.AugAssign(target=tree.Name() as target, value=value):
                bind(target, value)
            case tree.Walrus(name=name, value=value):
                found.setdefault(name, []).append(value)
            case tree.For(target=target) | tree.WithItem(target=target):
                bind(target, None)
    return found
