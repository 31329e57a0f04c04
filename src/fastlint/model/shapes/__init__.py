"""The models of pydantic, dataclasses and ORMs: fields, columns, configuration, validators."""
