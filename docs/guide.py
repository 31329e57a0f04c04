"""The guide's map: which rules stand for which of its sections, and what is said instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import tomli

from docs.words import names, row
from fastlint.catalogue import Rule

RULES = "../rules/"
HEAD = """\
# The guide, rule by rule

Much of what is taught about FastAPI stands in *FastAPI: Deep Dive & Best Practices*, a guide with
ten things to do, ten not to do, and twelve phases from the first application to its tuning. This is
what fastlint makes of it: the rules that stand for each section, what fastlint says instead where
the guide is out of date, and what is left to people.

`python -m docs` writes this page, from the rules' own pages and [guide.toml](guide.toml).
"""
REST = """\
## Beyond the guide

What else goes wrong in FastAPI projects, and the guide has no section on:
"""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the guide."""

    name: str
    """``DO 1``, ``2.3``: what the rules' pages call it."""
    title: str
    """What it is about, in our words."""
    instead: str = ""
    """Where the guide is out of date or wrong, and what is said instead."""
    people: str = ""
    """What no program can judge, and why."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some sections that stand together."""

    title: str
    sections: tuple[Section, ...]
    phase: str = ""
    """What the rules' pages call the part itself, where they can name it."""


def read(path: Path) -> tuple[Part, ...]:
    """The guide's parts. Raises msgspec.ValidationError for a table of another form."""
    tables = tomli.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(tables, dict[str, tuple[Part, ...]])["parts"]


def mistakes(parts: Sequence[Part], rules: Sequence[Rule]) -> Iterator[str]:
    """Sections that nobody has, and sections of which nothing is said."""
    known = {section.name for part in parts for section in part.sections}
    known |= {part.phase for part in parts}
    for rule in rules:
        for name in rule.head.guide:
            if name not in known:
                yield f"{rule.code} stands for `{name}`, which is no section in docs/guide.toml"
    for part in parts:
        for section in part.sections:
            if not section.people and not _standing_for(section.name, rules):
                yield f"{section.name}: no rule stands for it, and docs/guide.toml does not say why"


def page(parts: Sequence[Part], rules: Sequence[Rule]) -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *(_part(part, rules) for part in parts), REST, _rest(rules)])


def _part(part: Part, rules: Sequence[Rule]) -> str:
    lines = [f"## {part.title}", ""]
    whole = _standing_for(part.phase, rules) if part.phase else []
    if whole:
        lines += [f"All of it: {names(whole, RULES)}.", ""]
    lines += [row("guide", "rules", "said instead", "left to people"), "| --- | --- | --- | --- |"]
    lines += [
        row(
            f"**{section.name}** {section.title}",
            names(_standing_for(section.name, rules), RULES) or "none",
            section.instead,
            section.people,
        )
        for section in part.sections
    ]
    return "\n".join([*lines, ""])


def _rest(rules: Sequence[Rule]) -> str:
    lines = [
        f"- {names([rule], RULES)}: {rule.summary}"
        for rule in rules
        if not rule.head.guide and not rule.by_engine
    ]
    return "\n".join([*lines, ""])


def _standing_for(name: str, rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if name in rule.head.guide]
