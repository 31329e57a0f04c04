"""SQL that is put together out of what clients write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import dotted
from fastlint.model.security.carried import Carried, carried_calls
from fastlint.model.security.client_texts import Input

if TYPE_CHECKING:
    from fastlint.model.project import Project

_TEXT = re.compile(r"(?:sqlalchemy|sqlmodel)\.(?:\w+\.)*(?:text|literal_column|DDL|TextClause)")
_RUNS = frozenset(
    {"execute", "executemany", "executescript", "exec_driver_sql", "fetch", "fetchrow", "fetchval",
     "fetch_all", "fetch_one", "fetch_val", "execute_many", "exec", "raw", "query", "scalar",
     "scalars"}
)  # fmt: skip
"""Methods of drivers and sessions that run the text that they are given."""
_WORDS = search.Words(
    search.spelled(word) for word in (*_RUNS, "text", "literal_column", "DDL", "TextClause")
)
_SQL = re.compile(
    r"\s*(?:select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from|drop\s+\w+|alter\s+table"
    r"|create\s+\w+|truncate\s+|with\b.+\bas\s*\()",
    re.IGNORECASE | re.DOTALL,
)


class Injection(msgspec.Struct, frozen=True, eq=False):
    """A place where a text of a client becomes a part of SQL."""

    where: Carried
    site: CallSite
    text: tree.Expr
    """The SQL."""
    input: Input


def injections(project: Project) -> Iterator[Injection]:
    """Every place where a text of a request becomes a part of SQL that runs."""
    for each, site in carried_calls(project, _WORDS):
        text = _sql(site)
        found = each.of(text)
        if text is None or found is None:
            continue
        if _is_text(site) or _SQL.match(each.text(text)):
            yield Injection(each, site, text, found)


def _sql(site: CallSite) -> tree.Expr | None:
    """What a call takes for SQL."""
    if not (_is_text(site) or _runs(site.node)):
        return None
    if site.node.args:
        return site.node.args[0]
    named = {each.name: each.value for each in site.node.keywords}
    return named.get("text", named.get("statement", named.get("query")))


def _is_text(site: CallSite) -> bool:
    name = dotted(site.callee)
    return name is not None and _TEXT.fullmatch(name) is not None


def _runs(node: tree.Call) -> bool:
    return isinstance(node.func, tree.Attribute) and node.func.attr in _RUNS
