"""Fixes applied to text: none half, none twice, and in whatever order they come."""

from __future__ import annotations

from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from toyrules import BODIES, COMMENTS, HEADS, check

from fastlint.findings import Edit, Fix, Span
from fastlint.fixes.apply import apply_edits, apply_fixes


def edit(line: int, start: int, end: int, text: str, path: str = "a.py") -> Edit:
    return Edit(Span(path, line, start, line, end), text)


def fix(*changes: Edit, title: str = "") -> Fix:
    return Fix(title, changes, safe=True)


def test_edits_keep_every_other_character() -> None:
    text = "a\r\nb\x0c\u2028c\rd\n\ne"
    assert apply_edits(text, [edit(2, 1, 2, "B"), edit(3, 1, 2, "")]) == "a\r\nB\x0c\u2028c\r\n\ne"


def test_an_edit_that_the_text_has_no_place_for_is_refused() -> None:
    assert apply_edits("a\n", [edit(5, 1, 1, "x")]) is None
    assert apply_edits("a\n", [edit(1, 3, 99, "x")]) is None


def test_an_import_that_two_fixes_need_is_made_once() -> None:
    imported = edit(1, 1, 1, "import os\n")
    done = apply_fixes(
        {"a.py": "x\ny\n"}, [fix(imported, edit(1, 1, 2, "X")), fix(imported, edit(2, 1, 2, "Y"))]
    )
    assert done.texts == {"a.py": "import os\nX\nY\n"}
    assert len(done.fixes) == 2


def test_of_two_that_overlap_the_second_waits_wholly() -> None:
    first = fix(edit(1, 1, 3, "A"))
    second = fix(edit(1, 2, 4, "B"), edit(2, 1, 1, "C"))
    done = apply_fixes({"a.py": "abcd\n\n"}, [second, first])
    assert done.texts == {"a.py": "Acd\n\n"}
    assert (done.fixes, done.waiting) == ((first,), (second,))


def test_two_insertions_at_one_place_wait_for_each_other() -> None:
    done = apply_fixes({"a.py": "x\n"}, [fix(edit(1, 1, 1, "b")), fix(edit(1, 1, 1, "a"))])
    assert done.texts == {"a.py": "ax\n"}
    assert len(done.waiting) == 1


def test_where_two_make_a_line_too_long_together_the_second_waits() -> None:
    both = [fix(edit(1, 2, 2, "bbb")), fix(edit(1, 3, 3, "ccc"))]
    texts = {"a.py": "xyz\n"}
    assert apply_fixes(texts, both, {"a.py": 9}).texts == {"a.py": "xbbbycccz\n"}
    done = apply_fixes(texts, both, {"a.py": 8})
    assert (done.texts, done.waiting) == ({"a.py": "xbbbyz\n"}, (both[1],))


def test_a_line_that_was_too_long_before_makes_nothing_wait() -> None:
    both = [fix(edit(1, 2, 2, "bbb")), fix(edit(1, 3, 3, "ccc"))]
    assert not apply_fixes({"a.py": "xyz\n"}, both, {"a.py": 2}).waiting


def test_edits_that_only_touch_are_made_together() -> None:
    done = apply_fixes(
        {"a.py": "xyz\n"},
        [fix(edit(1, 2, 3, "Y")), fix(edit(1, 1, 2, "X")), fix(edit(1, 2, 2, "-"))],
    )
    assert done.texts == {"a.py": "X-Yz\n"}


def test_a_fix_of_two_files_is_made_in_both_or_in_none() -> None:
    both = fix(edit(1, 1, 2, "A"), edit(1, 1, 2, "B", "b.py"))
    assert apply_fixes({"a.py": "a", "b.py": "b"}, [both]).texts == {"a.py": "A", "b.py": "B"}
    assert apply_fixes({"a.py": "a"}, [both]).texts == {}


SPANS = st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(0, 4)).map(
    lambda drawn: Span("a.py", drawn[0], drawn[1], drawn[0], min(drawn[1] + drawn[2], 10))
)
FIXES = st.lists(
    st.builds(
        Fix,
        st.sampled_from("ab"),
        st.lists(st.builds(Edit, SPANS, st.sampled_from(["", "x", "y\n"])), min_size=1, max_size=3)
        .map(tuple),
        st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(FIXES, st.randoms(use_true_random=False))
def test_the_order_of_fixes_is_all_one(fixes: list[Fix], random: Random) -> None:
    text = "abcdefghi\n" * 3
    once = apply_fixes({"a.py": text}, fixes)
    shuffled = list(fixes)
    random.shuffle(shuffled)
    assert apply_fixes({"a.py": text}, shuffled) == once
    assert len(once.fixes) + len(once.waiting) == len(fixes)


# --- fixes of real code --------------------------------------------------------------------------


def offered(text: str) -> list[Fix]:
    return [each.fix for each in check({"a.py": text}) if each.fix is not None]


MODULES = st.builds(
    lambda head, bodies: (
        head + "\n".join(body.format(name=f"f{index}") for index, body in enumerate(bodies))
    ),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(BODIES), min_size=1, max_size=3),
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(MODULES, st.randoms(use_true_random=False))
def test_real_fixes_come_to_the_same_text_in_any_order(text: str, random: Random) -> None:
    one_by_one = text
    while fixes := offered(one_by_one):
        result = apply_edits(one_by_one, random.choice(fixes).edits)
        assert result is not None
        one_by_one = result
    together = text
    for _ in range(10):
        fixes = offered(together)
        random.shuffle(fixes)
        together = apply_fixes({"a.py": together}, fixes).texts.get("a.py", together)
    assert together == one_by_one
    compile(one_by_one, "a.py", "exec")
    assert check({"a.py": one_by_one}) == []
    assert [one_by_one.count(each) for each in COMMENTS] == [text.count(each) for each in COMMENTS]
