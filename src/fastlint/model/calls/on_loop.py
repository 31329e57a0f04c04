"""What keeps the event loop waiting, and the shortest way to it from what FastAPI runs there.

All entries are followed at once, breadth first, so that each function is looked at once and the way
that is found to it is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.config.settings import Settings
from fastlint.facts import tree
from fastlint.facts.walk import place
from fastlint.findings import Severity, Span
from fastlint.model.calls import once, without_tasks
from fastlint.model.calls.anew import anew, emptied
from fastlint.model.calls.blocking import (
    Blocking,
    blocking,
    entering,
    handed_on,
    is_off,
    is_said_of,
    looping,
    run_as_task,
    run_by,
    run_here,
)
from fastlint.model.calls.either import Choice, Trials, Way, choices
from fastlint.model.calls.fresh import Fresh
from fastlint.model.calls.handovers import Handovers
from fastlint.model.calls.held import Held, is_lock
from fastlint.model.calls.implementations import Implementations
from fastlint.model.calls.incoming import checks_fields, is_never_brought
from fastlint.model.calls.inline import Step, spread, steps
from fastlint.model.calls.nodes import Leg, Node, Start, leading_to, trail, trail_from
from fastlint.model.calls.passing import Passing
from fastlint.model.calls.streamed import gone_through_elsewhere
from fastlint.model.calls.surroundings import Surroundings, belongs_to_thread
from fastlint.model.calls.without_loop import WithoutLoop, asks_for_loop
from fastlint.model.following.contexts import NOTHING, Given
from fastlint.model.following.frames import CallSite, Iterated, Watch
from fastlint.model.following.functions import Function
from fastlint.model.following.values import External, FunctionValue, Instance, Member, Partial
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.calls.entries import Entry
    from fastlint.model.project import Project

_MOST = 30_000
"""Functions to look at, at most."""
_FEW = 5
"""Steps that a way may have and still be certain."""
_ELSEWHERE = "another function makes the call"
_BESIDE = frozenset({"task", "Socket.IO handler"})
"""What runs besides the routes, and for none of them."""
_SEVERITIES = {"heavy": Severity.ERROR, "medium": Severity.WARNING, "light": Severity.INFO}


class Blocked(msgspec.Struct, frozen=True, eq=False):
    """A place where the event loop is kept waiting."""

    blocking: Blocking
    span: Span
    """The call, or what is looped over."""
    function: Function
    """Where it stands."""
    trail: tuple[Leg, ...]
    """The way from the first of the entries; empty where the call stands in the entry itself."""
    entries: tuple[Entry, ...]
    """All that leads there, the nearest first."""
    mend: str
    """How it can be mended where it stands: as `Blocking.mend`, or ``rename unsafely``."""
    handovers: tuple[Leg, ...]
    """All calls by which the event loop gets there, where they could be put into a thread."""
    obstacle: str = ""
    """Why it cannot be mended where it stands, as far as that can be told."""

    def severity(self, settings: Settings) -> Severity:
        """How grave it is: the project's own word for the kind, else what is known of the call.

        The longer the way there, the more conditions stand on it.
        """
        said = getattr(settings.blocking_kinds, self.blocking.kind, None)
        if said is not None:
            return Severity(said)
        if self.is_far(settings) or self.is_possible(settings):
            return Severity.WARNING
        return _SEVERITIES[self.blocking.weight]

    def is_far(self, settings: Settings) -> bool:
        """Whether it is a warning only because the way there is long."""
        said = getattr(settings.blocking_kinds, self.blocking.kind, None)
        return said is None and self.blocking.weight == "heavy" and len(self.trail) > _FEW

    def is_possible(self, settings: Settings) -> bool:
        """Whether it is a warning only because it is one of several that may be run."""
        said = getattr(settings.blocking_kinds, self.blocking.kind, None)
        return said is None and self.blocking.weight == "heavy" and self.among > 0

    @property
    def among(self) -> int:
        """Of how many it depends which of them is run; 0 where nothing is chosen on the way."""
        return max((leg.among for leg in self.trail), default=0)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that wait; empty where an entry runs for every request, or for none."""
        if not all(entry.routes or entry.kind in _BESIDE for entry in self.entries):
            return ()
        return tuple({id(r): r for entry in self.entries for r in entry.routes}.values())


