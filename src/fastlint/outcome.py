"""What a run gives back: the findings and all that is needed to tell about them."""

from __future__ import annotations

import msgspec

from fastlint.findings import Coverage, Finding


class AppliedFix(msgspec.Struct, frozen=True, gc=False):
    """One fix that was written to one file, ``count`` times."""

    code: str
    name: str
    path: str
    """Relative to the project root, with forward slashes."""
    title: str
    count: int = 1


class Outcome(msgspec.Struct, frozen=True):
    """The result of a check, in the order in which it is to be shown."""

    findings: tuple[Finding, ...] = ()
    """Sorted, selected and not suppressed; reports show all of them, in this order."""
    coverage: Coverage = Coverage()
    errors: tuple[str, ...] = ()
    """What went wrong in fastlint itself, one sentence each."""
    suppressed: int = 0
    """How many findings a comment silenced."""
    left_to_ruff: int = 0
    """How many findings ruff reports, so that they are not shown here."""
    applied: tuple[AppliedFix, ...] = ()
    """What ``--fix`` wrote; ``findings`` is what is left after that."""
