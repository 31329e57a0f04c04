"""Where two descriptions of an application differ, sorted by what a page may declare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.proving.asking import Told

APPLICATION = ("middleware", "openapi")
"""What is told of each application, and of one that is mounted."""
ROUTE = ("routes", "parameters", "dependencies", "security", "responses", *APPLICATION)
"""What is told of each route."""
BREAKS = "breaks"
"""What could be imported no longer can. No page can declare it."""
WARNS = "warns"
"""There is a warning that was not there. No page can declare it."""
_LONGEST = 160
_NONE = "nothing"


class Difference(NamedTuple):
    """One thing that is not what it was."""

    kind: str
    """A word that a page may declare, see `fastlint.pages.head.Change`; or `BREAKS`."""
    place: str
    """What it is about, such as ``app.main:app GET /items``."""
    detail: str
    """Before and after, cut short."""

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.kind}: {self.place}: {self.detail}"


def differences(before: Told, after: Told) -> list[Difference]:
    """All that is different; an application that died or failed differs in that alone."""
    if "died" in before or "died" in after:
        return [] if "died" in before else [Difference(BREAKS, "", "the process ended")]
    found = list(_imports(before["failed"], after["failed"]))
    if found:
        return found
    found += _warnings(before["warnings"], after["warnings"])
    found += _applications(before["applications"], after["applications"])
    for name in sorted({*before["models"], *after["models"]}):
        found += _of("models", name, before["models"].get(name), after["models"].get(name))
    return found


def _imports(before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for module in sorted({*before, *after}):
        if module not in before:
            yield Difference(BREAKS, module, after[module][:_LONGEST])
        elif module not in after:
            yield Difference("import", module, before[module][:_LONGEST])


def _warnings(before: list[str], after: list[str]) -> Iterator[Difference]:
    lost, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    for text in sorted(new):
        yield Difference(WARNS, "new", text[:_LONGEST])
    for text in sorted(lost):
        yield Difference("warnings", "no longer", text[:_LONGEST])


def _applications(before: Told, after: Told) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            yield Difference("routes", name, "is " + ("gone" if name in before else "new"))
            continue
        one, other = before[name], after[name]
        if "refused" in one or "refused" in other:
            yield from _imports(
                *({name: each["refused"]} if "refused" in each else {} for each in (one, other))
            )
            continue
        yield from _routes(name, one["routes"], other["routes"])
        for kind in APPLICATION:
            yield from _of(kind, name, one[kind], other[kind])


def _routes(app: str, before: list[Told], after: list[Told]) -> Iterator[Difference]:
    if len(before) != len(after):
        yield Difference("routes", app, f"{len(before)} routes, then {len(after)}")
        return
    for one, other in zip(before, after, strict=True):
        place = f"{app} {' '.join(one['routes'][2])} {one['routes'][1]}"
        for kind in ROUTE:
            yield from _of(kind, place, one.get(kind), other.get(kind))


def _of(kind: str, place: str, one: Any, other: Any) -> Iterator[Difference]:
    """The first thing that differs, by the way that leads to it."""
    if one == other:
        return
    way: list[str] = []
    while type(one) is type(other):
        if isinstance(one, dict):
            key = next(
                key for key in (*one, *other) if one.get(key, _NONE) != other.get(key, _NONE)
            )
            way.append(str(key))
            one, other = one.get(key, _NONE), other.get(key, _NONE)
        elif isinstance(one, list) and len(one) == len(other):
            index = next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            way.append(str(index))
            one, other = one[index], other[index]
        else:
            break
    shown = " -> ".join(str(each)[:_LONGEST] for each in (one, other))
    yield Difference(kind, place, f"{'.'.join(way)}: {shown}" if way else shown)
