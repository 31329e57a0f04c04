"""What fixes once did to code that nobody wrote; ``python -m benchmarks.fuzzing`` found it."""

from __future__ import annotations

from textwrap import dedent

import msgspec
import pytest

from fastlint.api import check_texts, fix_texts
from fastlint.config.settings import Settings, Versions
from fastlint.findings import Finding


def fixed(text: str, *, unsafe: bool = False) -> str:
    """The module after its fixes."""
    before = dedent(text)
    return fix_texts({"main.py": before}, unsafe=unsafe).files.get("main.py", before)


def said(text: str, code: str) -> list[Finding]:
    """What one rule says of the module."""
    findings = check_texts({"main.py": dedent(text)}).findings
    return [each for each in findings if each.code == code]


@pytest.mark.parametrize(
    "call",
    [
        'Query(pattern="^a", regex="^a")',
        'Query(regex="^a", pattern="^a")',
        'Query(examples=["a"], example="a")',
    ],
)
def test_no_argument_is_given_twice_under_its_new_name(call: str) -> None:
    text = f"""\
        from typing import Annotated

        from fastapi import FastAPI, Query

        app = FastAPI()


        @app.get("/")
        def read(q: Annotated[str, {call}]) -> str:
            return q
        """
    assert [each.fix for each in said(text, "FLT703")] == [None]
    assert fixed(text, unsafe=True) == dedent(text)


def test_no_option_of_a_config_is_given_twice_under_its_new_name() -> None:
    text = """\
        from pydantic import BaseModel


        class Item(BaseModel):
            name: str

            class Config:
                orm_mode = True
                from_attributes = False
        """
    assert [each.fix for each in said(text, "FLT702")] == [None]
    assert fixed(text, unsafe=True) == dedent(text)


def test_a_config_that_sets_an_option_twice_stays_a_class() -> None:
    text = """\
        from pydantic import BaseModel


        class Item(BaseModel):
            name: str

            class Config:
                frozen = True
                frozen = False
        """
    assert fixed(text, unsafe=True) == dedent(text)


def test_both_ends_of_a_prefix_are_mended_at_once() -> None:
    text = """\
        from fastapi import APIRouter, FastAPI

        router = APIRouter(prefix="items/")


        @router.get("/latest")
        def read() -> str:
            return "a"


        app = FastAPI()
        app.include_router(router)
        """
    assert 'APIRouter(prefix="/items")' in fixed(text, unsafe=True)


def test_a_text_of_scopes_is_left_where_nobody_looks_at_scopes() -> None:
    text = """\
        from fastapi import FastAPI, Security

        app = FastAPI()


        def check() -> None:
            print("checked")


        @app.get("/", dependencies=[Security(check, scopes="me items")])
        def read() -> str:
            return "a"
        """
    assert [each.fix for each in said(text, "FLT207")] == [None]


def test_an_ellipsis_between_comments_goes_with_its_comma() -> None:
    before = """\
        from pydantic import BaseModel, Field


        class Item(BaseModel):
            note: str | None = Field(  # what to say
                default=...,  # it must be there
            )
        """
    after = """\
        from pydantic import BaseModel, Field


        class Item(BaseModel):
            note: str | None = Field(  # what to say
                # it must be there
            )
        """
    text = dedent(before)
    settings = Settings(extend_select=("FLT320",))
    assert fix_texts({"main.py": text}, settings).files["main.py"] == dedent(after)


def test_an_import_stays_while_a_class_within_a_function_needs_it() -> None:
    text = """\
        from pydantic import BaseModel, validator


        def build() -> type:
            class Item(BaseModel):
                size: int

                @validator("size", "code", check_fields=False)
                @classmethod
                def check(cls, value: int) -> int:
                    return value

            return Item
        """
    assert fixed(text) == dedent(text)
    assert [each.message for each in said(text, "FLT703")] == [
        "`validator` is deprecated since Pydantic 2.0"
    ]


def test_what_a_function_within_a_function_declares_is_told() -> None:
    text = """\
        from fastapi import FastAPI, Query


        def build() -> FastAPI:
            app = FastAPI()

            @app.get("/")
            def read(q: str = Query("a", regex="^a")) -> str:
                return q

            return app
        """
    assert [each.span.line for each in said(text, "FLT703")] == [8]


