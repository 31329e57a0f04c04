"""From bytes to text and back by Python's own rules (PEP 263), for files nobody vouches for."""

from __future__ import annotations

import codecs
import re

from fastlint.source.file import SourceFile, Unreadable

MAX_BYTES = 5_000_000
"""Larger files are data in Python's clothes; parsing one would cost more than the whole project."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#|$)")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ASCII = b"\\n" + bytes(range(32, 127)).replace(b"\\", b"") + b"\t\f\r\n"


def decode(path: str, data: bytes) -> SourceFile | Unreadable:
    """The file of these bytes, or one sentence on why Python could not read it either."""
    if len(data) > MAX_BYTES:
        return too_large(path, len(data))
    if data.startswith(_UTF16_BOMS):
        return Unreadable(path, "it is UTF-16, which Python does not read; save it as UTF-8")
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    null = body.find(b"\0")
    if null >= 0:
        line, column = _position(body, null, "latin-1")
        return Unreadable(path, "it contains a null byte, which Python refuses", line, column)
    encoding = "utf-8"
    cookie = _cookie(body)
    if cookie is not None:
        declared, line = cookie
        known = _source_encoding(declared)
        if known is None:
            reason = f"it declares the encoding {declared!r}, which Python cannot read source in"
            return Unreadable(path, reason, line)
        if bom and known != "utf-8":
            reason = f"it has a UTF-8 byte order mark but declares the encoding {declared!r}"
            return Unreadable(path, reason, line)
        encoding = known
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = _position(body, error.start, encoding)
        reason = f"byte 0x{body[error.start]:02x} is not valid {encoding.upper()}"
        if cookie is None:
            reason += "; save the file as UTF-8, or declare its encoding in the first line"
        return Unreadable(path, reason, line, column)
    return SourceFile(path, text, encoding, bom, _dominant_newline(text), digest(data))


def encode(file: SourceFile, text: str) -> bytes | str:
    """``text`` as ``file`` is written on disk, or one clause on why it cannot be."""
    prefix = codecs.BOM_UTF8 if file.bom else b""
    try:
        # Some encodings spell one text in several ways (ISO-2022, cp932). Where the old text would
        # not come out as it was, lines that nobody touched would change.
        if file.encoding != "utf-8" and digest(file.text.encode(file.encoding)) != file.digest:
            return f"{file.encoding} cannot write this file back exactly as it was"
        return prefix + text.encode(file.encoding)
    except UnicodeEncodeError as error:
        return f"{file.encoding} cannot express {text[error.start : error.start + 1]!r}"


def digest(data: bytes) -> str:
    """The digest by which files are told apart (`SourceFile.digest`)."""
    # hashlib loads OpenSSL for this, which takes a tenth of the time of an unchanged run.
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    return blake2b(data, digest_size=16).hexdigest()


def too_large(path: str, size: int, limit: int = MAX_BYTES) -> Unreadable:
    """The refusal of a file of ``size`` bytes."""
    megabytes = f"{size / 1_000_000:.1f} MB"
    return Unreadable(path, f"it is too large ({megabytes}; the limit is {limit // 10**6} MB)")


def _cookie(body: bytes) -> tuple[str, int] | None:
    """The declared encoding and its line: on the first line, or the second after a comment."""
    for line, content in enumerate(_NEWLINE.split(body[:1000], maxsplit=2)[:2], start=1):
        match = _COOKIE.match(content)
        if match:
            return match[1].decode("ascii", "replace"), line
        if not _BLANK_OR_COMMENT.match(content):
            return None
    return None


def _source_encoding(declared: str) -> str | None:
    """The codec's canonical name, or None where Python source cannot be written in it.

    bytes.decode knows only text encodings, so nothing is decompressed here; those that do not
    contain ASCII (UTF-16, punycode, unicode_escape) no Python tokenizer could read.
    """
    try:
        if _ASCII.decode(declared) != _ASCII.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    name = codecs.lookup(declared).name
    return "utf-8" if name == "utf-8-sig" else name


def _position(body: bytes, offset: int, encoding: str) -> tuple[int, int]:
    """The 1-based line and column in characters of a byte whose line is valid up to there."""
    lines = _NEWLINE.split(body[:offset])
    return len(lines), len(lines[-1].decode(encoding, "replace")) + 1


def _dominant_newline(text: str) -> str:
    if "\r" not in text:
        return "\n"
    both = text.count("\r\n")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    return max(counts, key=counts.__getitem__)
