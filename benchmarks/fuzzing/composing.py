"""Fixes made one at a time, with a look at the project after each, in an order left to chance."""

from __future__ import annotations

import ast
import difflib
import io
import random
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from fastlint.api import Fixed, will_fix
from fastlint.engine.workspace import Workspace
from fastlint.findings import Finding, Fix
from fastlint.fixes.others import Others
from fastlint.fixes.rounds import fix_in_rounds

_MOST = 200
"""Fixes of one project; more of them are taken for fixes without end."""


def in_another_order(
    workspace: Workspace, fixed: Fixed, *, unsafe: bool, order: random.Random
) -> Iterator[str]:
    """Where the code is other than that of ``fixed``, for which all fixes were made together.

    Only where lines are broken may differ: one that is too long after the first of two fixes may
    fit after the second, and nothing joins it again. Where one fix has answered what another rule
    had found, or has taken away what that rule went by, other findings were fixed, and nothing is
    compared.
    """
    first = workspace.check().findings
    made = _one_by_one(workspace, first, unsafe=unsafe, order=order)
    if made is None or set(made[1]) != {each.code for each in fixed.outcome.applied}:
        return
    one_by_one, codes = made
    for path in sorted(one_by_one.keys() | fixed.files.keys()):
        together, other = (
            each.get(path) or workspace.text(path) or "" for each in (fixed.files, one_by_one)
        )
        if together != other and _code(together) != _code(other):
            lines = difflib.unified_diff(
                together.splitlines(), other.splitlines(), lineterm="", n=1
            )
            yield f"order: {path}, after {codes}:\n" + "\n".join([*lines][2:])


def _code(text: str) -> object:
    """What a text says, where its lines are broken aside: code, strings as written, comments."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    written = [t.string for t in tokens if t.type in (tokenize.STRING, tokenize.COMMENT)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(text)), written


def _one_by_one(
    workspace: Workspace, findings: Sequence[Finding], *, unsafe: bool, order: random.Random
) -> tuple[dict[str, str], list[str]] | None:
    """The texts that are different in the end, and the rules in the order of their fixes.

    None where a finding elsewhere is gone after a fix: it stands on what the fix has mended.
    """
    texts: dict[str, str] = {}
    refused: set[Fix] = set()
    codes: list[str] = []
    for _ in range(_MOST):
        left = [each for each in findings if each.fix and will_fix(each, unsafe=unsafe)]
        fixes = [each.fix for each in left if each.fix and each.fix not in refused]
        if not fixes:
            break
        chosen = order.choice(fixes)
        codes += sorted({each.code for each in left if each.fix == chosen})
        before = [each for each in left if each.fix != chosen]
        changed, findings = _with(workspace, texts, findings, chosen)
        if _has_lost(before, findings, chosen):
            return None
        refused = set() if changed else {*refused, chosen}
        texts |= changed
    return texts, codes


def _has_lost(before: Sequence[Finding], after: Sequence[Finding], made: Fix) -> bool:
    """Whether a finding is gone that is not on the lines that a fix has changed."""
    touched = {
        (edit.span.path, line)
        for edit in made.edits
        for line in range(edit.span.line, edit.span.end_line + 1)
    }
    aside = (each for each in before if (each.span.path, each.span.line) not in touched)
    return bool(Counter(map(_said, aside)) - Counter(map(_said, after)))


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.span.path, finding.code, finding.message


def _with(
    workspace: Workspace, texts: Mapping[str, str], findings: Sequence[Finding], chosen: Fix
) -> tuple[dict[str, str], Sequence[Finding]]:
    """The texts that one fix changes, and what there is to say then."""

    def read(path: str) -> str | None:
        return texts.get(path) or workspace.text(path)

    mended = fix_in_rounds(
        findings,
        read,
        lambda changed: workspace.check({**texts, **changed}).findings,
        lambda finding: finding.fix == chosen,
        workspace.settings.line_length,
        Others(workspace.paths, read),
    )
    return mended.texts, mended.findings
