"""What a finding is recognised by in a later version of the code."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.findings import Finding
    from fastlint.report.options import Sources
    from fastlint.source.file import SourceFile

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_FALLEN_OUT = pow(_BASE, _WINDOW, _MASK + 1)
_END_OF_FILE = 0xFFFF


def line_hashes(file: SourceFile) -> list[str]:
    """GitHub's ``primaryLocationLineHash`` of every line of a file.

    This is the hash that GitHub's own upload action computes, and it warns where it gets another:
    a polynomial (base 37, modulo 2**64) over the next hundred UTF-16 units from the start of the
    line, not counting spaces and tabs, with every newline as LF, the end of the file as 65535 and
    zeros after it; then ``:n`` for the n-th line of the file with that hash.
    """
    units: list[int] = []
    starts: list[int] = []
    for line in _as_github_reads(file).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        starts.append(len(units))
        units += _units(line.replace(" ", "").replace("\t", ""))
        units.append(0x0A)
    units[-1] = _END_OF_FILE
    units += [0] * _WINDOW

    def append(hashed: int, unit: int) -> int:
        return (hashed * _BASE + unit) & _MASK

    # hashed[i] is the polynomial over all units before i: that of a window is a difference of two.
    hashed = list(accumulate(units, append, initial=0))
    seen: Counter[int] = Counter()
    result: list[str] = []
    for start in starts:
        window = (hashed[start + _WINDOW] - hashed[start] * _FALLEN_OUT) & _MASK
        seen[window] += 1
        result.append(f"{window:x}:{seen[window]}")
    return result


def _as_github_reads(file: SourceFile) -> str:
    """The text as its bytes read in UTF-8, whatever encoding the file declares."""
    if file.encoding.lower().replace("_", "-") in {"utf-8", "utf-8-sig", "ascii", "us-ascii"}:
        return "\ufeff" + file.text if file.bom else file.text
    return file.text.encode(file.encoding, "replace").decode("utf-8", "replace")


def _units(text: str) -> Sequence[int]:
    """The UTF-16 units of a text."""
    if text.isascii():
        return text.encode()
    encoded = text.encode("utf-16-le", "surrogatepass")
    return struct.unpack(f"<{len(encoded) // 2}H", encoded)


def identities(findings: Sequence[Finding], sources: Sources) -> Iterator[str]:
    """A key for each finding: its rule, its file and the code at its span, not its line number.

    The second finding with the same key counts as another one, so all keys of a report differ.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        file = sources(finding.span.path)
        snippet = "" if file is None else _snippet(file, finding)
        known_by = "\0".join(
            (finding.code, finding.span.path, " ".join(snippet.split()) or finding.message)
        )
        seen[known_by] += 1
        key = f"{known_by}\0{seen[known_by]}".encode(errors="surrogatepass")
        yield blake2b(key, digest_size=16).hexdigest()


def _snippet(file: SourceFile, finding: Finding) -> str:
    """The whole lines of the span: what is around it tells two calls of the same function apart."""
    return "\n".join(file.lines[finding.span.line - 1 : finding.span.end_line])
