"""Names as people read them: the words of ``hashed_password``, ``hashedPassword``, ``API-Key``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, whether it is snake, camel or kebab; numbers are words."""
    return tuple(word.lower() for word in _WORD.findall(name.replace("OAuth", "Oauth")))


class Phrases:
    """Sequences of words, looked for at the end of a name, where English has what a thing is.

    ``user_password`` ends with ``password``; ``password_reset_url`` does not.
    """

    def __init__(self, phrases: Iterable[str], tails: Iterable[str] = ()) -> None:
        """``tails`` are words that may follow without a change of meaning, as may numbers."""
        # An acronym may be written as one word or, in camel case, as several.
        self._phrases = sorted({tuple(phrase.split()) for phrase in phrases}, key=len, reverse=True)
        self._tails = frozenset(tails)

    def end_of(self, name: str) -> tuple[str, ...] | None:
        """What a name has in front of the longest phrase that it ends with; None where it has none.

        An empty tuple means that the name is the phrase itself.
        """
        found = words(name)
        while found and (found[-1].isdigit() or found[-1] in self._tails):
            if self._head(found) is not None:
                break
            found = found[:-1]
        return self._head(found)

    def _head(self, name: tuple[str, ...]) -> tuple[str, ...] | None:
        for phrase in self._phrases:
            if name[len(name) - len(phrase) :] == phrase and len(name) >= len(phrase):
                return name[: len(name) - len(phrase)]
        return None