def test_defaults_of_one_function_move_together_so_that_no_star_is_needed() -> None:
    text = """\
        from typing import Annotated

        from fastapi import FastAPI, Query

        app = FastAPI()


        @app.get("/")
        def read(q: Annotated[str, Query("a")], size: Annotated[int, Query(1, ge=1)]) -> str:
            return q * size
        """
    assert """\
def read(
    q: Annotated[str, Query()] = "a",
    size: Annotated[int, Query(ge=1)] = 1,
) -> str:
""" in fixed(text)


HANDLER = """\
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, field_validator

app = FastAPI()


class Item(BaseModel):
    size: int

    @field_validator("size")
    @classmethod
    def check(cls, value: int) -> int:
        if value < 0:
            raise ValueError("too small")
        return value


def get_name() -> str:
    return "ada"


NameDep = Annotated[str, Depends(get_name)]
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            """
@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse(content={"detail": error.errors()}, status_code=422 + 10)


@app.post("/items")
def create(item: Item) -> Item:
    return item
""",
            """
@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse(
        content={"detail": jsonable_encoder(error.errors())}, status_code=422 + 10
    )


@app.post("/items")
def create(item: Item) -> Item:
    return item
""",
        ),
        (
            """
@app.get("/pages/of/the/whole/house/and/garden", tags=["pages"], summary="A page")
def read_page() -> str:
    return "<html></html>"
""",
            """
@app.get(
    "/pages/of/the/whole/house/and/garden",
    tags=["pages"],
    summary="A page",
    response_class=HTMLResponse,
)
def read_page() -> str:
    return "<html></html>"
""",
        ),
        (
            """
@app.get("/names")
async def read_all_names(first: NameDep | None = None, second: int = 1) -> list[str]:
    return [first or "", str(second)]
""",
            """
@app.get("/names")
async def read_all_names(
    first: Annotated[str | None, Depends(get_name)] = None, second: int = 1
) -> list[str]:
    return [first or "", str(second)]
""",
        ),
        (
            """
@app.get("/first-name")
async def read_the_first_name_of_all_of_them(first: NameDep | None = None) -> list[str]:
    return [first or ""]
""",
            """
@app.get("/first-name")
async def read_the_first_name_of_all_of_them(
    first: Annotated[str | None, Depends(get_name)] = None,
) -> list[str]:
    return [first or ""]
""",
        ),
        (
            """
@app.get("/long")
def read_long(
    first: Annotated[str | None, Query(description="What it is and is for", max_length=5)],
) -> str:
    return first or ""
""",
            """
@app.get("/long")
def read_long(
    first: Annotated[
        str | None, Query(description="What it is and is for", max_length=5)
    ] = None,
) -> str:
    return first or ""
""",
        ),
    ],
    ids=["a call", "a decorator", "a header", "a header of one", "a parameter"],
)
def test_a_line_that_a_fix_makes_too_long_is_broken_as_formatters_break_it(
    before: str, after: str
) -> None:
    text = f"{HANDLER}\n{before}"
    assert fix_texts({"main.py": text}, unsafe=True).files["main.py"].endswith(f"\n{after}")


def test_a_long_comment_says_nothing_about_the_length_of_lines() -> None:
    text = (
        f"{HANDLER}\n# {'a long comment ' * 8}\n"
        """

@app.get("/pages/of/the/whole/house/and/garden", tags=["pages"], summary="A page")
def read_page() -> str:
    return "<html></html>"
"""
    )
    assert (
        "    response_class=HTMLResponse,\n"
        in fix_texts({"main.py": text}, unsafe=True).files["main.py"]
    )


def test_a_line_on_which_only_a_removed_argument_stood_goes_with_it() -> None:
    before = """\
        from typing import Annotated

        from fastapi import FastAPI, Query

        app = FastAPI()


        @app.get("/")
        def read(
            q: Annotated[
                str,
                Query(
                    # the word
                    "a",
                ),
            ],
        ) -> str:
            return q
        """
    assert '            # the word\n        ),\n    ] = "a",\n' in fixed(before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            """
    return str(
        requests.post(
            "https://example.com", timeout=1
        )
    )
