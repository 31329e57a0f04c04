"""What the command line says, on top of what the file says."""

from __future__ import annotations

from typing import Any

import msgspec

from fastlint.config.settings import Settings


def override(settings: Settings, **given: Any) -> Settings:
    """``settings`` with the options that are ``given``; None and an empty list are not given.

    A value must have the type of its field, except that a list will do for a tuple. Which rules
    run is more than one value for another: the command line's ``--select``, ``--ignore`` and
    ``--extend-select`` are for `fastlint.selection`, not for this.
    """
    changes = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if value is not None and value not in ([], ())
    }
    return msgspec.structs.replace(settings, **changes)
