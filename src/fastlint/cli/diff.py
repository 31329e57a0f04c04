"""What `--fix` would do, as a unified diff that `patch -p0` and `git apply -p0` take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.report.cells import visible
from fastlint.report.places import namer
from fastlint.report.text import Segment, Style, printed

if TYPE_CHECKING:
    from fastlint.cli.fixing import Mended
    from fastlint.report.options import ReportOptions

_STYLES: dict[str, Style] = {"+": "added", "-": "removed", "@": "step"}


def diff(mended: Mended, options: ReportOptions, *, for_eyes: bool) -> str:
    """The diff of all files; ``for_eyes`` shows what a terminal would obey."""
    name = namer(options)
    lines: list[str] = []
    for path, after in sorted(mended.fixed.files.items()):
        before = mended.workspace.text(path)
        if before is not None:
            lines += _file(visible(name(path)), before, after)
    if not for_eyes and not options.colour:
        return "".join(f"{line}\n" for line in lines)
    shown = [visible(line.replace("\t", "    ")) if for_eyes else line for line in lines]
    return printed(([Segment(line, _STYLES.get(line[:1], ""))] for line in shown), options)


def _file(name: str, before: str, after: str) -> Iterator[str]:
    from difflib import unified_diff

    for line in unified_diff(_lines(before), _lines(after), name, name, lineterm="\n"):
        if line.endswith("\n"):
            yield line[:-1]
        else:
            yield from (line, "\\ No newline at end of file")


def _lines(text: str) -> Sequence[str]:
    """As git and patch count them: a lone carriage return ends no line."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
