"""A session that each thread has for itself is not handed to another thread."""

from __future__ import annotations

import pytest

from fastlint.api import check_texts

APP = """
import asyncio
import time

from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

app = FastAPI()
make = sessionmaker(create_engine("sqlite://"))
Session = scoped_session(make)


def commit() -> None:
    Session.commit()


@app.post("/notes")
async def create_note() -> str:
    await ask()
    {call}
    return "done"


async def ask() -> None:
    await asyncio.sleep(0)
"""


@pytest.mark.parametrize("call", ["Session.commit()", "commit()"])
def test_only_what_is_the_same_in_every_thread_may_change_threads(call: str) -> None:
    found = check_texts({"main.py": APP.format(call=call)}).findings
    (blocked,) = (each for each in found if "commit` blocks the event loop" in each.message)
    assert blocked.fix is None


def test_other_calls_of_the_same_place_are_fixed() -> None:
    found = check_texts({"main.py": APP.format(call="time.sleep(1)")}).findings
    assert any(each.fix is not None for each in found)
