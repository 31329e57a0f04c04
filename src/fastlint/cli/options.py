"""The options that several commands share, in the same words everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

OUTPUT, FILES = "Output", "Files"

ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read settings from this file instead of the closest one.",
        rich_help_panel=FILES,
    ),
]
ProjectPath = Annotated[
    str, typer.Argument(metavar="[PATH]", help="A file or folder of the project.")
]
NoCacheOption = Annotated[
    bool,
    typer.Option("--no-cache", help="Neither read nor write the cache.", rich_help_panel=FILES),
]
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=0,
        metavar="N",
        help="Processes to use at most; 0 for one per processor.",
        rich_help_panel=FILES,
    ),
]
ForceExcludeOption = Annotated[
    bool,
    typer.Option(
        "--force-exclude",
        help="Leave excluded files out even if they are given by name.",
        rich_help_panel=FILES,
    ),
]
