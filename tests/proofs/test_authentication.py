"""What the bad examples of the rules about authentication do on FastAPI: they let people in."""

from __future__ import annotations

import hashlib
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

    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 403)])
    def test_own_guard_is_never_called(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT205", section, "own guard that is never called", tmp_path) as client:
            assert client.get("/wages").status_code == status

    def test_schemes_that_are_asked(self, tmp_path: Path) -> None:
        with asking("FLT205", "Good", "asked by the handler itself", tmp_path) as client:
            assert client.get("/orders").status_code == 401


class TestDependencyAliasInUnion:
    def test_client_fills_it_in_from_the_query(self, tmp_path: Path) -> None:
        with asking("FLT506", "Bad", "client says who it is", tmp_path) as client:
            assert client.get("/diary", params={"user": "root"}).json() == "diary of root"
            assert client.get("/diary").status_code == 200

    def test_dependency_runs_when_the_union_is_inside(self, tmp_path: Path) -> None:
        with asking("FLT506", "Fixed", "client says who it is", tmp_path) as client:
            assert client.get("/diary", params={"user": "root"}).status_code == 401
            ada = client.get("/diary", headers={"Authorization": "Bearer ada"})
            assert ada.json() == "diary of ada"

    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 401)])
    def test_client_fills_it_in_from_the_body(
        self, tmp_path: Path, section: str, status: int
    ) -> None:
        title, root = "model becomes a body", {"name": "root", "is_admin": True}
        with asking("FLT506", section, title, tmp_path, app="app.main:app") as client:
            answer = client.post("/purge", json=root)
            assert answer.status_code == status
            assert section == "Fixed" or answer.json() is True

    def test_list_becomes_a_body(self, tmp_path: Path) -> None:
        with asking("FLT506", "Bad", "list of an alias", tmp_path) as client:
            assert client.post("/pages").status_code == 422

    def test_dependency_of_a_dependency(self, tmp_path: Path) -> None:
        with asking("FLT506", "Bad", "in a dependency", tmp_path) as client:
            assert client.get("/prices").json() == [2]
            assert client.get("/prices", params={"tenant": "other"}).json() == [1]

    def test_union_inside(self, tmp_path: Path) -> None:
        with asking("FLT506", "Good", "union inside", tmp_path) as client:
            assert client.get("/start", params={"user": "root"}).json() == "hello None"


class TestDependencyNotInjected:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 401)])
    def test_default_is_never_called(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT505", section, "function as the default", tmp_path) as client:
            assert client.get("/diary").status_code == status

    def test_client_fills_in_what_has_no_depends(self, tmp_path: Path) -> None:
        with asking(
            "FLT505", "Bad", "function in Annotated", tmp_path, app="app.main:app"
        ) as client:
            assert client.get("/diary", params={"user": "root"}).json() == "diary of root"
            assert client.get("/letters").status_code == 200

    def test_depends_runs_them(self, tmp_path: Path) -> None:
        title = "function in Annotated"
        with asking("FLT505", "Fixed", title, tmp_path, app="app.main:app") as client:
            assert client.get("/diary", params={"user": "root"}).status_code == 401
            assert client.get("/letters").status_code == 401

    def test_alias_as_the_default_is_handed_over(self, tmp_path: Path) -> None:
        with asking("FLT505", "Bad", "alias as the default", tmp_path) as client:
            assert "Annotated" in client.get("/diary").json()
            assert client.get("/letters", params={"user": "root"}).json() == "letters for root"

    @pytest.mark.parametrize(
        ("title", "error"),
        [
            ("bare function in a list", AttributeError),
            ("called too early", TypeError),
            ("marker as the type", AttributeError),
        ],
    )
    def test_fails_on_import(self, tmp_path: Path, title: str, error: type[Exception]) -> None:
        with pytest.raises(error), asking("FLT505", "Bad", title, tmp_path):
            pass

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 401)])
    def test_include_fails_with_each_request(
        self, tmp_path: Path, section: str, status: int
    ) -> None:
        with asking("FLT505", section, "bare function at an include", tmp_path) as client:
            assert client.get("/letters").status_code == status

    def test_list_of_depends(self, tmp_path: Path) -> None:
        with asking("FLT505", "Fixed", "bare function in a list", tmp_path) as client:
            assert client.get("/diary").status_code == 401

    def test_uncalled(self, tmp_path: Path) -> None:
        with asking("FLT505", "Fixed", "called too early", tmp_path) as client:
            assert client.get("/diary").json() == 1


