"""What comments say of functions: ``# fastlint: blocking`` and ``# fastlint: nonblocking``."""

from __future__ import annotations

import io
import re
import tokenize
from typing import Literal

Mark = Literal["", "blocking", "nonblocking"]
_MARK = re.compile(r"#\s*fastlint:\s*(blocking|nonblocking)\b(?!-)", re.IGNORECASE)


def marks(text: str) -> dict[int, Mark]:
    """The lines with such a comment. One that is alone on its line speaks of what stands below it.

    What stands in a string is no comment.
    """
    if "fastlint:" not in text or _MARK.search(text) is None:
        return {}
    found: dict[int, Mark] = {}
    alone: dict[int, Mark] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            line = token.start[0]
            if token.type == tokenize.COMMENT and (match := _MARK.match(token.string)):
                mark: Mark = "blocking" if match[1].lower() == "blocking" else "nonblocking"
                is_alone = not token.line[: token.start[1]].strip()
                (alone if is_alone else found)[line] = mark
            elif alone and token.type not in _LAYOUT:
                found[line] = next(reversed(alone.values()))
                alone.clear()
    except (tokenize.TokenError, SyntaxError):
        pass  # what was read so far holds
    return found


_LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE)
