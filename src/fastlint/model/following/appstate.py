"""What an app keeps in ``app.state``: set where it is built or started, read by requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import types
from fastlint.model.following.frames import Frame, Watch, join
from fastlint.model.following.values import UNKNOWN, FunctionValue, Instance, Member, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_STATES = frozenset(
    {
        "fastapi.FastAPI.state", "starlette.requests.HTTPConnection.app.state",
        "starlette.requests.Request.app.state", "starlette.websockets.WebSocket.app.state",
    }
)  # fmt: skip
_STARTING = frozenset({"event", "lifespan"})


class AppState:
    """The attributes of ``app.state``, the same for every app of the project.

    Only what modules and start-up set counts: what a request sets is there for some requests alone.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._values: dict[str, Value] = {}
        self._looking: Watch | None = None
        self._looked = False

    def note(self, owner: Member, name: str, value: Value, frame: Frame) -> None:
        """``owner.name = value``, which counts where ``owner`` is the state of an app."""
        if owner.dotted in _STATES and frame.watch in (None, self._looking):
            before = self._values.get(name)
            self._values[name] = value if before is None else _either(before, value)

    def get(self, owner: Member, name: str) -> Value | None:
        """``owner.name`` where that is an attribute of an app's state and known."""
        if owner.dotted not in _STATES or not self.machine.watching:
            return None
        self._look()
        return self._values.get(name)

    def _look(self) -> None:
        """Look at what starts the apps, once and by itself, whoever has looked at it before."""
        if self._looked:
            return
        self._looked = True
        machine = self.machine
        for router in list(machine.routers):
            for item in router.attached:
                function = item.function
                if item.kind not in _STARTING or not isinstance(function, FunctionValue):
                    continue
                self._looking = watch = Watch()
                frame = Frame(
                    machine, function.path, function.closure, function=function, watch=watch
                )
                frame.namespace.update(types.parameter_values(function, machine))
                with machine.following(function, aside=False) as go_on:
                    if go_on:
                        machine.follow(tree.statements(function.facts), frame)
                self._looking = None


def _either(before: Value, after: Value) -> Value:
    """What one of two assignments leaves; unknown where they leave different kinds of objects."""
    if isinstance(before, Instance) and isinstance(after, Instance) and before.cls != after.cls:
        return UNKNOWN
    return join(before, after)
