"""``fastlint config``: what applies to a path, and who says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastlint.cli.asked import configured, mistakes
from fastlint.cli.options import ConfigOption, ProjectPath
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
    from fastlint.source.discover import Discovery
    from fastlint.versions.version import Version

_STACK = ("fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel", "httpx")


@command
def config(
    path: ProjectPath = ".",
    *,
    config_file: ConfigOption = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Also say what each option means and list the rules that run."
        ),
    ] = False,
    color: ColourOption = Colour.AUTO,
) -> int:
    """Show the settings and library versions that apply to a path, and where they are said.

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
    found = _files(loaded)
    lines = [*_head(loaded, selection, path, found), [], *_settings(loaded, verbose=verbose)]
    if loaded.settings.entrypoint:
        lines += [[], *_entry_points(loaded)]
    if loaded.settings.ruff_overlap == "skip":
        lines += [[], *_left_to_ruff(loaded, found)]
    lines += [[], *_versions(loaded, found)]
    if verbose:
        lines += [[], *_rules(selection)]
    write(printed(lines, told))
    if wrong:
        raise CannotGoOnError(*wrong)
    return 0


def _files(loaded: Loaded) -> Discovery:
    from fastlint.source.discover import discover
    from fastlint.versions.files import SUFFIXES

    settings = loaded.settings
    return discover(
        loaded.root,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
        others=SUFFIXES,
    )


def _head(loaded: Loaded, selection: Selection, path: str, found: Discovery) -> Iterator[Line]:
    from fastlint.report.cells import visible
    from fastlint.report.text import Segment

    files = found.files
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


def _entry_points(loaded: Loaded) -> Iterator[Line]:
    """Where the entry points of the settings lead; the code is followed to find out."""
    from fastlint.api import routes
    from fastlint.engine.disk import Refused
    from fastlint.report.cells import visible
    from fastlint.report.text import Segment

    table = routes(
        Request(root=loaded.root, settings=loaded.settings, paths=(os.fspath(loaded.root),))
    )
    if isinstance(table, Refused):
        return  # a mistake in the settings, which is told by itself
    yield [Segment("entry points:", "strong")]
    for place in loaded.settings.entrypoint:
        for app in table.apps:
            if place in app.entry_points:
                where = f"{app.span.path}:{app.span.line}"
                yield [
                    Segment(f"  {visible(place)}  "),
                    Segment(f"# {visible(app.id)}, {visible(where)}", "good"),
                ]
    for sentence in table.coverage.lost_entry_points:
        yield [Segment(f"  {visible(sentence)}", "warning")]


def _versions(loaded: Loaded, found: Discovery) -> Iterator[Line]:
    """The versions that the rules go by, for the root and for each folder that differs from it."""
    from fastlint.report.cells import visible
    from fastlint.report.text import Segment
    from fastlint.versions import files
    from fastlint.versions.gather import read

    about = files.find(loaded.root, found.others, [file.path for file in found.files])
    versions = read(loaded.root, about, loaded.settings.versions)
    at_root = versions.at("")
    for folder in versions.folders:
        yield [Segment(f"versions in {visible(folder)}:" if folder else "versions:", "strong")]
        for name, version in versions.at(f"{folder}/").items():
            if version.range == at_root[name].range if folder else _is_aside(version):
                continue
            yield [
                Segment(f"  {name:<17} {version.shown:<12} "),
                Segment(f"# {visible(version.origin)}", "good" if version.is_said else "quiet"),
            ]
    for problem in versions.problems:
        yield [Segment(f"  not read: {visible(problem)}", "warning")]


def _left_to_ruff(loaded: Loaded, found: Discovery) -> Iterator[Line]:
    """Which of ruff's rules have findings that are ours as well, and who selects them."""
    from fastlint.overlap.configured import configured
    from fastlint.overlap.table import TWINS
    from fastlint.report.cells import visible, wrap
    from fastlint.report.text import Segment

    ruff = configured(loaded.root, [file.path for file in found.files])
    yield [Segment("left to ruff:", "strong")]
    selected = {each.file: each for each in ruff.by_folder.values() if each.codes}
    for file, each in selected.items():
        told = [
            f"{code} ({', '.join(rule for rule, codes in TWINS.items() if code in codes)})"
            for code in each.codes
        ]
        name = os.path.relpath(file, loaded.root).replace(os.sep, "/")
        yield [Segment(f"  # {visible(name)}", "good")]
        for part in wrap(", ".join(told), max(width() - 2, 40)):
            yield [Segment(f"  {part}")]
    if not selected:
        yield [Segment("  nothing: no settings of ruff select a rule that reports the same")]


def _is_aside(version: Version) -> bool:
    """Whether nobody says anything of it, and it is no part of the usual stack either."""
    return not version.is_said and version.name not in _STACK


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
