"""``fastlint routes``: the routes of a project as FastAPI will serve them."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from fastlint.cli import asked
from fastlint.cli.options import (
    OUTPUT,
    ConfigOption,
    ForceExcludeOption,
    JobsOption,
    NoCacheOption,
)
from fastlint.cli.terminal import (
    Colour,
    ColourOption,
    cannot,
    command,
    here,
    is_terminal,
    say,
    wants_colour,
    width,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.engine.disk import Request
    from fastlint.engine.narrowing import Filters
    from fastlint.report.options import ReportOptions
    from fastlint.routetable import RouteTable

_WHICH = "Which routes"
_METHOD_AND_PATH = re.compile(r"([A-Za-z]+)\s+(\S.*)")


class _Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    MERMAID = "mermaid"


@command
def routes(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATHS]...",
            help="Show the routes whose handlers stand in these files and folders; this folder "
            "when none is given.",
            show_default=False,
        ),
    ] = None,
    *,
    path: Annotated[
        str,
        typer.Option(
            "--path",
            metavar="TEXT",
            help="Only paths with this text in them, or that a pattern such as `/api/*` matches.",
            rich_help_panel=_WHICH,
            show_default=False,
        ),
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag",
            metavar="TAGS",
            help="Only routes with one of these tags; comma-separated.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            "--method",
            metavar="METHODS",
            help="Only these methods; comma-separated. WS stands for WebSockets.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    unprotected: Annotated[
        bool,
        typer.Option(
            "--unprotected",
            help="Only routes that nothing is known to guard; those whose guards are not known "
            "are shown too.",
            rich_help_panel=_WHICH,
        ),
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="PATH",
            help="Show where each part of one path and each dependency comes from. `/items/{id}` "
            "and `/items/5` name the same route, `DELETE /items/5` that of one method.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    output_format: Annotated[
        _Format,
        typer.Option(
            "--output-format",
            help="A table, JSON for programs, Markdown, or the tree of routers as a Mermaid chart.",
            rich_help_panel=OUTPUT,
        ),
    ] = _Format.TABLE,
    output_file: Annotated[
        str | None,
        typer.Option(
            "--output-file",
            "-o",
            metavar="FILE",
            help="Write the routes to a file instead of stdout.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="The routes only.", rich_help_panel=OUTPUT)
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Also say what is unknown, and why.", rich_help_panel=OUTPUT
        ),
    ] = False,
    color: ColourOption = Colour.AUTO,
    config: ConfigOption = None,
    force_exclude: ForceExcludeOption = False,
    no_cache: NoCacheOption = False,
    jobs: JobsOption = 0,
) -> int:
    """List the routes of a FastAPI project: who answers which path, and who guards it.

    The code is read, never run. What cannot be told without running it is shown as `…`.
    """
    from fastlint.cli.output import writable, write_file
    from fastlint.engine.narrowing import Filters
    from fastlint.report.routes import render

    if output_file is not None:
        writable(output_file)
    if explain is not None and output_format is not _Format.TABLE:
        raise cannot(f"--explain does not come as {output_format}", "leave --output-format away")
    request = asked.request(
        paths or (),
        config,
        changes={"force_exclude": force_exclude or None},
        use_cache=not no_cache,
        jobs=jobs,
    )
    methods = [each.upper() for each in asked.words(method)]
    asked_for = explain
    if explain is not None and (named := _METHOD_AND_PATH.match(explain)):
        methods, explain = [named[1].upper()], named[2]
    filters = Filters(
        path=path,
        tags=frozenset(asked.words(tag)),
        methods=frozenset(methods),
        unprotected=unprotected,
    )
    table = _table(request, config, quiet=quiet)
    _known(filters.methods, table)
    told = _options(request, color, to_file=output_file is not None, quiet=quiet, verbose=verbose)
    text = (
        _explained(table, explain, filters, told, said=asked_for or "")
        if explain is not None
        else render(output_format, _chosen(table, filters), told)
    )
    if output_file is None:
        write(text)
    else:
        write_file(output_file, text)
    if not quiet:
        _remark(_chosen(table, filters), output_format, output_file, explain)
        _nothing_matches(table, filters)
        _nothing_there(table, paths or ())
        if explain is not None:
            _only_mounted(_chosen(table, filters), explain)
    return 0


def _table(request: Request, config: str | None, *, quiet: bool) -> RouteTable:
    from fastlint.api import routes as read_routes
    from fastlint.cli.progress import Progress
    from fastlint.engine.disk import Refused

    with Progress(quiet=quiet) as progress:
        found = read_routes(request, progress)
    if isinstance(found, Refused):
        raise asked.refused(request, config)
    return found


def _known(methods: frozenset[str], table: RouteTable) -> None:
    """Refuse a method that neither HTTP nor a route of the project has."""
    from fastlint.engine.narrowing import METHODS

    known = dict.fromkeys((*METHODS, *(own for route in table.routes for own in route.methods)))
    for each in sorted(methods - known.keys()):
        raise cannot(f"there is no method `{each}`", f"known are {', '.join(known)}")


def _chosen(table: RouteTable, filters: Filters) -> RouteTable:
    from fastlint.engine.narrowing import narrowed

    return narrowed(table, filters)


def _explained(
    table: RouteTable, path: str, filters: Filters, told: ReportOptions, *, said: str
) -> str:
    import msgspec

    from fastlint.engine.narrowing import answering, documenting, similar
    from fastlint.report.routes.explain import render

    wanted = _chosen(table, filters)
    found = answering(wanted, path)
    pages = documenting(wanted, path)
    if not found and not pages.apps:
        meant = " or ".join(f"`{each}`" for each in similar(table, path))
        advice = f"did you mean {meant}?" if meant else "`fastlint routes` lists the routes"
        raise cannot(f"no route answers `{said}`", advice)
    return render(msgspec.structs.replace(pages, routes=found), told)


def _nothing_matches(table: RouteTable, filters: Filters) -> None:
    """Say so where the filters leave nothing, with what may have been meant."""
    from difflib import get_close_matches

    from fastlint.engine.narrowing import is_empty, similar

    if is_empty(table) or not is_empty(_chosen(table, filters)):
        return
    given = [f"--path {filters.path}"] if filters.path else []
    given += (f"--tag {tag}" for tag in sorted(filters.tags))
    given += [f"--method {','.join(sorted(filters.methods))}"] if filters.methods else []
    given += ["--unprotected"] if filters.unprotected else []
    known = sorted({tag for route in table.routes for tag in route.tags})
    meant = list(similar(table, filters.path)) if filters.path else []
    meant += [near for tag in filters.tags - {*known} for near in get_close_matches(tag, known)]
    advice = f"; did you mean {' or '.join(f'`{each}`' for each in meant)}?" if meant else ""
    say(f"no route matches `{' '.join(given)}`{advice}")


def _nothing_there(table: RouteTable, paths: Sequence[str]) -> None:
    """Say so where the project has routes, but none in the files that are asked for."""
    from fastlint.engine.narrowing import is_empty

    if paths and table.total and is_empty(table):
        named = ", ".join(f"`{each}`" for each in paths)
        say(f"no route of the project is declared or handled in {named}")


def _only_mounted(table: RouteTable, path: str) -> None:
    """Say what may have been meant where only what is mounted above a path answers it."""
    from fastlint.engine.narrowing import answering, documenting, similar

    found = answering(table, path)
    if documenting(table, path).apps:
        return
    meant = [each for each in similar(table, path) if all(each != own.path for own in found)]
    if meant and all(each.is_app and each.path != path for each in found):
        said = " or ".join(f"`{each}`" for each in meant)
        say(f"only what is mounted above `{path}` answers it; did you mean {said}?")


def _options(
    request: Request, colour: Colour, *, to_file: bool, quiet: bool, verbose: bool
) -> ReportOptions:
    from pathlib import Path

    from fastlint.report.options import ReportOptions

    colourful = colour is Colour.ALWAYS if to_file else wants_colour(colour, sys.stdout)
    return ReportOptions(
        root=request.root,
        cwd=Path(here()),
        colour=colourful,
        width=width(),
        hyperlinks=colourful and not to_file and is_terminal(sys.stdout),
        verbose=verbose,
        quiet=quiet,
    )


def _remark(
    table: RouteTable, output_format: _Format, output_file: str | None, explain: str | None
) -> None:
    """What a person may want to know besides; programs read stdout."""
    from fastlint.report.routes.wording import summary

    if output_file is not None:
        say(f"wrote {output_file}")
    if explain is None and (output_format is not _Format.TABLE or output_file is not None):
        say(summary(table))
        for each in table.coverage.lost_entry_points:
            say(f"{each}.")
