"""Under which names a field is read from a request and written into a response.

Followed from pydantic 2.14: ``Field`` (``fields.py``), ``_apply_alias_generator_to_field_info``
(``_internal/_fields.py``) and ``alias_generators.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from fastlint.model.following.values import Const, External, Instance, Value

_CAMEL = re.compile(r"^[a-z]+[A-Za-z0-9]*$")


class Aliases(msgspec.Struct, frozen=True):
    """The other names of a field; None where it goes by its own."""

    alias: str | None = None
    """The first name under which it is read, and by default written."""
    validation: tuple[str, ...] = ()
    """All names under which it is read, its own aside: a path is told by its first key."""
    serialization: str | None = None
    """The name under which it is written where aliases are."""
    is_known: bool = True
    """False where something that is not known makes names: what is told here may be incomplete."""


NO_ALIASES = Aliases()
ALIASES = frozenset({"alias", "validation_alias", "serialization_alias"})
"""The keywords of ``Field`` that give a field another name."""


def aliases(name: str, keywords: Mapping[str, Value], generator: Value | None) -> Aliases:
    """The aliases of the field ``name`` by the keywords of its ``Field`` and its model's generator.

    ``generator`` is None where the model has none.
    """
    given = keywords.get("alias")
    read = keywords.get("validation_alias", given)
    written = keywords.get("serialization_alias", given)
    parts = [_text(given), _names(read), _text(written)]
    known = None not in (*parts, *map(_text, (given, written)))
    own = Aliases(_text(given) or None, _names(read) or (), _text(written) or None, known)
    if generator is None or generator == Const(None):
        return own
    made = _made(name, generator)
    priority = keywords.get("alias_priority")
    is_set = any(each not in (None, Const(None)) for each in (given, read, written))
    if not is_set or priority == Const(1):
        return made
    return Aliases(
        own.alias or made.alias,
        own.validation or made.validation,
        own.serialization or made.serialization,
        own.is_known and (made.is_known or bool(own.validation and own.serialization)),
    )


def _text(value: Value | None) -> str | None:
    """A name that is given; ``""`` for none, None for one that is not known."""
    if value is None or value == Const(None):
        return ""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _names(value: Value | None) -> tuple[str, ...] | None:
    """The names of a validation alias: a text, ``AliasPath("a", 0)`` or ``AliasChoices(…)``."""
    if isinstance(value, Instance) and isinstance(value.cls, External):
        kind = value.cls.name.rpartition(".")[2].removesuffix("()")
        if kind == "AliasPath":
            return _names(value.args[0]) if value.args else None
        if kind == "AliasChoices":
            several = [_names(arg) for arg in value.args]
            known = [each for each in several if each is not None]
            return tuple(n for each in known for n in each) if known == several else None
        return None
    text = _text(value)
    return None if text is None else (text,) if text else ()


def _made(name: str, generator: Value) -> Aliases:
    if isinstance(generator, Instance) and isinstance(generator.cls, External):
        if generator.cls.name.rpartition(".")[2].removesuffix("()") != "AliasGenerator":
            return Aliases(is_known=False)
        keys = ("alias", "validation_alias", "serialization_alias")
        given = dict(zip(keys, generator.args, strict=False)) | generator.keywords
        alias, read, written = (_generated(name, given.get(key)) for key in keys)
        known = None not in (alias, read, written)
        read = read or alias
        return Aliases(alias or None, (read,) if read else (), written or alias or None, known)
    alias = _generated(name, generator)
    if not alias:
        return Aliases(is_known=False)
    return Aliases(alias, (alias,), alias)


def _generated(name: str, by: Value | None) -> str | None:
    """What a generator makes of a name; ``""`` where there is none, None if that is not known."""
    if by is None or by == Const(None):
        return ""
    known = _KNOWN.get(by.name) if isinstance(by, External) else None
    return None if known is None else known(name)


def to_pascal(snake: str) -> str:
    """``user_name`` as ``UserName``."""
    return re.sub("([0-9A-Za-z])_(?=[0-9A-Z])", lambda match: match[1], snake.title())


def to_camel(snake: str) -> str:
    """``user_name`` as ``userName``."""
    if _CAMEL.match(snake) and not re.search(r"\d[a-z]", snake):
        return snake
    return re.sub("(^_*[A-Z])", lambda match: match[1].lower(), to_pascal(snake))


def to_snake(camel: str) -> str:
    """``userName`` as ``user_name``."""
    snake = camel
    for pattern in ("([A-Z]+)([A-Z][a-z])", "([a-z])([A-Z])", "([0-9])([A-Z])", "([a-z])([0-9])"):
        snake = re.sub(pattern, r"\1_\2", snake)
    return snake.replace("-", "_").lower()


def _words_joined(snake: str) -> str:
    """Pydantic 1's ``to_camel``."""
    return "".join(word.title() for word in snake.split("_"))


def _lower_first(snake: str) -> str:
    """Pydantic 1's ``to_lower_camel``."""
    camel = _words_joined(snake)
    return camel[:1].lower() + camel[1:]


_KNOWN: dict[str, Callable[[str], str]] = {
    "pydantic.alias_generators.to_camel": to_camel,
    "pydantic.alias_generators.to_pascal": to_pascal,
    "pydantic.alias_generators.to_snake": to_snake,
    "pydantic.utils.to_camel": _words_joined,
    "pydantic.utils.to_lower_camel": _lower_first,
}
