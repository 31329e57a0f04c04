"""Which calls keep the thread that makes them waiting, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
from msgspec.structs import replace

from fastlint.config.settings import BlockingCall, Settings
from fastlint.facts import tree
from fastlint.model.calls.prompt import returns_at_once
from fastlint.model.calls.table import Group, table
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Partial,
    Unknown,
    Value,
)
from fastlint.model.knowledge import Knowledge

LOOPS = frozenset(
    {
        "builtins.all", "builtins.any", "builtins.dict", "builtins.enumerate",
        "builtins.frozenset", "builtins.list", "builtins.max", "builtins.min", "builtins.next",
        "builtins.set", "builtins.sorted", "builtins.sum", "builtins.tuple", "builtins.zip",
    }
)  # fmt: skip
_SORTING = frozenset(
    {
        "builtins.list.sort", "builtins.max", "builtins.min", "builtins.sorted", "heapq.nlargest",
        "heapq.nsmallest", "itertools.groupby",
    }
)  # fmt: skip
"""They run their ``key``."""


_AWAITS = "it is an `async def`, which no thread runs"


class Blocking(msgspec.Struct, frozen=True):
    """What is known of a call that keeps its thread waiting."""

    name: str
    """Its canonical name: ``sqlalchemy.orm.Session.commit``."""
    shown: str
    """As a message says it: ```Session.commit```."""
    kind: str
    """``sleep``, ``wait``, ``loop``, ``network``, ``database``, ``messaging``, ``cloud``,
    ``process``, ``file``, ``cpu``; ``project`` or another word for what the settings add"""
    use: str
    """What to await instead; empty where nothing of the kind is known."""
    mend: str
    """``rename`` where `use` takes the same arguments, ``upload`` where an upload has the method
    itself, ``thread`` where the call can be handed to a thread as it stands, ``none`` where nothing
    of this helps."""
    weight: str = "heavy"
    """``medium`` where it depends on the machine or the input how long it takes, ``light`` where
    hardly anybody notices."""
    opens: bool = False
    """Whether what it gives waits as well, so that it is enough to speak of the first call."""
    obstacle: str = ""
    """Why neither helps, where ``mend`` is ``none`` and that can be told: a clause that completes
    "no fix: ..."."""


def blocking(call: CallSite, knowledge: Knowledge, settings: Settings) -> Blocking | None:
    """Why a call keeps its thread waiting; None where it does not, or where that is not known.

    A call that is awaited never does, whatever its name, unless the settings say so.
    """
    if isinstance(call.callee, Unknown):
        return _any_of(call, call.callee.choices, knowledge, settings)
    if isinstance(call.callee, FunctionValue) and not is_said_of(call.callee, settings):
        return None
    names = tuple(_names(call.callee, knowledge))
    if not names:
        return None
    if _is_loop(call):
        return looping(call.args[0], knowledge, settings)
    if _are_harmless(names, knowledge, settings):
        return None
    for said in settings.blocking_calls:
        if knowledge.canonical(said.call) in names:
            return _said(said, call.callee)
    if isinstance(call.callee, FunctionValue):
        return _marked(call.callee)
    if call.awaited:
        return None
    found = _find(names)
    if found is None or returns_at_once(call, names, found[1]):
        return None
    name, group = found
    return _blocking(name, _shown(call.callee), group)


def _any_of(
    call: CallSite, choices: tuple[Value, ...], knowledge: Knowledge, settings: Settings
) -> Blocking | None:
    """Why a call of one of several keeps its thread waiting: only where each of them does."""
    found = [blocking(replace(call, callee=each), knowledge, settings) for each in choices]
    first = found[0] if found and None not in found else None
    if first is None:
        return None
    return replace(first, mend="none", obstacle="which of several is called is not known")


def is_off(found: Blocking, settings: Settings) -> bool:
    """Whether the project does not mind calls of this kind."""
    return getattr(settings.blocking_kinds, found.kind, None) == "off"


def is_said_of(function: FunctionValue, settings: Settings) -> bool:
    """Whether the settings or a comment say of a function that it blocks, or does not."""
    if function.facts.mark or function.original.facts.mark:
        return True
    if not settings.blocking_calls and not settings.nonblocking_calls:
        return False
    name = own_name(function)
    return name in settings.nonblocking_calls or any(
        name == said.call for said in settings.blocking_calls
    )


def looping(value: Value, knowledge: Knowledge, settings: Settings) -> Blocking | None:
    """Why looping over an object waits: ``for user in db.query(User)`` fetches as it goes."""
    return _unnamed(value, "__iter__", "looping over", knowledge, settings)


def entering(value: Value, knowledge: Knowledge, settings: Settings) -> Blocking | None:
    """Why ``with`` waits for an object, on its way in or out: ``with FileLock(path):``."""
    return _unnamed(value, "__enter__", "entering", knowledge, settings)


def _unnamed(
    value: Value, method: str, done: str, knowledge: Knowledge, settings: Settings
) -> Blocking | None:
    """Why a method waits that Python itself calls, and what is ``done`` there to the object."""
    names = tuple(f"{cls}.{method}" for cls in _classes(value, knowledge))
    if not names or _are_harmless(names, knowledge, settings):
        return None
    found = _find(names)
    if found is None:
        return None
    name, group = found
    *_, made_by, cls = f".{name.removesuffix(f'.{method}')}".split(".")
    shown = f"what `{made_by}.{cls}` gives" if cls.endswith("()") and made_by else f"a `{cls}`"
    waiting = replace(_blocking(name, f"{done} {shown}", group), mend="none")
    return replace(waiting, obstacle="it is no call that waits")


def run_by(call: CallSite) -> CallSite:
    """The call of what a partial runs: ``partial(requests.get, timeout=3)(url)``."""
    if not isinstance(call.callee, Partial):
        return call
    callee, args, keywords = call.callee.whole(call.args, call.keywords)
    return replace(call, callee=callee, args=args, keywords=keywords)


def run_in_thread(call: CallSite) -> Value | None:
    """What a call has run in another thread: ``run_in_threadpool(requests.get, url)``."""
    return _given(call, table().threads)


def run_later(call: CallSite) -> Value | None:
    """What a call has run once the response is sent: ``tasks.add_task(notify, email)``."""
    return _given(call, table().later)


def runs_given(call: CallSite) -> int | None:
    """The position of what a call runs in a thread, or later, with what it is given after that."""
    name = own_name(call.callee)
    return next((each[name] for each in (table().threads, table().later) if name in each), None)


def handed_on(call: CallSite) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """What a call gives to the function that it has run later, or as a task."""
    name = own_name(call.callee)
    if (position := table().tasks.get(name)) is not None:
        return call.args[position + 1 :], {}  # what is named is for the task itself
    position = table().later.get(name)
    if position is None:
        return (), {}
    keywords = {key: value for key, value in call.keywords.items() if key != "func"}
    return call.args[position + 1 :], keywords


def run_here(call: CallSite) -> Value | None:
    """What a call runs then and there: ``map(load, keys)``."""
    if own_name(call.callee) in _SORTING:
        return call.keywords.get("key")
    return _given(call, table().here)


def run_as_task(call: CallSite) -> Value | None:
    """What a call leaves to the event loop to run: ``asyncio.create_task(watch())``."""
    return _given(call, table().tasks)


def runs_in_thread(decorators: Iterable[Value]) -> bool:
    """Whether one of the decorators runs the function in a thread: ``@sync_to_async``."""
    names = (by.cls if isinstance(by, Instance) else by for by in decorators)
    known = table().threads
    return any(isinstance(n, External) and n.name.removesuffix("()") in known for n in names)


@cache
def runs_what_it_gets(name: str) -> bool:
    """Whether a function of that name may run what it is given, then or later, here or there."""
    page = table()
    known = (page.threads, page.later, page.here, page.tasks, _SORTING)
    return any(name in each for each in known)


def later_argument(call: CallSite) -> tree.Expr | None:
    """As `run_later`: the expression that stands there."""
    position = table().later.get(own_name(call.callee))
    if position is None:
        return None
    given = call.node.args[position : position + 1]
    named = (each.value for each in call.node.keywords if each.name == "func")
    return given[0] if given else next(named, None)


def _given(call: CallSite, positions: dict[str, int]) -> Value | None:
    position = positions.get(own_name(call.callee))
    if position is None:
        return None
    given = call.args[position : position + 1]
    return given[0] if given else call.keywords.get("func")


# --- names ---------------------------------------------------------------------------------


def _names(callee: Value, knowledge: Knowledge) -> Iterator[str]:
    """The names under which a call may be known, nearest class first."""
    if isinstance(callee, Member):
        classes = tuple(_classes(callee.owner, knowledge))
        own = next((cls for cls in classes if callee.dotted.startswith(f"{cls}.")), "")
        for cls in classes if own else ():
            yield cls + callee.dotted.removeprefix(own)
    elif isinstance(callee, External):
        owner, _, last = callee.name.rpartition(".")
        for base in knowledge.bases(owner):
            yield f"{base}.{last}"
    elif isinstance(callee, Instance):
        for cls in _classes(callee, knowledge):
            yield f"{cls}.__call__"
    elif isinstance(callee, FunctionValue):
        yield own_name(callee)


def own_name(callee: Value) -> str:
    """The canonical name of what is called, ``module.qualname`` for the project's own functions.

    Empty where that is not known.
    """
    if isinstance(callee, Member):
        return callee.dotted
    if isinstance(callee, External):
        return callee.name
    if isinstance(callee, FunctionValue):
        original = callee.original
        modules = original.closure.machine.modules
        return f"{modules.name(original.path)}.{original.facts.qualname}"
    return ""


def _classes(value: Value, knowledge: Knowledge) -> Iterator[str]:
    """The names of the classes from outside that an object is of."""
    if isinstance(value, Instance):
        if isinstance(value.cls, External):
            yield from knowledge.bases(value.cls.name)
        elif isinstance(value.cls, ClassValue):
            for base in value.cls.mro():
                if isinstance(base, External):
                    yield from knowledge.bases(base.name)


def _shown(callee: Value) -> str:
    """``Session.commit`` for a method, ``subprocess.run`` for a function."""
    if isinstance(callee, Instance):
        name = callee.cls.name if isinstance(callee.cls, External) else callee.cls.node.name
        return f"`{name}`"
    name = own_name(callee).removeprefix("builtins.")
    if isinstance(callee, Member):
        parts = name.split(".")
        first = next((i for i, part in enumerate(parts[:-1]) if part[:1].isupper()), 0)
        name = ".".join(parts[first:])
    return f"`{name}`"


# --- what is known -------------------------------------------------------------------------


def _find(names: tuple[str, ...]) -> tuple[str, Group] | None:
    for name in names:
        group = table().find(name)
        if group is not None:
            return name, group
    return None


def _blocking(name: str, shown: str, group: Group) -> Blocking:
    is_open = group.opens and group.mend == "none"
    obstacle = "what it opens goes on waiting" if is_open else ""
    return Blocking(
        name, shown, group.kind, group.use, group.mend, group.weight, group.opens, obstacle
    )


def _said(said: BlockingCall, callee: Value) -> Blocking:
    """What the settings say of a call."""
    awaits = isinstance(callee, FunctionValue) and callee.facts.is_async
    use = f"`{said.use}`" if said.use else ""
    mend = "none" if awaits else "thread"
    why = _AWAITS if awaits else ""
    return Blocking(said.call, f"`{said.call}`", said.kind, use, mend, obstacle=why)


def _marked(callee: FunctionValue) -> Blocking | None:
    """What a comment on a function of the project says of its calls."""
    original = callee.original
    if "blocking" not in (callee.facts.mark, original.facts.mark):
        return None
    shown = original.facts.qualname.rpartition("<locals>.")[2]
    mend = "none" if callee.facts.is_async else "thread"
    why = _AWAITS if callee.facts.is_async else ""
    return Blocking(own_name(callee), f"`{shown}`", "project", "", mend, obstacle=why)


def _are_harmless(names: tuple[str, ...], knowledge: Knowledge, settings: Settings) -> bool:
    return any(knowledge.canonical(each) in names for each in settings.nonblocking_calls)


def _is_loop(call: CallSite) -> bool:
    callee = call.callee
    return isinstance(callee, External) and callee.name in LOOPS and len(call.args) > 0