class TestAutoErrorFalseUnchecked:
    def test_everybody_gets_in(self, tmp_path: Path) -> None:
        with asking("FLT206", "Bad", "result is dropped", tmp_path) as client:
            assert client.get("/orders").status_code == 200

    def test_through_files(self, tmp_path: Path) -> None:
        title = "handed from file to file"
        with asking("FLT206", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/orders").json() == "orders for None"

    def test_none_has_no_credentials(self, tmp_path: Path) -> None:
        with asking("FLT206", "Bad", "None has no credentials", tmp_path) as client:
            assert client.get("/orders").status_code == 500
            member = client.get("/orders", headers={"Authorization": "Bearer t-1"})
            assert member.json() == "orders of ada"

    def test_who_tests_for_none_answers_401(self, tmp_path: Path) -> None:
        with asking("FLT206", "Good", "tested for None", tmp_path) as client:
            assert client.get("/orders").status_code == 401
            assert client.get("/invoices").status_code == 401
            assert client.get("/news").json() == "the headlines"

    def test_scheme_that_refuses_by_itself(self, tmp_path: Path) -> None:
        with asking("FLT206", "Good", "refuses by itself", tmp_path) as client:
            assert client.get("/orders").status_code == 401


class TestSecurityScopesUnchecked:
    def test_token_without_the_scope_will_do(self, tmp_path: Path) -> None:
        with asking("FLT207", "Bad", "nobody is told", tmp_path, app="app.main:app") as client:
            answer = client.delete("/users/bob", headers={"Authorization": "Bearer t-1"})
            assert answer.json() == "ada deleted bob"

    def test_who_is_told_can_refuse(self, tmp_path: Path) -> None:
        with asking("FLT207", "Good", "told, directly or below", tmp_path) as client:
            weak, strong = ({"Authorization": f"Bearer t-{n}"} for n in (1, 2))
            assert client.get("/all", headers=weak).status_code == 403
            assert client.get("/all", headers=strong).status_code == 200
            assert client.get("/me", headers=weak).json() == "owner of t-1"

    @pytest.mark.parametrize(("section", "status"), [("Bad", 403), ("Fixed", 200)])
    def test_text_is_taken_apart(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT207", section, "text instead of a list", tmp_path) as client:
            assert client.get("/items").status_code == status


class TestSchemePresenceOnly:
    def test_any_credentials_will_do(self, tmp_path: Path) -> None:
        with asking("FLT208", "Bad", "any token will do", tmp_path) as client:
            assert client.get("/orders").status_code == 401
            assert client.get("/orders", headers={"Authorization": "Bearer x"}).status_code == 200
            assert client.delete("/orders/1", auth=("a", "b")).json() == "a deleted 1"

    def test_through_files(self, tmp_path: Path) -> None:
        title = "user that nobody looked up"
        with asking("FLT208", "Bad", title, tmp_path, app="app.main:app") as client:
            answer = client.get("/diary", headers={"Authorization": "Bearer x"})
            assert answer.json() == "diary of ada"

    def test_who_looks_refuses(self, tmp_path: Path) -> None:
        bad = {"Authorization": "Bearer x"}
        with asking("FLT208", "Good", "looked at", tmp_path) as client:
            assert client.get("/diary", headers=bad).status_code == 401

    def test_middleware_and_own_checks_refuse(self, tmp_path: Path) -> None:
        bad = {"Authorization": "Bearer x"}
        with asking("FLT208", "Good", "somebody else looks", tmp_path / "a") as client:
            assert client.get("/orders", headers=bad).status_code == 401
        with asking("FLT208", "Good", "own check", tmp_path / "b") as client:
            assert client.get("/stock", headers=bad).status_code == 403


class TestAuthCoverageGap:
    def test_one_was_forgotten(self, tmp_path: Path) -> None:
        with asking("FLT204", "Bad", "one was forgotten", tmp_path, app="app.main:app") as client:
            assert client.put("/jobs/1", params={"name": "x"}).status_code == 200
            assert client.delete("/jobs/1").status_code == 401
            assert client.post("/jobs/", params={"name": "x"}).status_code == 401

    def test_anybody_may_write(self, tmp_path: Path) -> None:
        title = "nobody may read, anybody may write"
        with asking("FLT204", "Bad", title, tmp_path) as client:
            assert client.get("/invoices").status_code == 401
            assert client.post("/invoices", params={"text": "x"}).status_code == 200

    def test_past_the_app(self, tmp_path: Path) -> None:
        with asking("FLT204", "Bad", "past the app", tmp_path) as client:
            assert client.get("/orders").status_code == 401
            assert client.get("/export").text == "all orders"
            assert client.get("/partners/stock").json() == 12

    def test_sockets_pass_by_the_middleware(self, tmp_path: Path) -> None:
        title = "past the middleware"
        with asking("FLT204", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/prices").status_code == 401
            with client.websocket_connect("/feed") as socket:
                assert socket.receive_text() == "3"

    def test_apps_that_look_after_themselves(self, tmp_path: Path) -> None:
        with asking("FLT204", "Good", "apps that look after themselves", tmp_path) as client:
            assert client.get("/export").status_code == 401
            assert client.get("/partners/stock").status_code == 401


class TestUnprotectedSensitiveRoute:
    def test_forgotten_at_the_include(self, tmp_path: Path) -> None:
        title = "forgotten at the include"
        with asking("FLT202", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/admin/users").status_code == 200
            assert client.get("/orders/").status_code == 401

    def test_mounted_app_inherits_nothing(self, tmp_path: Path) -> None:
        with asking("FLT202", "Bad", "mounted app", tmp_path) as client:
            assert client.get("/orders").status_code == 422
            assert client.get("/backoffice/refunds").status_code == 200

    def test_included_twice(self, tmp_path: Path) -> None:
        with asking("FLT202", "Bad", "included twice", tmp_path) as client:
            assert client.get("/v1/admin/users").status_code == 422
            assert client.get("/v2/admin/users").status_code == 200

    def test_handler_of_starlette(self, tmp_path: Path) -> None:
        with asking("FLT202", "Bad", "handler of Starlette", tmp_path) as client:
            assert client.get("/admin/dump").text == "everything"

    def test_sockets_pass_by_http_middleware(self, tmp_path: Path) -> None:
        with asking("FLT202", "Bad", "WebSocket beside HTTP middleware", tmp_path) as client:
            assert client.get("/admin/orders").status_code == 401
            with client.websocket_connect("/admin/feed") as socket:
                assert socket.receive_text() == "new order"

    def test_guarded_at_every_level(self, tmp_path: Path) -> None:
        with asking("FLT202", "Good", "guarded at every level", tmp_path) as client:
            paths = ("/admin/include/", "/admin/router/", "/admin/router/me", "/admin/decorator")
            assert {client.get(path).status_code for path in paths} == {401}


class TestTokenUrlMismatch:
    @pytest.fixture(autouse=True)
    def _without_multipart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The package is only needed to read a form, and what counts is who answers."""
        here = "fastapi.dependencies.utils.ensure_multipart_is_installed"
        monkeypatch.setattr(here, lambda: None)

    @pytest.mark.parametrize(
        ("section", "title", "app", "is_there"),
        [
            ("Bad", "the router has a prefix", "app.main:app", False),
            ("Bad", "another name", "main:app", False),
            ("Good", "the path of the route", "main:app", True),
        ],
    )
    def test_where_the_schema_sends(
        self, tmp_path: Path, section: str, title: str, app: str, *, is_there: bool
    ) -> None:
        with asking("FLT223", section, title, tmp_path, app=app) as client:
            schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
            url = schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"]
            assert (client.post(f"/{url.lstrip('/')}").status_code != 404) is is_there


class TestUnprotectedMutatingRoute:
    def test_anybody_may_write(self, tmp_path: Path) -> None:
        title = "one that was forgotten"
        with asking("FLT225", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/notes").status_code == 401
            assert client.post("/notes?text=x").status_code == 200

    def test_nobody_may(self, tmp_path: Path) -> None:
        with asking("FLT225", "Good", "guarded, or for guests", tmp_path) as client:
            assert client.post("/notes?text=x").status_code == 401


class TestFastPasswordHash:
    def test_whoever_has_the_hash_tries_passwords(self, tmp_path: Path) -> None:
        with asking("FLT229", "Bad", "with a salt", tmp_path) as client:
            given = {"name": "ada", "new_password": "lovelace"}
            stored = client.post("/users", params=given).json()
        words = [b"s4ltgrace", b"s4ltlovelace"]
        tried = [hashlib.md5(each).hexdigest() for each in words]  # noqa: S324
        assert stored in tried

    def test_equal_passwords_have_hashes_of_their_own(self, tmp_path: Path) -> None:
        with asking("FLT229", "Good", "a hash for passwords", tmp_path) as client:
            login = {"name": "ada", "password": "lovelace"}
            first, second = (client.post("/users", json=login).json() for _ in range(2))
        assert first != second
