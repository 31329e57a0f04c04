"""What applies, from where, and what it means: the data of ``fastlint config``."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from fastlint.config.load import Loaded
from fastlint.config.settings import Settings


class Applied(NamedTuple):
    """An option as it applies to a run."""

    key: str
    value: Any
    """Plain data: strings, booleans, tuples and dictionaries."""
    origin: str
    """The file and line that say so, relative to the project's root, or ``default``."""


class Option(NamedTuple):
    """An option as it could be set."""

    key: str
    default: Any
    """Plain data, as `Applied.value`."""
    meaning: str
    """A sentence or two, with code in backticks."""


def describe(loaded: Loaded) -> list[Applied]:
    """Every option with its value and where that was said, in the order of `Settings`."""
    values = msgspec.to_builtins(loaded.settings)
    return [Applied(key, value, _origin(loaded, key)) for key, value in values.items()]


def options() -> list[Option]:
    """Every option with its default and meaning, in the order of `Settings`."""
    defaults = msgspec.to_builtins(Settings())
    meanings = _docstrings(Settings)
    return [
        Option(field.encode_name, defaults[field.encode_name], meanings.get(field.name, ""))
        for field in msgspec.structs.fields(Settings)
    ]


def _origin(loaded: Loaded, key: str) -> str:
    for each in loaded.borrowed:
        if each.option.replace("_", "-") == key:
            table = f" [{each.table}]" if each.table else ""
            return f"{_seen_from(loaded, each.file)}{table}"
    document = loaded.document
    if document is None or key not in document.table:
        return "default"
    line = document.problem((key,), "", at_key=True).line
    return f"{_seen_from(loaded, document.file)}:{line}"


def _seen_from(loaded: Loaded, file: os.PathLike[str]) -> str:
    return os.path.relpath(file, loaded.root).replace(os.sep, "/")


def _docstrings(struct: type) -> dict[str, str]:
    """The docstring under each field of a class; Python itself does not keep them."""
    import ast
    import inspect

    source = ast.parse(inspect.getsource(struct))
    statements = [each for each in ast.walk(source) if isinstance(each, ast.stmt)]
    found: dict[str, str] = {}
    for statement, after in pairwise(statements):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found
