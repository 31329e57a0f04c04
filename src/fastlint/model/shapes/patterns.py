r"""What becomes of a regular expression that pydantic 1 matched and pydantic 2 searches for.

Pydantic 1 gave ``regex=`` to Python's `re.match`, so that a text had to begin with it.
``pattern=`` is searched for anywhere, by an engine written in Rust, which refuses looks ahead and
behind, references to groups, and ``\Z`` when the model is made.
"""

from __future__ import annotations

import re
from typing import Literal

Fate = Literal["the same", "wider", "refused"]

_REFUSED = re.compile(r"\(\?(?:<?[=!]|P=|\(|>)|\\[1-9]|\\Z")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)


def fate(pattern: str) -> Fate:
    """Whether ``pattern=`` takes the same texts as ``regex=`` did, more of them, or is refused."""
    if _REFUSED.search(re.sub(r"\\\\|\[\^?\]?(?:\\.|[^\]\\])*\]", "", pattern)):
        return "refused"
    anchored = all(each.startswith(("^", r"\A")) for each in _alternatives(pattern))
    return "the same" if anchored else "wider"


def _alternatives(pattern: str) -> list[str]:
    """What stands between the ``|`` that are in no group."""
    found, depth, start = [], 0, 0
    for piece in _PIECE.finditer(pattern):
        text = piece[0]
        depth += (text == "(") - (text == ")")
        if text == "|" and depth == 0:
            found.append(pattern[start : piece.start()])
            start = piece.end()
    return [*found, pattern[start:]]
