"""Every key and value of a TOML text is found where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from fastlint.config.places import places

Path = tuple[str | int, ...]


TEXTS = [
    "",
    "# only a comment",
    "a = 1",
    'a = "x # y" # z\nb = 2',
    "a.b.c = 1\na.d = 2",
    '"a.b" = 1\n\'c d\' = 2\n"\\u0061x" = 3',
    'a = [1, "x]", [2, 3], { b = "}" }] # c\n',
    'a = [\n  1, # one ]\n  2,\n]\nb = { c.d = 1, "e" = [2] }',
    'a = """\n[not.a.table]\n"quoted" \\""" """\nb = 2',
    'a = """"x"""""\nb = 2',
    "a = ''''x'''''\nb = 2",
    "a = ''\nb = \"\"\nc = ''''''\nd = \"\"\"\"\"\"",
    '[a]\nb = 1\n[a.c]\nd = 2\n[ e . "f" ]\ng = 3',
    "[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n[[a.e]]\nf = 4\n[[a.e]]\nf = 5",
    "a = 1979-05-27 07:32:00Z\nb = 07:32:00\nc = -1_000.5e+3\nd = inf",
    "a = [1979-05-27 07:32:00, 2]",
    '"ключ" = "значение"\n"😀" = [1]',
]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in a table that is no table or list itself."""
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    else:
        yield path, value
    for step, inner in steps:
        yield from leaves(inner, (*path, step))


def check(text: str) -> None:
    found = places(text)
    for path, value in leaves(tomli.loads(text)):
        start, end = found[path].value
        assert tomli.loads(f"value = {text[start:end]}")["value"] == value, path
        if isinstance(path[-1], str):
            start, end = found[path].key
            assert tomli.loads(f"{text[start:end]} = 0") == {path[-1]: 0}, path


@pytest.mark.parametrize("text", TEXTS)
def test_each_value_stands_where_it_is_said_to(text: str) -> None:
    check(text)


def test_tables_stand_at_their_headers() -> None:
    text = "[tool.fastlint.severity]\nx = 1\n[[tool.calls]]\n[[tool.calls]]"
    found = places(text)

    assert found["tool", "fastlint", "severity"].key == (15, 23)
    assert text[slice(*found["tool", "calls", 1].key)] == "calls"
    assert found["tool", "calls", 1].key.start > found["tool", "calls", 0].key.start


_SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
)
_KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=5)


def written(value: Any) -> str:
    """A value in one of the ways that TOML allows."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", # ]\n ".join(map(written, value)) + "\n]"
    if isinstance(value, dict):
        pairs = (f"{written(key)} = {written(each)}" for key, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value)


_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), _KEYS)
def test_whatever_a_text_holds_is_found(table: dict[str, Any], header: str) -> None:
    lines = [f"  {written(key)}  =  {written(value)} # = 0" for key, value in table.items()]
    check("\n".join([f"[{written(header)}.x] # [y]", *lines]))
