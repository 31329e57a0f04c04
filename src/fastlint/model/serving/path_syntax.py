"""What is wrong with how a path or prefix is written, and what FastAPI makes of it.

Followed from starlette 1.10, ``routing.py`` (`compile_path`), and fastapi 0.165, ``routing.py``
(`APIRouter.__init__`, `include_router`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import msgspec

from fastlint.model.serving.matching import CONVERTORS, PLACEHOLDER

_BRACES = re.compile(r"{[^{}]*}")
_DOUBLED = re.compile(r"{({[a-zA-Z_]\w*(?::\w+)?})}")
_FLASK = re.compile(r"<(?:[a-z]+:)?([a-zA-Z_][a-zA-Z0-9_]*)>")
_EXPRESS = re.compile(r"(?<=/):([a-zA-Z_][a-zA-Z0-9_]*)(?=/|$)")
_GLUED = re.compile(r"(?!s(?:/|$))[a-zA-Z0-9_{]")
"""What nobody means to put behind a name; an `s` makes many of one, `/user` and `/users`."""
_BRINGS_SLASH = re.compile(r"{[^{}]*:path}")
"""A parameter that takes the slash that the request has there."""
_LAST = re.compile(r".*[a-zA-Z0-9_}]", re.DOTALL)


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    message: str
    help: str
    mended: tuple[str, str] | None = None
    """The piece of the text that is wrong, and how it is meant; None where that is not known."""


def prefix_mistakes(prefix: str) -> Iterator[Mistake]:
    """What FastAPI refuses of a prefix."""
    if prefix and not prefix.startswith("/"):
        message = f"a prefix begins with a slash: FastAPI refuses `{prefix}` on import"
        meant = f"/{prefix.rstrip('/')}"  # the other end must have none
        yield Mistake(message, f"write `{meant}`", (prefix, meant))
    elif prefix.endswith("/"):
        message = f"a prefix ends without a slash: FastAPI refuses `{prefix}` on import"
        mended = (prefix, prefix.rstrip("/")) if prefix.strip("/") else None
        yield Mistake(message, "leave the slash to the paths that follow", mended)


def slash_mistakes(path: str, before: str) -> Iterator[Mistake]:
    """A path that does not begin with a slash, behind the prefix ``before``."""
    if not path and not before:
        message = "an empty path without a prefix answers no request, not even one for `/`"
        yield Mistake(message, "write `/`", ("", "/"))
    elif path and not path.startswith("/"):
        if not before:
            message = f"a path begins with a slash: nothing asks for `{path}`, so this is 404"
        elif _GLUED.match(path) and not _BRINGS_SLASH.match(path) and _LAST.fullmatch(before):
            message = f"`{path}` is glued to the prefix: it answers `{before}{path}`"
        else:
            return  # `/items` and `:batch` or `.json`
        yield Mistake(message, f"write `/{path}`", (path, f"/{path}"))


def mistakes(path: str, names: Collection[str], *, own_convertors: bool) -> Iterator[Mistake]:
    """What is wrong inside a path or prefix.

    ``names``: what the handler could take from the path; ``own_convertors``: the project has
    convertors that Starlette does not bring.
    """
    there = {match.group(1) for match in PLACEHOLDER.finditer(path)}
    yield from _braces(path, names, there)
    yield from _other_frameworks(path, frozenset(names) - there)
    seen: set[str] = set()
    for match in PLACEHOLDER.finditer(path):
        name, convertor = match.group(1), (match.group(2) or ":str")[1:]
        if convertor not in CONVERTORS and not own_convertors:
            known = ", ".join(f"`{each}`" for each in CONVERTORS)
            message = f"there is no convertor `{convertor}`: FastAPI refuses `{match.group()}`"
            yield Mistake(message, f"take one of {known}, or say the type in the signature")
        if name in seen:
            message = f"`{{{name}}}` stands twice in `{path}`: FastAPI refuses it on import"
            yield Mistake(message, "give one of the two another name")
        seen.add(name)
    plain = _BRACES.sub("", path)
    if any(part != part.strip() for part in plain.split("/")):
        message = f"there is a space at the edge of `{path}`: only a request with `%20` matches"
        yield Mistake(message, "leave it out")
    for mark, what in (("?", "the query"), ("#", "the fragment")):
        if mark in plain:
            message = f"`{mark}` begins {what} of a URL and is never part of a path: this is 404"
            yield Mistake(message, "declare what follows as parameters of the handler")


def _braces(path: str, names: Collection[str], there: Collection[str]) -> Iterator[Mistake]:
    """``there`` are the names that the path has already: none of them may stand there twice."""
    for match in _BRACES.finditer(path):
        written = match.group()
        if PLACEHOLDER.fullmatch(written) or written.startswith("{$"):  # of an OpenAPI callback
            continue
        compact = re.sub(r"\s", "", written)
        mended = PLACEHOLDER.fullmatch(compact)
        message = f"`{written}` is no placeholder, the braces stand for themselves: this is 404"
        if mended and (mended.group(2) or ":str")[1:] in CONVERTORS:
            twice = mended.group(1) in there
            change = None if twice else (written, compact)
            yield Mistake(message, f"write `{compact}`, without spaces", change)
            continue
        name = re.sub(r"\W+", "_", written[1:-1])
        help_ = "a name has letters, digits and `_` only, then perhaps `:` and a convertor"
        yield Mistake(
            message,
            help_,
            (written, f"{{{name}}}") if name in names and name not in there else None,
        )
    for match in _DOUBLED.finditer(path):
        written, meant = match.group(), match.group(1)
        message = f"`{written}` is only matched by what stands in braces itself: this is 404"
        yield Mistake(message, f"write `{meant}`: the path is no f-string", (written, meant))
    rest = _BRACES.sub("", _DOUBLED.sub("", path))
    if "{" in rest or "}" in rest:
        message = f"a brace of `{path}` has no other: it stands for itself"
        yield Mistake(message, "close the name, or leave the brace out")


def _other_frameworks(path: str, names: Collection[str]) -> Iterator[Mistake]:
    for match in (*_FLASK.finditer(path), *_EXPRESS.finditer(path)):
        written, name = match.group(), match.group(1)
        if name not in names and written.startswith(":"):
            continue
        message = f"`{written}` is how other frameworks write a name in a path: this is 404"
        mended = (written, f"{{{name}}}") if name in names else None
        yield Mistake(message, f"write `{{{name}}}`", mended)