class Followed(msgspec.Struct, frozen=True, eq=False):
    """What was found by following entries."""

    blocked: tuple[Blocked, ...]
    """The places where they keep the event loop waiting, in the order of files and lines. Each
    place is given once, however many ways lead there. What a blocking call has opened (a file, a
    connection) is spoken of at that call."""
    watched: tuple[tuple[Function, Watch], ...]
    """Everything that runs on the loop, nearest first, in each of the ways it was looked at."""


def follow(entries: Iterable[Entry], project: Project) -> Followed:
    """Follow the entries through all that they run on the event loop."""
    following = _Following(project, tuple(entries))
    found = tuple(following.blocked())
    return Followed(found, tuple(following.watched))


class _Sink(msgspec.Struct, frozen=True, eq=False):
    node: Node
    blocking: Blocking
    at: tree.Node
    span: Span
    mend: str
    obstacle: str = ""


class _Inside(msgspec.Struct, frozen=True):
    """What was found in a function."""

    sinks: Sequence[_Sink]
    steps: list[Step]
    choices: Sequence[Choice]
    kept: Sequence[Step]
    """The properties of objects that keep what these have given."""


_NOTHING_INSIDE = _Inside((), [], (), ())


class _Following:
    def __init__(self, project: Project, entries: tuple[Entry, ...]) -> None:
        self.project = project
        self.entries = entries
        self.machine = project.machine
        self.known = Implementations(self.machine)
        self.nodes: dict[Hashable, Node] = {}
        self.sinks: dict[Span, list[_Sink]] = {}
        self.watched: list[tuple[Function, Watch]] = []
        self.waiting: deque[tuple[Node, Choice]] = deque()
        self.trials = Trials(self._tried, self.known)
        self.handovers = Handovers(project)
        self.without_loop = WithoutLoop(self.machine.watch)
        self.first_calls = project.first_calls
        self.inside: dict[Hashable, _Inside] = {}
        self.held = Held(self.machine, self._slow)
        self.locked: list[tuple[Node, Iterated]] = []
        self.kept: list[tuple[Node, Step]] = []
        self.asked_for = 0
        self.fresh = Fresh(project, self.watched)

    def blocked(self) -> Iterator[Blocked]:
        self._follow()
        for sink in self._locks():
            self.sinks.setdefault(sink.span, []).append(sink)
        found = [self.sinks[span] for span in sorted(self.sinks)]
        starts = [
            [s for sink in sinks for s in leading_to(sink.node, sink.span)] for sinks in found
        ]
        passing = Passing(self.project, chain.from_iterable(starts))
        for sinks, leading in zip(found, starts, strict=True):
            blocked = self._blocked(sinks, leading, passing)
            if blocked is not None:
                yield blocked

    def _follow(self) -> None:
        """Look at everything that the entries run."""
        queue: deque[Node] = deque()
        for entry in self.entries:
            for function, given in entry.ways:
                if function.value is not None and function.facts.mark != "nonblocking":
                    node = self._node(function.value, given, queue)
                    node.entries[id(entry)] = entry
        while (queue or self.waiting or self.kept) and len(self.nodes) < _MOST:
            if not queue and self._read_anew(queue):
                continue
            if not queue and not self.waiting:
                break
            if not queue:  # all that is certain is known
                node, choice = self.waiting.popleft()
                for step in self.trials.taken(choice):
                    self._go(node, step, queue)
                continue
            node = queue.popleft()
            watch = self.machine.watch(node.value, node.given)
            self.watched.append((node.function, watch))
            self._take(self._look(node, watch), node, queue)
            self.locked.extend((node, each) for each in watch.entered if is_lock(each.value))

    def _take(self, inside: _Inside, node: Node, queue: deque[Node]) -> None:
        """Note what was found in a function, and go on from there."""
        for sink in inside.sinks:
            self.sinks.setdefault(sink.span, []).append(sink)
        for step in inside.steps:
            self._go(node, step, queue)
        self.waiting.extend((node, choice) for choice in inside.choices)
        self.kept.extend((node, step) for step in inside.kept)

    def _read_anew(self, queue: deque[Node]) -> bool:
        """Go on to the properties of objects that are known by now to be new ones."""
        if self.asked_for == len(self.watched):
            return False
        self.asked_for = len(self.watched)
        kept, self.kept = self.kept, []
        for node, step in kept:
            owner = step.node.value if isinstance(step.node, tree.Attribute) else step.node
            if step.kept_by is not None and self.fresh.is_fresh(node, owner, step.kept_by):
                self._go(node, step, queue)
            else:
                self.kept.append((node, step))
        return len(self.kept) < len(kept)

    def _node(
        self,
        value: FunctionValue,
        given: Given,
        queue: deque[Node],
        before: Node | None = None,
        step: Step | None = None,
    ) -> Node:
        key, value, given = self.machine.contexts.of(value, given)
        found = self.nodes.get(key)
        if found is None:
            function = self.project.function(value)
            found = self.nodes[key] = Node(function, value, given, before, step)
            queue.append(found)
        return found

    def _go(self, node: Node, step: Step, queue: deque[Node]) -> None:
        function = _of_same_object(node.value, step.function)
        called = self._node(function, step.given, queue, node, step)
        called.callers.append((node, step))

    def _look(self, node: Node, watch: Watch) -> _Inside:
        """The blocking calls of a function, and the functions that it runs."""
        found = list(self._sinks(node, watch))
        every = [step for step in steps(watch, self.known) if self._is_followed(step)]
        further = [step for step in every if step.kept_by is None]
        kept = [step for step in every if step.kept_by is not None]
        either = [self._as_followed(each) for each in choices(watch, self.known)]
        if not found and not every and not either:
            return _NOTHING_INSIDE
        further = [anew(step, node.value, watch, self.first_calls) for step in further]
        facts = node.value.facts
        passed_by = (
            *self.first_calls.passed_by(facts, emptied(node.given), for_each=False),
            *self.without_loop.passed_by(facts, watch),
            *gone_through_elsewhere(facts, watch, self.project.knowledge),
            *without_tasks.passed_by(facts, watch),
        )
        return _Inside(
            [sink for sink in found if not once.is_in(sink.at, passed_by)],
            [step for step in further if not once.is_in(step.node, passed_by)],
            [choice for choice in either if not once.is_in(choice.node, passed_by)],
            [step for step in kept if not once.is_in(step.node, passed_by)],
        )

    def _tried(self, step: Step) -> tuple[Hashable, bool, list[Step]]:
        """What is in a function that may be run, or may not."""
        key, value, given = self.machine.contexts.of(step.function, step.given)
        if key not in self.inside:
            node = Node(self.project.function(value), value, given)
            self.inside[key] = self._look(node, self.machine.watch(value, given))
        found = self.inside[key]
        return key, bool(found.sinks), found.steps

    def _as_followed(self, choice: Choice) -> Choice:
        ways = [Way(w.value, tuple(filter(self._is_followed, w.steps))) for w in choice.instead]
        return Choice(choice.node, tuple(ways))

    def _is_followed(self, step: Step) -> bool:
        if self.project.module(step.function.path).is_test:
            return False
        return not is_said_of(step.function, self.project.settings)

    def _sinks(self, node: Node, watch: Watch) -> Iterator[_Sink]:
        knowledge, settings = self.project.knowledge, self.project.settings
        function = node.function
        surroundings: Surroundings | None = None
        opened: set[int] = set()
        for written, site in self._calls(watch):
            if _is_of(site, opened):
                opened.add(id(site.result))
                continue
            found = blocking(site, knowledge, settings)
            if found is None or is_off(found, settings):
                continue
            surroundings = surroundings or Surroundings(function)
            if place(site.node) in surroundings.asynchronous:
                continue
            if surroundings.takes_what_is_there(found, site):
                continue
            only_checks = node.only_checks or checks_fields(function)
            if only_checks and is_never_brought(found.kind, site.node, function):
                continue
            if found.kind == "loop" and asks_for_loop(watch.body):
                continue
            if found.opens and isinstance(site.result, Instance):
                opened.add(id(site.result))
            why = surroundings.obstacle(found, site) if site is written else _ELSEWHERE
            mend = surroundings.mend(found, site) if site is written else "none"
            yield _Sink(node, found, site.node, site.span, mend, why)
        yield from self._unnamed(node, watch, opened)

    def _unnamed(self, node: Node, watch: Watch, opened: set[int]) -> Iterator[_Sink]:
        """What ``for`` and ``with`` wait for."""
        knowledge, settings = self.project.knowledge, self.project.settings
        function = node.function
        for each, why in (
            *((loop, looping) for loop in watch.iterations),
            *((entered, entering) for entered in watch.entered),
        ):
            found = None if id(each.value) in opened else why(each.value, knowledge, settings)
            if found is None or is_off(found, settings):
                continue
            if place(each.node) not in Surroundings(function).asynchronous:
                yield _Sink(node, found, each.node, function.at(each.node), "none", found.obstacle)

    def _calls(self, watch: Watch) -> Iterator[tuple[CallSite, CallSite]]:
        """Each call as it is written, and what it may be a call of."""
        for site in watch.calls:
            for each in spread(site, self.machine):
                yield site, run_by(each)
                if not isinstance(each.callee, External | Member):
                    continue
                for given in (run_here(each), run_as_task(each)):
                    if isinstance(given, External | FunctionValue | Member | Partial):
                        args, keywords = handed_on(each)
                        handed = replace(each, callee=given, args=args, keywords=keywords)
                        yield site, run_by(handed)

    def _locks(self) -> Iterator[_Sink]:
        """The locks that are entered on the loop, and that threads hold for long."""
        values = (node.value.original for node in self.nodes.values())
        on_loop = frozenset((each.path, each.facts.index) for each in values)
        for node, entered in self.locked:
            found = self.held.waiting(entered, node.function.path, on_loop)
            if found is not None and not is_off(found, self.project.settings):
                yield _Sink(node, found, entered.node, node.function.at(entered.node), "none")

    def _slow(self, function: FunctionValue, watch: Watch, block: tree.With) -> str:
        """What a function waits for inside of a block, itself or in what it calls."""
        node = Node(self.project.function(function), function, NOTHING)
        inside, within = self._look(node, watch), (once.range_of(block.body),)
        for sink in inside.sinks:
            if once.is_in(sink.at, within) and sink.blocking.weight != "light":
                return sink.blocking.shown
        for step in inside.steps:
            held = once.is_in(step.node, within)
            if held and self.trials.blocks(step):
                return f"`{step.function.facts.name}`"
        return ""

    # --- what is said of a place -------------------------------------------------------------

    def _blocked(self, sinks: list[_Sink], starts: list[Start], passing: Passing) -> Blocked | None:
        first = sinks[0]
        way, root = trail(first.node)
        entries = passing.entries(root.entries.values(), starts)
        if not entries:
            return None
        if not any(entries[0].function is each.function for each in root.entries.values()):
            first, way = _first_from(entries[0], sinks)
        handovers = self.handovers.of(sink.node for sink in sinks)
        if belongs_to_thread(first.blocking):
            handovers = ()
        return Blocked(
            first.blocking,
            first.span,
            first.node.function,
            way,
            entries,
            first.mend,
            () if isinstance(handovers, str) else handovers,
            first.obstacle or (handovers if isinstance(handovers, str) else ""),
        )


def _first_from(entry: Entry, sinks: list[_Sink]) -> tuple[_Sink, tuple[Leg, ...]]:
    """The nearest place that an entry leads to, and the way there."""
    found = [(sink, trail_from(entry, sink.node)) for sink in sinks]
    ways = [(sink, way) for sink, way in found if way is not None]
    return min(ways, key=lambda each: len(each[1]), default=(sinks[0], ()))


def _of_same_object(wrapper: FunctionValue, called: FunctionValue) -> FunctionValue:
    """The method that a decorator's function runs: one of the very object it is bound to."""
    inner = wrapper.inner
    is_inner = (inner.path, inner.facts.index) == (called.path, called.facts.index)
    return inner if is_inner and called.bound is None else called


def _is_of(site: CallSite, opened: set[int]) -> bool:
    """Whether the call is a method of something that a blocking call opened."""
    return isinstance(site.callee, Member) and id(site.callee.owner) in opened
