"""Which names say that something is a secret."""

from __future__ import annotations

import re
from functools import cache

from fastlint.model.reading.words import words
from fastlint.model.security.secret_tables import names_of, phrases

_HINT = re.compile(r"pass|pwd|secret|token|key|salt|pepper|auth|credential", re.IGNORECASE)


@cache
def kind_of_name(name: str) -> str | None:
    """Whether a thing of that name is a secret: ``signing``, ``credential``, ``ambiguous``."""
    if not _HINT.search(name):
        return None
    if is_public(name):
        return None
    not_one = names_of("not_one")
    for kind in ("signing", "credential", "ambiguous"):
        head = phrases(kind).end_of(name)
        if head is not None:
            return None if not_one.intersection(words(name)) else kind
    return None


def is_public(name: str) -> bool:
    """Whether the name says that everybody may have it: ``public_key``."""
    return phrases("public").end_of(name) is not None


@cache
def sent_as_credential(name: str) -> bool:
    """Whether a parameter of that name asks for what nobody else may read."""
    if names_of("not_one").intersection(words(name)):
        return False
    return phrases("sent").end_of(name) is not None
