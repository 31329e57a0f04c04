"""The table of what was proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import shorten

from benchmarks.proving.cases import Proof, Result, Verdict

HEAD = (
    *("rule", "fixes applied", "one at a time", "proven equal", "of these in bodies"),
    *("declared different", "undeclared different", "not importable", "dropped"),
)

_LONGEST = 120


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


def summary(corpus: str, proof: Proof) -> str:
    """One line about a corpus, and one for each thing that could not be compared."""
    fixes, whole = (_counted(each) for each in (proof.fixes, proof.together))
    of = f"{proof.handlers:,} handlers compared"
    told = f"{corpus}: {len(proof.fixes):,} fixes ({fixes}); all together: {whole}; {of}"
    return "\n    ".join([told, *proof.missing, *_not_imported(proof.fixes)])


def _not_imported(results: Iterable[Result]) -> Iterator[str]:
    """Why fixes were not compared, the most frequent reason first."""
    reasons = Counter(each.reason for each in results if each.verdict == "not importable")
    for reason, count in reasons.most_common():
        yield f"{count:,} not importable: {shorten(reason, _LONGEST, placeholder=' …')}"


def _counted(results: Iterable[Result]) -> str:
    counts = Counter(each.verdict for each in results)
    return ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(counts.items())) or "none"


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
