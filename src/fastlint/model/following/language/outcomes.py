"""The ways in which a block of statements can end, as a set of them.

A statement of which nothing is said falls through. Where it may end in several ways, which one is
not known before the program runs: what follows is possible, and marked.
"""

from __future__ import annotations

Outcome = int
"""The ways in which a statement or a block may end: one or more of these, added up."""

FALLS_THROUGH, BREAKS, CONTINUES, RETURNS, RAISES = 1, 2, 4, 8, 16
LEAVES_LOOP = BREAKS | RETURNS | RAISES
GOES_ON = FALLS_THROUGH | CONTINUES
"""After such an end of its body a loop has another turn."""
