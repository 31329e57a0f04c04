"""What an app lets pages of other origins read: its ``CORSMiddleware``.

Followed from starlette 1.10, ``middleware/cors.py``: an origin is compared letter by letter with
what a browser sends (scheme, host, port, nothing else), and ``allow_origin_regex`` has to match all
of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import names, walk
from fastlint.findings import Span
from fastlint.model.calls.entries import functions_behind
from fastlint.model.following.classes import derives
from fastlint.model.following.fastapi.middleware import Middleware, middleware
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, Const, External, Instance, Items, Value
from fastlint.model.reading.stages import is_for_developers
from fastlint.model.serving.routing import Router

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine
    from fastlint.model.project import Project

RESPONSE = "starlette.responses.Response"
CORS = "starlette.middleware.cors.CORSMiddleware"
_EVERYTHING = re.compile(
    r"\(?\??:?(?:(?:(?:https\?|http\(s\)\?|\(\?:https\?\)|\(https\?\)|\(https?\|https?\))://)?\.[*+]\??)\)?"
)
_ORIGIN = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL
)
_KNOWS = frozenset({"options", "host", "x-forwarded-host", "origin", "referer"})
"""What a middleware speaks of that sees to preflights, or keeps strange hosts or pages out."""
_USUAL = {"http": ":80", "https": ":443"}
_SENT_BY_BROWSERS = tuple(
    map(
        search.spelled,
        (
            "APIKeyCookie",
            "Cookie",
            "CookieTransport",
            "HTTPBasic",
            "HTTPDigest",
            "SessionMiddleware",
            "cookies",
            "set_cookie",
        ),
    )
)
"""Words of code that takes what browsers add to a request by themselves."""


class Cors(msgspec.Struct, frozen=True, eq=False):
    """One ``CORSMiddleware``."""

    app: Router
    middleware: Middleware
    origins: Value | None
    regex: Value | None
    credentials: Value | None
    machine: Machine

    @property
    def texts(self) -> tuple[Const, ...]:
        """The origins that are known, of which there may be more."""
        if not isinstance(self.origins, Items):
            return ()
        return tuple(
            each
            for each in self.origins.items
            if isinstance(each, Const) and isinstance(each.value, str)
        )

    def _has_wildcard(self, origins: Value | None) -> bool:
        """Whether there certainly is one in it: not one that a branch adds, which may not run."""
        if isinstance(origins, Items):
            return any(each == Const("*") and self.machine.is_sure(each) for each in origins.items)
        text = origins.value if isinstance(origins, Const) else None
        return isinstance(text, str) and "*" in text

    @property
    def every_origin(self) -> str | None:
        """What lets every origin in, as it is written; None where nothing is known to."""
        origins = self.origins
        lists = (origins, *origins.others) if isinstance(origins, Items) else (origins,)
        if all(map(self._has_wildcard, lists)):  # in whichever branch
            return "allow_origins"
        if isinstance(self.regex, Const) and isinstance(self.regex.value, str):
            pattern = self.regex.value.removeprefix("^").removesuffix("$")
            return "allow_origin_regex" if _EVERYTHING.fullmatch(pattern) else None
        return None


class Mistake(msgspec.Struct, frozen=True, eq=False):
    """An origin that no browser sends."""

    origin: str
    why: str
    instead: str
    """The origin that was meant; empty where no origin says it."""


def cors(project: Project) -> Iterator[Cors]:
    """Every ``CORSMiddleware`` of the apps of a project."""
    for app in project.apps:
        for each in middleware(app.value):
            if is_cors(each.made):
                yield Cors(
                    app,
                    each,
                    each.option("allow_origins", 0),
                    each.option("allow_origin_regex", 4),
                    each.option("allow_credentials", 3),
                    project.machine,
                )


def has_cookies(project: Project) -> bool:
    """Whether the project may know visitors by what their browsers send without being asked."""
    return any(project.modules_index.naming(*_SENT_BY_BROWSERS))


def is_added_for_developers(each: Cors, project: Project) -> bool:
    """Whether it is only added where a test says so that speaks of development or production."""
    made = each.middleware
    return made.conditional and is_for_developers(made.span, project)


def answers_before(project: Project) -> Iterator[tuple[Middleware, Middleware, Span]]:
    """Each ``CORSMiddleware``, a middleware of the project around it, and where that answers.

    One that knows of the headers, lets preflights through or looks at the host is left out.
    """
    for app in project.apps:
        around: list[Middleware] = []
        for each in middleware(app.value):
            if not is_cors(each.made):
                if not each.conditional:  # such as one that measures while somebody develops
                    around.append(each)
                continue
            for outer in around:
                answer = next(_answers(outer, project), None)
                if answer is not None:
                    yield each, outer, answer
                    break


def _answers(middleware: Middleware, project: Project) -> Iterator[Span]:
    """Where a middleware of the project returns a response that it makes itself."""
    for function in functions_behind(middleware.made, project):
        said = {
            node.value.lower()
            for node in function.nodes
            if isinstance(node, tree.Constant) and isinstance(node.value, str)
        }
        if not said.isdisjoint(_KNOWS) or any("access-control-" in text for text in said):
            continue
        rebuilt = set(_rebuilt(function))
        sent = [(each.node, each.callee) for each in function.calls]  # `await response(scope, …)`
        for node, value in (*((each.node, each.value) for each in function.returns), *sent):
            if not isinstance(value, Instance) or value.span is None or value.span in rebuilt:
                continue
            if derives(value.cls, RESPONSE, project.knowledge):
                yield function.at(node)


def _rebuilt(function: Function) -> Iterator[Span]:
    """Responses that are given the headers of one that came from further in, CORS and all."""
    from_within: set[str] = set()
    params = {param.name for param in function.facts.params}  # ``call_next`` among them
    for node in function.nodes:
        match node:
            case tree.Assign(
                targets=[tree.Name(id=name)],
                value=tree.Await(value=tree.Call(func=tree.Name(id=called))),
            ) if called in params:
                from_within.add(name)
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                if not from_within.isdisjoint(names([value])):
                    from_within.add(name)
            case tree.Call(keywords=keywords):
                headers = [each.value for each in keywords if each.name == "headers"]
                if not from_within.isdisjoint(names(headers)):
                    yield function.at(node)


def is_cors(made: Value) -> bool:
    """Whether it is Starlette's ``CORSMiddleware``, or a subclass that is made in the same way."""
    if isinstance(made, External):
        return made.name == CORS
    if not isinstance(made, ClassValue):
        return False
    own = made.own
    return External(CORS) in made.mro() and not any(
        "__init__" in each.namespace.namespace for each in own
    )


