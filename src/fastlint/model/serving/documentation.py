"""The pages by which FastAPI documents an app, and the schema that they show.

Followed from fastapi 0.165, ``applications.py`` (`FastAPI.setup`): without a schema there are no
pages; they stand before everything else, and dependencies do not run for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import ClassValue, Const, RouterValue


class Page(msgspec.Struct, frozen=True):
    """Something that FastAPI serves to document an app."""

    option: str
    """By which the app says where: ``docs_url``."""
    path: str | None
    """From the root of the app; None where it is not known, or not known to be served at all."""
    is_certain: bool
    """False where a setting, or code that is not known, may say otherwise."""


def pages(app: RouterValue) -> Iterator[Page]:
    """What an app is documented by, in the order in which FastAPI adds it."""
    schema = _page(app, "openapi_url", "/openapi.json")
    swagger = _with(schema, _page(app, "docs_url", "/docs"))
    redirect = _page(app, "swagger_ui_oauth2_redirect_url", "/docs/oauth2-redirect")
    redoc = _page(app, "redoc_url", "/redoc")
    for page in (schema, swagger, _with(swagger, redirect), _with(schema, redoc)):
        if page is not None:
            yield page


def _page(app: RouterValue, option: str, default: str) -> Page | None:
    """What the option says; None where nothing is served, for all that the settings are."""
    given = app.options.get(option)
    if given is None:
        return Page(option, default, not app.open and not _sets_up_itself(app))
    if isinstance(given, Const):
        text = given.value if isinstance(given.value, str) else ""
        return Page(option, text, not given.settable) if text else None
    text_of_member = as_text(given)
    return Page(option, text_of_member, text_of_member is not None)


def _with(needed: Page | None, page: Page | None) -> Page | None:
    """A page that is only served where another one is, wherever that may be."""
    if needed is None or page is None:
        return None
    is_there = needed.path is not None
    return msgspec.structs.replace(page, is_certain=page.is_certain and is_there)


def _sets_up_itself(app: RouterValue) -> bool:
    """Whether a subclass of the project decides what its apps are documented by."""
    classes = app.cls.mro() if app.cls is not None else ()
    return any(
        isinstance(each, ClassValue) and "setup" in each.namespace.namespace for each in classes
    )
