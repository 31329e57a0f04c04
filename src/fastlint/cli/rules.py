"""``fastlint rules``: all rules in a table."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fastlint.cli.terminal import Colour, ColourOption, command, wants_colour, width, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.catalogue import Rule
    from fastlint.report.text import Line

SCHEMA = "fastlint-rules/1"
_ON = {"default": "on", "strict": "strict", None: "off"}


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


@command
def rules(
    *,
    output_format: Annotated[
        _Format, typer.Option("--output-format", help="A table, or JSON for programs.")
    ] = _Format.TEXT,
    color: ColourOption = Colour.AUTO,
) -> int:
    """List all rules: code, name, severity, where it is on and what it fixes.

    `on` is on by default, `strict` in the profile `strict` (`--profile`, or `profile` in the
    settings); `off` is switched on by `--extend-select` or `extend-select`.
    """
    from fastlint.catalogue import catalogue

    known = catalogue().rules
    if output_format is _Format.JSON:
        write(_json(known))
        return 0
    from pathlib import Path

    from fastlint.report.options import ReportOptions
    from fastlint.report.text import printed

    here = Path()
    colour = wants_colour(color, sys.stdout)
    told = ReportOptions(root=here, cwd=here, colour=colour, hyperlinks=False)
    write(printed(_table(known, width()), told))
    return 0


def _table(known: Sequence[Rule], columns: int) -> Iterator[Line]:
    from fastlint.report.cells import wrap
    from fastlint.report.summary import STYLES
    from fastlint.report.text import Segment

    name = max(len(rule.name) for rule in known)
    category = ""
    for rule in known:
        if rule.category != category:
            if category:
                yield []
            category = rule.category
            yield [Segment(category, "strong")]
        fix = "" if rule.fix == "none" else f"fix: {rule.fix}"
        yield [
            Segment(f"  {rule.code}  "),
            Segment(f"{rule.name:<{name}}  ", "strong"),
            Segment(f"{rule.severity:<7}", STYLES[rule.severity]),
            Segment(f"  {_ON[rule.profile]:<6}  {fix}", "quiet"),
        ]
        for part in wrap(rule.summary, max(columns - 10, 40)):
            yield [Segment(f"          {part}")]


def _json(known: Sequence[Rule]) -> str:
    import json

    listed = [
        {
            "code": rule.code,
            "name": rule.name,
            "category": rule.category,
            "severity": rule.severity.value,
            "default": rule.default,
            "profile": rule.profile,
            "fix": rule.fix,
            "since": rule.since,
            "summary": rule.summary,
            "url": rule.url or None,
        }
        for rule in known
    ]
    return json.dumps({"schema": SCHEMA, "rules": listed}, indent=2) + "\n"
