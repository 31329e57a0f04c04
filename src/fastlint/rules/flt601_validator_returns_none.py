"""See ``rules/FLT601-validator-returns-none.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Problem, Span
from fastlint.model.following.functions import Module
from fastlint.model.reading.flow import may_fall_through
from fastlint.model.shapes.decorated_validators import Decorated, decorated_validators
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Validators that give nothing back."""
    for each in decorated_validators(module):
        facts = each.facts
        if each.gives_nothing and may_fall_through(tree.statements(facts)):
            end = facts.name_column + len(facts.name)
            span = Span(module.path, facts.line, facts.name_column, facts.line, end)
            yield Problem(span, f"`{facts.name}` returns nothing, {_outcome(each)}", _help(each))


def _outcome(each: Decorated) -> str:
    if each.by in ("field_validator", "validator"):
        return "so the value that it validates is replaced by None"
    if each.is_after_model:
        return "so a request body of this model reaches the handler as None"
    return "so everything that the model is given is replaced by None"


def _help(each: Decorated) -> str:
    return "end it with `return self`" if each.is_after_model else "return the value at the end"
