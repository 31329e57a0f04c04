"""What can be asked of encoded facts without decoding them."""

from __future__ import annotations

import pytest

from fastlint.facts import search, tree
from fastlint.facts.survey import survey
from fastlint.facts.tree import ModuleFacts


def function(body: str) -> tree.FunctionFacts:
    facts = survey(f"def f(): {body}\n")
    assert isinstance(facts, ModuleFacts)
    return facts.functions[0]


@pytest.mark.parametrize(
    "body",
    [
        "return FastAPI()",
        "return fastapi.FastAPI()",
        "return OfflineFastAPI()",
        "return FastAPIOffline()",
        "return AFastAPIWhoseNameIsLongerThanAByteTellsOfAText()",
        'app: "FastAPI" = make()',
    ],
)
def test_a_name_with_the_part_in_it_is_seen(body: str) -> None:
    assert search.names_like(function(body), b"FastAPI", b"APIRouter")


@pytest.mark.parametrize(
    "body", ["pass", 'log("the FastAPI app")', 'log("FastAPI is up")', "return fastapi()"]
)
def test_a_sentence_with_the_part_in_it_is_no_name(body: str) -> None:
    assert not search.names_like(function(body), b"FastAPI", b"APIRouter")
