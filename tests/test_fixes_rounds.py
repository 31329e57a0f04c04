"""Rounds: what is kept, what is dropped and why, and that a second run has nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from toyrules import BODIES, HEADS, check, finding

from fastlint.findings import Edit, Finding, Fix, Severity, Span
from fastlint.fixes.parsing import parses
from fastlint.fixes.rounds import Mended, fix_in_rounds


def mend(
    texts: Mapping[str, str], rules: Callable[[Mapping[str, str]], Sequence[Finding]]
) -> Mended:
    return fix_in_rounds(rules(texts), texts.get, lambda changed: rules({**texts, **changed}))


def replacing(
    word: str, by: str, code: str = "word", severity: Severity = Severity.WARNING
) -> Callable[[Mapping[str, str]], list[Finding]]:
    """A rule that finds a word and, if it is given another, offers to put that in its place."""

    def rule(texts: Mapping[str, str]) -> list[Finding]:
        found: list[Finding] = []
        for path, text in sorted(texts.items()):
            for number, line in enumerate(text.split("\n"), 1):
                start = line.find(word)
                while start >= 0:
                    span = Span(path, number, start + 1, number, start + 1 + len(word))
                    fix = Fix(code, (Edit(span, by),), safe=True) if by != word else None
                    found.append(finding(code, span, fix, severity))
                    start = line.find(word, start + len(word))
        return found

    return rule


def all_of(
    *rules: Callable[[Mapping[str, str]], list[Finding]],
) -> Callable[[Mapping[str, str]], list[Finding]]:
    return lambda texts: [each for rule in rules for each in rule(texts)]


def test_every_file_with_something_to_fix_is_fixed_and_no_other() -> None:
    mended = mend(
        {"a.py": "old = 1\n", "b.py": "x\n", "c.py": "f(old, old)\n"}, replacing("old", "new")
    )
    assert mended.texts == {"a.py": "new = 1\n", "c.py": "f(new, new)\n"}
    assert (mended.findings, len(mended.applied), mended.rounds) == ((), 3, 1)
    assert mended.finished


def test_what_one_fix_uncovers_the_next_round_fixes() -> None:
    rules = all_of(replacing("one", "two", "a"), replacing("two", "three", "b"))
    mended = mend({"a.py": "one\n"}, rules)
    assert (mended.texts, mended.rounds) == ({"a.py": "three\n"}, 2)


def test_a_fix_whose_result_does_not_parse_is_dropped_and_the_others_are_kept() -> None:
    rules = all_of(replacing("bad", "(", "bad"), replacing("old", "new", "old"))
    mended = mend({"a.py": "old\nbad\nold\n", "b.py": "old\nbad\n"}, rules)
    assert mended.texts == {"a.py": "new\nbad\nnew\n", "b.py": "new\nbad\n"}
    assert [
        (each.finding.code, each.finding.span.path, each.reason) for each in mended.dropped
    ] == [
        ("bad", "a.py", "a.py would not parse"),
        ("bad", "b.py", "b.py would not parse"),
    ]


def test_fixes_that_parse_together_and_do_not_compile_are_not_both_kept() -> None:
    rules = all_of(replacing("async def", "def", "plain"), replacing("get()", "await get()", "w"))
    text = "async def f():\n    return get()\n"
    mended = mend({"a.py": text}, rules)
    assert len(mended.applied) == 1
    assert {each.reason for each in mended.dropped} == {"a.py would not compile"}
    compile(mended.texts["a.py"], "a.py", "exec")


def test_what_did_not_compile_before_is_still_fixed() -> None:
    mended = mend({"a.py": "return old\n"}, replacing("old", "new"))
    assert mended.texts == {"a.py": "return new\n"}


def test_a_fix_that_leaves_its_finding_is_dropped() -> None:
    mended = mend({"a.py": "x = old\n"}, replacing("old", "(old)"))
    assert mended.texts == {}
    assert [each.reason for each in mended.dropped] == ["the finding would still be there"]


def test_a_fix_that_only_moves_its_finding_is_dropped() -> None:
    def rule(texts: Mapping[str, str]) -> list[Finding]:
        """It finds `old`, and writes it at the other end of the file."""
        first, last = Span("a.py", 1, 1, 1, 4), Span("a.py", 3, 1, 3, 4)
        here, there = (first, last) if texts["a.py"].startswith("old") else (last, first)
        fix = Fix("move", (Edit(here, ""), Edit(there, "old")), safe=True)
        return [finding("old", here, fix)]

    mended = mend({"a.py": "old\n\nend\n"}, rule)
    assert mended.texts == {}
    assert [each.reason for each in mended.dropped] == ["the finding would still be there"]


def test_what_another_fix_brings_to_light_is_not_taken_for_what_a_fix_leaves() -> None:
    rules = all_of(replacing("old", "new", "old", Severity.ERROR), replacing("veil", "old", "veil"))
    mended = mend({"a.py": "old\n\nveil\n"}, rules)
    assert mended.texts == {"a.py": "new\n\nveil\n"}
    assert [each.reason for each in mended.dropped] == ["it would add old at a.py:3: it is old"]


def test_a_finding_that_only_moves_is_not_taken_for_a_new_one() -> None:
    stays = replacing("stay", "stay", "error", Severity.ERROR)
    rules = all_of(replacing("old", "new\nnew", "old"), stays)
    mended = mend({"a.py": "old; stay; stay\nstay\n"}, rules)
    assert mended.texts == {"a.py": "new\nnew; stay; stay\nstay\n"}
    assert len(mended.findings) == 3


def test_a_fix_that_adds_an_error_is_dropped_and_another_in_its_file_is_kept() -> None:
    wrong = replacing("wrong", "wrong", "error", Severity.ERROR)
    rules = all_of(replacing("bad", "wrong", "bad"), replacing("old", "new", "old"), wrong)
    mended = mend({"a.py": "bad\nold\nwrong\n"}, rules)
    assert mended.texts == {"a.py": "bad\nnew\nwrong\n"}
    assert [each.reason for each in mended.dropped] == ["it would add error at a.py:1: it is error"]


def test_an_error_in_another_file_counts_too() -> None:
    def rule(texts: Mapping[str, str]) -> list[Finding]:
        found = replacing("old", "new")({"a.py": texts["a.py"]})
        if "new" in texts["a.py"]:
            found.append(finding("error", Span("b.py", 1, 1, 1, 2), None, Severity.ERROR))
        return found

    mended = mend({"a.py": "old\n", "b.py": "x\n"}, rule)
    assert mended.texts == {}
    assert [each.reason for each in mended.dropped] == ["it would add error at b.py:1: it is error"]


def test_a_warning_that_a_fix_adds_is_no_reason_to_drop_it() -> None:
    rules = all_of(replacing("old", "new"), replacing("new", "new", "warning"))
    mended = mend({"a.py": "old\n"}, rules)
    assert mended.texts == {"a.py": "new\n"}
    assert [each.code for each in mended.findings] == ["warning"]


def test_fixes_that_are_dropped_cost_few_looks_at_the_project() -> None:
    """Each look is a judgement of the whole project: their number must not grow with the drops."""
    rules = all_of(
        replacing("stay", "(stay)", "stay"),
        replacing("bad", "(", "bad"),
        replacing("old", "new", "old"),
    )
    texts = {f"f{number}.py": "stay\nbad\nold\nstay\n" for number in range(30)}
    looks: list[int] = []

    def look(changed: Mapping[str, str]) -> Sequence[Finding]:
        looks.append(len(changed))
        return rules({**texts, **changed})

    mended = fix_in_rounds(rules(texts), texts.get, look)
    assert set(mended.texts.values()) == {"stay\nbad\nnew\nstay\n"}
    assert len(mended.dropped) == 90
    assert len(looks) < 8


def test_a_fix_is_not_tried_again_where_nothing_has_changed_around_it() -> None:
    rules = all_of(replacing("stay", "(stay)", "stay"), replacing("old", "new", "old"))
    texts = {"a.py": "stay\n", "b.py": "old\n"}
    tried: list[Mapping[str, str]] = []

    def look(changed: Mapping[str, str]) -> Sequence[Finding]:
        tried.append(dict(changed))
        return rules({**texts, **changed})

    mended = fix_in_rounds(rules(texts), texts.get, look)
    assert [each.finding.code for each in mended.dropped] == ["stay"]
    assert sum("a.py" in changed for changed in tried) == 1


def test_findings_that_share_one_fix_are_fixed_by_it() -> None:
    def rule(texts: Mapping[str, str]) -> list[Finding]:
        if "old" not in texts["a.py"]:
            return []
        fix = Fix("all", (Edit(Span("a.py", 1, 1, 1, 8), "new;new"),), safe=True)
        return [finding("a", Span("a.py", 1, at, 1, at + 3), fix) for at in (1, 5)]

    mended = mend({"a.py": "old;old\n"}, rule)
    assert (mended.texts, len(mended.applied)) == ({"a.py": "new;new\n"}, 2)


def test_files_that_one_fix_changes_belong_together() -> None:
    def rule(texts: Mapping[str, str]) -> list[Finding]:
        found = replacing("old", "new")({path: texts[path] for path in ("c.py", "d.py")})
        if "both" in texts["a.py"]:
            edits = tuple(Edit(Span(path, 1, 1, 1, 5), "done") for path in ("a.py", "b.py"))
            found.append(finding("both", edits[0].span, Fix("both", edits, safe=True)))
        return found

    mended = mend({"a.py": "both", "b.py": "both", "c.py": "old", "d.py": "x"}, rule)
    assert mended.texts == {"a.py": "done", "b.py": "done", "c.py": "new"}
    assert mended.together == (frozenset({"a.py", "b.py"}), frozenset({"c.py"}))


def test_unsafe_fixes_wait_for_someone_who_wants_them() -> None:
    span = Span("a.py", 1, 1, 1, 4)
    unsafe = finding("a", span, Fix("a", (Edit(span, "new"),), safe=False))

    def rule(texts: Mapping[str, str]) -> list[Finding]:
        return [unsafe] if "old" in texts["a.py"] else []

    texts = {"a.py": "old\n"}
    assert mend(texts, rule).texts == {}
    wanted = fix_in_rounds([unsafe], texts.get, rule, wanted=lambda _: True)
    assert wanted.texts == {"a.py": "new\n"}


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    rules = all_of(replacing("ping", "pong", "a"), replacing("pong", "ping", "b"))
    mended = mend({"a.py": "ping\n"}, rules)
    assert not mended.finished
    assert mended.rounds < 10


def test_fixes_without_end_stop_after_ten_rounds() -> None:
    mended = mend({"a.py": "x = more\n"}, replacing("more", "1 +  more"))
    assert mended.texts == {}

    def growing(texts: Mapping[str, str]) -> list[Finding]:
        length = len(texts["a.py"])
        end = Span("a.py", 1, length, 1, length)
        return [finding(f"a{length}", end, Fix("a", (Edit(end, "x"),), safe=True))]

    mended = mend({"a.py": "x\n"}, growing)
    assert (mended.texts, mended.rounds, mended.finished) == ({"a.py": "x" * 11 + "\n"}, 10, False)


def test_a_file_that_cannot_be_read_keeps_its_finding() -> None:
    findings = replacing("old", "new")({"a.py": "old\n"})
    mended = fix_in_rounds(findings, lambda _: None, lambda _: findings)
    assert mended.texts == {}
    assert [each.reason for each in mended.dropped] == ["its edits do not fit the file"]


def test_newer_syntax_than_the_running_python_s_parses() -> None:
    assert parses("try:\n    pass\nexcept A, B:\n    pass\n")
    assert parses("lazy import a\n")
    assert not parses("def\n")
    assert not parses("x = '\0'\n")


MODULES = st.dictionaries(
    st.sampled_from(["a.py", "b.py"]),
    st.builds(
        lambda head, bodies: (
            head + "\n".join(body.format(name=f"f{at}") for at, body in enumerate(bodies))
        ),
        st.sampled_from(HEADS),
        st.lists(st.sampled_from(BODIES), min_size=1, max_size=2),
    ),
    min_size=1,
)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(MODULES)
def test_a_second_run_has_nothing_to_do(texts: dict[str, str]) -> None:
    mended = mend(texts, check)
    assert mended.findings == ()
    assert (mended.dropped, mended.finished) == ((), True)
    again = mend({**texts, **mended.texts}, check)
    assert (again.texts, again.rounds) == ({}, 0)


def test_what_waits_for_a_fix_that_is_dropped_waits_no_longer() -> None:
    rules = all_of(
        replacing("one(two)", "bad", "a"),
        replacing("two", "2", "b"),
        replacing("bad", "bad", "worse", Severity.ERROR),
    )
    mended = mend({"a.py": "one(two)\n"}, rules)
    assert mended.texts == {"a.py": "one(2)\n"}
    assert mended.finished
