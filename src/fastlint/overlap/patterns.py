"""Paths as ruff's settings write them: ``*`` crosses folders, a plain name holds anywhere."""

from __future__ import annotations

import re
from functools import cache

_MOST_STARS = 8
"""With many more a pattern that is made for it takes for ever; none of them is taken seriously."""


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means the file at ``path`` (relative to the settings), or a folder of it.

    A pattern that is none matches nothing.
    """
    if pattern.count("*") > _MOST_STARS:
        return False
    parts = path.split("/")
    below = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    try:
        match = _compiled(pattern.removeprefix("./").rstrip("/")).fullmatch
    except re.error:
        return False
    return any(match(each) for each in below) or ("/" not in pattern and any(map(match, parts)))


def names_file(pattern: str, path: str) -> bool:
    """Whether a pattern of ``per-file-ignores`` means the file: its name, or its whole path."""
    plain = pattern.removeprefix("!")
    if pattern.count("*") > _MOST_STARS:
        return False
    try:
        match = _compiled(plain.removeprefix("./")).fullmatch
    except re.error:
        return False
    found = match(path) is not None or match(path.rpartition("/")[2]) is not None
    return found is (plain == pattern)


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    out = ""
    at = 0
    depth = 0
    while at < len(glob):
        rest = glob[at:]
        if rest.startswith("**/"):
            out, at = f"{out}(?:.*/)?", at + 3
        elif rest[0] in "*?":
            out, at = out + (".*" if rest[0] == "*" else "."), at + 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\")
            negated = inner[:1] in "!^"
            out += f"[{'^' if negated else ''}{inner[1:] if negated else inner}]"
            at += end + 1
        elif rest[0] == "{":
            out, at, depth = f"{out}(?:", at + 1, depth + 1
        elif depth and rest[0] in ",}":
            out, at = out + ("|" if rest[0] == "," else ")"), at + 1
            depth -= rest[0] == "}"
        else:
            out, at = out + re.escape(rest[0]), at + 1
    return re.compile(out, re.DOTALL)
