"""What the examples of the rules about responses and errors do on FastAPI itself."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import httpx
import pytest
from fastapi.exceptions import FastAPIError
from proofcases import asking


class TestStatusNoBody:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("return type", "main:app"),
            ("response model", "main:app"),
            ("documented with a model, in another file", "app.main:app"),
        ],
    )
    def test_declared_body_is_refused(self, tmp_path: Path, title: str, app: str) -> None:
        with (
            pytest.raises(AssertionError, match="must not have a response body"),
            asking("FLT405", "Bad", title, tmp_path, app=app),
        ):
            pass

    def test_returned_body_is_dropped(self, tmp_path: Path) -> None:
        with asking("FLT405", "Bad", "returned", tmp_path) as client:
            answer = client.delete("/notes/1")
            assert (answer.status_code, answer.content) == (204, b"")

    @pytest.mark.parametrize("title", ["return type", "returned"])
    def test_fixed_answers_with_nothing(self, tmp_path: Path, title: str) -> None:
        with asking("FLT405", "Fixed", title, tmp_path) as client:
            answer = client.delete("/notes/1")
            assert (answer.status_code, answer.content) == (204, b"")

    def test_what_is_allowed(self, tmp_path: Path) -> None:
        with asking("FLT405", "Good", "allowed", tmp_path) as client:
            assert client.delete("/notes/1").status_code == 204
            assert client.post("/notes", params={"text": "tea"}).json() == {"text": "tea"}


class TestClosedBeforeSent:
    @pytest.mark.parametrize(("section", "content"), [("Bad", b""), ("Good", b"a,b\n")])
    def test_closed_file(
        self,
        section: str,
        content: bytes,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "report.csv").write_bytes(b"a,b\n")
        title = "closed" if section == "Bad" else "open while it is sent, or read before"
        with asking("FLT427", section, title, tmp_path) as client:
            answer = client.get("/report")
            assert (answer.status_code, answer.content) == (200, content)
            if section == "Good":
                assert client.get("/copied").content == content
                assert client.get("/counted").text == "report.csv: 4"

    @pytest.mark.parametrize(("section", "content"), [("Bad", b""), ("Good", b"news")])
    def test_closed_client(
        self, section: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def news() -> AsyncIterator[bytes]:
            yield b"news"

        told = httpx.MockTransport(lambda _: httpx.Response(200, content=news()))
        monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=told))
        title = "a streamed answer" if section == "Bad" else "open while it is sent, or read before"
        with asking("FLT427", section, title, tmp_path) as client:
            answer = client.get("/feed")
            assert (answer.status_code, answer.content) == (200, content)
            assert section == "Good" or client.get("/pieces").content == b""

    @pytest.mark.parametrize("path", ["/invoices/1", "/archives/1"])
    def test_deleted_file(self, tmp_path: Path, path: str) -> None:
        with asking("FLT427", "Bad", "deleted", tmp_path) as client:
            assert client.get(path).status_code == 500
        good = "open while it is sent, or read before"
        with asking("FLT427", "Good", good, tmp_path) as client:
            assert client.get(path).status_code == 200


class TestUnmatchedResponseFilter:
    def test_names_of_a_list_are_passed_over(self, tmp_path: Path) -> None:
        with asking("FLT428", "Bad", "a list", tmp_path) as client:
            assert client.get("/users").json() == [{"name": "Ada", "email": "ada@example.com"}]
            assert client.get("/names").json() == []

    def test_aliases_are_passed_over(self, tmp_path: Path) -> None:
        title = "an alias, and a name that is no field's, in another file"
        with asking("FLT428", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/orders").json() == {"number": 1, "internalNote": "pays late"}
            assert client.get("/numbers").json() == {"number": 1, "internalNote": "pays late"}

    def test_names_below_a_field_are_passed_over(self, tmp_path: Path) -> None:
        with asking("FLT428", "Bad", "below a field", tmp_path) as client:
            whole = {"name": "Ada", "email": "ada@example.com"}
            assert client.get("/team").json() == {"members": [whole]}
            assert client.get("/crew").json() == {"members": [whole]}

    def test_fields_items_and_keys_are_found(self, tmp_path: Path) -> None:
        with asking("FLT428", "Good", "fields, items and keys", tmp_path) as client:
            assert client.get("/user").json() == {"name": "Ada"}
            assert client.get("/users").json() == [{"name": "Ada", "initial": "A"}]
            assert client.get("/twice").json() == {"name": "Ada"}
            assert client.get("/team").json() == {"members": [{"name": "Ada", "initial": "A"}]}
            assert client.get("/by-name").json() == {}
            assert client.get("/anything").json() == {}


class TestRawFilenameInHeader:
    @pytest.mark.parametrize("path", ["/reports/1?file_name={}", "/reports?title={}"])
    def test_only_latin_names_can_be_sent(self, tmp_path: Path, path: str) -> None:
        with asking("FLT424", "Bad", "download", tmp_path) as client:
            assert client.get(path.format("report")).status_code == 200
            assert client.get(path.format("отчёт")).status_code == 500

    def test_a_quoted_name_arrives(self, tmp_path: Path) -> None:
        with asking("FLT424", "Good", "quoted", tmp_path) as client:
            answer = client.get("/reports/1", params={"name": "отчёт"})
            named = answer.headers["content-disposition"].partition("UTF-8''")[2]
            assert unquote(named) == "отчёт.csv"


class TestFlaskStyleReturn:
    def test_client_gets_a_list_and_success(self, tmp_path: Path) -> None:
        with asking("FLT406", "Bad", "error", tmp_path) as client:
            answer = client.get("/tools/2")
            assert answer.status_code == 200
            assert answer.json() == [{"detail": "no such tool"}, 404]

    def test_requires_gives_it_through(self, tmp_path: Path) -> None:
        title = "behind a decorator that gives the answer through"
        with asking("FLT406", "Bad", title, tmp_path) as client:
            assert client.delete("/tools/saw").json() == [{"detail": "not yours"}, 403]

    def test_response_model_refuses_it(self, tmp_path: Path) -> None:
        with asking("FLT406", "Bad", "response model", tmp_path) as client:
            assert client.get("/tool", params={"name": "anvil"}).status_code == 500

    def test_response_says_the_status(self, tmp_path: Path) -> None:
        with asking("FLT406", "Fixed", "error", tmp_path) as client:
            assert client.get("/tools/2").status_code == 404

    def test_headers_go_out(self, tmp_path: Path) -> None:
        title = "constant of another file, with headers"
        with asking("FLT406", "Fixed", title, tmp_path, app="app.main:app") as client:
            answer = client.post("/tools", params={"name": "saw"})
            assert (answer.status_code, answer.headers["X-Tool"]) == (201, "saw")

    def test_tuples_that_are_meant(self, tmp_path: Path) -> None:
        with asking("FLT406", "Good", "allowed", tmp_path) as client:
            assert client.get("/size").json() == [640, 480]


class TestResponseUnionAnnotation:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("union with a response", "main:app"),
            ("class of the ORM, in another file", "app.main:app"),
            ("plain class", "main:app"),
            ("response class as the model", "main:app"),
        ],
    )
    def test_is_refused(self, tmp_path: Path, title: str, app: str) -> None:
        with (
            pytest.raises(FastAPIError, match="Invalid args for response field"),
            asking("FLT407", "Bad", title, tmp_path, app=app),
        ):
            pass

    def test_fixed_starts_and_answers(self, tmp_path: Path) -> None:
        with asking("FLT407", "Fixed", "union with a response", tmp_path) as client:
            assert client.get("/portal").json() == {"message": "here"}


class TestHttpExceptionSwallowed:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 404)])
    def test_404_becomes_500(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT411", section, "404 becomes 500", tmp_path) as client:
            assert client.get("/tools/2").status_code == status

    @pytest.mark.parametrize(("section", "status"), [("Bad", 200), ("Fixed", 422)])
    def test_refusal_is_forgotten(self, tmp_path: Path, section: str, status: int) -> None:
        title = "refused and done all the same"
        with asking("FLT411", section, title, tmp_path) as client:
            assert client.post("/notes", params={"text": " "}).status_code == status

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 404)])
    def test_exception_of_a_call(self, tmp_path: Path, section: str, status: int) -> None:
        title = "raised by a function that is called"
        with asking("FLT411", section, title, tmp_path, app="app.main:app") as client:
            assert client.get("/tools/2").status_code == status

    def test_what_lets_it_through(self, tmp_path: Path) -> None:
        with asking("FLT411", "Good", "let through", tmp_path) as client:
            for path in ("let-through", "raised-again", "outside", "narrow", "handed-on"):
                assert client.get(f"/{path}", params={"tool_id": 2}).status_code == 404
            assert client.get("/told-apart", params={"tool_id": 2}).json() == "Not Found"


class TestHttpExceptionArgs:
    @pytest.mark.parametrize(
        ("title", "path"),
        [
            ("text first", "/tools/saw"),
            ("not called, or without a status", "/tools/anvil"),
            ("not called, or without a status", "/tools/saw"),
            ("response that is raised", "/tools/saw"),
        ],
    )
    def test_client_gets_500(self, tmp_path: Path, title: str, path: str) -> None:
        with asking("FLT413", "Bad", title, tmp_path) as client:
            assert client.get(path).status_code == 500

    def test_detail_that_is_no_json(self, tmp_path: Path) -> None:
        title = "detail that is no JSON, in another file"
        with asking("FLT413", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/tools/anvil").status_code == 500
            assert client.get("/tools/saw").status_code == 500

    def test_refusal_looks_like_success(self, tmp_path: Path) -> None:
        with asking("FLT413", "Bad", "success", tmp_path) as client:
            assert client.post("/tools/hammer").status_code == 200

    def test_arguments_by_name(self, tmp_path: Path) -> None:
        with asking("FLT413", "Fixed", "text first", tmp_path) as client:
            assert client.get("/tools/saw").json() == {"detail": "no such tool"}

    def test_what_is_meant(self, tmp_path: Path) -> None:
        with asking("FLT413", "Good", "as meant", tmp_path) as client:
            names = ("anvil", "feather", "saw", "fault")
            answers = [client.get(f"/tools/{name}").status_code for name in names]
            assert answers == [404, 404, 409, 422]
            old = client.get("/tools/old", follow_redirects=False)
            assert old.headers["Location"] == "/tools/hammer"


class TestForeignHttpException:
    @pytest.mark.parametrize("name", ["crown", "saw"])
    def test_another_librarys_exception_is_a_500(self, tmp_path: Path, name: str) -> None:
        with asking("FLT425", "Bad", "completed by an editor", tmp_path) as client:
            assert client.get(f"/tools/{name}").status_code == 500

    def test_a_wrapper_that_takes_it_answers_500_as_well(self, tmp_path: Path) -> None:
        with asking("FLT425", "Bad", "a wrapper that answers 500 itself", tmp_path) as client:
            assert client.get("/tools/4").status_code == 500

    @pytest.mark.parametrize(("name", "status"), [("crown", 403), ("saw", 404), ("hammer", 200)])
    def test_fixed_answers_as_meant(self, tmp_path: Path, name: str, status: int) -> None:
        with asking("FLT425", "Fixed", "completed by an editor", tmp_path) as client:
            assert client.get(f"/tools/{name}").status_code == status

    def test_what_takes_it_may_answer(self, tmp_path: Path) -> None:
        with asking("FLT425", "Good", "taken on the way", tmp_path) as client:
            assert client.get("/tools/4").status_code == 404


class TestValidationHandlerUnserializable:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 422)])
    def test_validator_that_raises(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT414", section, "as it is", tmp_path) as client:
            assert client.post("/tools", json={"name": "anvil"}).status_code == status
            assert client.post("/tools", json={}).status_code == 422

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 400)])
    def test_in_another_file(self, tmp_path: Path, section: str, status: int) -> None:
        title = "registered in another file"
        with asking("FLT414", section, title, tmp_path, app="app.main:app") as client:
            assert client.post("/tools", json={"name": "anvil"}).status_code == status

    def test_encoded(self, tmp_path: Path) -> None:
        title = "encoded, or only parts of it"
        with asking("FLT414", "Good", title, tmp_path) as client:
            assert client.post("/tools", json={"name": "anvil"}).status_code == 422


class TestJsonResponseOfModel:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 201)])
    def test_model(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT415", section, "model", tmp_path) as client:
            assert client.post("/tools", json={"name": "saw"}).status_code == status
            for path in ("/tools", "/now"):
                assert client.get(path).status_code == (500 if section == "Bad" else 200)

    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 200)])
    def test_dataclass(self, tmp_path: Path, section: str, status: int) -> None:
        title = "made in another file"
        with asking("FLT415", section, title, tmp_path, app="app.main:app") as client:
            assert client.get("/tools/saw").status_code == status

    def test_encoded(self, tmp_path: Path) -> None:
        with asking("FLT415", "Good", "encoded", tmp_path) as client:
            for path in ("dumped", "now", "wide", "tool"):
                assert client.get(f"/{path}").status_code == 200


class TestHttpExceptionInMiddleware:
    @pytest.mark.parametrize(("section", "status"), [("Bad", 500), ("Fixed", 401)])
    def test_function(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT417", section, "function", tmp_path) as client:
            assert client.get("/tools").status_code == status
            assert client.get("/tools", headers={"X-Key": "1"}).status_code == 200

    def test_function_that_is_called(self, tmp_path: Path) -> None:
        title = "class, and a function of another file that it calls"
        with asking("FLT417", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/tools").status_code == 500

    def test_answered_or_caught(self, tmp_path: Path) -> None:
        with asking("FLT417", "Good", "answered, or caught", tmp_path) as client:
            assert client.get("/tools").status_code == 401
            assert client.get("/tools", headers={"X-Name": "ada"}).status_code == 401


class TestHandlerReturnsNonResponse:
    def test_exception_handler(self, tmp_path: Path) -> None:
        with asking("FLT416", "Bad", "exception handler", tmp_path) as client:
            assert client.get("/tools/saw").status_code == 500
            assert client.get("/tools/hammer").json() == "here"

    def test_exception_handler_without_an_end(self, tmp_path: Path) -> None:
        with asking("FLT416", "Bad", "exception handler", tmp_path) as client:
            assert client.get("/tools/anvil").status_code == 500

    def test_middleware(self, tmp_path: Path) -> None:
        title = "middleware, in another file"
        with asking("FLT416", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/tools", headers={"X-Key": "1"}).status_code == 500

    def test_responses(self, tmp_path: Path) -> None:
        with asking("FLT416", "Good", "responses", tmp_path) as client:
            assert client.get("/tools/saw").status_code == 409
            assert client.get("/tools/hammer").headers["X-Done"] == "yes"


class TestInjectedResponseDiscarded:
    def test_cookie_is_lost(self, tmp_path: Path) -> None:
        with asking("FLT409", "Bad", "another response is returned", tmp_path) as client:
            answer = client.post("/login", params={"name": "ada"}, follow_redirects=False)
            assert (answer.status_code, "set-cookie" in answer.headers) == (303, False)

    def test_header_and_status_are_lost(self, tmp_path: Path) -> None:
        with asking("FLT409", "Bad", "another response is returned", tmp_path) as client:
            answer = client.get("/report")
            assert (answer.status_code, "X-Pages" in answer.headers) == (200, False)

    def test_exception_loses_the_cookie(self, tmp_path: Path) -> None:
        title = "exception, in a dependency of another file"
        with asking("FLT409", "Bad", title, tmp_path, app="app.main:app") as client:
            answer = client.get("/tools")
            assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)

    def test_what_is_sent(self, tmp_path: Path) -> None:
        with asking("FLT409", "Good", "sent", tmp_path) as client:
            content = client.post("/content")
            assert "set-cookie" in content.headers
            assert content.headers["X-Count"] == "1"
            assert "set-cookie" in client.post("/itself").headers
            assert client.post("/copied").headers["X-Name"] == "ada"
            assert "set-cookie" in client.post("/either").headers
            assert "set-cookie" in client.post("/own").headers


class TestInputModelEchoed:
    ADA: ClassVar = {"name": "ada", "password": "secret"}

    def test_password_comes_back(self, tmp_path: Path) -> None:
        with asking("FLT418", "Bad", "the model itself", tmp_path) as client:
            assert client.post("/users", json=self.ADA).json() == self.ADA

    def test_password_comes_back_in_a_dictionary(self, tmp_path: Path) -> None:
        title = "as a dictionary, with a model of another file"
        with asking("FLT418", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.post("/users", json=self.ADA).json()["user"] == self.ADA

    def test_filtered(self, tmp_path: Path) -> None:
        with asking("FLT418", "Good", "filtered", tmp_path) as client:
            for path in ("users", "named", "masked", "hidden", "left-out"):
                assert "secret" not in client.post(f"/{path}", json=self.ADA).text
            assert "secret" not in client.put("/users", json=self.ADA).text
            assert "secret" not in client.patch("/blanked", json=self.ADA).text


class TestOrmReturned:
    def test_every_column_goes_out(self, tmp_path: Path) -> None:
        with asking("FLT410", "Bad", "every column", tmp_path) as client:
            answer = client.post("/tools", params={"price": 3})
            assert answer.json() == {"id": 1, "price": 3}

    def test_hash_goes_out(self, tmp_path: Path) -> None:
        title = "queried, with a table of another file"
        with asking("FLT410", "Bad", title, tmp_path, app="app.main:app") as client:
            client.post("/users/1")
            assert client.get("/users").json() == [{"id": 1, "hashed_password": "5f4dcc3b"}]
            assert client.get("/first").json()["hashed_password"] == "5f4dcc3b"

    def test_anything_goes_out_of_a_sqlmodel(self, tmp_path: Path) -> None:
        with asking("FLT410", "Bad", "SQLModel, declared as anything", tmp_path) as client:
            assert client.get("/member").json()["hashed_password"] == "5f4dcc3b"

    def test_what_a_dependency_gives_goes_out(self, tmp_path: Path) -> None:
        title = "what a dependency gives"
        with asking("FLT410", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/me").json()["hashed_password"] == "5f4dcc3b"
            assert client.get("/session").json()["user"]["hashed_password"] == "5f4dcc3b"


class TestExceptionDetailLeak:
    def test_client_reads_the_text(self, tmp_path: Path) -> None:
        with asking("FLT412", "Bad", "text of the exception", tmp_path) as client:
            answer = client.get("/tools/7")
            assert (answer.status_code, answer.json()) == (500, {"detail": "7"})

    def test_client_reads_the_traceback(self, tmp_path: Path) -> None:
        title = "traceback, in another file"
        with asking("FLT412", "Bad", title, tmp_path, app="app.main:app") as client:
            assert "hunter2" in client.get("/tools").json()["detail"]
            verbose = client.get("/tools", headers={"X-Verbose": "1"}).json()["detail"]
            assert verbose.startswith("Traceback")

    def test_own_words(self, tmp_path: Path) -> None:
        with asking("FLT412", "Good", "own words", tmp_path) as client:
            assert client.get("/tools/7").json() == {"detail": "the tools are out of order"}


class TestHtmlWithoutResponseClass:
    @pytest.mark.parametrize(
        ("section", "text", "kind"),
        [("Bad", '"<h1>Hello</h1>"', "application/json"), ("Fixed", "<h1>Hello</h1>", "text/html")],
    )
    def test_page(self, tmp_path: Path, section: str, text: str, kind: str) -> None:
        with asking("FLT408", section, "page", tmp_path) as client:
            answer = client.get("/")
            assert answer.text == text
            assert answer.headers["content-type"].startswith(kind)

    def test_html(self, tmp_path: Path) -> None:
        with asking("FLT408", "Good", "as HTML, or no page", tmp_path) as client:
            for path in ("/", "/made", "/router"):
                assert client.get(path).headers["content-type"].startswith("text/html")


class TestSseMisuse:
    @pytest.mark.filterwarnings("ignore:coroutine 'ticks' was never awaited")
    def test_no_event_arrives(self, tmp_path: Path) -> None:
        with asking("FLT419", "Bad", "returned instead of yielded", tmp_path) as client:
            answer = client.get("/ticks")
            assert (answer.status_code, answer.text) == (200, "")
        gc.collect()  # what was never awaited complains here, not in the next test

    def test_generator_is_no_json(self, tmp_path: Path) -> None:
        title = "generator as JSON, in another file"
        with asking("FLT419", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/numbers").status_code == 500
            assert client.get("/counted").status_code == 500

    def test_objects_break_the_stream_off(self, tmp_path: Path) -> None:
        title = "objects in a stream that is made by hand"
        with asking("FLT419", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/ticks").text == ""
            assert client.get("/events").text == ""

    def test_streams(self, tmp_path: Path) -> None:
        with asking("FLT419", "Good", "streams", tmp_path) as client:
            assert 'data: {"tick":1}' in client.get("/ticks").text
            assert "data: 2" in client.get("/iterated").text
            assert client.get("/lines").text == "1\n2\n"
            assert client.get("/text").text == "012"
            assert client.get("/listed").json() == ["0", "1", "2"]


class TestNarrowHttpExceptionHandler:
    def test_unknown_paths_pass_it_by(self, tmp_path: Path) -> None:
        with asking("FLT420", "Bad", "FastAPI's alone", tmp_path) as client:
            assert client.get("/items").json() == {"error": "no items"}
            assert client.get("/nothing").json() == {"detail": "Not Found"}
            assert client.post("/items").json() == {"detail": "Method Not Allowed"}

    def test_starlettes_takes_both(self, tmp_path: Path) -> None:
        with asking("FLT420", "Good", "Starlette's takes both", tmp_path) as client:
            assert client.get("/items").json() == {"error": "no items"}
            assert client.get("/nothing").json() == {"error": "Not Found"}


class TestOrmObjectNotRead:
    @pytest.mark.parametrize(
        ("title", "path", "app"),
        [
            ("a table of SQLModel", "/me", "main:app"),
            ("a table of SQLAlchemy, in other files", "/orders/1", "app.main:app"),
            ("as the value of a field", "/greeting", "main:app"),
        ],
    )
    def test_refused(self, tmp_path: Path, title: str, path: str, app: str) -> None:
        with asking("FLT604", "Bad", title, tmp_path, app=app) as client:
            assert client.get(path).status_code == 500

    def test_what_a_query_gives_is_refused(self, tmp_path: Path) -> None:
        with asking("FLT604", "Bad", "looked up and queried", tmp_path) as client:
            assert client.get("/users/1").status_code == 500
            assert client.get("/first").status_code == 500

    def test_the_fix_reads_it(self, tmp_path: Path) -> None:
        with asking("FLT604", "Fixed", "a table of SQLModel", tmp_path) as client:
            assert client.get("/me").json() == {"name": "ada"}

    @pytest.mark.parametrize("path", ["/me", "/me/name", "/me/asked", "/me/bare", "/me/returned"])
    def test_it_may_read_attributes(self, tmp_path: Path, path: str) -> None:
        with asking("FLT604", "Good", "it may read attributes", tmp_path) as client:
            assert client.get(path).json() == {"name": "ada"}


class TestResponseModelUnfilled:
    @pytest.mark.parametrize(
        ("title", "method", "path"),
        [
            ("a dictionary without a key", "post", "/jobs"),
            ("another model", "get", "/pages"),
            ("None, and a list", "get", "/heroes/2"),
            ("None, and a list", "get", "/heroes"),
            ("within another model", "get", "/pets/first"),
        ],
    )
    def test_refused(self, tmp_path: Path, title: str, method: str, path: str) -> None:
        with asking("FLT426", "Bad", title, tmp_path) as client:
            assert client.request(method, path).status_code == 500

    def test_a_body_is_refused_as_it_came(self, tmp_path: Path) -> None:
        with asking(
            "FLT426", "Bad", "the body, as it came", tmp_path, app="app.main:app"
        ) as client:
            assert client.post("/notes", json={"text": "milk"}).status_code == 500

    @pytest.mark.parametrize(
        "path",
        [
            *("/jobs/first", "/jobs/row", "/jobs/loose", "/jobs/unpacked", "/jobs/later"),
            *("/named", "/lenient", "/maybe"),
        ],
    )
    def test_what_has_all_of_it_is_sent(self, tmp_path: Path, path: str) -> None:
        with asking("FLT426", "Good", "all that is required", tmp_path) as client:
            assert client.get(path).status_code == 200

    def test_what_derives_from_the_model_is_sent(self, tmp_path: Path) -> None:
        with asking(
            "FLT426", "Good", "a model that derives from the declared one, or may", tmp_path
        ) as client:
            assert client.get("/heroes/loaded").json() == {"name": "Ada", "id": 1}
            assert client.put("/heroes", json={"name": "Ada"}).json()["id"] == 1
            assert client.post("/heroes", json={"name": "Ada", "id": 1}).json() == {"name": "Ada"}


class TestUndocumentedHttpException:
    def test_the_schema_does_not_know(self, tmp_path: Path) -> None:
        with asking("FLT421", "Bad", "not a word", tmp_path) as client:
            assert client.get("/items/-1").status_code == 409
            operation = client.get("/openapi.json").json()["paths"]["/items/{item_id}"]["get"]
            assert set(operation["responses"]) == {"200", "404", "422"}

    def test_the_fix_documents_it(self, tmp_path: Path) -> None:
        with asking("FLT421", "Fixed", "not a word", tmp_path) as client:
            operation = client.get("/openapi.json").json()["paths"]["/items/{item_id}"]["get"]
            assert operation["responses"]["404"]["description"] == "no such item"
            assert operation["responses"]["409"]["description"] == "Conflict"

    def test_it_is_documented(self, tmp_path: Path) -> None:
        with asking("FLT421", "Good", "documented somewhere", tmp_path) as client:
            operation = client.get("/openapi.json").json()["paths"]["/items/{item_id}"]["get"]
            assert {"404", "4XX"} <= set(operation["responses"])


class TestManualSse:
    def test_documentation_says_nothing_of_it(self, tmp_path: Path) -> None:
        with asking("FLT422", "Bad", "as text", tmp_path) as client:
            answer = client.get("/ticks")
            assert answer.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"
            assert "x-accel-buffering" not in answer.headers
            assert "text/event-stream" not in client.get("/openapi.json").text

    def test_fastapi_writes_the_same(self, tmp_path: Path) -> None:
        with asking("FLT422", "Good", "by FastAPI, and other streams", tmp_path) as client:
            answer = client.get("/ticks")
            assert answer.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"
            assert answer.headers["x-accel-buffering"] == "no"
            assert "text/event-stream" in client.get("/openapi.json").text


class TestResponseModelBypassed:
    def test_nothing_is_left_out(self, tmp_path: Path) -> None:
        with asking("FLT423", "Bad", "more than the model has", tmp_path) as client:
            assert client.get("/user").json() == {"name": "ada", "plan": "free"}

    def test_model_leaves_it_out(self, tmp_path: Path) -> None:
        with asking("FLT423", "Good", "the content itself", tmp_path) as client:
            assert client.get("/user").json() == {"name": "ada"}
            assert client.get("/user").headers["cache-control"] == "no-store"


class TestJsonEncodedTwice:
    @pytest.mark.parametrize(
        ("path", "text"),
        [("/tools", '[{"name": "hammer"}]'), ("/tools/hammer", '{"name":"hammer"}')],
    )
    def test_the_client_holds_a_text(self, path: str, text: str, tmp_path: Path) -> None:
        with asking("FLT430", "Bad", "a path operation", tmp_path) as client:
            assert client.get(path).json() == text

    @pytest.mark.parametrize("path", ["/model", "/written", "/plain", "/again"])
    def test_encoded_once(self, path: str, tmp_path: Path) -> None:
        with asking("FLT430", "Good", "encoded once, or meant as a text", tmp_path) as client:
            assert client.get(path, params={"name": "hammer"}).json() == {"name": "hammer"}

    def test_a_message_encoded_once(self, tmp_path: Path) -> None:
        title = "encoded once, or meant as a text"
        with (
            asking("FLT430", "Good", title, tmp_path) as client,
            client.websocket_connect("/tools?name=hammer") as socket,
        ):
            assert socket.receive_json() == socket.receive_json() == {"name": "hammer"}

    def test_a_message_encoded_twice(self, tmp_path: Path) -> None:
        with (
            asking("FLT430", "Bad", "a message", tmp_path) as client,
            client.websocket_connect("/events") as socket,
        ):
            client.post("/events", json={"name": "noon"})
            assert socket.receive_json() == '{"name":"noon"}'
