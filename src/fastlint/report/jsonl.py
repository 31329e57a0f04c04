"""The findings for programs that read line by line: one JSON object each, nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastlint.report.json import finding_object
from fastlint.report.places import namer

if TYPE_CHECKING:
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """The same objects as in the ``findings`` of the json format."""
    del sources
    name = namer(options)
    return "".join(json.dumps(finding_object(finding, name)) + "\n" for finding in outcome.findings)
