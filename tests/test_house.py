"""The rules of this house. Each check is a function over a tree, with a proof that it can fail."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

import pagecases
import pytest
from complaining import complain

from fastlint.catalogue import load, validate
from fastlint.pages.body import SECTIONS
from fastlint.pages.location import folder

ROOT = pagecases.ROOT
PACKAGE = ROOT / "src" / "fastlint"

ROOMS = {
    "__init__": "",
    "__main__": "cli",
    "findings": "",
    "outcome": "findings",
    "rule": "findings",
    "pages": "findings",
    "config": "findings",
    "source": "findings config",
    "versions": "findings config source",
    "facts": "findings source",
    "model": "findings config source versions facts",
    "fixes": "findings source facts",
    "rules": "findings rule facts model fixes",
    "catalogue": "findings pages rule rules versions",
    "selection": "findings config catalogue",
    "routetable": "findings",
    "overlap": "findings",
    "report": "findings outcome routetable source pages catalogue",
    "cache": "findings outcome config source facts pages",
    "engine": (
        "findings outcome routetable rule config source versions facts model fixes catalogue "
        "selection cache overlap"
    ),
    "api": "findings outcome routetable config fixes engine",
    "cli": (
        "findings outcome routetable config source versions pages report catalogue selection cache "
        "engine api overlap"
    ),
}
"""Who may import whom: files flow to facts, to the model, to rules, to the report."""

MODEL = {
    "following": "",
    "reading": "following",
    "serving": "following reading",
    "shapes": "following reading serving",
    "calls": "following reading serving shapes",
    "lifetimes": "following reading serving calls",
    "answers": "following reading serving shapes calls",
    "security": "following reading serving shapes calls",
    "migration": "following reading serving shapes lifetimes",
}
"""What the parts of the model are built upon. `Project`, the door to all of them, is above."""

ONLY_IN = {
    "libcst": ("fixes/", "facts/level"),
    "rich": ("report/", "cli"),
    "typer": ("cli",),
    "pickle": (),
    "marshal": (),
    "shelve": (),
}
"""Where a library may be imported; nowhere else. Nothing of the tree being read is unpickled."""

NOT_IN_RULES = ("io", "libcst", "os", "pathlib", "rich", "subprocess", "sys", "typer")
RULE_LINES = 80
MEDIAN_RULE_LINES = 60
BEFORE_PROOFS = ("FLT201", "FLT202", "FLT203", "FLT301", "FLT302", "FLT303", "FLT304")
"""Rules that are older than ``tests/proofs``; what is new is proven there."""
EMPTY_WORDS = ("common", "helper", "helpers", "misc", "util", "utils")

_FOLDER = r"/(?:root/|work/|home/[a-z]|Users/[A-Za-z])"
_MACHINE = re.compile(rf"(?<![\w.:/])(?:{_FOLDER}|[A-Z]:\\Users\\)")


# ------------------------------------------------------------------------------- the checks


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module of a tree by its path, parsed."""
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What a module of ``fastlint`` imports, wherever in it: line and dotted name."""
    package = ["fastlint", *path.split("/")[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def climbing(package: Path) -> list[str]:
    """Imports against the flow, and rooms of which nobody said what they may import."""
    complaints = []
    for path, tree in modules(package):
        room = path.split("/")[0].removesuffix(".py")
        if room not in ROOMS:
            complaints.append(f"{path}: a new room; say in ROOMS what `{room}` may import")
            continue
        for line, name in imported(path, tree):
            library, _, inside = name.partition(".")
            other = inside.split(".")[0]
            if (
                library == "fastlint"
                and other in ROOMS
                and other not in (room, *ROOMS[room].split())
            ):
                complaints.append(f"{path}:{line}: `{room}` may not import `{other}`")
    return complaints


def undermining(package: Path) -> list[str]:
    """Parts of the model that need one which is built upon them; their types they may name."""
    return [
        f"{path}:{line}: `{part}` may not import `{other}` of the model"
        for path, tree in modules(package)
        if (part := _part(path.removesuffix(".py").replace("/", ".")))
        for line, name in imported(path, at_run_time(tree))
        if (other := _part(name.removeprefix("fastlint."))) and other != part
        if other not in MODEL[part].split()
    ]


def _part(module: str) -> str | None:
    """The part of the model that a module of ``fastlint`` belongs to."""
    room, _, inside = module.partition(".")
    part = inside.partition(".")[0]
    return part if room == "model" and part in MODEL else None


def at_run_time(tree: ast.Module) -> ast.Module:
    """A module without what it imports for type checkers only."""
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return ast.Module(body, tree.type_ignores)


def strangers(package: Path) -> list[str]:
    """Libraries imported outside of the rooms that they are for."""
    complaints = []
    for path, tree in modules(package):
        for line, name in imported(path, tree):
            library = name.split(".")[0]
            if path.startswith("rules/") and library in NOT_IN_RULES:
                complaints.append(f"{path}:{line}: a rule may not import `{library}`")
            elif library in ONLY_IN and not path.startswith(ONLY_IN[library] or "-"):
                complaints.append(f"{path}:{line}: `{library}` has no business here")
    return complaints


def acquainted_rules(package: Path) -> list[str]:
    """Rules that know another rule."""
    return [
        f"{path}:{line}: a rule may not import another rule"
        for path, tree in modules(package)
        if path.startswith("rules/")
        for line, name in imported(path, tree)
        if name.startswith("fastlint.rules.")
    ]


def talkers(package: Path) -> list[str]:
    """Code outside of the command line that prints or exits."""
    forbidden = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "SystemExit"}
    streams = ("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__")
    complaints = []
    for path, tree in modules(package):
        if path.startswith("cli"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
            elif isinstance(node, ast.Raise) and node.exc is not None:
                name = ast.unparse(node.exc)
            else:
                continue
            if name in forbidden or name.startswith(streams):
                complaints.append(f"{path}:{node.lineno}: only the command line prints or exits")
    return complaints


def long_rules(package: Path) -> list[str]:
    """Rule modules that are no longer one thought."""
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((package / "rules").glob("*.py"))
    }
    return [
        f"rules/{name}: {lines} lines, {RULE_LINES} at most; what it computes belongs to the model"
        for name, lines in lengths.items()
        if lines > RULE_LINES
    ]


def lengthy_rules(package: Path) -> list[str]:
    """Rule modules that are long as a rule: half of them have more lines than they should."""
    texts = [each.read_text("utf-8") for each in (package / "rules").glob("flt*.py")]
    lengths = [len(each.splitlines()) for each in texts]
    middle = median(lengths) if lengths else 0
    wanted = f"rules/: the median module has {middle:g} lines, {MEDIAN_RULE_LINES} at most"
    return [wanted] if middle > MEDIAN_RULE_LINES else []


def unnoted_reads(package: Path) -> list[str]:
    """Looks into encoded bodies past `tree.statements` and `search.mentions`.

    They note what was looked at, and an edit of anything else is taken to change nothing.
    """
    return [
        f"{path}:{node.lineno}: ask `search.mentions` or `tree.statements` for what is in a body"
        for path, tree in modules(package)
        if not path.startswith("facts/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for given in node.args
        if isinstance(given, ast.Attribute)
        and given.attr in ("body", "literals", "words")
        and ast.unparse(node.func).endswith(("bytes", "search", "match", "decode", "memoryview"))
    ]


def empty_names(*trees: Path) -> list[str]:
    """Modules and folders whose name says nothing about what is in them."""
    return [
        f"{path.relative_to(tree).as_posix()}: name it after what it does"
        for tree in trees
        for path in sorted(tree.rglob("*"))
        if (path.is_dir() or path.suffix == ".py") and path.stem.strip("_") in EMPTY_WORDS
    ]


def disordered_pages(where: Path) -> list[str]:
    """Pages whose sections are not the house's, in its order."""
    complaints = []
    for path in sorted(where.glob("*.md")):
        text = re.sub(
            r"^(`{3,}).*?^\1$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
        )
        fixes = not re.search(r'^fix = "none"', path.read_text("utf-8"), flags=re.MULTILINE)
        wanted = [name for name in SECTIONS if name != "Fixed" or fixes]
        if (got := re.findall(r"^## (.*)$", text, flags=re.MULTILINE)) != wanted:
            complaints.append(
                f"{path.name}: the sections are {_in_order(got)}, not {_in_order(wanted)}"
            )
    return complaints


