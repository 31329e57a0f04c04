"""See ``rules/FLT601-validator-returns-none.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Module
from fastlint.model.shapes.decorated_validators import (
    Decorated,
    decorated_validators,
    gives_nothing,
    handed_validators,
    only_param,
)
from fastlint.rule import check

_VALUE = "so the value that it validates is replaced by None"
_RETURN = "return the value at the end"


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Validators that give nothing back."""
    for each in decorated_validators(module):
        if gives_nothing(each.facts):
            yield _problem(module, each.facts, _outcome(each), _help(each), each.given_back)
    for facts in handed_validators(module):
        if gives_nothing(facts):
            yield _problem(module, facts, _VALUE, _RETURN, only_param(facts))


def _problem(
    module: Module, facts: tree.FunctionFacts, outcome: str, advice: str, given: str
) -> Problem:
    end = facts.name_column + len(facts.name)
    span = Span(module.path, facts.line, facts.name_column, facts.line, end)
    return Problem(
        span,
        f"`{facts.name}` returns nothing, {outcome}",
        advice,
        data=(span, given),
        fixable=bool(given),
        withheld="what it has to give is for you to say",
    )


def _outcome(each: Decorated) -> str:
    if each.by in ("field_validator", "validator"):
        return _VALUE
    if each.is_after_model:
        return "so a request body of this model reaches the handler as None"
    return "so everything that the model is given is replaced by None"


def _help(each: Decorated) -> str:
    return "end it with `return self`" if each.is_after_model else _RETURN


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``return value`` at the end. Unsafe: something else may be meant to come out."""
    span, name = problem.data
    changed = edits.return_at_end(syntax, span, name)
    return edits.offer(f"Return `{name}` at the end", changed, safe=False)
