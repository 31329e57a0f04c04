"""What stands in encoded facts, found without decoding them.

A search may find too much (the words of a sentence), never too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from fastlint.facts import tree

_encode = msgspec.msgpack.Encoder().encode
_words_decoder = msgspec.msgpack.Decoder(list[str])
_SHORT, _NO_LONGER = b"\xa0", b"\xc0"
"""What begins with a byte between these is a text of up to 31 bytes, `spelled`."""


class Vocabulary:
    """The names and texts of a file, of which a word is one or a part of one."""

    __slots__ = ("_spelled", "_text")

    def __init__(self, facts: tree.ModuleFacts) -> None:
        self._text = bytes(facts.words)
        self._spelled = frozenset(map(_encode, _words_decoder.decode(self._text)))

    def has(self, *words: bytes) -> bool:
        """Whether one of the words stands in it: as a whole where it is `spelled`."""
        tree.note_search(words)
        return any(map(self._has, words))

    def _has(self, word: bytes) -> bool:
        if _SHORT <= word < _NO_LONGER:
            return word in self._spelled
        return word in self._text


def spelled(name: str) -> bytes:
    """A name as it stands in encoded facts, not as a part of a longer one."""
    return _encode(name)


def joined(functions: Iterable[tree.FunctionFacts]) -> bytes:
    """The bodies of functions as one, of which `mentioned` is asked."""
    return b"".join(bytes(each.body) for each in functions)


def mentions(function: tree.FunctionFacts, *words: bytes) -> bool:
    """Whether one of the words stands in a function's body; decodes nothing."""
    return mentioned(bytes(function.body), *words)


def names_like(function: tree.FunctionFacts, *parts: bytes) -> bool:
    """Whether a name with one of the parts in it stands in a body; a sentence is no name."""
    if not mentions(function, *parts):
        return False
    body = bytes(function.body)
    found = re.finditer(rb"\w*(?:%s)\w*" % b"|".join(map(re.escape, parts)), body)
    return any(_is_whole(body, each.start(), each.end()) for each in found)


def _is_whole(body: bytes, start: int, end: int) -> bool:
    """Whether it is a whole text of encoded facts; its length before it may look like a letter."""
    text = body[start:end].decode()
    return body.endswith((_encode(text), _encode(text[1:])), 0, end)


def mentions_all(function: tree.FunctionFacts, *words: bytes) -> bool:
    """Whether all of the words stand in a function's body."""
    return all(mentioned(bytes(function.body), word) for word in words)


def has_attribute(function: tree.FunctionFacts, name: bytes) -> bool:
    """Whether a body may have an attribute of a name (`spelled`); decodes nothing.

    Bare names, such as the ``dict`` of ``dict[str, int]``, are told apart by what stands before
    them: their kind and their four positions.
    """
    body = bytes(function.body)
    if not mentioned(body, name):
        return False
    bare = re.compile(_BARE + re.escape(name), re.DOTALL)
    return body.count(name) > len(bare.findall(body))


_BARE = rb"\x96\x01(?:[\x00-\x7f]|\xcc.|\xcd..|\xce....){4}"


def matches(function: tree.FunctionFacts, words: Words) -> bool:
    """As `mentions`, for many words."""
    return matched(bytes(function.body), words)


class Words:
    """Many words that are looked for at once."""

    __slots__ = ("words",)

    def __init__(self, words: Iterable[bytes]) -> None:
        self.words = tuple(sorted(words))


def mentioned(encoded: bytes, *words: bytes) -> bool:
    """Whether one of the words stands in encoded facts, or in a part of them."""
    tree.note_search(words)
    for word in words:  # noqa: SIM110 - asked too often for a generator
        if word in encoded:
            return True
    return False


def matched(encoded: bytes, words: Words) -> bool:
    """As `mentioned`, for many words."""
    return mentioned(encoded, *words.words)