""",
            """
    return str(
        await run_in_threadpool(
            requests.post, "https://example.com", timeout=1
        )
    )
""",
        ),
        (
            """
    return str(
        requests.post(
            "https://example.com",
            timeout=1,
        )
    )
""",
            """
    return str(
        await run_in_threadpool(
            requests.post,
            "https://example.com",
            timeout=1,
        )
    )
""",
        ),
    ],
    ids=["one line", "a line each"],
)
def test_what_is_called_stands_where_the_arguments_stand(before: str, after: str) -> None:
    head = """\
import asyncio

import requests
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


@app.get("/")
async def read() -> str:
    await asyncio.sleep(0)"""
    assert fix_texts({"main.py": head + before}, unsafe=True).files["main.py"] == head + after


def test_two_fixes_that_import_from_one_module_write_one_statement() -> None:
    text = dedent(
        """\
        from pydantic import BaseModel, BaseSettings


        class Settings(BaseSettings):
            name: str = "x"

            class Config:
                env_file = ".env"


        class Item(BaseModel):
            size: int
        """
    )
    mended = fix_texts({"main.py": text}, Settings(select=("migration",)), unsafe=True)
    head = mended.files["main.py"].splitlines()[:2]
    assert head == [
        "from pydantic import BaseModel",
        "from pydantic_settings import BaseSettings, SettingsConfigDict",
    ]


def test_no_name_is_written_into_a_path_that_has_it() -> None:
    text = """
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/tools/{item_id}/{item-id}")
        def read_tool(item_id: int) -> int:
            return item_id
        """
    assert said(text, "FLT311")
    assert fixed(text, unsafe=True) == dedent(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: NoneStr = None", "a: Optional[str] = None"),
        ("a: NoneStrBytes = None", "a: str | bytes | None = None"),
    ],
)
def test_a_type_that_is_written_out_is_written_as_in_the_file(before: str, after: str) -> None:
    name = before.split()[1]
    text = f"""
        from typing import Optional

        from pydantic import BaseModel, {name}


        class Item(BaseModel):
            {before}
            b: Optional[int] = None
    """
    assert f"    {after}\n" in fixed(text, unsafe=True)


PYDANTIC_1 = """
    from pydantic import BaseModel, Field


    class Item(BaseModel):
        code: str = Field(..., regex="^[a-z]+$")
        note: str | None
        tag: str | None = Field(regex="^[a-z]+$")
