"""What becomes of clients that leave, and of those that stay, in the examples about WebSockets."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from proofcases import asking
from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def _chat(client: TestClient, path: str, sent: str) -> str:
    """What the client is told, before it leaves."""
    with client.websocket_connect(path) as socket:
        socket.send_text(sent)
        return socket.receive_text()


class TestWebsocketNoDisconnect:
    def test_leaving_ends_the_handler_with_an_exception(self, tmp_path: Path) -> None:
        with (
            asking("FLT338", "Bad", "a loop without end", tmp_path) as client,
            pytest.raises(WebSocketDisconnect),
        ):
            _chat(client, "/echo", "tea")

    def test_what_follows_the_loop_is_not_run(self, tmp_path: Path) -> None:
        with asking("FLT338", "Bad", "the clean-up is never reached", tmp_path) as client:
            with pytest.raises(WebSocketDisconnect):
                _chat(client, "/listen", "no JSON at all")
            assert len(importlib.import_module("main").listeners) == 1

    @pytest.mark.parametrize(
        "title", ["it is expected", "a loop that ends by itself", "a handler for all of them"]
    )
    def test_leaving_is_expected(self, tmp_path: Path, title: str) -> None:
        with asking("FLT338", "Good", title, tmp_path) as client:
            assert _chat(client, "/echo", "tea") == "tea"


class TestHttpExceptionAfterAccept:
    def test_the_client_is_sent_no_close(self, tmp_path: Path) -> None:
        """What is sent instead is no message that a server takes by then."""
        with (
            asking("FLT429", "Bad", "a message that is refused", tmp_path) as client,
            client.websocket_connect("/orders") as socket,
        ):
            socket.send_text("tea")
            assert socket.receive()["type"] == "websocket.http.response.start"

    def test_a_websocket_exception_closes_with_a_code(self, tmp_path: Path) -> None:
        title = "refused before, or closed with a code"
        with (
            asking("FLT429", "Good", title, tmp_path) as client,
            client.websocket_connect("/orders?key=open", headers={"x-shop": "1"}) as socket,
        ):
            socket.send_text("tea")
            with pytest.raises(WebSocketDisconnect) as left:
                socket.receive_text()
        assert (left.value.code, left.value.reason) == (1008, "no number")

    def test_before_it_is_accepted_the_client_gets_the_status(self, tmp_path: Path) -> None:
        title = "refused before, or closed with a code"
        with asking("FLT429", "Good", title, tmp_path) as client:
            refusal = importlib.import_module("starlette.testclient").WebSocketDenialResponse
            with (
                pytest.raises(refusal) as refused,
                client.websocket_connect("/orders?key=shut"),
            ):
                pass
        assert refused.value.status_code == 401


class _Leaving:
    """A connection that is gone as soon as something is sent to it."""

    def __init__(self, leave: Callable[[_Leaving], None]) -> None:
        self.leave = leave
        self.told: list[object] = []

    async def accept(self) -> None:
        pass

    async def send_text(self, text: str) -> None:
        self.told.append(text)
        self.leave(self)

    send_json = send_text


class TestWebsocketBroadcastIteration:
    def test_somebody_is_passed_over(self, tmp_path: Path) -> None:
        with asking("FLT115", "Bad", "a list", tmp_path):
            connections = importlib.import_module("main").connections
            sockets = [_Leaving(connections.disconnect) for _ in range(2)]
            connections.active.extend(sockets)
            asyncio.run(connections.broadcast("tea"))
            assert [each.told for each in sockets] == [["tea"], []]

    def test_set_and_dictionary_end_the_loop(self, tmp_path: Path) -> None:
        with asking("FLT115", "Bad", "rooms", tmp_path):
            rooms = importlib.import_module("main").rooms
            for name in ("ada", "bob"):
                socket = _Leaving(lambda each, name=name: rooms.leave("tea", name, each))  # type: ignore[misc]
                asyncio.run(rooms.enter("tea", name, socket))
            with pytest.raises(RuntimeError, match="changed size during iteration"):
                asyncio.run(rooms.tell_room("tea", "hello"))
            with pytest.raises(RuntimeError, match="changed size during iteration"):
                asyncio.run(rooms.tell_all({}))

    def test_copy(self, tmp_path: Path) -> None:
        with asking("FLT115", "Good", "a copy", tmp_path):
            connections = importlib.import_module("main").connections
            sockets = [_Leaving(lambda _: connections.active.clear()) for _ in range(2)]
            connections.active.extend(sockets)
            asyncio.run(connections.broadcast("tea"))
            assert [each.told for each in sockets] == [["tea"], ["tea"]]
