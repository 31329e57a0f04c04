"""Paths, put together from the prefixes and paths that registrations are given."""

from __future__ import annotations

import re

from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import NONE, Const, Unknown, Value

_PARAMETER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(?::[a-zA-Z_][a-zA-Z0-9_]*)?}")


def joined(prefix: str | None, *parts: Value) -> tuple[str | None, tuple[str, ...]]:
    """``prefix`` followed by the parts; None and the reasons where one of them is not known.

    A part that is None is left out.
    """
    unknown: list[str] = []
    for part in parts:
        text = text_of(part)
        if text is None:
            prefix = None
            reason = part.reason if isinstance(part, Unknown) else ""
            unknown.append(f"a part of the path is not known{f': {reason}' if reason else ''}")
        elif prefix is not None:
            prefix += text
    return prefix, tuple(unknown)


def text_of(piece: Value) -> str | None:
    """The text of a path or prefix, empty for None; None where it is not known.

    What the environment may leave out has to be there for whoever builds a path of it.
    """
    is_left_out = isinstance(piece, Const) and piece == NONE and not piece.settable
    return "" if is_left_out else as_text(piece)


def parameters_of(path: str | None) -> frozenset[str] | None:
    """The names between braces in a path; None for a path that is not known."""
    return None if path is None else frozenset(_PARAMETER.findall(path))
