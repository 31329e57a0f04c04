"""The rules: pages joined with modules of the same stem. There is no list of rules to keep.

Reading the catalogue reads the heads of the pages only. A rule's module is imported when its
``run`` or ``mend`` is asked for, its page's body when its help is.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from fastlint.pages.head import Change, FixKind, Head, paths, read_head
from fastlint.pages.location import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastlint.findings import Offer, Severity
    from fastlint.pages.body import Page
    from fastlint.rule import Check, Run
    from fastlint.versions.version import Version

PACKAGE = "fastlint.rules"
PAGES_URL = ""
"""The folder on the web where the pages can be read, ending in a slash; empty for none: then
``fastlint explain`` is the way to them."""


class CatalogueError(Exception):
    """A rule lacks its half: fastlint itself is broken, not the project that it reads."""


class Rule(msgspec.Struct, frozen=True):
    """One rule: what its page says, and on demand what its module does."""

    head: Head
    module: str
    """The dotted name of the rule's module."""

    @property
    def code(self) -> str:
        """``FLT101``."""
        return self.head.code

    @property
    def name(self) -> str:
        """``blocking-call-in-async``."""
        return self.head.name

    @property
    def category(self) -> str:
        """``async``."""
        return self.head.meta.category

    @property
    def severity(self) -> Severity:
        """The severity that the page gives; a project may set its own, see `selection`."""
        return self.head.meta.severity

    @property
    def default(self) -> bool:
        """Whether the rule runs when nothing is selected."""
        return self.head.meta.default

    @property
    def profile(self) -> Literal["default", "strict"] | None:
        """The first profile in which the rule runs; None for one that must be asked for."""
        return self.head.profile

    @property
    def fix(self) -> FixKind:
        """What kind of fixes the rule has."""
        return self.head.meta.fix

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the rule's safe fixes are meant to change of the application."""
        return self.head.meta.changes

    @property
    def since(self) -> str:
        """The first version of fastlint that has the rule."""
        return self.head.meta.since

    @property
    def summary(self) -> str:
        """One sentence: what the rule finds."""
        return self.head.summary

    @property
    def by_engine(self) -> bool:
        """Whether the engine itself stands for the rule: it has no ``run``."""
        return self.head.meta.by == "engine"

    @property
    def url(self) -> str:
        """The page on the web; empty where there is none."""
        return f"{PAGES_URL}{self.code}-{self.name}.md" if PAGES_URL else ""

    @property
    def page(self) -> Page:
        """The whole page; parsed when it is first asked for."""
        from fastlint.pages.body import read_page

        return read_page(self.head.path)

    @property
    def help_markdown(self) -> str:
        """The page without its title and metadata."""
        from fastlint.pages.text import help_markdown

        return help_markdown(self.page)

    @property
    def help_text(self) -> str:
        """The same without Markdown."""
        from fastlint.pages.text import help_text

        return help_text(self.page)

    @property
    def run(self) -> Run:
        """The module's ``run``; imports the module. Raises `CatalogueError` where it has none."""
        run: Run = self.member("run")
        return run

    @property
    def mend(self) -> Callable[..., Offer] | None:
        """The module's ``fix``, or None for a rule that fixes nothing."""
        if self.fix == "none":
            return None
        mend: Callable[..., Offer] = self.member("fix")
        return mend

    @property
    def subject(self) -> type[Any]:
        """The noun of the model for each of which ``run`` is called."""
        return self._check().subject

    @property
    def needs_project(self) -> bool:
        """Whether ``run`` looks beyond its subject."""
        return self._check().needs_project

    @property
    def takes_both(self) -> bool:
        """Whether ``run`` is given its subject and the project, not one of them alone."""
        return self._check().takes_both

    def applies(self, versions: Mapping[str, Version]) -> bool:
        """Whether the rule speaks of code that runs with these versions, by distribution."""
        return all(versions[package].fits(gate) for package, gate in self.head.gates.items())

    def _check(self) -> Check:
        check: Check | None = getattr(self.run, "__fastlint_check__", None)
        if check is None:
            raise CatalogueError(f"`run` of {self.module} is not marked with `@check(...)`")
        return check

    def member(self, name: str) -> Any:
        """A member of the rule's module, which is imported; raises `CatalogueError` without it."""
        if self.by_engine:
            raise CatalogueError(f"{self.code} is the engine's own and has no module")
        member = getattr(import_module(self.module), name, None)
        if member is None:
            raise CatalogueError(f"{self.module} has no `{name}`")
        return member


