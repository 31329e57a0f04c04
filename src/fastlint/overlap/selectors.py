"""Which rules ruff's ``select``, ``ignore`` and their like leave, as ruff weighs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from fastlint.overlap.table import CODES

_SELECTOR = re.compile(r"([A-Z]+)(\d*)")


class Layer(msgspec.Struct, frozen=True):
    """What one file says of the rules."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def enabled(layers: Sequence[Layer]) -> frozenset[str]:
    """The codes that run; of files that extend each other, the extended one comes first.

    What ruff runs where nothing is selected differs from release to release: then nothing does.
    """
    running: set[str] = set()
    for layer in layers:
        verdicts: dict[str, bool] = {}
        chosen = (*(layer.select or ()), *layer.extend_select)
        ways = ((True, chosen), (False, layer.ignore))
        for length in sorted({_weight(word) for _, words in ways for word in words}):
            for verdict, words in ways:
                for word in words:
                    if _weight(word) == length:
                        verdicts.update(dict.fromkeys(meant(word), verdict))
        if layer.select is not None:
            running = set()
        running = (running - verdicts.keys()) | {code for code in verdicts if verdicts[code]}
    return frozenset(running)


def meant(selector: str) -> Iterable[str]:
    """The codes of the table that a selector stands for."""
    if selector == "ALL":
        return CODES
    found = _SELECTOR.fullmatch(selector)
    if found is None:
        return ()
    letters, digits = found.groups()
    return [
        code
        for code in CODES
        if code.rstrip("0123456789") == letters and code[len(letters) :].startswith(digits)
    ]


def _weight(selector: str) -> int:
    """How specific a selector is: the longer code wins over the shorter one, and over ``ALL``."""
    found = _SELECTOR.fullmatch(selector)
    return 0 if selector == "ALL" or found is None else 1 + len(found[2])
