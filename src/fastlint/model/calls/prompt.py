"""Calls that return at once, in spite of their names."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.calls.table import Group, table
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import NONE, Const, External, Instance, Member, Value

_FILLS = frozenset({"queue.Queue.put", "multiprocessing.Queue.put"})
"""They wait only for room, of which there is no end unless the queue was made with a size."""
_MEASURE = frozenset(
    {"psutil.Process.cpu_percent", "psutil.cpu_percent", "psutil.cpu_times_percent"}
)
"""They wait for as long as the interval that they are given, if they are given one."""
_REAPS = {"os.waitpid": 1, "os.wait3": 0, "os.wait4": 1, "os.waitid": 2}
"""They wait for a process to end, unless a flag, at that position, may say that it is not to."""
_FILE_LOCKS = frozenset({"fcntl.flock", "fcntl.lockf"})
"""They wait where they are told to lock, and not told to do without if somebody else holds it."""
_RECEIVES = "zmq.Socket.recv"
"""Begins the names of what waits for a message, unless a flag may say that it is not to wait."""
_SENDS = frozenset(
    {"socket.socket.connect", "socket.socket.send", "socket.socket.sendall", "socket.socket.sendto"}
)
"""They wait for the other side, which a socket of datagrams does not have."""


def returns_at_once(call: CallSite, names: tuple[str, ...], group: Group) -> bool:
    """Whether a call of ``group``, known by ``names``, does not wait as it is made here."""
    if group.kind == "sleep":
        return bool(call.args) and _is_nothing(call.args[0])
    if group.kind == "wait":
        return _does_not_wait(call, names)
    if not _SENDS.isdisjoint(names):
        return _may_send_datagrams(call.callee)
    if any(name in _REAPS for name in names):
        return _may_not_wait(call, names)
    return _is_switched_off(call, names) or _is_in_memory(call, names)


def _does_not_wait(call: CallSite, names: tuple[str, ...]) -> bool:
    """``lock.acquire(blocking=False)``, ``thread.join(timeout=0)``, ``Queue().put(item)``."""
    if not _FILE_LOCKS.isdisjoint(names):
        return _takes_no_lock(call.node.args[1:2])
    if not _MEASURE.isdisjoint(names):
        interval = call.args[0] if call.args else call.keywords.get("interval", NONE)
        return interval == NONE or _is_nothing(interval)
    if any(name.startswith(_RECEIVES) for name in names):
        return bool(call.args) or "flags" in call.keywords
    said = ("block", "blocking", "timeout", "wait")
    given = [call.keywords[name] for name in said if name in call.keywords]
    if not _FILLS.isdisjoint(names):
        given.extend(call.args[1:])
        if isinstance(call.callee, Member) and not _is_bounded(call.callee.owner):
            return True
    else:
        given.extend(call.args[:1])
    return any(_is_nothing(value) for value in given)


def _may_not_wait(call: CallSite, names: tuple[str, ...]) -> bool:
    """``os.waitpid(-1, os.WNOHANG)``, or with flags that nobody can read."""
    position = next(_REAPS[name] for name in names if name in _REAPS)
    flags = call.args[position] if len(call.args) > position else call.keywords.get("options")
    return flags is not None and not _is_nothing(flags)


def _takes_no_lock(flags: Iterable[tree.Expr]) -> bool:
    """``LOCK_UN``, ``LOCK_EX | LOCK_NB``, or what is not written out."""
    said = {last_name(node) for node in walk(flags)}
    return "LOCK_NB" in said or said.isdisjoint({"LOCK_EX", "LOCK_SH"})


def _is_bounded(queue: Instance) -> bool:
    """Whether the queue is seen to be made with a size; of most that are not seen there is none."""
    sizes = (*queue.args, *queue.keywords.values())
    return queue.span is not None and any(not _is_nothing(size) for size in sizes)


def _is_nothing(value: Value) -> bool:
    """``0``, ``0.0`` or ``False``"""
    return isinstance(value, Const) and isinstance(value.value, int | float) and not value.value


def _may_send_datagrams(callee: Value) -> bool:
    """``socket.socket(AF_INET, SOCK_DGRAM).connect``; of a kind that is not known it may be so."""
    owner = callee.owner if isinstance(callee, Member) else None
    if not isinstance(owner, Instance):
        return False
    given = owner.keywords.get("type", owner.args[1] if len(owner.args) > 1 else None)
    return given is not None and given != External("socket.SOCK_STREAM")


def _is_switched_off(call: CallSite, names: tuple[str, ...]) -> bool:
    """``db.merge(user, load=False)``"""
    switches = table().switched_off
    given = (call.keywords.get(switches[name]) for name in names if name in switches)
    return any(value is not None and _is_nothing(value) for value in given)


def _is_in_memory(call: CallSite, names: tuple[str, ...]) -> bool:
    """``zipfile.ZipFile(io.BytesIO(data))``"""
    known = table().in_memory
    if known.calls.isdisjoint(names):
        return False
    given = [*call.args[:1], *(call.keywords[k] for k in known.keywords & call.keywords.keys())]
    return any(
        isinstance(value, Instance)
        and isinstance(value.cls, External)
        and value.cls.name in known.files
        for value in given
    )
