"""Which rules run, how gravely, and where not: the settings' selectors applied to the catalogue.

A selector is a code, a name, a prefix of codes (``FLT1``), a category or ``ALL``. The more specific
selector wins; at equal specificity ``ignore`` wins. Switching a rule ``off`` ignores it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.config.settings import Profile
from fastlint.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fastlint.catalogue import Catalogue, Rule
    from fastlint.config.settings import Level, Settings


class UnknownSelector(msgspec.Struct, frozen=True, order=True):
    """A selector that no rule answers to."""

    option: str
    """Where it stands: ``ignore``, ``severity``, ``per-file-ignores``, ``--select``, …"""
    selector: str
    suggestion: str | None = None
    """What was probably meant."""

    def __str__(self) -> str:
        """One sentence for people."""
        meant = f"; did you mean `{self.suggestion}`?" if self.suggestion else ""
        return f"unknown rule `{self.selector}` in `{self.option}`{meant}"


class Selection(msgspec.Struct, frozen=True, dict=True):
    """The rules that run and what the project says about them."""

    severities: dict[str, Severity]
    """The severity of each rule that runs, by code, in the order of the codes."""
    overridden: frozenset[str] = frozenset()
    """The codes whose severity the project gives, not the page."""
    fixable: frozenset[str] = frozenset()
    """The codes whose findings may be fixed."""
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    """Patterns of paths, and the codes that say nothing there."""
    unknown: tuple[UnknownSelector, ...] = ()
    """Selectors that no rule answers to; they select nothing."""

    def severity(self, code: str, said: Severity | None = None) -> Severity:
        """The severity of a finding whose rule said ``said`` of it: the project's word is last."""
        own = self.severities[code]
        return own if said is None or code in self.overridden else said

    def ignored(self, path: str) -> frozenset[str]:
        """The codes that say nothing about this file; ``path`` is relative to the root."""
        return frozenset[str]().union(
            *(codes for matches, codes in self._matchers if matches(path))
        )

    @cached_property
    def _matchers(self) -> list[tuple[Callable[[str], bool], frozenset[str]]]:
        return [(matcher(pattern), codes) for pattern, codes in self.per_file]


def choose(
    rules: Catalogue,
    settings: Settings,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
) -> Selection:
    """Apply the settings, then the command line's ``--select``, ``--ignore``, ``--extend-select``.

    ``--select`` begins anew: what the settings select, ignore or switch off is forgotten. Without
    ``select`` on either side the rules of the profile run.
    """
    resolver = _Resolver(rules)
    given, off = resolver.severities(settings.severity)
    resolved = resolver.layer(
        {rule.code for rule in rules.rules if rule.profile in _PROFILES[settings.profile]},
        select=resolver.each("select", settings.select),
        extend=resolver.each("extend-select", settings.extend_select),
        ignore=[*resolver.each("ignore", settings.ignore), *off],
    )
    running = resolver.layer(
        resolved,
        select=resolver.each("--select", select),
        extend=resolver.each("--extend-select", extend_select),
        ignore=resolver.each("--ignore", ignore),
    )
    fixable = resolver.layer(
        set(),
        select=resolver.each("fixable", settings.fixable),
        extend=[],
        ignore=resolver.each("unfixable", settings.unfixable),
    )
    per_file = tuple(
        (pattern, frozenset[str]().union(*(at.codes for at in resolver.each(_PER_FILE, words))))
        for pattern, words in settings.per_file_ignores.items()
    )
    return Selection(
        severities={
            rule.code: given.get(rule.code, rule.severity)
            for rule in rules.rules
            if rule.code in running
        },
        overridden=frozenset(given),
        fixable=frozenset(fixable),
        per_file=per_file,
        unknown=tuple(sorted(set(resolver.unknown), key=lambda each: each.selector)),
    )


_PER_FILE = "per-file-ignores"
_PROFILES = {Profile.DEFAULT: ("default",), Profile.STRICT: ("default", "strict")}
_ALL, _SET, _TENS, _RULE = range(4)
"""How specific a selector is."""


class _Selected(NamedTuple):
    """What a selector means: its specificity and the codes of its rules."""

    level: int
    codes: frozenset[str]


