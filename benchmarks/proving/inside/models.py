"""What Pydantic makes of the project's own models, and dataclasses of theirs."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from benchmarks.proving.inside.values import annotation, members, shown, shown_error

_FIELD = (
    *("alias", "validation_alias", "serialization_alias", "title", "description", "examples"),
    *("exclude", "frozen", "deprecated", "json_schema_extra", "metadata", "discriminator"),
    *("repr", "init", "kw_only", "validate_default"),
)
_DECORATORS = (
    *("validators", "field_validators", "root_validators", "model_validators"),
    *("field_serializers", "model_serializers", "computed_fields"),
)


def models(loaded: dict[str, str]) -> dict[str, Any]:
    """Every model that the loaded modules define, by ``module:qualname``."""
    try:
        from pydantic import BaseModel
    except ImportError:
        return {}
    told: dict[str, Any] = {}
    for module in sorted(loaded):
        for value in list(vars(sys.modules[module]).values()):
            with contextlib.suppress(Exception):
                if issubclass(value, BaseModel) and value.__module__ == module:
                    told.setdefault(f"{module}:{value.__qualname__}", _model(value))
    return told


def _model(model: Any) -> dict[str, Any]:
    fields = getattr(model, "model_fields", None)
    if fields is None:  # Pydantic 1
        return {"schema": _schema(model.schema), "fields": sorted(model.__fields__)}
    return {
        "fields": {
            name: [
                annotation(field.annotation),
                field.is_required(),
                shown(field.default) if not field.is_required() else None,
                shown(field.default_factory),
                members(field, _FIELD),
            ]
            for name, field in fields.items()
        },
        "config": {str(key): shown(each) for key, each in sorted(model.model_config.items())},
        "decorators": _decorators(model),
        "validation": _schema(lambda: model.model_json_schema(mode="validation")),
        "serialization": _schema(lambda: model.model_json_schema(mode="serialization")),
    }


def _decorators(model: Any) -> dict[str, Any]:
    """Validators and serializers by name: what they are for, not by which decorator."""
    found = model.__pydantic_decorators__
    return {
        kind: {
            name: [
                shown(getattr(each.info, "fields", ())),
                shown(getattr(each.info, "mode", "")),
                shown(getattr(each.info, "check_fields", None)),
            ]
            for name, each in getattr(found, kind).items()
        }
        for kind in _DECORATORS
        if getattr(found, kind, None)
    }


def _schema(make: Any) -> Any:
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - compared like an answer
        return shown_error(error)
