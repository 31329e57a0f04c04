"""A module as the grammar builds it: imports that are spelled as somebody may, and blocks."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.fuzzing.choosing import Chooser

_SHORT = {"fastapi", "pydantic", "typing", "asyncio", "datetime"}
"""Modules that are imported whole by some people: ``fastapi.Depends``."""
_FIRST = ("__future__", "asyncio", "collections", "contextlib", "datetime", "functools", "secrets",
          "time", "typing", "os")  # fmt: skip
_LONG = 88


class Module:
    """What is written so far. Names are numbered, so that no two of one project are the same."""

    def __init__(self, choose: Chooser, path: str, first_number: int = 0) -> None:
        self.choose = choose
        self.path = path
        self.app = "app"
        self.blocks: list[str] = []
        self.number = first_number
        self.makes_router = False
        self.imported: dict[tuple[str, str], str] = {}
        self._whole: set[str] = set()
        self._defined: dict[str, str] = {}
        self.is_future = choose.chance(8)
        self._is_grouped = choose.chance(85)
        self._is_late = choose.chance(5)

    @property
    def name(self) -> str:
        """The name by which other modules import it."""
        return self.path.removesuffix(".py").replace("/", ".")

    def next(self, stem: str) -> str:
        """A name that nothing else has."""
        self.number += 1
        return f"{stem}{self.number}"

    def use(self, module: str, name: str) -> str:
        """How the name is spelled here; it is imported from now on."""
        key = (module, name)
        if key not in self.imported:
            if module in _SHORT and self.choose.chance(6):
                self._whole.add(module)
                self.imported[key] = f"{module}.{name}"
            elif self.choose.chance(3):
                self.imported[key] = f"{name}_" if name[0].islower() else f"My{name}"
            else:
                self.imported[key] = name
        return self.imported[key]

    def whole(self, module: str) -> str:
        """A module that is imported by its name."""
        self._whole.add(module)
        return module

    def once(self, key: str, block: str) -> None:
        """A block that one module needs but once."""
        if key not in self._defined:
            self._defined[key] = block
            self.blocks.append(block)

    def add(self, *blocks: str) -> None:
        """Blocks at the end."""
        self.blocks.extend(blocks)

    def text(self) -> str:
        """The whole module."""
        parts: list[str] = []
        if self.choose.chance(20):
            parts.append(self.choose.among(('"""What this is."""', '"""One.\n\nMore of it.\n"""',
                                            "# Copyright\n\n'''Doc.'''", "#!/usr/bin/env python")))  # fmt: skip
        if self.is_future:
            parts.append("from __future__ import annotations")
        parts.extend(self._imports())
        gap = self.choose.among(("\n\n\n", "\n\n\n", "\n\n", "\n"))
        head = self.choose.among(("\n\n", "\n\n", "\n")).join(parts)
        return gap.join([head, *self.blocks] if head else self.blocks) + "\n"

    def _imports(self) -> Iterable[str]:
        modules: dict[str, list[str]] = {}
        for (module, name), spelled in self.imported.items():
            if spelled != f"{module}.{name}":
                names = modules.setdefault(module, [])
                names.append(name if spelled == name else f"{name} as {spelled}")
        lines = [f"import {module}" for module in sorted(self._whole)]
        is_sorted = self.choose.chance(85)
        for module, names in sorted(modules.items()):
            given = sorted(names, key=_by_kind) if is_sorted else names
            lines.append(self._from(module, given))
        if not is_sorted:
            lines.reverse()
        if not self._is_grouped:
            yield "\n".join(lines)
            return
        standard = [line for line in lines if line.split()[1].split(".")[0] in _FIRST]
        own = [line for line in lines if line.split()[1].startswith(("shop", "parts"))]
        others = [line for line in lines if line not in standard and line not in own]
        yield from ("\n".join(group) for group in (standard, others, own) if group)

    def _from(self, module: str, names: list[str]) -> str:
        line = f"from {module} import {', '.join(names)}"
        style = self.choose.number(0, 19)
        if style == 1:
            return "\n".join(f"from {module} import {name}" for name in names)
        if style == 2:
            return f"from {module} import ({', '.join(names)})"
        if len(line) > _LONG or style == 3:
            inner = "".join(f"    {name},\n" for name in names)
            return f"from {module} import (\n{inner})"
        if style == 4:
            return line.replace(", ", ", \\\n    ")
        return line


def _by_kind(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name.lower()
