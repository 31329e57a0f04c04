"""Which rules run, sorted by what they look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastlint.catalogue import Catalogue, Rule
from fastlint.engine.record import Failure, failure
from fastlint.selection import Selection
from fastlint.versions.project import Versions


@dataclass(frozen=True)
class Running:
    """The selected rules that have a module and speak of the project's versions."""

    local: tuple[Rule, ...]
    """Those that look at one file at a time."""
    project: tuple[Rule, ...]
    """Those that look at the project."""
    failures: tuple[Failure, ...]
    """Rules that could not even be loaded."""

    def needs_project(self) -> dict[str, bool]:
        """What is now known of each rule, by code."""
        return {r.code: False for r in self.local} | {r.code: True for r in self.project}


def running(
    rules: Catalogue,
    selection: Selection,
    versions: Versions,
    needs_project: Mapping[str, bool] | None = None,
) -> Running:
    """Load the selected rules. One that does not load is a failure, and does not run.

    ``needs_project`` says by code what is known already, so that such a rule is not loaded before
    it has to run.
    """
    known = needs_project or {}
    several = [versions.at(f"{folder}/") for folder in versions.folders]
    local: list[Rule] = []
    project: list[Rule] = []
    failures: list[Failure] = []
    for rule in rules.rules:
        if rule.code not in selection.severities or rule.by_engine:
            continue
        if rule.head.gates and not any(map(rule.applies, several)):
            continue
        try:
            needs = known.get(rule.code)
            if needs is None:  # only loading it tells
                needs = rule.needs_project
            (project if needs else local).append(rule)
        except Exception as error:  # noqa: BLE001 - a broken rule costs a finding, never the run
            failures.append(failure(rule, error, "being loaded"))
    return Running(tuple(local), tuple(project), tuple(failures))
