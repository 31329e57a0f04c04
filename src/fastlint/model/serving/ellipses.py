"""``Query(...)``, ``Field(...)`` and their like: markers that are given ``...`` for a default."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.model.following.functions import Module
from fastlint.model.reading.mentions import imported_packages, mentions

_PACKAGES = frozenset({"fastapi", "pydantic", "sqlmodel"})
_MARKERS = frozenset({"Query", "Path", "Body", "Cookie", "Header", "Form", "File"})
_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "sqlmodel.Field"})


def ellipses(module: Module) -> Iterator[tuple[str, tree.Call]]:
    """The bare name of every such marker, and its call; those in functions' bodies are left out."""
    if _PACKAGES.isdisjoint(imported_packages(module)):
        return
    for each in mentions(module, _PACKAGES, ()):
        call = each.call
        if call is None or not _is_given(call):
            continue
        package, _, name = each.dotted.rpartition(".")
        if each.dotted in _FIELDS or (package.startswith("fastapi") and name in _MARKERS):
            yield name, call


def _is_given(call: tree.Call) -> bool:
    given = call.args[0] if call.args else None
    if given is None:
        given = next((each.value for each in call.keywords if each.name == "default"), None)
    return isinstance(given, tree.Constant) and given.kind == "..."
