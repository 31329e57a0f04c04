"""What becomes of ``regex=`` when it is called ``pattern=``, as pydantic itself has it."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel, Field, create_model
from pydantic_core import SchemaError, ValidationError

from fastlint.model.shapes.patterns import fate

PROBES = ("a", "b", "xa", "xb", "ax", "aa", "bb", "a|b", "x|b", "-a", "", "(a", "x(a")


def _model(pattern: str) -> type[BaseModel]:
    return create_model("Model", a=(str, Field(pattern=pattern)))


def _takes(model: type[BaseModel], text: str) -> bool:
    try:
        model(a=text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "pattern",
    ["^a", "^a|^b", "^(a|b)$", r"\Aa", "^[a|b]", r"^a\|b", "^(?:a|b)", r"^\(a", r"^\\|^a", "^[(]a"],
)
def test_what_is_the_same_takes_what_python_matched(pattern: str) -> None:
    assert fate(pattern) == "the same"
    model = _model(pattern)
    assert all(_takes(model, text) == bool(re.match(pattern, text)) for text in PROBES)


@pytest.mark.parametrize("pattern", ["a", "a|b", "^a|b", "(a|b)$", "[^b]$"])
def test_what_is_wider_takes_more(pattern: str) -> None:
    assert fate(pattern) == "wider"
    model = _model(pattern)
    assert any(_takes(model, text) and not re.match(pattern, text) for text in PROBES)


@pytest.mark.parametrize(
    "pattern", ["^(?!-)a", "^(?=a)a", "(?<!x)a", "(?<=x)a", r"^(a)\1", r"^(?P<n>a)(?P=n)", r"^a\Z"]
)
def test_what_is_refused_makes_no_model(pattern: str) -> None:
    assert fate(pattern) == "refused"
    with pytest.raises(SchemaError):
        _model(pattern)


@pytest.mark.parametrize("pattern", [r"^\\1", "^[(?=]a", r"^(?P<name>a)", "^(?i:a)"])
def test_what_only_looks_like_it_is_not_refused(pattern: str) -> None:
    assert fate(pattern) == "the same"
    assert _model(pattern)
