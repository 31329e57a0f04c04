"""Who sees to it that a request may come in: dependencies, middleware, decorators, the handler.

Names say much and prove little, so they count for a guard and never against one: a route is open
only where everything that runs before its handler is known and none of it could be a guard.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.findings import Span
from fastlint.model.following.classes import methods
from fastlint.model.following.fastapi.middleware import Middleware, middleware
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Member,
    Partial,
    Registrar,
    RouterMethod,
    RouterValue,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.reading.enclosing import holds
from fastlint.model.reading.words import words
from fastlint.model.security import by_path, empty_handed, forgery, idle
from fastlint.model.security.around import around, decorators, of_routers
from fastlint.model.security.guard_names import (
    external,
    lies_in,
    names_credential,
    refusing_statuses,
    says_guard,
    table_words,
)
from fastlint.model.security.let_in import LetIn
from fastlint.model.security.looks import doubts, is_no_refusal
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.holders import MADE_BY, only_keeps
from fastlint.model.serving.parameters import Param
from fastlint.model.serving.routing import Route, Router

if TYPE_CHECKING:
    from fastlint.model.project import Project


_OF_CONNECTIONS = frozenset(
    {"cookies", "headers", "query_params", "scope", "session", "subprotocols"}
)
"""What of a WebSocket may tell who has opened it."""
_ENDINGS = frozenset({"HTTPException", "WebSocketException"})
_REDIRECT = External("starlette.responses.RedirectResponse")


_FORM = ("body", "form")
_ENTERED = ("dispatch", "__call__")
"""Where requests come into a middleware."""
_PLAIN_BASES = frozenset({"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol"})
"""Bases from outside that do nothing when an object is made."""
_LOOKS = "the handler looks at who is asking"


class Guards:
    """What is known of the guards of a project, worked out when first asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._named = frozenset(project.settings.auth_dependencies)
        self._refuses: dict[int, bool] = {}
        self._let_in: dict[tuple[int, frozenset[str]], LetIn | None] = {}
        self._let_by: dict[tuple[int, str, str | None], bool] = {}
        self._used: dict[int, dict[str, int]] | None = None
        self._handlers: frozenset[int] | None = None

    def is_open(self, route: Route, apart_from: Collection[int] = ()) -> bool:
        """Whether nothing that runs for the route is, or could be, a guard.

        ``apart_from``: the ids of the callables of dependencies that are known to be none.
        """
        return next(self._objections(route, apart_from), None) is None

    def doubts(self, route: Route) -> tuple[str, ...]:
        """What keeps a route without a known guard from being open, one sentence each."""
        return tuple(dict.fromkeys(self._objections(route)))

    def _objections(self, route: Route, apart_from: Collection[int] = ()) -> Iterator[str]:
        """Why a route is, or may be, guarded; nothing for one that is open."""
        handler = route.handler
        if handler is None or handler.value is None:
            yield "the handler is not known"
            return
        if route.unknown:
            yield "not all that runs before the handler is known"
        if handler.facts.is_method and handler.value.bound is None:
            # What its class asks for is the framework's business.
            yield "the handler belongs to a class-based view"
        elif _only_redirects(handler):
            # What it leads to has a guard of its own, or has not.
            yield "the handler only sends the client elsewhere"
        passed = {id(each) for top in self.idle(route) for each in top.all if self.judge(each)}
        for each in route.all_dependencies:
            if id(each.callable) not in apart_from and id(each) not in passed:
                yield from self._objection(each.name, each.function, judged=self.judge(each))
        yield from self._surroundings(around(route, self.project))
        if self.refuses(handler) or _reads_credentials(route.params):
            yield _LOOKS
        yield from doubts(handler, self)
        if route.kind == "websocket":
            yield from _of_socket(handler, self.project)
            if any(each.source == "path" and names_credential(each.name) for each in route.params):
                yield _LOOKS

    def certain(self, route: Route) -> tuple[str, ...]:
        """The names of the dependencies of a route that are guards for certain, each once."""
        found = (each.name for each in route.all_dependencies if self._is_certain(each))
        return tuple(dict.fromkeys(found))

    def passes_through(self, routers: Sequence[Router], handler: FunctionValue) -> bool:
        """Whether nothing around a handler of Starlette, nor the handler itself, is a guard."""
        return next(self.objections(routers, handler), None) is None

    def objections(
        self,
        routers: Sequence[Router],
        handler: FunctionValue | None = None,
        *,
        is_socket: bool = False,
    ) -> Iterator[str]:
        """Why a handler of Starlette is, or may be, guarded; nothing for one that is open.

        FastAPI's own handlers, for which there is none, look at nobody.
        """
        values = [router.value for router in routers]
        outside = of_routers(values, self.project, is_socket=is_socket)
        yield from self._surroundings(outside)
        if handler is None:
            return
        yield from self._surroundings(decorators(handler))
        function = self.project.function(handler)
        if self.refuses(function):
            yield _LOOKS
        yield from doubts(function, self)

    def _surroundings(self, values: Iterable[Value]) -> Iterator[str]:
        for value in values:
            if isinstance(value, Unknown):
                yield value.reason or "not all that runs around the handler is known"
            else:
                name = self.project.reader.name(value)
                yield from self._objection(name, judged=self._may_guard(value))

    def protecting(self, route: Route) -> tuple[Dependency | Value, ...]:
        """What guards a route, as far as is known: dependencies, else what runs around the handler.

        The handler itself is given where nothing else does and it looks at who is asking. Guards
        that let in who brings nothing do not count, see `lenient`.

        Of dependencies that ask for one another only the one nearest to the handler is named.
        """
        asked = [each for top in route.dependencies for each in self._topmost(top)]
        found: list[Dependency | Value] = [each for each in asked if self.let_in(each) is None]
        if not asked:
            outside = around(route, self.project, in_any_case=True)
            found.extend(each for each in outside if self.certainly_guards(each))
        handler = route.handler
        is_known = handler is not None and handler.value is not None
        if handler is not None and is_known and not found and self._checks_itself(handler, route):
            found.append(route.entry.handler)
        return tuple(found)

    def certainly_guards(self, value: Value) -> bool:
        """Whether what runs around a handler is called a guard, and turns requests away.

        A name alone says too little here: a middleware that logs who came in lets all of them in.
        """
        match value:
            case FunctionValue(facts=facts):
                named = self.is_named(self.project.reader.name(value)) or says_guard(facts.qualname)
                return named and self.refuses(self.project.function(value))
            case ClassValue(node=node):
                entered = [each for each in methods(value) if each.facts.name in _ENTERED]
                refuses = (self._lets_refusals_out(each) for each in entered or methods(value))
                return says_guard(node.qualname) and any(refuses)
            case Instance(cls=inner) | Partial(function=inner) | Subscripted(origin=inner):
                return self.certainly_guards(inner)
            case External(name=name) | Member(dotted=name):
                return lies_in(name.removesuffix("()"), table_words("packages"))
        return False

    def lets_by(self, made: Middleware, route: Route) -> bool:
        """Whether a middleware that may be a guard asks nothing of who asks for this route."""
        if route.path is None or route.kind != "http" or self._may_guard(made.made) is False:
            return False
        method = route.methods[0] if len(route.methods) == 1 else None
        key = (id(made.made), route.path, method)
        if key not in self._let_by:
            self._let_by[key] = by_path.lets_by(made, route.path, method, self)
        return self._let_by[key]

    def let_by(self, route: Route) -> tuple[tuple[str, Span], ...]:
        """The middleware of the app of a route that does so: its names, and where it is added."""
        made = () if route.app is None else middleware(route.app.value)
        passed = (each for each in made if self.lets_by(each, route))
        return tuple((_bare(self.project.reader.name(each.made)), each.span) for each in passed)

    def idle(self, route: Route) -> tuple[Dependency, ...]:
        """The dependencies called like guards that turn nobody away and give nobody anything.

        ``dependencies=[Depends(current_user)]``, where that gives None to who brings nothing.
        """
        return tuple(
            top
            for top in route.dependencies
            if not top.parameter
            and self.judge(top)
            and not self.is_named(top.name)
            and idle.only_gives(top, self.project)
            and (how := self.let_in(top)) is not None
            and not how.by_setting
        )

    def lenient(self, route: Route) -> Iterator[tuple[Dependency, LetIn]]:
        """The guards of a route that let in who brings nothing, and how."""
        without_effect = self.idle(route)
        for top in route.dependencies:
            if top in without_effect:
                continue
            for each in self._topmost(top):
                if (how := self.let_in(each)) is not None:
                    yield each, how

    def _lets_refusals_out(self, method: FunctionValue) -> bool:
        """Whether it answers 401 or 403, or calls who does so where nothing catches that.

        A middleware that only looks for a user goes on without one.
        """
        function = self.project.function(method)
        caught = [
            statement
            for node in function.nodes
            if isinstance(node, tree.Try) and node.handlers
            for statement in node.body
        ]
        return self._refuses_itself(function) or any(
            isinstance(call.callee, FunctionValue)
            and self.refuses(self.project.function(call.callee))
            and not any(holds(statement, call.node) for statement in caught)
            for call in function.calls
        )

    def _topmost(self, dependency: Dependency) -> Iterator[Dependency]:
        if self.judge(dependency):
            yield dependency
        else:
            for child in dependency.children:
                yield from self._topmost(child)

    def judge(self, dependency: Dependency) -> bool | None:
        """Whether a dependency is a guard; None where that is not known."""
        if dependency.scheme is not None or dependency.marker.is_security:
            return True  # where it lets everybody in, somebody has to look at what it found
        if self.is_named(dependency.name):
            return True
        if dependency.unknown:
            return None
        if forgery.is_check(dependency):
            return False if forgery.asks_for_nothing_else(dependency) else None
        if only_keeps(dependency.callable, self.project):
            return _reads_credentials(p for p in dependency.params if p.source not in _FORM)
        if isinstance(dependency.callable, ClassValue) and self._is_view(dependency.callable):
            return self._view_guards(dependency.callable)
        function = dependency.function
        if function is None:
            return self._may_guard(dependency.callable)
        is_pager = not table_words("pagers").isdisjoint(words(function.name))
        if self.refuses(function) or (not is_pager and _reads_credentials(dependency.params)):
            return True
        if next(doubts(function, self), None) is not None:
            return None
        may_guard = self._may_guard(dependency.callable)
        return None if may_guard and self._only_sounds(dependency, function) else may_guard

    def _only_sounds(self, dependency: Dependency, function: Function) -> bool:
        """Whether nothing but its name speaks for a guard: ``get_current_order``.

        It asks for no guard, raises at most a 404 and its like, and hands the request to nobody.
        """
        given = {param.name for param in dependency.params if param.source == "special"}
        return (
            all(is_no_refusal(raised) for _, raised in function.watch.raises)
            and not any(
                isinstance(each, tree.Name) and each.id in given
                for call in function.calls
                for each in (*call.node.args, *(word.value for word in call.node.keywords))
            )
            and not any(self.judge(child) for child in dependency.children)
        )

    def _is_view(self, cls: ClassValue) -> bool:
        """Whether handlers stand in a class."""
        return any(map(self._is_handler, methods(cls)))

    def _is_handler(self, method: FunctionValue) -> bool:
        if self._handlers is None:
            handlers = (route.handler for route in self.project.routes)
            self._handlers = frozenset(id(each.facts) for each in handlers if each is not None)
        return id(method.facts) in self._handlers

    def _view_guards(self, view: ClassValue) -> bool | None:
        """Whether making a view is a guard: what it is called says what its handlers are about.

        They turn requests away for themselves alone; of other methods it is not known who calls
        them.
        """
        others = [m for m in methods(view) if not self._is_handler(m)]
        made = [self.project.function(m) for m in others if m.facts.name in MADE_BY]
        if any(map(self.refuses, made)):
            return True
        is_known = view.is_whole and all(
            isinstance(base, ClassValue) or base.name in _PLAIN_BASES for base in view.mro()
        )
        if not is_known or any(True for each in made for _ in doubts(each, self)):
            return None
        return None if any(self.refuses(self.project.function(m)) for m in others) else False

    def looks(self, dependency: Dependency) -> bool:
        """Whether a dependency does anything that could tell who is asking, whatever its name."""
        function = dependency.function
        return (
            function is None
            or self.is_named(dependency.name)
            or self.refuses(function)
            or _reads_credentials(dependency.params)
            or any(_may_look(node) for node in function.nodes)
        )

    def let_in(self, dependency: Dependency) -> LetIn | None:
        """How a guard lets in who brings nothing (``auto_error=False``); None where it does not.

        It protects nothing then, unless somebody looks at what it gives.
        """
        if self.is_named(dependency.name):
            return None
        in_path = frozenset(each.name for each in dependency.params if each.source == "path")
        key = (id(dependency.callable), in_path)
        if key not in self._let_in:
            self._let_in[key] = self._let_in_by(dependency)
        return self._let_in[key]

    def _let_in_by(self, dependency: Dependency) -> LetIn | None:
        found = empty_handed.of_dependency(dependency, self)
        if isinstance(found, LetIn):
            return found
        is_optional = "optional" in words(dependency.name.rpartition(":")[2])
        return (
            next(filter(None, map(self.let_in, dependency.children)), None) if is_optional else None
        )

    def elsewhere(self, app: Router) -> tuple[str, ...]:
        """The guards that routes of an app certainly have, by name, the best first.

        Best are those for administrators, then what the project wrote itself, then the most used.
        """
        if self._used is None:
            self._used = {}
            for each in self.project.routes:
                used = self._used.setdefault(id(each.app), {})
                for dependency in each.all_dependencies:
                    if self._is_certain(dependency):
                        used[dependency.name] = used.get(dependency.name, 0) + 1
        used = self._used.get(id(app), {})
        return tuple(sorted(used, key=lambda name: (*_rank(name), -used[name], name)))

    def of_other_paths(self, app: Router) -> tuple[str, ...]:
        """The middleware of an app that certainly guards some of its routes, and lets others by."""
        routes = [route for route in self.project.routes if route.app is app]
        return tuple(
            self.project.reader.name(made.made)
            for made in middleware(app.value)
            if self.certainly_guards(made.made)
            and len({self.lets_by(made, route) for route in routes}) > 1
        )

    def _is_certain(self, dependency: Dependency) -> bool:
        """Whether a dependency is a guard by what it is or does, not by its name alone."""
        if dependency.scheme is not None:
            return dependency.auto_error
        if self.is_named(dependency.name) or lies_in(dependency.name, table_words("packages")):
            return True
        return (
            dependency.function is not None
            and not forgery.is_check(dependency)
            and self.refuses(dependency.function)
            and ((how := self.let_in(dependency)) is None or how.by_setting)
        )

    # --- what could be a guard -------------------------------------------------------------

    def is_named(self, name: str) -> bool:
        """Whether the settings say that a callable is a guard: bare, dotted or ``module:name``."""
        plain = name.replace(":", ".")
        return bool(self._named) and not self._named.isdisjoint(
            {name, plain, plain.rpartition(".")[2], name.rpartition(":")[2]}
        )

    def _may_guard(self, value: Value) -> bool | None:
        """Whether something that runs before the handler is a guard, by its name and its body."""
        match value:
            case FunctionValue():
                return self._guards_function(value)
            case ClassValue():
                return says_guard(value.node.qualname) or any(
                    self.refuses(self.project.function(method)) for method in methods(value)
                )
            case Instance(cls=cls):
                return self._may_guard(cls)
            case Partial(function=inner) | Subscripted(origin=inner):
                return self._may_guard(inner)
            case External(name=name) | Member(dotted=name):
                return external(name)
            case Registrar() | RouterMethod() | RouterValue() | Const():
                return False
        return None

    def _guards_function(self, value: FunctionValue) -> bool | None:
        named = self.project.reader.name(value)
        if self.is_named(named) or says_guard(value.facts.qualname):
            return True
        return self.refuses(self.project.function(value))

    # --- who turns a request away ----------------------------------------------------------

    def refuses(self, function: Function, depth: int = 2) -> bool:
        """Whether a function, or one that it calls, answers 401 or 403."""
        key = id(function.facts)
        if key not in self._refuses:
            self._refuses[key] = False
            self._refuses[key] = self._refuses_itself(function) or (
                depth > 0
                and any(
                    isinstance(call.callee, FunctionValue)
                    and self.refuses(self.project.function(call.callee), depth - 1)
                    for call in function.calls
                )
            )
        return self._refuses[key]

    def _refuses_itself(self, function: Function) -> bool:
        raised = (value for _, value in function.watch.raises)
        handed = (each.value for each in function.returns)
        return any(map(_turns_away, (*raised, *handed))) or any(
            _turns_away(call.result) or _says_refusal(call.callee)
            for call in function.calls
            if not isinstance(call.callee, FunctionValue)
        )

    def _checks_itself(self, handler: Function, route: Route) -> bool:
        """Whether the handler looks at who is asking, or calls somebody who does.

        One that lets in who brings nothing only looks at those who bring something; where guards
        have let them in already it has to be seen to turn them away.
        """
        if not self.refuses(handler) and not _reads_credentials(route.params):
            return False
        asked = [each for each in route.dependencies if each.parameter]
        end = empty_handed.of_function(handler, route.params, asked, self)
        if isinstance(end, LetIn):
            return False
        if end.is_certain and _turns_away(end.raised):
            return True
        may_know = (
            handler.facts.is_method  # what its class holds may say it
            or _may_tell_who_asks(route.params)
            or any(self.judge(each) is not False for each in asked)
        )
        return may_know and next(self.lenient(route), None) is None

    def _objection(
        self, name: str, function: Function | None = None, *, judged: bool | None
    ) -> Iterator[str]:
        if judged:
            yield f"`{name}` may be a guard, by its name or by what it does"
        elif judged is None:
            why = None if function is None else next(doubts(function, self), None)
            if why is None and function is not None and says_guard(function.name):
                why = f"`{name}` is called like a guard, but is not seen to turn anybody away"
            yield why or f"what `{name}` does is not known"


