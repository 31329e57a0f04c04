"""Bodies that no request can bring: JSON where something else makes the request a form.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`get_body_field`, `request_body_to_args`):
one
form or file parameter makes the whole body a form, and what a form holds is text or a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following import classes
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    ClassValue,
    Const,
    External,
    Instance,
    ParamMarker,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.serving.parameters import Param, is_mapping

if TYPE_CHECKING:
    from fastlint.model.project import Project

_EARLY = frozenset({"before", "wrap", "plain", None})
"""When a validator is called that may make something of a text; None is not known."""
_HARMLESS = ("pydantic.Field", "typing_extensions.Doc", "annotated_doc.Doc", "typing.Doc")


def needs_json(param: Param, project: Project) -> bool:
    """Whether a body parameter holds objects, and nothing makes them of a form's text."""
    if param.source != "body" or not is_taken_as_it_is(param.declared):
        return False
    members = [each for each in classes.members(param.type) if each != NONE]
    return bool(members) and all(_is_object(each, project) for each in members)


def is_taken_as_it_is(declared: Value) -> bool:
    """Whether nothing in ``Annotated`` may change what comes in."""
    return not isinstance(declared, AnnotatedType) or all(
        isinstance(each, ParamMarker | Const)
        or (isinstance(each, Instance) and classes.is_subclass(each.cls, *_HARMLESS))
        for each in declared.metadata
    )


def _is_object(value: Value, project: Project) -> bool:
    if is_mapping(value):
        return True
    if isinstance(value, Subscripted) and isinstance(value.origin, External):
        return (
            bool(value.args)
            and is_taken_as_it_is(value.args[0])
            and _is_object(value.args[0], project)
        )
    schema = project.schema(value)
    if schema is None or schema.is_root:
        return False
    mro = schema.value.mro()
    if any(isinstance(base, Unknown) for base in mro) or _reads_text(mro):
        return False
    return not any(v.subject == "model" and v.mode in _EARLY for v in schema.validators)


def _reads_text(mro: tuple[Value, ...] | list[Value]) -> bool:
    """Whether a class says itself how it is read."""
    hooks = ("__get_validators__", "__get_pydantic_core_schema__", "validate", "_validate")
    return any(
        hook in base.namespace.namespace
        for base in mro
        if isinstance(base, ClassValue)
        for hook in hooks
    )
