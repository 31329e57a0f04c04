"""What the bad examples of the rules about the event loop do on FastAPI itself."""

from __future__ import annotations

import asyncio
import gc
import importlib
import subprocess
import sys
import warnings
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy
from fastapi import FastAPI
from proofcases import asking
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from starlette.testclient import TestClient

FILMS = "a check that always passes"
EVENTS = "the result is not there yet"


class TestRunLoopInAsync:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 200)])
    def test_handler(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT104", section, "in a handler", tmp_path) as client:
            assert client.get("/work").status_code == status
            assert client.get("/sums").status_code == status
            _forget()

    def test_helper(self, tmp_path: Path) -> None:
        with asking("FLT104", "Bad", "by way of a helper", tmp_path, app="app.main:app") as client:
            assert client.get("/quotes/tea").status_code == 500
            _forget()

    def test_start_up(self, tmp_path: Path) -> None:
        with (
            pytest.raises(RuntimeError, match="running event loop"),
            asking("FLT104", "Bad", "at start-up", tmp_path),
        ):
            pass
        _forget()

    def test_thread(self, tmp_path: Path) -> None:
        title = "in a thread, and before the loop runs"
        with asking("FLT104", "Good", title, tmp_path) as client:
            for path in ("/work", "/threads", "/awaited"):
                assert client.get(path).json() == "done"


class TestAsyncDepSyncSession:
    @pytest.mark.parametrize(("section", "on_loop"), [("Bad", True), ("Fixed", False)])
    def test_session_is_closed_on_the_loop(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, *, on_loop: bool
    ) -> None:
        closed: list[bool] = []
        monkeypatch.setattr(Session, "close", lambda _: closed.append(_is_on_loop()))
        with asking("FLT103", section, "closed by hand", tmp_path) as client:
            assert client.get("/count").status_code == 200
        assert closed == [on_loop]


class TestSyncDbInAsync:
    @pytest.mark.parametrize(("section", "on_loop"), [("Bad", True), ("Fixed", False)])
    def test_query_runs_on_the_loop(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, *, on_loop: bool
    ) -> None:
        asked: list[bool] = []
        execute = sqlalchemy.Connection.execute

        def noting(self: sqlalchemy.Connection, *args: Any, **options: Any) -> Any:
            asked.append(_is_on_loop())
            return execute(self, *args, **options)

        monkeypatch.setattr(sqlalchemy.Connection, "execute", noting)
        with asking("FLT102", section, "a health check", tmp_path) as client:
            assert client.get("/health").json() == "ok"
        assert asked == [on_loop]


class TestBlockingStartup:
    def test_lifespan_runs_on_the_loop(self) -> None:
        seen: list[bool] = []

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            seen.append(_is_on_loop())
            yield
            seen.append(_is_on_loop())

        with _client(FastAPI(lifespan=lifespan)):
            pass
        assert seen == [True, True]


class TestPerRequest:
    @pytest.mark.parametrize(
        ("section", "title", "app", "path", "count"),
        [
            ("Bad", "in a handler", "main:app", "/count", 3),
            ("Bad", "in what a dependency calls", "app.main:app", "/count", 3),
            ("Good", "made once", "main:app", "/b", 2),  # the module's own, and the cached one
            ("Good", "made once", "main:app", "/c", 2),
        ],
    )
    def test_engines(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        section: str,
        title: str,
        app: str,
        path: str,
        count: int,
    ) -> None:
        made: list[str] = []
        create = sqlalchemy.create_engine

        def counting(url: str, **options: Any) -> sqlalchemy.Engine:
            made.append(url)
            return create(url, **options)

        monkeypatch.setattr(sqlalchemy, "create_engine", counting)
        with asking("FLT108", section, title, tmp_path, app=app) as client:
            assert [client.get(path).status_code for _ in range(3)] == [200] * 3
        assert len(made) == count


class TestAsyncSessionConcurrent:
    def test_session_that_connects_refuses(self, tmp_path: Path) -> None:
        pytest.importorskip("greenlet")
        pytest.importorskip("aiosqlite")
        from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

        async def both() -> None:
            engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/x.db")
            session = AsyncSession(engine)
            one = sqlalchemy.text("SELECT 1")
            try:
                await asyncio.gather(
                    session.scalar(one), session.scalar(one), return_exceptions=False
                )
            finally:
                await asyncio.sleep(0.1)
                await session.close()
                await engine.dispose()

        with pytest.raises(sqlalchemy.exc.InvalidRequestError, match="concurrent operations"):
            asyncio.run(both())


class TestUntrackedBackgroundTask:
    def test_a_thread_has_no_loop(self, tmp_path: Path) -> None:
        with asking("FLT111", "Bad", "in a thread", tmp_path) as client:
            assert client.post("/mails?address=a").status_code == 500
            _forget()

    @pytest.mark.parametrize("is_kept", [False, True])
    def test_task_vanishes(self, *, is_kept: bool) -> None:
        app = FastAPI()
        kept: set[asyncio.Task[None]] = set()
        started: list[weakref.ref[asyncio.Task[None]]] = []

        async def wait() -> None:
            await asyncio.get_running_loop().create_future()

        @app.post("/jobs")
        async def start() -> None:
            task = asyncio.create_task(wait())
            started.append(weakref.ref(task))
            if is_kept:
                kept.add(task)

        @app.get("/jobs")
        async def is_there() -> bool:
            gc.collect()
            return started[0]() is not None

        with _client(app) as client:
            client.post("/jobs")
            assert client.get("/jobs").json() is is_kept
            kept.clear()


class TestUnawaitedCoroutine:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 402)])
    def test_check_always_passes(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT105", section, FILMS, tmp_path, app="app.main:app") as client:
            assert client.get("/films", params={"name": "mallory"}).status_code == status
            assert client.get("/films", params={"name": "ada"}).status_code == 200
            _forget()

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 200)])
    def test_coroutine_has_nothing_of_its_result(
        self, tmp_path: Path, section: str, status: int
    ) -> None:
        with asking("FLT105", section, EVENTS, tmp_path) as client:
            assert client.post("/events", json={"kind": "new"}).status_code == status
            assert client.post("/sizes", content=b"1\n2\n").status_code == status
            _forget()

    def test_coroutine_is_no_answer(self, tmp_path: Path) -> None:
        with asking("FLT105", "Bad", "given to the client", tmp_path) as client:
            assert client.get("/prices/tea").status_code == 500
            assert client.get("/quotes/tea").status_code == 500
            _forget()

    def test_awaited_sooner_or_later(self, tmp_path: Path) -> None:
        with asking("FLT105", "Good", "awaited sooner or later", tmp_path) as client:
            assert client.get("/names/ada").json() == "ada"
            assert client.get("/pairs/ada").json() == ["ada", "ADA"]
            assert client.get("/later/ada").json() == "ada"
            assert client.get("/tasks/ada").json() == "ada"
            assert client.get("/many").json() == ["a", "b"]