class _Resolver:
    """Turns selectors into codes, and notes those that mean nothing."""

    def __init__(self, rules: Catalogue) -> None:
        self.rules = rules
        self.meaning = _meanings(rules.rules)
        self.unknown: list[UnknownSelector] = []

    def each(self, option: str, selectors: Iterable[str]) -> list[_Selected]:
        """What each of the selectors of an option means."""
        found = []
        for selector in selectors:
            if selector in self.meaning:
                found.append(self.meaning[selector])
            else:
                suggestion = self.rules.suggest(selector)
                self.unknown.append(UnknownSelector(option, selector, suggestion))
        return found

    def severities(self, table: dict[str, Level]) -> tuple[dict[str, Severity], list[_Selected]]:
        """The severities by code, the more specific selector winning, and what is off."""
        verdicts: dict[str, tuple[int, Level]] = {}
        for selector, value in table.items():
            for level, codes in self.each("severity", (selector,)):
                for code in codes:
                    if code not in verdicts or verdicts[code][0] <= level:
                        verdicts[code] = (level, value)
        given: dict[str, Severity] = {}
        off: list[_Selected] = []
        for code, (level, value) in verdicts.items():
            if value == "off":
                off.append(_Selected(level, frozenset({code})))
            else:
                given[code] = Severity(value)
        return given, off

    @staticmethod
    def layer(
        base: set[str],
        *,
        select: list[_Selected],
        extend: list[_Selected],
        ignore: list[_Selected],
    ) -> set[str]:
        """The codes of one layer of options over the codes of the layer below."""
        verdicts: dict[str, bool] = {}
        for level in range(_RULE + 1):
            for chosen, selectors in ((True, [*select, *extend]), (False, ignore)):
                for selected in selectors:
                    if selected.level == level:
                        verdicts.update(dict.fromkeys(selected.codes, chosen))
        kept = set() if select else base - verdicts.keys()
        return kept | {code for code, chosen in verdicts.items() if chosen}


def meaning(rules: Catalogue, word: str) -> frozenset[str] | None:
    """The codes that a selector stands for; None for one that no rule answers to."""
    found = _meanings(rules.rules).get(word)
    return None if found is None else found.codes


def _meanings(rules: tuple[Rule, ...]) -> dict[str, _Selected]:
    """Every selector that means something, and what it means."""
    found: dict[str, set[str]] = {}
    levels: dict[str, int] = {}
    for rule in rules:
        code = rule.code
        words = {
            "ALL": _ALL,
            "FLT": _ALL,
            code[:4]: _SET,
            rule.category: _SET,
            code[:5]: _TENS,
            rule.name: _RULE,
            code: _RULE,
        }
        levels |= words
        for word in words:
            found.setdefault(word, set()).add(code)
    return {word: _Selected(levels[word], frozenset(codes)) for word, codes in found.items()}


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a path matches a pattern written as in .gitignore; ``!`` turns it round.

    Without a slash a pattern matches a file or folder at any depth, with one it is relative to the
    root; what matches a folder matches all that is in it.
    """
    plain = pattern.removeprefix("!")
    body = plain.strip("/")
    anywhere = "" if "/" in plain.rstrip("/") else "(?:.*/)?"
    below = "/.*" if plain.endswith("/") else "(?:/.*)?"
    try:
        match = re.compile(f"{anywhere}{_translate(body)}{below}", re.DOTALL).fullmatch
    except re.error:  # a class such as [z-a]
        match = re.compile(f"{anywhere}{re.escape(body)}{below}", re.DOTALL).fullmatch
    wanted = plain == pattern
    return lambda path: (match(path) is not None) is wanted


def _translate(glob: str) -> str:
    """A glob as a regular expression; ``**`` crosses folders, ``*`` and ``?`` do not."""
    out = ""
    at = 0
    while at < len(glob):
        rest = glob[at:]
        if rest.startswith("**/"):
            out, at = f"{out}(?:.*/)?", at + 3
        elif rest.startswith("**"):
            out, at = f"{out}.*", at + 2
        elif rest[0] in "*?":
            out, at = f"{out}[^/]{'*' if rest[0] == '*' else ''}", at + 1
        elif (group := re.match(r"\[([!^]?)(\]?[^\]/]*)\]", rest)) is not None:
            escaped = group[2].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
            out, at = f"{out}[{'^/' if group[1] else ''}{escaped}]", at + group.end()
        else:
            out, at = out + re.escape(rest[0]), at + 1
    return out
