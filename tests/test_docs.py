"""The pages about fastlint as a whole say what the rules' own pages say."""

from __future__ import annotations

import msgspec
import pytest
from complaining import complain

from docs import comparison, guide
from docs.pages import HERE, mistakes, texts
from fastlint.catalogue import Rule, catalogue
from fastlint.overlap.table import TWINS
from fastlint.pages.head import Head

PARTS = guide.read(HERE / "guide.toml")
RULES = catalogue().rules


def test_nothing_is_stale() -> None:
    stale = [
        path
        for path, text in texts().items()
        if not (HERE.parent / path).exists()
        or (HERE.parent / path).read_text(encoding="utf-8") != text
    ]
    complain(f"{path} is stale: run `make docs`" for path in stale)


def test_rules_and_tables_fit() -> None:
    complain(mistakes())


def test_the_map_has_every_section_of_the_guide() -> None:
    names = [section.name for part in PARTS for section in part.sections]
    assert len(set(names)) == len(names)
    wanted = [f"{word} {number}" for word in ("DO", "DON'T") for number in range(1, 11)]
    assert names[:20] == wanted
    assert [p.phase for p in PARTS if p.phase] == [f"Phase {number}" for number in range(1, 13)]
    for part in PARTS:
        if part.phase:
            number = part.phase.removeprefix("Phase ")
            assert [each.name for each in part.sections] == [
                f"{number}.{at}" for at in range(1, len(part.sections) + 1)
            ]


def test_every_rule_has_its_place_on_the_map() -> None:
    page = texts()["docs/guide.md"]
    for rule in RULES:
        assert (f"{rule.code}-{rule.name}.md" in page) is not rule.by_engine


def _of_section(rule: Rule, named: str) -> Rule:
    meta = msgspec.structs.replace(rule.head.meta, guide=named)
    head: Head = msgspec.structs.replace(rule.head, meta=meta)
    return msgspec.structs.replace(rule, head=head)


@pytest.mark.parametrize("named", ["DO 11", "DO 1, Phase 13"])
def test_a_section_that_is_none_is_told(named: str) -> None:
    wrong = list(guide.mistakes(PARTS, [*RULES, _of_section(RULES[0], named)]))
    assert wrong == [
        f"{RULES[0].code} stands for `{named.rpartition(', ')[2]}`, which is no section in "
        "docs/guide.toml"
    ]


def test_a_section_of_which_nothing_is_said_is_told() -> None:
    silent = [rule for rule in RULES if "DON'T 3" not in rule.head.guide]
    (wrong,) = guide.mistakes(PARTS, silent)
    assert wrong.startswith("DON'T 3: no rule stands for it")


def test_the_readme_says_where_each_rule_is_on() -> None:
    readme = texts()["README.md"]
    for rule in RULES:
        on = {"default": "on", "strict": "strict", None: "off"}[rule.profile]
        name = f"[{rule.name}](rules/{rule.code}-{rule.name}.md)"
        assert f"| {rule.code} | {name} | {on} | {rule.severity} | " in readme


def test_the_comparison_knows_every_rule() -> None:
    page = texts()["docs/comparison.md"]
    for rule in RULES:
        assert (f"{rule.code}-{rule.name}.md" in page) is not rule.by_engine


def test_a_row_without_a_rule_or_with_one_that_is_none_is_told() -> None:
    rows = (
        comparison.Row("no reason", "somebody"),
        comparison.Row("no rule", "somebody", ("blocking-call-in-asinc",), "a reason"),
    )
    assert list(comparison.mistakes([comparison.Part("x", rows)], RULES)) == [
        "docs/comparison.toml: neither a rule nor a reason for: no reason",
        "docs/comparison.toml: there is no rule `blocking-call-in-asinc` (for: no rule)",
    ]


def test_what_is_left_to_ruff_is_said_of_rules_that_exist() -> None:
    assert set(TWINS) <= {rule.code for rule in RULES}
