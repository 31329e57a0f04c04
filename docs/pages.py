"""Every generated text and the place where it belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from docs import comparison, guide, listing
from fastlint.catalogue import Rule, catalogue

HERE = Path(__file__).resolve().parent
README = "README.md"


def texts() -> dict[str, str]:
    """The texts by their paths, relative to the repository."""
    rules = catalogue().rules
    return {
        "docs/guide.md": guide.page(guide.read(HERE / "guide.toml"), rules),
        "docs/comparison.md": comparison.page(comparison.read(HERE / "comparison.toml"), rules),
        README: _readme((HERE.parent / README).read_text(encoding="utf-8"), rules),
    }


def mistakes() -> list[str]:
    """What the tables and the rules' pages say of each other that does not fit."""
    rules = catalogue().rules
    return [
        *guide.mistakes(guide.read(HERE / "guide.toml"), rules),
        *comparison.mistakes(comparison.read(HERE / "comparison.toml"), rules),
    ]


def _readme(text: str, rules: Sequence[Rule]) -> str:
    mark = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->)", re.DOTALL)
    return mark.sub(lambda m: f"{m[1]}{listing.section(rules)}{m[2]}", text)
