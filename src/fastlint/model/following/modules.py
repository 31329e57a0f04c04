"""Which files there are and what they are called: the only way from a name to a file's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from fastlint.facts import search, tree
from fastlint.model.following.functions import is_test

_KNOWN = frozenset(
    {"fastapi", "starlette", "pydantic", "pydantic_settings", "sqlalchemy", "sqlmodel"}
)


class Modules:
    """The modules of a project. Facts are decoded when they are first asked for."""

    def __init__(
        self,
        encoded: Mapping[str, bytes],
        names: Mapping[str, str],
        find: Callable[[str, str], str | None],
        decoded: Mapping[str, tree.ModuleFacts] | None = None,
    ) -> None:
        """``encoded``: the encoded facts by path; ``names``: the dotted name of each path.

        ``find(importer, module)`` gives the path of the file that ``import module`` means in the
        file ``importer``, or None when the project has no such module. ``decoded``: facts that
        somebody has decoded already.
        """
        self._encoded = encoded
        self._names = names
        self._find = find
        self._decoded: dict[str, tree.ModuleFacts] = dict(decoded or {})
        self._vocabularies: dict[str, search.Vocabulary] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._packages: set[str] = set()
        for name in names.values():
            parts = name.split(".")
            self._packages.update(".".join(parts[:i]) for i in range(1, len(parts)))

    def __contains__(self, path: str) -> bool:
        """Whether there is a file at ``path``."""
        return path in self._encoded

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files, in a fixed order."""
        return tuple(sorted(self._encoded))

    def facts(self, path: str) -> tree.ModuleFacts:
        """What the file at ``path`` says. Raises KeyError for a path that is not indexed."""
        found = self._decoded.get(path)
        if found is None:
            found = self._decoded[path] = tree.decode(self._encoded[path])
        return found

    def mentions(self, path: str, *words: str | bytes) -> bool:
        """Whether one of the words stands in the file at ``path``; no body is decoded for that."""
        wanted = [word.encode() if isinstance(word, str) else word for word in words]
        return self._vocabulary(path).has(*wanted)

    def naming(self, *names: str | bytes) -> Iterator[str]:
        """The files in whose code one of the names stands, tests left out."""
        for path in self.paths:
            if self.mentions(path, *names) and not is_test(path):
                yield path

    def matches(self, path: str, words: search.Words) -> bool:
        """As `mentions`, for many words."""
        return self._vocabulary(path).has(*words.words)

    def _vocabulary(self, path: str) -> search.Vocabulary:
        found = self._vocabularies.get(path)
        if found is None:
            found = self._vocabularies[path] = search.Vocabulary(self.facts(path))
        return found

    def name(self, path: str) -> str:
        """The dotted name under which the project imports ``path``."""
        return self._names.get(path, path)

    def find(self, importer: str, module: str) -> str | None:
        """The file that ``import module`` in ``importer`` means; None when it is not ours.

        What the model knows by heart is never the project's, even where the project is FastAPI.
        """
        key = (importer, module)
        if key not in self._found:
            known = module.partition(".")[0] in _KNOWN
            self._found[key] = None if known else self._find(importer, module)
        return self._found[key]

    def below(self, package: str) -> list[tuple[str, bool]]:
        """The modules directly below a package by name, and whether they are packages."""
        start = f"{package}."
        found = {
            name.removeprefix(start).partition(".")[0]
            for name in self._names.values()
            if name.startswith(start)
        }
        return [(name, start + name in self._packages) for name in sorted(found)]

    def within(self, package: str) -> list[tuple[str, bool]]:
        """As `below`, with what is in the packages there, named from the first one on."""
        found: list[tuple[str, bool]] = []
        for name, is_package in self.below(package):
            found.append((name, is_package))
            inner = self.within(f"{package}.{name}") if is_package else []
            found += ((f"{name}.{each}", is_one) for each, is_one in inner)
        return found

    def is_package(self, module: str) -> bool:
        """Whether some module of the project lies below ``module``."""
        return module in self._packages

    def absolute(self, importer: str, module: str, level: int) -> str:
        """The absolute name of a relative import: ``level`` dots, then ``module``."""
        if not level:
            return module
        parts = self.name(importer).split(".")
        is_init = importer.endswith("/__init__.py") or importer == "__init__.py"
        drop = level - 1 if is_init else level
        base = parts[: len(parts) - drop] if drop else parts
        return ".".join([*base, module] if module else base)
