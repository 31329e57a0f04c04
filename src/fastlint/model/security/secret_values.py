"""What a text looks like: a secret of a known form, random, a placeholder, a name."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from fastlint.model.reading.words import words
from fastlint.model.security.secret_tables import (
    algorithms,
    formats,
    marker,
    placeholders,
    published,
)

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://(?P<user>[^\s:/@]*):(?P<password>[^\s/@]+)@(?P<host>[^\s/]*)"
)
_NO_SECRET = re.compile(
    r"""
    ^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$             # the name of an environment variable
    | ^(?:arn|vault|ssm|env|ref|file|key|name|id|kms):   # where to find it
    | ^[A-Za-z_]\w*(?:[.:/][A-Za-z_]\w*)+$      # a dotted path, a key of a translation
    | ^[~.]{0,2}/ | ^[A-Za-z]:\\                # a path
    | ^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-config(?:map)?$    # what a cluster calls its configuration
    | ://                                       # an address
    | \.(?:pem|key|crt|cer|txt|json|ya?ml|toml|ini|env|py|html?|css|js|md|log|db|sqlite)$
    | [{}\s] | %\( | %s | \$\( | [()\[\]|\\^;,]  # a template, a pattern, a list, code
    | ^\$\w+\$ | ^[\w.]+@[\w-]+\.\w+$           # the hash of a password; a mail address
    | ^\d[\d.:TZ+-]*$                           # a number, a date, a version
    | ^(?:phc_|pk_(?:live|test)_|pk\.eyJ)       # PostHog, Stripe, Mapbox: every browser is given it
    | [^\x00-\x7f]                              # what is written for people
    """,
    re.VERBOSE,
)
_MADE_UP = re.compile(r"(?:p[a4@][s$5]{2}w[o0]rd|secret)[\d!?#$._-]*")
"""``Password123!``, ``Pa$$w0rd``: what everybody writes who has to write something."""
_SEPARATOR = re.compile(r"[-_./:+ ]")
_NUMBERED = re.compile(r"[A-Za-z]*\d{1,2}")
LONG = 20
"""Characters; what is shorter may be random by accident."""
_LONG_RUN = 6
_NUMBER = 3
"""Digits in a row that are more than a count."""
_RANDOM_BITS = 3.2
"""Shannon entropy of one character, in bits: words of English lie below, random text above."""
_VARIED_BITS = 2.0


def told_by_form(value: str) -> tuple[str, str] | None:
    """The kind of a secret, and whose it is, that its form gives away."""
    if len(value) >= LONG and marker().search(value) and not is_placeholder(value):
        for what, pattern in formats():
            match = pattern.search(value)
            if match and is_random(match["body"]):
                return "format", what
    if "://" in value and "@" in value:
        match = _ADDRESS.search(value)
        if match and not _is_stand_in(match):
            return "address", ""
    return None


def is_placeholder(value: str) -> bool:
    """Whether a value only keeps the place of the secret that belongs there."""
    lower = value.lower()
    return (
        lower in placeholders("whole")
        or any(part in lower for part in placeholders("parts"))
        or any(sample in value for sample in published())
        or not placeholders("words").isdisjoint(words(value))
        or _MADE_UP.fullmatch(lower) is not None
        or _is_run(lower)
    )


def _is_run(value: str) -> bool:
    """``abcdef123456``: nothing but letters and digits in their order."""
    steps = [ord(after) - ord(before) for before, after in pairwise(value)]
    return len(value) >= _LONG_RUN and len(steps) - steps.count(1) <= len(value) // _LONG_RUN


def _is_stand_in(address: re.Match[str]) -> bool:
    """Whether the password of an address is a template's, a sample's or its user's own name.

    Where it is made of what no address has, as a pattern for addresses is, it is none either.
    """
    password, host = address["password"], address["host"].lower()
    return (
        bool(re.search(r"[][{}$<>%*^|\\]|\.\.\.|[^\x00-\x7f]", password + address["user"]))
        or password in (address["user"], f"{address['user']}password")
        or is_placeholder(password)
        or host.startswith(("example.", "host")) or ".example" in host or "example." in host
    )  # fmt: skip


def is_name_or_place(value: str, name: str) -> bool:
    """Whether a value says what the secret of that ``name`` is called, or where to find it."""
    return bool(_NO_SECRET.search(value)) or _is_label(value, name) or _is_route_to(value)


def _is_label(value: str, name: str) -> bool:
    """Whether a value says what the secret is called, not what it is."""
    said = words(value)
    known = placeholders("labels").union(words(name))
    joined = "".join(words(name))
    spoken = [word for word in said if not (word.isdigit() and len(word) < _NUMBER)]
    singular = [word.removesuffix("s") for word in spoken]
    is_known = all(
        one in known or each in known for one, each in zip(singular, spoken, strict=True)
    )
    return is_known or "".join(spoken) in joined


def _is_route_to(value: str) -> bool:
    """Whether a value is words between slashes: where a secret is kept."""
    return "/" in value and not is_varied(value)


def is_varied(value: str) -> bool:
    """Whether a value is more than words and a number: what nobody would read aloud."""
    parts = [part for part in _SEPARATOR.split(value) if part]
    odd = [part for part in parts if not part.isalpha() and part.lower() not in algorithms()]
    plain = not odd or (len(odd) == 1 and _NUMBERED.fullmatch(odd[0]))
    return not plain and any(c.isalpha() for c in value) and _bits(value) >= _VARIED_BITS


def is_random(value: str) -> bool:
    """Whether a value is made by chance, as far as that can be seen."""
    return (
        any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
        and _bits(value) >= _RANDOM_BITS
        and is_varied(value)
    )


def _bits(value: str) -> float:
    """Shannon entropy in bits for each character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
