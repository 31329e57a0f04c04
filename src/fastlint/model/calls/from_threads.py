"""What threads that serve requests have the event loop run: ``anyio.from_thread.run(notify)``.

Threads of FastAPI's pool know their loop; in any other thread these calls are errors
(anyio/from_thread.py `run`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search
from fastlint.model.calls.blocking import own_name
from fastlint.model.following import contexts
from fastlint.model.following.contexts import Given
from fastlint.model.following.values import FunctionValue, Partial

if TYPE_CHECKING:
    from fastlint.model.calls.reach import Reached
    from fastlint.model.project import Project

_WORD = b"from_thread"
_BACK = frozenset({"anyio.from_thread.run", "anyio.from_thread.run_sync"})


def from_threads(project: Project) -> Iterator[tuple[FunctionValue, Reached, Given]]:
    """What plain functions that requests reach hand back, who does, and what it is given."""
    paths = frozenset(project.modules_index.naming(_WORD))
    for reached in project.reach.reached if paths else ():
        function = reached.function
        if function.path not in paths or function.is_async:
            continue
        if not search.mentions(function.facts, _WORD, b"run", b"run_sync"):
            continue
        for site in function.calls:
            if own_name(site.callee) in _BACK and site.args:
                value, args, keywords = site.args[0], site.args[1:], site.keywords
                if isinstance(value, Partial):
                    value, args, keywords = value.whole(args, keywords)
                if isinstance(value, FunctionValue):
                    yield value, reached, contexts.brought(value, args, keywords)