def _in_order(sections: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in sections)


def bare_pages(documents: Iterable[pagecases.Document], engine: Iterable[str] = ()) -> list[str]:
    """Pages that do not show what they forbid, what they want and what they fix.

    What is no page at all is not one of them: its mistakes are told by line, in ``test_pages``.
    """
    complaints = []
    for document in documents:
        if document.problems:
            continue
        wanted = {"Bad", "Good"} if document.fix == "none" else {"Bad", "Good", "Fixed"}
        shown = {case.section for case in document.cases}
        if document.code not in engine and (missing := wanted - shown):
            sections = ", ".join(f"`## {section}`" for section in sorted(missing))
            complaints.append(f"{document.shown}: there is no example under {sections}")
    return complaints


def clumsy(message: str) -> str | None:
    """What is wrong with the style of a message, or None."""
    if not message or message != message.strip() or "\n" in message:
        return "one line without space around it"
    if not (message[0].islower() or message[0] in "`'\"" or message[0].isdigit()):
        return "begins in lower case or with a backtick"
    if message.endswith((".", "!", "…", ":")):
        return "ends without a full stop"
    if message.count("`") % 2:
        return "has a backtick too few"
    return None


def machine_paths(root: Path, files: Iterable[str]) -> list[str]:
    """Files that name a folder of somebody's machine."""
    complaints = []
    for name in files:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if found := _MACHINE.search(line):
                complaints.append(f"{name}:{number}: names a machine's folder: {found[0]}")
    return complaints


