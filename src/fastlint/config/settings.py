"""What a project may set: every option, its type, its default and its meaning.

The TOML keys are the field names in kebab-case. The docstring under a field is what
``fastlint config`` prints about it, so it is written for users.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from fastlint.findings import Severity

Level = Literal["error", "warning", "info", "off"]
"""The severity that a project gives a rule; ``off`` means that the rule does not run."""


class Profile(StrEnum):
    """The rules that run where none are selected."""

    DEFAULT = "default"
    STRICT = "strict"


class OutputFormat(StrEnum):
    """How findings are shown."""

    FULL = "full"
    CONCISE = "concise"
    GROUPED = "grouped"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


# The descriptions below complete the sentence "… must be …" when a value is refused. Beware of a
# union of such a string with a list or table: msgspec 0.22 frees the pattern as if it were a type
# and the interpreter dies at exit. `load` brings short forms into the long one instead.
_NAME = r"[^\W\d]\w*(\.[^\W\d]\w*)*"
Text = Annotated[str, msgspec.Meta(min_length=1, description="a string that is not empty")]
Dotted = Annotated[
    str,
    msgspec.Meta(pattern=rf"^{_NAME}\Z", description="a dotted name", examples=["time.sleep"]),
]
Callable = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^{_NAME}(:{_NAME})?\Z",
        description="a name, bare, dotted or as `module:name`",
        examples=["app.security.get_current_user"],
    ),
]
Entrypoint = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^{_NAME}:{_NAME}\Z",
        description="a module and a variable",
        examples=["app.main:app"],
    ),
]
RoutePath = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(/[^\n]*|[^/\s]+)\Z",
        description="one path segment, or a glob that starts with a slash",
        examples=["admin", "/internal/*"],
    ),
]
LineLength = Annotated[
    int, msgspec.Meta(ge=1, le=320, description="a number of characters from 1 to 320")
]
Version = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)*\Z",
        description="a version in quotes",
        examples=["0.115.2"],
    ),
]

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".fastlint_cache",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


class BlockingCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A callable of the project or its libraries that keeps its thread waiting."""

    call: Dotted
    """Its dotted name, as it is defined: ``mylib.query``, ``mylib.Client.send``."""
    kind: Text = "project"
    """The sort of work it does, one word: ``database``, ``http``, ``file``, …"""
    use: str = ""
    """What to call instead; shown as help."""


class BlockingKinds(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", omit_defaults=True
):
    """How grave it is when a call of a certain kind blocks the event loop."""

    sleep: Level | None = None
    wait: Level | None = None
    loop: Level | None = None
    network: Level | None = None
    database: Level | None = None
    messaging: Level | None = None
    cloud: Level | None = None
    process: Level | None = None
    file: Level | None = None
    cpu: Level | None = None
    project: Level | None = None


class Versions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", omit_defaults=True
):
    """The versions that the project runs with, where its files do not say so or say it wrongly."""

    fastapi: Version | None = None
    starlette: Version | None = None
    pydantic: Version | None = None
    sqlalchemy: Version | None = None
    sqlmodel: Version | None = None
    httpx: Version | None = None
    pyjwt: Version | None = None
    passlib: Version | None = None
    bcrypt: Version | None = None
    pydantic_settings: Version | None = None
    python_multipart: Version | None = None
    uvicorn: Version | None = None
    python: Version | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """All options. A rule is named by its code or name, several by a prefix or a category."""

    profile: Profile = Profile.DEFAULT
    """The rules that run when `select` is empty: `default` for what nearly every team keeps, or
    `strict` for these and further ones that are right, but that not every team wants."""
    select: tuple[Text, ...] = ()
    """The rules to run: codes, names, prefixes such as `FLT1`, categories or `ALL`. When empty,
    the rules of the `profile` run."""
    ignore: tuple[Text, ...] = ()
    """Rules not to run, although they are selected."""
    extend_select: tuple[Text, ...] = ()
    """Rules to run in addition to those that are selected or in the profile."""
    severity: dict[str, Level] = {}
    """Severity by rule: `error`, `warning`, `info`, or `off` to switch the rule off."""
    ruff_overlap: Literal["report", "skip"] = "report"
    """What to do with findings that ruff reports as well, with rules that the project's own
    settings of ruff select by name: `report` them all the same, or `skip` them."""
    per_file_ignores: dict[str, tuple[Text, ...]] = {}
    """Rules to ignore in the files that a pattern matches, which is written as for `exclude`."""
    exclude: tuple[Text, ...] = DEFAULT_EXCLUDE
    """What is never read, as patterns in the manner of .gitignore: without a slash a pattern
    matches a name at any depth, with one it is relative to the folder of the configuration file."""
    extend_exclude: tuple[Text, ...] = ()
    """What is not read either, in addition to `exclude`."""
    respect_gitignore: bool = True
    """Whether files that git ignores are left out."""
    force_exclude: bool = False
    """Whether excluded files are left out even when they are given by name on the command line."""
    fail_on: Severity = Severity.WARNING
    """The lowest severity that makes `fastlint check` exit with 1."""
    min_severity: Severity = Severity.INFO
    """The lowest severity that is shown."""
    output_format: OutputFormat = OutputFormat.FULL
    """How findings are shown."""
    fixable: tuple[Text, ...] = ("ALL",)
    """Rules whose findings `--fix` may fix."""
    unfixable: tuple[Text, ...] = ()
    """Rules whose findings `--fix` leaves alone, although they are fixable."""
    line_length: LineLength | None = None
    """How long the lines may be that `--fix` writes. When not given, what ruff or black are told
    in pyproject.toml or ruff.toml, else 88, or more in a file that has longer lines itself."""
    blocking_calls: tuple[BlockingCall, ...] = ()
    """Calls that block, in addition to those that fastlint knows: dotted names, or tables such as
    `{ call = "mylib.query", kind = "database", use = "mylib.aquery" }`."""
    nonblocking_calls: tuple[Dotted, ...] = ()
    """Calls that do not block, although fastlint thinks so: dotted names."""
    blocking_kinds: BlockingKinds = BlockingKinds()
    """Severity of blocking calls by their kind (`sleep`, `wait`, `loop`, `network`, `database`,
    `messaging`, `cloud`, `process`, `file`, `cpu`, `project`): `error`, `warning`, `info`, or `off`
    where your team does not mind. What is not given depends on the call."""
    auth_dependencies: tuple[Callable, ...] = ()
    """Dependencies that guard a route, in addition to the security schemes of FastAPI and what is
    named like a guard: names of callables, bare, dotted or as `module:name`."""
    public_paths: tuple[RoutePath, ...] = ()
    """Routes that need no guard: path segments such as `status`, or globs over the full path such
    as `/internal/*`. A public path wins over an admin path."""
    admin_paths: tuple[RoutePath, ...] = ()
    """Routes that need a guard, in addition to those that are named like it; as `public-paths`."""
    entrypoint: tuple[Entrypoint, ...] = ()
    """What a server loads, `"app.main:app"` or a factory such as `"app.main:create_app"`, or a list
    of several. There the reading begins, and a factory is called with its defaults; every other
    application that is found is read as well. When empty, the `entrypoint` of `[tool.fastapi]` in
    pyproject.toml, and what the code itself gives to `uvicorn.run` and the like."""
    versions: Versions = Versions()
    """The versions of the libraries to judge by. What is not given here is read from the project's
    lock files, requirements and manifests, those closest to a file first; what they leave open is
    the newest version that is known."""
    cache_dir: Text = ".fastlint_cache"
    """The folder of the cache, relative to the project's root."""
