"""From what a verb changed to what a rule offers."""

from __future__ import annotations

from fastlint.findings import Changes, Fix, Offer, Withheld

COMMENT = Withheld("a comment would be lost")
"""What would be replaced holds a comment, and nobody can tell what it would speak of then."""

MOVED_COMMENT = Withheld("a comment would move away from what it speaks of")


def offer(title: str, changed: Changes, *, safe: bool) -> Offer:
    """The fix, or what the verb says of why there is none."""
    if isinstance(changed, tuple):
        return Fix(title, changed, safe) if changed else None
    return changed
