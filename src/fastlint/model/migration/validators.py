"""Validators that ask for what pydantic 2 does not give them, and refuses to make."""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following.functions import Module
from fastlint.model.migration.table import Change
from fastlint.model.reading.mentions import Mention

_NOT_GIVEN = frozenset({"field", "config"})


def of_validator(change: Change, mention: Mention, module: Module) -> Change:
    """The change of ``validator`` where it decorates a function with a parameter ``field``.

    Pydantic 2 raises an error then (``_internal/_decorators_v1.py``); else it only warns.
    """
    for facts in module.facts.functions if change.mend == "validator" else ():
        for each in facts.decorators:
            node = each.func if isinstance(each, tree.Call) else each
            if node is mention.node:
                given = sorted(_NOT_GIVEN & {param.name for param in facts.params})
                if given:
                    why = f"no `{given[0]}` is given to it any more"
                    return replace(change, state="removed", why=why)
    return change
