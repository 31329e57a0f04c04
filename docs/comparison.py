"""The comparison: what other linters check in FastAPI projects, and what stands for it here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import tomli

from docs.words import link, names, row
from fastlint.catalogue import Rule
from fastlint.overlap.table import TWINS

RULES = "../rules/"
HEAD = """\
# Beside other linters

What other linters check in FastAPI projects, as their rules were in 2026, and the rules that stand
for it here, or the reason why there is none. The others are good at what they are for: keep ruff
for Python as such, which fastlint leaves alone.

`python -m docs` writes this page, from the rules' own pages and [comparison.toml](comparison.toml).
"""
OVERLAP = """\
## What ruff reports as well

With `ruff-overlap = "skip"`, findings of these rules are left to ruff, one by one, where the
project's settings of ruff select the rule and ruff sees the same defect at the same place:
"""
ALONE = """\
## What we found in none of them

"""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that others check."""

    check: str
    others: str
    """Who checks it, with their own codes."""
    rules: tuple[str, ...] = ()
    """The names of the rules that stand for it here."""
    why: str = ""
    """Why there is none, or what is different."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some rows about one subject."""

    title: str
    rows: tuple[Row, ...]


def read(path: Path) -> tuple[Part, ...]:
    """The rows by subject. Raises msgspec.ValidationError for a table of another form."""
    tables = tomli.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(tables, dict[str, tuple[Part, ...]])["parts"]


def mistakes(parts: Sequence[Part], rules: Sequence[Rule]) -> Iterator[str]:
    """Rules that do not exist, and rows that have neither a rule nor a reason."""
    known = {rule.name for rule in rules}
    for part in parts:
        for each in part.rows:
            for name in each.rules:
                if name not in known:
                    yield f"docs/comparison.toml: there is no rule `{name}` (for: {each.check})"
            if not each.rules and not each.why:
                yield f"docs/comparison.toml: neither a rule nor a reason for: {each.check}"


def page(parts: Sequence[Part], rules: Sequence[Rule]) -> str:
    """The page in Markdown."""
    by_name = {rule.name: rule for rule in rules}
    texts = [HEAD, *(_part(part, by_name) for part in parts), OVERLAP, _overlap(rules), ALONE]
    return "\n".join([*texts, _alone(parts, rules)])


def _part(part: Part, by_name: dict[str, Rule]) -> str:
    lines = [f"## {part.title}", "", row("check", "who else", "here", "remarks")]
    lines.append("| --- | --- | --- | --- |")
    for each in part.rows:
        ours = names((by_name[name] for name in each.rules if name in by_name), RULES)
        lines.append(row(each.check, each.others, ours or "no", each.why))
    return "\n".join([*lines, ""])


def _overlap(rules: Sequence[Rule]) -> str:
    lines = [row("here", "ruff"), "| --- | --- |"]
    lines += [
        row(link(rule, RULES), ", ".join(TWINS[rule.code])) for rule in rules if rule.code in TWINS
    ]
    return "\n".join([*lines, ""])


def _alone(parts: Sequence[Part], rules: Sequence[Rule]) -> str:
    elsewhere = {name for part in parts for each in part.rows for name in each.rules}
    lines = [
        f"- {link(rule, RULES)}: {rule.summary}"
        for rule in rules
        if rule.name not in elsewhere and not rule.by_engine
    ]
    return "\n".join([*lines, ""])
