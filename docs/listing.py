"""The README's list of the rules: which are on, how grave they are and what they fix."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from docs.words import link, names, row
from fastlint.catalogue import Rule

RULES = "rules/"
_STRICT = (
    'With `profile = "strict"` these are on as well; they are right, but a matter of taste, or of '
    "little consequence: {}."
)
_OFF = (
    "These run only where you select them, since no program can be quite sure of what they say, or "
    "since few teams want it said: {}."
)
_ON = {"default": "on", "strict": "strict", None: "off"}
_FIX = {"none": "", "safe": "safe", "unsafe": "unsafe", "sometimes": "safe or unsafe"}


def section(rules: Sequence[Rule]) -> str:
    """What the README says between its marks; ends with a newline."""
    strict = [rule for rule in rules if rule.profile == "strict"]
    off = [rule for rule in rules if rule.profile is None]
    on = len(rules) - len(strict) - len(off)
    lines = [f"Of {len(rules)} rules, {on} are on by default.", "", _STRICT.format(_told(strict))]
    if off:
        lines += ["", _OFF.format(_told(off))]
    lines += ["", "<details>", f"<summary>All {len(rules)} rules</summary>", ""]
    lines += [row("code", "rule", "on", "severity", "fix"), "| --- | --- | --- | --- | --- |"]
    for category, members in groupby(rules, key=lambda rule: rule.category):
        lines.append(row("", f"**{category}**", "", "", ""))
        lines += [
            row(rule.code, link(rule, RULES), _ON[rule.profile], rule.severity, _FIX[rule.fix])
            for rule in members
        ]
    return "\n".join([*lines, "", "</details>", ""])


def _told(rules: Sequence[Rule]) -> str:
    return f"({len(rules)}) {names(rules, RULES)}"
