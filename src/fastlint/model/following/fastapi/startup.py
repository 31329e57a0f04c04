"""What an app does when its server starts: its lifespan may add routes that importing does not.

Starlette enters ``lifespan(app)`` and calls the handlers of ``startup`` before the first request
(starlette/routing.py, `Router.lifespan`).
"""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import search, tree
from fastlint.facts.walk import handed, walk
from fastlint.model.following import classes
from fastlint.model.following.language import generators
from fastlint.model.following.machine import Machine
from fastlint.model.following.values import FunctionValue, Instance, RouterValue, Value


def start(machine: Machine, started: set[int]) -> None:
    """Follow what the apps run when they start, but for those ``started`` already, by identity."""
    added = search.Words(tuple(map(search.spelled, machine.knowledge.adding_routes)))
    for app in list(machine.routers):
        if app.is_app and not app.phantom and id(app) not in started:
            started.add(id(app))
            for function, args in _run_at_start(app):
                if classes.makes_routers(function) or _hands_on(function) or _asks(function, added):
                    _run(machine, function, args)


def _run_at_start(app: RouterValue) -> Iterator[tuple[FunctionValue, list[Value]]]:
    for item in app.attached:
        function = _undecorated(item.function)
        if function is None:
            continue
        if item.kind == "lifespan":
            yield function, [app]
        elif item.kind == "event" and item.detail == "startup":
            yield function, []


def _hands_on(function: FunctionValue) -> bool:
    """Whether it gives the app that it is given to somebody else."""
    names = {param.name for param in function.facts.params}
    return any(
        isinstance(node, tree.Call)
        and any(isinstance(given, tree.Name) and given.id in names for given in handed(node))
        for node in walk(tree.statements(function.facts))
    )


def _asks(function: FunctionValue, added: search.Words) -> bool:
    """Whether it names a call of a library that adds routes: ``Instrumentator().expose(app)``."""
    return search.matches(function.facts, added)


def _undecorated(value: Value) -> FunctionValue | None:
    """The generator function that ``@asynccontextmanager`` made a context manager of."""
    if isinstance(value, Instance) and value.args:
        value = value.args[0]
    return value if isinstance(value, FunctionValue) else None


def _run(machine: Machine, function: FunctionValue, args: list[Value]) -> None:
    def turn(item: Value, is_sure: bool) -> bool:  # noqa: ARG001, FBT001 - as a Turn is called
        """The server answers now; what comes afterwards nobody can ask for."""
        machine.is_serving = is_sure
        machine.doubts += not is_sure
        return not is_sure

    with machine.in_the_name_of(function) as frame:
        result = machine.call(function, args, {}, function.facts, frame)
        generators.play(result, turn, machine)
        machine.is_serving = False
