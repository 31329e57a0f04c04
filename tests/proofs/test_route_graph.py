"""What the bad examples of the rules about the route graph do on FastAPI: nobody is answered."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from proofcases import asking

if TYPE_CHECKING:
    from starlette.testclient import TestClient


class TestRouteShadowed:
    def test_wider_one_answers(self, tmp_path: Path) -> None:
        with asking("FLT305", "Bad", "in one file", tmp_path) as client:
            assert client.get("/items/latest").status_code == 422

    def test_moved_above(self, tmp_path: Path) -> None:
        with asking("FLT305", "Fixed", "in one file", tmp_path) as client:
            assert client.get("/items/latest").json() == "latest"
            assert client.get("/items/3").json() == 3

    def test_narrow_one_first(self, tmp_path: Path) -> None:
        with asking("FLT305", "Good", "the narrow path first", tmp_path) as client:
            assert client.get("/items/latest").json() == "latest"
            assert client.get("/items/3").json() == 3

    def test_only_the_shared_method(self, tmp_path: Path) -> None:
        with asking("FLT305", "Bad", "one method of two", tmp_path) as client:
            assert client.get("/files/a/rights").json() == "a/rights"
            assert client.put("/files/a/rights").json() == "a"

    def test_across_routers(self, tmp_path: Path) -> None:
        with asking("FLT305", "Bad", "across routers", tmp_path, app="app.main:app") as client:
            assert client.get("/shop/orders/statistics").status_code == 422

    def test_paths_that_do_not_answer_the_same(self, tmp_path: Path) -> None:
        with asking("FLT305", "Good", "they do not answer the same", tmp_path) as client:
            assert client.get("/items/latest").json() == "latest"
            assert client.post("/shops/search").json() == "found"
            assert client.get("/shops/").json() == []


class TestDuplicateRoute:
    def test_first_answers_and_the_last_is_documented(self, tmp_path: Path) -> None:
        with asking("FLT306", "Bad", "in one file", tmp_path) as client:
            assert client.get("/items/3").json() == 3
            assert "html" in client.get("/docs").text

    def test_across_files(self, tmp_path: Path) -> None:
        with asking("FLT306", "Bad", "across files", tmp_path, app="app.main:app") as client:
            assert client.post("/api/users", params={"name": "ada"}).json() == "ada"
            documented = client.get("/openapi.json").json()["paths"]["/api/users"]["post"]
            assert documented["summary"] == "Create Account"

    def test_each_has_its_own(self, tmp_path: Path) -> None:
        with asking("FLT306", "Good", "another method or path", tmp_path) as client:
            assert client.post("/v1/items").json() == "created"
            assert client.get("/docs").json() == []

    def test_versions(self, tmp_path: Path) -> None:
        title = "versions that are told apart when a request comes"
        with asking("FLT306", "Good", title, tmp_path) as client:
            assert client.get("/items", headers={"x-version": "old"}).status_code == 200


class TestMountShadowsRoutes:
    def test_mount_swallows_the_router(self, tmp_path: Path) -> None:
        with asking("FLT307", "Bad", "across files", tmp_path, app="app.main:app") as client:
            assert client.get("/api/orders").status_code == 200
            assert client.get("/api/items/3").status_code == 404

    def test_front_end_swallows_everything(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for folder in ("dist", "media"):
            (tmp_path / folder).mkdir()
        with asking("FLT307", "Bad", "the front end first", tmp_path) as client:
            assert client.get("/items").status_code == 404
            assert client.post("/items").status_code == 405

    def test_rest_of_any_path_swallows_the_mount(self, tmp_path: Path) -> None:
        with asking("FLT307", "Bad", "the rest of any path first", tmp_path) as client:
            assert "doctype" in client.get("/pictures/logo").text

    def test_mounts_in_their_place(self, tmp_path: Path) -> None:
        with asking("FLT307", "Good", "mounts in their place", tmp_path) as client:
            assert client.get("/pictures/logo").json() == "logo"
            assert client.get("/pictures").json() == ["logo"]


class TestPathParamNameMismatch:
    def test_the_query_has_to_bring_it(self, tmp_path: Path) -> None:
        with asking("FLT312", "Bad", "another name", tmp_path) as client:
            assert client.get("/items/3").status_code == 422
            assert client.get("/items/3?id=4").json() == 4

    def test_the_path_brings_it(self, tmp_path: Path) -> None:
        with asking("FLT312", "Fixed", "another name", tmp_path) as client:
            assert client.get("/items/3").json() == 3

    def test_prefix(self, tmp_path: Path) -> None:
        title = "the name of a prefix"
        with asking("FLT312", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/shops/3/items").status_code == 422


class TestOperationIdDuplicate:
    @pytest.mark.parametrize(
        ("title", "app", "wrong"),
        [
            ("the same text twice", "main:app", {"list", "status"}),
            ("several methods", "main:app", {"items_items_get", "items_items_post"}),
            ("a function that leaves the path out", "app.main:app", {"shop-read"}),
        ],
    )
    def test_fastapi_warns(self, tmp_path: Path, title: str, app: str, wrong: set[str]) -> None:
        with asking("FLT314", "Bad", title, tmp_path, app=app) as client:
            twice = repeated(client)
            assert twice
            assert twice <= wrong  # of several methods FastAPI takes any for the name

    @pytest.mark.parametrize(
        "title",
        ["an ID for each", "not in the documentation", "a function that has the path in it"],
    )
    def test_nothing_twice(self, tmp_path: Path, title: str) -> None:
        with asking("FLT314", "Good", title, tmp_path) as client:
            assert repeated(client) <= {"read_alive_alive_get", "read_alive_alive_head"}


def repeated(client: TestClient) -> set[str]:
    """The operation IDs that FastAPI itself warns of when it makes the document."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert client.get("/openapi.json").status_code == 200
    start = "Duplicate Operation ID "
    texts = [str(each.message) for each in told]
    return {text.removeprefix(start).split()[0] for text in texts if text.startswith(start)}


