"""What the bad examples put into addresses, and what they serve under one."""

from __future__ import annotations

from pathlib import Path

from proofcases import asking


class TestCredentialsInQuery:
    def test_password_is_read_from_the_address_alone(self, tmp_path: Path) -> None:
        with asking("FLT218", "Bad", "not said where from", tmp_path) as client:
            login = {"username": "ada", "password": "1815"}
            assert client.post("/login", params=login).json() == "ada, 4"
            assert client.post("/login", json=login).status_code == 422
            assert client.post("/login", data=login).status_code == 422

    def test_dependency_reads_it_there_too(self, tmp_path: Path) -> None:
        title = "in a dependency, in another file"
        with asking("FLT218", "Bad", title, tmp_path, app="app.main:app") as client:
            asked = {"client_id": "shop", "client_secret": "12345678"}
            assert client.get("/orders", params=asked).json() == ["shop"]

    def test_token_in_a_link_is_meant_to_stand_there(self, tmp_path: Path) -> None:
        title = "links of mails, and names that only sound so"
        with asking("FLT218", "Good", title, tmp_path) as client:
            assert client.get("/confirm", params={"token": "t"}).status_code == 200


class TestDocsOffSchemaOn:
    def test_schema_is_served_without_its_pages(self, tmp_path: Path) -> None:
        with asking("FLT222", "Bad", "pages off", tmp_path) as client:
            assert client.get("/docs").status_code == 404
            assert client.get("/redoc").status_code == 404
            assert "/prices" in client.get("/openapi.json").json()["paths"]

    def test_schema_is_off(self, tmp_path: Path) -> None:
        with asking("FLT222", "Good", "schema off", tmp_path) as client:
            assert client.get("/openapi.json").status_code == 404
            assert client.get("/docs").status_code == 404
