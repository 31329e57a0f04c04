"""Lines of styled text, and the one place where they become a string."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from fastlint.report.options import ReportOptions

Style = Literal[
    "", "error", "warning", "info", "strong", "quiet", "step", "added", "removed", "good"
]
"""What a piece of text means; how that looks is decided here alone."""

# Only the sixteen colours that every terminal lets its owner choose, and never as a background,
# so that the text stays readable on dark and on light.
_LOOKS: dict[Style, str] = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "strong": "bold",
    "quiet": "dim",
    "step": "cyan",
    "added": "green",
    "removed": "red",
    "good": "bold green",
}


class Segment(NamedTuple):
    """A piece of a line. The text must already be visible: it is written as it is."""

    text: str
    style: Style = ""
    link: str = ""


Line = Sequence[Segment]


def printed(lines: Iterable[Line], options: ReportOptions) -> str:
    """The lines as one text, each ended by a newline, without spaces at their ends."""
    if options.colour:
        return _painted(lines, hyperlinks=options.hyperlinks)
    return "".join(["".join([segment.text for segment in line]).rstrip() + "\n" for line in lines])


def _trimmed(line: Line) -> list[Segment]:
    kept = list(line)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return kept


def _painted(lines: Iterable[Line], *, hyperlinks: bool) -> str:
    from rich.color import ColorSystem
    from rich.style import Style as RichStyle

    looks = {style: RichStyle.parse(look) for style, look in _LOOKS.items()}
    parts: list[str] = []
    for line in lines:
        for text, style, link in _trimmed(line):
            painted = (
                looks[style].render(text, color_system=ColorSystem.STANDARD)
                if style and text
                else text
            )
            if link and hyperlinks:
                # By hand: rich gives every link a random id, and equal runs must print equal text.
                painted = f"\x1b]8;;{link}\x1b\\{painted}\x1b]8;;\x1b\\"
            parts.append(painted)
        parts.append("\n")
    return "".join(parts)