# --- names -------------------------------------------------------------------------------------


def _bare(name: str) -> str:
    """``check`` of ``module:make.<locals>.check``"""
    return name.rpartition(":")[2].rpartition(".")[2]


def _rank(name: str) -> tuple[bool, bool]:
    """What comes first: guards for administrators, and the project's own (``module:name``)."""
    return table_words("for_admins").isdisjoint(words(name.rpartition(":")[2])), ":" not in name


def _may_look(node: tree.Node) -> bool:
    """Whether code reads from a request what tells who is asking, or calls what may do so."""
    if isinstance(node, tree.Attribute):
        return node.attr in table_words("reads")
    return isinstance(node, tree.Call) and says_guard(last_name(node.func))


def _of_socket(handler: Function, project: Project, depth: int = 2) -> Iterator[str]:
    """What a handler of a WebSocket, or what it calls, may find out by itself.

    It has only the connection to ask, whose first message may be the credentials.
    """
    name = handler.name
    for node in handler.nodes:
        match node:
            case tree.Attribute(attr=attr) if attr in _OF_CONNECTIONS:
                yield f"`{name}` reads `.{attr}`, which may tell who is asking"
            case tree.Constant(value=str(text)) if names_credential(text):
                yield f'`{name}` asks for "{text}", which may tell who is asking'
            case tree.Raise(exc=tree.Call(func=func)) if last_name(func) in _ENDINGS:
                yield f"`{name}` ends the connection by itself"
    for call in handler.calls:
        if last_name(call.node.func) == "close":
            yield f"`{name}` closes the connection by itself"
        elif depth and isinstance(call.callee, FunctionValue):
            yield from _of_socket(project.function(call.callee), project, depth - 1)


