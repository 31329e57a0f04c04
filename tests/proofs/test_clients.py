"""What the tests see that the bad examples of the rules about testing write."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from proofcases import asking


class TestTestclientNoLifespan:
    @pytest.fixture(autouse=True)
    def _package(self, tmp_path: Path) -> None:
        """So that no other package of this name is imported."""
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "__init__.py").touch()

    def test_not_started(self, tmp_path: Path) -> None:
        title = "a client of the module"
        with asking("FLT801", "Bad", title, tmp_path, app="app.main:app"):
            test = importlib.import_module("tests.test_words")
            del test.app.state.words  # which the client of this proof has made by being entered
            with pytest.raises(AttributeError, match="words"):
                test.test_words()
            with test.client:
                test.test_words()

    def test_entered(self, tmp_path: Path) -> None:
        with asking("FLT801", "Good", "entered", tmp_path, app="app.main:app"):
            importlib.import_module("tests.test_words").test_words()


class TestOverrideWrongKey:
    def test_the_real_one_is_used(self, tmp_path: Path) -> None:
        title = "a function that no Depends names"
        with asking("FLT802", "Bad", title, tmp_path, app="app.main:app") as client:
            test = importlib.import_module("tests.test_db")
            with pytest.raises(AssertionError):
                test.test_db()
            assert client.get("/db").json() == "real"

    def test_keys_that_are_never_looked_up(self, tmp_path: Path) -> None:
        title = "what a call gives, and an alias"
        with asking("FLT802", "Bad", title, tmp_path) as client:
            importlib.import_module("test_main")
            assert client.get("/user").json() == "real writer"

    def test_the_function_itself(self, tmp_path: Path) -> None:
        with asking("FLT802", "Good", "the function itself", tmp_path) as client:
            importlib.import_module("test_main").test_user()
            assert client.get("/user").json() == "fake fake"


class TestUntestedRoute:
    def test_what_the_tests_ask_for(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "__init__.py").touch()
        title = "one that nobody asks for"
        with asking("FLT805", "Bad", title, tmp_path, app="app.main:app") as client:
            test = importlib.import_module("tests.test_items")
            asked: list[str] = []
            test.client.event_hooks["request"].append(lambda sent: asked.append(sent.url.path))
            test.test_item()
            assert asked == ["/items/1"]
            assert client.get("/items/1/parts").json() == [1]

    def test_all_are_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "__init__.py").touch()
        with asking("FLT805", "Good", "addresses with holes", tmp_path, app="app.main:app"):
            importlib.import_module("tests.test_all").test_all()


class TestOverrideNotReset:
    def test_later_tests_run_with_it(self, tmp_path: Path) -> None:
        with asking("FLT804", "Bad", "in a test", tmp_path, app="app:app") as client:
            test = importlib.import_module("test_user")
            test.test_nobody()
            test.test_user()
            with pytest.raises(AssertionError):
                test.test_nobody()
            assert client.get("/user").json() == "ada"

    def test_taken_away(self, tmp_path: Path) -> None:
        with asking("FLT804", "Good", "taken away", tmp_path, app="app:app") as client:
            test = importlib.import_module("test_user")
            for made in test.client.__wrapped__():
                test.test_user(made)
            test.test_nobody()
            assert client.get("/user").status_code == 401
