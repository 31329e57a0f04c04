"""What code for pydantic 1 does under pydantic 2, and that the mended code does what it did."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from pydantic import BaseModel, HttpUrl, TypeAdapter, ValidationError

from fastlint.api import fix_texts
from fastlint.config.settings import Settings


def mended(code: str) -> dict[str, Any]:
    """What a module defines once it has been mended."""
    fixed = fix_texts({"main.py": code}, Settings(select=("migration",)), unsafe=True)
    namespace: dict[str, Any] = {"__name__": "main"}
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        exec(compile(fixed.files["main.py"], "main.py", "exec", dont_inherit=True), namespace)  # noqa: S102
    return namespace


def test_a_default_is_validated_as_before() -> None:
    item = mended("""
from pydantic import BaseModel, validator

class Item(BaseModel):
    code: str
    slug: str = ""

    @validator("slug", always=True)
    def fill(cls, v, values):
        return v or values["code"].lower()
""")["Item"]
    assert item(code="A").slug == "a"
    assert item(code="A", slug="b").slug == "b"


def test_a_validator_without_the_class_is_given_the_value() -> None:
    item = mended("""
from pydantic import BaseModel, validator

class Item(BaseModel):
    low: int
    high: int

    @validator("high")
    def above(high, values, **kwargs):
        if high < values["low"]:
            raise ValueError("too low")
        return high
""")["Item"]
    assert item(low=1, high=2).high == 2
    with pytest.raises(ValidationError, match="too low"):
        item(low=2, high=1)


def test_a_function_validates_the_models_that_it_is_given_to() -> None:
    found = mended("""
from pydantic import BaseModel, root_validator, validator

def above(cls, values):
    if values["high"] < values.get("low"):
        raise ValueError("too low")
    return values

def lower(text):
    return text.lower()

class Range(BaseModel):
    low: int
    high: int
    _above = root_validator(allow_reuse=True, skip_on_failure=True)(above)

class Named(Range):
    name: str
    _lower = validator("name", allow_reuse=True)(lower)
""")
    with pytest.raises(ValidationError, match="too low"):
        found["Range"](low=2, high=1)
    assert found["Named"](low=1, high=2, name="A").name == "a"


def test_a_type_is_read_and_shown_as_it_says() -> None:
    item = mended("""
from pydantic import BaseModel

class Code(str):
    @classmethod
    def __modify_schema__(cls, schema):
        schema.update(pattern="^[A-Z]+$")

    @classmethod
    def __get_validators__(cls):
        yield cls.validate

    @classmethod
    def validate(cls, value):
        return value.upper()

class Item(BaseModel):
    code: Code
""")["Item"]
    assert item(code="a").code == "A"
    for mode in ("validation", "serialization"):
        shown = item.model_json_schema(mode=mode)["properties"]["code"]
        assert (shown["type"], shown["pattern"]) == ("string", "^[A-Z]+$")


def test_a_field_may_be_left_out_again_that_could_be() -> None:
    found = mended("""
from typing import Any
from pydantic import BaseModel, Field

class Item(BaseModel):
    code: str = Field(regex="^[a-z]+$")
    note: str | None
    size: int | None = Field(gt=0)
    extra: Any
""")
    assert found["Item"](code="a").model_dump() == {
        "code": "a", "note": None, "size": None, "extra": None,
    }  # fmt: skip


def test_what_named_validators_is_called_with_more_than_the_value() -> None:
    class Code(str):
        __slots__ = ()

        @classmethod
        def __get_validators__(cls) -> Any:
            yield cls.validate

        @classmethod
        def validate(cls, value: str) -> str:
            return value

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adapter = TypeAdapter(Code)
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        adapter.validate_python("a")


@pytest.mark.parametrize("method", ["dict", "from_orm", "validate"])
def test_nothing_calls_a_method_that_a_model_overrides(method: str) -> None:
    called = []

    class Item(BaseModel, from_attributes=True):
        name: str

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = type("Own", (Item,), {method: lambda *_, **__: called.append(method)})
        box = type("Box", (BaseModel,), {"__annotations__": {"item": own}})
        box.model_validate({"item": {"name": "a"}}).model_dump()
        box.model_validate({"item": Item(name="a")}, from_attributes=True).model_dump_json()
    assert called == []


def test_a_field_that_may_be_none_has_to_be_there() -> None:
    class Item(BaseModel):
        note: str | None

    with pytest.raises(ValidationError, match="Field required"):
        Item()  # type: ignore[call-arg]
    assert Item.model_json_schema()["required"] == ["note"]


def test_a_url_is_no_text() -> None:
    class Profile(BaseModel):
        page: HttpUrl

    page = Profile(page="http://a.example/b").page  # type: ignore[arg-type]
    assert not isinstance(page, str)
    assert page != "http://a.example/b"
    assert str(page) == "http://a.example/b"
