"""What the bad examples of the rules about `Request`, `WebSocket` and their like do on FastAPI."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.exceptions import DependencyScopeError, FastAPIError
from proofcases import asking


class TestOptionalSpecialParam:
    @pytest.mark.parametrize(
        ("title", "app"),
        [("handlers", "main:app"), ("a dependency of another file", "app.main:app")],
    )
    def test_the_app_does_not_start(self, tmp_path: Path, title: str, app: str) -> None:
        with pytest.raises(FastAPIError), asking("FLT331", "Bad", title, tmp_path, app=app):
            pass

    def test_the_type_alone(self, tmp_path: Path) -> None:
        with asking("FLT331", "Good", "the type alone", tmp_path) as client:
            answer = client.get("/items", headers={"accept-language": "de"})
            assert answer.json() == ["http://testserver/items", "", "de"]


class TestWrongConnectionType:
    def test_the_handler(self, tmp_path: Path) -> None:
        with asking("FLT332", "Bad", "the handler", tmp_path) as client:
            with pytest.raises(TypeError, match="'request'"), client.websocket_connect("/chat"):
                pass
            assert client.get("/status").status_code == 500

    def test_a_dependency(self, tmp_path: Path) -> None:
        title = "a dependency of another file"
        with asking("FLT332", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/origin", headers={"origin": "here"}).json() == "here"
            with pytest.raises(TypeError, match="'request'"), client.websocket_connect("/chat"):
                pass

    def test_what_is_there_for_both(self, tmp_path: Path) -> None:
        with asking("FLT332", "Good", "what is there for both", tmp_path) as client:
            given = {"origin": "here"}
            assert client.get("/origin", headers=given).json() == "here request /origin"
            with client.websocket_connect("/chat", headers=given) as socket:
                assert socket.receive_text() == "herewebsocket"


class TestSyncWebsocketHandler:
    @pytest.mark.parametrize(
        ("title", "path", "app"),
        [
            ("a plain function", "/chat", "main:app"),
            ("on a router of another file", "/live/chat", "app.main:app"),
        ],
    )
    def test_turned_away(self, tmp_path: Path, title: str, path: str, app: str) -> None:
        with (
            asking("FLT333", "Bad", title, tmp_path, app=app) as client,
            pytest.raises(TypeError, match="await"),
            client.websocket_connect(path),
        ):
            pass

    @pytest.mark.parametrize(
        ("path", "said"), [("/chat", "hello"), ("/again", "hello"), ("/echo", "echo")]
    )
    def test_something_to_await(self, tmp_path: Path, path: str, said: str) -> None:
        with (
            asking("FLT333", "Good", "something to await", tmp_path) as client,
            client.websocket_connect(path) as socket,
        ):
            assert socket.receive_text() == said


class TestPathMarkerNotInPath:
    @pytest.mark.parametrize(
        ("title", "path", "app"),
        [
            ("no such name", "/items?item_id=1", "main:app"),
            ("the path says it otherwise", "/users/1?user_id=1&user-id=1", "main:app"),
            ("a dependency of another file", "/shops/open?shop_id=1", "app.main:app"),
        ],
    )
    def test_nobody_can_bring_it(self, tmp_path: Path, title: str, path: str, app: str) -> None:
        with asking("FLT329", "Bad", title, tmp_path, app=app) as client:
            answer = client.get(path)
            assert answer.status_code == 422
            assert [each["loc"][0] for each in answer.json()["detail"]] == ["path"]

    def test_the_name_is_there(self, tmp_path: Path) -> None:
        with asking("FLT329", "Good", "the name is there", tmp_path) as client:
            assert client.get("/shops/1/items/2?word=x").json() == "1 2 x"

    def test_the_mount_has_it(self, tmp_path: Path) -> None:
        title = "the name is in what the app is mounted under"
        with asking("FLT329", "Good", title, tmp_path) as client:
            assert client.get("/blue/name").json() == "blue"


class TestDependencyScopeError:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("a transaction on a session that is closed before", "main:app"),
            ("through an alias of another file", "app.main:app"),
        ],
    )
    def test_refused(self, tmp_path: Path, title: str, app: str) -> None:
        with pytest.raises(DependencyScopeError), asking("FLT507", "Bad", title, tmp_path, app=app):
            pass

    def test_both_of_one_scope(self, tmp_path: Path) -> None:
        title = "both of one scope, or nothing behind a yield"
        with asking("FLT507", "Good", title, tmp_path) as client:
            assert client.get("/items").json() == "connectionCONNECTIONsettings"


class TestRequestBodyReread:
    @pytest.fixture(autouse=True)
    def _multipart(self) -> None:
        pytest.importorskip("python_multipart")

    def test_in_the_handler(self, tmp_path: Path) -> None:
        with asking("FLT335", "Bad", "in the handler", tmp_path) as client:
            assert client.post("/notes", data={"text": "x"}).status_code == 500

    def test_in_a_dependency(self, tmp_path: Path) -> None:
        title = "in a dependency of another file"
        with asking("FLT335", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.post("/pictures", files={"picture": b"x"}).status_code == 500

    def test_the_form_and_bodies_that_are_kept(self, tmp_path: Path) -> None:
        title = "the form, or a body that is kept"
        with asking("FLT335", "Good", title, tmp_path) as client:
            assert client.post("/forms", data={"text": "x"}).json() == "x 1 None"
            assert client.post("/notes", json={"text": "x"}).status_code == 200
            assert client.post("/raw", content=b"12").json() == 2


class TestUnboundedUpload:
    @pytest.fixture(autouse=True)
    def _multipart(self) -> None:
        pytest.importorskip("python_multipart")

    def test_whatever_comes_is_read(self, tmp_path: Path) -> None:
        with asking("FLT221", "Bad", "all at once", tmp_path) as client:
            answer = client.post("/pictures", files={"picture": b"x" * 6_000_000})
            assert answer.json() == 6_000_000

    def test_a_limit_is_kept(self, tmp_path: Path) -> None:
        with asking("FLT221", "Good", "a limit, or piece by piece", tmp_path) as client:
            answer = client.post("/pictures", files={"picture": b"x" * 6_000_000})
            assert answer.status_code == 413
            answer = client.post("/icons", files={"icon": b"x" * 2_000_000})
            assert answer.status_code == 413
            assert client.post("/films", files={"film": b"x" * 70_000}).json() == 70_000


class TestMiddlewareTakesBody:
    @pytest.mark.parametrize(
        ("title", "path", "app"),
        [
            ("a form in a middleware", "/names", "main:app"),
            ("the stream, in a class of another file", "/items", "app.main:app"),
        ],
    )
    def test_nothing_is_left(self, tmp_path: Path, title: str, path: str, app: str) -> None:
        with asking("FLT339", "Bad", title, tmp_path, app=app) as client:
            sent = {"name": "tea"}
            kind = "data" if path == "/names" else "json"
            assert client.request("POST", path, **{kind: sent}).status_code == 422  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "title", ["the body, which is kept", "for requests that it answers itself"]
    )
    def test_body_arrives(self, tmp_path: Path, title: str) -> None:
        with asking("FLT339", "Good", title, tmp_path) as client:
            assert client.post("/names", data={"name": "tea"}).json() == "tea"