def mistake(origin: str) -> Mistake | None:
    """Why a page can never come from an origin that is written so; None where it can."""
    if origin in ("*", "null", ""):
        return None
    if "*" in origin:
        return Mistake(origin, "`*` stands for nothing inside of an origin", "")
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        is_host = re.fullmatch(r"[\w.-]+(?::\d+)?/?", origin)
        return Mistake(origin, "an origin begins with its scheme", "") if is_host else None
    scheme, host, rest = match["scheme"], match["host"], match["rest"]
    if scheme not in _USUAL or not host:
        return None
    if rest:
        why = "an origin has no slash at its end" if rest == "/" else "an origin has no path"
        return Mistake(origin, why, f"{scheme}://{host}")
    if host.endswith(_USUAL[scheme]):
        why = f"browsers leave the usual port `{_USUAL[scheme]}` out"
        return Mistake(origin, why, origin.removesuffix(_USUAL[scheme]))
    return None


def written(project: Project, path: str, text: str) -> Span | None:
    """Where the file writes ``text``; None where it does not, or in several places."""
    module = project.module(path)
    bodies = [module.facts.body]
    bodies += [
        tree.statements(each)
        for each in module.facts.functions
        if search.mentions(each, search.spelled(text))
    ]
    found = [
        node
        for body in bodies
        for node in walk(body)
        if isinstance(node, tree.Constant) and node.value == text and not node.kind
    ]
    return module.span(found[0]) if len(found) == 1 else None
