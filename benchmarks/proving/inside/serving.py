"""Answers jobs, each in a process of its own.

Libraries are loaded once; every job is a fork of that process, so that nothing that one import
leaves behind (tables, registries, environment) can be seen by the next. Where there is no fork,
the harness starts an interpreter for each job.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import json
import os
import platform
import signal
import sys
import traceback
import warnings
from typing import IO, Any

DISTRIBUTIONS = (
    *("fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel", "httpx", "pyjwt", "passlib"),
    *("bcrypt", "pydantic-settings", "python-multipart", "uvicorn"),
)
MARK = "proving:"
"""Begins each line of an answer, whatever else the application may print."""


def serve() -> None:
    """Read jobs from the standard input, one JSON object a line, and answer each with a line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout.flush()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.dont_write_bytecode = True
    _say(answers, {"versions": _versions(), "forks": hasattr(os, "fork")})
    for line in sys.stdin:
        job = json.loads(line)
        if "preload" in job:
            _preload(job["preload"], job["own"])
            _say(answers, {})
        else:
            _say(answers, _forked(job) if hasattr(os, "fork") else _told(job))


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(f"{MARK}{json.dumps(answer, default=str)}\n")
    answers.flush()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _preload(names: list[str], own: list[str]) -> None:
    """Load libraries; what imports the application's ``own`` packages is left to the jobs."""
    # Where another copy of the application is installed, that one would be found.
    sys.modules.update(dict.fromkeys(own))  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - then each job loads it, or does not
                continue
    for name in own:
        del sys.modules[name]
    gc.collect()
    gc.freeze()  # so that the children need not copy what is loaded


def _told(job: dict[str, Any]) -> dict[str, Any]:
    from benchmarks.proving.inside.telling import tell

    for name in list(sys.modules):  # the application may have modules of this name itself
        if name.split(".")[0] == "benchmarks":
            del sys.modules[name]
    return tell(job["root"], job["search"], job["modules"], job["applications"])


def _forked(job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a library that was loaded may have started a thread
        child = os.fork()
    if child == 0:
        _answer(job, reading, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    answer: dict[str, Any] = json.loads(text) if text else {"died": True}
    return answer


def _answer(job: dict[str, Any], reading: int, writing: int) -> None:
    code = 1
    try:
        os.close(reading)
        signal.alarm(job["seconds"])
        try:
            told = json.dumps(_told(job), default=str)
        except Exception:  # noqa: BLE001 - not the application's: it is caught where it is imported
            told = json.dumps({"bug": traceback.format_exc()})
        signal.alarm(0)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(told)
        code = 0
    finally:  # no answer is an answer: the parent says that it died
        os._exit(code)
