"""See ``rules/FLT308-router-mount-dropped.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.joining import text_of
from fastlint.model.serving.served import Slot
from fastlint.rule import check

_ROUTER_TREE = (0, 137)
"""From here on routers are kept as they are; before, an include copied what it knew."""


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """What an include loses of a router: its mounts, or its prefix in front of them."""
    for order in project.orders:
        for slot in order.slots:
            if slot.kind not in ("mount", "raw") or not slot.includes:
                continue
            if project.module(slot.span.path).is_test:
                continue
            version = project.versions.of("fastapi", slot.span.path)
            if slot.kind == "mount" and version.below(_ROUTER_TREE):
                yield Problem(
                    slot.span,
                    f"the mount at `{slot.path or '/'}` is dropped: before FastAPI 0.137 "
                    "an include takes over the router's routes only",
                    "mount it on the app",
                    related=tuple(slot.way),
                )
            else:
                yield from _without_prefix(slot)


def _without_prefix(slot: Slot) -> Iterator[Problem]:
    prefix = text_of(slot.router.prefix)
    if not prefix or slot.path is None or slot.own_path is None:
        return
    if slot.own_path.startswith(prefix):  # written out: whoever wrote it knows
        return
    meant = slot.path.removesuffix(slot.own_path) + prefix + slot.own_path
    yield Problem(
        slot.span,
        f"this is served at `{slot.path or '/'}`, not at `{meant}`: only path operations get "
        "the router's own prefix",
        f"write `{prefix}{slot.own_path}` here, or mount it on the app",
        related=(Related(slot.router.span, f"`{prefix}` is the router's own"), *slot.way),
    )
