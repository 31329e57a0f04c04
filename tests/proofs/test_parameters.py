"""What the bad examples of the rules about parameters and validators do on FastAPI itself."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path

import pytest
from proofcases import asking


class TestAnnotatedDefault:
    @pytest.mark.parametrize(
        ("title", "app"),
        [
            ("in Annotated", "main:app"),
            ("by name", "main:app"),
            ("in a dependency of another file", "app.main:app"),
            ("two markers", "main:app"),
            ("what the path always brings", "main:app"),
            ("another marker for a name of the path", "main:app"),
            ("pydantic's Field", "main:app"),
            ("a marker for the request", "main:app"),
        ],
    )
    def test_refused(self, tmp_path: Path, title: str, app: str) -> None:
        with pytest.raises(AssertionError), asking("FLT315", "Bad", title, tmp_path, app=app):
            pass

    def test_default_behind_the_marker(self, tmp_path: Path) -> None:
        with asking("FLT315", "Fixed", "in Annotated", tmp_path) as client:
            assert client.get("/items").json() == "all"
            assert client.get("/items?word=").status_code == 422


class TestBodyFormMix:
    @pytest.fixture(autouse=True)
    def _without_multipart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The package is only needed to read a form, and these examples are not sent one."""
        here = "fastapi.dependencies.utils.ensure_multipart_is_installed"
        monkeypatch.setattr(here, lambda: None)

    @pytest.mark.parametrize(
        ("title", "path", "app"),
        [
            ("a model and a file", "/items", "main:app"),
            ("all kinds of objects", "/items", "main:app"),
            ("the form is in a dependency", "/comments", "app.main:app"),
        ],
    )
    def test_body_is_a_form(self, tmp_path: Path, title: str, path: str, app: str) -> None:
        with asking("FLT316", "Bad", title, tmp_path, app=app) as client:
            operation = client.get("/openapi.json").json()["paths"][path]["post"]
            (kind,) = operation["requestBody"]["content"]
            assert "form" in kind

    def test_json_where_there_is_no_form(self, tmp_path: Path) -> None:
        with asking("FLT316", "Good", "one after the other", tmp_path) as client:
            assert client.post("/items", json={"name": "spade"}).json() == "spade"


class TestMethodAsRoute:
    def test_object_is_asked_for_in_the_query(self, tmp_path: Path) -> None:
        with asking("FLT318", "Bad", "a router in a class", tmp_path) as client:
            assert client.get("/items").status_code == 422
            assert client.get("/items?self=me").status_code == 500

    def test_bound_method(self, tmp_path: Path) -> None:
        with asking("FLT318", "Good", "bound methods", tmp_path) as client:
            assert client.get("/items").json() == ["spade"]


class TestArgsKwargsParam:
    def test_query_has_to_bring_them(self, tmp_path: Path) -> None:
        with asking("FLT319", "Bad", "in a handler and a dependency", tmp_path) as client:
            assert client.get("/items").status_code == 422
            assert client.get("/words").status_code == 422

    def test_positional_only(self, tmp_path: Path) -> None:
        with asking("FLT319", "Bad", "positional-only", tmp_path) as client:
            assert client.get("/items?page=1").status_code == 500

    def test_wraps(self, tmp_path: Path) -> None:
        with asking("FLT319", "Good", "wraps", tmp_path) as client:
            assert client.get("/items").json() == 10


class TestValidatorReturnsNone:
    def test_field_is_lost(self, tmp_path: Path) -> None:
        with asking("FLT601", "Bad", "a field", tmp_path) as client:
            assert client.post("/items", json={"price": 1}).json() == "None"

    def test_body_is_lost(self, tmp_path: Path) -> None:
        with asking("FLT601", "Bad", "a model", tmp_path) as client:
            assert client.post("/periods", json={"start": 1, "end": 2}).json() is True
            assert client.post("/items", json={"name": "spade"}).status_code == 422

    def test_value_is_returned(self, tmp_path: Path) -> None:
        with asking("FLT601", "Good", "something is returned", tmp_path) as client:
            assert client.post("/items", json={"price": 1, "note": " x "}).json() == 1


class TestAfterValidatorReadsDict:
    def test_object_is_no_dictionary(self, tmp_path: Path) -> None:
        with asking("FLT605", "Bad", "as it was in pydantic 1", tmp_path) as client:
            assert client.post("/stays", json={"start": 1, "end": 2}).status_code == 500
            assert client.post("/stays", json={"start": 2, "end": 1}).status_code == 500
            assert client.post("/trips", json={"name": "north"}).status_code == 500

    def test_attributes(self, tmp_path: Path) -> None:
        with asking("FLT605", "Good", "its attributes", tmp_path) as client:
            assert client.post("/stays", json={"start": 1, "end": 2}).status_code == 200
            assert client.post("/stays", json={"start": 2, "end": 1}).status_code == 422