"""


PYDANTIC_2 = Settings(versions=Versions(pydantic="2.11"))


def _let_in(text: str, settings: Settings = PYDANTIC_2, *, unsafe: bool = False) -> str:
    before = dedent(text)
    return fix_texts({"main.py": before}, settings, unsafe=unsafe).files.get("main.py", before)


@pytest.mark.parametrize("unsafe", [False, True])
def test_pydantic_2_is_not_let_in_while_fields_would_lose_a_default(*, unsafe: bool) -> None:
    assert _let_in(PYDANTIC_1, unsafe=unsafe) == dedent(PYDANTIC_1)
    reasons = {finding.withheld for finding in said(PYDANTIC_1, "FLT701")}
    (reason,) = reasons
    assert reason.startswith("`Item.note` and 1 more would lose the default None")
    assert "first do what `fastlint check --extend-select FLT704`" in reason


def test_pydantic_2_is_let_in_once_the_defaults_are_settled() -> None:
    said_so = PYDANTIC_1.replace("note: str | None", "note: str | None = ...")
    settled = said_so.replace("Field(regex", "Field(None, regex")
    assert _let_in(settled) == dedent(settled).replace("regex=", "pattern=")


def test_defaults_are_settled_before_what_shows_that_they_are_lost_is_fixed() -> None:
    settings = msgspec.structs.replace(PYDANTIC_2, extend_select=("FLT704",))
    after = _let_in(PYDANTIC_1, settings, unsafe=True)
    assert "note: str | None = None" in after
    assert 'tag: str | None = Field(None, pattern="^[a-z]+$")' in after
    assert "regex" not in after


def test_nothing_waits_for_a_default_that_no_fix_can_give() -> None:
    text = """
        from datetime import date
        from pydantic import BaseModel, Field


        class Day(BaseModel):
            code: str = Field(..., regex="^[a-z]+$")
            date: date | None
    """
    assert _let_in(text) == dedent(text).replace("regex=", "pattern=")


def test_no_connection_is_asked_for_that_there_is_none_of() -> None:
    text = """\
        from fastapi import FastAPI, Request, WebSocket

        app = FastAPI()


        @app.get("/a")
        def read(websocket) -> str:
            return str(websocket.state)


        @app.websocket("/b")
        async def live(request, websocket) -> None:
            await websocket.accept()
            await websocket.send_text(str(request.url))
            await websocket.close()
        """
    assert [each.fix is None for each in said(text, "FLT317")] == [True, True, False]
    assert fixed(text) == dedent(text).replace(
        "request, websocket", "request, websocket: WebSocket"
    )


def test_an_await_that_stands_too_far_out_moves_to_the_call() -> None:
    text = """\
        from fastapi import FastAPI

        app = FastAPI()


        class Found:
            def __init__(self) -> None:
                self.results = ["a"]


        async def search() -> Found:
            return Found()


        @app.get("/found")
        async def read_found() -> list[str]:
            return await search().results
        """
    assert "    return (await search()).results\n" in fixed(text, unsafe=True)


@pytest.mark.parametrize("given", ["include", "exclude"])
def test_a_copy_of_some_fields_keeps_its_name(given: str) -> None:
    text = f"""\
        from pydantic import BaseModel


        class Note(BaseModel):
            text: str


        def shorten(note: Note) -> tuple[Note, Note]:
            return note.copy({given}={{"text"}})
        """
    findings = said(text, "FLT703")
    assert [each.withheld for each in findings] == [
        "`model_copy` takes neither `include` nor `exclude`"
    ]
    assert "note.copy(" in fixed(text, unsafe=True)


@pytest.mark.parametrize(
    ("others", "written"),
    [
        (("Optional[int]", "Optional[int]", "int | None"), "Optional[str]"),
        (("Optional[int]", "int | None", "int | None"), "str | None"),
    ],
)
def test_a_type_that_admits_none_is_written_as_most_are(
    others: tuple[str, ...], written: str
) -> None:
    text = f"""\
        from typing import Optional

        from fastapi import FastAPI
        from pydantic import BaseModel

        app = FastAPI()


        class Item(BaseModel):
            a: {others[0]}
            b: {others[1]}
            c: {others[2]}
            name: str = None


        @app.post("/items")
        def add(item: Item) -> None: ...
        """
    assert f"    name: {written} = None\n" in fixed(text, unsafe=True)


def test_nothing_is_raised_that_would_be_suppressed() -> None:
    text = """\
        import contextlib

        from fastapi import FastAPI, HTTPException

        app = FastAPI()


        @app.get("/tools/{name}")
        def read_tool(name: str):
            with contextlib.suppress(Exception), open(name) as file:
                if not file.read():
                    return HTTPException(status_code=404)
            return name
        """
    assert [(each.fix, each.withheld) for each in said(text, "FLT403")] == [
        (None, "what stands around it would catch it")
    ]


def test_a_comment_stays_with_the_decorator_that_it_speaks_of() -> None:
    text = """\
        from pydantic import BaseModel, field_validator


        class Item(BaseModel):
            price: int

            @classmethod  # gets the class
            @field_validator("price")
            def check_price(cls, value: int) -> int:
                return value
        """
    assert fixed(text) == dedent(text)
    assert [each.fix for each in said(text, "FLT602")] == [None]


def test_no_validator_is_given_a_none_that_was_refused() -> None:
    text = """\
        from fastapi import FastAPI
        from pydantic import BaseModel, field_validator

        app = FastAPI()


        class Named(BaseModel):
            note: str = None


        class Item(Named):
            name: str = None
            unit: str = None

            @field_validator("name", "note")
            @classmethod
            def strip(cls, value: str) -> str:
                return value.strip()


        @app.post("/items")
        def create_item(item: Item, named: Named) -> str:
            return item.name or named.note
        """
    assert fixed(text) == dedent(text).replace("unit: str", "unit: str | None")
    withheld = {each.withheld for each in said(text, "FLT603") if each.fix is None}
    assert withheld == {"a validator would be given None"}
