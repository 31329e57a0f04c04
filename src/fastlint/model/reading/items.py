"""Dictionaries that are asked for a key which is written in the code."""

from __future__ import annotations

from fastlint.facts import tree


def item_read(node: tree.Expr) -> tuple[str, str] | None:
    """The variable and the key of ``data["name"]`` and ``data.get("name")``."""
    match node:
        case (
            tree.Subscript(value=tree.Name(id=name), index=tree.Constant(value=str(key), kind=""))
            | tree.Call(
                func=tree.Attribute(value=tree.Name(id=name), attr="get" | "pop"),
                args=[tree.Constant(value=str(key), kind=""), *_],
            )
        ):
            return name, key
    return None