def _reads_credentials(params: Iterable[Param]) -> bool:
    """Whether a credential is among the parameters: somebody will compare it."""
    return any(
        param.source in ("header", "cookie", "query", "unknown", *_FORM)
        and names_credential(param.name)
        for param in params
    )


def _may_tell_who_asks(params: Iterable[Param]) -> bool:
    """Whether something of a request is asked for that may say who sends it.

    What a body holds does not: a refusal may be about what is wanted, such as one user too many.
    """
    return any(
        param.source in ("special", "header", "cookie", "unknown") or names_credential(param.name)
        for param in params
    )


def _only_redirects(handler: Function) -> bool:
    """Whether a handler does nothing but send the client elsewhere."""
    sent = [each.value for each in handler.returns]
    return bool(sent) and (
        all(isinstance(each, Instance) and each.cls == _REDIRECT for each in sent)
        and all(c.callee == _REDIRECT or last_name(c.node.func) == "url_for" for c in handler.calls)
    )


def _says_refusal(callee: Value) -> bool:
    name = dotted(callee)
    return name is not None and lies_in(name, table_words("packages"))


# --- values ------------------------------------------------------------------------------------


def _turns_away(value: Value) -> bool:
    """Whether an error or a response says 401 or 403, or is named after that."""
    if isinstance(value, ClassValue | External):
        value = Instance(value)
    if not isinstance(value, Instance):
        return False
    # An error takes the status first, a response behind its content.
    for given in (value.keywords.get("status_code"), *value.args[:2]):
        if isinstance(given, Const) and given.value in refusing_statuses():
            return True
    name = value.cls.name if isinstance(value.cls, External) else value.cls.node.name
    last = name.rpartition(".")[2].removesuffix("()")
    is_error = last.endswith(("Exception", "Error", "Denied", "Forbidden")) or "Unauth" in last
    return is_error and not table_words("refusals").isdisjoint(words(last))
