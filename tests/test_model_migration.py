"""What `knowledge/migration.toml` says of the libraries, held against the libraries themselves."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import fastapi
import pydantic
import pydantic.errors
import pytest
from modelcases import project
from pydantic import BaseModel

from fastlint.api import check_texts
from fastlint.config.settings import Settings, Versions
from fastlint.model.migration import CALL, Change, changed_defaults, changes, outdated
from fastlint.model.migration.table import table

INSTALLED = {"fastapi", "starlette", "pydantic", "sqlalchemy", "httpx"}
"""The libraries that the tests install; what the table says of others nobody checks here."""

ARGUMENTS = {
    "sqlalchemy.create_engine": ("sqlite://",),
    "pydantic.conlist": (int,),
    "pydantic.conset": (int,),
    "starlette.responses.FileResponse": ("x",),
    "httpx.request": ("GET", "http://test"),
}


def test_every_library_of_the_table_is_known_by_its_release() -> None:
    assert {change.library for change in changes()} >= INSTALLED


def _checkable(state: str) -> Iterator[Any]:
    for change in changes():
        is_class = change.old.startswith(("class ", "def "))
        if change.library in INSTALLED and change.state == state and not is_class:
            yield pytest.param(change, id=change.old)


@pytest.mark.parametrize("change", list(_checkable("removed")))
def test_what_is_said_to_be_gone_fails(change: Change) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - each library has its own way of refusing
        _use(change)


@pytest.mark.parametrize("change", list(_checkable("deprecated")))
def test_what_is_said_to_be_deprecated_still_works(change: Change) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _use(change)


@pytest.mark.parametrize(
    "option",
    [
        each.old.removeprefix("Config.")
        for each in changes()
        if each.old.startswith("Config.") and each.state == "ignored"
    ],
)
def test_pydantic_says_itself_that_it_ignores_an_option(option: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        class Item(BaseModel):
            class Config:
                locals()[option] = None

    assert any(f"'{option}'" in str(each.message) for each in caught)


def test_everything_is_known_that_pydantic_says_it_has_removed() -> None:
    from pydantic import _migration as said

    known = table()
    moved = {**said.MOVED_IN_V2, **said.DEPRECATED_MOVED_IN_V2, **said.REDIRECT_TO_V1}
    names = [name.replace(":", ".") for name in (*said.REMOVED_IN_V2, *moved)]
    names.remove("pydantic.config.Extra")  # of which `Extra.allow` and its kin are told
    assert [name for name in names if known.of(name) is None] == []


def test_every_argument_is_kept_that_a_field_knows() -> None:
    signature = inspect.signature(pydantic.Field)
    known = table()
    named = [name for name in signature.parameters if name not in ("extra", "default")]
    assert [name for name in named if known.of_extra("pydantic.Field", name)] == []
    assert known.of_extra("pydantic.Field", "widget") is not None


@pytest.mark.parametrize("name", ["Query", "Path", "Header", "Cookie", "Body", "Form", "File"])
def test_every_argument_is_kept_that_a_parameter_knows(name: str) -> None:
    known = table()
    named = inspect.signature(getattr(fastapi, name)).parameters
    assert [each for each in named if known.of_extra(f"fastapi.{name}", each)] == []
    assert known.of_extra(f"fastapi.{name}", "enum") is not None


def test_every_argument_is_kept_that_an_app_knows() -> None:
    known = table()
    named = set(inspect.signature(fastapi.FastAPI.__init__).parameters) - {"self"}
    assert [each for each in named if known.of_extra("fastapi.FastAPI", each)] == []
    assert known.of_extra("fastapi.FastAPI", "json_dumps") is not None


def test_what_pydantic_still_has_is_not_told_with_what_is_gone_around_it() -> None:
    known = table()
    for module in (pydantic, pydantic.errors):
        here = [f"{module.__name__}.{name}" for name in vars(module) if name.endswith("Error")]
        changes = [(name, known.of(name)) for name in here]
        assert [name for name, change in changes if change and change.state == "removed"] == []


def _use(change: Change) -> None:
    """Do what the table's entry stands for, as little of it as shows whether it is there."""
    match = CALL.match(change.old)
    thing = _find(match["name"] if match else change.old.removeprefix("attribute "))
    if match and match["keyword"]:
        value = True if match["value"] == "True" else "x"
        keywords: dict[str, Any] = {match["keyword"]: value}
        if match["keyword"] == "skip_on_failure":
            keywords = {"skip_on_failure": True}
        made = thing(*ARGUMENTS.get(match["name"], ()), **keywords)
        if match["name"].endswith("sessionmaker"):
            made()
    elif match is None and change.state == "removed" and inspect.isfunction(thing):
        thing()


def _find(name: str) -> Any:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)


def _found(source: str, **versions: str) -> list[tuple[int, str]]:
    """Line and name of what is outdated in one file."""
    settings = Settings(versions=Versions(**versions))
    return [(each.span.line, each.written) for each in outdated(project(source, settings))]


def test_a_name_is_told_once_where_it_is_imported_if_that_is_where_it_is_mended() -> None:
    source = """
from starlette.status import HTTP_422_UNPROCESSABLE_ENTITY

A = HTTP_422_UNPROCESSABLE_ENTITY
"""
    assert _found(source) == [(2, "HTTP_422_UNPROCESSABLE_ENTITY")]


