"""How an outcome is shown. One module per format; none of them filters, sorts or decides.

Importing this costs nothing: a format is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

FORMATS = ("full", "concise", "grouped", "json", "jsonl", "sarif", "github", "gitlab", "junit")
"""The values of ``--output-format``."""

TEXT_FORMATS = frozenset({"full", "concise", "grouped"})
"""The formats made for people; all others are read by programs."""


def render(format_name: str, outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """Show the outcome in one of `FORMATS`; a non-empty text ends with a newline.

    Raises ValueError for any other format.
    """
    if format_name not in FORMATS:
        message = f"unknown output format {format_name!r}; expected one of {', '.join(FORMATS)}"
        raise ValueError(message)
    module = import_module(f"fastlint.report.{format_name}")
    reporter = cast("Callable[[Outcome, Sources, ReportOptions], str]", module.render)
    return reporter(outcome, sources, options)
