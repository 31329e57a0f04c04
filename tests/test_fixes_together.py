"""Fixes of several rules in one function: what is left can be run."""

from __future__ import annotations

from textwrap import dedent

import pytest

from fastlint.api import fix_texts

MISSING_AWAIT = """
    from urllib.request import urlopen

    from fastapi import FastAPI, Request

    app = FastAPI()


    @app.post("/a")
    async def a(request: Request) -> int:
        body = request.json()
        return urlopen("http://example.com").status
"""
SHARED_HELPER = """
    from urllib.request import urlopen

    from fastapi import FastAPI

    app = FastAPI()


    def info() -> int:
        return urlopen("http://example.com").status


    @app.get("/a")
    async def a() -> dict[str, int]:
        return {"a": info(), "b": urlopen("http://example.com").status}


    @app.get("/b")
    async def b() -> int:
        return info()
"""


@pytest.mark.parametrize(
    ("code", "awaited"),
    [
        (MISSING_AWAIT, "body = await request.json()"),
        (SHARED_HELPER, '"a": await run_in_threadpool(info)'),
    ],
    ids=["a missing await", "a helper of several handlers"],
)
def test_what_is_to_be_awaited_stays_in_an_async_def(code: str, awaited: str) -> None:
    text = fix_texts({"main.py": dedent(code)}, unsafe=True).files["main.py"]
    compile(text, "main.py", "exec")
    assert awaited in text
    assert "async def a(" in text
