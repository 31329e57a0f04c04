"""Safe fixes change nothing but what the pages declare; and the proof of it can fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks.proving import __main__ as command
from benchmarks.proving import corpora, installed, trying
from benchmarks.proving.asking import USUAL, Interpreter
from benchmarks.proving.cases import Case, Plan, Result
from benchmarks.proving.comparing import BREAKS, WARNS, differences
from benchmarks.proving.table import lines, summary, table
from fastlint.catalogue import catalogue


@pytest.fixture(scope="module")
def ask() -> Iterator[Interpreter]:
    with Interpreter() as interpreter:
        interpreter.preload(USUAL)
        yield interpreter


@pytest.fixture(scope="module")
def proven(ask: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """Every safe fix of the examples of the pages, of the edge cases and of the applications."""
    pages = corpora.pages(tmp_path_factory.mktemp("pages"))
    apps = corpora.applications(tmp_path_factory.mktemp("apps"))
    found: list[Result] = []
    for case in (*pages, *apps):
        proof = trying.prove(case, ask, Plan())
        found += (*proof.fixes, *proof.together)
    return found


def test_safe_fixes_change_what_the_pages_declare_and_nothing_else(proven: list[Result]) -> None:
    assert [*lines(proven, "undeclared")] == []
    assert sum(result.verdict == "equal" for result in proven) > 100


def test_what_a_page_declares_is_seen_to_change(proven: list[Result]) -> None:
    seen = {(code, e.kind) for result in proven for code in result.codes for e in result.found}
    declared = {(rule.code, change) for rule in catalogue().rules for change in rule.changes}
    assert declared - seen == set()


# -------------------------------------------------------------------------- the proof can fail

APP = """
    from fastapi import Depends, FastAPI, Query
    from fastapi.security import HTTPBasic
    from pydantic import BaseModel

    class Item(BaseModel):
        name: str = "nail"

    def limit() -> int:
        return 10

    app = FastAPI()

    @app.get("/items")
    def read_items(q: str = "", most: int = Depends(limit)) -> Item:
        return Item()
"""


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ('"/items"', '"/things"', {"routes", "responses", "openapi"}),
        ("def read_items", "async def read_items", {"routes"}),
        ('q: str = ""', 'q: str = Query("", alias="word")', {"parameters", "openapi"}),
        ('q: str = ""', 'q: str = "a"', {"parameters", "openapi"}),
        ("Depends(limit)", "Depends(limit, use_cache=False)", {"dependencies"}),
        (
            "Depends(limit)",
            "Depends(HTTPBasic())",
            {"dependencies", "parameters", "security", "openapi"},
        ),
        ("-> Item", "-> None", {"responses", "openapi"}),
        ('@app.get("/items"', '@app.get("/items", tags=["x"]', {"responses", "openapi"}),
        ('"nail"', '"screw"', {"models", "openapi"}),
        ("FastAPI()", "FastAPI(lifespan=None)", set()),
        ("FastAPI()", "FastAPI(exception_handlers={KeyError: print})", {"middleware"}),
        ("return 10", "return 11", set()),
    ],
)
def test_a_difference_is_seen(
    old: str, new: str, kinds: set[str], ask: Interpreter, tmp_path: Path
) -> None:
    before = dedent(APP)
    assert _kinds(ask, tmp_path, before, before.replace(old, new)) == kinds


def test_what_happens_at_import_is_seen(ask: Interpreter, tmp_path: Path) -> None:
    sound = dedent(APP)
    refused, loud = sound.replace("-> Item", "-> range"), f"{sound}\nprint(Item().dict())\n"
    assert _kinds(ask, tmp_path, refused, sound) == {"import"}
    assert _kinds(ask, tmp_path, sound, refused) == {BREAKS}
    assert _kinds(ask, tmp_path, loud, sound) == {"warnings"}
    assert _kinds(ask, tmp_path, sound, loud) == {WARNS}


def _kinds(ask: Interpreter, where: Path, *texts: str) -> set[str]:
    told = []
    for text in texts:
        (where / "main.py").write_text(text)
        told.append(ask.ask(where, ["main"]))
    return {each.kind for each in differences(*told)}


LYING_SCHEMA = """
    import sys

    from fastapi import FastAPI
    from pydantic import BaseModel

    sys.modules["imported_by_the_harness"] = sys

    class Item(BaseModel):
        size: int = None

    app = FastAPI()

    @app.post("/items")
    def create_item(item: Item) -> Item:
        return item
