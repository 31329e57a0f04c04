"""What the bad examples of the rules about the life of an app do on FastAPI."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from proofcases import asking


class TestLifespanAndOnEvent:
    def test_only_the_lifespan_runs(self, tmp_path: Path) -> None:
        with asking("FLT516", "Bad", "handler of an event", tmp_path) as client:
            assert client.get("/started").json() == ["lifespan"]

    def test_options_and_other_files(self, tmp_path: Path) -> None:
        title = "in another file, and as an option"
        with asking("FLT516", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/started").json() == ["lifespan"]
            started = importlib.import_module("app.start").started
            importlib.import_module("app.events")
        assert started == ["lifespan"]

    def test_one_way_only(self, tmp_path: Path) -> None:
        with asking("FLT516", "Good", "one way only", tmp_path) as client:
            assert client.get("/started").json() == ["cache"]


class TestLifespanNotContextmanager:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("no yield", "main:app"),
            ("plain context manager of another file", "app.main:app"),
            ("called", "main:app"),
        ],
    )
    def test_the_app_does_not_start(self, tmp_path: Path, title: str, app: str) -> None:
        with (
            pytest.raises((AttributeError, TypeError)),
            asking("FLT517", "Bad", title, tmp_path, app=app),
        ):
            pass

    @pytest.mark.parametrize("app", ["app", "second", "third", "fourth", "fifth"])
    def test_the_app_starts(self, tmp_path: Path, app: str) -> None:
        title = "context managers and generators"
        with asking("FLT517", "Good", title, tmp_path, app=f"main:{app}") as client:
            assert client.get("/openapi.json").status_code == 200


class TestMountedAppLifespan:
    def test_it_is_not_run(self, tmp_path: Path) -> None:
        title = "lifespan of a mounted app"
        with asking("FLT518", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/reports/started").json() == []

    def test_events_are_not_run(self, tmp_path: Path) -> None:
        with asking("FLT518", "Bad", "handlers of events", tmp_path) as client:
            assert client.get("/files/docs").status_code == 200
            assert not hasattr(importlib.import_module("main").app.state, "files")

    def test_the_outermost_app_does_it(self, tmp_path: Path) -> None:
        with asking("FLT518", "Good", "the outermost app does it", tmp_path) as client:
            assert client.get("/started").json() == ["reports", "router"]


class TestMiddlewareLifecycle:
    @pytest.mark.parametrize(
        ("title", "app"),
        [("added at startup", "main:app"), ("in a function of another file", "app.main:app")],
    )
    def test_too_late(self, tmp_path: Path, title: str, app: str) -> None:
        with (
            pytest.raises(RuntimeError, match="Cannot add middleware"),
            asking("FLT519", "Bad", title, tmp_path, app=app),
        ):
            pass

    def test_in_time(self, tmp_path: Path) -> None:
        with asking("FLT519", "Good", "in time", tmp_path) as client:
            assert client.get("/items").headers["x-shop"] == "open"


class TestRawSqlString:
    def test_it_is_refused(self, tmp_path: Path) -> None:
        with asking("FLT520", "Bad", "check of health", tmp_path) as client:
            assert client.get("/health").status_code == 500

    def test_text(self, tmp_path: Path) -> None:
        with asking("FLT520", "Fixed", "check of health", tmp_path) as client:
            assert client.get("/health").json() == 1

    def test_statements_and_drivers(self, tmp_path: Path) -> None:
        with asking("FLT520", "Good", "statements, and drivers", tmp_path) as client:
            assert client.get("/health").json() == 3


class TestUvicornRunObject:
    @pytest.mark.parametrize("start", ["start", "start_again"])
    def test_the_program_ends(
        self, tmp_path: Path, start: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        pytest.importorskip("uvicorn")
        with asking("FLT522", "Bad", "workers, in another file", tmp_path, app="app.main:app"):
            with pytest.raises(SystemExit):
                getattr(importlib.import_module("run"), start)()
            assert "import string" in capsys.readouterr().err

    def test_a_name_is_taken(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        uvicorn = pytest.importorskip("uvicorn")
        served: list[str] = []
        monkeypatch.setattr(uvicorn.supervisors.Multiprocess, "run", lambda _: served.append("it"))
        with asking("FLT522", "Good", "a name, or one process", tmp_path):
            importlib.import_module("main").start_by_name()
        assert served == ["it"]


class TestEventHandlerRuns:
    def test_twice(self, tmp_path: Path) -> None:
        title = "on an included router"
        with asking("FLT523", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/opened").json() == ["pool", "pool"]

    def test_never(self, tmp_path: Path) -> None:
        with asking("FLT523", "Bad", "a generator", tmp_path) as client:
            assert client.get("/opened").json() == []

    @pytest.mark.parametrize("title", ["in a lifespan", "an app with a lifespan of its own"])
    def test_once(self, tmp_path: Path, title: str) -> None:
        with asking("FLT523", "Good", title, tmp_path) as client:
            assert client.get("/opened").json() == ["pool"]
