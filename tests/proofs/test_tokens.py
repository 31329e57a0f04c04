"""What the bad examples of the rules about tokens let in."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking

jwt = pytest.importorskip("jwt")
KEYS = "def read_key():\n    return 'k' * 32\n"


class TestJwtInsecureDecode:
    def test_whoever_writes_a_token_gets_in(self, tmp_path: Path) -> None:
        forged = jwt.encode({"sub": "root", "exp": 1}, "x" * 32, algorithm="HS256")
        with asking("FLT212", "Bad", "signature is not verified", tmp_path) as client:
            answer = client.get("/diary", headers={"Authorization": f"Bearer {forged}"})
            assert answer.json() == "diary of root"

    def test_signature_is_verified(self, tmp_path: Path) -> None:
        (tmp_path / "keys.py").write_text("def read_key():\n    return 'k' * 32\n")
        forged = jwt.encode({"sub": "root"}, "x" * 32, algorithm="HS256")
        signed = jwt.encode({"sub": "ada"}, "k" * 32, algorithm="HS256")
        with asking("FLT212", "Good", "verified", tmp_path) as client:
            answer = client.get("/diary", headers={"Authorization": f"Bearer {forged}"})
            assert answer.status_code == 401
            answer = client.get("/diary", headers={"Authorization": f"Bearer {signed}"})
            assert answer.json() == "diary of ada"


class TestJwtNoExp:
    @pytest.mark.parametrize(("section", "ends"), [("Bad", False), ("Good", True)])
    def test_token_ends_only_where_it_is_said(
        self, tmp_path: Path, section: str, *, ends: bool
    ) -> None:
        (tmp_path / "keys.py").write_text("def read_key():\n    return 'k' * 32\n")
        title = "with an end" if ends else "in one place"
        with asking("FLT213", section, title, tmp_path) as client:
            given = client.post("/login", params={"name": "ada"}).json()
            for token in given if isinstance(given, list) else [given]:
                claims = jwt.decode(token, "k" * 32, algorithms=["HS256"])
                assert claims["sub"] == "ada"
                assert ("exp" in claims) is ends


class TestJwtSubNotStr:
    def test_a_number_opens_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "keys.py").write_text(KEYS)
        with asking("FLT224", "Bad", "the id of a user", tmp_path) as client:
            token = client.post("/login", params={"name": "ada"}).json()
            with pytest.raises(jwt.exceptions.InvalidSubjectError):
                jwt.decode(token, "k" * 32, algorithms=["HS256"])

    def test_a_number_from_another_file(self, tmp_path: Path) -> None:
        (tmp_path / "keys.py").write_text(KEYS)
        title = "a function of another file makes the token"
        with asking("FLT224", "Bad", title, tmp_path, app="app.main:app") as client:
            token = client.post("/login", params={"user_id": 3}).json()
            with pytest.raises(jwt.exceptions.InvalidSubjectError):
                jwt.decode(token, "k" * 32, algorithms=["HS256"])

    def test_a_text(self, tmp_path: Path) -> None:
        (tmp_path / "keys.py").write_text(KEYS)
        with asking("FLT224", "Good", "a text", tmp_path) as client:
            tokens = client.post("/login", params={"user_id": 3, "name": "ada"}).json()
            claims = [jwt.decode(each, "k" * 32, algorithms=["HS256"]) for each in tokens[:2]]
            assert [each["sub"] for each in claims] == ["3", "ada"]


class TestForeignTokenError:
    OTHER = "class JWTError(Exception):\n    pass\n"

    @pytest.mark.parametrize(
        ("section", "title", "status"),
        [
            ("Bad", "the errors of the library before", 500),
            ("Good", "its own errors", 401),
            ("Good", "both, or whatever comes", 401),
        ],
    )
    def test_a_bad_token_is_no_failure_of_the_server(
        self, tmp_path: Path, section: str, title: str, status: int
    ) -> None:
        (tmp_path / "keys.py").write_text(KEYS)
        (tmp_path / "jose.py").write_text(self.OTHER)
        with asking("FLT228", section, title, tmp_path) as client:
            answer = client.get("/me", headers={"Authorization": "Bearer forged"})
            assert answer.status_code == status
