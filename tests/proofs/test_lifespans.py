"""What the bad examples of the rules about the life of an app do on FastAPI."""

from __future__ import annotations

import importlib
from pathlib import Path

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
