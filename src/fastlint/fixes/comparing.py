"""What is said before and after a fix: what has only moved, what is new, what is still there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fastlint.findings import Edit, Finding, Fix, Span
from fastlint.source.file import SourceFile


class Moves:
    """Where things of the old text are in the new one."""

    def __init__(self, old: str, new: str, edits: Sequence[Edit]) -> None:
        self.old = SourceFile(path="", text=old)
        self.new = SourceFile(path="", text=new)
        self.edits = [
            (
                self.old.offset(edit.span.line, edit.span.column),
                self.old.offset(edit.span.end_line, edit.span.end_column),
                len(edit.text),
            )
            for edit in edits
        ]

    def position(self, line: int, column: int, *, late: bool = True) -> tuple[int, int]:
        """The new position of an old one. ``late``: after what is inserted right there."""
        if line > len(self.old.lines):
            return line, column
        offset = self.old.offset(line, column)
        shift = 0
        for start, end, length in self.edits:
            if end < offset or (end == offset and (start < end or late)):
                shift += length - (end - start)
            elif start < offset:
                shift += start - offset  # within what was replaced: at its start
        return self.new.position(max(offset + shift, 0))


def edits_of(fixes: Sequence[Fix], path: str) -> list[Edit]:
    """The edits that fixes make to one file, each once, in order."""
    return sorted({edit for fix in fixes for edit in fix.edits if edit.span.path == path})


def _start_of(span: Span, moves: Mapping[str, Moves], *, late: bool = True) -> tuple[int, int]:
    moved = moves.get(span.path)
    if moved is None:
        return span.line, span.column
    return moved.position(span.line, span.column, late=late)


def new_findings(
    before: Sequence[Finding], after: Sequence[Finding], moves: Mapping[str, Moves]
) -> list[Finding]:
    """The findings that were not there before, at the same place or in the same words."""
    places = Counter((each.code, each.span.path, *_start_of(each.span, moves)) for each in before)
    rest: list[Finding] = []
    for each in after:
        place = (each.code, each.span.path, each.span.line, each.span.column)
        if places[place]:
            places[place] -= 1
        else:
            rest.append(each)
    words: Counter[tuple[str, str, str]] = Counter()
    for each in before:
        place = (each.code, each.span.path, *_start_of(each.span, moves))
        if places[place]:
            places[place] -= 1
            words[each.code, each.span.path, each.message] += 1
    new: list[Finding] = []
    for each in rest:
        said = (each.code, each.span.path, each.message)
        if words[said]:
            words[said] -= 1
        else:
            new.append(each)
    return new


def found_again(finding: Finding, after: Sequence[Finding], moves: Mapping[str, Moves]) -> Finding:
    """The same finding in the new texts; itself where it is not there any more."""
    place = (finding.code, finding.span.path, *_start_of(finding.span, moves))
    return next(
        (e for e in after if (e.code, e.span.path, e.span.line, e.span.column) == place), finding
    )


def is_still(finding: Finding, new: Finding, moves: Mapping[str, Moves]) -> bool:
    """Whether a new finding is the one that was to be fixed.

    It is where it stands within the same code, or says the same of what the fix wrote. The same
    words at any other place speak of something else, that another fix may have brought to light.
    """
    path = finding.span.path
    if (finding.code, path) != (new.code, new.span.path):
        return False
    spans = [finding.span]
    if finding.fix is not None and finding.message == new.message:
        spans += [edit.span for edit in edits_of([finding.fix], path)]
    place = (new.span.line, new.span.column)
    return any(start <= place < end for start, end in (_stretch(each, moves) for each in spans))


def _stretch(span: Span, moves: Mapping[str, Moves]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where in the new text is what stood there, with what is inserted at both its ends."""
    end = Span(span.path, span.end_line, span.end_column, 0, 0)
    return _start_of(span, moves, late=False), _start_of(end, moves)
