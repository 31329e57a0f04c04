"""The comments by which a user silences findings.

::

    x = y  # fastlint: ignore[blocking-call-in-async, FLT302] why it is fine here
    # fastlint: ignore[FLT101] alone on its line: covers the statement below
    # fastlint: ignore-file[FLT401]
    x = y  # noqa: FLT101
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, Literal

import msgspec

from fastlint.findings import Span

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from fastlint.source.file import SourceFile


class Selector(msgspec.Struct, frozen=True, gc=False):
    """One code, name or prefix in a suppression, as it is written."""

    text: str
    span: Span


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """One comment that silences findings."""

    span: Span
    """From its ``#`` to the end of its reason; other comments on the line are not part of it."""
    style: Literal["native", "noqa"]
    selectors: tuple[Selector, ...]
    """What it silences; empty for every rule, where nothing is `answered` either."""
    file_level: bool
    own_line: bool
    """Whether there is no code on its line (there may be other comments)."""
    first_line: int
    """The lines that it covers, the last one included: its own, or the statement below it."""
    last_line: int
    reason: str
    mistake: str = ""
    """Why it silences nothing, where it is not written as it should be."""
    answered: tuple[str, ...] = ()
    """Those codes of other tools, named by a ``noqa``, that count as well."""


class _Comments(msgspec.Struct, frozen=True):
    """Where a file's comments are."""

    columns: dict[int, int]
    """The 0-based column at which the comment of each line starts."""
    below: dict[int, tuple[int, int]]
    """The first and last line of what follows each comment that is alone on its line."""


_COMMENT = re.compile(
    r"#\s*(?:fastlint:\s*(?P<verb>[\w-]*)\s*(?P<list>\[[^\]#]*\]?)?|noqa\b\s?(?P<colon>:)?)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\s,\[\]]+")
# Codes may be separated by spaces alone, as flake8 reads them; names only by commas, since a word
# with a hyphen may as well begin the reason.
_NOQA_SELECTOR = re.compile(
    r"[\s,]*(?P<code>[A-Z]+\d+|FLT)\b(?!-)|(?:\s*,|(?<=:))\s*(?P<name>[a-z]+(?:-[a-z]+)+)\b"
)
_QUOTED = re.compile(r"[`'\"(\[“]\Z")
_NEXT_COMMENT = re.compile(r"#\s*[A-Za-z]")
_BARE_CODE = re.compile(r"[:=(\s]*FLT\d", re.IGNORECASE)
_LATER = ("blocking", "nonblocking")


def suppressions(file: SourceFile, others: Container[str] = ()) -> tuple[Suppression, ...]:
    """The suppressions of a file in order; what stands in a string is none.

    ``others`` are codes of other tools that count in a ``noqa``.

    Where a file cannot be tokenised, its lines are judged by their look from there on.
    """
    text = file.text
    if "fastlint:" not in text and "noqa" not in text and "NOQA" not in text:
        return ()
    numbers = dict.fromkeys(file.position(match.start())[0] for match in _COMMENT.finditer(text))
    written = [each for number in numbers for each in _parse(file, number, others)]
    if not written:
        return ()
    comments = _comments(file.lines)
    return tuple(_placed(each, comments) for each in written if _is_comment(each, comments))


def _parse(file: SourceFile, number: int, others: Container[str]) -> Iterator[Suppression]:
    """What could be a suppression in one line, covering that line."""
    line = file.lines[number - 1]
    own_line = line.lstrip().startswith("#")
    for match in _COMMENT.finditer(line):
        if _QUOTED.search(line, 0, match.start()):
            continue  # a comment that speaks of such comments
        if match["verb"] is None:
            suppression = _noqa(file.path, number, line, match, others, own_line=own_line)
        else:
            suppression = _native(file.path, number, line, match, own_line=own_line)
        if suppression is not None:
            yield suppression


