"""Nothing of an untrusted text is hidden, and its width is known."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.report.cells import row, visible, width_of, wrap

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Also control characters, format characters and lone surrogates."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`GET /items/選項` é", "`GET /items/選項` é"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[2J\x07", r"\x1b[2J\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("safe\u202egnp.exe", r"safe\u202egnp.exe"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("\u2028", r"\u2028"),
        ("\U000e0041", r"\U000e0041"),
        ("caf\udce9.py", r"caf\xe9.py"),
    ],
)
def test_what_is_hidden_becomes_visible(text: str, expected: str) -> None:
    assert visible(text) == expected


@settings(deadline=None)
@given(ANY_TEXT)
def test_no_text_keeps_anything_hidden(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(character) for character in shown} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }
    assert visible(shown) == shown


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_row_knows_how_wide_it_is(text: str) -> None:
    laid = row(text)
    assert laid.columns[-1] == width_of("".join(laid.cells))
    assert len(laid.columns) == len(laid.cells) + 1 == len(text) + 1
    assert list(laid.columns) == sorted(laid.columns)


@settings(deadline=None)
@given(ANY_TEXT, st.integers(0, 40), st.integers(0, 40))
def test_a_cut_is_never_wider_than_asked_for(text: str, start: int, width: int) -> None:
    assert width_of(row(text).cut(start, start + width)) <= width


def test_a_cut_through_a_wide_character_keeps_the_columns() -> None:
    assert row("選項x").cut(1, 5) == " 項x"
    assert row("x選項").cut(0, 2) == "x"


def test_tabs_go_to_the_next_stop() -> None:
    assert "".join(row("a\tb\t\tc").cells) == "a   b       c"


def test_wrapping_breaks_at_spaces_and_loses_nothing() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("one two three", 9, first=3) == ["one", "two three"]
    assert wrap("a-word-too-long b", 5) == ["a-word-too-long", "b"]
    assert wrap("選項 選項", 5) == ["選項", "選項"]


@settings(deadline=None)
@given(ANY_TEXT.map(visible), st.integers(1, 30))
def test_wrapped_text_is_the_same_text(text: str, width: int) -> None:
    assert " ".join(wrap(text, width)) == text
