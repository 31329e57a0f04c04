"""The table of what was proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.proving.cases import Result, Verdict

HEAD = (
    *("rule", "fixes applied", "one at a time", "proven equal", "of these in bodies"),
    *("declared different", "undeclared different", "not importable", "dropped"),
)


def table(results: Iterable[Result]) -> str:
    """One row for each rule, and one for all."""
    counts: dict[str, Counter[str]] = {}
    for result in results:
        for name in (" ".join(result.codes), "all"):
            count = counts.setdefault(name, Counter())
            count[result.verdict] += 1
            if result.verdict != "dropped":
                count["applied"] += 1
                count["alone"] += result.alone
                count["inside"] += result.inside and result.verdict == "equal"
    rows = [HEAD, *(_row(name, counts[name]) for name in sorted(counts))]
    return _aligned(rows)


def _row(name: str, count: Counter[str]) -> tuple[str, ...]:
    order = (
        *("applied", "alone", "equal", "inside"),
        *("declared", "undeclared", "not importable", "dropped"),
    )
    return (name, *(f"{count[each]:,}" for each in order))


def summary(corpus: str, results: Sequence[Result], together: Sequence[Result]) -> str:
    """One line about a corpus."""
    fixes, groups = Counter(e.verdict for e in results), Counter(e.verdict for e in together)
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(fixes.items()))
    whole = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(groups.items()))
    return f"{corpus}: {len(results):,} fixes ({told or 'none'}); all together: {whole or 'none'}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    lines = [
        "| "
        + " | ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    ]
    rule = "| " + " | ".join("-" * (w - 1) + (":" if n else "-") for n, w in enumerate(widths))
    return "\n".join([lines[0], rule + " |", *lines[1:]])


def lines(results: Iterable[Result], *verdicts: Verdict) -> Iterator[str]:
    """The results of these kinds, each with what is different or why it was dropped."""
    for result in results:
        if result.verdict in verdicts:
            said = f"{result.case}: {' '.join(result.codes)} at {result.place}: {result.verdict}"
            yield said + (f", {result.reason}" if result.reason else "")
            yield from (f"    {each}" for each in dict.fromkeys(map(str, result.found)))
