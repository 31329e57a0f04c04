"""Functions that are pydantic's validators, by what their own file says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastlint.facts import tree
from fastlint.facts.walk import decorator_name, walk
from fastlint.model.following.functions import Module
from fastlint.model.reading.flow import may_fall_through
from fastlint.model.reading.mentions import mentions

_PACKAGES = frozenset({"pydantic"})
_VALIDATORS = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_HANDED = frozenset({"AfterValidator", "BeforeValidator", "PlainValidator", "WrapValidator"})
_BINDING = frozenset({"classmethod", "staticmethod"})


class Decorated(NamedTuple):
    """A method, and which of its decorators makes it a validator."""

    facts: tree.FunctionFacts
    by: str
    """``field_validator``, ``root_validator`` …"""
    place: int

    @property
    def decorator(self) -> tree.Expr:
        """The one that makes it a validator."""
        return self.facts.decorators[self.place]

    @property
    def covering(self) -> tree.Name | None:
        """A ``classmethod`` or ``staticmethod`` above it, in which pydantic does not find it."""
        for above in self.facts.decorators[: self.place]:
            if isinstance(above, tree.Name) and above.id in _BINDING:
                return above
        return None

    @property
    def is_after_model(self) -> bool:
        """Whether it is given the object that has been made."""
        call = self.decorator
        keywords = call.keywords if isinstance(call, tree.Call) else []
        return self.by == "model_validator" and any(
            each.name == "mode"
            and isinstance(each.value, tree.Constant)
            and each.value.value == "after"
            for each in keywords
        )

    @property
    def is_for_class(self) -> bool:
        """Whether it is a class method: it says so, or pydantic makes it one for its ``cls``."""
        below = [decorator_name(each) for each in self.facts.decorators[self.place + 1 :]]
        first = self.facts.params[0].name if self.facts.params else ""
        return "classmethod" in below or (not below and first == "cls")

    @property
    def given_back(self) -> str:
        """The parameter that it gets and has to give back; empty where that is not certain."""
        if has_return(self.facts) or self.by == "root_validator":
            return ""
        names = [param.name for param in self.facts.params]
        if names[:1] not in (["self"], ["cls"]):
            return ""
        if self.is_after_model:
            return names[0] if names == ["self"] else ""
        is_plain = names[0] == "cls" and names[2:] in ([], ["info"], ["values"])
        return names[1] if is_plain and len(names) > 1 else ""


def only_param(facts: tree.FunctionFacts) -> str:
    """As `Decorated.given_back`, of a function that is given the value and nothing else."""
    is_plain = len(facts.params) == 1 and not has_return(facts)
    return facts.params[0].name if is_plain else ""


def has_return(facts: tree.FunctionFacts) -> bool:
    """Whether there is a ``return`` in a function, be it without a value."""
    return any(isinstance(node, tree.Return) for node in walk(tree.statements(facts)))


def gives_nothing(facts: tree.FunctionFacts) -> bool:
    """Whether no ``return`` of a validator has a value, though its end may be reached."""
    body = tree.statements(facts)
    if all(isinstance(s, tree.Jump) or _is_text(s) for s in body):
        return False  # a stub, whose body is still to be written
    nodes = list(walk(body))
    if any(isinstance(n, tree.Yield | tree.Match) for n in nodes):
        return False
    if any(isinstance(n, tree.Return) and n.value is not None for n in nodes):
        return False
    return may_fall_through(body)


def handed_validators(module: Module) -> Iterator[tree.FunctionFacts]:
    """The functions of the file that ``AfterValidator(…)`` and its like are given, each once."""
    own = {facts.qualname: facts for facts in module.facts.functions if not facts.decorators}
    if not any(_may_name_one(fact, _HANDED) for fact in module.facts.imports):
        return
    for each in mentions(module, _PACKAGES, ()):
        if each.call is not None and each.dotted.rpartition(".")[2] in _HANDED:
            given = each.call.args[0] if each.call.args else None
            facts = own.pop(given.id, None) if isinstance(given, tree.Name) else None
            if facts is not None and not facts.is_async:
                yield facts


def decorated_validators(module: Module) -> Iterator[Decorated]:
    """The validators of the classes that do not stand in a function."""
    if not any(_may_name_one(fact) for fact in module.facts.imports):
        return
    known = {
        id(each.node): each.dotted.rpartition(".")[2]
        for each in mentions(module, _PACKAGES, ())
        if not each.is_import
    }
    for facts in module.facts.functions:
        if facts.is_method:
            for place, decorator in enumerate(facts.decorators):
                name = decorator.func if isinstance(decorator, tree.Call) else decorator
                by = known.get(id(name))
                if by in _VALIDATORS:
                    yield Decorated(facts, by, place)


def _may_name_one(fact: tree.ImportFact, these: frozenset[str] = _VALIDATORS) -> bool:
    named = not fact.names or not these.isdisjoint(fact.names)
    return not fact.level and fact.module.partition(".")[0] in _PACKAGES and named


def _is_text(statement: tree.Stmt) -> bool:
    return isinstance(statement, tree.ExprStmt) and isinstance(statement.value, tree.Constant)
