"""``fastlint check``: find, explain and fix."""

import time
from typing import Annotated

import typer

from fastlint.cli import asked
from fastlint.cli.checking import Wanted, run
from fastlint.cli.options import (
    FILES,
    OUTPUT,
    ConfigOption,
    ForceExcludeOption,
    JobsOption,
    NoCacheOption,
)
from fastlint.cli.showing import Show
from fastlint.cli.terminal import Colour, ColourOption, command
from fastlint.config import OutputFormat, Profile
from fastlint.findings import Severity

_RULES, _FIXES = "Rules", "Fixes"
_SELECTORS = "codes, names, prefixes (FLT1), categories (security) or ALL; comma-separated"


@command
def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATHS]...",
            help="Files and folders to report on; this folder when none is given, `-` for stdin.",
            show_default=False,
        ),
    ] = None,
    *,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Fix what can be fixed without changing anything but the defect.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option(
            "--unsafe-fixes",
            help="With --fix or --diff: also fix what may change behaviour.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    fix_only: Annotated[
        bool,
        typer.Option(
            "--fix-only",
            help="As --fix, but neither report what is left nor exit 1 for it.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff",
            help="Print what --fix would change and write nothing; exit 1 if there is anything.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    show_fixes: Annotated[
        bool,
        typer.Option(
            "--show-fixes", help="With --fix: list by file what was fixed.", rich_help_panel=_FIXES
        ),
    ] = False,
    exit_non_zero_on_fix: Annotated[
        bool,
        typer.Option(
            "--exit-non-zero-on-fix",
            help="Exit 1 if anything was fixed, even if nothing is left.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    profile: Annotated[
        Profile | None,
        typer.Option(
            "--profile",
            help="The rules to run where none are selected; `strict` is more than the default.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="RULES",
            help=f"Run these rules only: {_SELECTORS}.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    extend_select: Annotated[
        list[str] | None,
        typer.Option(
            "--extend-select",
            metavar="RULES",
            help="Run these rules as well.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="RULES", help="Do not run these rules.", rich_help_panel=_RULES
        ),
    ] = None,
    min_severity: Annotated[
        Severity | None,
        typer.Option(
            "--min-severity",
            help="Show nothing below this severity; the default is info.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            "--fail-on",
            help="Exit 1 for findings from this severity on; the default is warning.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    exit_zero: Annotated[
        bool,
        typer.Option("--exit-zero", help="Exit 0 whatever is found.", rich_help_panel=_RULES),
    ] = False,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--output-format",
            help="How to show findings; the default is full.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option(
            "--output-file",
            "-o",
            metavar="FILE",
            help="Write the findings to a file instead of stdout.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    statistics: Annotated[
        bool,
        typer.Option(
            "--statistics",
            help="Show how often each rule was broken instead of where.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Findings and errors only.", rich_help_panel=OUTPUT),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Also say what is unknown, which settings apply and which fixes were not kept.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    color: ColourOption = Colour.AUTO,
    config: ConfigOption = None,
    stdin_filename: Annotated[
        str | None,
        typer.Option(
            "--stdin-filename",
            metavar="FILE",
            help="The path that the text from stdin stands for.",
            rich_help_panel=FILES,
        ),
    ] = None,
    force_exclude: ForceExcludeOption = False,
    no_cache: NoCacheOption = False,
    jobs: JobsOption = 0,
) -> int:
    """Find what will go wrong in a FastAPI project, explain it and fix it.

    The whole project around PATHS is read, so that every route, prefix and dependency is known;
    PATHS only say which files are reported on.
    """
    started = time.monotonic()
    if output_file is not None:
        from fastlint.cli.output import writable

        writable(output_file)
    changes = {
        "profile": profile,
        "min_severity": min_severity,
        "fail_on": fail_on,
        "output_format": output_format,
        "force_exclude": force_exclude or None,
    }
    request = asked.request(
        paths or (),
        config,
        stdin_filename,
        changes,
        select=asked.words(select),
        ignore=asked.words(ignore),
        extend_select=asked.words(extend_select),
        use_cache=not no_cache,
        jobs=jobs,
    )
    return run(
        request,
        Wanted(
            config=config,
            fix=fix or fix_only,
            fix_only=fix_only,
            diff=diff,
            unsafe=unsafe_fixes,
            fail_on_fix=exit_non_zero_on_fix,
            exit_zero=exit_zero,
        ),
        Show(
            format=request.settings.output_format,
            file=output_file,
            statistics=statistics,
            colour=color,
            quiet=quiet,
            verbose=verbose,
            fixes=show_fixes,
            started=started,
        ),
    )
