"""JSON web tokens that clients send, and whether anything looks at their signature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import Const, FunctionValue, Mapping
from fastlint.model.security.carried import Carried
from fastlint.model.security.client_texts import Input

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DECODES = frozenset({"jwt.decode", "jwt.api_jwt.decode", "jwt.decode_complete", "jose.jwt.decode"})
_UNVERIFIED = frozenset({"jose.jwt.get_unverified_claims", "jose.jws.get_unverified_claims"})
_NEUTRAL = frozenset(
    {"jwt.get_unverified_header", "jose.jwt.get_unverified_header",
     "jose.jwt.get_unverified_headers", "builtins.str", "builtins.len", "builtins.print",
     "builtins.bool", "builtins.isinstance"}
)  # fmt: skip
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_WORDS = search.Words(map(search.spelled, ("verify_signature", "verify", "get_unverified_claims")))


class Decoding(msgspec.Struct, frozen=True, eq=False):
    """A token of a request whose claims are read, and whose signature nothing looks at."""

    where: Carried
    site: CallSite
    input: Input


def unverified(project: Project) -> Iterator[Decoding]:
    """Where the claims of a token are believed, and nothing that gets the token could check it."""
    if not project.has_body_with(_WORDS):
        return
    by_token: dict[Span, list[Carried]] = defaultdict(list)
    for each in project.carried_anywhere:
        for token in each.inputs.values():
            by_token[token.span].append(each)
    for span, places in by_token.items():
        found = [
            Decoding(each, site, token)
            for each in places
            for site, token in _given_to(each, span)
            if is_unverified(site)
        ]
        if found and not any(_may_check(each, span) for each in places):
            root = next(each.function for each in places if not each.trail)
            if _is_only_guard(root, project):
                yield from found


def _is_only_guard(function: Function, project: Project) -> bool:
    """Whether on some route nothing but the function could look at who is asking."""
    for route in project.routes:
        users = [
            each
            for each in route.all_dependencies
            if each.scheme is not None or any(inner.function is function for inner in each.all)
        ]
        runs = function is route.handler or any(each.scheme is None for each in users)
        idle = {id(each.callable) for each in users}
        if runs and project.guards.is_open(route, apart_from=idle):
            return True
    return False


def is_unverified(site: CallSite) -> bool:
    """Whether a call reads the claims of a token without a look at its signature."""
    name = dotted(site.callee)
    if name in _UNVERIFIED:
        return True
    if name not in _DECODES:
        return False
    options = site.keywords.get("options")
    return (
        isinstance(options, Mapping) and options.items.get("verify_signature") == Const(False)
    ) or site.keywords.get("verify") == Const(False)


def _may_check(each: Carried, span: Span) -> bool:
    """Whether anything that gets the token in a function could look at its signature."""
    for site, _ in _given_to(each, span):
        name = dotted(site.callee)
        is_read = is_unverified(site) or name in _NEUTRAL
        func = site.node.func
        is_log = isinstance(func, tree.Attribute) and func.attr in _LOGS
        if not (is_read or is_log or isinstance(site.callee, FunctionValue)):
            return True
    return any(_is_looked_up(node, each) for node in each.function.nodes)


def _is_looked_up(node: tree.Node, where: Carried) -> bool:
    """Whether a token is compared, or looked up in what the project keeps."""
    match node:
        case tree.Compare(left=left, comparators=others):
            is_none = any(isinstance(each, tree.Constant) and not each.value for each in others)
            return not is_none and any(where.of(each) for each in (left, *others))
        case tree.Subscript(index=index):
            return where.of(index) is not None
    return False


def _given_to(each: Carried, span: Span) -> Iterator[tuple[CallSite, Input]]:
    for site in each.function.calls:
        for node in (*site.node.args, *(keyword.value for keyword in site.node.keywords)):
            found = each.of(node)
            if found is not None and found.span == span:
                yield site, found
