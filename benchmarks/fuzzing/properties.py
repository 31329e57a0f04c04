"""What must hold of every fix, whatever the code looks like. Pure: texts in, complaints out."""

from __future__ import annotations

import io
import random
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import msgspec

from benchmarks.fuzzing.composing import in_another_order
from benchmarks.fuzzing.naming import misnamed
from benchmarks.fuzzing.running import Served, served
from fastlint.api import Fixed, fix, will_fix
from fastlint.catalogue import catalogue
from fastlint.config.settings import Settings
from fastlint.engine.record import record
from fastlint.engine.running import Running, running
from fastlint.engine.workspace import Workspace
from fastlint.findings import Finding, Severity
from fastlint.selection import Selection, choose
from fastlint.source.decode import decode
from fastlint.versions.project import Versions

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n)")
MOST_ROUNDS = 10
ABOUT_COMMENTS = frozenset({"FLT903", "FLT904"})
"""The rules that are about comments: what they take away is a comment."""
MOVING = frozenset({"FLT211", "FLT305", "FLT323", "FLT602", "FLT703"})
"""The rules whose fix writes code at another place, with its comments."""
MAY_HOLD_BACK = "it would add"
"""A fix that brings another error to light waits until somebody has looked at that."""
SEEN = frozenset(
    {"dependencies", "models", "openapi", "parameters", "responses", "routes", "security"}
)
"""What of a page's ``changes`` can be seen in the routes and the OpenAPI document."""


class Trial(NamedTuple):
    """One project before and after its fixes."""

    found: tuple[Finding, ...]
    fixed: Fixed
    after: dict[str, bytes]
    complaints: tuple[str, ...]
    compared: int = 0
    """How many of the applications FastAPI served before and after."""


def tried(
    cases: Sequence[Mapping[str, bytes]],
    settings: Settings,
    *,
    unsafe: bool,
    thorough: bool,
    serve: bool,
) -> Trial:
    """Check and fix a project of several applications, and what is wrong with how that went.

    ``thorough``: fix what is fixed once more, from nothing; without it that is done only where a
    fix was not kept. And fix the first application one by one. ``serve``: run it before and after,
    where all fixes are safe ones.
    """
    files = {path: data for case in cases for path, data in case.items()}
    workspace = _workspace(files, settings)
    first = workspace.check()
    fixed = fix(workspace, unsafe=unsafe, first=first)
    after = _after(files, fixed)
    complaints = [
        *(f"error: {each}" for each in first.errors),
        *_texts(files, after, fixed),
        *_findings(first.findings, fixed, unsafe=unsafe),
    ]
    if fixed.files and (thorough or fixed.dropped):
        complaints += _again(after, settings, fixed, unsafe=unsafe)
    if thorough:
        complaints += _one_by_one(cases[0], settings, unsafe=unsafe)
    compared: list[str] = []
    if serve and not unsafe and fixed.files:
        compared = list(_compared(cases, after, settings, fixed, thorough=thorough))
    complaints += filter(None, compared)
    return Trial(first.findings, fixed, after, tuple(complaints), len(compared))


@cache
def declared() -> frozenset[str]:
    """The rules whose safe fix changes what is served, as their pages say."""
    return frozenset(each.code for each in catalogue().rules if SEEN.intersection(each.changes))


def _after(files: Mapping[str, bytes], fixed: Fixed) -> dict[str, bytes]:
    bom = b"\xef\xbb\xbf"
    return {
        path: (bom if data.startswith(bom) else b"") + fixed.files[path].encode()
        if path in fixed.files
        else data
        for path, data in files.items()
    }


@cache
def _chosen(settings: bytes) -> tuple[Selection, Running]:
    known = msgspec.json.decode(settings, type=Settings)
    selection = choose(catalogue(), known)
    return selection, running(catalogue(), selection, Versions(known.versions))


def _workspace(files: Mapping[str, bytes], settings: Settings) -> Workspace:
    """As `fastlint.engine.workspace.in_memory`; what depends on the settings is made but once."""
    selection, runs = _chosen(msgspec.json.encode(settings))
    sources = {path: decode(path, data) for path, data in files.items()}
    records = {path: record(source, runs.local) for path, source in sources.items()}
    return Workspace(
        settings,
        selection,
        catalogue(),
        runs,
        records,
        frozenset(files),
        sources.__getitem__,
        versions=Versions(settings.versions),
    )


# ------------------------------------------------------------------------------------ texts


