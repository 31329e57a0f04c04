"""Projects as the grammar builds them, for hypothesis to draw."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from benchmarks.fuzzing import layouts
from benchmarks.fuzzing.choosing import Chooser, Draw
from benchmarks.fuzzing.classes import schema
from benchmarks.fuzzing.handlers import handler
from benchmarks.fuzzing.modules import Module
from benchmarks.fuzzing.wholes import WHOLES
from fastlint.catalogue import catalogue
from fastlint.config.settings import Settings

MOST_TOGETHER = 8
_OF_APPS_ALONE = (".middleware", ".exception_handler", ".add_middleware", ", reload", ", workers")
_SEVERAL_LINES = "'''One"
"""A docstring whose lines cannot be indented with what is around it."""


EVERYTHING = Settings(
    extend_select=tuple(r.code for r in catalogue().rules if r.head.meta.fix != "none")
)
"""The rules that have fixes are selected, all of them."""
_GIVEN = ("docs_url=None, redoc_url=None", "lifespan=lifespan", "lifespan=lifespan()")
_CROWD = 3
"""Blocks that are added to a module in which fixes are to meet."""


class Project(NamedTuple):
    """Applications that know nothing of each other; each of them is one case."""

    cases: tuple[dict[str, bytes], ...]
    unsafe: bool
    """Whether fixes that may change behaviour are applied too."""
    thorough: bool
    """Whether what is fixed is checked and fixed once more, from nothing, and one by one."""
    settings: Settings = EVERYTHING

    @property
    def files(self) -> dict[str, bytes]:
        """The files of all cases."""
        return {path: data for case in self.cases for path, data in case.items()}

    def __repr__(self) -> str:
        parts = [f"unsafe={self.unsafe} thorough={self.thorough}"]
        for path, data in self.files.items():
            parts.append(f"=== {path}{_bom(data)}")
            text = data.decode("utf-8-sig")
            parts.append(text if "\r" not in text else repr(text))
        return "\n".join(parts)


@st.composite
def projects(draw: Callable[[st.SearchStrategy[int]], int], together: int = 1) -> Project:
    """Small applications of FastAPI, up to so many in one project."""
    return project(draw, together)


@st.composite
def crowds(draw: Callable[[st.SearchStrategy[int]], int]) -> Project:
    """One application with much to fix in each of its modules."""
    choose = Chooser(draw)
    return Project((case(choose, 0, _CROWD),), choose.chance(50), True)


def project(draw: Draw, together: int = 1) -> Project:
    """One project, with so many cases at most."""
    choose = Chooser(draw)
    unsafe, thorough = choose.chance(50), choose.chance(10)
    count = choose.number(max(1, together // 2), together)
    crowd = _CROWD if thorough else 0
    cases = (case(choose, number, 0 if number else crowd) for number in range(count))
    return Project(tuple(cases), unsafe, thorough)


def case(choose: Chooser, number: int, crowd: int = 0) -> dict[str, bytes]:
    """The files of one application, in the order in which they import each other."""
    unit = choose.among(("    ", "    ", "    ", "\t", "  "))
    files: dict[str, bytes] = {}
    for module in _modules(choose, f"shop{number}", crowd):
        text = layouts.shaken(module.text(), choose, 6)
        files[module.path] = layouts.encoded(layouts.respaced(text, unit), choose)
    return files


def _modules(choose: Chooser, package: str, crowd: int) -> list[Module]:
    main = Module(choose, f"{package}/main.py")
    app = main.use("fastapi", "FastAPI")
    if not choose.chance(10):
        main.add(_made(main, app))
        _fill(main, choose.among((1, 1, 1, 1, 1, 2)) + crowd)
        return [main]
    part = Module(choose, f"{package}/routes.py", first_number=100)
    part.app = "router"
    prefix = choose.among(("", 'prefix="/parts"', "prefix='/parts'", "prefix='parts/'"))
    part.add(f"router = {part.use('fastapi', 'APIRouter')}({prefix})")
    _fill(part, choose.number(1, 2) + crowd)
    router = main.use(part.name, "router")
    main.add(f"app = {app}()")
    _fill(main, choose.number(0, 1))
    main.add(f"app.include_router({router})")
    return [part, main]


def _made(m: Module, app: str) -> str:
    choose = m.choose
    given = choose.among((*[""] * 4, *_GIVEN))
    making = f"app = {app}({given})"
    if "lifespan" not in given:
        return making
    header = choose.among((f"async def lifespan(app: {app})", "async def lifespan(app)"))
    bodies = ["yield", "print('begin')\n    yield\n    print('end')", "app.state.ready = True"]
    if given.endswith("()"):
        decorator = m.use("contextlib", "asynccontextmanager")
        header = f"@{decorator}\nasync def lifespan(app: {app} | None = None)"
        del bodies[2:]  # else nobody would await what it gives
    body = choose.among(bodies)
    return f"{header}:\n    {body}\n\n\n{making}"


def _fill(m: Module, count: int) -> None:
    for _ in range(count):
        kind = m.choose.number(0, 9)
        make = (handler,) * 5 + (schema,) * 2 + (_beside,) * 3
        block = make[kind](m)
        if m.app == "app" or not any(f"router{each}" in block for each in _OF_APPS_ALONE):
            m.add(_wrapped(m, block))


def _beside(m: Module) -> str:
    return m.choose.among(WHOLES)(m)


def _wrapped(m: Module, block: str) -> str:
    """Mostly as it is; else in a condition, a ``try`` or a function."""
    if _SEVERAL_LINES in block:
        return block
    inner = "\n".join(f"    {line}" if line else "" for line in block.split("\n"))
    match m.choose.number(0, 24):
        case 1:
            return f"if True:\n{inner}"
        case 2:
            name = m.next("register")
            return f"def {name}() -> None:\n{inner}\n\n\n{name}()"
        case 3:
            return f"try:\n{inner}\nexcept ImportError:\n    pass"
    return block


def _bom(data: bytes) -> str:
    return " (with a BOM)" if data.startswith(codecs.BOM_UTF8) else ""
