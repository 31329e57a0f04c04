"""Comparisons of secrets, as the fix writes them: what may be None must not be encoded."""

from __future__ import annotations

import pytest

from fastlint.api import check_texts
from fastlint.config.settings import Settings
from fastlint.fixes.apply import apply_edits

APP = """
import os
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Security
from fastapi.security import APIKeyHeader
from pydantic_settings import BaseSettings

from elsewhere import config


class Settings(BaseSettings):
    token: str
    old_token: str | None = None


API_KEY = os.environ["API_KEY"]
OLD_API_KEY = os.getenv("OLD_API_KEY")
settings = Settings()
scheme = APIKeyHeader(name="X-Key", auto_error=False)
app = FastAPI()


@app.get("/")
def read(
    given: str,
    key: Annotated[str, Security(scheme)],
    header: str | None = Header(None),
):
    {}
"""


WIDE = Settings(select=("FLT214",), line_length=200)


def fixed(body: str) -> list[str]:
    """The body as it is after the fixes; the reasons where there are none."""
    text = APP.format(body)
    found = check_texts({"main.py": text}, WIDE).findings
    assert found
    edits = [edit for each in found if each.fix for edit in each.fix.edits]
    if not edits:
        return [each.withheld for each in found]
    after = apply_edits(text, tuple(dict.fromkeys(edits)))
    return [
        after.rpartition("\n):\n    ")[2].rstrip("\n").replace("secrets.compare_digest", "same")
    ]


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("return given == API_KEY", "return same(given.encode(), API_KEY.encode())"),
        ("return given == settings.token", "return same(given.encode(), settings.token.encode())"),
        (
            "return key == API_KEY",
            "return key is not None and same(key.encode(), API_KEY.encode())",
        ),
        (
            "return header != API_KEY",
            "return header is None or not same(header.encode(), API_KEY.encode())",
        ),
        (
            "return given == settings.old_token",
            "return settings.old_token is not None"
            " and same(given.encode(), settings.old_token.encode())",
        ),
        (
            "return key == OLD_API_KEY",
            "return key is not None and OLD_API_KEY is not None"
            " and same(key.encode(), OLD_API_KEY.encode())",
        ),
        (
            "return given != 'a' and key != API_KEY",
            "return given != 'a' and (key is None or not same(key.encode(), API_KEY.encode()))",
        ),
        (
            "return not key == API_KEY",
            "return not (key is not None and same(key.encode(), API_KEY.encode()))",
        ),
    ],
)
def test_what_may_be_none_is_asked_for_it(body: str, after: str) -> None:
    assert fixed(body) == [after]


@pytest.mark.parametrize(
    "body",
    [
        "if not key:\n        return 1\n    return {}",
        "if key is None or header is None:\n        return 1\n    return {}",
        "if key:\n        return {}",
        "return key is not None and {}",
        "return {} if key else 0",
        "assert key\n    return {}",
        "try:\n        assert key\n        return {}\n    except ValueError:\n        return 0",
    ],
)
def test_what_was_tested_is_not_asked_again(body: str) -> None:
    after = "same(key.encode(), API_KEY.encode())"
    assert fixed(body.format("key == API_KEY")) == [body.format(after)]


@pytest.mark.parametrize(
    "body",
    [
        "if key:\n        print(key)\n    return {}",
        "if not key:\n        return {}",
        "return key or {}",
        "try:\n        assert key\n    except AssertionError:\n        return {}",
    ],
)
def test_another_test_says_nothing(body: str) -> None:
    after = "key is not None and same(key.encode(), API_KEY.encode())"
    assert fixed(body.format("key == API_KEY")) == [body.format(after)]


@pytest.mark.parametrize("secret", ["config.api_key", "os.getenv('API_KEY')"])
def test_what_is_not_known_is_left_to_people(secret: str) -> None:
    assert fixed(f"return given == {secret}") == [
        "one of the two may be None, which has no `encode`"
    ]