class TestAfterValidatorClassmethod:
    def test_works_and_is_warned_of(self, tmp_path: Path) -> None:
        with asking("FLT705", "Bad", "with the decorator, and for its name", tmp_path) as client:
            assert client.post("/stays", json={"start": 1, "end": 2}).status_code == 200
            assert client.post("/stays", json={"start": 1, "end": 1}).status_code == 422
            with pytest.warns(DeprecationWarning, match="on a classmethod is deprecated"):
                importlib.reload(importlib.import_module("main"))

    def test_method(self, tmp_path: Path) -> None:
        with asking("FLT705", "Good", "a method", tmp_path) as client:
            assert client.post("/stays", json={"start": 1, "end": 2}).status_code == 200
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                importlib.reload(importlib.import_module("main"))


class TestValidatorDecoratorOrder:
    def test_never_called(self, tmp_path: Path) -> None:
        with asking("FLT602", "Bad", "above a validator", tmp_path) as client:
            assert client.post("/items", json={"price": -1}).json() == -1

    def test_called(self, tmp_path: Path) -> None:
        with asking("FLT602", "Fixed", "above a validator", tmp_path) as client:
            assert client.post("/items", json={"price": -1}).status_code == 422


class TestUnresolvableAnnotation:
    def test_a_response_is_sent_and_not_documented(self, tmp_path: Path) -> None:
        title = "a response for type checkers only"
        with asking("FLT325", "Bad", title, tmp_path) as client:
            assert client.get("/help").status_code == 200
            assert client.get("/hidden").status_code == 200
            assert client.get("/openapi.json").status_code == 500

    def test_for_type_checkers_only(self, tmp_path: Path) -> None:
        with asking("FLT325", "Bad", "for type checkers only", tmp_path) as client:
            assert client.get("/method").status_code == 422
            assert client.get("/price").status_code == 422
            assert client.get("/price?found=1").status_code == 500
            assert client.get("/free").status_code == 500

    def test_dependency(self, tmp_path: Path) -> None:
        title = "in a dependency of another file"
        with asking("FLT325", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/tenant").status_code == 422

    def test_in_a_function(self, tmp_path: Path) -> None:
        with asking("FLT325", "Bad", "in a function", tmp_path) as client:
            assert client.get("/size").status_code == 422
            assert client.get("/size?size=1").status_code == 500

    def test_names_that_are_there(self, tmp_path: Path) -> None:
        with asking("FLT325", "Good", "names of the module", tmp_path) as client:
            assert client.get("/method?size=3").json() == "GET 3 1 None"
            assert client.get("/part").json() == 1
        for title in ("in a function, without the future", "in a function, as the default"):
            where = tmp_path / title
            where.mkdir()
            with asking("FLT325", "Good", title, where) as client:
                assert client.get("/size").json() == 10


class TestNoneDefaultNotOptional:
    def test_client_gets_null_and_may_not_send_it(self, tmp_path: Path) -> None:
        with asking("FLT603", "Bad", "several types", tmp_path) as client:
            given = client.post("/items", json={"name": "spade"}).json()
            assert given["size"] is None
            assert client.post("/items", json=given).status_code == 422

    def test_null_goes_both_ways(self, tmp_path: Path) -> None:
        with asking("FLT603", "Fixed", "several types", tmp_path) as client:
            given = client.post("/items", json={"name": "spade"}).json()
            assert client.post("/items", json=given).json() == given


class TestBodyOnGet:
    def test_query_is_not_looked_at(self, tmp_path: Path) -> None:
        with asking("FLT327", "Bad", "a model", tmp_path) as client:
            assert client.get("/items?word=spade").status_code == 422

    def test_from_the_query(self, tmp_path: Path) -> None:
        title = "from the query, or with a method that has a body"
        with asking("FLT327", "Good", title, tmp_path) as client:
            assert client.get("/items?word=spade").json() == "spade"


class TestModelAsDepends:
    def test_refused_by_a_validator(self, tmp_path: Path) -> None:
        with asking("FLT328", "Bad", "a validator", tmp_path) as client:
            assert client.get("/orders?start=2&end=1").status_code == 500

    def test_read_from_the_query(self, tmp_path: Path) -> None:
        with asking("FLT328", "Good", "read from the query", tmp_path) as client:
            assert client.get("/orders?start=2&end=1").status_code == 422

    def test_fields_are_checked(self, tmp_path: Path) -> None:
        with asking("FLT328", "Good", "nothing that could refuse", tmp_path) as client:
            assert client.get("/items?size=0").status_code == 422

    @pytest.mark.parametrize(
        ("title", "path", "status"),
        [
            ("answered by the application itself", "/people", 422),
            ("ValueError, among the options", "/items?size=100", 400),
            ("everything, told apart", "/items?size=100", 422),
            ("middleware", "/items?size=100", 422),
        ],
    )
    def test_the_application_may_answer_itself(
        self, tmp_path: Path, title: str, path: str, status: int
    ) -> None:
        with asking("FLT328", "Good", title, tmp_path) as client:
            assert client.get(path).status_code == status

    def test_handlers_for_others_answer_nothing(self, tmp_path: Path) -> None:
        with asking("FLT328", "Bad", "other exceptions", tmp_path) as client:
            assert client.get("/items?size=100").status_code == 500


class TestMissingParamAnnotation:
    def test_query_is_asked(self, tmp_path: Path) -> None:
        with asking("FLT317", "Bad", "what FastAPI hands over", tmp_path) as client:
            assert client.get("/items").status_code == 422
            assert client.get("/items?request=x").status_code == 500
            assert client.post("/items").status_code == 422

    def test_with_types(self, tmp_path: Path) -> None:
        with asking("FLT317", "Fixed", "what FastAPI hands over", tmp_path) as client:
            assert client.get("/items").status_code == 200
            assert client.post("/items").headers["x-made"] == "yes"


class TestOptionalWithoutDefault:
    def test_required(self, tmp_path: Path) -> None:
        with asking("FLT326", "Bad", "in a handler", tmp_path) as client:
            assert client.get("/items").status_code == 422

    def test_default(self, tmp_path: Path) -> None:
        with asking("FLT326", "Fixed", "in a handler", tmp_path) as client:
            assert client.get("/items").json() == "None None None 1"


class TestConverterTypeMismatch:
    def test_no_value_fits(self, tmp_path: Path) -> None:
        some = "12345678-1234-5678-1234-567812345678"
        with asking("FLT330", "Bad", "several converters", tmp_path) as client:
            for path in ("/items/1", "/sizes/1/1999", f"/users/{some}", "/orders/1"):
                assert client.get(path).status_code == 422

    def test_dependency(self, tmp_path: Path) -> None:
        title = "the path is in another file"
        with asking("FLT330", "Bad", title, tmp_path, app="app.main:app") as client:
            assert client.get("/users/1/name").status_code == 422

    def test_values_fit(self, tmp_path: Path) -> None:
        some = "12345678-1234-5678-1234-567812345678"
        with asking("FLT330", "Good", "types that take it", tmp_path) as client:
            for path in ("/items/1/1.5", "/levels/1/2/3", f"/users/{some}", "/numbers/3"):
                assert client.get(path).status_code == 200


class TestNoEllipsis:
    def test_required_with_and_without(self, tmp_path: Path) -> None:
        schemas = []
        for section in ("Bad", "Fixed"):
            where = tmp_path / section
            where.mkdir()
            with asking("FLT320", section, "parameters and fields", where) as client:
                schemas.append(client.get("/openapi.json").json())
        assert schemas[0] == schemas[1]
        (operation,) = schemas[0]["paths"]["/items/{item_id}"].values()
        assert all(each["required"] for each in operation["parameters"])


class TestOverrideResetAtImport:
    def test_override_is_gone(self, tmp_path: Path) -> None:
        title = "set above and reset below"
        with asking("FLT803", "Bad", title, tmp_path, app="test_user:app") as client:
            assert client.get("/user").json() == "real"


class TestUntypedBody:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/validated", {}),
            ("/each", [{}]),
            ("/adapted", {}),
            ("/marked", {}),
            ("/taken/wrongly", {}),
            ("/given/up", {}),
        ],
    )
    def test_what_a_model_in_the_handler_refuses_is_a_500(
        self, tmp_path: Path, path: str, body: object
    ) -> None:
        title = "nothing takes what it refuses"
        with asking("FLT302", "Bad", title, tmp_path) as client:
            assert client.post(path, json=body).status_code == 500

    @pytest.mark.parametrize(
        ("title", "path", "status"),
        [
            ("something takes it", "/wrapped", 422),
            ("something takes it", "/outer", 400),
            ("an exception handler", "/items", 422),
            ("a model is made of it, and what it refuses is answered", "/items", 400),
        ],
    )
    def test_somebody_may_answer_it(
        self, tmp_path: Path, title: str, path: str, status: int
    ) -> None:
        with asking("FLT302", "Good", title, tmp_path) as client:
            assert client.post(path, json={}).status_code == status
