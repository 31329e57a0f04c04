"""Why a finding has no fix though its rule has one: said where it is sure, else nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from clicases import project, run
from fixcases import withheld

from fastlint.api import check_texts
from fastlint.config.settings import Settings
from fastlint.findings import Changes, Withheld
from fastlint.fixes import edits
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import Imports, add_import
from fastlint.fixes.offering import offer

REDUNDANT = """
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get(
    "/item",
    response_model=Item,{}
)
def item() -> Item:
    return Item(name="a")
"""
COMMENTED = REDUNDANT.format("  # as agreed")


def reasons(text: str, **settings: object) -> dict[str, str]:
    """Why findings have no fix, by rule."""
    found = check_texts({"main.py": text}, Settings(**settings)).findings  # type: ignore[arg-type]
    assert found
    return {each.code: each.withheld for each in found if each.fix is None}


def test_a_comment_in_the_way_is_named() -> None:
    assert reasons(COMMENTED) == {"FLT402": "a comment would be lost"}


def test_a_finding_with_a_fix_has_no_reason() -> None:
    (finding,) = check_texts({"main.py": REDUNDANT.format("")}).findings
    assert finding.fix is not None
    assert finding.withheld == ""


def test_settings_that_forbid_a_fix_are_named() -> None:
    assert reasons(REDUNDANT.format(""), unfixable=("FLT402",)) == {"FLT402": "the settings say so"}


def test_a_rule_without_fixes_gives_no_reason() -> None:
    assert reasons("def broken(:\n") == {"FLT901": ""}


def test_what_the_rule_itself_knows_is_said() -> None:
    text = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def items():
    return {"a": load(1)}
"""
    assert reasons(text, select=("FLT401",)) == {
        "FLT401": "it is not known to return one model that this file defines or imports"
    }


FORGOTTEN = """
from fastapi import Depends, FastAPI

app = FastAPI()


def get_limit() -> int:
    return 1


@app.get("/")
def items(most: int = get_limit, limit: int = Depends(get_limit)) -> int:
    return limit
"""
UNSETTLED = """
from fastapi import FastAPI, Query

app = FastAPI()


@app.get("/")
def items(word: str | None, page: int = Query(...)) -> int:
    return page
"""


TWO_OF_THEM = """
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://one.example.org"])
app.add_middleware(CORSMiddleware, allow_origins=["https://two.example.org"])


@app.middleware("http")
async def ask(request: Request, call_next):
    if "x" not in request.headers:
        return JSONResponse({}, status_code=401)
    return await call_next(request)
"""


def test_which_of_two_alike_comes_first_is_left_to_people() -> None:
    assert reasons(TWO_OF_THEM)["FLT211"] == "there is another like it"


UNTYPED = """
from fastapi import Depends, FastAPI

app = FastAPI()


def get_limit() -> int:
    return 1


@app.get("/")
def items(user=Depends(get_limit), limit: int = Depends(get_limit)) -> int:
    return limit
"""


def test_what_another_fix_has_to_settle_first_is_said() -> None:
    assert reasons(FORGOTTEN)["FLT504"] == "`most` first needs its `Depends`"
    assert reasons(UNTYPED)["FLT504"] == "`user` before it first needs a type"
    assert reasons(UNSETTLED)["FLT326"] == "first settle where the default of `page` belongs"


CONFIGURED = """
from pydantic import BaseModel, ConfigDict


class Item(BaseModel):
    class Config:
        {} = True
"""


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("orm_mode", "first comes the fix of `orm_mode` in it, then this"),
        (
            "underscore_attrs_are_private",
            "first something has to become of `underscore_attrs_are_private` in it",
        ),
    ],
)
def test_a_config_that_waits_for_its_options_says_so(option: str, reason: str) -> None:
    assert reasons(CONFIGURED.format(option))["FLT703"] == reason


def test_the_full_format_says_why(tmp_path: Path) -> None:
    root = project(tmp_path, {"main.py": COMMENTED})
    out = run("check", cwd=root).out
    assert "= no fix: a comment would be lost\n" in out
    assert "= fix:" not in out
    assert "Fixable" not in out
    # from the cache it is said again
    assert run("check", cwd=root).out == out


