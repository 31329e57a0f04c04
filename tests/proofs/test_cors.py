"""What the bad examples of the rules about origins do on Starlette."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking


def _allowed(code: str, section: str, title: str, origin: str, where: Path) -> str | None:
    with asking(code, section, title, where) as client:
        path = "/balance" if code == "FLT209" else "/prices"
        answer = client.get(path, headers={"Origin": origin, "Cookie": "session=1"})
        return answer.headers.get("access-control-allow-origin")


class TestWildcardCredentials:
    @pytest.mark.parametrize("title", ["every origin", "pattern that matches everything"])
    def test_any_origin_may_send_cookies(self, tmp_path: Path, title: str) -> None:
        with asking("FLT209", "Bad", title, tmp_path) as client:
            headers = {"Origin": "https://thief.example", "Cookie": "session=1"}
            answer = client.get("/balance", headers=headers)
            assert answer.headers["access-control-allow-origin"] == "https://thief.example"
            assert answer.headers["access-control-allow-credentials"] == "true"

    def test_credentials_are_not_lent_to_everybody(self, tmp_path: Path) -> None:
        with asking("FLT209", "Good", "everybody, without credentials", tmp_path) as client:
            answer = client.get("/", headers={"Origin": "https://thief.example", "Cookie": "a=1"})
            assert "access-control-allow-credentials" not in answer.headers


class TestMisconfigured:
    @pytest.mark.parametrize(
        "origin", ["https://shop.acme.io", "https://acme.io", "https://pay.acme.io"]
    )
    def test_origin_matches_only_as_browsers_send_it(self, tmp_path: Path, origin: str) -> None:
        title = "slash, path and port"
        assert _allowed("FLT210", "Bad", title, origin, tmp_path / "bad") is None
        assert _allowed("FLT210", "Fixed", title, origin, tmp_path / "fixed") == origin

    @pytest.mark.parametrize("origin", ["https://shop.acme.io", "http://localhost:3000"])
    def test_star_and_bare_host_match_nothing(self, tmp_path: Path, origin: str) -> None:
        assert _allowed("FLT210", "Bad", "star and scheme", origin, tmp_path) is None

    def test_text_lets_its_parts_in(self, tmp_path: Path) -> None:
        part = "https://shop.acme.i"
        assert _allowed("FLT210", "Bad", "text", part, tmp_path / "bad") == part
        assert _allowed("FLT210", "Fixed", "text", part, tmp_path / "fixed") is None


class TestNotOutermost:
    @pytest.mark.parametrize(
        ("section", "title", "seen"), [("Bad", "function", False), ("Good", "added last", True)]
    )
    def test_page_sees_the_refusal_only_with_the_headers(
        self, tmp_path: Path, section: str, title: str, *, seen: bool
    ) -> None:
        with asking("FLT211", section, title, tmp_path) as client:
            origin = {"Origin": "https://shop.acme.io"}
            answer = client.get("/prices", headers=origin)
            assert answer.status_code == 401
            assert ("access-control-allow-origin" in answer.headers) is seen
            preflight = {**origin, "Access-Control-Request-Method": "GET"}
            assert client.options("/prices", headers=preflight).is_success is seen
