"""Which Python a project is deployed with: the images that it is built on, and ``runtime.txt``."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from fastlint.versions.manifests import PYTHON, minor
from fastlint.versions.ranges import hull
from fastlint.versions.requirements import lines
from fastlint.versions.statement import Statement, line_of

_FROM = re.compile(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)", re.IGNORECASE | re.MULTILINE)
_ARG = re.compile(
    r"""^[ \t]*(?:ARG|ENV)[ \t]+(\w+)[= \t]["']?([^\s"']+)""", re.IGNORECASE | re.MULTILINE
)
_GIVEN = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")
_OF_PYTHON = re.compile(r"(?:(?:^|/)(?:c?python|pypy)[:-]|[:-]python-?)(\d+\.\d+)")
"""``python:3.11-slim``, ``lambda/python:3.11``, ``uv:python3.11-alpine``."""
_RUNTIME = re.compile(r"\s*(?:python-)?(\d+\.\d+(?:\.\d+)?)\s*\Z")


def dockerfile(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The Python of the images in a Dockerfile; where they differ, all of them."""
    if PYTHON not in wanted:
        return
    given = {match[1]: match[2] for match in _ARG.finditer(text)}

    def told(match: re.Match[str]) -> str:
        return given.get(match[1] or match[3], match[2] or "")

    images = [(match, _GIVEN.sub(told, match[1])) for match in _FROM.finditer(text)]
    found = [(at, of) for at, image in images if (of := _OF_PYTHON.search(image))]
    if found:
        together = hull(minor(of[1]) for _, of in found)
        yield Statement(PYTHON, together, line_of(text, found[0][0].start(1)))


def runtime(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """``runtime.txt``, as Heroku and its kin read it (``python-3.11.4``), else requirements."""
    match = _RUNTIME.match(text)
    if match is None:
        yield from lines(text, wanted)
    elif PYTHON in wanted:
        yield Statement(PYTHON, minor(match[1]), 1)
