"""Whether a file says of itself that a program wrote it, so that nobody else should."""

from __future__ import annotations

import re

_HEAD = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*(?:[ \t\f]*#[^\r\n]*)?")
_SAID = re.compile(r"(?<![\w.])@generated\b|(?i:\bdo not edit\b)")


def says_hands_off(text: str) -> str:
    """By which words the comments above all code say so; empty where they do not.

    ``@generated`` and "do not edit" are what generators write, and what tools for other languages
    go by. That something was generated is no such word: it may have been the beginning only.
    """
    head = _HEAD.match(text)
    said = _SAID.search(head[0]) if head else None
    return said[0] if said else ""