"""


def test_the_command_fails_where_something_is_different_that_no_page_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.py").write_text(dedent(LYING_SCHEMA))
    monkeypatch.setattr(sys, "argv", ["proving", str(tmp_path), "--app", "main:app"])

    assert command.main() == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if "FLT603" in line)
    assert row.replace(" ", "") == "|FLT603|1|1|0|0|1|0|0|0|"

    monkeypatch.setattr(trying, "_declared", lambda _: ("models",))
    assert command.main() == 1
    told = capsys.readouterr().out
    assert "FLT603 at main.py:10: undeclared" in told
    assert "openapi: main:app: components.schemas.Item.properties.size.type: integer" in told
    assert (tmp_path / "main.py").read_text() == dedent(LYING_SCHEMA)


def test_what_is_proven_is_not_imported_here(ask: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(dedent(LYING_SCHEMA))
    proof = trying.prove(Case("one", tmp_path, (("main",),)), ask, Plan())
    assert [each.verdict for each in (*proof.fixes, *proof.together)] == ["declared", "declared"]
    assert proof.handlers == 1
    assert "imported_by_the_harness" not in sys.modules


def test_a_library_does_not_bring_an_installed_copy_of_what_is_proven(tmp_path: Path) -> None:
    installed_there, copied = tmp_path / "installed", tmp_path / "copied"
    for folder in (installed_there, copied):
        (folder / "shop").mkdir(parents=True)
        (folder / "shop" / "__init__.py").write_text("import plugin\n", encoding="utf-8")
    (installed_there / "plugin.py").write_text("import shop\n", encoding="utf-8")
    with Interpreter(environment={"PYTHONPATH": str(installed_there)}) as interpreter:
        told = interpreter.ask(copied, ["shop"])
        interpreter.preload(told["libraries"], told["own"])
        again = interpreter.ask(copied, ["shop"])
    assert "plugin" in told["libraries"]
    assert again["loaded"] == told["loaded"] == ["shop/__init__.py"]


def test_what_cannot_be_imported_is_not_called_proven(ask: Interpreter, tmp_path: Path) -> None:
    text = f"import a_library_that_nobody_has\n{dedent(LYING_SCHEMA)}"
    (tmp_path / "main.py").write_text(text)
    proof = trying.prove(Case("one", tmp_path, (("main",),)), ask, Plan())
    assert [each.verdict for each in proof.fixes] == ["not importable"]
    assert "|              1 |" in table(proof.fixes)
    why = "ModuleNotFoundError: No module named 'a_library_that_nobody_has'"
    assert summary("one", proof).endswith(f"0 handlers compared\n    1 not importable: {why}")


SERVING_NOTHING = """
    from fastapi import FastAPI

    app = FastAPI()  # fastlint: ignore[FLT101]