def test_json_says_why_beside_the_fix(tmp_path: Path) -> None:
    root = project(tmp_path, {"main.py": COMMENTED})
    (found,) = json.loads(run("check", "--output-format", "json", cwd=root).out)["findings"]
    assert (found["fix"], found["fix_withheld"]) == (None, "a comment would be lost")


def test_no_change_is_no_offer() -> None:
    assert offer("Do it", (), safe=True) is None
    assert offer("Do it", None, safe=True) is None


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("Query = 1\nx = «y»\n", "the name `Query` is taken"),
        ("x = «y»\nfrom fastapi import Query\n", "`Query` is imported too late"),
        ("from other import *\nQuery()\nx = «y»\n", "`import *` may bring another `Query`"),
        ("def f():\n    global Query\nx = «y»\n", "the name `Query` is taken"),
    ],
)
def test_names_that_cannot_be_imported(code: str, why: str) -> None:
    reason = withheld(code, lambda syntax, span: _edits(add_import(syntax, QUERY, span)))
    assert reason.startswith(why)


QUERY = Wanted("fastapi", "Query")


def _edits(imports: Imports | Withheld) -> Changes:
    return imports if isinstance(imports, Withheld) else imports.edits


ANNOTATED = "from typing import Annotated\nfrom fastapi import Depends\n"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def «f(db = Depends(g))»: ...\n", "`db` has no type"),
        (
            "def «f(a: int = 1, db: A = Depends(g), *rest)»: ...\n",
            "a parameter without a default would follow one with a default",
        ),
    ],
)
def test_parameters_that_cannot_be_annotated(code: str, why: str) -> None:
    assert withheld(ANNOTATED + code, edits.annotate_parameters, ["db"]) == why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("async def «f»():\n    await g()\n", "it awaits something"),
        ("async def «f»():\n    async with g():\n        pass\n", "it awaits something"),
        ("def «f»():\n    pass\n", ""),
    ],
)
def test_functions_that_stay_async(code: str, why: str) -> None:
    assert withheld(code, edits.make_sync) == why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def f():\n    «g()»\n", "`await` cannot be written here"),
        ("async def f():\n    return lambda: «g()»\n", "`await` cannot be written here"),
        ("async def f():\n    await «g()»\n", "`await` cannot be written here"),
    ],
)
def test_calls_that_cannot_be_awaited(code: str, why: str) -> None:
    assert withheld(code, edits.await_call) == why
    assert withheld(code, edits.run_in_threadpool) == why


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def «f»():\n    yield 1\n    yield 2\n    c()\n", "it yields in more than one place"),
        ("def «f»():\n    yield from a\n    c()\n", ""),
        (
            "def «f»():\n    if a:\n        yield 1\n    c()\n",
            "its `yield` stands inside of another statement",
        ),
        (
            "def «f»():\n    yield 1\n    c()\n    return\n",
            "there is a `return` behind the `yield`",
        ),
    ],
)
def test_clean_up_that_cannot_be_wrapped(code: str, why: str) -> None:
    assert withheld(code, edits.wrap_yield_in_try_finally) == why


@pytest.mark.parametrize(
    ("code", "mend", "new", "why"),
    [
        ("from x import «old»\nnew = 1\n", "rename", "new", "`new` is in use in this file"),
        (
            "@app.get('/')\ndef f(r):\n    return «t.TemplateResponse('x', context)»\n",
            "request first",
            "",
            "the context is not written out here",
        ),
        (
            "class M(B):\n    @«validator('a', each_item=True)»\n    def v(cls, x):\n"
            "        return x\n",
            "validator",
            "",
            "the type of the items has to ask for it: `Annotated[..., AfterValidator(...)]`",
        ),
        (
            "class M(B):\n    @«validator('a')»\n    def v(cls, x, field):\n"
            "        return field.type_(x)\n",
            "validator",
            "",
            "a `ValidationInfo` knows no more of a field than its name",
        ),
        (
            "class M(B):\n    «class Config:\n        a = 1\n        def f(self): ...»\n",
            "config",
            "pydantic.ConfigDict",
            "there is more than plain options in it",
        ),
    ],
)
def test_old_names_that_stay(code: str, mend: str, new: str, why: str) -> None:
    assert withheld(code, edits.modernise, mend, new) == why
