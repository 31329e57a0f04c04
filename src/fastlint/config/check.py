"""Every mistake in a table of settings, not only the first: what `Settings` itself would refuse.

msgspec decides whether a table is right, and quickly; only when it is not does this look for the
reasons, by walking the table beside the types that the fields of `Settings` declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from msgspec import inspect as types

from fastlint.config.settings import Settings

Path = tuple[str | int, ...]

_FEW = 15
"""As many names as a person still reads in one line."""


class Mistake(NamedTuple):
    """What is wrong at one place of the table."""

    path: Path
    message: str
    help: str = ""
    at_key: bool = False
    """Whether the key is wrong, rather than its value."""


def mistakes(table: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """All that keeps ``table`` from being `Settings`, in the order of the table."""
    return tuple(_walk(dict(table), types.type_info(Settings), ()))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The help for a ``word`` that is none of the ``known``: the nearest one, or all of a few."""
    choices = list(known)
    near = get_close_matches(word.lower(), choices, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known are {_listed(choices, 'and')}" if len(choices) <= _FEW else ""


def _walk(value: Any, expected: types.Type, path: Path) -> Iterator[Mistake]:
    """The mistakes of ``value`` and of all it holds, where ``expected`` should stand."""
    match _plain(expected):
        case types.UnionType(types=members):
            alike = [member for member in members if _alike(value, member)]
            if alike:
                yield from _walk(value, alike[0], path)
            else:
                yield _refusal(value, expected, path)
        case inner if not _alike(value, inner) or not _allowed(value, inner):
            yield _refusal(value, expected, path)
        case types.StructType() as struct:
            yield from _walk_struct(value, struct, path)
        case types.DictType(value_type=item):
            for key, entry in value.items():
                yield from _walk(entry, item, (*path, key))
        case types.VarTupleType(item_type=item):
            for index, entry in enumerate(value):
                yield from _walk(entry, item, (*path, index))


def _walk_struct(table: dict[str, Any], struct: types.StructType, path: Path) -> Iterator[Mistake]:
    """The mistakes of a table whose keys are known."""
    fields = {field.encode_name: field for field in struct.fields}
    for key, value in table.items():
        if key in fields:
            yield from _walk(value, fields[key].type, (*path, key))
        else:
            yield _unknown_key(key, fields, path)
    for field in fields.values():
        if field.required and field.encode_name not in table:
            message = f"each table in `{_named(path)}` needs the key `{field.encode_name}`"
            yield Mistake(path, message)


def _unknown_key(key: str, known: Iterable[str], path: Path) -> Mistake:
    if path:
        message = f"unknown key `{key}` in `{_named(path)}`"
        return Mistake((*path, key), message, did_you_mean(key, known), at_key=True)
    if key == "tool":
        advice = "only pyproject.toml has `[tool.fastlint]`; here options stand at the top level"
    else:
        advice = did_you_mean(key, known) or "`fastlint config` lists all options"
    return Mistake((key,), f"unknown option `{key}`", advice, at_key=True)


def _plain(expected: types.Type) -> types.Type:
    """A type without its description."""
    return expected.type if isinstance(expected, types.Metadata) else expected


def _alike(value: Any, expected: types.Type) -> bool:
    """Whether ``value`` is of the kind that ``expected`` is, whatever it holds."""
    match _plain(expected):
        case types.BoolType():
            return isinstance(value, bool)
        case types.StrType() | types.EnumType() | types.LiteralType():
            return isinstance(value, str)
        case types.VarTupleType():
            return isinstance(value, list)
        case types.DictType() | types.StructType():
            return isinstance(value, dict)
        case _:
            return False


def _allowed(value: Any, expected: types.Type) -> bool:
    """Whether ``value``, which is of the right kind, is one that the type lets in."""
    if isinstance(expected, types.StrType):
        long_enough = len(value) >= (expected.min_length or 0)
        return long_enough and (not expected.pattern or bool(re.search(expected.pattern, value)))
    choices = _choices(expected)
    return not choices or value in choices


def _choices(expected: types.Type) -> list[str]:
    """The words that a type lets in, where it is a list of words."""
    match expected:
        case types.EnumType(cls=enum):
            return [member.value for member in enum]
        case types.LiteralType(values=values):
            return [str(value) for value in values]
        case _:
            return []


def _refusal(value: Any, expected: types.Type, path: Path) -> Mistake:
    """The mistake that ``value`` itself is, with what helps against the usual ones."""
    subject = f"`{_named(path)}`"
    if isinstance(path[-1], int):
        subject = f"each item of {subject}"
    message = f"{subject} must be {_wanted(expected)}, not {_shown(value)}"
    return Mistake(path, message, _advice(value, _plain(expected)))


def _advice(value: Any, expected: types.Type) -> str:
    """What to write instead of ``value``, where that can be told."""
    match expected, value:
        case types.VarTupleType(item_type=item), str() if not any(_walk(value, item, ("",))):
            return f"write a list: [{_shown(value)}]"
        case types.BoolType(), str() if value.lower() in {"true", "false"}:
            return f"write {value.lower()} without quotes"
        case types.UnionType(types=members), _:
            return next(filter(None, (_advice(value, _plain(each)) for each in members)), "")
        case types.StrType(), float():
            return f'write it in quotes: "{value}"'
        case _, str() if near := get_close_matches(value.lower(), _choices(expected), n=1):
            return f"did you mean `{near[0]}`?"
        case _:
            return ""


def _wanted(expected: types.Type) -> str:
    """What a type asks for, in words that complete "must be …"."""
    match expected:
        case types.Metadata(type=inner, extra_json_schema=extra):
            about = extra or {}
            examples = " or ".join(f"`{example}`" for example in about.get("examples", ()))
            noun = about.get("description") or _wanted(inner)
            return f"{noun} such as {examples}" if examples else noun
        case types.UnionType(types=members):
            given = [each for each in members if not isinstance(each, types.NoneType)]
            return ", or ".join(_wanted(each) for each in given)
        case types.BoolType():
            return "true or false"
        case types.VarTupleType(item_type=item):
            kind = "strings" if isinstance(_plain(item), types.StrType) else "strings or tables"
            return f"a list of {kind}"
        case types.DictType() | types.StructType():
            return "a table"
        case _ if choices := _choices(expected):
            return _listed(choices, "or")
        case _:
            return "a string"


def _shown(value: Any) -> str:
    """A value as a message speaks of it: short strings as they are, of the rest the kind."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 40 else "this string"  # noqa: PLR2004
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _listed(words: list[str], last: str) -> str:
    """``words`` as a sentence lists them, ``last`` being "and" or "or"."""
    *most, final = [f"`{word}`" for word in words]
    return f"{', '.join(most)} {last} {final}" if most else final


def _named(path: Path) -> str:
    """The option at ``path`` as a person names it; the items of a list have no name."""
    return ".".join(part for part in path if isinstance(part, str))
