"""``fastlint clean``: remove the cache."""

from __future__ import annotations

from fastlint.cli.asked import trusted
from fastlint.cli.options import ConfigOption, ProjectPath
from fastlint.cli.terminal import because, cannot, command, say


@command
def clean(
    path: ProjectPath = ".",
    *,
    config: ConfigOption = None,
) -> int:
    """Remove the project's cache. Nothing is lost: the next check takes longer once."""
    from fastlint.cache import Cache

    loaded = trusted([path], config)
    cache = Cache(loaded.root, loaded.settings.cache_dir)
    try:
        removed = cache.clear()
    except OSError as error:
        raise cannot(f"cannot remove the cache {cache.folder}: {because(error)}") from error
    say(f"removed {cache.folder}" if removed else f"there is no cache in {cache.folder}")
    return 0
