"""What the rules for the whole project said, and what of the facts it depends on.

Most edits are made where no rule has looked: in the body of a function that no request reaches.
What was said still holds then, with the lines moved that stand below the edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.record import FileRecord
from fastlint.findings import Coverage, Problem, Related, Span

if TYPE_CHECKING:
    from fastlint.facts.alike import Moved
    from fastlint.facts.tree import Reads
    from fastlint.model.project import Project

_MOST_CHANGED = 50
"""Files to compare; where more have changed, judging anew is no slower."""


class Looked(msgspec.Struct, frozen=True):
    """Which parts of the facts were looked at; everything but bodies and literals always is."""

    bodies: dict[str, list[int]] = {}
    """By path the functions whose bodies were."""
    literals: frozenset[str] = frozenset()
    """The files whose literals were."""
    words: tuple[bytes, ...] = ()
    """What all bodies were searched for."""


class Said(msgspec.Struct, frozen=True):
    """What the rules for the whole project said of certain facts."""

    key: str
    """A digest of all that decides what is said, apart from facts."""
    meanings: dict[str, str]
    """The digest of the facts of every file; empty for one without facts."""
    problems: tuple[tuple[str, Problem], ...]
    """With the code of their rule."""
    coverage: Coverage
    looked: Looked = Looked()


def looked(project: Project, reads: Reads) -> Looked:
    """What was looked at while a project was judged, told by paths and numbers."""
    bodies: dict[str, list[int]] = {}
    literals: set[str] = set()
    for module in project.modules:
        if module.facts in reads.literals:
            literals.add(module.path)
        found = [each.index for each in module.facts.functions if each in reads.bodies]
        if found:
            bodies[module.path] = found
    return Looked(bodies, frozenset(literals), tuple(sorted(reads.words)))


def still_said(
    said: Said,
    key: str,
    meanings: dict[str, str],
    before: Mapping[str, FileRecord],
    records: Mapping[str, FileRecord],
) -> Said | None:
    """What was said, as it is to be said of other facts; None where that has to be found out.

    ``before`` has the records that ``said`` speaks of, at least those that are different now.
    """
    if said.key != key or said.meanings.keys() != meanings.keys():
        return None
    changed = [path for path, meaning in meanings.items() if said.meanings[path] != meaning]
    if len(changed) > _MOST_CHANGED:
        return None
    moved: dict[str, Moved] = {}
    for path in changed:
        found = _moved(said, path, before.get(path), records[path])
        if found is None:
            return None
        if found.anything:
            moved[path] = found
    try:
        problems = tuple((code, _problem(each, moved)) for code, each in said.problems)
        coverage = _coverage(said.coverage, moved)
    except _LostError:
        return None
    return Said(key, meanings, problems, coverage, said.looked)


def _moved(said: Said, path: str, old: FileRecord | None, new: FileRecord) -> Moved | None:
    if old is None or old.facts is None or new.facts is None or old.meaning != said.meanings[path]:
        return None
    from fastlint.facts.alike import alike

    seen = said.looked
    bodies = frozenset(seen.bodies.get(path, ()))
    return alike(old.facts, new.facts, bodies, seen.words, literals=path in seen.literals)


# --- moving what was said ------------------------------------------------------------------


class _LostError(Exception):
    """It cannot be told where something has moved to."""


def _problem(problem: Problem, moved: Mapping[str, Moved]) -> Problem:
    if not moved:
        return problem
    told = (problem.message, problem.help, *(step.message for step in problem.related))
    if any(_speaks_of(path, text) for path in moved for text in told):
        raise _LostError
    return msgspec.structs.replace(
        problem,
        span=_span(problem.span, moved),
        related=tuple(Related(_span(r.span, moved), r.message) for r in problem.related),
        data=_data(restored(problem.data), moved),
    )


def _span(span: Span, moved: Mapping[str, Moved]) -> Span:
    found = moved.get(span.path)
    if found is None:
        return span
    line = _line(span.line, found)
    end = found.ends.get((span.end_line, span.end_column))
    end_line, end_column = end or (_line(span.end_line, found), span.end_column)
    return Span(span.path, line, span.column, end_line, end_column)


def _line(line: int, moved: Moved) -> int:
    if line not in moved.lines:
        raise _LostError
    return moved.lines[line]


def _data(data: object, moved: Mapping[str, Moved]) -> object:
    """What a rule's fix needs to know, which is made of plain values and spans."""
    if isinstance(data, Span):
        return _span(data, moved)
    if isinstance(data, list | tuple):
        return tuple(_data(each, moved) for each in data)
    if isinstance(data, dict):
        return {key: _data(value, moved) for key, value in data.items()}
    if isinstance(data, int) and not isinstance(data, bool):
        raise _LostError  # it may be the number of a line
    return data


def restored(data: object) -> object:
    """What a rule's fix needs to know, as the rule gave it, after it has been in the cache."""
    if isinstance(data, list | tuple):
        return tuple(map(restored, data))
    if isinstance(data, dict):
        if data.keys() == set(Span.__struct_fields__):
            return msgspec.convert(data, Span)
        return {key: restored(value) for key, value in data.items()}
    return data


def _coverage(coverage: Coverage, moved: Mapping[str, Moved]) -> Coverage:
    if not moved:
        return coverage
    unknown = [_sentence(each, moved) for each in coverage.unknown]
    return msgspec.structs.replace(coverage, unknown=tuple(unknown))


def _sentence(text: str, moved: Mapping[str, Moved]) -> str:
    """``path:line: …`` with the line moved."""
    path, _, told = text.partition(":")
    line, _, rest = told.partition(":")
    if not line.isdecimal() or any(_speaks_of(each, rest) for each in moved):
        raise _LostError
    return f"{path}:{_line(int(line), moved[path])}:{rest}" if path in moved else text


def _speaks_of(path: str, text: str) -> bool:
    """Whether a text may name a line of a file: ``models.py:12``."""
    return f"{path.rpartition('/')[2]}:" in text
