"""What FastAPI overlooks of a type while the marker of the parameter is its default.

Of ``user_id: UUID4 = Query()``, where ``UUID4`` is another name for ``Annotated[UUID, …]``, it
takes ``UUID`` and nothing else; in ``Annotated[UUID4, Query()]`` all of it (fastapi 0.115 to 0.165,
``analyze_param`` in ``dependencies/utils.py``).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fastlint.model.following.values import External, Instance, ParamMarker

if TYPE_CHECKING:
    from fastlint.model.serving.parameters import Param

_KNOWN = sys.stdlib_module_names | {"fastapi", "starlette", "pydantic"}
"""Whose types are plain classes, but for those below."""
_ANNOTATED = frozenset(
    {
        "Base64Bytes", "Base64Str", "Base64UrlBytes", "Base64UrlStr", "DirectoryPath", "FilePath",
        "FiniteFloat", "NegativeFloat", "NegativeInt", "NewPath", "NonNegativeFloat",
        "NonNegativeInt", "NonPositiveFloat", "NonPositiveInt", "OnErrorOmit", "PositiveFloat",
        "PositiveInt", "SocketPath", "StrictBool", "StrictBytes", "StrictFloat", "StrictInt",
        "StrictStr", "UUID1", "UUID3", "UUID4", "UUID5", "UUID6", "UUID7", "UUID8",
    }
)  # fmt: skip
"""What pydantic 2 exports and is ``Annotated``."""


def may_be_overlooked(param: Param) -> bool:
    """Whether the type may be another name for ``Annotated``, as what ``conint(gt=1)`` gives is.

    Those of the project are known for what they are; what a dependency gives is not checked at all.
    """
    if not param.marker_in_default or not isinstance(param.marker, ParamMarker):
        return False
    declared = param.declared
    if isinstance(declared, Instance):
        return True
    if not isinstance(declared, External):
        return False
    package, _, name = declared.name.partition(".")
    if package == "pydantic":
        return name.rpartition(".")[2] in _ANNOTATED
    return package not in _KNOWN
