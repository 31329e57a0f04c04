"""Where a finding is, in the words of whoever reads it: relative to where they stand."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.report.options import ReportOptions


def namer(options: ReportOptions) -> Callable[[str], str]:
    """A function from a span's path to the name that is shown, the same in every format.

    Relative to the working directory when the file is below it, else absolute; always with forward
    slashes. The name may hold any character that a file name can: text formats make it visible.
    """
    root, cwd = PurePath(options.root), PurePath(options.cwd)
    known: dict[str, str] = {}

    def name(path: str) -> str:
        shown = known.get(path)
        if shown is None:
            absolute = root / path
            shown = (
                absolute.relative_to(cwd) if absolute.is_relative_to(cwd) else absolute
            ).as_posix()
            known[path] = shown
        return shown

    return name