def unproven(codes: Iterable[str], proofs: Path) -> list[str]:
    """Rules about routes and security of which nothing shows what FastAPI does with the examples.

    A proof is a class or function of ``tests/proofs`` that asks a Bad case of the page, and a Good
    or Fixed one.
    """
    proven = set()
    for path in sorted(proofs.glob("test_*.py")):
        for proof in ast.parse(path.read_text(encoding="utf-8")).body:
            said = {n.value for n in ast.walk(proof) if isinstance(n, ast.Constant)}
            if "Bad" in said and said & {"Good", "Fixed"}:
                proven |= said
    wanted = [c for c in codes if c.startswith(("FLT2", "FLT3")) and c not in BEFORE_PROOFS]
    return [
        f"{code}: no proof in {proofs.name}/ asks both a Bad case of its page and a Good or "
        "Fixed one (`proofcases.asking`)"
        for code in sorted(set(wanted) - proven)
    ]


def tracked() -> list[str]:
    """The files that git tracks or would; those of the checkout where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.decode().split("\0") if name]
    return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]


# ----------------------------------------------------------------------------- the house now


@pytest.mark.parametrize(
    "check",
    [
        climbing,
        undermining,
        strangers,
        acquainted_rules,
        talkers,
        long_rules,
        lengthy_rules,
        unnoted_reads,
    ],
    ids=lambda check: check.__name__,
)
def test_the_package(check: Callable[[Path], list[str]]) -> None:
    complain(check(PACKAGE))


def test_names_say_something() -> None:
    complain(empty_names(PACKAGE, ROOT / "tests"))


def test_pages_and_modules_are_the_same_set() -> None:
    complain(validate(load(folder())))


def test_pages_have_the_sections_in_order() -> None:
    complain(disordered_pages(Path(folder())))


def test_every_rule_has_its_examples() -> None:
    pages = [each for each in pagecases.documents() if Path(each.path).parent == Path(folder())]
    engine = [rule.code for rule in load(folder()).rules if rule.by_engine]
    assert pages
    complain(bare_pages(pages, engine))


def test_every_rule_has_its_proof() -> None:
    codes = [rule.code for rule in load(folder()).rules]
    complain(unproven(codes, ROOT / "tests" / "proofs"))


def test_messages_are_in_style() -> None:
    complaints = {
        f'{trial.document.shown}: {each.code} "{each.message}": a message {wrong}'
        for trial in pagecases.trials("Bad")
        for each in pagecases.findings(trial)
        if (wrong := clumsy(each.message))
    }
    complain(sorted(complaints))


def test_no_file_names_a_machine() -> None:
    complain(machine_paths(ROOT, tracked()))


# ------------------------------------------------------------------- the proof that it can fail


def tree(where: Path, files: dict[str, str]) -> Path:
    """A little package: texts by module path without ``.py``."""
    for name, text in files.items():
        path = where / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return where


@pytest.mark.parametrize(
    ("check", "module", "text", "complaint"),
    [
        (climbing, "facts/survey", "from fastlint.model import web", "`facts` may not import `mo"),
        (climbing, "source/file", "def f():\n    import fastlint.engine", "file.py:2: `source` ma"),
        (climbing, "findings", "from fastlint import rule", "`findings` may not import `rule`"),
        (climbing, "model/web", "from ..report import text", "`model` may not import `report`"),
        (undermining, "model/calls/x", "from fastlint.model.answers import y", "not import `ans"),
        (undermining, "model/reading/x", "import fastlint.model.calls.y", "`reading` may not im"),
        (climbing, "plugins", "", "plugins.py: a new room; say in ROOMS"),
        (strangers, "model/web", "import libcst as cst", "web.py:1: `libcst` has no business"),
        (strangers, "engine", "from rich.console import Console", "`rich` has no business"),
        (strangers, "report/full", "from typer import echo", "`typer` has no business"),
        (strangers, "cache", "import pickle", "`pickle` has no business"),
        (strangers, "rules/flt101_x", "from pathlib import Path", "a rule may not import `pathl"),
        (strangers, "rules/flt101_x", "def fix():\n    import libcst", "a rule may not import `li"),
        (acquainted_rules, "rules/flt101_x", "from fastlint.rules import flt102_y", ":1: a rule"),
        (acquainted_rules, "rules/flt101_x", "from . import flt102_y", ":1: a rule may not"),
        (talkers, "report/full", "print('found')", "full.py:1: only the command line"),
        (talkers, "engine", "import sys\nsys.stderr.write('no')", "engine.py:2: only the command"),
        (talkers, "api", "import sys\nsys.exit(1)", "api.py:2: only the command line"),
        (talkers, "config/load", "raise SystemExit(2)", "load.py:1: only the command line"),
        (talkers, "config/load", "raise SystemExit", "load.py:1: only the command line"),
        (long_rules, "rules/flt101_x", "pass\n" * 81, "rules/flt101_x.py: 81 lines, 80 at most"),
        (lengthy_rules, "rules/flt101_x", "pass\n" * 61, "the median module has 61 lines, 60 at"),
        (unnoted_reads, "model/web", "bytes(f.facts.body)", "web.py:1: ask `search.mentions`"),
        (unnoted_reads, "model/web", "x.decode(facts.literals)", "web.py:1: ask `search.mentions`"),
        (empty_names, "model/utils", "", "model/utils.py: name it after what it does"),
        (empty_names, "helpers/text", "", "helpers: name it after what it does"),
    ],
)
def test_a_broken_tree_is_told(
    tmp_path: Path, check: Callable[[Path], list[str]], module: str, text: str, complaint: str
) -> None:
    (told,) = check(tree(tmp_path, {module: text}))
    assert complaint in told


@pytest.mark.parametrize(
    ("check", "module", "text"),
    [
        (climbing, "model/web", "from fastlint.facts import tree\nfrom fastlint import model"),
        (undermining, "model/calls/x", "if TYPE_CHECKING:\n    import fastlint.model.answers.y"),
        (climbing, "engine", "import fastlint\nfrom fastlint import __version__"),
        (strangers, "fixes/calls", "import libcst"),
        (strangers, "cli/main", "import typer, rich"),
        (acquainted_rules, "catalogue", "from fastlint.rules import flt101_x"),
        (talkers, "cli/check", "print('found')"),
        (talkers, "report/full", "console.print('found')"),
        (long_rules, "rules/flt101_x", "pass\n" * 80),
        (lengthy_rules, "rules/flt101_x", "pass\n" * 60),
        (unnoted_reads, "model/web", "search.mentions(f.facts, b'x')"),
        (unnoted_reads, "facts/tree", "bytes(function.body)"),
        (empty_names, "model/web", ""),
    ],
)
def test_a_sound_tree_is_left_alone(
    tmp_path: Path, check: Callable[[Path], list[str]], module: str, text: str
) -> None:
    assert check(tree(tmp_path, {module: text})) == []


HEAD = """\
# FLT101 {name}

