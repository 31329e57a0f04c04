"""How rules are named in a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.catalogue import Rule


def link(rule: Rule, folder: str) -> str:
    """The rule's name, leading to its page in ``folder``."""
    return f"[{rule.name}]({folder}{rule.code}-{rule.name}.md)"


def row(*cells: str) -> str:
    """One line of a table."""
    told = " | ".join(cell.replace("|", r"\|") for cell in cells)
    return f"| {told} |"


def names(rules: Iterable[Rule], folder: str) -> str:
    """The rules one after the other."""
    return ", ".join(link(rule, folder) for rule in rules)
