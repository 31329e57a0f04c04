"""What documents an app, as FastAPI itself serves it."""

from pathlib import Path

import modelcases
import oracle
import pytest
from starlette.routing import Route

from fastlint.model.serving.documentation import pages

APPS = [
    "FastAPI()",
    "FastAPI(docs_url=None)",
    "FastAPI(docs_url=None, redoc_url=None)",
    "FastAPI(openapi_url=None)",
    "FastAPI(openapi_url='')",
    "FastAPI(openapi_url='/api/schema.json', docs_url='/api', redoc_url='')",
    "FastAPI(swagger_ui_oauth2_redirect_url=None)",
]


@pytest.mark.parametrize("app", APPS)
def test_it_is_what_fastapi_serves(app: str, tmp_path: Path) -> None:
    text = f"from fastapi import FastAPI\napp = {app}\n"
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        real = [each.path for each in evaluate("main:app").routes if isinstance(each, Route)]
    (known,) = modelcases.project(text).apps
    found = list(pages(known.value))
    assert [each.path for each in found] == real
    assert all(each.is_certain for each in found)


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("FastAPI(docs_url=read('docs'))", {"docs_url": None}),
        ("FastAPI(docs_url=Settings().docs)", {"docs_url": "/pages"}),
        ("FastAPI(**read('all'))", {"openapi_url": "/openapi.json", "docs_url": "/docs"}),
        ("Own()", {"openapi_url": "/openapi.json", "docs_url": "/docs"}),
    ],
)
def test_what_may_be_otherwise_is_marked(app: str, expected: dict[str, str | None]) -> None:
    text = f"""
from fastapi import FastAPI
from pydantic_settings import BaseSettings
from elsewhere import read

class Settings(BaseSettings):
    docs: str = "/pages"

class Own(FastAPI):
    def setup(self): ...

app = {app}
"""
    (known,) = modelcases.project(text).apps
    doubted = {each.option: each.path for each in pages(known.value) if not each.is_certain}
    assert expected.items() <= doubted.items()


def test_a_page_that_stands_before_a_route_hides_it() -> None:
    text = """
from fastapi import FastAPI
app = FastAPI(redoc_url="/pages")
@app.get("/docs")
def mine(): ...
@app.get("/pages")
def said(): ...
"""
    (found,) = modelcases.project(text).hidden
    assert found.label == "GET /docs"  # what is said may depend on the environment
