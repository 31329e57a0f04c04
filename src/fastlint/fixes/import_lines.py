"""Import statements added to the top of a file, in the group and order that it has."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import msgspec

from fastlint.fixes import layout
from fastlint.fixes.import_names import BY_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.findings import Edit
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_CODING = re.compile(r"#.*coding[:=]")


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """Something to import: ``import module``, or with a name ``from module import name``."""

    module: str
    name: str = ""
    also: tuple[str, ...] = ()
    """Other modules that hold the same thing under the same name."""

    @property
    def modules(self) -> tuple[str, ...]:
        """Every module that will do, the preferred one first."""
        return (self.module, *self.also)


class _Line(msgspec.Struct, frozen=True, gc=False):
    """One import statement of the top of the file."""

    module: str
    is_from: bool
    group: int
    start: int
    """Of its physical line."""
    end: int
    """Of the line after it."""


_FUTURE, _STANDARD, _THIRD, _OWN = range(4)


def _group(syntax: Syntax, module: str) -> int:
    root = module.partition(".")[0]
    if root == "__future__":
        return _FUTURE
    if not root or root in syntax.file.path.split("/")[:-1]:
        return _OWN
    return _STANDARD if root in sys.stdlib_module_names else _THIRD


def _top(syntax: Syntax, start: int) -> Iterator[Statement]:
    """The statements that a file begins with as long as they only import, docstring included."""
    if syntax.outline is None:
        return
    for index, statement in enumerate(syntax.outline.module.children):
        if statement.end > start:
            return
        is_docstring = index == 0 and _is_string(syntax, statement)
        if not is_docstring and not _only_imports(statement):
            return
        yield statement


def _is_string(syntax: Syntax, statement: Statement) -> bool:
    code = syntax.text[statement.start : statement.end]
    return statement.kind == "simple" and code.lstrip("rRuU")[:1] in {'"', "'"}


def _only_imports(statement: Statement) -> bool:
    if statement.kind == "import":
        return True
    return (
        statement.kind in {"headed", "block"}
        and any(each.kind == "import" for each in statement.children)
        and all(_only_imports(each) or each.kind == "simple" for each in statement.children)
    )


def _lines(syntax: Syntax, top: Sequence[Statement]) -> list[_Line]:
    lines: list[_Line] = []
    for statement in top:
        if statement.kind != "import":
            continue
        code = syntax.text[statement.start : statement.end]
        found = re.match(r"(?:lazy\s+)?(from|import)\s+([\w.]+)", code)
        if found:
            module = found[2]
            lines.append(
                _Line(
                    module.lower(),
                    found[1] == "from",
                    _group(syntax, module),
                    layout.line_start(syntax.text, statement.start),
                    layout.next_line(syntax.text, statement.end),
                )
            )
    return _regrouped(syntax, lines)


def _regrouped(syntax: Syntax, lines: list[_Line]) -> list[_Line]:
    """The lines, where what stands right next to a third party's is taken for one as well.

    A folder of the same name does not make a module the project's own.
    """
    foreign = [line for line in lines if line.group in {_THIRD, _OWN}]
    block = _first_block(syntax, lines, foreign) if foreign else []
    if all(line.group == _OWN for line in block):
        return lines
    return [
        msgspec.structs.replace(line, group=_THIRD) if line in block else line for line in lines
    ]


def _written(wanted: Wanted) -> str:
    return (
        f"from {wanted.module} import {wanted.name}" if wanted.name else f"import {wanted.module}"
    )


def _key(module: str, *, is_from: bool) -> tuple[bool, str]:
    return is_from, module.lower()


def add_lines(syntax: Syntax, missing: list[Wanted], start: int) -> list[Edit] | None:
    """The edits that import ``missing`` at the top; None where that is not above ``start``."""
    if not missing:
        return []
    top = list(_top(syntax, start))
    lines = _lines(syntax, top)
    combined: dict[str, list[str]] = {}
    for wanted in missing:
        if wanted.name:
            combined.setdefault(wanted.module, []).append(wanted.name)
    entries: dict[tuple[int, bool, str], str] = {}
    for wanted in missing:
        group = _group(syntax, wanted.module)
        code = _written(wanted)
        if wanted.name:
            names = sorted(combined[wanted.module], key=BY_TYPE)
            code = f"from {wanted.module} import {', '.join(names)}"
        entries[(group, *_key(wanted.module, is_from=bool(wanted.name)))] = code
    placed: dict[int, list[tuple[tuple[int, bool, str], str, bool, bool]]] = {}
    for key, code in sorted(entries.items()):
        place = _place_line(syntax, top, lines, key)
        if place is None or place[0] > start:
            return None
        offset, gap_before, gap_after = place
        placed.setdefault(offset, []).append((key, code, gap_before, gap_after))
    return [_line_edit(syntax, offset, added) for offset, added in placed.items()]


def _place_line(
    syntax: Syntax, top: Sequence[Statement], lines: list[_Line], key: tuple[int, bool, str]
) -> tuple[int, bool, bool] | None:
    """The line to insert at, and whether it is set apart from what is above and below."""
    group, is_from, module = key
    same = [line for line in lines if line.group == group]
    if same:
        block = _first_block(syntax, lines, same)
        if _is_sorted(block):
            by_kind = _is_sorted_by_kind(block)
            wanted = (is_from and by_kind, module)
            after = [line for line in block if (line.is_from and by_kind, line.module) > wanted]
            if after and _comment_above(syntax, after[0].start) is None:
                return after[0].start, False, False
            return block[-1].end, False, False
        return _place_unsorted(syntax, block, key), False, False
    before = [line for line in lines if line.group < group]
    if before:
        return before[-1].end, True, False
    behind = [line for line in lines if line.group > group]
    if behind:
        offset = behind[0].start
        comment = _comment_above(syntax, offset)
        return comment if comment is not None else offset, False, True
    if top and top[0].kind == "simple":
        return layout.next_line(syntax.text, top[0].end), True, True
    return _after_head_comments(syntax), False, True


def _first_block(syntax: Syntax, lines: list[_Line], same: list[_Line]) -> list[_Line]:
    """The lines of one group that stand together, without an empty line between them."""
    block = [same[0]]
    for line in same[1:]:
        between = syntax.text[block[-1].end : line.start]
        if any(not row.strip() for row in between.splitlines()):
            break
        if any(block[-1].end <= other.start < line.start for other in lines if other not in same):
            break
        block.append(line)
    return block


def _place_unsorted(syntax: Syntax, block: list[_Line], key: tuple[int, bool, str]) -> int:
    """Behind the last line of its kind, but before those at the end that it would sort before.

    So what is imported by and by comes to stand as it would, had it been imported together. Where
    there are lines of the same package, it goes behind the last of them.
    """
    _, is_from, module = key
    kin = [i for i, line in enumerate(block) if line.is_from == is_from and _is_kin(line, module)]
    place = kin[-1] + 1 if kin else len(block)
    if not kin and not is_from and _keeps_kinds_apart(block):
        place = sum(not line.is_from for line in block)
        if place < len(block) and _comment_above(syntax, block[place].start) is not None:
            place = len(block)
    while place and block[place - 1].is_from == is_from and block[place - 1].module > module:
        if kin and not _is_kin(block[place - 1], module):
            break
        if _comment_above(syntax, block[place - 1].start) is not None:
            break
        place -= 1
    return block[place].start if place < len(block) else block[-1].end


def _is_kin(line: _Line, module: str) -> bool:
    return line.module.partition(".")[0] == module.partition(".")[0]


def _keeps_kinds_apart(block: list[_Line]) -> bool:
    """Whether every ``import`` stands before every ``from``, in whatever order of modules.

    Names that are not sorted say nothing against the usual order of the two kinds.
    """
    kinds = [line.is_from for line in block]
    return kinds == sorted(kinds)


def _is_sorted_by_kind(block: list[_Line]) -> bool:
    """Whether every ``import`` stands before every ``from``, each sorted by module."""
    keys = [(line.is_from, line.module) for line in block]
    return keys == sorted(keys)


def _is_sorted(block: list[_Line]) -> bool:
    modules = [line.module for line in block]
    return _is_sorted_by_kind(block) or modules == sorted(modules)


def _comment_above(syntax: Syntax, offset: int) -> int | None:
    """Where the comment lines right above a line begin; None without any, or at the file's head."""
    start = offset
    while start > 0:
        previous = layout.line_start(syntax.text, start - 1)
        if not syntax.text[previous:start].lstrip().startswith("#"):
            break
        start = previous
    return start if 0 < start < offset else None


