"""What is kept of one file: its facts, its suppressions, what the rules for single files say of it.

A record depends on the file's bytes alone, so it can be made in another process and cached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalogue import Rule
from fastlint.facts.unparsable import Unparsable
from fastlint.findings import Problem
from fastlint.overlap.table import CODES
from fastlint.source.decode import digest
from fastlint.source.file import SourceFile, Unreadable
from fastlint.source.suppressions import Suppression, suppressions

if TYPE_CHECKING:
    from fastlint.facts import tree

_OURS = re.compile(
    r"fastlint:|#\s*noqa:[ \t]*(?:[A-Z]+[0-9]+[, \t]+)*(?:FLT|[a-z]+(?:-[a-z]+)+)", re.IGNORECASE
)


class Failure(msgspec.Struct, frozen=True, gc=False):
    """A rule that threw: what it said, and where it stood."""

    code: str
    message: str
    detail: str
    """The last lines of the traceback, for a bug report."""


class FileRecord(msgspec.Struct, frozen=True):
    """One file of the project."""

    path: str
    digest: str
    """Of the bytes; empty for a file that could not be read."""
    facts: bytes | None = None
    """Encoded; None for a file that could not be read or parsed."""
    meaning: str = ""
    """A digest of the facts: what only looks different to a reader has the same."""
    refusal: Unparsable | None = None
    """Why there are no facts."""
    suppressions: tuple[Suppression, ...] = ()
    has_noqa: bool = False
    """There are ``# noqa`` comments that have not been read yet: telling them from text costs as
    much as parsing, and few files need it."""
    judged: frozenset[str] = frozenset()
    """The codes of the rules for single files that have been run on it."""
    problems: tuple[tuple[str, Problem], ...] = ()
    """What those rules said, with their code."""
    failures: tuple[Failure, ...] = ()


def record(source: SourceFile | Unreadable, rules: Iterable[Rule]) -> FileRecord:
    """Survey one file and run ``rules``, which look at one file at a time."""
    if isinstance(source, Unreadable):
        reason = f"the file cannot be read: {source.reason}"
        refusal = Unparsable(reason, source.line, source.column, is_syntax=False)
        return FileRecord(source.path, "", refusal=refusal)
    # Only files that have changed come here: an unchanged project never needs the survey.
    from fastlint.facts import tree
    from fastlint.facts.survey import survey

    text = source.text
    has_noqa = "noqa" in text or "NOQA" in text
    ours = ("fastlint" in text or has_noqa) and _OURS.search(text) is not None
    silenced = suppressions(source, CODES) if ours else ()
    facts = survey(text)
    made = FileRecord(
        source.path,
        source.digest,
        suppressions=silenced,
        has_noqa=has_noqa and not ours,
    )
    if isinstance(facts, Unparsable):
        return msgspec.structs.replace(made, refusal=facts)
    encoded = tree.encode(facts)
    made = msgspec.structs.replace(made, facts=encoded, meaning=digest(encoded))
    return judge(made, rules, facts)


def judge(
    made: FileRecord, rules: Iterable[Rule], facts: tree.ModuleFacts | None = None
) -> FileRecord:
    """``made`` with what those of ``rules`` say that have not been run on it yet."""
    wanted = [rule for rule in rules if rule.code not in made.judged]
    if not wanted or made.facts is None:
        return made
    from fastlint.facts import tree

    facts = facts if facts is not None else tree.decode(made.facts)
    problems: list[tuple[str, Problem]] = []
    failures: list[Failure] = []
    for rule in wanted:
        try:
            for subject in _subjects(rule, made.path, facts):
                problems.extend((rule.code, problem) for problem in rule.run(subject))
        except Exception as error:  # noqa: BLE001 - a broken rule costs a finding, never the run
            failures.append(failure(rule, error, made.path))
    return msgspec.structs.replace(
        made,
        judged=made.judged | {rule.code for rule in wanted},
        problems=(*made.problems, *problems),
        failures=(*made.failures, *failures),
    )


def _subjects(rule: Rule, path: str, facts: tree.ModuleFacts) -> Iterable[object]:
    from fastlint.model.following.functions import Function, Module

    if rule.subject is Module:
        return (Module(path, "", facts),)
    return (Function("", path, function) for function in facts.functions)


def failure(rule: Rule, error: Exception, where: str) -> Failure:
    """What is told of a rule that threw ``error`` while it looked at ``where``."""
    import traceback

    message = f"{rule.code} `{rule.name}` failed on {where}: {type(error).__name__}: {error}"
    detail = "".join(traceback.format_exception(error)[-4:])
    return Failure(rule.code, message, detail)