def _native(
    path: str, number: int, line: str, match: re.Match[str], *, own_line: bool
) -> Suppression | None:
    verb, written = match["verb"].lower(), match["list"]
    if verb in _LATER:
        return None
    selectors = tuple(
        Selector(name[0], _span(path, number, *name.span()))
        for name in _NAME.finditer(line, *match.span("list"))
        if written is not None
    )
    reason, end = _reason(line, match.end())
    mistake = ""
    if verb not in ("ignore", "ignore-file"):
        mistake = "it is neither `ignore[...]` nor `ignore-file[...]`"
    elif written is not None and not written.endswith("]"):
        mistake = "its list of rules is not closed by `]`"
    elif written is not None and not selectors:
        mistake = f"it names no rule: write `{verb}` alone for every rule"
    elif written is None and _BARE_CODE.match(reason):
        mistake = f"its rules are not in brackets: write `{verb}[...]`"
    return Suppression(
        span=_span(path, number, match.start(), end),
        style="native",
        selectors=selectors,
        file_level=verb == "ignore-file",
        own_line=own_line,
        first_line=number,
        last_line=number,
        reason=reason,
        mistake=mistake,
    )


def _noqa(
    path: str,
    number: int,
    line: str,
    match: re.Match[str],
    others: Container[str],
    *,
    own_line: bool,
) -> Suppression | None:
    end = match.end()
    selectors: list[Selector] = []
    answered: list[str] = []
    while match["colon"] and (found := _NOQA_SELECTOR.match(line, end)):
        end = found.end()
        if found["name"] or found["code"].startswith("FLT"):
            group = "name" if found["name"] else "code"
            selectors.append(Selector(found[group], _span(path, number, *found.span(group))))
        elif found["code"] in others:
            answered.append(found["code"])
    if match["colon"] and not selectors and not answered:
        return None  # other tools' codes, or none at all: not for us to judge
    reason, end = _reason(line, end)
    return Suppression(
        span=_span(path, number, match.start(), end),
        style="noqa",
        selectors=tuple(selectors),
        file_level=False,
        own_line=own_line,
        first_line=number,
        last_line=number,
        reason=reason,
        answered=tuple(answered),
    )


def _reason(line: str, start: int) -> tuple[str, int]:
    """The words up to the next comment on the line, and where they end."""
    following = _NEXT_COMMENT.search(line, start)
    written = line[start : following.start() if following else len(line)].rstrip()
    return written.strip(" \t-:"), start + len(written)


def _comments(lines: tuple[str, ...]) -> _Comments:
    """One pass over the tokens. A statement with decorators counts from its first decorator on."""
    columns: dict[int, int] = {}
    below: dict[int, tuple[int, int]] = {}
    waiting: list[int] = []  # comments alone on their line, before the next code
    started: list[tuple[int, int]] = []  # comments above the statement that is open, and its line
    inside = decorator = False
    line = 0
    stream = io.StringIO("\n".join(lines))
    try:
        for token in tokenize.generate_tokens(stream.readline):
            line = token.start[0]
            if token.type == tokenize.COMMENT:
                columns[line] = token.start[1]
                if not token.line[: token.start[1]].strip():
                    waiting.append(line)
            elif token.type == tokenize.NEWLINE:
                below.update((comment, (first, line)) for comment, first in started)
                inside = False
                if not decorator:
                    started = []
            elif token.type not in _LAYOUT_TOKENS:
                if inside:
                    below.update((comment, (line, token.end[0])) for comment in waiting)
                else:
                    decorator = token.string == "@"
                    started += [(comment, line) for comment in waiting]
                    inside = True
                waiting = []
    except (tokenize.TokenError, SyntaxError):
        columns.update(_comments_by_looks(lines, line))
    return _Comments(columns, below)


_LAYOUT_TOKENS = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def _comments_by_looks(lines: tuple[str, ...], after: int) -> Iterator[tuple[int, int]]:
    """The lines and columns where comments seem to start: at the first ``#`` outside of quotes."""
    for number, line in enumerate(lines[after:], start=after + 1):
        quote = ""
        for column, character in enumerate(line):
            if character == "#" and not quote:
                yield number, column
                break
            if character == quote:
                quote = ""
            elif character in "\"'" and not quote:
                quote = character


def _is_comment(each: Suppression, comments: _Comments) -> bool:
    column = comments.columns.get(each.span.line)
    return column is not None and column < each.span.column


def _placed(each: Suppression, comments: _Comments) -> Suppression:
    """With the lines that it covers: one alone on its line covers what stands below it.

    A ``noqa`` does so in no other tool, and does not here.
    """
    if not each.own_line or each.file_level or each.style == "noqa":
        return each
    line = each.span.line
    first, last = comments.below.get(line, (line + 1, line + 1))
    return msgspec.structs.replace(each, first_line=first, last_line=last)


def _span(path: str, line: int, start: int, end: int) -> Span:
    return Span(path, line, start + 1, line, end + 1)