def _after_head_comments(syntax: Syntax) -> int:
    """After a ``#!`` line, a coding line, or a comment that an empty line sets apart."""
    text = syntax.text
    offset = head = 0
    while offset < len(text) and text[offset] == "#":
        line = text[offset : layout.line_end(text, offset)]
        offset = layout.next_line(text, offset)
        if line.startswith("#!") or _CODING.match(line):
            head = offset
    is_apart = 0 < offset < len(text) and not text[offset : layout.line_end(text, offset)].strip()
    return layout.next_line(text, offset) if is_apart else head


def _line_edit(
    syntax: Syntax, offset: int, added: list[tuple[tuple[int, bool, str], str, bool, bool]]
) -> Edit:
    newline, text = syntax.newline, syntax.text
    code = ""
    previous: int | None = None
    for (group, _, _), line, _, _ in added:
        code += (newline if previous not in {None, group} else "") + line + newline
        previous = group
    gap_before = added[0][2]
    gap_after = added[-1][3]
    if offset and text[offset - 1] not in "\r\n":
        code = newline + code.removesuffix(newline)  # the file's last line has no newline
        gap_after = False
        if gap_before:
            code = newline + code
    elif gap_before:
        above = text[layout.line_start(text, max(offset - 1, 0)) : offset]
        code = (newline if above.strip() else "") + code
    following = text[offset : layout.line_end(text, offset)]
    if gap_after and offset < len(text) and following.strip():
        code += newline * _blank_lines(following)
    return syntax.edit(offset, offset, code)


def _blank_lines(following: str) -> int:
    """How many empty lines a formatter puts between imports and such a line."""
    return 2 if following.startswith(("def ", "async def ", "class ", "@")) else 1
