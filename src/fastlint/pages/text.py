"""A page as text: Markdown for ``fastlint explain`` and SARIF, plain text for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.pages.body import Page
    from fastlint.pages.head import Head

_FIXES = {
    "none": "no fix",
    "safe": "fixed by `--fix`",
    "unsafe": "fixed by `--fix --unsafe-fixes`",
    "sometimes": "fixed by `--fix` where that is safe, else by `--fix --unsafe-fixes`",
}

_ON = {
    "default": "on by default",
    "strict": "on in the profile `strict`",
    None: "off unless it is selected",
}


def facts(head: Head) -> str:
    """The metadata as one line for people."""
    meta = head.meta
    parts = [
        meta.category,
        str(meta.severity),
        _ON[head.profile],
        _FIXES[meta.fix],
        f"since {meta.since}",
    ]
    if meta.changes:
        parts.insert(4, f"a safe fix changes {', '.join(meta.changes)}")
    parts += [f"for {package} {gate}" for package, gate in head.gates.items()]
    if meta.guide:
        parts.append(f"guide: {meta.guide}")
    return " · ".join(parts)


def render_page(page: Page) -> str:
    """The whole page as Markdown, its metadata in words; ends with a newline."""
    head = page.head
    return f"# {head.code} {head.name}\n\n{facts(head)}\n\n{help_markdown(page)}"


def help_markdown(page: Page) -> str:
    """The page without its title and metadata, as SARIF's ``help.markdown`` wants it."""
    parts = [page.head.summary]
    for section in page.sections:
        parts += [f"## {section.title}", section.text.strip("\n")]
    return "\n\n".join(parts) + "\n"


def help_text(page: Page) -> str:
    """The same as plain text, for SARIF's ``help.text``: code indented, headings underlined."""
    lines: list[str] = []
    fence = ""
    for line in help_markdown(page).split("\n"):
        if fence:
            if line.rstrip() == fence:
                fence = ""
            else:
                lines.append(f"    {line}".rstrip())
        elif line.startswith("```"):
            fence = line[: len(line) - len(line.lstrip("`"))]
        elif line.startswith("#"):
            title = line.lstrip("#").strip()
            lines += [title, ("=" if line.startswith("## ") else "-") * len(title)]
        else:
            lines.append(line.replace("`", ""))
    return "\n".join(lines)
