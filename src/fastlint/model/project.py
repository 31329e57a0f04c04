"""The whole project, as rules see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.config.settings import Settings
from fastlint.facts import search, tree
from fastlint.findings import Coverage
from fastlint.model.answers.suspects import exception_names
from fastlint.model.calls.entries import Entry, entries, starting
from fastlint.model.calls.on_loop import Blocked, Followed, follow
from fastlint.model.calls.once import FirstCalls
from fastlint.model.calls.reach import Reach, Reached
from fastlint.model.calls.running import Running, running
from fastlint.model.calls.unblocking import Offer, offers
from fastlint.model.following import discovery
from fastlint.model.following.functions import Function, Module
from fastlint.model.following.machine import Machine
from fastlint.model.following.modules import Modules
from fastlint.model.following.values import FunctionValue, Value
from fastlint.model.knowledge import Knowledge
from fastlint.model.reading.references import References
from fastlint.model.security.carried import Carried, carried
from fastlint.model.security.credentials import Credentials
from fastlint.model.security.guards import Guards
from fastlint.model.serving.declared import Declared, declared
from fastlint.model.serving.dependencies import Dependencies, Dependency
from fastlint.model.serving.entered import entered
from fastlint.model.serving.hidden import Hidden, hidden
from fastlint.model.serving.inputs import Input, inputs
from fastlint.model.serving.lambdas import serves_alone
from fastlint.model.serving.linker import Linker
from fastlint.model.serving.routing import Mount, Route, Router, Served
from fastlint.model.serving.served import Order, orders
from fastlint.model.serving.understood import coverage
from fastlint.model.serving.unincluded import unincluded
from fastlint.model.shapes.schemas import Schema, Schemas
from fastlint.model.shapes.tables import Table, Tables
from fastlint.versions.project import Versions

if TYPE_CHECKING:
    from fastlint.model.migration import Outdated


class Project:
    """Everything that is known of a project. All of it is worked out when first asked for."""

    def __init__(
        self,
        encoded: Mapping[str, bytes],
        names: Mapping[str, str],
        find: Callable[[str, str], str | None],
        settings: Settings | None = None,
        decoded: Mapping[str, tree.ModuleFacts] | None = None,
        versions: Versions | None = None,
    ) -> None:
        """See `fastlint.model.following.modules.Modules` for all but the settings and versions."""
        self.settings = settings or Settings()
        self.versions = versions or Versions(self.settings.versions)
        self.modules_index = Modules(encoded, names, find, decoded)
        self.knowledge = Knowledge()

    # --- files and functions ---------------------------------------------------------------

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every file, in the order of their paths."""
        index = self.modules_index
        return tuple(Module(path, index.name(path), index.facts(path)) for path in index.paths)

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Every function of every file, however deeply nested."""
        return tuple(
            Function(module.name, module.path, facts)
            for module in self.modules
            for facts in module.facts.functions
        )

    def module(self, path: str) -> Module:
        """The file at ``path``. Raises KeyError for a path that is not indexed."""
        return self._by_path[path]

    @cached_property
    def _by_path(self) -> dict[str, Module]:
        return {module.path: module for module in self.modules}

    def function(self, value: FunctionValue) -> Function:
        """The function as rules see it; the same object for the same function."""
        return self.reader.function(value)

    # --- routes ----------------------------------------------------------------------------

    @cached_property
    def machine(self) -> Machine:
        """The run over the project's module level and its factories."""
        return discovery.run(self.modules_index, self.knowledge, self.settings.entrypoint)

    @cached_property
    def reader(self) -> Dependencies:
        """Reads dependencies."""
        return Dependencies(self.machine)

    @cached_property
    def linker(self) -> Linker:
        """Puts routers together."""
        return Linker(self.machine, self.reader, self._copies)

    def _copies(self, path: str) -> bool:
        """Whether ``include_router`` in the file copies what it includes."""
        return self.versions.of("fastapi", path).below((0, 137))

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """Every route and mount, app by app in matching order; then those of no known app."""
        return self.linker.served(self.machine.routers)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every route, app by app in matching order; then those that no app is known to have."""
        return tuple(each for each in self.served if isinstance(each, Route))

    @cached_property
    def unincluded(self) -> tuple[tuple[Router, tuple[Route, ...]], ...]:
        """Routers that certainly nobody includes, each with its routes."""
        return tuple(unincluded(self))

    @cached_property
    def reachable_routes(self) -> tuple[Route, ...]:
        """The routes that a request may come to: all but those that nobody includes."""
        lost = {id(route) for _, routes in self.unincluded for route in routes}
        return tuple(each for each in self.routes if id(each) not in lost)

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """What is served without FastAPI's injection, in matching order; mounted apps left out."""
        return tuple(
            each for each in self.served if isinstance(each, Mount) and each.leads_to is None
        )

    @cached_property
    def routers(self) -> tuple[Router, ...]:
        """Every router and app."""
        return tuple(self.linker.router(v) for v in self.machine.routers if not v.phantom)

    @cached_property
    def apps(self) -> tuple[Router, ...]:
        """Every ``FastAPI``."""
        return tuple(router for router in self.routers if router.is_app)

    @cached_property
    def entry_points(self) -> dict[int, tuple[str, ...]]:
        """The entry points by which a server loads each app, by the identity of its value."""
        return entered(self)

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """Every app with what it answers with, in matching order."""
        return tuple(orders(self))

    @cached_property
    def hidden(self) -> tuple[Hidden, ...]:
        """The routes and mounts that something before them keeps from being reached."""
        return tuple(hidden(self))

    @cached_property
    def operations(self) -> tuple[Route, ...]:
        """One route for each registration: what a rule about the handler alone looks at."""
        seen: dict[int, Route] = {}
        for route in self.routes:
            seen.setdefault(id(route.entry), route)
        return tuple(seen.values())

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """Every dependency that some route has, one for each function or class."""
        seen: dict[object, Dependency] = {}
        for route in self.routes:
            for dependency in route.all_dependencies:
                key = id(dependency.function) if dependency.function else id(dependency.callable)
                seen.setdefault(key, dependency)
        return tuple(seen.values())

    @cached_property
    def declared(self) -> tuple[Declared, ...]:
        """Every function that some ``Depends`` names, whether or not a route is known to use it."""
        return declared(self)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What FastAPI runs on the event loop."""
        return tuple(entries(self))

    @cached_property
    def starting(self) -> tuple[Entry, ...]:
        """What FastAPI runs on the event loop before the first request and after the last one."""
        return tuple(starting(self))

    @cached_property
    def blocked(self) -> tuple[Blocked, ...]:
        """Where requests keep the event loop waiting."""
        return self.followed.blocked

    @cached_property
    def followed(self) -> Followed:
        """What requests run on the event loop."""
        served = (entry for entry in self.entries if not self.module(entry.function.path).is_test)
        return follow(served, self)

    @cached_property
    def blocked_at_start(self) -> tuple[Blocked, ...]:
        """Where the event loop is kept waiting before the first request and after the last one."""
        return follow(self.starting, self).blocked

    @cached_property
    def first_calls(self) -> FirstCalls:
        """Finds what functions do only the first time."""
        return FirstCalls(lambda facts: self._files_of_functions.get(id(facts), ()))

    @cached_property
    def _files_of_functions(self) -> dict[int, Sequence[tree.FunctionFacts]]:
        """All functions of the file that a function is in, by its identity."""
        files = (module.facts.functions for module in self.modules)
        return {id(each): functions for functions in files for each in functions}

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """How the code can be changed wherever requests keep the event loop waiting."""
        return tuple(offers(self))

    @cached_property
    def serves_alone(self) -> bool:
        """Whether requests come one at a time, so that a blocked event loop holds up nobody."""
        return serves_alone(self)

    @cached_property
    def running(self) -> tuple[Running, ...]:
        """What runs for requests and around them."""
        return tuple(running(self))

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The parameters that routes ask requests for, those of tests left out."""
        return tuple(inputs(self))

    @cached_property
    def injected(self) -> frozenset[tuple[str, int]]:
        """File and index of every function whose parameters FastAPI fills in."""
        found = {(r.handler.path, r.handler.facts.index) for r in self.routes if r.handler}
        for dependency in self.dependencies:
            if dependency.function is not None:
                found.add((dependency.function.path, dependency.function.facts.index))
        return frozenset(found)

    @cached_property
    def reach(self) -> Reach:
        """Which functions run for requests."""
        return Reach(self)

    @cached_property
    def adding_tasks(self) -> tuple[Reached, ...]:
        """What runs for requests and has to do with background tasks."""
        from fastlint.model.lifetimes.tasks import mentioning

        return tuple(mentioning(self))

    @cached_property
    def guards(self) -> Guards:
        """Who sees to it that a request may come in."""
        return Guards(self)

    @cached_property
    def outdated(self) -> tuple[Outdated, ...]:
        """Uses of what has changed in the versions that the project runs with."""
        from fastlint.model.migration import outdated  # which speaks of projects

        return tuple(outdated(self))

    @cached_property
    def credentials(self) -> Credentials:
        """What routes do with what security schemes find."""
        return Credentials(self)

    @cached_property
    def exception_names(self) -> frozenset[str]:
        """What the project's files call ``HTTPException`` and what derives from it."""
        return exception_names(self.modules)

    def has_body_with(self, words: search.Words) -> bool:
        """Whether one of the words stands in the body of any function of the project."""
        index = self.modules_index
        naming = (module for module in self.modules if index.matches(module.path, words))
        return any(search.matches(each, words) for m in naming for each in m.facts.functions)

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        """The functions that texts of requests get into without being looked at."""
        return tuple(carried(self))

    @cached_property
    def carried_anywhere(self) -> tuple[Carried, ...]:
        """As `carried`, but also where a function looks at them."""
        return tuple(carried(self, checked=False))

    @cached_property
    def references(self) -> References:
        """Finds where the project itself calls a function."""
        return References(self.machine)

    # --- schemas ---------------------------------------------------------------------------

    @cached_property
    def schemas(self) -> Schemas:
        """Reads classes as schemas."""
        return Schemas(self.machine, lambda path: self.versions.of("pydantic", path))

    def schema(self, value: Value) -> Schema | None:
        """The schema that a type is, if it is one."""
        return self.schemas.of(value)

    @cached_property
    def tables(self) -> Tables:
        """Reads the classes of an ORM."""
        return Tables(self.machine, lambda: tuple(self.modules_index.paths))

    def table(self, value: Value) -> Table | None:
        """The ORM's table that a type is, if it is one."""
        return self.tables.of(value)

    # --- coverage --------------------------------------------------------------------------

    @cached_property
    def coverage(self) -> Coverage:
        """How much of the project was understood."""
        return coverage(self)


def subjects(project: Project, subject: type) -> Iterable[object]:
    """What a rule with this subject is called for."""
    found: dict[type, Callable[[], Iterable[object]]] = {
        Project: lambda: (project,),
        Module: lambda: project.modules,
        Function: lambda: project.functions,
        Route: lambda: project.routes,
        Router: lambda: project.routers,
        Dependency: lambda: project.dependencies,
        Entry: lambda: project.entries,
    }
    return found[subject]()
