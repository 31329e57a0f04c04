"""What the bad examples of the rules about asynchronous sessions do with a database."""

from __future__ import annotations

import asyncio
import gc
import importlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from proofcases import asking

if TYPE_CHECKING:
    from starlette.testclient import TestClient

pytest.importorskip("aiosqlite")
pytest.importorskip("greenlet")
MISSING = "greenlet_spawn has not been called"


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """SQLAlchemy leaves a coroutine when it raises `MissingGreenlet`; the examples keep engines."""
    from sqlalchemy.ext.asyncio import AsyncEngine

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()
        for each in gc.get_objects():
            if isinstance(each, AsyncEngine):
                asyncio.run(each.dispose())
        gc.collect()


class TestAsyncSessionExpire:
    @pytest.mark.parametrize("path", ["/items", "/ids"])
    def test_nothing_is_left_to_read(self, tmp_path: Path, path: str) -> None:
        with asking("FLT525", "Bad", "returned, and read", tmp_path) as client:
            assert client.post(path, params={"name": "lamp"}).status_code == 500

    def test_it_is_there_when_refreshed(self, tmp_path: Path) -> None:
        title = "refreshed, read before, or never emptied by this"
        with asking("FLT525", "Good", title, tmp_path) as client:
            main = importlib.import_module("main")

            async def create() -> None:
                async with main.engine.begin() as connection:
                    await connection.run_sync(main.Base.metadata.create_all)

            assert client.portal is not None
            client.portal.call(create)
            answer = client.post("/items", params={"name": "lamp"})
            assert answer.json() == {"id": 1, "name": "lamp"}
            assert client.post("/names", params={"name": "lamp"}).json() == "lamp"

    def test_what_sqlalchemy_says(self, tmp_path: Path) -> None:
        title = "in a function of another file"
        with asking("FLT525", "Bad", title, tmp_path, app="app.main:app"):
            db = importlib.import_module("app.db")

            async def save() -> None:
                async with db.engine.begin() as connection:
                    await connection.run_sync(db.SQLModel.metadata.create_all)
                async with db.AsyncSession(db.engine) as session:
                    await db.save(db.Note(text="x"), session)

            from sqlalchemy.exc import StatementError

            with pytest.raises(StatementError, match=MISSING):
                asyncio.run(save())


class TestAsyncLazyLoad:
    def _with_one(self, client: TestClient, module: str = "app.main") -> None:
        main, tables = importlib.import_module(module), importlib.import_module("app.tables")

        async def create() -> None:
            async with main.engine.begin() as connection:
                await connection.run_sync(tables.Base.metadata.create_all)
            async with main.AsyncSession(main.engine) as session:
                session.add(tables.Author(id=1, books=[tables.Book(id=7)]))
                await session.commit()

        assert client.portal is not None
        client.portal.call(create)

    @pytest.mark.parametrize("path", ["/authors", "/authors/1", "/counts"])
    def test_nothing_is_there(self, tmp_path: Path, path: str) -> None:
        title = "by the response model"
        with asking("FLT528", "Bad", title, tmp_path, app="app.main:app") as client:
            self._with_one(client)
            assert client.get(path).status_code == 500

    def test_it_is_loaded(self, tmp_path: Path) -> None:
        title = "loaded with the query"
        with asking("FLT528", "Good", title, tmp_path, app="app.main:app") as client:
            self._with_one(client)
            assert client.get("/authors").json() == [{"id": 1, "books": [{"id": 7}]}]
            assert client.get("/awards").json() == [{"id": 1, "awards": []}]
            assert client.get("/names").json() == [{"id": 1}]
            assert client.get("/owners").json() == [1]
