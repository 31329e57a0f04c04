"""``fastlint explain``: the page of one rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fastlint.cli.terminal import (
    Colour,
    ColourOption,
    cannot,
    command,
    is_terminal,
    wants_colour,
    width,
    write,
)

if TYPE_CHECKING:
    from fastlint.catalogue import Catalogue, Rule

_WIDEST = 100


@command
def explain(
    rule: Annotated[str, typer.Argument(metavar="CODE|NAME", help="The rule.")],
    *,
    color: ColourOption = Colour.AUTO,
) -> int:
    """Explain one rule: why it matters, bad and good code, how it is fixed, and its limits.

    It is rendered for a terminal; piped it is the Markdown of the page.
    """
    from fastlint.catalogue import catalogue
    from fastlint.pages.text import render_page

    found = _find(catalogue(), rule)
    text = render_page(found.page)
    if is_terminal(sys.stdout) or color is Colour.ALWAYS:
        text = _rendered(text, colour=wants_colour(color, sys.stdout))
    write(text)
    return 0


def _find(rules: Catalogue, word: str) -> Rule:
    """The rule of that code or name, however it is spelt."""
    from fastlint.selection import meaning

    plain = word.strip().lower().replace("_", "-")
    meant = rules.suggest(word)
    found = rules.find(word) or (rules.find(meant) if meant and meant.lower() == plain else None)
    if found is not None:
        return found
    codes = meaning(rules, word)
    if codes:
        few = f"`fastlint explain` explains one: {', '.join(sorted(codes))}"
        raise cannot(f"`{word}` stands for several rules", few)
    advice = f"did you mean `{meant}`?" if meant else "`fastlint rules` lists the rules"
    raise cannot(f"there is no rule `{word}`", advice)


def _rendered(markdown: str, *, colour: bool) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard" if colour else None,
        width=min(width(), _WIDEST),
        legacy_windows=False,
    )
    # The sixteen colours that every terminal lets its owner choose.
    console.print(Markdown(markdown, code_theme="ansi_dark", hyperlinks=False))
    file = console.file
    return file.getvalue() if isinstance(file, StringIO) else ""
