"""A page's body: its sections, and the cases that say by example what the rule does.

In a case every line of code stands for itself: a mark at its end (``# error: FLT101 "text"``) is an
assertion about it, and what is linted is the code without the marks, line by line as on the page.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Severity
from fastlint.pages.head import Head, PageError, PageProblem, parse_head

if TYPE_CHECKING:
    from collections.abc import Iterator

CATEGORIES = {
    "1": "async",
    "2": "security",
    "3": "routes",
    "4": "responses",
    "5": "dependencies",
    "6": "schemas",
    "7": "migration",
    "8": "testing",
    "9": "fastlint",
}
"""The category of a rule, by the first digit of its code."""

SECTIONS = ("Why", "Bad", "Good", "Fixed", "Known limits")
"""The sections of a page, in order; ``Fixed`` stands exactly where the rule fixes something."""

CASE_SECTIONS = ("Bad", "Good", "Fixed")
DEFAULT_FILE = "main.py"
"""The name of a case's only file where the page does not name it."""

_TITLE = re.compile(r"# (FLT\d{3}) [a-z0-9]+(?:-[a-z0-9]+)*")
_FENCE = re.compile(r"(`{3,})([\w-]*)\s*")
_FILE = re.compile(r"`([^`]+)`:\s*")
_MARK = re.compile(r'# (error|warning|info): (FLT\d{3})(?: "([^"]+)")?')
_MARKS = re.compile(r'\s*(?:# (?:error|warning|info): FLT\d{3}(?: "[^"]+")?\s*)+$')
_MARK_LIKE = re.compile(r"#\s*(?:error|warning|info)\b\s*:?\s*[\"'`\[(]?FLT", re.IGNORECASE)
_DIRECTIVE = re.compile(r"# (raises|no-import|python):\s*(.*?)\s*")
_PYTHON = re.compile(r"3\.(\d+)")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
_GATE = re.compile(r"(?:>=|<=|<|>|==)\d+(?:\.\d+)*(?:,(?:>=|<=|<|>|==)\d+(?:\.\d+)*)*")


class Section(msgspec.Struct, frozen=True):
    """One ``## section``: its text as written, without the heading."""

    title: str
    line: int
    text: str


class Mark(msgspec.Struct, frozen=True, order=True):
    """An assertion of a case: the finding that starts on this line."""

    line: int
    """The line of the page."""
    severity: Severity
    code: str
    text: str = ""
    """Must be part of the finding's message; "" asserts nothing of it."""

    def __str__(self) -> str:
        """``error FLT101 "blocks"``."""
        quoted = f' "{self.text}"' if self.text else ""
        return f"{self.severity} {self.code}{quoted}"


class Snippet(msgspec.Struct, frozen=True):
    """One file of a case as it is linted: without marks and first-line directives."""

    path: str
    line: int
    """The page's line on which line 1 of the file stands."""
    text: str
    marks: tuple[Mark, ...] = ()


class Case(msgspec.Struct, frozen=True):
    """A small project on a page, and what the page says about it."""

    section: str
    """``Bad``, ``Good`` or ``Fixed``."""
    title: str
    """The ``###`` heading above it, numbered where several stand under one; "" without heading."""
    line: int
    snippets: tuple[Snippet, ...]
    settings: str = ""
    """The ``fastlint.toml`` of the case."""
    raises: str = ""
    """The exception with which FastAPI refuses the code when it is imported."""
    no_import: str = ""
    """Why the code cannot be imported where the tests run."""
    python: tuple[int, int] = (3, 0)
    """The oldest Python that reads the code."""

    @property
    def label(self) -> str:
        """``Bad / nested def``."""
        return f"{self.section} / {self.title}" if self.title else self.section

    @property
    def files(self) -> dict[str, str]:
        """The texts by path."""
        return {snippet.path: snippet.text for snippet in self.snippets}


class Page(msgspec.Struct, frozen=True):
    """A whole page."""

    head: Head
    sections: tuple[Section, ...]
    cases: tuple[Case, ...]

    def section(self, title: str) -> str:
        """The text of a section, or "" where the page has none of that title."""
        return next((part.text for part in self.sections if part.title == title), "")


@cache
def read_page(path: str) -> Page:
    """The whole page at ``path``. Raises `PageError`."""
    with open(path, encoding="utf-8") as file:
        return parse_page(path, file.read())


def parse_page(path: str, text: str) -> Page:
    """Read a whole page from its text. Raises `PageError` with everything that is wrong."""
    head = parse_head(path, text)
    reader = _Reader(path)
    sections = reader.sections(text)
    cases = reader.cases(sections)
    reader.judge_head(head, text.split("\n"))
    reader.judge_sections(head, sections)
    reader.judge_cases(head.code, cases)
    if head.meta.by != "engine":
        reader.judge_examples(sections, cases)
    if reader.problems:
        raise PageError(*reader.problems)
    return Page(head, sections, cases)


