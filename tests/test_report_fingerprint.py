"""Findings are recognised again: by GitHub's own hash of a line, and by our own key."""

from __future__ import annotations

import pytest
from reportcases import finding, sources

from fastlint.findings import Span
from fastlint.report.fingerprint import identities, line_hashes
from fastlint.source.file import SourceFile

LAST = "c129715d7a2bc9a3:1"
"""Of an empty last line; every file that ends with a newline has one."""

HANDLER = [
    "19e1eb80ea91756f:1",
    "bcf58ca9170d89b7:1",
    "575d2e6a55d45509:1",
    "a8578f58688fb7e3:1",
    "c6db0349aea5d11:1",
    LAST,
]


# What GitHub's upload action (2026-06) computes for files with these bytes.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [LAST]),
        ("x = 1", ["d38b34bb229aa761:1"]),
        ("import time\n\n\nasync def read():\n    time.sleep(1)\n", HANDLER),
        ("import time\r\n\r\n\r\nasync def read():\r\n    time.sleep(1)\r\n", HANDLER),
        ("import time\r\r\rasync def read():\r\ttime.sleep( 1 )\r", HANDLER),
        ('name = "é選😀"\nother = 2\n', ["a169d6c1c1328bc:1", "32679dd190d9812a:1", LAST]),
    ],
    ids=["empty", "one line", "LF", "CRLF", "CR and other spaces", "beyond ASCII"],
)
def test_lines_hash_as_github_hashes_them(text: str, expected: list[str]) -> None:
    assert line_hashes(SourceFile("a.py", text)) == expected


def test_equal_lines_are_numbered() -> None:
    hashes = line_hashes(SourceFile("a.py", "    pass\n" * 30))
    assert hashes[:11] == [f"ce93db9bf14334ac:{number}" for number in range(1, 12)]
    assert hashes[11] == "ce93dbb87d4741ea:1"
    assert hashes[-2:] == ["d9ebd24fce30bc54:1", LAST]


def test_the_hash_is_of_the_bytes_on_disk() -> None:
    bom = SourceFile("a.py", "import os\nprint(os)\n", bom=True)
    assert line_hashes(bom) == ["84d791e25daf12f7:1", "55e0f013b39a3291:1", LAST]
    latin = SourceFile("a.py", '# coding: latin-1\nname = "é"\n', encoding="latin-1")
    assert line_hashes(latin) == ["d3c837d8b99989d9:1", "98d5f1cce6756f4c:1", LAST]


def _keys(text: str, *lines: int, code: str = "FLT101") -> list[str]:
    found = [finding(Span("a.py", line, 1, line, 2), code=code) for line in lines]
    return list(identities(found, sources({"a.py": text})))


def test_a_finding_keeps_its_key_when_its_line_moves_or_is_indented() -> None:
    assert _keys("x = call()\n", 1) == _keys("import os\n\nif os:\n    x  =  call()\n", 4)


def test_other_code_another_rule_and_a_repetition_have_other_keys() -> None:
    text = "x = call()\ny = call()\nx = call()\n"
    keys = {*_keys(text, 1, 2, 3), *_keys(text, 1, code="FLT201")}
    assert len(keys) == 4


def test_without_its_source_a_finding_still_has_a_key() -> None:
    found = [finding(Span("gone\udcff.py", 1, 1, 1, 2), message) for message in ("one", "two")]
    assert len(set(identities(found, sources({})))) == 2
