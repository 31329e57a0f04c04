"""``fastlint config``: what applies to a path, and who says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastlint.cli.asked import configured, mistakes
from fastlint.cli.terminal import (
    CannotGoOnError,
    Colour,
    ColourOption,
    command,
    here,
    wants_colour,
    width,
    write,
)
from fastlint.engine.disk import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.config import Loaded
    from fastlint.report.text import Line
    from fastlint.selection import Selection


@command
def config(
    path: Annotated[
        str, typer.Argument(metavar="[PATH]", help="A file or folder of the project.")
    ] = ".",
    *,
    config_file: Annotated[
        str | None,
        typer.Option(
            "--config", metavar="FILE", help="Read settings from this file instead of the closest."
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Also say what each option means and list the rules that run."
        ),
    ] = False,
    color: ColourOption = Colour.AUTO,
) -> int:
    """Show the settings that apply to a path, and the file and line that say so.

    Settings stand in `[tool.fastlint]` of pyproject.toml or in fastlint.toml; the closest file wins
    and nothing is merged.
    """
    from fastlint.catalogue import catalogue
    from fastlint.report.options import ReportOptions
    from fastlint.report.text import printed
    from fastlint.selection import choose

    loaded = configured([path], config_file)
    wrong = tuple(
        mistakes(Request(root=loaded.root, settings=loaded.settings, paths=(path,)), loaded)
    )
    selection = choose(catalogue(), loaded.settings)
    colour = wants_colour(color, sys.stdout)
    told = ReportOptions(root=loaded.root, cwd=Path(here()), colour=colour)
    lines = [*_head(loaded, selection, path), [], *_settings(loaded, verbose=verbose)]
    if verbose:
        lines += [[], *_rules(selection)]
    write(printed(lines, told))
    if wrong:
        raise CannotGoOnError(*wrong)
    return 0


def _head(loaded: Loaded, selection: Selection, path: str) -> Iterator[Line]:
    from fastlint.report.cells import visible
    from fastlint.report.text import Segment
    from fastlint.source.discover import discover

    settings = loaded.settings
    files = discover(
        loaded.root,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
    ).files
    facts = {
        "root": os.fspath(loaded.root),
        "settings": os.fspath(loaded.origin) if loaded.origin else "none: the defaults apply",
        "files": f"{len(files):,} Python files are read",
        "rules": f"{len(selection.severities):,} rules run",
    }
    if os.path.isfile(path):
        name = os.path.relpath(os.path.abspath(path), loaded.root).replace(os.sep, "/")
        if all(file.path != name for file in files):
            facts["excluded"] = f"{path} is read only where it is given by name"
        silent = selection.ignored(name) & selection.severities.keys()
        facts["ignored"] = ", ".join(sorted(silent)) or "no rule"
    for key, value in facts.items():
        yield [Segment(f"{key + ':':<10}", "strong"), Segment(visible(value))]


def _settings(loaded: Loaded, *, verbose: bool) -> Iterator[Line]:
    from fastlint.config.describe import describe, options
    from fastlint.report.cells import visible, wrap
    from fastlint.report.text import Segment

    meanings = {option.key: option.meaning for option in options()} if verbose else {}
    for applied in describe(loaded):
        for part in wrap(meanings.get(applied.key, ""), width() - 2):
            if part:
                yield [Segment(f"# {part}", "quiet")]
        yield [
            Segment(applied.key, "strong"),
            Segment(f" = {visible(_toml(applied.value))}  "),
            Segment(
                f"# {visible(applied.origin)}", "quiet" if applied.origin == "default" else "good"
            ),
        ]


def _rules(selection: Selection) -> Iterator[Line]:
    from fastlint.catalogue import catalogue
    from fastlint.report.summary import STYLES
    from fastlint.report.text import Segment

    yield [Segment("rules that run:", "strong")]
    for rule in catalogue().rules:
        severity = selection.severities.get(rule.code)
        if severity is not None:
            yield [
                Segment(f"  {rule.code}  "),
                Segment(f"{severity:<7}", STYLES[severity]),
                Segment(f"  {rule.name}"),
            ]


def _toml(value: Any) -> str:
    """A plain value as it would be written in the file."""
    import json

    if isinstance(value, dict):
        pairs = [
            f"{json.dumps(key, ensure_ascii=False)} = {_toml(held)}" for key, held in value.items()
        ]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
