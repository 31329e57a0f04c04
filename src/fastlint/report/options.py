"""What a report may be told, apart from the outcome itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from fastlint import __version__

if TYPE_CHECKING:
    from fastlint.findings import Severity
    from fastlint.source.file import SourceFile

Sources = Callable[[str], "SourceFile | None"]
"""The text of a file, by its path relative to the root; None where it cannot be had."""


class RuleInfo(Protocol):
    """What a report says about a rule; `fastlint.catalogue.Rule` is one."""

    @property
    def code(self) -> str:
        """``FLT101``."""
        ...

    @property
    def name(self) -> str:
        """``blocking-call-in-async``."""
        ...

    @property
    def category(self) -> str:
        """``security`` is the one that a report knows."""
        ...

    @property
    def severity(self) -> Severity:
        """What the rule's page says."""
        ...

    @property
    def summary(self) -> str:
        """One sentence; Markdown is not rendered in it."""
        ...

    @property
    def url(self) -> str:
        """The page on the web."""
        ...

    @property
    def help_markdown(self) -> str:
        """The page without its title and metadata."""
        ...

    @property
    def help_text(self) -> str:
        """The same for places that do not render Markdown."""
        ...


class ReportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to show an outcome. Nothing here changes what is shown of the findings."""

    root: Path
    """The project root, absolute: what the paths of spans are relative to."""
    cwd: Path
    """Absolute; files below it are named relative to it, others by their absolute path."""
    colour: bool = False
    width: int = 100
    """Columns of the terminal; text formats wrap prose and cut source lines to it."""
    hyperlinks: bool = False
    """OSC 8 links on codes; only where ``colour`` is on as well."""
    verbose: bool = False
    """List what could not be resolved."""
    quiet: bool = False
    """Findings only: no summary, no coverage line."""
    show_fixes: bool = False
    """List the fixes that were applied, not only their number."""
    elapsed: float | None = None
    """Seconds that the run took, for the coverage line; None leaves it out."""
    rules: Mapping[str, RuleInfo] = {}
    """Every enabled rule by its code, for formats that describe rules."""
    version: str = __version__
    """fastlint's own."""
