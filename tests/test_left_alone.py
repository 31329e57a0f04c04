"""What only looks wrong is left alone by every rule, not only by those that run by default.

The examples are in ``tests/fixtures/cases/*-left-alone.md``; that the default rules say nothing of
them is seen with all other pages.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pagecases
import pytest
from pagecases import Trial

from fastlint.api import check_texts
from fastlint.findings import Finding, Severity

TRIALS = [
    trial
    for trial in pagecases.trials("Good")
    if Path(trial.document.path).stem.endswith("-left-alone")
]


def said_by_all(trial: Trial) -> list[Finding]:
    """What all rules together say of a case."""
    settings = msgspec.structs.replace(pagecases.settings_of(trial), select=("ALL",))
    files = pagecases.encoded(pagecases.files_of(trial))
    return list(check_texts(files, settings).findings)


@pytest.mark.parametrize("trial", TRIALS, ids=[trial.label for trial in TRIALS])
def test_no_rule_warns(trial: Trial) -> None:
    loud = [each for each in said_by_all(trial) if each.severity is not Severity.INFO]
    assert [f"{each.code} {each.message}" for each in loud] == []


def test_a_rule_that_is_off_by_default_is_asked() -> None:
    (startup,) = [trial for trial in TRIALS if trial.case.title == "before the first request"]
    assert {each.code for each in said_by_all(startup)} == {"FLT106"}
