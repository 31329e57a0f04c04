"""How a table of routes is shown. One module per format; none of them filters, sorts or decides."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fastlint.report.options import ReportOptions
    from fastlint.routetable import RouteTable

FORMATS = ("table", "json", "markdown", "mermaid")
"""The values of ``fastlint routes --output-format``; ``table`` is the one for people."""


def render(format_name: str, table: RouteTable, options: ReportOptions) -> str:
    """Show the table in one of `FORMATS`; the text ends with a newline.

    Raises ValueError for any other format.
    """
    if format_name not in FORMATS:
        message = f"unknown output format {format_name!r}; expected one of {', '.join(FORMATS)}"
        raise ValueError(message)
    module = import_module(f"fastlint.report.routes.{format_name}")
    reporter = cast("Callable[[RouteTable, ReportOptions], str]", module.render)
    return reporter(table, options)