class TestThreadpoolCallNotCallable:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 200)])
    def test_result_is_called(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT110", section, "called on the spot", tmp_path) as client:
            assert client.get("/reports/tea").status_code == status

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 200)])
    def test_for_another_kind_of_thread(self, tmp_path: Path, section: str, status: int) -> None:
        title = "in another file, for another kind of thread"
        with asking("FLT110", section, title, tmp_path, app="app.main:app") as client:
            assert client.get("/sizes").status_code == status

    def test_coroutine_is_called(self, tmp_path: Path) -> None:
        with asking("FLT110", "Bad", "a coroutine", tmp_path) as client:
            assert client.get("/names/tea").status_code == 500
            _forget()

    def test_function_and_arguments(self, tmp_path: Path) -> None:
        with asking("FLT110", "Good", "the function and its arguments", tmp_path) as client:
            answer = client.get("/reports/ab").json()
        assert answer == ["abab", "ab", "ab", "abab", "abab", "ab"]


def _forget() -> None:
    """Let Python complain now of the coroutines that were never awaited, and to nobody."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


def _is_on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _client(app: FastAPI) -> TestClient:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

        return TestClient(app)


class TestMetricLabelFromUrl:
    @pytest.mark.parametrize(
        ("section", "title"), [("Bad", "in middleware"), ("Good", "the path of the route")]
    )
    def test_series_per_address(self, tmp_path: Path, section: str, title: str) -> None:
        metrics = pytest.importorskip("prometheus_client")
        registry = metrics.REGISTRY
        with asking("FLT112", section, title, tmp_path) as client:
            for number in range(5):
                client.get(f"/nothing/{number}")
            made = importlib.import_module("main").REQUESTS
            registry.unregister(made)
            paths = {sample.labels["path"] for each in made.collect() for sample in each.samples}
        assert len(paths) == (5 if section == "Bad" else 1)


class TestAsyncWithoutAwait:
    @pytest.mark.parametrize(
        ("section", "title", "app", "path"),
        [
            ("Bad", "nothing to wait for", "app.main:app", "/words"),
            ("Good", "something to wait for, or no async", "main:app", "/b"),
        ],
    )
    def test_where_it_runs(
        self, tmp_path: Path, section: str, title: str, app: str, path: str
    ) -> None:
        """On the loop a handler finds it running; in a thread of the pool there is none."""
        with asking("FLT113", section, title, tmp_path, app=app) as client:
            assert client.get(path).status_code == 200
            served = importlib.import_module(app.partition(":")[0])
            name = "read_words" if section == "Bad" else "read_b"
            assert asyncio.iscoroutinefunction(getattr(served, name)) is (section == "Bad")


class TestGlobalMutableState:
    def test_another_process_knows_nothing(self, tmp_path: Path) -> None:
        title = "in a handler, and below it"
        with asking("FLT114", "Bad", title, tmp_path, app="app.main:app") as client:
            client.post("/items/1?name=lamp")
            assert importlib.import_module("app.store").ITEMS == {1: "lamp"}
        code = "from app.store import ITEMS; print(ITEMS)"
        other = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert other.stdout == "{}\n"

    def test_nothing_is_changed(self, tmp_path: Path) -> None:
        with asking("FLT114", "Good", "read, locked, or its own", tmp_path) as client:
            assert client.get("/names/a").json() == "ada"
            assert importlib.import_module("main").NAMES == {"a": "ada"}


class TestAwaitInLoop:
    def _most_at_once(self, client: TestClient, path: str) -> int:
        """How many requests to the other server are under way at the same time."""
        running = most = 0

        async def answer(_: httpx.Request) -> httpx.Response:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1
            return httpx.Response(200, text="2")

        client.app.state.transport = httpx.MockTransport(answer)  # type: ignore[attr-defined]
        assert client.post(path, json=["tea", "milk", "rum"]).status_code == 200
        return most

    @pytest.mark.parametrize("path", ["/totals", "/prices"])
    def test_in_a_row(self, tmp_path: Path, path: str) -> None:
        with asking("FLT116", "Bad", "a loop, and a comprehension", tmp_path) as client:
            assert self._most_at_once(client, path) == 1

    def test_together(self, tmp_path: Path) -> None:
        with asking("FLT116", "Good", "together", tmp_path) as client:
            assert self._most_at_once(client, "/totals") == 3
