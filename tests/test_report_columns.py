"""Columns that share the width of a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlint.report.cells import visible, width_of
from fastlint.report.routes.columns import Cell, lines, pieces, total, widths


def drawn(rows: list[list[str]], room: int) -> list[str]:
    cells = [[Cell(text) for text in row] for row in rows]
    columns = widths(cells, room)
    return [
        "".join(segment.text for segment in line).rstrip()
        for row in cells
        for line in lines(row, columns)
    ]


def test_what_fits_stands_in_columns() -> None:
    assert drawn([["GET", "/a", "x"], ["DELETE", "/ab", "y"]], 80) == [
        "GET     /a   x",
        "DELETE  /ab  y",
    ]


def test_an_empty_column_takes_no_room() -> None:
    assert drawn([["GET", "", "x"], ["PUT", "", "y"]], 80) == ["GET  x", "PUT  y"]


def test_the_column_with_the_one_long_cell_gives_way() -> None:
    rows = [["/a/long/path", "short-name"]] * 5 + [["/a/long/path", "a_name_that_is_far_too_long"]]
    assert drawn(rows, 28) == [
        *["/a/long/path  short-name"] * 5,
        "/a/long/path  a_name_that_",
        "              is_far_too_",
        "              long",
    ]


@pytest.mark.parametrize(
    ("text", "width", "parts"),
    [
        ("/api/v1/items/{item_id}", 14, ["/api/v1/items/", "{item_id}"]),
        ("get_user, get_db", 10, ["get_user,", "get_db"]),
        ("list[ItemPublic] | None", 12, ["list[", "ItemPublic]", "| None"]),
        ("PartitionedRunResponse", 12, ["Partitioned", "RunResponse"]),
        ("a_very_long_name", 8, ["a_very_", "long_", "name"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("", 4, [""]),
        ("日本語の道", 4, ["日本", "語の", "道"]),
    ],
)
def test_texts_are_broken_where_a_reader_would(text: str, width: int, parts: list[str]) -> None:
    assert list(pieces(text, width)) == parts


@given(st.text(), st.integers(2, 40))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    shown = visible(text)
    parts = list(pieces(shown, width))
    assert "".join("".join(parts).split()) == "".join(shown.split())
    assert all(width_of(part) <= width for part in parts)


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), min_size=1), st.integers(40)
)
def test_rows_keep_to_the_room(rows: list[list[str]], room: int) -> None:
    cells = [[Cell(text) for text in row] for row in rows]
    columns = widths(cells, room)
    assert sum(columns) <= max(room, total(cells))
    assert total(cells) <= room or sum(columns) + 2 * (sum(map(bool, columns)) - 1) <= room


def test_no_line_begins_with_the_gap_of_what_stood_before() -> None:
    assert list(pieces("sync delete_by_name  :178", 20)) == ["sync delete_by_name", ":178"]
