"""Requirements: single ones (PEP 508), and files of them as pip and pip-tools write them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from fastlint.versions.ranges import Range, parse
from fastlint.versions.statement import Statement, normal

_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]\n]*\])?\s*\(?([^;#@)\\\n]*)(@?)"
)
_LOOSE = re.compile(r"^([\w.-]+) ?=([\d.]+\d)(?:\.?\*)?(?:=.*)?$")
_OPTION = re.compile(r"\s*(?:-r|--requirement|-c|--constraint)(?:\s+|=)([^\s#]+)")


def requirement(text: str) -> tuple[str, Range] | None:
    """The distribution that a requirement names and the versions that it allows.

    One that names a place (``fastapi @ git+https://…``) allows any version.
    """
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    return normal(match[1]), parse("" if match[3] else match[2].partition(" --")[0])


def lines(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The requirements of a requirements.txt or requirements.in."""
    for number, line in enumerate(text.split("\n"), 1):
        found = None if line[:1] in "#-" else requirement(line)
        if found is not None and found[0] in wanted:
            yield Statement(*found, number)


def conda(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The dependencies of an environment.yml, those of its ``pip`` as well.

    To conda ``fastapi=0.95`` is any 0.95.
    """
    for number, line in enumerate(text.split("\n"), 1):
        item = line.strip()
        if item.startswith("- "):
            item = item[2:].strip().strip("\"'").rpartition("::")[2]
            found = requirement(_LOOSE.sub(r"\1==\2.*", item))
            if found is not None and found[0] in wanted:
                yield Statement(*found, number)


def included(text: str) -> list[str]:
    """The files that ``-r`` and ``-c`` name, as they are written."""
    if "-r" not in text and "-c" not in text:
        return []
    return [match[1] for line in text.split("\n") if (match := _OPTION.match(line))]
