"""How CPython's parser is called on code that is not ours."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quietly() -> Iterator[None]:
    """Parse three times as fast and without CPython's warnings about the code that is read.

    Trees have no cycles that need collecting; the collector would only walk them again and again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if enabled:
            gc.enable()
