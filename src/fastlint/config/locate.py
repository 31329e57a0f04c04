"""Where an option, or a value in it, stands: for complaints that only others can have."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.config.document import Steps, about
from fastlint.config.load import Loaded
from fastlint.config.problem import ConfigProblem


def locate(loaded: Loaded, key: str, value: str | None = None) -> tuple[int, int] | None:
    """Line and column of the option ``key``, or of ``value`` within it.

    ``value`` is an item of the option's list, or a key of its table (a rule of ``severity``), or
    an item of one of the table's lists (a rule of ``per-file-ignores``). None where the file does
    not say it: then it is a default or was given on the command line.
    """
    problem = complaint(loaded, key, value, "")
    return (problem.line, problem.column) if problem.line else None


def complaint(
    loaded: Loaded, key: str, value: str | None, message: str, advice: str = ""
) -> ConfigProblem:
    """A problem at ``value`` of the option ``key``; without a place where `locate` has none."""
    document = loaded.document
    if document is None or key not in document.table:
        return about("", message, advice)
    if value is None:
        return document.problem((key,), message, advice, at_key=True)
    steps = _way_to(value, document.table[key])
    if steps is None:
        return about("", message, advice)
    at_key = bool(steps) and isinstance(steps[-1], str)
    return document.problem((key, *steps), message, advice, at_key=at_key)


def _way_to(value: str, holder: object) -> Steps | None:
    """The way from a list or table to its first item or key that is ``value``."""
    if holder == value:
        return ()
    entries: Iterable[tuple[str | int, object]]
    if isinstance(holder, dict):
        entries = holder.items()
    elif isinstance(holder, list):
        entries = enumerate(holder)
    else:
        return None
    for step, entry in entries:
        if step == value:
            return (step,)
        within = _way_to(value, entry)
        if within is not None:
            return (step, *within)
    return None
