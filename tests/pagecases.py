"""Runs the cases of the rules' pages. The judging is pure, so that it can itself be tested."""

from __future__ import annotations

import ast
import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import unified_diff
from functools import cache
from pathlib import Path

import msgspec
import tomli

from fastlint.config.settings import Settings
from fastlint.findings import Finding
from fastlint.pages.body import Case, Mark, Snippet, parse_cases, read_page
from fastlint.pages.head import FixKind, PageError, paths
from fastlint.pages.location import folder

ROOT = Path(__file__).resolve().parent.parent
EXTRA = ROOT / "tests" / "fixtures" / "cases"
"""Edge cases that users need not read, in the format of the pages."""

UNPARSED = frozenset({"FLT901", "FLT902"})
"""The rules whose bad examples must not compile."""

INSTALLED = frozenset(
    {"fastapi", "httpx", "pydantic", "sqlalchemy", "sqlmodel", "starlette", "typing_extensions"}
)
"""What the examples may import and still be run; the test environment has all of it."""


class Document(msgspec.Struct, frozen=True):
    """A page or a file of edge cases."""

    path: str
    shown: str
    """The path as failures print it: relative to the repository."""
    code: str = ""
    fix: FixKind = "sometimes"
    cases: tuple[Case, ...] = ()
    problems: tuple[str, ...] = ()
    """Why it is no page; then it has no cases."""


class Trial(msgspec.Struct, frozen=True):
    """One case in its document."""

    document: Document
    case: Case

    @property
    def label(self) -> str:
        """``FLT101::Bad / nested def``; edge cases say their file's name instead of the code."""
        stem = Path(self.document.path).stem
        is_page = Path(self.document.path).parent == Path(folder())
        return f"{self.document.code if is_page else stem}::{self.case.label}"


@cache
def documents() -> tuple[Document, ...]:
    """Every page, then every file of edge cases."""
    return tuple(map(_document, (*paths(folder()), *paths(str(EXTRA)))))


def trials(*sections: str) -> list[Trial]:
    """Every case of the given sections."""
    return [
        Trial(document, case)
        for document in documents()
        for case in document.cases
        if case.section in sections
    ]


def _document(path: str) -> Document:
    file = Path(path)
    shown = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else path
    try:
        if file.parent == EXTRA:
            code, cases = parse_cases(path, file.read_text(encoding="utf-8"))
            return Document(path, shown, code, cases=cases)
        page = read_page(path)
    except PageError as error:
        wrong = tuple(f"{shown}:{each.line}: {each.message}" for each in error.problems)
        return Document(path, shown, problems=wrong)
    return Document(path, shown, page.head.code, page.head.meta.fix, page.cases)


def settings_of(trial: Trial) -> Settings:
    """The case's own settings; the default rules and the page's own rule run."""
    settings = msgspec.convert(tomli.loads(_bad(trial).settings), Settings)
    selected = (*settings.extend_select, trial.document.code)
    return msgspec.structs.replace(settings, extend_select=selected)


@cache
def findings(trial: Trial) -> tuple[Finding, ...]:
    """What fastlint says of a case."""
    from fastlint.api import check_texts

    return check_texts(encoded(files_of(trial)), settings_of(trial)).findings


def fixed(trial: Trial) -> dict[str, str]:
    """The texts of a Fixed case's Bad case after ``--fix --unsafe-fixes``."""
    from fastlint.api import fix_texts

    before = _bad(trial).files
    return {**before, **fix_texts(before, settings_of(trial), unsafe=True).files}


def files_of(trial: Trial) -> dict[str, str]:
    """The case's texts; a Fixed case shows only the files that change."""
    return {**_bad(trial).files, **trial.case.files}


def encoded(files: Mapping[str, str]) -> dict[str, str | bytes]:
    """The texts as they would be on disk."""
    return {path: text.encode() for path, text in files.items()}


def _bad(trial: Trial) -> Case:
    """The Bad case that a Fixed case mends; every other case is its own."""
    case = trial.case
    if case.section != "Fixed":
        return case
    cases = trial.document.cases
    return next(each for each in cases if each.section == "Bad" and each.title == case.title)


# --------------------------------------------------------------------------------- judging


def unmet(shown: str, case: Case, said: Sequence[Finding]) -> list[str]:
    """What a Bad or Good case expects and does not get, and gets and does not expect."""
    complaints: list[tuple[int, str]] = []
    left = list(said)
    for snippet in case.snippets:
        for mark in snippet.marks:
            here = [each for each in left if _at(each, snippet) == mark.line]
            match = next((each for each in here if _meets(each, mark)), None)
            if match is not None:
                left.remove(match)
                continue
            near = next((each for each in here if each.code == mark.code), None)
            if near is not None:
                left.remove(near)
            got = _spoken(near) if near else "nothing"
            complaints.append((mark.line, f"expected {mark}, got {got}"))
    for each in left:
        place = [snippet for snippet in case.snippets if snippet.path == each.span.path]
        line = _at(each, place[0]) if place else case.line
        where = "" if place else f" in {each.span.path}"
        complaints.append((line, f"unexpected {_spoken(each)}{where}"))
    return [f"{shown}:{line}: {complaint}" for line, complaint in sorted(complaints)]


