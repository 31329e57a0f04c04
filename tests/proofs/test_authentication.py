"""What the bad examples of the rules about authentication do on FastAPI: they let people in."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking

BEARER = {"Authorization": "Bearer user:ada"}


class TestSecuritySchemeNotInstantiated:
    def test_class_lets_everybody_in(self, tmp_path: Path) -> None:
        with asking("FLT205", "Bad", "open to everybody", tmp_path) as client:
            assert client.get("/orders").status_code == 200
            assert client.get("/invoices").status_code == 200

    def test_object_asks(self, tmp_path: Path) -> None:
        with asking("FLT205", "Fixed", "open to everybody", tmp_path) as client:
            assert client.get("/orders").status_code == 401
            assert client.get("/invoices").status_code == 401
            assert client.get("/orders", headers=BEARER).status_code == 200

    def test_argument_of_the_class_is_asked_for_in_the_query(self, tmp_path: Path) -> None:
        with asking("FLT205", "Bad", "asks for a query parameter", tmp_path) as client:
            assert client.get("/orders").status_code == 422
            assert client.get("/orders", params={"name": "anything"}).status_code == 200

    def test_type_of_the_parameter_is_no_scheme_either(self, tmp_path: Path) -> None:
        with asking("FLT205", "Bad", "type of the parameter", tmp_path) as client:
            assert client.get("/orders").status_code == 200

    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 401)])
    def test_own_check_is_never_run(self, tmp_path: Path, section: str, status: int) -> None:
        title = "own scheme, in another file"
        with asking("FLT205", section, title, tmp_path) as client:
            assert client.get("/stock").status_code == status

    def test_schemes_that_are_asked(self, tmp_path: Path) -> None:
        with asking("FLT205", "Good", "asked by the handler itself", tmp_path) as client:
            assert client.get("/orders").status_code == 401
