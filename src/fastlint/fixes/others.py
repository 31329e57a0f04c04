"""The other files of a project: whether they take a name from a file that only imports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

_COMMENT = re.compile(r"#[^\r\n]*")
_FROM = re.compile(
    r"^[ \t]*from\s+([\w.]+)\s+import\s*(?:\(([^)]*)\)|((?:[^\r\n\\]|\\\r?\n)*))", re.MULTILINE
)
_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w+$")
_LONGEST = 40
"""More characters than the name of a library and the space behind it have."""
_ALL = re.compile(r"import\s*\*")
_STAR = re.compile(r"\bfrom\s+[\w.]*?(\w*)\s+import\s*\*")
_LIBRARIES = frozenset({"fastapi", "pydantic", "starlette", "typing", "typing_extensions"})
"""What an attribute is most often asked of that is not a file of the project."""

Naming = Mapping[str, frozenset[str]]
"""Files by the last parts of the modules that they speak of."""


class Others:
    """The files of a project, each read once at most, and only if there is a question."""

    def __init__(
        self, list_paths: Callable[[], Iterable[str]], read: Callable[[str], str | None]
    ) -> None:
        """``read`` gives the text of a file; None where it cannot be had."""
        self._list_paths = list_paths
        self._read = read
        self._known: dict[str, Naming] = {}

    def take(self, path: str, name: str) -> bool:
        """Whether another file may take ``name`` from the file at ``path``, that only imports it.

        By ``from app.main import Name``, ``from app.main import *``, ``main.Name`` by whatever
        name of the module, or in a string, as patches have it.
        """
        stem = path.rpartition("/")[2].removesuffix(".py")
        if self._starred.get(stem, frozenset()) - {path}:
            return True
        return bool(self._naming(name).get(stem, frozenset()) - {path})

    def stand_for(self, module: str, path: str) -> bool:
        """Whether the file at ``path`` may get a file of the project by the name of a library."""
        parts = path.split("/")[:-1]
        folders = ("/".join(parts[:depth]) for depth in range(len(parts) + 1))
        roots = (f"{folder}/{module}".lstrip("/") for folder in folders)
        return any(f"{root}.py" in self._paths or root in self._packages for root in roots)

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(self._list_paths())

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[0] for path in self._paths)

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {path: text for path in self._paths if (text := self._read(path))}

    @cached_property
    def _starred(self) -> Naming:
        """The files that take everything from a module of some name."""
        starred = {p: set(_STAR.findall(t)) for p, t in self._texts.items() if _ALL.search(t)}
        return _by_stem(starred)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[2].removesuffix(".py") for path in self._paths)

    def _naming(self, name: str) -> Naming:
        """The files that may take a name from somewhere, by the modules that they name."""
        if name not in self._known:
            taken = re.compile(rf"\.\s*{name}\b|[\"']{name}[\"']")
            self._known[name] = _by_stem(
                {
                    path: self._stems.intersection(_WORD.findall(text))
                    for path, text in self._texts.items()
                    if name in text and (_is_asked(taken, text) or _is_imported(name, text))
                }
            )
        return self._known[name]


def _by_stem(stems: Mapping[str, Iterable[str]]) -> Naming:
    """The files turned round: for each of their stems those that have it."""
    found: dict[str, set[str]] = {}
    for path, each in stems.items():
        for stem in each:
            found.setdefault(stem, set()).add(path)
    return {stem: frozenset(paths) for stem, paths in found.items()}


def _is_asked(taken: re.Pattern[str], text: str) -> bool:
    """Whether something else than a library is asked for a name, or a string has it."""
    for found in taken.finditer(text):
        before = text[max(found.start() - _LONGEST, 0) : found.start()].rstrip()
        base = _LAST_WORD.search(before)
        if found[0][0] != "." or base is None or base[0] not in _LIBRARIES:
            return True
    return False


def _is_imported(name: str, text: str) -> bool:
    """Whether a file imports a name from elsewhere than a library."""
    word = re.compile(rf"\b{name}\b")
    return any(
        found[1].partition(".")[0] not in _LIBRARIES and word.search(found[2] or found[3] or "")
        for found in _FROM.finditer(_COMMENT.sub("", text))
    )
