"""``fastlint clean``: remove the cache."""

from __future__ import annotations

from typing import Annotated

import typer

from fastlint.cli.asked import configured
from fastlint.cli.terminal import CannotGoOnError, because, cannot, command, say


@command
def clean(
    path: Annotated[
        str, typer.Argument(metavar="[PATH]", help="A file or folder of the project.")
    ] = ".",
    *,
    config: Annotated[
        str | None,
        typer.Option(
            "--config", metavar="FILE", help="Read settings from this file instead of the closest."
        ),
    ] = None,
) -> int:
    """Remove the project's cache. Nothing is lost: the next check takes longer once."""
    from fastlint.cache import Cache

    loaded = configured([path], config)
    if loaded.problems:
        raise CannotGoOnError(*loaded.problems)
    cache = Cache(loaded.root, loaded.settings.cache_dir)
    try:
        removed = cache.clear()
    except OSError as error:
        raise cannot(f"cannot remove the cache {cache.folder}: {because(error)}") from error
    say(f"removed {cache.folder}" if removed else f"there is no cache in {cache.folder}")
    return 0
