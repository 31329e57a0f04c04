"""The commands, put together."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from fastlint.cli.check import check
from fastlint.cli.clean import clean
from fastlint.cli.config import config
from fastlint.cli.explain import explain
from fastlint.cli.routes import routes
from fastlint.cli.rules import rules
from fastlint.cli.terminal import Colour, wants_colour

_CHECK = (
    "fastlint check|the project in this folder",
    "fastlint check app/routers|report on one folder, knowing the whole project",
    "fastlint check --diff|show what --fix would do",
    "fastlint check --fix --show-fixes|fix what can be fixed without changing behaviour",
    "fastlint check --select security,FLT101|only these rules",
    "fastlint check --output-format sarif --output-file fastlint.sarif|for code scanning",
    "fastlint check --stdin-filename app/main.py - < app/main.py|for editors",
)
_CODES = (
    "0|nothing at or above --fail-on was found",
    "1|something was",
    "2|a wrong option or configuration, a file that cannot be written, a defect of fastlint",
)
_ROUTES = (
    "fastlint routes|the routes of the project in this folder",
    "fastlint routes --unprotected --method POST,PUT,DELETE|what anybody may change",
    "fastlint routes --explain /items/5|where one route comes from",
    "fastlint routes --output-format mermaid -o routers.mmd|the tree of routers",
)
_EXPLAIN = (
    "fastlint explain FLT101|by code",
    "fastlint explain blocking-call-in-async|by name",
)


def build() -> typer.Typer:
    """The application. Help is framed for a person and plain where it is piped."""
    framed = wants_colour(Colour.AUTO, sys.stdout)
    app = typer.Typer(
        name="fastlint",
        help="A linter that reads a FastAPI project the way FastAPI would run it.",
        epilog=_listed(framed, "Start with", ("fastlint check|", "fastlint check --help|")),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if framed else None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_fastlint)
    examples = _listed(framed, "Examples", _CHECK)
    codes = _listed(framed, "Exit codes", _CODES)
    check_help, explain_help = f"{examples}\n\n{codes}", _listed(framed, "Examples", _EXPLAIN)
    app.command(short_help="Find, explain and fix.", epilog=check_help)(check)
    routes_help = _listed(framed, "Examples", _ROUTES)
    app.command(short_help="List the routes, and who guards them.", epilog=routes_help)(routes)
    app.command(short_help="Explain one rule.", epilog=explain_help)(explain)
    app.command(short_help="List all rules.")(rules)
    app.command(short_help="Show the settings that apply, and who says so.")(config)
    app.command(short_help="Remove the cache.")(clean)
    return app


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        from fastlint import __version__

        typer.echo(f"fastlint {__version__}")
        raise typer.Exit


def _fastlint(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Show the version and stop.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    del version


def _listed(framed: bool, title: str, rows: tuple[str, ...]) -> str:  # noqa: FBT001
    """Rows of ``what|meaning`` under a title; typer's two ways of help need different texts."""
    pairs = [row.split("|") for row in rows]
    width = max(len(what) for what, _ in pairs)
    if framed:
        lines = [f"[bold]{title}:[/]"]
        lines += [
            f"[cyan]{what}[/]{f'  [dim]{meaning}[/]' if meaning else ''}" for what, meaning in pairs
        ]
        return "\n\n".join(lines)
    lines = ["\b", f"{title}:"]
    for what, meaning in pairs:
        lines.append(f"  {what:<{width}}  {meaning}".rstrip())
    return "\n".join(lines)
