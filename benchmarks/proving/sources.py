"""Where the cases of the command line come from, and what can import them."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.proving import corpora, installed
from benchmarks.proving.cases import Case

_Cases = Callable[[Path], Iterator[Case]]
_EXAMPLES: Mapping[str, _Cases] = {
    "pages": corpora.pages,
    "apps": corpora.applications,
    "docs_src": corpora.docs_src,
}
USUALLY = tuple(_EXAMPLES)
"""What is proven where nothing is asked for."""
KNOWN = (*USUALLY, *installed.APPLICATIONS)
"""All that has a name; anything else is a folder."""


class UnavailableError(Exception):
    """A source cannot be had; says why."""


@dataclass(frozen=True)
class Source:
    """Cases, and the interpreter that has what they import."""

    cases: _Cases
    """Writes them below a folder."""
    python: str
    variables: dict[str, str] = field(default_factory=dict)
    """What the interpreter finds in its environment besides what is there."""
    alone: int | None = None
    """How many fixes of each case are tried one at a time; None for all."""


def chosen(name: str, options: argparse.Namespace, home: Path) -> Source:
    """The source of that name, or of that folder. ``home`` is for what applications write.

    Raises `UnavailableError`.
    """
    if name in _EXAMPLES:
        _ask_for_fastapi(options.python, "`pip install -e . --group test` brings what they import")
        return Source(_EXAMPLES[name], options.python)
    if name in installed.APPLICATIONS:
        return _installed(installed.APPLICATIONS[name], options.alone, home)
    if not Path(name).is_dir():
        raise UnavailableError(f"no folder; known by name are {', '.join(KNOWN)}, everything")
    _ask_for_fastapi(options.python, "name a Python that can import it with `--python`")
    if wrong := [each for each in options.env if "=" not in each]:
        raise UnavailableError(f"`--env {wrong[0]}` is no NAME=VALUE")
    variables = dict(each.split("=", 1) for each in options.env)
    cases = _package(Path(name), options.app, options.search)
    return Source(cases, options.python, variables, options.alone)


def _ask_for_fastapi(python: str, otherwise: str) -> None:
    asking = "import importlib.util, sys; sys.exit(importlib.util.find_spec('fastapi') is None)"
    try:
        answer = subprocess.run([python, "-c", asking], capture_output=True, check=False)
    except OSError as error:
        raise UnavailableError(f"{python} cannot be run: {error.strerror}") from error
    if answer.returncode:
        raise UnavailableError(f"{python} has no FastAPI: {otherwise}")


def _installed(application: installed.Installed, alone: int, home: Path) -> Source:
    try:
        python = installed.python_with(application)
    except installed.NotInstalledError as error:
        raise UnavailableError(f"pip cannot install {error}") from error
    cases = _package(installed.folder_of(application.package, python), application.applications)
    return Source(cases, python, installed.surroundings(application, home), alone)


def _package(folder: Path, applications: Sequence[str], search: str = ".") -> _Cases:
    modules = [each.partition(":")[0] for each in applications]
    expressions = [each for each in applications if ":" in each]
    return partial(
        corpora.package, source=folder, modules=modules, expressions=expressions, search=search
    )
