"""What the bad examples of the rules about the lifetime of dependencies and tasks do on FastAPI."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path

import pytest
from proofcases import asking


class TestCachedDependency:
    @pytest.mark.parametrize("path", ["/pages", "/name"])
    def test_only_the_first_request_works(self, tmp_path: Path, path: str) -> None:
        with asking("FLT508", "Bad", "cached generator and coroutine", tmp_path) as client:
            assert client.get(path).status_code == 200
            assert client.get(path).status_code == 500

    @pytest.mark.parametrize("path", ["/pages", "/name"])
    def test_without_a_cache(self, tmp_path: Path, path: str) -> None:
        with asking("FLT508", "Fixed", "cached generator and coroutine", tmp_path) as client:
            assert [client.get(path).status_code for _ in range(2)] == [200, 200]

    def test_context_manager(self, tmp_path: Path) -> None:
        title = "context manager of another file"
        with asking("FLT508", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/pages").status_code == 500

    def test_what_may_be_kept(self, tmp_path: Path) -> None:
        with asking("FLT508", "Good", "what may be kept", tmp_path) as client:
            assert [client.get("/pages").json() for _ in range(2)] == [3, 3]


class TestYieldDependencySwallows:
    def test_not_found_becomes_an_internal_error(self, tmp_path: Path) -> None:
        with asking("FLT509", "Bad", "rollback without raise", tmp_path) as client:
            assert client.get("/items/3").status_code == 500

    def test_raised_again(self, tmp_path: Path) -> None:
        with asking("FLT509", "Fixed", "rollback without raise", tmp_path) as client:
            assert client.get("/items/3").status_code == 404

    def test_across_files(self, tmp_path: Path) -> None:
        title = "dependency of another file"
        with asking("FLT509", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/pages/3").status_code == 200
            assert client.get("/pages/4").status_code == 500


class TestBackgroundTaskCalled:
    def test_it_runs_before_the_response_or_never(self, tmp_path: Path) -> None:
        with asking("FLT513", "Bad", "called at once", tmp_path) as client:
            client.post("/messages?name=ada")
            assert client.post("/counts").json() == ["hello ada"]
            assert client.post("/counts").json() == ["hello ada"]

    def test_it_runs_after_the_response(self, tmp_path: Path) -> None:
        with asking("FLT513", "Fixed", "called at once", tmp_path) as client:
            client.post("/messages?name=ada")
            assert client.post("/counts").json() == ["hello ada"]
            assert client.post("/counts").json() == ["hello ada", "count"]


class TestBackgroundTasksLost:
    def test_before_a_raise(self, tmp_path: Path) -> None:
        with asking("FLT514", "Bad", "before a raise", tmp_path) as client:
            assert client.post("/payments?amount=0").status_code == 400
            assert importlib.import_module("main").alarms == []

    def test_behind_a_response_s_own(self, tmp_path: Path) -> None:
        with asking("FLT514", "Bad", "behind a response's own", tmp_path) as client:
            client.post("/reports")
            assert importlib.import_module("main").done == ["own"]

    def test_made_by_hand(self, tmp_path: Path) -> None:
        title = "made by hand, in another file"
        with asking("FLT514", "Bad", title, tmp_path, app="app.main:app") as client:
            client.post("/orders?name=lamp")
            assert client.post("/orders?name=lamp").json() == []

    def test_they_get_to_a_response(self, tmp_path: Path) -> None:
        with asking("FLT514", "Good", "they get to a response", tmp_path) as client:
            for path in ("orders?amount=1", "reports", "letters", "parcels?weight=1", "bills"):
                client.post(f"/{path}")
            done = importlib.import_module("main").done
            assert done == ["order", "report", "letter", "parcel", "bill"]


class TestCommitAfterYield:
    def test_the_client_is_told_that_all_went_well(self, tmp_path: Path) -> None:
        with asking("FLT510", "Bad", "commit in the dependency", tmp_path) as client:
            assert client.post("/orders").status_code == 200

    def test_function_scope(self, tmp_path: Path) -> None:
        with asking("FLT510", "Good", "before the response", tmp_path) as client:
            assert client.post("/orders").status_code == 500
            assert client.post("/letters").status_code == 500


class TestDependsOutsideDi:
    @pytest.mark.parametrize("path", ["/pages", "/all-pages"])
    def test_the_marker_itself(self, tmp_path: Path, path: str) -> None:
        title = "called like any function"
        with asking("FLT511", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get(path).status_code == 500

    def test_cleaned_up_before_it_is_used(self, tmp_path: Path) -> None:
        with asking("FLT511", "Bad", "next of a generator", tmp_path, app="app.main:app") as client:
            assert client.get("/files").json() == ["file"]
            assert client.get("/job").json() == []

    def test_a_generator_has_no_execute(self, tmp_path: Path) -> None:
        title = "a generator for what it yields"
        with asking("FLT511", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/asked").json() == 1
            assert client.get("/handed").status_code == 500
            assert client.get("/used").status_code == 500

    def test_everything_is_passed(self, tmp_path: Path) -> None:
        with asking("FLT511", "Good", "everything is passed", tmp_path) as client:
            for path, answer in {"pages": 3, "first": [1, 2, 3], "second": 2, "third": 1}.items():
                assert client.get(f"/{path}").json() == answer


class TestMultipleYields:
    def test_what_follows_is_skipped(self, tmp_path: Path) -> None:
        with asking("FLT512", "Bad", "one after the other", tmp_path) as client:
            assert client.get("/pages").status_code == 200
            assert client.get("/pages").json() == []

    def test_the_request_ends_with_an_error(self, tmp_path: Path) -> None:
        title = "return forgotten, in another file"
        with asking("FLT512", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/name").status_code == 200
            client._transport.raise_server_exceptions = True  # type: ignore[attr-defined]
            with pytest.raises(RuntimeError, match="didn't stop"):
                client.get("/name?name=ada")

    def test_lifespan(self, tmp_path: Path) -> None:
        with (
            pytest.raises(RuntimeError, match="didn't stop"),
            asking("FLT512", "Bad", "lifespan", tmp_path),
        ):
            pass

    def test_one_on_each_way(self, tmp_path: Path) -> None:
        with asking("FLT512", "Good", "one on each way", tmp_path) as client:
            client._transport.raise_server_exceptions = True  # type: ignore[attr-defined]
            assert client.get("/name?name=ada&number=2&size=3").status_code == 200


class TestBackgroundTaskRequestResource:
    def test_closed_when_the_task_runs(self, tmp_path: Path) -> None:
        with asking("FLT515", "Bad", "scope of the function", tmp_path) as client:
            assert client.post("/counts").json() == ["ada"]
            assert importlib.import_module("main").seen == [[]]

    def test_still_there(self, tmp_path: Path) -> None:
        with asking("FLT515", "Good", "still there, or not needed", tmp_path) as client:
            client.post("/counts")
            client.post("/copies")
            assert importlib.import_module("main").seen == [["ada"], ["hello"], ["ada"]]


class TestYieldDependencyMasksHttp:
    def test_not_found_becomes_an_error_of_the_server(self, tmp_path: Path) -> None:
        with asking("FLT521", "Bad", "every error becomes 500", tmp_path) as client:
            assert client.get("/items/1").json() == 1
            answer = client.get("/items/11")
            assert (answer.status_code, answer.json()["detail"]) == (500, "database error")

    def test_an_error_of_the_project(self, tmp_path: Path) -> None:
        title = "an error of the project's own"
        with asking("FLT521", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/pages/4").status_code == 500

    def test_those_of_http_come_first(self, tmp_path: Path) -> None:
        with asking("FLT521", "Good", "those of HTTP come first", tmp_path) as client:
            assert client.get("/items/11").status_code == 404


class TestSqliteAcrossThreads:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("made in a thread, used on the event loop", "main:app"),
            ("made on the event loop, in another file", "app.main:app"),
        ],
    )
    @pytest.mark.filterwarnings("ignore")
    def test_refused(self, tmp_path: Path, title: str, app: str) -> None:
        with asking("FLT526", "Bad", title, tmp_path, app=app) as client:
            assert client.get("/one").status_code == 500
        gc.collect()  # what could not be closed

    def test_without_the_check(self, tmp_path: Path) -> None:
        title = "without the check, or in functions of one kind"
        with asking("FLT526", "Good", title, tmp_path) as client:
            assert client.get("/one").json() == 1
            assert client.get("/name").json() == "Connection 1"
