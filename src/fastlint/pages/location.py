"""Where the pages are. Apart, because the cache asks for it in every run and for nothing else."""

from __future__ import annotations

import os
from functools import cache


@cache
def folder() -> str:
    """Where the pages are: inside the installed package, else beside ``src`` in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "_pages")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(package)), "rules")
