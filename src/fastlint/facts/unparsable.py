"""Why a file has no facts."""

from __future__ import annotations

import msgspec


class Unparsable(msgspec.Struct, frozen=True, gc=False):
    """Why a file has no facts. ``line`` and ``column`` are 1-based."""

    message: str
    line: int
    column: int
    is_syntax: bool
    """True when no Python reads the file, False when it is beyond what fastlint follows."""
    is_template: bool = False
    """What makes files of it reads it, not Python: it holds tags as Jinja has them."""
