"""Passwords, keys and tokens in the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Severity
from fastlint.model.following.functions import Module
from fastlint.model.security.secrets import Secret, secrets
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_HELP = {
    "fallback": "leave the fallback out, so that the application does not start without it",
    "setting": "leave the default out: the settings read it from the environment and refuse to "
    "start without it",
    "default": "leave the default out, and pass what is read from the environment",
}
_WITHHELD = {
    "setting": "settings read their values themselves, and under names of their own",
    "fallback": "without it the application may no longer start",
}


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Report every literal that is a secret, outside of tests, migrations and scripts."""
    if module.is_test or module.is_one_off:
        return
    for secret in secrets(module):
        replaces = secret.use == "value" and secret.literal.role in ("assigned", "keyword")
        yield Problem(
            module.span(secret.literal),
            _message(secret),
            _help(secret),
            severity=Severity.ERROR if secret.kind == "format" else None,
            data=secret.variable,
            fixable=bool(secret.variable) and replaces,
            withheld=_WITHHELD.get(
                secret.use, "only a whole text that is given to a name can be read from outside"
            ),
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Read it from the environment. Unsafe: the variable has to be set from then on."""
    from fastlint.fixes import edits

    changed = edits.replace_string_with_environ(syntax, problem.span, problem.data)
    title = f"Read it from the environment variable {problem.data}"
    return edits.offer(title, changed, safe=False)


def _message(secret: Secret) -> str:
    name = f"`{secret.name}`" if secret.name else "this"
    if secret.what:
        return f"{secret.what} stands in the code"
    if secret.kind == "address":
        return "a password stands in this address"
    if secret.kind == "placeholder":
        return f"{name} is still a placeholder, and what is signed with it anybody can forge"
    return {
        "compared": f"what {name} is compared with stands in the code",
        "fallback": f"{name} falls back on a value that stands in the code",
        "setting": f"the default of {name} stands in the code",
        "default": f"the default of {name} stands in the code",
    }.get(secret.use, f"the value of {name} stands in the code")


def _help(secret: Secret) -> str:
    read = f'read it from the environment: `os.environ["{secret.variable or "NAME"}"]`'
    advice = _HELP.get(secret.use, read)
    return f"revoke it, then {advice}" if secret.what else advice
