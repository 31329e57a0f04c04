"""Runs the examples of the pages on FastAPI itself, to see what they do when they are asked."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pagecases

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@contextmanager
def asking(
    code: str, section: str, title: str, where: Path, *, app: str = "main:app"
) -> Iterator[TestClient]:
    """A client of the app of one example; errors of the app answer 500.

    ``app`` is ``module:variable`` of the example. Raises what the example raises on import.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

        files = pagecases.files_of(_trial(code, section, title))
        for path, text in files.items():
            (where / path).parent.mkdir(parents=True, exist_ok=True)
            (where / path).write_text(text, encoding="utf-8")
        names = {pagecases.module_path(path).split("/")[0].removesuffix(".py") for path in files}
        module, _, variable = app.partition(":")
        with pagecases.modules_of(where, names):
            served = getattr(importlib.import_module(module), variable)
            with TestClient(served, raise_server_exceptions=False) as client:
                yield client


def _trial(code: str, section: str, title: str) -> pagecases.Trial:
    for trial in pagecases.trials(section):
        if trial.document.code == code and trial.case.title == title:
            return trial
    raise LookupError(f"{code} has no {section} / {title}")