def _texts(before: Mapping[str, bytes], after: Mapping[str, bytes], fixed: Fixed) -> Iterator[str]:
    codes = {each.code for each in fixed.outcome.applied}
    for path, data in before.items():
        new = after[path]
        if new == data:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(new, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            yield f"compiles: {path}: {error}"
            continue
        yield from (f"names: {path}: {each}" for each in misnamed(data, new))
        if not _newlines(new) <= (_newlines(data) or {"\n"}):
            yield f"newlines: {path}: {_newlines(data)} became {_newlines(new)}"
        if not codes & MOVING:
            yield from (f"newlines: {path}: another below {line!r}" for line in _ended(data, new))
        if data[-1:] not in b"\r\n" and new[-1:] in b"\r\n":
            yield f"newlines: {path}: a newline at the end"
        old, now = comments(data), comments(new)
        lost, made = Counter(old) - Counter(now), Counter(now) - Counter(old)
        if (lost or made) and not codes & ABOUT_COMMENTS:
            yield f"comments: {path}: lost {sorted(lost)}, made {sorted(made)}"
        elif old != now and not codes & (ABOUT_COMMENTS | MOVING):
            there = next((f"{a} {b}" for a, b in zip(old, now, strict=False) if a != b), "")
            yield f"comments: {path}: in another order after {sorted(codes)}: {there}"


def _newlines(data: bytes) -> set[str]:
    text = data.decode()
    crlf = text.count("\r\n")
    kinds = {"\r\n": crlf, "\n": text.count("\n") - crlf, "\r": text.count("\r") - crlf}
    return {kind for kind, count in kinds.items() if count}


def _ended(data: bytes, new: bytes) -> Iterator[str]:
    """The lines that are there once before and once after, and end in another way."""
    before, after = _ends(data), _ends(new)
    return (line for line in before.keys() & after.keys() if before[line] != after[line])


def _ends(data: bytes) -> dict[str, str]:
    """How each line ends that there is but once."""
    lines = _LINE.findall(data.decode())
    seen = Counter(line for line, _ in lines)
    return {line: newline for line, newline in lines if seen[line] == 1}


def comments(data: bytes) -> list[str]:
    """The comments of a file that parses, in order."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    if "#" not in text:
        return []
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [each.string.rstrip() for each in tokens if each.type == tokenize.COMMENT]


# --------------------------------------------------------------------------------- findings


def _findings(before: Iterable[Finding], fixed: Fixed, *, unsafe: bool) -> Iterator[str]:
    if not fixed.finished or fixed.rounds > MOST_ROUNDS:
        yield f"rounds: {fixed.rounds}, finished: {fixed.finished}"
    for error in fixed.outcome.errors:
        yield f"error: {error}"
    for finding, why in fixed.dropped:
        if not why.startswith(MAY_HOLD_BACK):
            yield f"dropped: {finding.code} {finding.span}: {why}"
    for code in _errors(fixed.outcome.findings) - _errors(before):
        yield f"new error: {code}"
    dropped = {finding for finding, _ in fixed.dropped}
    for finding in fixed.outcome.findings:
        if will_fix(finding, unsafe=unsafe) and finding not in dropped:
            yield f"left: {finding.code} at {finding.span.path}:{finding.span.line}"


def _errors(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(each.code for each in findings if each.severity is Severity.ERROR)


def _again(
    after: Mapping[str, bytes], settings: Settings, fixed: Fixed, *, unsafe: bool
) -> Iterator[str]:
    workspace = _workspace(after, settings)
    first = workspace.check()
    said = [(each.code, each.span, each.message) for each in first.findings]
    if said != [(each.code, each.span, each.message) for each in fixed.outcome.findings]:
        yield "again: a new run does not say what the last round said"
    if any(will_fix(each, unsafe=unsafe) for each in first.findings):
        second = fix(workspace, unsafe=unsafe, first=first)
        if second.files:
            codes = sorted({each.code for each in second.outcome.applied})
            yield f"idempotent: the second run changes {sorted(second.files)} for {codes}"


def _one_by_one(case: Mapping[str, bytes], settings: Settings, *, unsafe: bool) -> Iterator[str]:
    workspace = _workspace(case, settings)
    fixed = fix(workspace, unsafe=unsafe)
    if sum(each.count for each in fixed.outcome.applied) > 1:
        order = random.Random(0)  # noqa: S311 - the same order whenever it is tried again
        yield from in_another_order(workspace, fixed, unsafe=unsafe, order=order)


# ---------------------------------------------------------------------------------- serving


def _compared(
    cases: Sequence[Mapping[str, bytes]],
    after: Mapping[str, bytes],
    settings: Settings,
    fixed: Fixed,
    *,
    thorough: bool,
) -> Iterator[str]:
    """What is served otherwise, of each case that can be compared; empty where nothing is.

    Of a case in which a fix changes what its page declares, the other fixes are compared alone,
    where there is time for that.
    """
    for case in cases:
        codes = {each.code for each in fixed.outcome.applied if each.path in case}
        now = {path: after[path] for path in case}
        if not codes.isdisjoint(declared()):
            if not thorough:
                continue
            quiet = msgspec.structs.replace(
                settings, ignore=(*settings.ignore, *sorted(declared()))
            )
            others = fix(_workspace(case, quiet), unsafe=False)
            codes = {each.code for each in others.outcome.applied}
            now = _after(case, others)
        if now == case:
            continue
        before, then = served(case), served(now)
        if not isinstance(before, Served):
            continue
        if not isinstance(then, Served):
            yield f"openapi: {[*case]}: after {sorted(codes)} nothing is served: {then.why}"
        elif before != then:
            what = "the routes" if then.document == before.document else "the document"
            yield f"openapi: {[*case]}: {sorted(codes)} change {what}"
        else:
            yield ""
