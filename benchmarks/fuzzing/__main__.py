"""Build applications out of a grammar, fix them, and see that what must hold of fixes does.

    python -m benchmarks.fuzzing                  50,000 applications
    python -m benchmarks.fuzzing --cases 1000     fewer
    python -m benchmarks.fuzzing --mutated FOLDER what is in a folder and in the rules' pages,
                                                  with another layout, instead of the grammar's

An application is one case: what is checked and fixed of it must compile, keep its comments,
newlines and byte order mark, lose its findings, get no new errors, and change nothing when it is
fixed again; fixed one by one, in another order, it must become the same code. Where FastAPI serves
it before, and only safe fixes are made, its routes and its OpenAPI document stay what they were,
except as the rules' pages declare. See `properties`.

What fails is made as small as possible, and shown.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from benchmarks.fuzzing.grammar import MOST_TOGETHER, Project, projects
from benchmarks.fuzzing.mutations import mutants, originals
from benchmarks.fuzzing.properties import Trial, tried
from fastlint.catalogue import catalogue

ROUND = 200
"""Projects that hypothesis draws in one go: it remembers all of them until the next."""
MUTANTS = 10
"""As `ROUND`, of one original."""


class Counts:
    """What came of all cases."""

    def __init__(self) -> None:
        self.projects = 0
        self.cases = 0
        self.changed = 0
        self.compared = 0
        self.unsafe = 0
        self.found: Counter[str] = Counter()
        self.fixed: Counter[str] = Counter()
        self.held_back: Counter[str] = Counter()

    def add(self, project: Project, trial: Trial) -> None:
        """Count one project."""
        self.projects += 1
        self.cases += len(project.cases)
        self.unsafe += len(project.cases) * project.unsafe
        self.compared += trial.compared
        self.changed += sum(
            any(trial.after[path] != data for path, data in case.items()) for case in project.cases
        )
        self.found.update(each.code for each in trial.found)
        for each in trial.fixed.outcome.applied:
            self.fixed[each.code] += each.count
        self.held_back.update(finding.code for finding, _ in trial.fixed.dropped)

    def table(self) -> str:
        """How often each rule that has fixes fired, and was fixed."""
        rows = [f"{'rule':46}{'found':>9}{'fixed':>9}{'held back':>11}"]
        for rule in catalogue().rules:
            if rule.head.meta.fix != "none":
                name = f"{rule.code} {rule.name}"
                counts = (self.found[rule.code], self.fixed[rule.code], self.held_back[rule.code])
                rows.append(f"{name:46}{counts[0]:>9,}{counts[1]:>9,}{counts[2]:>11,}")
        return "\n".join(rows)

    def unfixed(self) -> list[str]:
        """The rules that have fixes of which none was made."""
        return [
            r.code
            for r in catalogue().rules
            if r.head.meta.fix != "none" and not self.fixed[r.code]
        ]


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzzing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0, help="where to begin; another, other cases")
    parser.add_argument("--mutated", metavar="FOLDER", help="Python files to be laid out anew")
    options = parser.parse_args()
    counts, began = Counts(), time.monotonic()
    gc.disable()  # as fastlint does; what is left is collected between the rounds
    found = originals(options.mutated) if options.mutated else []
    random.Random(0).shuffle(found)  # noqa: S311 - the same order in every run
    number = options.seed
    while counts.cases < options.cases:
        strategy = mutants(found[number % len(found)]) if found else projects(MOST_TOGETHER)
        try:
            _round(counts, strategy, number, most=MUTANTS if found else ROUND)
        except AssertionError as failure:
            print(f"\n{failure}\n\nfailed with --seed {number} after {counts.cases:,} cases")
            return 1
        number += 1
        if not found or number % (ROUND // MUTANTS) == 0:
            gc.collect()
            seconds = time.monotonic() - began
            print(f"{counts.cases:>8,} cases, {seconds:,.0f} s", file=sys.stderr, flush=True)
    print(counts.table())
    print(
        f"\n{counts.cases:,} cases in {counts.projects:,} projects, {counts.unsafe:,} with unsafe"
        f" fixes; {counts.changed:,} were changed, {sum(counts.fixed.values()):,} findings fixed;"
        f" {counts.compared:,} compared in FastAPI; no failure"
    )
    if missing := counts.unfixed():
        print(f"never fixed: {', '.join(missing)}")
    return 0


def _round(counts: Counts, strategy: SearchStrategy[Project], number: int, *, most: int) -> None:

    @seed(number)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(strategy)
    def every_fix_holds(project: Project) -> None:
        trial = tried(
            project.cases,
            project.settings,
            unsafe=project.unsafe,
            thorough=project.thorough,
            serve=most == ROUND,
        )
        complaints = "\n".join(trial.complaints)
        assert not trial.complaints, f"{complaints}\n{project!r}"  # noqa: S101 - what hypothesis shrinks
        counts.add(project, trial)

    every_fix_holds()


if __name__ == "__main__":
    sys.exit(main())
