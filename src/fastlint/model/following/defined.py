"""The functions that a file defines, as values that can be followed."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.model.following.functions import Module
from fastlint.model.following.machine import Machine
from fastlint.model.following.values import ClassValue, FunctionValue


def defined_functions(module: Module, machine: Machine) -> Iterator[FunctionValue]:
    """Every function and method that the file's module level binds, undecorated, each once.

    The module level is run for that; what is nested in functions is not given.
    """
    stack = list(machine.run_module(module.path).namespace.values())
    seen: set[int] = set()
    while stack:
        value = stack.pop()
        if isinstance(value, FunctionValue) and value.original.path == module.path:
            index = value.original.facts.index
            if index not in seen:
                seen.add(index)
                yield value.original
        elif isinstance(value, ClassValue) and value.path == module.path and id(value) not in seen:
            seen.add(id(value))
            stack.extend(value.namespace.namespace.values())
