"""From the words of a command line to what is asked of the project, or all that is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastlint.cli.terminal import CannotGoOnError, cannot, here
from fastlint.config import ConfigProblem, Loaded, load, override
from fastlint.engine.disk import Request

STDIN = "-"


def words(given: Sequence[str] | None) -> tuple[str, ...]:
    """The values of an option that may be repeated and may hold commas."""
    parts = [part.strip() for each in given or () for part in each.split(",")]
    return tuple(part for part in parts if part)


def configured(paths: Sequence[str], config: str | None) -> Loaded:
    """The settings that apply to ``paths``, with the mistakes that are in them."""
    cwd = Path(here())
    return load([Path(path) for path in paths], None if config is None else Path(config), cwd)


def trusted(paths: Sequence[str], config: str | None) -> Loaded:
    """`configured`, for a command that cannot do with mistaken settings."""
    loaded = configured(paths, config)
    if loaded.problems:
        raise CannotGoOnError(*loaded.problems)
    return loaded


def request(
    paths: Sequence[str],
    config: str | None = None,
    stdin_filename: str | None = None,
    changes: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Request:
    """What the paths and options ask for.

    ``changes`` are settings that the command line gives, ``rest`` are fields of `Request`. Raises
    `CannotGoOnError` for a mistaken configuration, together with whatever else is wrong.
    """
    from_stdin = _is_stdin(paths, stdin_filename)
    paths = (stdin_filename or STDIN,) if from_stdin else tuple(paths) or (".",)
    loaded = configured(paths, config)
    made = Request(
        root=loaded.root,
        settings=override(loaded.settings, **(changes or {})),
        paths=tuple(paths),
        **rest,
    )
    if loaded.problems:
        raise CannotGoOnError(*mistakes(made, loaded))
    if from_stdin:
        name = os.path.relpath(os.path.join(here(), paths[0]), loaded.root).replace(os.sep, "/")
        text = sys.stdin.buffer.read() if sys.stdin is not None else b""
        if stdin_filename is None:
            name = _same(made, text) or name
        return Request(root=made.root, settings=made.settings, paths=(), stdin=(name, text), **rest)
    return made


def refused(made: Request, config: str | None) -> CannotGoOnError:
    """Why nothing could be checked: everything that is wrong, not only what came first."""
    return CannotGoOnError(*mistakes(made, configured(made.paths, config)))


def mistakes(made: Request, loaded: Loaded) -> Iterator[ConfigProblem]:
    """All that is wrong with the configuration, the paths and the selectors."""
    from fastlint.catalogue import catalogue
    from fastlint.config.document import about
    from fastlint.config.locate import complaint
    from fastlint.selection import choose

    yield from loaded.problems
    for path in made.paths:
        if path != STDIN and not os.path.lexists(path):
            yield about(
                "", f"there is no file or folder {path}", "paths are relative to this folder"
            )
    selection = choose(
        catalogue(),
        made.settings,
        select=made.select,
        ignore=made.ignore,
        extend_select=made.extend_select,
    )
    for unknown in selection.unknown:
        meant = unknown.suggestion
        message = f"there is no rule `{unknown.selector}` (in `{unknown.option}`)"
        advice = f"did you mean `{meant}`?" if meant else "`fastlint rules` lists the rules"
        yield complaint(loaded, unknown.option, unknown.selector, message, advice)


def _same(made: Request, text: bytes) -> str | None:
    """The one file of the project that has this very text, which would else be read twice."""
    from fastlint.source.discover import discover

    settings = made.settings
    found = discover(
        made.root,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
    )
    same = [
        each.path for each in found.files if each.size == len(text) and _has(each.absolute, text)
    ]
    return same[0] if len(same) == 1 else None


def _has(path: str, text: bytes) -> bool:
    try:
        return Path(path).read_bytes() == text
    except OSError:
        return False


def _is_stdin(paths: Sequence[str], stdin_filename: str | None) -> bool:
    if list(paths) == [STDIN] or (stdin_filename is not None and not paths):
        return True
    if STDIN in paths:
        raise cannot("`-` reads stdin and stands alone", "leave the other paths away")
    if stdin_filename is not None:
        raise cannot("--stdin-filename is the name of what is read from stdin", "give `-` as path")
    return False
