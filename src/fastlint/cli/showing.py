"""Shows an outcome in the format, at the place and in the colours that were asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from fastlint.cli.terminal import Colour, cannot, here, is_terminal, say, wants_colour, width, write
from fastlint.config import OutputFormat
from fastlint.report import TEXT_FORMATS, render
from fastlint.report.options import ReportOptions
from fastlint.report.summary import counted

if TYPE_CHECKING:
    from fastlint.catalogue import Rule
    from fastlint.engine.disk import Request
    from fastlint.outcome import Outcome
    from fastlint.report.options import Sources


class Show(NamedTuple):
    """How an outcome is to be shown."""

    format: OutputFormat
    file: str | None
    """None for stdout."""
    statistics: bool
    colour: Colour
    quiet: bool
    verbose: bool
    fixes: bool
    started: float
    """When the command began, by the monotonic clock."""


def possible(show: Show, *, reports: bool = True) -> None:
    """Raises `CannotGoOnError` for what no report can do; ``reports``: whether there is one."""
    asked = "--output-file" if show.file is not None else "--statistics"
    if not reports and (show.file is not None or show.statistics):
        raise cannot(
            f"{asked} has nothing to show: --fix-only does not report what is left",
            "use `--fix` to have both",
        )
    if show.statistics and show.format not in TEXT_FORMATS:
        raise cannot(
            f"--statistics does not come as {show.format}", "use it with `--output-format full`"
        )


def options(request: Request, show: Show, stream: TextIO | None) -> ReportOptions:
    """What the reports are told; ``stream`` is where they go if not to a file."""
    to_terminal = show.file is None and is_terminal(stream)
    colour = _colourful(show, stream)
    return ReportOptions(
        root=request.root,
        cwd=Path(here()),
        colour=colour,
        width=width(),
        hyperlinks=colour and to_terminal,
        verbose=show.verbose,
        quiet=show.quiet,
        show_fixes=show.fixes,
        # Equal runs write equal files; only a person wants to know how long it took.
        elapsed=time.monotonic() - show.started if to_terminal else None,
        rules=_rules(request) if show.format is OutputFormat.SARIF else {},
    )


def deliver(
    request: Request,
    outcome: Outcome,
    sources: Sources,
    show: Show,
    stream: TextIO | None = None,
) -> None:
    """Write the report of an outcome where it belongs: a file, ``stream``, else stdout."""
    stream = stream or sys.stdout
    told = options(request, show, stream)
    if show.statistics:
        from fastlint.report import statistics

        text = statistics.render(outcome, sources, told)
    else:
        text = render(show.format, outcome, sources, told)
    if show.file is None:
        write(text, stream)
    else:
        from fastlint.cli.output import write_file

        write_file(show.file, text)
        if not show.quiet:
            say(f"wrote {counted(len(outcome.findings), 'finding')} to {show.file}")


def _colourful(show: Show, stream: TextIO | None) -> bool:
    """A file is coloured only for who insists on it."""
    if show.file is not None:
        return show.colour is Colour.ALWAYS
    return wants_colour(show.colour, stream)


def _rules(request: Request) -> Mapping[str, Rule]:
    """The rules that run, for formats that describe them."""
    from fastlint.catalogue import catalogue
    from fastlint.selection import choose

    rules = catalogue()
    selection = choose(
        rules,
        request.settings,
        select=request.select,
        ignore=request.ignore,
        extend_select=request.extend_select,
    )
    return {rule.code: rule for rule in rules.rules if rule.code in selection.severities}
