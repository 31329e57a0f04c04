"""Which requests a path answers, and whether one path answers all that another does.

Followed from starlette 1.10, ``routing.py`` (`compile_path`) and ``convertors.py``: a path is a
regular expression in which a name in braces stands for what its convertor matches. A path's
**shape** is the path with the names forgotten, one private character for each convertor: paths of
the same shape answer the same requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

PLACEHOLDER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")
"""A name in braces as Starlette reads it; braces around anything else stand for themselves."""
CONVERTORS: Mapping[str, str] = {
    "str": "\ue000",
    "path": "\ue001",
    "int": "\ue002",
    "float": "\ue003",
    "uuid": "\ue004",
}
"""The convertors that Starlette brings, and the character for each in a shape."""

_STR, _PATH, _INT, _FLOAT, _UUID = CONVERTORS.values()
_DYNAMIC = re.compile("[\ue000-\ue004]")
_HEX = "0123456789abcdefABCDEF"
_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item")
_Step = tuple[Callable[[str], bool], int]


def shape(path: str) -> str | None:
    """The shape of a path; None where Starlette refuses the path or does not know a convertor."""
    names: set[str] = set()
    written: list[str] = []
    end = 0
    for match in PLACEHOLDER.finditer(path):
        name, convertor = match.group(1), (match.group(2) or ":str")[1:]
        if convertor not in CONVERTORS or name in names:
            return None
        names.add(name)
        written += path[end : match.start()], CONVERTORS[convertor]
        end = match.end()
    return "".join((*written, path[end:]))


def below(path: str) -> str | None:
    """The shape of what ``mount(path, …)`` answers: everything below, but not the path itself."""
    start = shape(path.rstrip("/"))
    return None if start is None else f"{start}/{_PATH}"


@lru_cache(maxsize=4096)
def swallows(wide: str, narrow: str) -> bool:
    """Whether every request that the shape ``narrow`` answers is one that ``wide`` answers."""
    if wide == narrow:
        return True
    first = _DYNAMIC.search(wide)
    if first is None:
        return False
    if first.group() == _PATH and first.end() == len(wide):  # the rest of any path
        return narrow.startswith(wide[:-1])
    if wide == _STR:  # a whole segment
        return bool(narrow) and "/" not in narrow and _PATH not in narrow
    return escaping(wide, narrow) is None


def escaping(wide: str, narrow: str) -> str | None:
    """A request that the shape ``narrow`` answers and ``wide`` does not; None if there is none."""
    return _difference(_machine(wide), _machine(narrow), _alphabet(wide + narrow))


class Index(Generic[_Key, _Item]):
    """Shapes in the order in which they are added, to be asked which of them come first.

    Each is kept under keys, such as the methods that it answers; of one shape and key only the
    first. Asking costs as much as the path has segments, however many shapes there are, but for a
    path with a ``:path`` in it.
    """

    def __init__(self) -> None:
        self._root: _Node[_Key, _Item] = _Node()

    def add(self, shape: str, keys: Iterable[_Key], item: _Item) -> None:
        """Keep ``item`` for the shape and these keys, unless there is one already."""
        node = self._root
        for segment in shape.split("/"):
            if _PATH in segment:
                kept = node.rest.setdefault(shape, {})
                break
            node = node.below(segment)
        else:
            kept = node.items
        for key in keys:
            kept.setdefault(key, item)

    def swallowing(self, shape: str) -> Iterator[tuple[_Key, _Item]]:
        """Key and item of every shape kept that answers all that ``shape`` answers."""
        nodes = [self._root]
        for segment in shape.split("/"):
            for node in nodes:
                yield from _rest(node, shape)
            if _PATH in segment:  # may be any number of segments, and so end below any of these
                for node in nodes:
                    for further in node.descendants():
                        yield from _rest(further, shape)
                return
            nodes = [found for node in nodes for found in node.swallowing(segment)]
        for node in nodes:
            yield from node.items.items()


class _Node(Generic[_Key, _Item]):
    """What follows after a number of segments."""

    __slots__ = ("children", "dynamic", "items", "rest")

    def __init__(self) -> None:
        self.children: dict[str, _Node[_Key, _Item]] = {}
        self.dynamic: list[str] = []
        self.items: dict[_Key, _Item] = {}
        self.rest: dict[str, dict[_Key, _Item]] = {}
        """Whole shapes that go on with any number of segments from here."""

    def below(self, segment: str) -> _Node[_Key, _Item]:
        node = self.children.get(segment)
        if node is None:
            node = self.children[segment] = _Node()
            if _DYNAMIC.search(segment):
                self.dynamic.append(segment)
        return node

    def descendants(self) -> Iterator[_Node[_Key, _Item]]:
        pending = [*self.children.values()]
        while pending:
            node = pending.pop()
            yield node
            pending += node.children.values()

    def swallowing(self, segment: str) -> Iterator[_Node[_Key, _Item]]:
        if segment in self.children:
            yield self.children[segment]
        for other in self.dynamic:
            if other != segment and swallows(other, segment):
                yield self.children[other]


def _rest(node: _Node[_Key, _Item], shape: str) -> Iterator[tuple[_Key, _Item]]:
    for wide, items in node.rest.items():
        if swallows(wide, shape):
            yield from items.items()


# ------------------------------------------------------------------------------------ automata


class _Machine:
    """A nondeterministic automaton: state 0 is the first, ``last`` the only one that accepts."""

    __slots__ = ("last", "skips", "steps")

    def __init__(self) -> None:
        self.steps: list[list[_Step]] = [[]]
        self.skips: list[list[int]] = [[]]
        self.last = 0

    def take(self, accepts: Callable[[str], bool], *, again: bool = False) -> None:
        """One more character; with ``again``, any number of more."""
        self.steps.append([(accepts, len(self.steps))] if again else [])
        self.skips.append([])
        self.steps[self.last].append((accepts, len(self.steps) - 1))
        self.last = len(self.steps) - 1

    def skip(self, state: int) -> None:
        """Let ``state`` go on to the last one without a character."""
        self.skips[state].append(self.last)

    def closed(self, states: Iterable[int]) -> frozenset[int]:
        """The states and those that they go on to without a character."""
        found: set[int] = set()
        pending = list(states)
        while pending:
            state = pending.pop()
            if state not in found:
                found.add(state)
                pending += self.skips[state]
        return frozenset(found)

    def after(self, states: Iterable[int], character: str) -> frozenset[int]:
        return self.closed(
            to for s in states for accepts, to in self.steps[s] if accepts(character)
        )


def _machine(shape: str) -> _Machine:
    made = _Machine()
    for character in shape:
        if character == _STR:
            made.take(_in_segment, again=True)
        elif character == _PATH:
            before = made.last
            made.take(_any, again=True)
            made.skip(before)
        elif character in (_INT, _FLOAT):
            made.take(_digit, again=True)
            if character == _FLOAT:
                before = made.last
                made.take(".".__eq__)
                made.take(_digit, again=True)
                made.skip(before)
        elif character == _UUID:
            for group, length in enumerate((8, 4, 4, 4, 12)):
                if group:
                    before = made.last
                    made.take("-".__eq__)
                    made.skip(before)
                for _ in range(length):
                    made.take(_hex)
        else:
            made.take(character.__eq__)
    return made


def _in_segment(character: str) -> bool:
    return character != "/"


def _any(_: str) -> bool:
    return True


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def _hex(character: str) -> bool:
    return character in _HEX


def _alphabet(written: str) -> list[str]:
    """Every character that is written, and one for each kind of all the others."""
    found = {*_DYNAMIC.sub("", written), "/", ".", "-"}
    for kind in ("0123456789", "abcdefABCDEF", "~ghijklmnopqrstuvwxyz\ue005"):
        found.update([other for other in kind if other not in found][:1])
    return sorted(found)


def _difference(wide: _Machine, narrow: _Machine, alphabet: list[str]) -> str | None:
    start = (narrow.closed([0]), wide.closed([0]))
    seen = {start}
    pending = [(*start, "")]
    while pending:
        inner, outer, text = pending.pop()
        if narrow.last in inner and wide.last not in outer:
            return text
        for character in alphabet:
            following = narrow.after(inner, character)
            if following:
                pair = (following, wide.after(outer, character))
                if pair not in seen:
                    seen.add(pair)
                    pending.append((*pair, text + character))
    return None
