"""How often the examples about queries in loops ask the database."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from proofcases import asking


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The queries that are asked, of a database with three authors of two books each."""
    main = importlib.import_module("main")
    main.Base.metadata.create_all(main.engine)
    with main.Session(main.engine) as session:
        session.add_all(main.Author(books=[main.Book(), main.Book()]) for _ in range(3))
        session.commit()
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sqlalchemy.event.listen(main.engine, "before_cursor_execute", count)
    yield asked


class TestNPlusOne:
    @pytest.mark.parametrize("path", ["/books", "/counts"])
    def test_once_for_each(self, tmp_path: Path, path: str) -> None:
        with (
            asking("FLT527", "Bad", "a query, and a relationship", tmp_path) as client,
            _counting() as asked,
        ):
            assert client.get(path).status_code == 200
            assert len(asked) == 1 + 3

    @pytest.mark.parametrize(("path", "queries"), [("/books", 3), ("/counts", 3), ("/awards", 2)])
    def test_once_for_all(self, tmp_path: Path, path: str, queries: int) -> None:
        with (
            asking("FLT527", "Good", "once for all", tmp_path) as client,
            _counting() as asked,
        ):
            assert client.get(path).status_code == 200
            assert len(asked) == queries  # the awards of all authors are always loaded
