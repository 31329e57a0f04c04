"""What one path answers of another's requests, held against Starlette's own regular expressions."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.routing import compile_path

from fastlint.model.serving.matching import Index, below, escaping, shape, swallows

_TEXT = st.sampled_from(["a", "b", "1", "12", "x.json", "-", ".", "a1", "{a b}", "me", "f"])
_CONVERTOR = st.sampled_from(["", ":str", ":int", ":float", ":uuid", ":path"])


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A path of a few segments, some of them of several pieces."""
    written = ""
    for number in range(draw(st.integers(1, 3))):
        written += "/"
        for piece in range(draw(st.integers(0, 2))):
            if draw(st.booleans()):
                written += draw(_TEXT)
            else:
                written += f"{{n{number}{piece}{draw(_CONVERTOR)}}}"
    return written


def matches(path: str, request: str) -> bool:
    return compile_path(path)[0].match(request) is not None


def known(path: str) -> str:
    found = shape(path)
    assert found is not None
    return found


@given(paths(), paths(), st.data())
def test_what_is_swallowed_starlette_gives_to_the_first(
    wide: str, narrow: str, data: st.DataObject
) -> None:
    other = escaping(known(wide), known(narrow))
    assert swallows(known(wide), known(narrow)) == (other is None)
    if other is not None:
        assert matches(narrow, other)
        assert not matches(wide, other)
        return
    regex = re.compile(compile_path(narrow)[0].pattern, re.ASCII)
    request = data.draw(st.from_regex(regex, fullmatch=True, alphabet=st.characters(codec="ascii")))
    if "\n" not in request:  # `.` of a regular expression is no line's end
        assert matches(wide, request)


@given(st.lists(paths(), max_size=8))
@example(["/{first}/{rest:path}", "/{first}{rest:path}/"])
def test_the_index_finds_what_comparing_all_pairs_finds(every: list[str]) -> None:
    index: Index[str, str] = Index()
    for number, path in enumerate(every):
        before = dict.fromkeys(map(known, every[:number]))
        found = {item for _, item in index.swallowing(known(path))}
        assert found == {each for each in before if swallows(each, known(path))}
        index.add(known(path), ["GET"], known(path))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("/items/{id}", "/items/latest"),
        ("/items/{id}", "/items/{number:int}"),
        ("/items/{size:float}", "/items/{number:int}"),
        ("/files/{rest:path}", "/files/a/{b}/c"),
        ("/{name}.json", "/x.json"),
        ("/{rest:path}", "/"),
    ],
)
def test_swallows(wide: str, narrow: str) -> None:
    assert swallows(known(wide), known(narrow))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("/items/{number:int}", "/items/latest"),
        ("/items/{id}", "/items/{id}/parts"),
        ("/items/{id}", "/items/"),
        ("/items/{id}", "/items/{rest:path}"),
        ("/items/latest", "/items/{id}"),
        ("/{item-id}", "/a"),
    ],
)
def test_leaves_alone(wide: str, narrow: str) -> None:
    assert not swallows(known(wide), known(narrow))


def test_names_do_not_matter() -> None:
    assert shape("/items/{id}") == shape("/items/{item_id:str}")


@pytest.mark.parametrize("path", ["/{id}/{id}", "/{size:inches}"])
def test_what_starlette_refuses_has_no_shape(path: str) -> None:
    assert shape(path) is None
    with pytest.raises((AssertionError, ValueError)):
        compile_path(path)


def test_a_mount_answers_what_is_below_it() -> None:
    wide = below("/static/")
    assert wide is not None
    assert swallows(wide, known("/static/{name}"))
    assert swallows(wide, known("/static/"))
    assert not swallows(wide, known("/static"))
    everything = below("/")
    assert everything is not None
    assert swallows(everything, known("/"))


def test_of_the_same_requests_the_first_is_kept() -> None:
    index: Index[str, int] = Index()
    index.add(known("/a/{x}"), ["GET"], 1)
    index.add(known("/a/{y}"), ["GET", "POST"], 2)
    assert dict(index.swallowing(known("/a/b"))) == {"GET": 1, "POST": 2}
