"""What the engine does with what rules say: isolate, silence, merge, sort and stamp."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastlint.api import check_texts
from fastlint.catalogue import Catalogue, load
from fastlint.config.settings import Settings
from fastlint.config.settings import Versions as Given
from fastlint.engine import disk
from fastlint.engine.record import record
from fastlint.engine.running import running
from fastlint.engine.workspace import Workspace
from fastlint.findings import Severity
from fastlint.outcome import Outcome
from fastlint.selection import choose
from fastlint.source.decode import decode
from fastlint.versions.project import Versions

PAGE = """\
# {code} {name}

```toml
category = "async"
severity = "warning"
default = true
fix = "none"
since = "0.1"
{gate}
```

A made-up rule.
"""

APP = """\
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/items")
    def read_items() -> int:
        return 1
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RuleMaker]:
    maker = RuleMaker(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield maker
    for name in [name for name in sys.modules if name.startswith("made_up_rules")]:
        del sys.modules[name]


class RuleMaker:
    """Writes rules as a contributor does: a page and a module."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "made_up_rules"
        self.package.mkdir()
        (self.package / "__init__.py").touch()
        (folder / "pages").mkdir()

    def add(self, code: str, name: str, body: str, gate: str = "") -> None:
        page = PAGE.format(code=code, name=name, gate=gate)
        (self.folder / "pages" / f"{code}-{name}.md").write_text(page)
        module = f"{code}_{name}".lower().replace("-", "_")
        head = (
            "from fastlint.findings import Problem, Related, Severity, Span\n"
            "from fastlint.model.following.functions import Module\n"
            "from fastlint.model.project import Project\n"
            "from fastlint.model.serving.routing import Route\n"
            "from fastlint.rule import check\n"
        )
        (self.package / f"{module}.py").write_text(head + textwrap.dedent(body))

    def catalogue(self) -> Catalogue:
        own = load(str(self.folder / "pages"), "made_up_rules")
        engine = [rule for rule in load_engine().rules if rule.by_engine]
        return Catalogue((*own.rules, *engine))

    def check(self, files: dict[str, str], settings: Settings | None = None) -> Outcome:
        settings = settings or Settings()
        catalogue = self.catalogue()
        selection = choose(catalogue, settings)
        sources = {p: decode(p, textwrap.dedent(t).encode()) for p, t in files.items()}
        records = {path: record(source, []) for path, source in sources.items()}
        reported = frozenset(files)
        versions = Versions(settings.versions)
        runs = running(catalogue, selection, versions)
        read = sources.__getitem__
        return Workspace(
            settings, selection, catalogue, runs, records, reported, read, versions=versions
        ).check()


def load_engine() -> Catalogue:
    from fastlint.catalogue import catalogue

    return catalogue()


ROUTE_RULE = """
    @check(Route)
    def run(route, project):
        yield Problem(route.handler.name_span, "this is a route", affected=(route.label,))
"""


def test_a_rule_that_throws_costs_one_finding(rules: RuleMaker) -> None:
    rules.add("FLT101", "steady", ROUTE_RULE)
    rules.add("FLT102", "broken", "@check(Route)\ndef run(route, project):\n    yield 1 / 0\n")
    outcome = rules.check({"main.py": APP})
    assert [f.code for f in outcome.findings] == ["FLT905", "FLT101"]
    assert "FLT102" in outcome.findings[0].message
    assert "ZeroDivisionError" in outcome.findings[0].message
    assert len(outcome.errors) == 1


def test_a_rule_that_cannot_be_imported_costs_one_finding(rules: RuleMaker) -> None:
    rules.add("FLT101", "steady", ROUTE_RULE)
    rules.add("FLT102", "broken", "import something_that_is_not_there\n")
    outcome = rules.check({"main.py": APP})
    assert [f.code for f in outcome.findings] == ["FLT905", "FLT101"]


def test_a_throwing_rule_for_single_files_spares_the_other_files(rules: RuleMaker) -> None:
    rules.add(
        "FLT101",
        "fragile",
        """
        @check(Module)
        def run(module):
            if module.path == "a.py":
                raise KeyError("a")
            yield Problem(Span(module.path, 1, 1, 1, 2), "here")
        """,
    )
    outcome = rules.check({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    assert sorted((f.code, f.span.path) for f in outcome.findings) == [
        ("FLT101", "b.py"),
        ("FLT905", "a.py"),
    ]


def test_the_same_problem_of_two_routes_is_one_finding(rules: RuleMaker) -> None:
    rules.add("FLT101", "route", ROUTE_RULE)
    twice = """\
        from fastapi import APIRouter, FastAPI

        router = APIRouter()
        app = FastAPI()


        @router.get("/items")
        def read_items() -> int:
            return 1


        app.include_router(router, prefix="/v1")
        app.include_router(router, prefix="/v2")
    """
    (finding,) = rules.check({"main.py": twice}).findings
    assert finding.affected == ("GET /v1/items", "GET /v2/items")


def test_the_project_has_the_last_word_on_severity(rules: RuleMaker) -> None:
    rules.add(
        "FLT101",
        "graver",
        """
        @check(Route)
        def run(route, project):
            yield Problem(route.handler.name_span, "x", severity=Severity.ERROR)
        """,
    )
    assert rules.check({"main.py": APP}).findings[0].severity is Severity.ERROR
    milder = Settings(severity={"graver": "info"})
    assert rules.check({"main.py": APP}, milder).findings[0].severity is Severity.INFO
    off = Settings(severity={"FLT101": "off"})
    assert rules.check({"main.py": APP}, off).findings == ()
    hidden = Settings(severity={"graver": "info"}, min_severity=Severity.WARNING)
    assert rules.check({"main.py": APP}, hidden).findings == ()


def test_per_file_ignores_speak_for_their_files_alone(rules: RuleMaker) -> None:
    rules.add("FLT101", "route", ROUTE_RULE)
    settings = Settings(per_file_ignores={"legacy/": ("FLT1",)})
    files = {"legacy/main.py": APP, "main.py": APP}
    outcome = rules.check(files, settings)
    assert [f.span.path for f in outcome.findings] == ["main.py"]


TRAIL_RULE = """
    @check(Project)
    def run(project):
        yield from ()
"""

TRAIL = """
    @check(Route)
    def run(route, project):
        step = Related(Span("services.py", 2, 1, 2, 5), "calls this")
        sink = Span("db.py", 1, 1, 1, 6)
        yield Problem(sink, "far away", related=(Related(route.handler.name_span, "from"), step))
"""

STEPS = {
    "at the sink": ("db.py", "x = 1", "x = 1  # fastlint: ignore[FLT101] known"),
    "on the way": ("services.py", "y = 2", "y = 2  # fastlint: ignore[trail] known"),
    "at the route": (
        "main.py",
        "def read_items() -> int:",
        "def read_items() -> int:  # fastlint: ignore",
    ),
}


@pytest.mark.parametrize("place", [None, *STEPS])
def test_a_trail_can_be_silenced_at_each_of_its_steps(rules: RuleMaker, place: str | None) -> None:
    rules.add("FLT101", "trail", TRAIL)
    files = {"main.py": APP, "db.py": "x = 1\n", "services.py": "# first\ny = 2\n"}
    if place is not None:
        path, old, new = STEPS[place]
        files[path] = files[path].replace(old, new)
    outcome = rules.check(files)
    assert [f.code for f in outcome.findings] == (["FLT101"] if place is None else [])
    assert outcome.suppressed == (0 if place is None else 1)


MANY = """from fastapi import Depends, FastAPI

app = FastAPI()


@app.get("/")
def read_items({}
    a: int = Depends(int),{}
    b: int = 3,{}
    c: int = Depends(
        int,{}
    ),
) -> int:
    return a
"""


@pytest.mark.parametrize("comment", ["  # fastlint: ignore[FLT504]", "  # noqa: FAST002"])
@pytest.mark.parametrize(("place", "silenced"), [(0, True), (1, True), (2, False), (3, True)])
def test_what_speaks_of_several_can_be_silenced_at_each_of_them(
    comment: str, place: int, *, silenced: bool
) -> None:
    comments = [comment if each == place else "" for each in range(4)]
    found = check_texts({"main.py": MANY.format(*comments)}, Settings(select=("FLT504", "FLT903")))
    assert ("FLT504" in {each.code for each in found.findings}) is not silenced


def test_a_rule_speaks_of_its_versions_only(rules: RuleMaker) -> None:
    rules.add("FLT101", "old", ROUTE_RULE, 'fastapi = "<0.137"')
    rules.add("FLT102", "new", ROUTE_RULE, 'fastapi = ">=0.137"\npython-multipart = ">0.0.1"')
    newest = rules.check({"main.py": APP})
    older = rules.check({"main.py": APP}, Settings(versions=Given(fastapi="0.136.3")))
    assert [each.code for each in newest.findings] == ["FLT102"]
    assert [each.code for each in older.findings] == ["FLT101"]


def test_services_are_judged_by_their_own_versions(
    rules: RuleMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.add("FLT101", "old", ROUTE_RULE, 'pydantic = "<2"')
    rules.add(
        "FLT102",
        "new",
        """
        @check(Module)
        def run(module):
            yield Problem(Span(module.path, 1, 1, 1, 1), f"{module.path}")
        """,
        'fastapi = ">=0.137"',
    )
    catalogue = rules.catalogue()
    monkeypatch.setattr("fastlint.catalogue.catalogue", lambda: catalogue)
    root = tmp_path / "repository"
    texts = {
        "a/main.py": textwrap.dedent(APP),
        "a/requirements.txt": "fastapi==0.95.0\n",
        "b/main.py": textwrap.dedent(APP),
        "b/requirements.txt": "fastapi==0.140.0\n",
    }

    def said() -> list[str]:
        checked = disk.check(disk.Request(root=root, settings=Settings(), paths=(str(root),)))
        assert not isinstance(checked, disk.Refused)
        return [f"{each.code} {each.span.path}" for each in checked.outcome.findings]

    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    assert said() == ["FLT101 a/main.py", "FLT102 b/main.py"]
    assert said() == ["FLT101 a/main.py", "FLT102 b/main.py"]
    # What the cache knows was said of other versions.
    (root / "b/requirements.txt").write_text("fastapi==0.99.0\n")
    assert said() == ["FLT101 a/main.py", "FLT101 b/main.py"]
    (root / "a/requirements.txt").unlink()
    assert said() == ["FLT101 a/main.py", "FLT101 b/main.py"]  # b's are all that is known now
    (root / "uv.lock").write_text('[[package]]\nname = "fastapi"\nversion = "0.165.0"\n')
    assert said() == ["FLT102 a/main.py", "FLT101 b/main.py"]


def test_only_reported_files_are_reported_on() -> None:
    broken = "def broken(:\n"
    outcome = check_texts({"a.py": broken, "b.py": "x = 1\n"})
    assert [f.code for f in outcome.findings] == ["FLT901"]
    assert outcome.coverage.unread == 1


def test_findings_come_in_the_order_of_the_files() -> None:
    outcome = check_texts({"b.py": "def b(:\n", "a.py": "def a(:\n"})
    assert [f.span.path for f in outcome.findings] == ["a.py", "b.py"]