class Catalogue(msgspec.Struct, frozen=True):
    """Every rule, in the order of the codes."""

    rules: tuple[Rule, ...]

    def find(self, word: str) -> Rule | None:
        """The rule of that code or name."""
        return self._by_word().get(word)

    def suggest(self, word: str, *, likeness: float = 0.6) -> str | None:
        """The code or name (or prefix, category) that ``word`` was probably meant to be.

        ``likeness`` is how much of it has to be the same, from 0 to 1.
        """
        from difflib import get_close_matches

        known = [*self._by_word(), *{rule.category for rule in self.rules}, "ALL"]
        spelt = {each.lower(): each for each in known}
        plain = word.strip().lower().replace("_", "-")
        if plain in spelt:
            return spelt[plain]
        if plain.startswith("flt") and len(plain) < len("FLT101"):
            return None  # a prefix; every code is somewhat like it
        near = get_close_matches(plain, spelt, n=1, cutoff=likeness)
        return spelt[near[0]] if near else None

    def _by_word(self) -> dict[str, Rule]:
        return {word: rule for rule in self.rules for word in (rule.code, rule.name)}


@cache
def catalogue() -> Catalogue:
    """The rules of fastlint itself."""
    return load(folder())


def load(where: str, package: str = PACKAGE) -> Catalogue:
    """The rules whose pages are in the folder ``where``, run by the modules of ``package``.

    Raises `PageError` for a page that is none, `CatalogueError` where there is no page at all.
    """
    heads = [read_head(path) for path in paths(where)]
    if not heads:
        raise CatalogueError(f"fastlint is installed without its rules: there are none in {where}")
    return Catalogue(tuple(Rule(head, f"{package}.{module_stem(head)}") for head in heads))


def module_stem(head: Head) -> str:
    """``flt101_blocking_call_in_async``: what the rule's module is called."""
    return f"{head.code}_{head.name}".lower().replace("-", "_")


def validate(rules: Catalogue) -> Iterator[str]:
    """What is wrong with the join of pages and modules; imports every module. For the tests."""
    seen: dict[str, str] = {}
    for rule in rules.rules:
        for word in (rule.code, rule.name):
            if word in seen:
                yield f"{rule.head.path}: `{word}` is taken by {seen[word]}"
            seen[word] = f"{rule.code} {rule.name}"
    package = rules.rules[0].module.rpartition(".")[0]
    modules = set(_modules(package))
    wanted = {rule.module: rule for rule in rules.rules if not rule.by_engine}
    for module in sorted(modules - wanted.keys()):
        yield f"{module} has no page of the same stem in rules/"
    for module, rule in wanted.items():
        if module not in modules:
            yield f"{rule.head.path}: there is no module {module}"
        elif wrong := _half(rule):
            yield f"{rule.head.path}: {wrong}"


def _half(rule: Rule) -> str | None:
    """What a rule's module lacks, or has and should not; None for a whole rule."""
    try:
        _, mend = rule.subject, rule.mend
    except CatalogueError as error:
        return str(error)
    if mend is None and hasattr(import_module(rule.module), "fix"):
        return f'says fix = "none", but {rule.module} has a `fix`'
    return None


def _modules(package: str) -> Iterator[str]:
    from pkgutil import iter_modules

    for found in iter_modules(import_module(package).__path__):
        yield f"{package}.{found.name}"
