"""See ``rules/FLT803-override-reset-at-import.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.following.functions import Module
from fastlint.model.reading.import_time_overrides import undone
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Overrides that are gone before the first test runs."""
    for reset, override in undone(module):
        yield Problem(
            module.span(reset),
            "this runs when the file is imported, before any test: the override is gone by then",
            "set and reset it in a fixture: override, `yield`, `clear()`",
            (Related(module.span(override), "the override that no test sees"),),
        )
