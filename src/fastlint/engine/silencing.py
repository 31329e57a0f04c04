"""Which suppression silences what, and which of them silence nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from fastlint.catalogue import Catalogue, Rule
from fastlint.engine.record import FileRecord
from fastlint.findings import Problem, Span
from fastlint.overlap.table import CODES, TWINS
from fastlint.selection import Selection, meaning
from fastlint.source.file import SourceFile
from fastlint.source.suppressions import Suppression, suppressions

UNUSED, UNKNOWN = "FLT903", "FLT904"
_NEARLY_THE_SAME = 0.85

Sources = Callable[[str], SourceFile | None]


class Silencer:
    """The suppressions of a project, and which of them have been of use."""

    def __init__(
        self,
        records: Mapping[str, FileRecord],
        rules: Catalogue,
        selection: Selection,
        sources: Sources,
    ) -> None:
        self.selection = selection
        self.by_file = {p: r.suppressions for p, r in records.items() if r.suppressions}
        self.unread = {path for path, each in records.items() if each.has_noqa}
        self.sources = sources
        self.rules = rules
        self.codes: dict[str, frozenset[str] | None] = {}
        self.used: dict[int, set[str]] = defaultdict(set)

    def silences(self, rule: Rule, problem: Problem) -> bool:
        """Whether a comment at what is spoken of, or at a step of its trail, silences it."""
        silenced = False
        for span in (problem.span, *problem.also, *(_step.span for _step in problem.related)):
            for suppression in self._of(span.path):
                if suppression.mistake or not _covers(suppression, span, problem):
                    continue
                names = [s.text for s in suppression.selectors if rule.code in self._meant(s.text)]
                if names or _is_for_all(suppression) or _answers(suppression, rule, span, problem):
                    self.used[id(suppression)].update(names or ("",))
                    silenced = True
        return silenced

    def _of(self, path: str) -> tuple[Suppression, ...]:
        if path in self.unread:
            self.unread.discard(path)
            source = self.sources(path)
            if source is not None:
                self.by_file[path] = suppressions(source, CODES)
        return self.by_file.get(path, ())

    def _meant(self, word: str) -> frozenset[str]:
        if word not in self.codes:
            self.codes[word] = meaning(self.rules, word)
        return self.codes[word] or frozenset()

    def complaints(self) -> Iterator[tuple[str, Problem]]:
        """What is wrong with the comments themselves."""
        for comments in self.by_file.values():
            for suppression in comments:
                if suppression.mistake:
                    message = f"this comment silences nothing: {suppression.mistake}"
                    yield UNKNOWN, Problem(suppression.span, message, fixable=False)
                    continue
                yield from self._unknown(suppression)
                yield from self._unused(suppression)

    def _unknown(self, suppression: Suppression) -> Iterator[tuple[str, Problem]]:
        for selector in suppression.selectors:
            if self._meant(selector.text) or self._is_foreign(suppression, selector.text):
                continue
            meant = self.rules.suggest(selector.text)
            message = f"there is no rule `{selector.text}`"
            help_ = f"did you mean `{meant}`?" if meant else "`fastlint rules` lists the rules"
            data = (suppression.span, [selector.text])
            yield UNKNOWN, Problem(selector.span, message, help_, data=data)

    def _is_foreign(self, suppression: Suppression, name: str) -> bool:
        """Whether a ``noqa`` names a rule of another linter: ``unused-import`` is Pylint's."""
        is_name = suppression.style == "noqa" and name.islower()
        return is_name and self.rules.suggest(name, likeness=_NEARLY_THE_SAME) is None

    def _unused(self, suppression: Suppression) -> Iterator[tuple[str, Problem]]:
        used = self.used.get(id(suppression), set())
        if not suppression.selectors:
            if not used and suppression.style == "native":
                message = "this comment silences nothing: no rule has a finding here"
                yield UNUSED, Problem(suppression.span, message, data=(suppression.span, None))
            return
        for selector in suppression.selectors:
            codes = self._meant(selector.text)
            running = codes and codes <= self.selection.severities.keys()
            if running and selector.text not in used:
                message = f"`{selector.text}` silences nothing: the rule has no finding here"
                data = (suppression.span, [selector.text])
                yield UNUSED, Problem(selector.span, message, data=data)


def _is_for_all(suppression: Suppression) -> bool:
    return not suppression.selectors and not suppression.answered


def _answers(suppression: Suppression, rule: Rule, span: Span, problem: Problem) -> bool:
    """Whether it is for a rule of ruff that reports the very same thing there."""
    twins = TWINS.get(rule.code, ())
    is_meant = span is problem.span or span in problem.also
    return is_meant and not set(twins).isdisjoint(suppression.answered)


def _covers(suppression: Suppression, span: Span, problem: Problem) -> bool:
    if suppression.file_level:
        return span is problem.span
    return suppression.first_line <= span.end_line and span.line <= suppression.last_line
