"""Where security schemes tell the documentation to fetch a token, and whether anything is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.classes import derives
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import External, Instance, MountEntry
from fastlint.model.serving import matching
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SCHEME = "fastapi.security.OAuth2PasswordBearer"
_FORMS = (
    "fastapi.security.OAuth2PasswordRequestForm",
    "fastapi.security.OAuth2PasswordRequestFormStrict",
)


class Astray(msgspec.Struct, frozen=True, eq=False):
    """A ``tokenUrl`` that no route answers."""

    span: Span
    """Where the scheme is made."""
    url: str
    login: Route
    """The route that gives tokens."""


def astray(project: Project) -> Iterator[Astray]:
    """The schemes of apps whose own login stands elsewhere than they say."""
    if project.linker.unknown:
        return
    seen: set[Span] = set()
    for route in project.routes:
        for dependency in route.all_dependencies:
            scheme = dependency.callable
            if dependency.scheme is None or not isinstance(scheme, Instance):
                continue
            if scheme.span is None or scheme.span in seen or not _is_plain(route):
                continue
            seen.add(scheme.span)
            url = _url(scheme, project)
            login = None if url is None else _login(url, route, project)
            if login is not None:
                yield Astray(scheme.span, url or "", login)


def _is_plain(route: Route) -> bool:
    """Whether the documentation of its app stands where it does by default."""
    app = route.app
    if app is None or any(isinstance(step.entry, MountEntry) for step in route.steps):
        return False
    return not {"root_path", "docs_url", "servers", "openapi_url"} & app.value.options.keys()


def _url(scheme: Instance, project: Project) -> str | None:
    if not derives(scheme.cls, _SCHEME, project.knowledge) or not isinstance(scheme.cls, External):
        return None
    given = scheme.keywords.get("tokenUrl") or (scheme.args[0] if scheme.args else None)
    text = None if given is None else as_text(given)
    return None if text is None or "://" in text else text


def _login(url: str, user: Route, project: Project) -> Route | None:
    """The route that gives the tokens, where it is another one than the scheme says."""
    wanted = "/" + url.removeprefix("./").strip("/")
    posts: list[Route] = []
    for route in project.routes:
        if route.app is not user.app or route.kind != "http":
            continue
        if route.path is None or not route.methods:
            return None
        if "POST" in route.methods:
            if _may_answer(route.path, wanted):
                return None
            posts.append(route)
    if any(mount.path is None or wanted.startswith(mount.path) for mount in project.mounts):
        return None
    forms = [each for each in posts if _takes_form(each)]
    named = [each for each in posts if (each.path or "").endswith(wanted)]
    return next(iter(forms or named), None)


def _may_answer(path: str, wanted: str) -> bool:
    """Whether a route answers an address, or the end of it: what is in front may be a proxy's."""
    shape = matching.shape(path.rstrip("/") or "/")
    starts = (at for at, character in enumerate(wanted) if character == "/")
    return shape is None or any(matching.swallows(shape, wanted[at:]) for at in starts)


def _takes_form(route: Route) -> bool:
    return any(
        isinstance(each.callable, External) and each.callable.name in _FORMS
        for each in route.all_dependencies
    )
