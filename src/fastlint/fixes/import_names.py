"""Names added to a ``from`` import that is there already, sorted as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixes import layout

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Edit
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


def add_names(syntax: Syntax, statement: Statement, names: list[str]) -> list[Edit] | None:
    """The edits that import ``names`` too; None where the statement imports ``*``."""
    import libcst as cst

    piece = syntax.piece(statement)
    found = piece.find(cst.ImportFrom, statement.start, statement.end) if piece else None
    if found is None or isinstance(found.node.names, cst.ImportStar):
        return None
    present = [syntax.text[slice(*_alias_range(found, alias))] for alias in found.node.names]
    order = _order_of([name.split()[0] for name in present])
    text = syntax.text[statement.start : statement.end]
    if not layout.is_multiline(text):
        return _add_on_one_line(syntax, found, names, present, order)
    edits: dict[int, list[tuple[str, str]]] = {}
    for name in names:
        where = _place_among(present, name, order)
        offset, before, after = _slot(syntax, found, where)
        edits.setdefault(offset, []).append((f"{before}{name}{after}", name))
    result: list[Edit] = []
    last = _alias_range(found, found.node.names[-1])[1]
    for offset, added in edits.items():
        added.sort(key=lambda each: (order or str.lower)(each[1]))
        result.append(syntax.edit(offset, offset, "".join(each for each, _ in added)))
        if offset > last and isinstance(found.node.names[-1].comma, cst.MaybeSentinel):
            # The new line comes after one that has no comma yet, and keeps that style.
            joined = "".join(each for each, _ in added)
            bare = joined.removesuffix(syntax.newline).removesuffix(",") + syntax.newline
            result[-1] = syntax.edit(offset, offset, bare)
            result.append(syntax.edit(last, last, ","))
    return result


def _alias_range(found: Found[cst.ImportFrom], alias: cst.ImportAlias) -> tuple[int, int]:
    end = found.piece.end(alias.asname.name) if alias.asname else found.piece.end(alias.name)
    return found.piece.start(alias.name), end


def _add_on_one_line(
    syntax: Syntax,
    found: Found[cst.ImportFrom],
    names: list[str],
    present: list[str],
    order: _Order | None,
) -> list[Edit] | None:
    import libcst as cst

    merged = list(present)
    for name in names:
        merged.insert(_place_among(merged, name, order), name)
    aliases = list(found.node.names) if not isinstance(found.node.names, cst.ImportStar) else []
    start = _alias_range(found, aliases[0])[0]
    end = _alias_range(found, aliases[-1])[1]
    statement = syntax.text[found.start : found.end]
    growth = sum(len(name) + 2 for name in names)
    line = layout.line_start(syntax.text, found.start)
    width = layout.line_end(syntax.text, found.start) - line + growth
    if (
        width > syntax.line_length
        and found.start == line
        and found.end == layout.line_end(syntax.text, line)
    ):
        head = statement[: start - found.start].rstrip().removesuffix("(").rstrip()
        inner = "".join(f"{syntax.indent}{name},{syntax.newline}" for name in merged)
        return [syntax.edit(found.start, found.end, f"{head} ({syntax.newline}{inner})")]
    # The names that are there keep their own spacing: only what is new is inserted.
    edits: list[Edit] = []
    pending: dict[int, list[str]] = {}
    position = 0
    for name in merged:
        if position < len(present) and name == present[position]:
            position += 1
        else:
            pending.setdefault(position, []).append(name)
    for position, added in pending.items():
        if position < len(present):
            offset = _alias_range(found, aliases[position])[0]
            edits.append(syntax.edit(offset, offset, "".join(f"{name}, " for name in added)))
        else:
            edits.append(syntax.edit(end, end, "".join(f", {name}" for name in added)))
    return edits


def _slot(syntax: Syntax, found: Found[cst.ImportFrom], where: int) -> tuple[int, str, str]:
    """Where in a statement of several lines a name goes, and what stands before and after it."""
    import libcst as cst

    aliases = list(found.node.names) if not isinstance(found.node.names, cst.ImportStar) else []
    text = syntax.text
    if found.node.lpar is None:  # lines joined by backslashes
        if where < len(aliases):
            return _alias_range(found, aliases[where])[0], "", ", "
        return _alias_range(found, aliases[-1])[1], ", ", ""
    if where < len(aliases):
        start = _alias_range(found, aliases[where])[0]
        if not layout.first_on_line(text, start):
            return start, "", ", "
        above = text[: layout.line_start(text, start)].rstrip("\r\n")
        if not text[layout.line_start(text, len(above)) : len(above)].lstrip().startswith("#"):
            return start, "", f",{syntax.newline}{layout.indentation(text, start)}"
    start, end = _alias_range(found, aliases[-1])
    if not layout.first_on_line(text, start):
        return end, ", ", ""
    after = layout.after_space(text, end)
    closing = after + 1 if text[after : after + 1] == "," else end
    if not layout.last_on_line(text, closing):
        return end, f",{syntax.newline}{layout.indentation(text, start)}", ""
    line = layout.next_line(text, closing)
    return line, layout.indentation(text, start), f",{syntax.newline}"


class _Order:
    """One way in which people sort imported names."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, name: str) -> tuple[int, str]:
        match self.kind:
            case "by type":  # as isort and ruff: CONSTANTS, Classes, variables
                rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
                return rank, name.lower() if rank else name
            case "any case":
                return 0, name.lower()
        return 0, name


BY_TYPE = _Order("by type")
_ORDERS = (BY_TYPE, _Order("any case"), _Order("plain"))


def _order_of(names: list[str]) -> _Order | None:
    for order in _ORDERS:
        keys = [order(name) for name in names]
        if keys == sorted(keys):
            return order
    return None


def _place_among(present: list[str], name: str, order: _Order | None) -> int:
    """Where a name goes: before the first that sorts behind it.

    Where they are not sorted, before those at the end that do: so it does not matter which of two
    new names comes first.
    """
    if order is not None:
        key = order(name)
        return next(
            (i for i, other in enumerate(present) if order(other.split()[0]) > key), len(present)
        )
    place = len(present)
    while place and BY_TYPE(present[place - 1].split()[0]) > BY_TYPE(name):
        place -= 1
    return place
