"""What the bad examples of the rules about settings let others set, and how often it is read."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from proofcases import asking

pytest.importorskip("pydantic_settings")


class TestSettingsFromRequest:
    def test_the_client_sets_them(self, tmp_path: Path) -> None:
        with asking("FLT226", "Bad", "as a dependency", tmp_path) as client:
            assert client.get("/contact").json() == "admin@example.com"
            assert client.get("/contact?admin_email=eve").json() == "eve"

    def test_those_of_an_alias(self, tmp_path: Path) -> None:
        title = "an alias of another file"
        with asking("FLT226", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/debug").json() is False
            assert client.get("/debug?debug=true").json() is True

    def test_a_function_that_takes_nothing(self, tmp_path: Path) -> None:
        with asking("FLT226", "Good", "a function that takes nothing", tmp_path) as client:
            assert client.get("/contact?admin_email=eve").json() == "admin@example.com 10"


class TestSettingsPerRequest:
    @pytest.mark.parametrize(
        ("section", "title", "times"),
        [("Bad", "in a dependency, and in a handler", 3), ("Good", "once", 0)],
    )
    def test_how_often_they_are_made(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        section: str,
        title: str,
        times: int,
    ) -> None:
        made: list[object] = []
        with asking("FLT524", section, title, tmp_path) as client:
            client.get("/contact")
            settings = importlib.import_module("main").Settings
            plain = settings.__init__
            monkeypatch.setattr(
                settings, "__init__", lambda self: (made.append(self), plain(self))[1]
            )
            for _ in range(3):
                client.get("/contact")
        assert len(made) == times
