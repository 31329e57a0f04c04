"""Uses of what is deprecated that a test makes on purpose, to see the warning."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following.frames import span_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_EXPECTING = frozenset({"warns", "deprecated_call", "assertWarns", "assertWarnsRegex"})
"""What pytest and unittest call a block that has to warn."""
_WORDS = tuple(each.encode() for each in sorted(_EXPECTING))


class Expected:
    """The blocks of a project's tests that have to warn."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def _blocks(self) -> dict[str, list[Span]]:
        modules = (module for module in self._project.modules if module.is_test)
        found = {module.path: list(_blocks(module.path, module.facts)) for module in modules}
        return {path: blocks for path, blocks in found.items() if blocks}

    def holds(self, span: Span) -> bool:
        """Whether a place is in a block that has to warn."""
        return any(
            block.line <= span.line and span.end_line <= block.end_line
            for block in self._blocks.get(span.path, ())
        )


def _blocks(path: str, facts: tree.ModuleFacts) -> Iterator[Span]:
    for function in facts.functions:
        if search.mentions(function, *_WORDS):
            for node in walk(tree.statements(function)):
                if isinstance(node, tree.With) and any(map(_expects, node.items)):
                    yield span_of(path, node)


def _expects(item: tree.WithItem) -> bool:
    given = item.context
    return isinstance(given, tree.Call) and last_name(given.func) in _EXPECTING
