"""What the bad examples of the rules about texts of clients do when a client is not nice."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking


class TestSqlStringInterpolation:
    def test_client_reads_all_rows(self, tmp_path: Path) -> None:
        with asking("FLT217", "Bad", "in the handler", tmp_path) as client:
            assert client.get("/mail", params={"name": "ada"}).json() == ["a@x.io"]
            answer = client.get("/mail", params={"name": "x' OR 1=1 --"})
            assert answer.json() == ["a@x.io", "b@x.io"]

    def test_client_sorts_by_what_it_should_not_see(self, tmp_path: Path) -> None:
        with asking("FLT217", "Bad", "in the handler", tmp_path) as client:
            order = "(CASE WHEN (SELECT count(*) FROM users) = 2 THEN -rowid ELSE rowid END)"
            answer = client.get("/sorted", params={"order": order})
            assert answer.json() == ["b@x.io", "a@x.io"]

    def test_parameter_is_only_a_value(self, tmp_path: Path) -> None:
        with asking("FLT217", "Good", "parameters", tmp_path) as client:
            answer = client.get("/mail", params={"name": "x' OR 1=1 --"})
            assert answer.status_code == 500  # no such table: nothing else came of it


class TestUserControlledFilePath:
    @pytest.mark.parametrize("path", ["/report?name=../secret.txt", "/files/..%2Fsecret.txt"])
    def test_client_reads_what_lies_beside_the_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        (tmp_path / "reports").mkdir()
        (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with asking("FLT216", "Bad", "query and path", tmp_path) as client:
            assert "secret" in client.get(path).text

    @pytest.mark.parametrize("path", ["/texts/..%2Fsecret.txt", "/files/..%2Fsecret.txt"])
    def test_a_path_that_another_function_makes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        (tmp_path / "files").mkdir()
        (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        title = "a path that another function makes"
        with asking("FLT216", "Bad", title, tmp_path, app="app.main:app") as client:
            assert "secret" in client.get(path).text

    def test_one_part_of_the_path_holds_no_slash(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "reports").mkdir()
        (tmp_path / "secret.pdf").write_text("secret", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with asking("FLT216", "Good", "one part of the path", tmp_path) as client:
            assert client.get("/reports/..%2Fsecret").status_code == 404