def parse_cases(path: str, text: str) -> tuple[str, tuple[Case, ...]]:
    """Read a file of edge cases: a title line and any of Bad, Good and Fixed, no metadata.

    Answers the rule's code and the cases. Raises `PageError` with everything that is wrong.
    """
    title = _TITLE.fullmatch(text.partition("\n")[0].rstrip())
    if title is None:
        raise PageError(PageProblem(path, 1, "the first line is `# FLT101 name-of-the-rule`"))
    reader = _Reader(path)
    cases = reader.cases(reader.sections(text))
    reader.judge_cases(title[1], cases)
    if reader.problems:
        raise PageError(*reader.problems)
    return title[1], cases


class _Block(msgspec.Struct):
    """A fenced block: its language, the file it names, its first line on the page, its lines."""

    language: str
    file: str
    line: int
    lines: list[str]


class _Reader:
    """Reads one page and notes what is wrong with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[PageProblem] = []

    def wrong(self, line: int, message: str) -> None:
        self.problems.append(PageProblem(self.path, line, message))

    # ------------------------------------------------------------------------------- structure

    def sections(self, text: str) -> tuple[Section, ...]:
        """Cut the page at its ``## headings``; those inside of fenced blocks are code."""
        lines = text.split("\n")
        starts = [n for n in _outside_fences(lines) if lines[n].startswith("## ")]
        ends = [*starts[1:], len(lines)]
        return tuple(
            Section(lines[start][3:].strip(), start + 1, "\n".join(lines[start + 1 : end]))
            for start, end in zip(starts, ends, strict=False)
        )

    def cases(self, sections: tuple[Section, ...]) -> tuple[Case, ...]:
        """Every case of Bad, Good and Fixed."""
        found: list[Case] = []
        for section in sections:
            if section.title not in CASE_SECTIONS:
                continue
            titles: set[str] = set()
            for title, line, blocks in self.groups(section):
                if title in titles:
                    self.wrong(line, f"`### {title}` stands twice under `## {section.title}`")
                titles.add(title)
                found += self.group_cases(section.title, title, line, blocks)
        return tuple(found)

    def groups(self, section: Section) -> Iterator[tuple[str, int, list[_Block]]]:
        """The fenced blocks of a section by the ``### heading`` above them."""
        title, heading, blocks = "", section.line, list[_Block]()
        file, file_line = "", 0
        block: _Block | None = None
        fence = ""
        lines = section.text.split("\n") if section.text else []
        for number, line in enumerate(lines, section.line + 1):
            if block is not None:
                if line.rstrip() == fence:
                    blocks.append(block)
                    block = None
                else:
                    block.lines.append(line)
            elif opening := _FENCE.fullmatch(line):
                fence = opening[1]
                block = _Block(opening[2], file, number + 1, [])
                file = ""
            elif line.startswith("### "):
                yield title, heading, blocks
                title, heading, blocks = line[4:].strip(), number, []
            elif line.strip():
                if file:
                    self.wrong(file_line, f"no block follows the file line of `{file}`")
                named = _FILE.fullmatch(line)
                file, file_line = (self.file_name(named[1], number) if named else ""), number
        if block is not None:
            self.wrong(block.line - 1, "the block is not closed")
        elif file:
            self.wrong(file_line, f"no block follows the file line of `{file}`")
        yield title, heading, blocks

    def file_name(self, name: str, line: int) -> str:
        """A path inside of the case's project; a file line that leads out of it is wrong."""
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            self.wrong(line, f"`{name}` is not a path inside of the project")
        return name

    def group_cases(
        self, section: str, title: str, line: int, blocks: list[_Block]
    ) -> Iterator[Case]:
        """The cases under one heading: all named files are one, each unnamed one is its own."""
        named = [block for block in blocks if block.file]
        unnamed = [block for block in blocks if not block.file and block.language == "python"]
        config = [block for block in blocks if not block.file and block.language == "toml"]
        if named and unnamed:
            self.wrong(unnamed[0].line - 1, "name every file of the case, or none")
        if len(config) > 1:
            self.wrong(config[1].line - 1, "one toml block holds all settings of the case")
        settings = "\n".join(config[0].lines) + "\n" if config else ""
        for number, files in enumerate([named] if named else [[block] for block in unnamed], 1):
            if len({block.file for block in files}) < len(files):
                self.wrong(files[0].line - 1, "a file of the case is named twice")
            told: dict[str, str] = {}
            snippets = tuple(self.snippet(block, told) for block in files)
            counted = " ".join(filter(None, (title, str(number) if number > 1 else "")))
            yield Case(
                section=section,
                title=counted,
                line=line if title and number == 1 else files[0].line - 1,
                snippets=snippets,
                settings=settings,
                raises=told.get("raises", ""),
                no_import=told.get("no-import", ""),
                python=self.python(told.get("python", "3.0"), files[0].line),
            )

    def python(self, version: str, line: int) -> tuple[int, int]:
        """``# python: 3.14`` as a comparable version."""
        match = _PYTHON.fullmatch(version)
        if match is None:
            self.wrong(line, "write the oldest Python that reads the code as `# python: 3.14`")
            return (3, 0)
        return (3, int(match[1]))

    def snippet(self, block: _Block, told: dict[str, str]) -> Snippet:
        """A block as a file: directives go to ``told``, marks to the snippet."""
        lines, first = block.lines, block.line
        while lines and (directive := _DIRECTIVE.fullmatch(lines[0])):
            if not directive[2]:
                self.wrong(first, f"`{lines[0].strip()}` says nothing after the colon")
            told[directive[1]] = directive[2]
            lines, first = lines[1:], first + 1
        marks: list[Mark] = []
        code = [self.unmark(line, number, marks) for number, line in enumerate(lines, first)]
        text = "".join(f"{line}\n" for line in code)
        return Snippet(block.file or DEFAULT_FILE, first, text, tuple(marks))

    def unmark(self, line: str, number: int, marks: list[Mark]) -> str:
        """The line without its marks, which are added to ``marks``."""
        if "FLT" not in line:
            return line
        suffix = _MARKS.search(line)
        rest = line[: suffix.start()] if suffix else line
        if _MARK_LIKE.search(rest):
            self.wrong(number, 'a mark is written `# error: FLT101 "part of the message"`')
        if suffix is None:
            return line
        if not rest.strip():
            self.wrong(number, "a mark stands at the end of the line that it speaks of")
        for severity, code, text in _MARK.findall(suffix[0]):
            marks.append(Mark(number, Severity(severity), code, text))
        return rest

    # ------------------------------------------------------------------------------- judgement

    def judge_head(self, head: Head, lines: list[str]) -> None:
        """What a page's metadata must say beyond its types."""
        meta = head.meta
        at = {line.split(" ")[0]: n for n, line in reversed(list(enumerate(lines, 1)))}
        if _TITLE.fullmatch(f"# {head.code} {head.name}") is None:
            self.wrong(1, "the first line is `# FLT101 name-of-the-rule`, in kebab-case")
        elif (wanted := CATEGORIES.get(head.code[3])) != meta.category:
            message = f'the category of {head.code} is "{wanted}", not "{meta.category}"'
            self.wrong(at["category"], message)
        if meta.by == "engine" and not head.code.startswith("FLT9"):
            self.wrong(at["by"], 'by = "engine" is for FLT9xx only')
        if meta.profile is not None and meta.default:
            self.wrong(at["profile"], "what is on by default is on in every profile")
        if meta.changes and meta.fix not in ("safe", "sometimes"):
            self.wrong(at["changes"], "changes is for a rule with safe fixes")
        if list(meta.changes) != sorted(set(meta.changes)):
            self.wrong(at["changes"], "changes are sorted, each of them once")
        if not _VERSION.fullmatch(meta.since):
            self.wrong(at["since"], 'since is a version such as "0.1"')
        for package, gate in head.gates.items():
            if not _GATE.fullmatch(gate):
                self.wrong(at[package], f'{package} is a range of versions such as ">=0.115,<1"')

    def judge_sections(self, head: Head, sections: tuple[Section, ...]) -> None:
        """Whether the page has the sections it must have, filled, in order."""
        wanted = [name for name in SECTIONS if name != "Fixed" or head.meta.fix != "none"]
        got = [section.title for section in sections]
        for section in sections:
            if section.title not in SECTIONS:
                self.wrong(section.line, f"no section is called `{section.title}`")
            elif not section.text.strip():
                self.wrong(section.line, f"`## {section.title}` is empty")
        for name in wanted:
            if name not in got:
                self.wrong(head.first_line, f"the section `## {name}` is missing")
        if "Fixed" in got and "Fixed" not in wanted:
            self.wrong(head.first_line, '`## Fixed` contradicts fix = "none"')
        known = [name for name in got if name in wanted]
        if known != sorted(known, key=wanted.index) or len(set(known)) < len(known):
            order = ", ".join(wanted)
            self.wrong(sections[0].line, f"the sections are, once each and in this order: {order}")

    def judge_examples(self, sections: tuple[Section, ...], cases: tuple[Case, ...]) -> None:
        """Whether each section of examples has one."""
        for section in sections:
            if section.title in CASE_SECTIONS and section.title not in {c.section for c in cases}:
                self.wrong(section.line, f"`## {section.title}` shows no ```python block")

    def judge_cases(self, code: str, cases: tuple[Case, ...]) -> None:
        """Whether each case says what a case of its section has to say."""
        bad = {case.title for case in cases if case.section == "Bad"}
        for case in cases:
            marks = [mark for snippet in case.snippets for mark in snippet.marks]
            if case.section == "Bad":
                if code not in {mark.code for mark in marks}:
                    self.wrong(case.line, f"`{case.label}` has no mark `# error: {code} …`")
            elif marks:
                self.wrong(marks[0].line, f"a mark has no place under `## {case.section}`")
            if case.section == "Fixed" and case.title not in bad:
                self.wrong(case.line, f"`{case.label}` has no Bad case of the same heading")
            if case.section != "Bad" and case.raises:
                self.wrong(case.line, f"`{case.label}` must not be refused by FastAPI")


def _outside_fences(lines: list[str]) -> Iterator[int]:
    fence = ""
    for number, line in enumerate(lines):
        if fence:
            if line.rstrip() == fence:
                fence = ""
        elif opening := _FENCE.fullmatch(line):
            fence = opening[1]
        else:
            yield number
