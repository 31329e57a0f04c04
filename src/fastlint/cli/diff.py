"""What `--fix` would do, as a unified diff that `patch -p0` and `git apply -p0` take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from fastlint.report.cells import visible
from fastlint.report.places import namer
from fastlint.report.text import Segment, Style, printed
from fastlint.source.decode import encode
from fastlint.source.write import Unwritable

if TYPE_CHECKING:
    from fastlint.cli.fixing import Mended
    from fastlint.report.options import ReportOptions

_STYLES: dict[str, Style] = {"+": "added", "-": "removed", "@": "step"}
_QUOTED = re.compile(r'[\x00-\x1f\x7f"\\]')
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Change(NamedTuple):
    """One file before and after."""

    path: str
    before: str
    after: str
    encoded: tuple[bytes, bytes]
    """Both, byte for byte as they are in the file and would be."""


def changes(mended: Mended) -> Iterator[Change | Unwritable]:
    """The files that would be different, in the order of their names; or why one cannot be."""
    for path, text in sorted(mended.fixed.files.items()):
        source = mended.workspace.source(path)
        if source is None:
            continue
        before, after = encode(source, source.text), encode(source, text)
        if isinstance(before, bytes) and isinstance(after, bytes):
            yield Change(path, source.text, text, (before, after))
        else:
            yield Unwritable(path, str(after))


def patch(found: Sequence[Change], options: ReportOptions) -> bytes:
    """The diff for programs: each file in its own encoding, so that it applies."""
    name = namer(options)
    lines: list[str] = []
    for each in found:
        before, after = (data.decode("latin-1") for data in each.encoded)
        lines += _file(_header(name(each.path)), before, after)
    return "".join(f"{line}\n" for line in lines).encode("latin-1")


def drawn(found: Sequence[Change], options: ReportOptions, *, for_eyes: bool = False) -> str:
    """The diff for people; ``for_eyes`` shows what a terminal would obey."""
    name = namer(options)
    lines: list[str] = []
    for each in found:
        lines += _file(visible(name(each.path)), each.before, each.after)
    if for_eyes:
        lines = [visible(line.replace("\t", "    ")) for line in lines]
    return printed(([Segment(line, _STYLES.get(line[:1], ""))] for line in lines), options)


def _header(name: str) -> str:
    """A file's name so that git and patch read it back, as latin-1."""
    if _QUOTED.search(name):
        quoted = _QUOTED.sub(lambda sign: _NAMED.get(sign[0], f"\\{ord(sign[0]):03o}"), name)
        name = f'"{quoted}"'
    elif " " in name:
        name += "\t"  # without a tab, patch takes what follows the space for a date
    return name.encode("utf-8", "surrogateescape").decode("latin-1")


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
