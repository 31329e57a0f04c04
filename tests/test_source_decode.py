"""What text comes out of a file's bytes, and that the same bytes go back."""

from __future__ import annotations

import codecs

import pytest

from fastlint.source.decode import MAX_BYTES, decode, encode
from fastlint.source.file import SourceFile, Unreadable


def decoded(data: bytes) -> SourceFile:
    file = decode("app/main.py", data)
    assert isinstance(file, SourceFile), file
    return file


def refused(data: bytes) -> Unreadable:
    problem = decode("app/main.py", data)
    assert isinstance(problem, Unreadable), problem
    return problem


def test_utf8_is_the_default() -> None:
    file = decoded("é = 1\n".encode())
    assert (file.text, file.encoding, file.bom) == ("é = 1\n", "utf-8", False)


def test_an_empty_file_is_a_file() -> None:
    assert decoded(b"").lines == ("",)


def test_a_byte_order_mark_is_no_text_and_comes_back() -> None:
    file = decoded(codecs.BOM_UTF8 + b"x = 1\n")
    assert file.text == "x = 1\n"
    assert encode(file, "y = 1\n") == codecs.BOM_UTF8 + b"y = 1\n"


@pytest.mark.parametrize(
    "head",
    [
        b"# -*- coding: latin-1 -*-\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n",
        b"\n# coding=latin-1\n",
        b"#\r# coding: latin-1\r",
    ],
)
def test_a_declared_encoding_is_obeyed_and_written_back(head: bytes) -> None:
    data = head + b"x = '\xe9'\n"
    file = decoded(data)
    assert "é" in file.text
    assert encode(file, file.text) == data


@pytest.mark.parametrize("head", [b"x = 1\n# coding: latin-1\n", b"#\n#\n# coding: latin-1\n"])
def test_a_declaration_too_late_declares_nothing(head: bytes) -> None:
    assert "not valid UTF-8" in refused(head + b"'\xe9'\n").reason


def test_bytes_that_are_not_utf8_are_located() -> None:
    problem = refused("a = 1\r\né = '".encode() + b"\xe9'\n")
    assert problem.reason.startswith("byte 0xe9 is not valid UTF-8; save the file as UTF-8")
    assert (problem.line, problem.column) == (2, 6)


@pytest.mark.parametrize(
    "encoding", ["klingon", "zlib", "hex", "rot13", "punycode", "unicode_escape", "utf-16", "..os"]
)
def test_an_encoding_that_source_cannot_have_is_named(encoding: str) -> None:
    problem = refused(b"\n# coding: " + encoding.encode() + b"\nx = 1\n")
    assert repr(encoding) in problem.reason
    assert problem.line == 2


def test_a_byte_order_mark_contradicts_another_encoding() -> None:
    problem = refused(codecs.BOM_UTF8 + b"# coding: latin-1\n")
    assert "byte order mark" in problem.reason


def test_a_byte_order_mark_agrees_with_utf8_under_any_of_its_names() -> None:
    assert decoded(codecs.BOM_UTF8 + b"# coding: UTF8\n").bom
    assert encode(decoded(b"# coding: utf-8-sig\n"), "x\n") == b"x\n"


def test_utf16_is_said_to_be_utf16() -> None:
    assert "UTF-16" in refused("x = 1\n".encode("utf-16")).reason


def test_a_null_byte_is_located() -> None:
    problem = refused(b"x = 1\ny = '\0'\n")
    assert "null byte" in problem.reason
    assert (problem.line, problem.column) == (2, 6)


def test_a_file_of_20_mb_is_refused() -> None:
    problem = refused(b"x = 1\n" * 3_400_000)
    assert problem.reason == "it is too large (20.4 MB; the limit is 5 MB)"
    assert isinstance(decode("a.py", b"#" * MAX_BYTES), SourceFile)


@pytest.mark.parametrize(
    ("data", "newline"),
    [
        (b"a\nb\n", "\n"),
        (b"a\r\nb\r\n", "\r\n"),
        (b"a\rb\r", "\r"),
        (b"a\r\nb\r\nc\n", "\r\n"),
        (b"a\nb\nc\r\nd\r", "\n"),
        (b"a", "\n"),
    ],
)
def test_newlines_stay_as_they_are_and_the_usual_one_is_known(data: bytes, newline: str) -> None:
    file = decoded(data)
    assert file.newline == newline
    assert encode(file, file.text) == data


def test_only_python_newlines_end_a_line() -> None:
    file = decoded("a\x0cb\r\nc\u2028d\re\x0bf\n".encode())
    assert file.lines == ("a\x0cb", "c\u2028d", "e\x0bf", "")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_positions_and_offsets_are_inverse(newline: str) -> None:
    text = newline.join(["añb", "", "  c", ""])
    file = SourceFile("a.py", text)
    assert file.offset(3, 3) == text.index("c")
    assert file.position(text.index("c")) == (3, 3)
    assert file.position(len(text)) == (4, 1)
    assert [file.offset(*file.position(at)) for at in range(len(text) + 1)] == list(
        range(len(text) + 1)
    )
    assert file.slice(file.span(text.index("c"), len(text))) == "c" + newline


def test_a_line_that_is_not_there_has_no_offset() -> None:
    with pytest.raises(IndexError):
        SourceFile("a.py", "x\n").offset(4, 1)


def test_text_that_the_encoding_lacks_is_refused() -> None:
    file = decoded(b"# coding: latin-1\nx = 1\n")
    assert encode(file, "x = '\u20ac'") == r"iso8859-1 cannot express '€'"


def test_an_encoding_that_would_change_untouched_lines_is_not_written() -> None:
    data = b"# coding: iso2022-jp\nx = '\x1b$B\x1b(B'\n"  # a redundant shift that would get lost
    file = decoded(data)
    assert encode(file, file.text) == "iso2022_jp cannot write this file back exactly as it was"


def test_files_are_told_apart_by_their_bytes() -> None:
    assert decoded(b"x\n").digest != decoded(codecs.BOM_UTF8 + b"x\n").digest
