"""Fails a test with what it has to complain of, line by line, and nothing of its own code."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def complain(complaints: Iterable[str]) -> None:
    """Fail if there is any complaint."""
    if found := list(complaints):
        pytest.fail("\n".join(found), pytrace=False)