```toml
category = "async"
severity = "error"
default = true
fix = "{fix}"
since = "0.1"
```

A summary.
"""


def write_page(where: Path, name: str = "some-rule", fix: str = "none", body: str = "") -> Path:
    """A page of metadata and of what is given."""
    where.mkdir(exist_ok=True)
    page = where / f"FLT101-{name}.md"
    page.write_text(HEAD.format(name=name, fix=fix) + body, encoding="utf-8")
    return where


RUN = """
from fastlint.rule import check

@check(int)
def run(subject): yield
"""


@pytest.mark.parametrize(
    ("fix", "files", "complaint"),
    [
        ("none", {}, "there is no module {package}.flt101_some_rule"),
        (
            "none",
            {"flt101_some_rule": RUN, "flt102_more": RUN},
            "{package}.flt102_more has no page",
        ),
        ("none", {"flt101_some_rule": ""}, "{package}.flt101_some_rule has no `run`"),
        ("none", {"flt101_some_rule": "def run(): ..."}, "is not marked with `@check(...)`"),
        ("safe", {"flt101_some_rule": RUN}, "{package}.flt101_some_rule has no `fix`"),
        ("none", {"flt101_some_rule": RUN + "fix = run"}, "has a `fix`"),
    ],
)
def test_a_page_without_its_module_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fix: str,
    files: dict[str, str],
    complaint: str,
) -> None:
    package = tmp_path.name
    tree(tmp_path / package, {"__init__": "", **files})
    monkeypatch.syspath_prepend(str(tmp_path))
    (told,) = validate(load(str(write_page(tmp_path / "pages", fix=fix)), package))
    assert complaint.format(package=package) in told


def test_a_page_and_its_module_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path / "sound_rules", {"__init__": "", "flt101_some_rule": RUN})
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(validate(load(str(write_page(tmp_path / "pages")), "sound_rules"))) == []


@pytest.mark.parametrize(
    ("fix", "sections"),
    [
        ("none", "Why Bad Known_limits"),
        ("none", "Why Good Bad Known_limits"),
        ("none", "Why Bad Good Fixed Known_limits"),
        ("safe", "Why Bad Good Known_limits"),
        ("none", "Why Bad Good Known_limits More"),
    ],
)
def test_disordered_sections_are_told(tmp_path: Path, fix: str, sections: str) -> None:
    body = "".join(f"\n## {name.replace('_', ' ')}\n\ntext\n" for name in sections.split())
    (told,) = disordered_pages(write_page(tmp_path / "pages", fix=fix, body=body))
    assert told.startswith("FLT101-some-rule.md: the sections are ")


def test_sections_in_order_are_left_alone(tmp_path: Path) -> None:
    code = "```text\n## not a section\n```\n"
    body = "".join(f"\n## {name}\n\n{code}" for name in SECTIONS)
    assert disordered_pages(write_page(tmp_path / "pages", fix="safe", body=body)) == []


def test_a_page_without_examples_is_told() -> None:
    bare = pagecases.Document("x.md", "x.md", "FLT101", "safe")
    assert bare_pages([bare]) == ["x.md: there is no example under `## Bad`, `## Fixed`, `## Good`"]
    assert bare_pages([bare], ["FLT101"]) == []


def test_what_is_no_page_is_not_told_to_lack_examples() -> None:
    broken = pagecases.Document("x.md", "x.md", problems=("x.md:3: a mark is written so",))
    assert bare_pages([broken]) == []


def test_a_rule_without_a_proof_is_told(tmp_path: Path) -> None:
    only_bad = "def test_it(): asking('FLT399', 'Bad', 'x')"
    both = (
        "class TestIt:\n    a = asking('FLT398', 'Bad', 'x')\n    b = asking('FLT398', 'Good', 'y')"
    )
    (tmp_path / "test_x.py").write_text(f"{only_bad}\n{both}\n", encoding="utf-8")
    (told,) = unproven(["FLT399", "FLT398", "FLT201", "FLT501"], tmp_path)
    assert told.startswith("FLT399: no proof")


@pytest.mark.parametrize(
    "message",
    [
        "Blocks the event loop",
        "`sleep` blocks the event loop.",
        "",
        " blocks",
        "blocks\nmore",
        "`sleep blocks",
        "FastAPI refuses it",
    ],
)
def test_a_clumsy_message_is_told(message: str) -> None:
    assert clumsy(message)


@pytest.mark.parametrize("message", ["`time.sleep` blocks the event loop", "no response model"])
def test_a_plain_message_is_left_alone(message: str) -> None:
    assert clumsy(message) is None


@pytest.mark.parametrize("place", ["root", "home/me/project", "Users/me", "work/me"])
def test_a_machine_path_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "notes.md").write_text(f"one\nsee /{place}/notes\n", encoding="utf-8")
    (told,) = machine_paths(tmp_path, ["notes.md"])
    assert told.startswith("notes.md:2: names a machine's folder")


@pytest.mark.parametrize(
    "text",
    ["https://x.org/home/me", "./root", "@app.get('/users/me')", "tests/home/x", "/homepage"],
)
def test_other_paths_are_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    assert machine_paths(tmp_path, ["notes.md"]) == []
