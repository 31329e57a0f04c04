"""Small projects as texts, and what the model makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import oracle

from fastlint.config.settings import Settings
from fastlint.engine.linking import absolute_imports, relative_imports
from fastlint.facts import tree
from fastlint.facts.survey import Unparsable, survey
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.source.layout import layout


def project(files: Mapping[str, str] | str, settings: Settings | None = None) -> Project:
    """The project that these texts are, by path; a single text is ``main.py``."""
    texts = {"main.py": files} if isinstance(files, str) else dict(files)
    facts = {path: facts_of(text) for path, text in texts.items()}
    imported = absolute_imports(facts.values())
    laid_out = layout(facts, imported, relative=relative_imports(facts))
    encoded = {path: tree.encode(each) for path, each in facts.items()}
    return Project(encoded, laid_out.names, laid_out.resolve, settings)


def on_disk(folder: Path) -> Project:
    """The project that the Python files below a folder are."""
    return project(
        {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.py"))
        }
    )


def facts_of(text: str) -> tree.ModuleFacts:
    """The facts of a text that Python reads."""
    facts = survey(text)
    assert not isinstance(facts, Unparsable), facts.message
    return facts


def table(project: Project) -> list[str]:
    """Every route of an app in matching order: what it answers, and who answers."""
    return [f"{_sorted(each)} {_handler(each)}" for each in project.routes if each.app is not None]


def judged(files: Mapping[str, str], where: Path, target: str = "main:app") -> list[str]:
    """The same table, as FastAPI itself makes it of a project that is written to ``where``."""
    written(files, where)
    with oracle.imported(where) as evaluate:
        return [
            f"{_label(each)} {each.handler.rpartition(':')[2]}"
            for each in oracle.served(evaluate(target))
        ]


def told(project: Project) -> list[tuple[object, ...]]:
    """Every route of an app in matching order with its dependencies, tags and place in the docs."""
    return [
        (
            _sorted(each),
            _handler(each),
            tuple(dependency.name.rpartition(":")[2] for dependency in each.all_dependencies),
            each.metadata.tags if each.kind == "http" else (),
            each.metadata.include_in_schema if each.kind == "http" else True,
        )
        for each in project.routes
        if each.app is not None
    ]


def judged_whole(
    files: Mapping[str, str], where: Path, target: str = "main:app"
) -> list[tuple[object, ...]]:
    """As `told`, by FastAPI itself."""
    written(files, where)
    with oracle.imported(where) as evaluate:
        app = evaluate(target)
        return [
            (
                _label(each),
                each.handler.rpartition(":")[2],
                tuple(name.rpartition(":")[2] for name in each.dependencies),
                tuple(more.get("tags", ())),
                more.get("include_in_schema", True),
            )
            for each, more in zip(oracle.served(app), oracle.described(app), strict=True)
        ]


def written(files: Mapping[str, str], where: Path) -> None:
    """Write a project's files into a folder."""
    for path, text in files.items():
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        (where / path).write_text(text, encoding="utf-8")


def _label(each: oracle.Served) -> str:
    return f"{'|'.join(each.methods) if each.kind == 'http' else 'WebSocket'} {each.path}"


def route(project: Project, label: str) -> Route:
    """The one route with this label, such as ``GET /items``."""
    found = [each for each in project.routes if each.label == label]
    assert len(found) == 1, f"{label!r} among {[each.label for each in project.routes]}"
    return found[0]


def _sorted(route: Route) -> str:
    """The label; several methods are a set to FastAPI, so they stand in alphabetical order."""
    methods, _, path = route.label.partition(" ")
    return f"{'|'.join(sorted(methods.split('|')))} {path}"


def _handler(route: Route) -> str:
    return "?" if route.handler is None else route.handler.facts.qualname
