"""What a comparison of secrets looks at, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking


class Text(str):
    """A text that notes what it is compared with by ``==``."""

    __slots__ = ("seen",)

    seen: list[object]

    def __eq__(self, other: object) -> bool:
        self.seen.append(other)
        return str(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class TestTimingUnsafeCompare:
    @pytest.mark.parametrize(("section", "looked"), [("Bad", 1), ("Fixed", 0)])
    def test_key_is_compared_by_the_text_itself(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        section: str,
        looked: int,
    ) -> None:
        monkeypatch.setenv("API_KEY", "right")
        with asking("FLT214", section, "key in a header", tmp_path) as client:
            import main  # the example

            main.API_KEY = key = Text("right")
            key.seen = []
            assert client.get("/report", headers={"X-API-Key": "wrong"}).status_code == 401
            assert len(key.seen) == looked
            assert client.get("/report", headers={"X-API-Key": "right"}).status_code == 200

    @pytest.mark.parametrize("section", ["Bad", "Fixed"])
    def test_no_key_is_refused_as_a_wrong_one_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str
    ) -> None:
        monkeypatch.setenv("API_KEY", "right")
        with asking("FLT214", section, "which may be left out", tmp_path) as client:
            assert client.get("/report").status_code == 403
            assert client.get("/report", headers={"X-API-Key": "wrong"}).status_code == 403
            assert client.get("/report", headers={"X-API-Key": "right"}).status_code == 200


class TestPlainTextPassword:
    @pytest.mark.parametrize("path", ["/login", "/session"])
    def test_what_stands_in_the_table_signs_in(self, tmp_path: Path, path: str) -> None:
        title = "in the handler, and in a query"
        with asking("FLT227", "Bad", title, tmp_path) as client:
            stored = _keep("read in a backup")
            wrong = client.post(path, json={"name": "ada", "password": "guessed"})
            right = client.post(path, json={"name": "ada", "password": stored})
        assert (wrong.status_code, right.status_code) == (401, 200)

    def test_a_hash_does_not(self, tmp_path: Path) -> None:
        with asking("FLT227", "Good", "hashes", tmp_path) as client:
            import main  # the example

            stored = _keep(main.made_of("secret", "ada"))
            read = client.post("/login", json={"name": "ada", "password": stored})
            right = client.post("/login", json={"name": "ada", "password": "secret"})
        assert (read.status_code, right.status_code) == (401, 200)


def _keep(password: str) -> str:
    """Put a user with this password into the example's table."""
    import main  # the example

    main.Base.metadata.create_all(main.engine)
    with main.SessionLocal() as db:
        db.add(main.User(name="ada", password=password))
        db.commit()
    return password
