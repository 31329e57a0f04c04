"""The command line: the only room that prints or exits. Start-up is a feature here.

Importing this costs nothing, and a command imports what it needs when it runs.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the ``fastlint`` command with the arguments of this process; does not return."""
    # Much is allocated and little of it is garbage: the collector would only walk it again.
    gc.disable()
    try:
        from fastlint.cli.commands import build

        build()(prog_name="fastlint")
    except KeyboardInterrupt:  # before a command could see it
        sys.exit(130)
