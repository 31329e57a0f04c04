"""What a built distribution says: ``PKG-INFO`` of an sdist, ``METADATA`` of an unpacked wheel."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from fastlint.versions.manifests import PYTHON
from fastlint.versions.ranges import parse
from fastlint.versions.requirements import requirement
from fastlint.versions.statement import Statement

_EXTRA = re.compile(r";.*\bextra\s*==")


def core_metadata(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The requirements among the headers (PEP 566), what only an extra needs after the others."""
    seen: set[str] = set()
    for of_an_extra in (False, True):
        for number, line in enumerate(text.split("\n"), 1):
            if not line:
                break  # the description follows
            key, _, value = line.partition(":")
            found = None
            if key == "Requires-Python" and PYTHON in wanted:
                found = (PYTHON, parse(value.strip()))
            elif key == "Requires-Dist" and bool(_EXTRA.search(value)) is of_an_extra:
                found = requirement(value)
            if found is not None and found[0] in wanted and found[0] not in seen:
                seen.add(found[0])
                yield Statement(*found, number)
