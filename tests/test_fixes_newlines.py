"""Newlines of several kinds in one file: fixes leave those that are there, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from clicases import project, run

from fastlint.fixes.newlines import as_around, deleted_from

HEAD = b"from fastapi import Depends, FastAPI\r\n\r\napp = FastAPI()\r\n\r\n\r\n"
GET = b"def get_db() -> int:\n    return 1\n\n\n"
BARE = b'@app.get("/a")\ndef read(db: int = Depends(get_db), n: int = 3) -> int:\n    return db\n'
ANNOTATED = (
    b'@app.get("/a")\n'
    b"def read(db: Annotated[int, Depends(get_db)], n: int = 3) -> int:\n"
    b"    return db\n"
)


def fixed(root: Path, data: bytes) -> bytes:
    """What `--fix --unsafe-fixes` makes of a file."""
    project(root, {"main.py": data})
    assert run("check", "--fix", "--unsafe-fixes", "--no-cache", "--quiet", cwd=root).code == 0
    return (root / "main.py").read_bytes()


def test_each_part_of_a_file_keeps_its_newlines(tmp_path: Path) -> None:
    after = b"from typing import Annotated\r\n\r\n" + HEAD + GET + ANNOTATED
    assert fixed(tmp_path, HEAD + GET + BARE) == after


def test_what_most_lines_have_is_no_rule(tmp_path: Path) -> None:
    many = b"# one more\n" * 50
    after = b"from typing import Annotated\r\n\r\n" + HEAD + GET + ANNOTATED + many
    assert fixed(tmp_path, HEAD + GET + BARE + many) == after


def test_a_header_is_broken_with_the_newline_that_it_ends_with(tmp_path: Path) -> None:
    long = b"def read(db: int = Depends(get_db), number: int = 3, another_number: int = 4) -> int:"
    text = HEAD + GET + b'@app.get("/a")\n' + long + b"\r\n    return db\n"
    broken = (
        b"def read(\r\n    db: Annotated[int, Depends(get_db)],\r\n"
        b"    number: int = 3,\r\n    another_number: int = 4,\r\n) -> int:\r\n"
    )
    assert fixed(tmp_path, text).endswith(b'@app.get("/a")\n' + broken + b"    return db\n")


def test_lines_that_go_take_their_own_newline_along(tmp_path: Path) -> None:
    bare = b'@app.delete("/a", status_code=204)\ndef drop():\n    print()\r\n    return {"a": 1}\n'
    assert fixed(tmp_path, HEAD + bare).endswith(b"def drop():\n    print()\r\n")


def test_rows_of_what_is_written_anew_keep_theirs() -> None:
    old = "(\n    a,\r\n    b,\n    c,\r\n)"
    assert as_around(old, 0, len(old), "(\n    a,\n    B,\n    c,\n)") == (
        "(\n    a,\r\n    B,\r\n    c,\r\n)"
    )


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        ("a\r\nb\n", 3, "x\r\n"),
        ("a\r\nb\n", 4, "x\n"),
        ("a\r\nb\n", 5, "x\n"),
        ("a\rb\n", 0, "x\r"),
        ("a\r\nb", 4, "x\r\n"),
        ("a", 1, "x\n"),
        ("", 0, "x\n"),
    ],
)
def test_a_new_line_ends_as_those_around_it(text: str, start: int, wanted: str) -> None:
    assert as_around(text, start, start, "x\n") == wanted


def test_of_two_equal_ends_that_goes_whose_line_goes() -> None:
    text = "f(\n    a,\r\n    b,\n)\n"
    start, end = text.index(",\r"), text.index(",\n")
    start, end = deleted_from(text, start, end)
    assert text[:start] + text[end:] == "f(\n    a,\r\n)\n"
    assert deleted_from("a\nb\n", 1, 3) == (1, 3)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"", b"\r\n", b"\n"])
def test_marks_form_feeds_and_the_end_of_a_file_stay(
    tmp_path: Path, mark: bytes, end: bytes
) -> None:
    last = b'@app.get("/b")\r\ndef other() -> int:\r\n\treturn 1  # \xe2\x80\xa8 \xc3\xa9'
    text = mark + HEAD + b"\x0c\n" + GET + BARE + b"\x0c\r\n" + last + end
    after = HEAD + b"\x0c\n" + GET + ANNOTATED + b"\x0c\r\n" + last + end
    assert fixed(tmp_path, text) == mark + b"from typing import Annotated\r\n\r\n" + after


def test_what_an_encoding_declares_is_what_is_written(tmp_path: Path) -> None:
    cookie = b"# -*- coding: cp1252 -*-\r\n"
    text = cookie + HEAD + GET + BARE + b"# \x80 \xe9\n"
    after = HEAD + GET + ANNOTATED + b"# \x80 \xe9\n"
    assert fixed(tmp_path, text) == cookie + b"from typing import Annotated\r\n\r\n" + after


def test_a_comment_that_a_lone_return_ends_is_read_as_far_as_that(tmp_path: Path) -> None:
    lines = (
        "from fastapi import FastAPI\r\rapp = FastAPI()\r\r\r# fastlint: blocking\r"
        "def render(page: str) -> str:\r    return page\r\r\r"
        '@app.get("/{page}")\rasync def read(page: str) -> str:\r    return render(page)\r'
    )
    assert fixed(tmp_path, lines.encode()) == lines.replace("async def", "def").encode()