"""


def test_an_application_without_routes_is_not_called_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.py").write_text(dedent(SERVING_NOTHING))
    assert _run(monkeypatch, str(tmp_path), "--app", "main:app") == 1
    assert "no handler was found, so that no route was compared" in capsys.readouterr().out


def test_a_rule_that_falls_over_is_not_taken_for_one_without_fixes(
    ask: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> Iterator[None]:
        raise ZeroDivisionError

    monkeypatch.setattr("fastlint.rules.flt603_none_default_not_optional.run", run)
    (tmp_path / "main.py").write_text(dedent(LYING_SCHEMA))
    with pytest.raises(RuntimeError, match="FLT603"):
        trying.prove(Case("one", tmp_path, (("main",),)), ask, Plan())


def test_what_is_different_every_time_is_no_difference(ask: Interpreter, tmp_path: Path) -> None:
    text = """
        import uuid
        from typing import Optional

        from fastapi import FastAPI, Query

        app = FastAPI(title=str(uuid.uuid4()))

        @app.get("/items")
        def read_items(q: Optional[str] = Query(None, alias=str(uuid.uuid4()))) -> None: ...
    """
    (tmp_path / "main.py").write_text(dedent(text))
    fixes = trying.prove(Case("one", tmp_path, (("main",),)), ask, Plan()).fixes
    assert [(each.codes, each.verdict) for each in fixes] == [(("FLT504",), "equal")]


# ------------------------------------------------------------------- what is asked for by name

FACTORY = """
    from fastapi import FastAPI, Query
    from typing import Optional

    def create_app(broken: bool = False):
        inner, outer = FastAPI(title="inner"), FastAPI()
        outer.mount("/api", inner)

        @inner.get("/items")
        def read_items(q: Optional[str] = Query(None)) -> None: ...

        return 1 / 0 if broken else outer
"""


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["proving", *arguments])
    return command.main()


def test_an_application_that_a_function_makes_is_compared_with_what_it_mounts(
    ask: Interpreter, tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(dedent(FACTORY))
    before = ask.ask(tmp_path, ["main"], applications=["main:create_app()"])
    (tmp_path / "main.py").write_text(dedent(FACTORY).replace('"inner"', '"other"'))
    after = ask.ask(tmp_path, ["main"], applications=["main:create_app()"])
    assert [each.kind for each in differences(before, after)] == ["openapi"]


def test_an_application_that_cannot_be_made_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.py").write_text(dedent(FACTORY))
    assert _run(monkeypatch, str(tmp_path), "--app", "main:create_app()") == 0
    assert "1 handlers compared" in capsys.readouterr().out
    assert _run(monkeypatch, str(tmp_path), "--app", "main:create_app(broken=True)") == 1
    told = capsys.readouterr().out
    assert "main:create_app(broken=True): ZeroDivisionError: division by zero" in told
    assert _run(monkeypatch, str(tmp_path), "--app", "nowhere:app") == 1
    assert "nowhere cannot be imported: ModuleNotFoundError" in capsys.readouterr().out


@pytest.mark.parametrize("source", ["pages", "."])
def test_a_python_without_fastapi_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -I "$@"\n')
    bare.chmod(0o755)
    assert _run(monkeypatch, source, "--python", str(bare)) == 1
    assert f"{source}: not tried: {bare} has no FastAPI: " in capsys.readouterr().out
    assert _run(monkeypatch, source, "--python", str(tmp_path / "none")) == 1
    assert "none cannot be run: No such file or directory" in capsys.readouterr().out


def test_a_variable_without_a_value_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, str(tmp_path), "--env", "KEY") == 1
    assert "not tried: `--env KEY` is no NAME=VALUE" in capsys.readouterr().out


def test_what_cannot_be_had_is_said_and_the_rest_is_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(application: installed.Installed) -> str:
        raise installed.NotInstalledError(application.requirements[0])

    monkeypatch.setattr(installed, "python_with", refuse)
    (tmp_path / "main.py").write_text(dedent(FACTORY))
    sources = ["mlflow", str(tmp_path / "none"), str(tmp_path)]
    assert _run(monkeypatch, *sources, "--app", "main:create_app()") == 1
    told = capsys.readouterr().out
    assert "mlflow: not tried: pip cannot install mlflow==" in told
    assert "none: not tried: no folder; known by name are pages, apps, docs_src, airflow" in told
    assert "1 handlers compared" in told
