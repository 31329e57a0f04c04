"""The status codes that a piece of code speaks of: ``404``, ``HTTP_404_NOT_FOUND``."""

from __future__ import annotations

import http
import re
from collections.abc import Iterable, Iterator

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk

_NAMED = re.compile(r"HTTP_([1-5]\d\d)_")
_KNOWN = frozenset(map(int, http.HTTPStatus))
_CLIENT, _SERVER = 400, 500


def spoken_of(nodes: Iterable[tree.Node]) -> Iterator[int]:
    """Every status code that is written there, as a number or by one of the usual names."""
    for node in walk(nodes):
        if isinstance(node, tree.Constant):
            if type(node.value) is int and node.value in _KNOWN:
                yield node.value
            continue
        name = last_name(node)
        if match := _NAMED.match(name):
            yield int(match[1])
        elif name in http.HTTPStatus.__members__:
            yield http.HTTPStatus[name].value


def blames_client(nodes: Iterable[tree.Node]) -> bool:
    """Whether one of them is a client's error: 4xx."""
    return any(_CLIENT <= code < _SERVER for code in spoken_of(nodes))


def gives_up(nodes: Iterable[tree.Node]) -> bool:
    """Whether 500 is the only status code there."""
    return set(spoken_of(nodes)) == {_SERVER}
