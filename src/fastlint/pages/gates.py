"""Version gates: whether a version lies in a range such as ``>=0.115,<1``."""

from __future__ import annotations

import operator
import re

_HOLDS = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_PART = re.compile(r"(>=|<=|==|<|>)([\d.]+)")
_NEWEST = (float("inf"),)


def fits(gate: str, version: str | None) -> bool:
    """Whether ``version`` lies in ``gate``; None is the newest, a pre-release is its release."""
    own = _numbers(version) if version else _NEWEST
    return all(_HOLDS[sign](own, _numbers(bound)) for sign, bound in _PART.findall(gate))


def _numbers(version: str) -> tuple[float, ...]:
    """``0.115.0rc1`` as (0, 115): trailing zeros mean nothing. What is no version is the newest."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    if release is None:
        return _NEWEST
    return tuple(int(part) for part in re.sub(r"(?:\.0+)+$", "", release[0]).split("."))
