"""What can be asked of encoded facts without decoding them."""

from __future__ import annotations

import msgspec
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


EVERYTHING = """
import os.path, urllib.parse as parse
from ..store.cache import Cache as Kept
from .all import *
async def first(a: "Text", /, b=1, *rest, key: int = 2, **others) -> Given:
    global shared, counted
    with opened() as stream: stream.write(f"{value!r:>{width}} piece")
    for each.place, other in pairs: yield {"field": other, **more}
    try: raise Wrong("why") from cause
    except (ValueError, Lost) as caught: del caught.note
    match subject:
        case Point(x=0, y=found) | [found, *tail] if found: pass
        case {"name": named, **left}: lambda arg, *, opt=b"raw": (arg, 1j, 2**70)
class Outer(Base, metaclass=Meta):
    @decorated(by=name)
    def inner(self): return [n for n in numbers if (kept := n)]
    size: Final[int] = ... ; total += -1
    TOKEN = "a-long-token-that-could-be-one"
client(url="https://host.example", headers={"X-Api-Key": "another-long-one"})
"""
KINDS = {
    "", "r", "+", "-", "**", "|", "...", "bytes", "complex", "int", "list", "tuple", "set",
    "ordinary", "positional-only", "keyword-only", "*args", "**kwargs", "global", "pass",
    "assigned", "keyword", "key", "argument",
}  # fmt: skip
"""What nodes say of themselves, which stands in no file."""


def facts_of(text: str) -> ModuleFacts:
    facts = survey(text)
    assert isinstance(facts, ModuleFacts)
    return facts


def strings(node: object) -> set[str]:
    if isinstance(node, str):
        return {node}
    return set().union(*map(strings, node)) if isinstance(node, list) else set()


def test_every_name_and_text_of_a_file_is_in_its_vocabulary() -> None:
    facts = facts_of(EVERYTHING)
    vocabulary = search.Vocabulary(facts)
    written = strings(msgspec.msgpack.decode(tree.encode(facts))) - KINDS
    assert {"urllib.parse", "Text", "Outer.inner", "tail", "X-Api-Key", "raw"} <= written
    missing = [word for word in written if not vocabulary.has(search.spelled(word))]
    assert missing == []


def test_a_vocabulary_has_names_as_a_whole_and_parts_of_them() -> None:
    vocabulary = search.Vocabulary(facts_of("OfflineFastAPI(router, url='/one two')"))
    assert vocabulary.has(b"FastAPI")
    assert vocabulary.has(b"/one")
    assert vocabulary.has(search.spelled("absent"), search.spelled("router"))
    assert not vocabulary.has(search.spelled("FastAPI"), search.spelled("rout"), b"absent")
    longer = "a_name_that_is_longer_than_a_byte_tells"
    assert search.Vocabulary(facts_of(longer)).has(search.spelled(longer))
