"""Which comments suppress what, where, and how they are misspelt."""

from __future__ import annotations

import pytest

from fastlint.source.file import SourceFile
from fastlint.source.suppressions import Suppression, suppressions


def parsed(text: str) -> tuple[Suppression, ...]:
    return suppressions(SourceFile("app.py", text))


def only(text: str) -> Suppression:
    (suppression,) = parsed(text)
    return suppression


def selectors(suppression: Suppression) -> list[str]:
    return [selector.text for selector in suppression.selectors]


def test_rules_and_reason_are_read_with_their_places() -> None:
    text = "x = 1  # fastlint: ignore[FLT101, untyped-body] cold start, see #12\n"
    file = SourceFile("app.py", text)
    (suppression,) = suppressions(file)
    assert selectors(suppression) == ["FLT101", "untyped-body"]
    assert [file.slice(each.span) for each in suppression.selectors] == selectors(suppression)
    assert file.slice(suppression.span) == text[7:-1]
    assert suppression.reason == "cold start, see #12"
    assert (suppression.style, suppression.file_level, suppression.own_line) == (
        "native",
        False,
        False,
    )
    assert (suppression.first_line, suppression.last_line) == (1, 1)


def test_without_brackets_every_rule_is_meant() -> None:
    suppression = only("x = 1  # fastlint: ignore: it is a demo\n")
    assert suppression.selectors == ()
    assert suppression.mistake == ""
    assert suppression.reason == "it is a demo"


def test_a_whole_file_may_be_meant() -> None:
    suppression = only("# fastlint: ignore-file[FLT401]\nx = 1\n")
    assert suppression.file_level
    assert selectors(suppression) == ["FLT401"]


def test_other_tools_comments_on_the_line_stay_out() -> None:
    text = "x = 1  # type: ignore[x]  # fastlint: ignore[FLT101] why  # pragma: no cover\n"
    file = SourceFile("app.py", text)
    (suppression,) = suppressions(file)
    assert file.slice(suppression.span) == "# fastlint: ignore[FLT101] why"
    assert not suppression.own_line


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_above_a_statement_all_its_lines_are_covered(newline: str) -> None:
    text = newline.join(
        ["# fastlint: ignore[FLT101]", "# more words", "", "x = f(", "    1,", ")", "y = 2", ""]
    )
    suppression = only(text)
    assert suppression.own_line
    assert (suppression.first_line, suppression.last_line) == (4, 6)


def test_above_decorators_the_signature_is_covered_too() -> None:
    suppression = only(
        "# fastlint: ignore[FLT302]\n@app.post(\n  '/x',\n)\n@other\ndef f(\n  a,\n): \n  g()\n"
    )
    assert (suppression.first_line, suppression.last_line) == (2, 8)


def test_above_an_argument_that_argument_is_covered() -> None:
    suppression = only("f(\n    # fastlint: ignore[FLT101]\n\n    a,\n    b,\n)\n")
    assert (suppression.first_line, suppression.last_line) == (4, 4)


def test_in_an_indented_block_the_next_statement_is_covered() -> None:
    suppression = only("def f():\n    a()\n    # fastlint: ignore\n    b()\n    c()\n")
    assert (suppression.first_line, suppression.last_line) == (4, 4)


def test_after_another_comment_the_next_statement_is_covered() -> None:
    suppression = only("# why not  # fastlint: ignore[FLT101]\nx = 1\n")
    assert suppression.own_line
    assert (suppression.first_line, suppression.last_line) == (2, 2)


def test_text_in_a_string_is_no_comment() -> None:
    assert parsed('"""\nx = 1  # fastlint: ignore[FLT101]\n# noqa\n"""\ny = "# noqa"\n') == ()


@pytest.mark.parametrize(
    "comment",
    [
        "# silence it with `# noqa: FLT101`",
        "# silence it with '# fastlint: ignore[FLT101]', as above",
        "# silence it (# noqa: FLT101)",
    ],
)
def test_a_comment_that_quotes_one_is_none(comment: str) -> None:
    assert parsed(f"x = 1  {comment}\n{comment}\n") == ()


def test_annotations_of_functions_are_no_suppressions() -> None:
    assert parsed("# fastlint: blocking\ndef f(): ...  # fastlint: nonblocking\n") == ()


@pytest.mark.parametrize(
    ("comment", "mistake"),
    [
        ("# fastlint: ignore[FLT101", "its list of rules is not closed by `]`"),
        ("# fastlint: ignore[]", "it names no rule: write `ignore` alone for every rule"),
        ("# fastlint: ignore FLT101", "its rules are not in brackets: write `ignore[...]`"),
        ("# fastlint: ignore=FLT101", "its rules are not in brackets: write `ignore[...]`"),
        ("# fastlint: disable[FLT101]", "it is neither `ignore[...]` nor `ignore-file[...]`"),
        ("# fastlint:", "it is neither `ignore[...]` nor `ignore-file[...]`"),
    ],
)
def test_mistakes_are_said(comment: str, mistake: str) -> None:
    assert only(f"x = 1  {comment}\n").mistake == mistake


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# noqa", []),
        ("#NOQA", []),
        ("# noqa: FLT101", ["FLT101"]),
        ("# noqa:FLT101,E501 FLT3", ["FLT101", "FLT3"]),
        ("# noqa: E501, blocking-call-in-async", ["blocking-call-in-async"]),
        ("# noqa: untyped-body, FLT401 well-known problem", ["untyped-body", "FLT401"]),
    ],
)
def test_noqa_is_honoured_for_our_rules(comment: str, expected: list[str]) -> None:
    suppression = only(f"x = 1  {comment}\n")
    assert suppression.style == "noqa"
    assert selectors(suppression) == expected


@pytest.mark.parametrize(
    "comment", ["# noqa: E501", "# noqa: because", "# flake8: noqa", "# noqax"]
)
def test_noqa_for_others_is_not_ours(comment: str) -> None:
    assert parsed(f"x = 1  {comment}\n") == ()


def test_a_noqa_for_a_rule_of_another_tool_counts_where_it_is_asked_for() -> None:
    text = "x = 1  # noqa: E501, RUF006\n"
    found = suppressions(SourceFile("app.py", text), {"RUF006", "S105"})
    assert [each.answered for each in found] == [("RUF006",)]


def test_noqa_covers_its_own_line_only() -> None:
    suppression = only("# noqa: FLT101\nx = 1\n")
    assert (suppression.first_line, suppression.last_line) == (1, 1)


@pytest.mark.parametrize(
    "broken", ["x = (\n", "def f(:\n  'x\n", "if x:\n    a\n  b\n", 'x = """\n']
)
def test_a_broken_file_keeps_the_suppressions_before_the_break(broken: str) -> None:
    found = parsed("a = 1  # fastlint: ignore[FLT101]\n" + broken)
    assert [each.span.line for each in found] == [1]


def test_a_file_that_no_tokenizer_reads_is_read_by_its_looks() -> None:
    text = "if x:\n        a\n    b\n'c # noqa'\nd = 1  # fastlint: ignore[FLT101]\n"
    assert [each.span.line for each in parsed(text)] == [5]


def test_files_without_any_are_not_tokenised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenize.generate_tokens", None)
    assert parsed("x = 1  # a comment\n# noqa: E501\n") == ()
