"""What fixes are proven on: pages and fixture applications, FastAPI's examples, whole packages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import tomli

from benchmarks.corpora import fetch
from benchmarks.proving.asking import ROOT
from benchmarks.proving.cases import Case, module_of
from fastlint.config.settings import Settings
from fastlint.pages.body import Case as Example
from fastlint.pages.body import parse_cases, read_page
from fastlint.pages.head import paths
from fastlint.pages.location import folder

FIXTURES = ROOT / "tests" / "fixtures"
SEARCH = (".", "src", "backend")
_IGNORED = shutil.ignore_patterns("__pycache__", ".*", "node_modules")


def pages(into: Path) -> Iterator[Case]:
    """The Bad cases of the rules' pages and of the edge cases of the tests."""
    where = [*paths(folder()), *paths(str(FIXTURES / "cases"))]
    for number, path in enumerate(where):
        stem = Path(path).stem
        if path.startswith(folder()):
            page = read_page(path)
            code, examples = page.head.code, page.cases
        else:
            code, examples = parse_cases(path, Path(path).read_text(encoding="utf-8"))
        for place, example in enumerate(examples):
            if example.section == "Bad" and example.python <= sys.version_info[:2]:
                label = f"{stem}: {example.title}" if example.title else stem
                yield _example(into / f"{number}-{place}", label, code, example)


def _example(root: Path, label: str, code: str, example: Example) -> Case:
    for path, text in example.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    settings = msgspec.convert(tomli.loads(example.settings), Settings)
    selected = (*settings.extend_select, code)
    settings = msgspec.structs.replace(settings, extend_select=selected)
    return Case(label, root, (_modules(example.files),), settings, SEARCH)


def applications(into: Path) -> Iterator[Case]:
    """The applications that the tests of the model are about."""
    for app in sorted((FIXTURES / "apps").iterdir()):
        root = _copied(app, into / app.name)
        yield Case(app.name, root, (_modules(_python(root)),), search=SEARCH)


def docs_src(into: Path, source: Path | None = None) -> Iterator[Case]:
    """FastAPI's examples: many small applications, each imported on its own."""
    source = source or next(fetch("fastapi").glob("*/docs_src"))
    root = into / "docs"
    _copied(source, root / "docs_src")
    yield Case("docs_src", root, tuple((module,) for module in _modules(_python(root))))


def package(
    into: Path, source: Path, modules: Iterable[str], expressions: Iterable[str], search: str
) -> Iterator[Case]:
    """A project, or a package out of one: some of its modules, and those that are fixed."""
    is_package = (source / "__init__.py").exists()
    root = _copied(source, into / source.name) if is_package else _copied(source, into)
    yield Case(
        source.name,
        root.parent if is_package else root,
        (tuple(modules),),
        search=(search,),
        applications=tuple(expressions),
        with_fixed=True,
    )


def _copied(source: Path, into: Path) -> Path:
    shutil.copytree(source, into, ignore=_IGNORED)
    return into


def _python(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix()


def _modules(files: Iterable[str]) -> tuple[str, ...]:
    """The dotted names under which files are imported; those that can have none are left out."""
    return tuple(dict.fromkeys(name for name in map(module_of, files) if name))