def test_what_is_handed_over_is_to_stay_a_function() -> None:
    checked = check_texts(
        {
            "main.py": """\
from datetime import datetime

from sqlalchemy import Column, DateTime

created = Column(DateTime, default=datetime.utcnow)
seen = datetime.utcnow()
"""
        },
        Settings(select=("FLT703",), versions=Versions(python="3.13")),
    )
    handed_over, called = (each.help for each in checked.findings)
    assert handed_over == (
        "hand over `lambda: datetime.now(timezone.utc)`, a function too; "
        "where no time zone is stored, `.replace(tzinfo=None)` takes it off"
    )
    assert called == "use `datetime.now(timezone.utc)`"


def test_a_parameter_hides_the_import() -> None:
    source = """
from datetime import datetime

def use(datetime):
    return datetime.utcnow()
"""
    assert _found(source) == []


def test_an_import_that_nothing_uses_any_more_is_told() -> None:
    source = """
from pydantic import BaseModel, validator
"""
    assert _found(source) == [(2, "from pydantic import validator")]


def test_an_older_version_does_not_have_the_change_yet() -> None:
    source = """
from pydantic import BaseSettings
"""
    assert _found(source, pydantic="1.10") == []
    assert _found(source, pydantic="2.3") == [(2, "BaseSettings")]


def test_a_method_is_known_by_the_class_of_its_object() -> None:
    source = """
from pydantic import BaseModel

class Item(BaseModel): ...

class Other:
    def dict(self): ...

def shown(item: Item, other: Other, unknown):
    return item.dict(), other.dict(), unknown.dict()
"""
    assert _found(source) == [(10, "dict")]


def test_what_stands_under_a_question_about_versions_is_left_alone() -> None:
    source = """
import pydantic

if pydantic.VERSION.startswith("1."):
    from pydantic import validator
else:
    from pydantic import field_validator as validator

@validator("x")
def f(v): ...
"""
    assert _found(source) == []


def test_a_name_read_only_when_the_new_one_is_missing_is_left_alone() -> None:
    source = """
from starlette import status

try:
    A = status.HTTP_422_UNPROCESSABLE_CONTENT
except AttributeError:
    A = status.HTTP_422_UNPROCESSABLE_ENTITY
"""
    assert _found(source) == []


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ('"^[a-z]+$"', ("keyword", True)),
        ('"[a-z]+"', ("keyword", False)),
        ('"^(?!-)[a-z]+$"', ("none", False)),
        ("SHORT", ("keyword", True)),
        ("names.SLUG", ("none", False)),
        ("pick()", ("keyword", False)),
    ],
)
def test_regex_becomes_pattern_where_both_take_the_same(
    given: str, mended: tuple[str, bool]
) -> None:
    """`regex` had to match from the start on, `pattern` is searched for by another engine."""
    source = f"""
from elsewhere import pick
from pydantic import BaseModel, Field

import names

SHORT = "^[a-z]$"

class Item(BaseModel):
    code: str = Field(regex={given})
"""
    files = {"names.py": 'SLUG = "^(?!-)[a-z]+$"\n', "main.py": source}
    found = outdated(project(files, Settings(versions=Versions(pydantic="2.10"))))
    assert [(each.change.mend, each.change.safe) for each in found] == [mended]


def test_nothing_is_safe_where_nobody_says_what_the_project_runs_with() -> None:
    source = """
from fastapi import status

GONE = status.HTTP_422_UNPROCESSABLE_ENTITY
"""
    (found,) = outdated(project(source))
    assert not found.change.safe
    assert found.change.certain
    (found,) = outdated(project(source, Settings(versions=Versions(starlette="0.48"))))
    assert found.change.safe


def test_a_test_that_wants_the_warning_keeps_what_gives_it() -> None:
    test = """
import pytest
from main import Item

def test_deprecated() -> None:
    with pytest.warns(DeprecationWarning):
        Item().dict()
    {}
"""
    main = "from pydantic import BaseModel\n\nclass Item(BaseModel): ...\n"
    for last, codes in (("", []), ("Item().json()", ["FLT703"])):
        files = {"main.py": main, "tests/test_main.py": test.format(last)}
        assert [each.code for each in check_texts(files).findings] == codes


def test_a_config_that_another_inherits_from_stays() -> None:
    """``class Config(Base.Config)`` would find none: pydantic keeps no `Config` of its own."""
    files = {
        "base.py": """
from pydantic import BaseModel

class Base(BaseModel):
    class Config:
        extra = "forbid"

class App(Base):
    pass

class Other(BaseModel):
    class Config:
        extra = "forbid"
""",
        "main.py": """
from base import App

class Dev(App):
    class Config(App.Config):
        frozen = True
""",
    }
    found = [each for each in outdated(project(files)) if each.span.path == "base.py"]
    assert [(each.span.line, each.change.mend) for each in found] == [(5, "none"), (12, "config")]


def test_an_argument_in_a_mapping_is_told_where_the_app_is_made() -> None:
    source = """
from fastapi import FastAPI

class Settings:
    @property
    def options(self):
        return {"title": "Shop", "openapi_prefix": "/v1"}

app = FastAPI(**Settings().options)
"""
    assert _found(source) == [(9, "FastAPI(openapi_prefix=)")]


def test_a_method_is_told_that_is_called_between_definitions() -> None:
    source = """
from pydantic import BaseModel

class Node(BaseModel):
    parent: "Node | None" = None

Node.update_forward_refs()
"""
    assert _found(source) == [(7, "update_forward_refs")]


def test_a_default_is_not_missed_where_the_project_may_have_run_with_pydantic_2() -> None:
    source = """
from pydantic import BaseModel, validator

class Item(BaseModel):
    note: str | None

    @validator("note")
    def strip(cls, v):
        return v.strip()
"""
    assert list(changed_defaults(project(source))) == []
