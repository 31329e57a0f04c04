"""A page's head: its title, its TOML block and its summary. Cheap, since every check reads all."""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from fastlint.findings import Severity

FixKind = Literal["none", "safe", "unsafe", "sometimes"]
"""``sometimes``: some fixes of the rule are safe and some are not."""

Change = Literal[
    "dependencies",
    "import",
    "middleware",
    "models",
    "openapi",
    "parameters",
    "responses",
    "routes",
    "security",
    "warnings",
]
"""What a safe fix may change of what FastAPI makes of an application.

``warnings`` are those that are no longer given, never new ones; ``import`` is code that could not
be imported and now can; the rest is as `benchmarks.proving` compares it.
"""


class PageProblem(msgspec.Struct, frozen=True, order=True):
    """What is wrong with a page itself, and on which of its lines (1-based)."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """The problem as editors and terminals link it."""
        return f"{self.path}:{self.line}: {self.message}"


class PageError(Exception):
    """A page is not a page; carries every problem found, not only the first."""

    def __init__(self, *problems: PageProblem) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class Gates(msgspec.Struct, frozen=True, rename="kebab"):
    """Version ranges such as ``>=0.115,<1`` outside of which a rule says nothing; "" is any."""

    fastapi: str = ""
    starlette: str = ""
    pydantic: str = ""
    sqlalchemy: str = ""
    sqlmodel: str = ""
    httpx: str = ""
    pyjwt: str = ""
    passlib: str = ""
    bcrypt: str = ""
    pydantic_settings: str = ""
    python_multipart: str = ""
    uvicorn: str = ""
    python: str = ""


class Meta(Gates, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The TOML block under the title, as it is written."""

    category: str
    severity: Severity
    default: bool
    """Whether the rule runs when nothing is selected."""
    profile: Literal["strict"] | None = None
    """``strict``: off by default, and on in that profile, since what it says is right."""
    fix: FixKind
    since: str
    """The first version of fastlint that has the rule."""
    changes: tuple[Change, ...] = ()
    """What a safe fix of the rule is meant to change; everything else stays as it is."""
    guide: str = ""
    """The sections of the FastAPI guide that the rule stands for: ``DO 6, DON'T 2, 1.3``."""
    by: Literal["module", "engine"] = "module"
    """``engine``: the engine itself stands for the rule, which has no module."""


class Head(msgspec.Struct, frozen=True):
    """Everything above a page's first section."""

    path: str
    code: str
    name: str
    meta: Meta
    summary: str
    """One sentence: what the rule finds."""
    first_line: int
    """The page's line on which the TOML block's first key stands."""

    @property
    def guide(self) -> tuple[str, ...]:
        """The sections of the guide, one by one."""
        return tuple(part for each in self.meta.guide.split(",") if (part := each.strip()))

    @property
    def profile(self) -> Literal["default", "strict"] | None:
        """The first profile in which the rule runs; None for one that must be asked for."""
        return "default" if self.meta.default else self.meta.profile

    @property
    def gates(self) -> dict[str, str]:
        """The version ranges that the page gives, by package."""
        fields = zip(Gates.__struct_encode_fields__, Gates.__struct_fields__, strict=True)
        given = {package: getattr(self.meta, field) for package, field in fields}
        return {package: gate for package, gate in given.items() if gate}


def paths(where: str) -> list[str]:
    """Every page of a folder, in the order of the codes; none where there is no such folder."""
    try:
        names = os.listdir(where)
    except FileNotFoundError:
        return []
    return [os.path.join(where, name) for name in sorted(names) if name.endswith(".md")]


def read_head(path: str) -> Head:
    """The metadata of the page at ``path``; its body is not looked at. Raises `PageError`."""
    with open(path, encoding="utf-8") as file:
        return parse_head(path, file.read())


def parse_head(path: str, text: str) -> Head:
    """Read a page's metadata from the page's text. Raises `PageError`."""
    lines = text.partition("\n## ")[0].splitlines()
    code, name = _title(path, lines)
    opening = next((n for n, line in enumerate(lines) if line.startswith("```")), 0)
    if not opening or lines[opening].rstrip() != "```toml" or any(lines[1:opening]):
        raise PageError(PageProblem(path, 2, "a ```toml block follows the title"))
    closing = next((n for n in range(opening + 1, len(lines)) if lines[n].rstrip() == "```"), 0)
    if not closing:
        raise PageError(PageProblem(path, opening + 1, "the ```toml block is not closed"))
    meta = _meta(path, lines[opening + 1 : closing], opening + 2)
    paragraph = "\n".join(lines[closing + 1 :]).strip()
    if not paragraph.endswith(".") or "\n\n" in paragraph or "```" in paragraph:
        message = "one summary sentence with a full stop follows the ```toml block"
        raise PageError(PageProblem(path, closing + 2, message))
    return Head(path, code, name, meta, " ".join(paragraph.split()), opening + 2)


def _title(path: str, lines: list[str]) -> tuple[str, str]:
    code, _, name = (lines[0].rstrip() if lines else "").removeprefix("# ").partition(" ")
    stem = os.path.basename(path).removesuffix(".md")
    if not name or stem != f"{code}-{name}":
        raise PageError(PageProblem(path, 1, f"the first line is `# {stem.replace('-', ' ', 1)}`"))
    return code, name


def _meta(path: str, block: list[str], first: int) -> Meta:
    import tomli

    try:
        return msgspec.convert(tomli.loads("\n".join(block)), Meta)
    except tomli.TOMLDecodeError as error:
        problem = PageProblem(path, first + error.lineno - 1, f"not TOML: {error.msg}")
    except msgspec.ValidationError as error:
        named = [n for n, line in enumerate(block) if _names(str(error), line.partition(" ")[0])]
        problem = PageProblem(path, first + (named[0] if named else 0), str(error))
    raise PageError(problem)


def _names(message: str, key: str) -> bool:
    return any(f"`{name}" in message for name in (f"$.{key}`", f"$.{key}[", f"{key}`"))
