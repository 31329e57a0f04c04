"""The way up from each node of a function's body, and whose the names in it are."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.facts.walk import children, names, place
from fastlint.model.following.functions import Function


class Upwards:
    """A function's body, with the way up from each node; nested scopes are not entered."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.nodes = function.nodes
        self.up: dict[int, tree.Node] = {}
        for node in self.nodes:
            if not isinstance(node, tree.FunctionDef | tree.ClassDef | tree.Lambda):
                for child in children(node):
                    self.up[id(child)] = node

    def above(self, node: tree.Node | None) -> tree.Node | None:
        """The node of which ``node`` is a part; None at the top, and for a node of elsewhere."""
        return None if node is None else self.up.get(id(node))

    def loops(self, node: tree.Node) -> Iterator[tree.For | tree.Clause]:
        """The loops that run a node again for each of their elements, innermost first."""
        inner, above = node, self.above(node)
        while above is not None:
            if isinstance(above, tree.For) and any(inner is each for each in above.body):
                yield above
            elif isinstance(above, tree.Comprehension):
                before = [each for each in above.clauses if each is not inner]
                if isinstance(inner, tree.Clause):
                    before = above.clauses[: above.clauses.index(inner)]
                yield from reversed(before)
            inner, above = above, self.above(above)

    def loop_of(self, node: tree.Node, element: str) -> tree.For | tree.Clause | None:
        """The innermost loop around a node whose elements have that name."""
        return next((each for each in self.loops(node) if element in names([each.target])), None)

    def call(self, call: tree.Call) -> tree.Call | None:
        """The call of this body that stands where ``call`` does: bodies are decoded anew."""
        wanted = place(call)
        for node in self.nodes:
            if isinstance(node, tree.Call) and place(node) == wanted:
                return node
        return None

    def is_target(self, node: tree.Name) -> bool:
        """Whether the name is bound there rather than read."""
        parent = self.up.get(id(node))
        match parent:
            case tree.Assign(targets=targets):
                return any(node is target for target in targets)
            case tree.AnnAssign(target=target) | tree.AugAssign(target=target):
                return node is target
            case tree.WithItem(target=target):
                return node is target
        return False

    def is_shared(self, name: str) -> bool:
        """Whether the name is also another scope's: a global, or read by a nested function."""
        for node in self.nodes:
            if isinstance(node, tree.Scope) and name in node.names:
                return True
            if isinstance(node, tree.Lambda) and name in names([node.body]):
                return True
        return any(name in names(body) for body in self._nested())

    def _nested(self) -> Iterator[list[tree.Stmt]]:
        function = self.function
        if function.machine is None:
            return
        prefix = f"{function.facts.qualname}.<locals>."
        for facts in function.machine.modules.facts(function.path).functions:
            if facts.qualname.startswith(prefix) and facts.index > function.facts.index:
                yield tree.statements(facts)
