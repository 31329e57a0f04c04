"""The other files of a project: whether they take a name from a file that only imports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

_COMMENT = re.compile(r"#[^\r\n]*")
_FROM = re.compile(
    r"^[ \t]*from\s+([\w.]+)\s+import\s*(?:\(([^)]*)\)|((?:[^\r\n\\]|\\\r?\n)*))", re.MULTILINE
)
_STAR = re.compile(r"\bfrom\s+[\w.]*?(\w*)\s+import\s*\*")
_LIBRARIES = frozenset({"fastapi", "pydantic", "starlette", "typing", "typing_extensions"})
"""What an attribute is most often asked of that is not a file of the project."""


class Others:
    """The files of a project, each read once at most, and only if there is a question."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], str | None]) -> None:
        """``read`` gives the text of a file; None where it cannot be had."""
        self._paths = frozenset(paths)
        self._read = read
        self._known: dict[str, dict[str, str]] = {}

    def take(self, path: str, name: str) -> bool:
        """Whether another file may take ``name`` from the file at ``path``, that only imports it.

        By ``from app.main import Name``, ``from app.main import *``, ``main.Name`` by whatever
        name of the module, or in a string, as patches have it.
        """
        stem = path.rpartition("/")[2].removesuffix(".py")
        if self._starred.get(stem, frozenset()) - {path}:
            return True
        word = re.compile(rf"\b{re.escape(stem)}\b")
        naming = self._naming(name)
        return any(other != path and word.search(naming[other]) for other in naming)

    def stand_for(self, module: str, path: str) -> bool:
        """Whether the file at ``path`` may get a file of the project by the name of a library."""
        parts = path.split("/")[:-1]
        folders = ("/".join(parts[:depth]) for depth in range(len(parts) + 1))
        roots = (f"{folder}/{module}".lstrip("/") for folder in folders)
        return any(f"{root}.py" in self._paths or root in self._packages for root in roots)

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[0] for path in self._paths)

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {path: text for path in self._paths if (text := self._read(path))}

    @cached_property
    def _starred(self) -> dict[str, frozenset[str]]:
        """The files that take everything from a module of some name."""
        found: dict[str, set[str]] = {}
        for path, text in self._texts.items():
            if "*" in text:
                for stem in _STAR.findall(text):
                    found.setdefault(stem, set()).add(path)
        return {stem: frozenset(paths) for stem, paths in found.items()}

    def _naming(self, name: str) -> dict[str, str]:
        """The texts of the files that may take a name from somewhere in the project."""
        if name not in self._known:
            taken = re.compile(rf"(\w*)\s*\.\s*{name}\b|[\"']{name}[\"']")
            self._known[name] = {
                path: text
                for path, text in self._texts.items()
                if name in text and (_is_attribute(taken, text) or _is_imported(name, text))
            }
        return self._known[name]


def _is_attribute(taken: re.Pattern[str], text: str) -> bool:
    return any(found[1] not in _LIBRARIES for found in taken.finditer(text))


def _is_imported(name: str, text: str) -> bool:
    """Whether a file imports a name from elsewhere than a library."""
    word = re.compile(rf"\b{name}\b")
    return any(
        found[1].partition(".")[0] not in _LIBRARIES and word.search(found[2] or found[3] or "")
        for found in _FROM.finditer(_COMMENT.sub("", text))
    )
