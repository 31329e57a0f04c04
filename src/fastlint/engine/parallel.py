"""Surveying many files in several processes."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from fastlint.catalogue import Rule, catalogue
from fastlint.engine.record import FileRecord, record
from fastlint.source.discover import DiscoveredFile
from fastlint.source.read import read

_CHUNKS_PER_WORKER = 6


def survey_in_processes(
    root: Path, files: Sequence[DiscoveredFile], rules: Sequence[Rule], workers: int
) -> Iterator[FileRecord]:
    """The records of ``files`` in their order, made by ``workers`` processes."""
    codes = [rule.code for rule in rules]
    chunks = _chunks(files, workers * _CHUNKS_PER_WORKER)
    context = multiprocessing.get_context(_start_method())
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts) as pool:
        jobs = [pool.submit(_survey, root, [f.path for f in chunk], codes) for chunk in chunks]
        try:
            for job in jobs:
                yield from msgspec.msgpack.decode(job.result(), type=list[FileRecord])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts() -> None:
    """Ctrl-C reaches every process; the parent alone says something about it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _start_method() -> str:
    """Forking is by far the cheapest; fastlint has no threads that it could leave behind."""
    return "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


def _chunks(files: Sequence[DiscoveredFile], count: int) -> list[list[DiscoveredFile]]:
    """``files`` in order, in about ``count`` parts of about the same number of bytes."""
    goal = max(1, sum(file.size for file in files) // count)
    chunks: list[list[DiscoveredFile]] = [[]]
    size = 0
    for file in files:
        if size >= goal:
            chunks.append([])
            size = 0
        chunks[-1].append(file)
        size += file.size
    return chunks


def _survey(root: Path, paths: Sequence[str], codes: Sequence[str]) -> bytes:
    rules = [rule for rule in catalogue().rules if rule.code in codes]
    return msgspec.msgpack.encode([record(read(root, path), rules) for path in paths])
