"""What a project's own manifest asks for: pyproject.toml, Pipfile, setup.cfg, setup.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from fastlint.versions.ranges import Range, hull, parse
from fastlint.versions.requirements import requirement
from fastlint.versions.statement import Statement, line_of, normal

PYTHON = "python"

_LITERAL = re.compile(r"""(["'])([A-Za-z][A-Za-z0-9._-]*(?:\[[^\]"'\n]*\])?\s*[<>=~!][^"'\n]*)\1""")
_NEEDS_PYTHON = re.compile(r"""python_requires\s*=\s*(["']?)([<>=~!][^"'\n]*)\1""")
_SECTION = re.compile(r"\[([^\]\n]*)\]")
_KEY = re.compile(r"[\w.-]+\s*=(?!=)")

_Found = Iterator[tuple[str, Range, str]]
"""Distribution, range and a text that stands on its line."""


def pyproject(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """PEP 621, dependency groups (PEP 735), poetry, pdm, uv and flit. Raises ValueError.

    What the project itself needs comes first, then its extras, then what developers need.
    """
    tables = _toml(text)
    tool = _table(tables.get("tool"))
    project = _table(tables.get("project"))
    poetry = _table(tool.get("poetry"))
    pdm, uv, flit = (_table(tool.get(name)) for name in ("pdm", "uv", "flit"))
    python = project.get("requires-python")
    found: list[_Found] = [
        iter([(PYTHON, parse(python), python)] if isinstance(python, str) else []),
        _listed(project.get("dependencies")),
        _keyed(poetry.get("dependencies")),
        _listed(_table(flit.get("metadata")).get("requires")),
    ]
    for lists in (project, tables, pdm):
        for key in ("optional-dependencies", "dependency-groups", "dev-dependencies"):
            found += map(_listed, _table(lists.get(key)).values())
    found.append(_listed(uv.get("dev-dependencies")))
    for group in _table(poetry.get("group")).values():
        found.append(_keyed(_table(group).get("dependencies")))
    found.append(_keyed(poetry.get("dev-dependencies")))
    yield from _stated(found, text, wanted)


def pipfile(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """Pipfile. Raises ValueError."""
    tables = _toml(text)
    python = _table(tables.get("requires")).get("python_version")
    own = [(PYTHON, minor(python), python)] if isinstance(python, str) else []
    packages, develop = _keyed(tables.get("packages")), _keyed(tables.get("dev-packages"))
    yield from _stated([iter(own), packages, develop], text, wanted)


def setup_cfg(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The requirements in ``[options]`` and ``[options.extras_require]``."""
    section, seen = "", set[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _SECTION.match(line):
            section = header[1].strip()
        elif section.partition(".")[0] == "options" and (stripped := line.strip()):
            if (python := _NEEDS_PYTHON.match(stripped)) and PYTHON in wanted:
                yield Statement(PYTHON, parse(python[2]), number)
            found = requirement(
                stripped[key.end() :] if (key := _KEY.match(stripped)) else stripped
            )
            if found is not None and found[0] in wanted and found[0] not in seen:
                seen.add(found[0])
                yield Statement(*found, number)


def setup_py(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The requirements that setup.py writes as literals, in whatever list; it is not run."""
    seen: set[str] = set()
    for match in _LITERAL.finditer(text):
        found = requirement(match[2])
        if found is not None and found[0] in wanted and found[0] not in seen:
            seen.add(found[0])
            yield Statement(*found, line_of(text, match.start()))
    if (python := _NEEDS_PYTHON.search(text)) and PYTHON in wanted:
        yield Statement(PYTHON, parse(python[2]), line_of(text, python.start()))


def python_version(text: str, wanted: Container[str]) -> Iterator[Statement]:
    """``.python-version``, as pyenv and uv read it."""
    first = text.strip().partition("\n")[0].removeprefix("cpython-").removeprefix("cpython@")
    if PYTHON in wanted and first[:1].isdigit():
        yield Statement(PYTHON, minor(first), 1)


def minor(version: str) -> Range:
    """``3.12`` and ``3.12.1`` are both any 3.12."""
    return parse(f"=={'.'.join(version.split('.')[:2])}.*") if "." in version else parse(version)


def _toml(text: str) -> dict[str, Any]:
    import tomli

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise ValueError(f"invalid TOML at line {error.lineno}") from None
    except RecursionError:
        raise ValueError("invalid TOML: it is nested too deep") from None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(items: Any) -> _Found:
    """``["fastapi>=0.115", …]``"""
    for item in items if isinstance(items, list) else ():
        found = requirement(item) if isinstance(item, str) else None
        if found is not None:
            yield *found, item


def _keyed(table: Any) -> _Found:
    """``fastapi = "^0.115"``, ``{ version = "^0.115", extras = […] }`` or a list of these."""
    for name, value in _table(table).items():
        several = value if isinstance(value, list) else [value]
        said = [each.get("version", "") if isinstance(each, dict) else each for each in several]
        ranges = [parse(each) for each in said if isinstance(each, str)]
        if ranges:
            yield normal(name), hull(ranges), name


def _stated(found: Iterable[_Found], text: str, wanted: Container[str]) -> Iterator[Statement]:
    """The statements, those of one list about one distribution (by Python version) as their hull.

    A later list about the same distribution is not heard.
    """
    seen: set[str] = set()
    for group in found:
        ranges: dict[str, list[Range]] = {}
        shown: dict[str, str] = {}
        for name, allowed, written in group:
            if name in wanted and name not in seen:
                ranges.setdefault(name, []).append(allowed)
                shown.setdefault(name, written)
        seen.update(ranges)
        for name, several in ranges.items():
            yield Statement(name, hull(several), _line(text, shown[name]))


def _line(text: str, written: str) -> int:
    """The first line that holds what is written, as a key or in quotes, and is no comment."""
    quoted = re.escape(written)
    place = re.compile(rf"""^(?![ \t]*\#).*?(?:(["']){quoted}\1|^{quoted}[ \t]*=)""", re.MULTILINE)
    match = place.search(text)
    return line_of(text, match.start()) if match else 0


Reader = Callable[[str, Container[str]], Iterator[Statement]]