def broken_promises(trial: Trial, said: Sequence[Finding]) -> list[str]:
    """Fixes that the page's ``fix`` denies."""
    allowed: dict[FixKind, set[bool]] = {
        "none": set(),
        "safe": {True},
        "unsafe": {False},
        "sometimes": {True, False},
    }
    kind = trial.document.fix
    return [
        f'{trial.document.shown}: says fix = "{kind}", but {_spoken(each)} has a fix'
        f" that is {'safe' if each.fix.safe else 'unsafe'}"
        for each in said
        if each.code == trial.document.code and each.fix and each.fix.safe not in allowed[kind]
    ]


def differences(trial: Trial, got: Mapping[str, str]) -> list[str]:
    """Where the fixed texts are not what a Fixed case shows."""
    found: list[str] = []
    lines = {snippet.path: snippet.line for snippet in trial.case.snippets}
    for path, wanted in files_of(trial).items():
        if got[path] != wanted:
            diff = unified_diff(
                wanted.splitlines(keepends=True),
                got[path].splitlines(keepends=True),
                "as the page shows it",
                "as it was fixed",
            )
            place = f"{trial.document.shown}:{lines.get(path, trial.case.line)}"
            found.append(f"{place}: {path} is fixed otherwise\n{''.join(diff)}")
    return found


def _at(finding: Finding, snippet: Snippet) -> int:
    """The page's line of a finding; 0 when it is not in the snippet."""
    if finding.span.path != snippet.path:
        return 0
    return snippet.line + finding.span.line - 1


def _meets(finding: Finding, mark: Mark) -> bool:
    return (
        finding.code == mark.code
        and finding.severity == mark.severity
        and mark.text in finding.message
    )


def _spoken(finding: Finding) -> str:
    return f'{finding.severity} {finding.code} "{finding.message}"'


# --------------------------------------------------------------------------------- running


def refusal(shown: str, snippet: Snippet) -> str | None:
    """Why Python does not compile a snippet, by the page's line; None when it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(snippet.text.encode(), snippet.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{shown}:{snippet.line + (error.lineno or 1) - 1}: {error.msg}"
    return None


def runnable(trial: Trial) -> bool:
    """Whether the case can be imported where the tests run."""
    case = trial.case
    if case.no_import or UNPARSED & {mark.code for each in case.snippets for mark in each.marks}:
        return False
    files = files_of(trial)
    own = {path.split("/")[0].removesuffix(".py") for path in map(module_path, files)}
    known = sys.stdlib_module_names | INSTALLED | own | {"pytest"}
    return all(
        name in known
        for path, text in files.items()
        if path.endswith(".py")
        for name in _imported(text)
    )


def _imported(text: str) -> Iterator[str]:
    """The top-level names of what a module imports when it is itself imported."""
    try:
        pending: list[ast.AST] = [ast.parse(text)]
    except SyntaxError:
        return
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending.extend(ast.iter_child_nodes(node))


def import_case(files: Mapping[str, str], where: Path) -> Exception | None:
    """Import every Python file of a case, written to ``where``: the first exception, or None."""
    for path, text in files.items():
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        (where / path).write_text(text, encoding="utf-8")
    modules = [
        module_path(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in files
        if path.endswith(".py")
    ]
    with modules_of(where, {module.split(".")[0] for module in modules}):
        try:
            for module in modules:
                importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - whatever the example raises is the answer
            return error
    return None


def surprise(shown: str, case: Case, error: Exception | None) -> list[str]:
    """What is wrong with how an example could or could not be imported."""
    raised = type(error).__name__ if error else ""
    if raised == case.raises:
        return []
    place = f"{shown}:{case.snippets[0].line}: "
    if not case.raises:
        advice = "say `# raises: …` or `# no-import: reason` on the first line if it has to be so"
        return [f"{place}cannot be imported: {raised}: {error}; {advice}"]
    return [f"{place}expected {case.raises} on import, got {raised or 'nothing'}: {error or ''}"]


def module_path(path: str) -> str:
    """The path below the folder from which Python would import it."""
    return path.removeprefix("src/").removeprefix("backend/")


@contextmanager
def modules_of(where: Path, names: set[str]) -> Iterator[None]:
    """Python as if started in ``where``; everything imported from there is forgotten after."""
    hidden = {
        name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in names
    }
    search = [str(where), str(where / "src"), str(where / "backend")]
    sys.path[:0] = search
    importlib.invalidate_caches()
    dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.dont_write_bytecode = dont_write
        del sys.path[: len(search)]
        for name in list(sys.modules):
            if name.split(".")[0] in names:
                del sys.modules[name]
        sys.modules.update(hidden)
        if "sqlmodel" in sys.modules:  # its tables are registered for the whole process
            sys.modules["sqlmodel"].SQLModel.metadata.clear()
