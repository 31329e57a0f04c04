"""The fields that a class declares, and what describes them.

As dataclasses, attrs, pydantic and msgspec have it.
"""

from __future__ import annotations

from typing import TypeGuard

from fastlint.facts import tree
from fastlint.model.following.values import ClassValue, External, Instance, Value

FIELDS = (External("pydantic.Field"), External("sqlmodel.Field"), External("dataclasses.field()"))
"""The classes that stand for what ``Field(…)`` gives."""
_ATTRS_FIELDS = frozenset(
    External(f"{name}()")
    for name in ("attr.ib", "attr.attrib", "attr.attr", "attr.field", "attrs.field")
)
_OTHER_FIELDS = frozenset({External("pydantic.PrivateAttr"), External("msgspec.field()")})
ATTRS_FACTORIES = frozenset({External("attr.Factory"), External("attrs.Factory")})
"""The classes of what makes a default anew for each object."""
_ATTRS = frozenset(
    f"{package}.{name}{called}"
    for package in ("attr", "attrs")
    for name in ("s", "attrs", "attributes", "define", "frozen", "mutable", "dataclass")
    for called in ("", "()")
)


def declared_field(cls: ClassValue, name: str) -> tree.AnnAssign | None:
    """The statement ``name: annotation`` of the class body, if there is one."""
    for statement in cls.node.body:
        if isinstance(statement, tree.AnnAssign):
            target = statement.target
            if isinstance(target, tree.Name) and target.id == name:
                return statement
    return None


def declared_fields(cls: ClassValue) -> dict[str, tuple[ClassValue, tree.Expr | None]]:
    """Every field of the class and its bases with its annotation, in the order of the arguments.

    Without an annotation stand those that attrs alone knows: ``name = attr.ib()``.
    """
    found: dict[str, tuple[ClassValue, tree.Expr | None]] = {}
    for base in reversed(cls.own):
        for statement in base.node.body:
            match statement:
                case tree.AnnAssign(target=tree.Name(id=name), annotation=annotation):
                    found[name] = (base, annotation)
                case tree.Assign(targets=[tree.Name(id=name)], value=tree.Call()):
                    value = base.namespace.namespace.get(name)
                    if isinstance(value, Instance) and value.cls in _ATTRS_FIELDS:
                        found[name] = (base, None)
    return found


def is_field(value: Value | None) -> TypeGuard[Instance]:
    """Whether it is what describes a field of a class instead of being its default."""
    return isinstance(value, Instance) and (
        value.cls in FIELDS or value.cls in _ATTRS_FIELDS or value.cls in _OTHER_FIELDS
    )


def is_factory(value: Value) -> bool:
    """``attr.Factory(…)``"""
    return isinstance(value, Instance) and value.cls in ATTRS_FACTORIES


def is_dataclass(value: ClassValue) -> bool:
    """A class that ``@dataclass`` (the standard library's or pydantic's) decorates itself."""
    made = (by.cls if isinstance(by, Instance) else by for by in value.decorators)
    names = (by.name for by in made if isinstance(by, External))
    return any(name.startswith(("dataclasses.dataclass", "pydantic.dataclasses")) for name in names)


def is_attrs(value: ClassValue) -> bool:
    """A class to which attrs gives its methods: ``@attr.s``, ``@define`` and their like."""
    made = (by.cls if isinstance(by, Instance) else by for by in value.decorators)
    return any(isinstance(by, External) and by.name in _ATTRS for by in made)
