"""What the bad examples of the rules about decorators do on FastAPI."""

from __future__ import annotations

from pathlib import Path

from proofcases import asking


class TestBareRouteDecorator:
    def test_nothing_is_registered(self, tmp_path: Path) -> None:
        with asking("FLT322", "Bad", "route and middleware", tmp_path) as client:
            answer = client.get("/items")
            assert answer.status_code == 404
            assert "x-shop" not in answer.headers

    def test_router_of_another_file(self, tmp_path: Path) -> None:
        with asking("FLT322", "Bad", "router of another file", tmp_path) as client:
            assert client.post("/shop/items?name=lamp").status_code == 405

    def test_called(self, tmp_path: Path) -> None:
        with asking("FLT322", "Good", "called", tmp_path) as client:
            answer = client.get("/items")
            assert answer.json() == ["lamp"]
            assert answer.headers["x-shop"] == "open"


class TestDecoratorAboveRoute:
    def test_everybody_may_pass(self, tmp_path: Path) -> None:
        title = "permission that is not asked for"
        with asking("FLT323", "Bad", title, tmp_path) as client:
            assert client.get("/diary").status_code == 200

    def test_below_the_route(self, tmp_path: Path) -> None:
        title = "permission that is not asked for"
        with asking("FLT323", "Fixed", title, tmp_path) as client:
            assert client.get("/diary").status_code == 403

    def test_there_is_no_limit(self, tmp_path: Path) -> None:
        title = "decorator of another file"
        with asking("FLT323", "Bad", title, tmp_path, app="app.main:app") as client:
            assert {client.get("/news").json() for _ in range(3)} == {"nothing new"}

    def test_it_works_for_all_routes_above(self, tmp_path: Path) -> None:
        with asking("FLT323", "Good", "below the route", tmp_path) as client:
            assert client.get("/hello").json() == client.get("/start").json() == "hello!"


class TestWrapperWithoutWraps:
    def test_the_client_is_asked_for_args(self, tmp_path: Path) -> None:
        with asking("FLT324", "Bad", "wrapper of a handler", tmp_path) as client:
            missing = client.get("/hello/ada").json()["detail"]
            assert [each["loc"] for each in missing] == [["query", "args"], ["query", "kwargs"]]

    def test_wraps(self, tmp_path: Path) -> None:
        with asking("FLT324", "Fixed", "wrapper of a handler", tmp_path) as client:
            assert client.get("/hello/ada").json() == "hello ada!"

    def test_dependency(self, tmp_path: Path) -> None:
        title = "decorator of another file"
        with asking("FLT324", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/pages").status_code == 422

    def test_other_ways_to_show_the_signature(self, tmp_path: Path) -> None:
        with asking("FLT324", "Good", "the signature is seen", tmp_path) as client:
            for way in ("loud", "polite", "quiet", "plain"):
                assert client.get(f"/{way}/ada").status_code == 200
