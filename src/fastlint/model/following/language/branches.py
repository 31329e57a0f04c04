"""Conditions, and the branches that hang on them."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import shared, switches
from fastlint.model.following.choices import either_object, either_texts
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame, join
from fastlint.model.following.language.changes import (
    NOTHING_DONE,
    Alternative,
    alternative,
    settled,
)
from fastlint.model.following.language.comparisons import same
from fastlint.model.following.language.conditions import decide
from fastlint.model.following.language.narrowing import (
    Narrowed,
    narrowed,
    of_classes,
    says_nothing,
)
from fastlint.model.following.language.outcomes import FALLS_THROUGH, RETURNS, Outcome
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Const,
    Items,
    Unknown,
    Value,
    is_settable,
)


def follow_if(s: tree.If, frame: Frame) -> Outcome:
    """``if test``; where an answer is known, the other branch is passed by."""
    machine = frame.machine
    if _is_type_checking(s.test):
        machine.typing += 1
        try:
            ends = machine.follow(s.body, frame)
        finally:
            machine.typing -= 1
        return machine.follow(s.orelse, frame) if s.orelse else ends  # what runs has the last word
    match s.test:
        case tree.UnaryOp(op="not", operand=operand) if _is_type_checking(operand):
            return machine.follow(s.body, frame)
    if _is_main(s.test) and frame.watch is None:
        machine.scripts.append((s.body, frame))
        return machine.follow(s.orelse, frame)
    answer = decide(s.test, frame)
    if answer is None:
        if (known := narrowed(s.test, frame)) is None:
            body = alternative(s.body, frame)
            return settled(frame, (body, alternative(s.orelse, frame)))
        before = frame.namespace.get(known.name)
        body = alternative(s.body, frame, known.name, known.where_it_holds)
        other = alternative(s.orelse, frame, known.name, known.otherwise)
        ends = settled(frame, (body, other))
        if before is not None and says_nothing(before) and _is_as_tested(known, body, other):
            frame.rebind(known.name, before)  # of what nothing was known nothing is known after it
        return ends
    if not answer.settable:
        return machine.follow(s.body if answer.holds else s.orelse, frame)
    if answer.holds:
        ends = _default_branch(s.body, frame)
        other = _other_branch(s.orelse, frame)
    else:
        other = _other_branch(s.body, frame)
        ends = _default_branch(s.orelse, frame)
    _keep_what_says_more(other)
    _doubt_what_differs(other)
    if ends & RETURNS and not ends & FALLS_THROUGH:
        frame.over = True
    return ends | other.ends


def _is_as_tested(known: Narrowed, *branches: Alternative) -> bool:
    """Whether all branches go on, and none of them binds anew what the test asks for."""
    if not all(each.ends & FALLS_THROUGH for each in branches):
        return False
    left = [
        value
        for each in branches
        for (_, name), (_, value) in each.state.items()
        if name == known.name
    ]
    return all(value is known.where_it_holds or value is known.otherwise for value in left)


def _default_branch(body: list[tree.Stmt], frame: Frame) -> Outcome:
    """What runs as the settings are by default."""
    frame.chosen += 1
    frame.machine.doubts += 1
    try:
        return frame.machine.follow(body, frame)
    finally:
        frame.chosen -= 1
        frame.machine.doubts -= 1


def _other_branch(body: list[tree.Stmt], frame: Frame) -> Alternative:
    """What another setting would run: its registrations are possible."""
    returned = len(frame.returns)
    frame.machine.unlikely += 1
    try:
        found = alternative(body, frame)
    finally:
        frame.machine.unlikely -= 1
    possible = frame.returns[returned:]
    frame.returns[returned:] = [value for value in possible if is_telling(value)]
    frame.swayed = frame.swayed or len(frame.returns) < returned + len(possible)
    return found


def _keep_what_says_more(other: Alternative) -> None:
    """Names count as they are by default, but for those that another setting gives an object."""
    for (_, name), (owner, value) in other.state.items():
        before = owner.namespace.get(name)
        if before is None or before == NONE:
            if value is not None:
                owner.rebind(name, join(before, value))
        elif isinstance(before, Const):
            owner.rebind(name, Const(before.value, settable=True))
        elif (both := either_object(value, before) or either_texts(value, before)) is not None:
            owner.rebind(name, both)


def _doubt_what_differs(other: Alternative) -> None:
    """Of two lists of dependencies, or of routers, only what both have is there by any setting."""
    for (_, name), (owner, value) in other.state.items():
        now = owner.namespace.get(name)
        if now is None or value is None or now is value:
            continue
        either = shared.perhaps(now, value) or owner.either_list(now, value)
        if either is not None:
            owner.rebind(name, either)


def is_telling(value: Value) -> bool:
    """Whether a value that another setting would give says more than the default."""
    return not isinstance(value, Const | Unknown)


def _is_main(test: tree.Expr) -> bool:
    match test:
        case tree.Compare(left=tree.Name(id="__name__"), ops=["=="], comparators=[constant]):
            return isinstance(constant, tree.Constant) and constant.value == "__main__"
    return False


def _is_type_checking(test: tree.Expr) -> bool:
    return last_name(test) == "TYPE_CHECKING"


def follow_match(s: tree.Match, frame: Frame) -> Outcome:
    """``match subject``: the case that is known to be met, or each that may be, or none."""
    subject = evaluate(s.subject, frame)
    name = s.subject.id if isinstance(s.subject, tree.Name) else ""
    found: list[Alternative] = []
    for case in s.cases:
        is_met = _is_met(case, s.subject, subject, frame)
        if is_met is False:
            continue
        known = of_classes(name, subject, _classes(case, frame), frame) if case.classes else None
        taken = subject if known is None else known.where_it_holds or subject
        for bound in case.bound:
            frame.bind(bound, taken if bound == case.alias else UNKNOWN)
        if case.guard is not None:
            answer = decide(case.guard, frame)
            holds = None if answer is None or answer.settable else answer.holds
            if holds is False:
                continue
            is_met = is_met if holds else None
        if is_met and not found:
            return frame.machine.follow(case.body, frame)
        narrow = None if taken is subject else taken
        found.append(alternative(case.body, frame, name, narrow if name else None))
        if is_met:
            return settled(frame, found)
        if known is not None and known.otherwise is not None and _takes_all(case):
            subject = known.otherwise
    return settled(frame, (*found, NOTHING_DONE))


def _classes(case: tree.Case, frame: Frame) -> Items:
    return Items("tuple", [evaluate(each, frame) for each in case.classes])


def _takes_all(case: tree.Case) -> bool:
    """Whether the case takes every object of its classes."""
    return case.is_plain and case.guard is None


def _is_met(case: tree.Case, node: tree.Expr, subject: Value, frame: Frame) -> bool | None:
    """Whether the pattern takes the subject; None where that is not known."""
    if frame.watch is not None:
        return switches.matching(case, node, frame)
    if not case.is_plain or case.classes:
        return None
    values = [evaluate(each, frame) for each in case.values]
    if not values:
        return True
    if is_settable(subject):
        return None
    answers = [same(subject, each) for each in values]
    return True if True in answers else None if None in answers else False
