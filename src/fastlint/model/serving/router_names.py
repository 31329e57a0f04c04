"""What apps and routers are called: ``module:variable``, no two of a project alike.

Whatever a factory makes is first bound to the factory's own variable, each time the same. It goes
by the name that its caller gives it then, else by who the caller is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.values import RouterValue

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def router_names(machine: Machine) -> dict[int, str]:
    """The name of every app and router that was made, by its identity."""
    alike: defaultdict[str, list[RouterValue]] = defaultdict(list)
    for value in machine.routers:
        if not value.phantom:  # which stands for one that is made elsewhere
            alike[written(value, machine)].append(value)
    found = {id(values[0]): name for name, values in alike.items() if len(values) == 1}
    shared = {name: values for name, values in alike.items() if len(values) > 1}
    if shared:
        taken = set(found.values())
        bound = _bound(machine, {id(value) for values in shared.values() for value in values})
        for name, values in shared.items():
            for number, value in enumerate(values, 1):
                others = (*bound[id(value)], *_by_caller(value, machine), f"{name} ({number})")
                found[id(value)] = next(each for each in others if each not in taken)
                taken.add(found[id(value)])
    return found


def written(value: RouterValue, machine: Machine) -> str:
    """The module in which it is made, and the variable that it was first bound to."""
    return f"{machine.modules.name(value.path)}:{value.name or '?'}"


def _bound(machine: Machine, wanted: Iterable[int]) -> dict[int, list[str]]:
    """The names that modules have for each of them; those that are only imported come last."""
    own: dict[int, list[str]] = {each: [] for each in wanted}
    imported: dict[int, list[str]] = {each: [] for each in own}
    for path in sorted(machine.frames):
        names = {name for fact in machine.modules.facts(path).imports for name in fact.names}
        for variable, value in machine.frames[path].namespace.items():
            if id(value) in own:
                found = own if names.isdisjoint((variable, "*")) else imported
                found[id(value)].append(f"{machine.modules.name(path)}:{variable}")
    return {each: [*own[each], *imported[each]] for each in own}


def _by_caller(value: RouterValue, machine: Machine) -> Iterator[str]:
    """Its name, with who called the function that makes it."""
    for path, index in value.makers[-2::-1]:
        function = machine.modules.facts(path).functions[index]
        yield f"{written(value, machine)} (by {function.qualname})"
        yield f"{written(value, machine)} (by {machine.modules.name(path)}:{function.qualname})"