class TestRouterMountDropped:
    def test_served_without_the_prefix(self, tmp_path: Path) -> None:
        title = "the router's own prefix"
        with asking("FLT308", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/api/admin/reports/today").status_code == 404
            assert client.get("/api/reports/today").status_code == 200
            assert client.get("/api/admin/alive").status_code == 404
            assert client.get("/api/alive").status_code == 200

    def test_prefix_of_the_include(self, tmp_path: Path) -> None:
        with asking("FLT308", "Good", "without a prefix of its own", tmp_path) as client:
            assert client.get("/admin/reports/today").status_code == 200

    def test_prefix_written_out(self, tmp_path: Path) -> None:
        title = "with the prefix written out, or on the app"
        with asking("FLT308", "Good", title, tmp_path) as client:
            assert client.get("/admin/reports/today").status_code == 200
            assert client.get("/admin/other-reports/today").status_code == 200


class TestDuplicateParamViaPrefix:
    def test_all_that_comes_after_the_include_fails(self, tmp_path: Path) -> None:
        with asking("FLT310", "Bad", "in an include", tmp_path, app="app.main:app") as client:
            assert client.get("/shops/1/2").status_code == 500
            assert client.get("/status").status_code == 500
            assert client.get("/openapi.json").status_code == 500

    def test_names_of_their_own(self, tmp_path: Path) -> None:
        with asking("FLT310", "Good", "names of their own", tmp_path) as client:
            assert client.get("/shops/1/2").json() == [1, 2]

    def test_mounted_app(self, tmp_path: Path) -> None:
        title = "a mounted app has its own path"
        with asking("FLT310", "Good", title, tmp_path) as client:
            assert client.get("/shops/1/2").json() == 2


class TestDoublePrefix:
    def test_nothing_is_where_it_is_looked_for(self, tmp_path: Path) -> None:
        with asking("FLT313", "Bad", "across files", tmp_path, app="app.main:app") as client:
            assert client.get("/api/v1/users").status_code == 404
            assert client.get("/api/v1/api/v1/users").status_code == 200
            assert client.get("/api/v1/items/3").status_code == 404

    def test_every_path(self, tmp_path: Path) -> None:
        with asking("FLT313", "Bad", "in every path", tmp_path) as client:
            assert client.get("/shops").status_code == 404

    def test_each_prefix_once(self, tmp_path: Path) -> None:
        with asking("FLT313", "Good", "each prefix once", tmp_path) as client:
            assert client.get("/api/v1/users/3").json() == 3


class TestPathSyntax:
    def test_no_slash_in_front(self, tmp_path: Path) -> None:
        with asking("FLT311", "Bad", "no slash in front", tmp_path) as client:
            assert client.get("/items").status_code == 404
            assert client.get("/").status_code == 404
            assert client.get("/shops/offers").status_code == 404
            assert client.get("/shopsoffers").status_code == 200

    def test_slash_in_front(self, tmp_path: Path) -> None:
        with asking("FLT311", "Fixed", "no slash in front", tmp_path) as client:
            assert client.get("/items").status_code == 200
            assert client.get("/").status_code == 200
            assert client.get("/shops/offers").status_code == 200

    @pytest.mark.parametrize(("section", "status"), [("Bad", 404), ("Fixed", 200)])
    def test_names(self, tmp_path: Path, section: str, status: int) -> None:
        with asking("FLT311", section, "not a name", tmp_path) as client:
            for method, path in (
                ("GET", "/items/3"),
                ("PUT", "/items/3"),
                ("DELETE", "/items/3"),
                ("GET", "/shops/3"),
                ("GET", "/offers/3"),
            ):
                assert client.request(method, path).status_code == status, (method, path)

    def test_never_part_of_a_path(self, tmp_path: Path) -> None:
        with asking("FLT311", "Bad", "never part of a path", tmp_path) as client:
            assert client.get("/users/3").status_code == 404
            assert client.get("/search?text=a").status_code == 404
            assert client.get("/items").status_code == 404

    @pytest.mark.parametrize(
        ("title", "error"),
        [("refused when the app starts", AssertionError), ("the same name twice", ValueError)],
    )
    def test_refused(self, tmp_path: Path, title: str, error: type[Exception]) -> None:
        with pytest.raises(error), asking("FLT311", "Bad", title, tmp_path):
            pass

    def test_paths(self, tmp_path: Path) -> None:
        with asking("FLT311", "Good", "paths", tmp_path) as client:
            assert client.get("/items").json() == []
            assert client.get("/items/a.json").json() == "a"
            assert client.post("/items:batch").json() == "created"
            assert client.post("/items/3:cancel").json() == 3
            assert client.get("/my items/a").json() == "a"


class TestRouterNotIncluded:
    def test_nobody_is_there(self, tmp_path: Path) -> None:
        title = "the one that was forgotten"
        with asking("FLT309", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/items").status_code == 200
            assert client.get("/offers").status_code == 404

    @pytest.mark.parametrize(
        "title", ["included, in a list, under a condition", "modules that are searched for"]
    )
    def test_found(self, tmp_path: Path, title: str) -> None:
        with asking("FLT309", "Good", title, tmp_path, app="app.main:app") as client:
            assert client.get("/offers").status_code == 200


class TestIncludedRoutesUnseen:
    def test_what_is_no_route_has_no_path(self, tmp_path: Path) -> None:
        title = "what is no route has no path"
        with asking("FLT334", "Bad", title, tmp_path) as client:
            assert client.get("/items/").status_code == 500

    def test_operations_keep_their_names(self, tmp_path: Path) -> None:
        title = "names for operations"
        with asking("FLT334", "Bad", title, tmp_path, app="app.main:app") as client:
            operation = client.get("/openapi.json").json()["paths"]["/items"]["get"]
            assert operation["operationId"] == "read_items_items_get"

    def test_all_of_them(self, tmp_path: Path) -> None:
        with asking("FLT334", "Good", "all of them, or none included", tmp_path) as client:
            assert "/items/own" in client.get("/items/").json()
            assert client.get("/bare/paths").status_code == 200


class TestRouteWithoutTags:
    @pytest.mark.parametrize(
        ("section", "title", "app", "tagged"),
        [
            ("Bad", "neither here nor above", "app.main:app", False),
            ("Good", "from the decorator, the router or the include", "main:app", True),
        ],
    )
    def test_headings_of_the_documentation(
        self, tmp_path: Path, section: str, title: str, app: str, *, tagged: bool
    ) -> None:
        with asking("FLT336", section, title, tmp_path, app=app) as client:
            paths = client.get("/openapi.json").json()["paths"]
            assert {bool(each["get"].get("tags")) for each in paths.values()} == {tagged}


class TestTrailingSlashMismatch:
    def test_each_refuses_the_other_spelling(self, tmp_path: Path) -> None:
        with asking("FLT337", "Bad", "in one router", tmp_path) as client:
            assert client.get("/items").status_code == 405
            assert client.post("/items/", params={"name": "shield"}).status_code == 405
            assert client.get("/items/").json() == ["sword"]

    def test_one_spelling_is_redirected_to(self, tmp_path: Path) -> None:
        title = "all of them with the slash, or none"
        with asking("FLT337", "Good", title, tmp_path) as client:
            assert client.get("/items").json() == ["sword"]
            assert client.get("/users/").json() == ["ada"]
            assert client.get("/items", follow_redirects=False).status_code == 307

    @pytest.mark.parametrize("title", ["both spellings", "another route answers"])
    def test_something_answers(self, tmp_path: Path, title: str) -> None:
        with asking("FLT337", "Good", title, tmp_path) as client:
            paths = ("/items", "/items/") if title == "both spellings" else ("/files", "/files/")
            assert [client.get(path).status_code for path in paths] == [200, 200]
