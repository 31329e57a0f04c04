"""What the bad examples of the rules about secrets give away, or no longer keep."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from proofcases import asking

GIVEN = {"name": "ada", "password": "correct horse"}


class TestLogSensitiveData:
    def test_the_log_has_it(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with asking("FLT219", "Bad", "by name", tmp_path) as client:
            client.post("/login", json=GIVEN, headers={"authorization": "Bearer battery"})
        said = [record.getMessage() for record in caplog.records if record.name == "main"]
        assert ["correct horse" in each for each in said] == [True, True, False]
        assert "Bearer battery" in said[2]
        assert "correct horse" in capsys.readouterr().out

    def test_the_log_does_not_have_it(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with asking("FLT219", "Good", "who, not with what", tmp_path) as client:
            answer = client.post("/login", json={"login": GIVEN, "hidden": GIVEN})
        assert answer.json() == "ada"
        assert "correct horse" not in caplog.text


class TestUnmaintainedDependency:
    def test_passlib_cannot_use_bcrypt(self, tmp_path: Path) -> None:
        pytest.importorskip("passlib")
        bcrypt = pytest.importorskip("bcrypt", minversion="5.0")
        with asking("FLT220", "Bad", "passlib", tmp_path, app="app.main:app") as client:
            assert client.post("/hash?word=x").status_code == 500
        assert bcrypt.checkpw(b"x", bcrypt.hashpw(b"x", bcrypt.gensalt()))

    def test_what_is_looked_after_works(self, tmp_path: Path) -> None:
        pytest.importorskip("jwt")
        bcrypt = pytest.importorskip("bcrypt", minversion="5.0")
        (tmp_path / "keys.py").write_text("def read_key():\n    return 'k' * 32\n")
        title = "libraries that are looked after"
        with asking("FLT220", "Good", title, tmp_path) as client:
            hashed = client.post("/hash?word=x").json()
        assert bcrypt.checkpw(b"x", hashed.encode())
