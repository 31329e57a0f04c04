"""What a rule is: one pure generator function over one noun of the model.

A rule module holds ``run``, marked with `check`, and where it can mend what it finds, ``fix``::

    @check(Route)
    def run(route: Route, project: Project) -> Iterator[Problem]: ...

    def fix(problem: Problem, syntax: Syntax) -> Offer: ...

Its code and name come from the module's own name, its words and metadata from the page of the same
stem in ``rules/``. A ``run`` without a ``project`` sees one file and is cached with it. Where the
project is the subject itself, it is given once: ``def run(project: Project)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from fastlint.findings import Problem

Run = Callable[..., "Iterator[Problem]"]
_Run = TypeVar("_Run", bound=Run)


class Check:
    """What `check` leaves on a rule's ``run``: its subject and whether it needs the project."""

    __slots__ = ("needs_project", "subject", "takes_both")

    def __init__(self, subject: type[Any], parameters: Collection[str]) -> None:
        self.subject = subject
        self.takes_both = len(parameters) > 1
        """Whether ``run`` is given its subject and the project."""
        self.needs_project = self.takes_both or "project" in parameters


def check(subject: type[Any]) -> Callable[[_Run], _Run]:
    """Mark a rule's ``run``: it is called once for every ``subject`` of the project."""

    def mark(run: _Run) -> _Run:
        found = Check(subject, inspect.signature(run).parameters)
        run.__fastlint_check__ = found  # type: ignore[attr-defined]
        return run

    return mark
