"""Follows the project's code from its module level on, over values instead of objects.

The machine owns what a run of the program would own: the modules that have been run, the routers
that exist. The rules of the language are in `expressions`, `statements` and `calling`; what FastAPI
does with a call is in `web`, what other libraries do in `externals`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import (
    calling,
    containers,
    contexts,
    expressions,
    held,
    switches,
    type_variables,
    types,
)
from fastlint.model.following.appstate import AppState
from fastlint.model.following.budget import Budget
from fastlint.model.following.classes import method
from fastlint.model.following.deposits import Deposits
from fastlint.model.following.frames import Frame, Watch, join
from fastlint.model.following.language import assigning, generators, statements
from fastlint.model.following.language.changes import Changes
from fastlint.model.following.language.evaluation import EXPRESSIONS
from fastlint.model.following.language.outcomes import FALLS_THROUGH, RAISES, Outcome
from fastlint.model.following.late import Late
from fastlint.model.following.modules import Modules
from fastlint.model.following.objects import attributes, concrete, places, protocols
from fastlint.model.following.set_anew import SetAnew
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    Coroutine,
    Deferred,
    External,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Package,
    RouterValue,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.knowledge import Knowledge


class Machine:
    """One run over one project. Nothing is executed; every value says what it stands for."""

    def __init__(self, modules: Modules, knowledge: Knowledge, eager: Iterable[str]) -> None:
        """``eager``: the files that are run where they are imported, in Python's own order.

        All others are run when something of theirs is asked for.
        """
        self.expressions = EXPRESSIONS
        self.modules = modules
        self.knowledge = knowledge
        self.eager = frozenset(eager)
        self.frames: dict[str, Frame] = {}
        self.running: set[str] = set()
        self.routers: list[RouterValue] = []
        self.loaded: dict[str, tuple[Value, Value]] = {}
        """By entry point what a server finds there, and the app: what a factory gives."""
        self.derived: dict[int, list[ClassValue]] = {}
        """The classes below each class of the project, by its identity, that were met so far."""
        self.builders: set[bytes] = set()
        """The names of the project's classes that are, or make, apps and routers."""
        self.origins: list[str] = []
        """The modules that are being run, outermost first, and functions that nobody calls."""
        self.decorating: list[ClassValue] = []
        """The classes whose decorators are being followed."""
        self.scripts: list[tuple[list[tree.Stmt], Frame]] = []
        """What stands under ``if __name__ == "__main__"``, and runs where the file is started."""
        self.imported_by_name: set[str] = set()
        """Modules that were imported by a name that the code works out, and that is known."""
        self.typing = 0
        """Above 0 under ``if TYPE_CHECKING``: what is imported there Python does not run."""
        self.watching = 0
        """Above 0 while a function is only looked at: nothing may be made then."""
        self.doubts = 0
        """How many branches that may not run enclose what is being followed, calls included."""
        self.unlikely = 0
        """How many branches that do not run as the settings are by default enclose it."""
        self.possible: dict[int, Value] = {}
        """What a list was given in such a branch, by identity: it may not be in it."""
        self.changes: list[Changes] = []
        """What has been bound in each of these branches, and in the loops, outermost first."""
        self.tries = 0
        """How many ``try`` that go on after an exception enclose what is being followed."""
        self.raised: list[Value] = []
        """What is seen to be raised in them, and has come to no handler yet."""
        self.escaping: Outcome = 0
        """How the statement that is followed ends for what it called raises; 0 as it is."""
        self.started: list[tuple[Instance, Span]] = []
        """The generators that were made, by calls that stand there."""
        self.is_serving = False
        """Whether a lifespan has come to its ``yield``: nothing more is followed of it."""
        self.budget = Budget()
        """How much more of all this is followed."""
        self.contexts = contexts.Contexts()
        self.switches = switches.Switches(self)
        self.set_anew = SetAnew(modules)
        self.alike: dict[int, list[Instance]] = {}
        """The objects that modules made of each class of the project, by its identity."""
        self.depended: dict[int, Instance] = {}
        """Those that are dependencies themselves, by identity: ``Depends(Allowed("admin"))``."""
        self.late = Late(self)
        self.deposits = Deposits(self)
        self.state = AppState(self)
        self._watches: dict[Hashable, tuple[Watch, FunctionValue, contexts.Given]] = {}
        self._templates: dict[Hashable, Instance | None] = {}
        self._results: dict[Hashable, tuple[Value | None, FunctionValue, contexts.Given]] = {}

    # --- modules ---------------------------------------------------------------------------

    def run_module(self, path: str) -> Frame:
        """Run a file's module level, once; a file that is being run is not run again."""
        frame = self.frames.get(path)
        if frame is None:
            frame = self.frames[path] = Frame(self, path)
            name = self.modules.name(path)
            frame.namespace["__name__"] = Const(name)
            is_package = path.rpartition("/")[2] == "__init__.py"
            package = name if is_package else name.rpartition(".")[0]
            frame.namespace["__package__"] = Const(package)
            frame.namespace["__file__"] = places.text(path)
            if is_package:
                folder = places.text(path.rpartition("/")[0] or ".")
                told: dict[str, Value] = {"package": Const(name)}
                told["__inside__"] = Items("list", [folder])
                frame.namespace["__path__"] = Instance(External("builtins.__path__"), told)
            self.running.add(path)
            self.origins.append(path)
            typing, self.typing = self.typing, 0
            doubts, self.doubts = self.doubts, 0
            changes, self.changes = self.changes, []
            frame.entered = 0
            try:
                with self.budget.module():
                    ends = statements.run(self.modules.facts(path).body, frame)
            finally:
                self.typing, self.doubts, self.changes = typing, doubts, changes
                self.running.discard(path)
                self.origins.pop()
            if self.tries and ends == RAISES:
                self.escaping = RAISES
        return frame

    @property
    def origin(self) -> str:
        """The module, or function that nobody calls, that is responsible for what happens now.

        What has the same origin happens in the order in which it is followed; which of two files
        that only share an app is imported first is not known.
        """
        return self.origins[-1] if self.origins else ""

    @contextmanager
    def in_the_name_of(self, function: FunctionValue) -> Iterator[Frame]:
        """Call a function that nobody in the project calls: it is the origin of what it does.

        Gives the frame that the call stands in.
        """
        self.origins.append(f"{function.path}:{function.facts.index}")
        try:
            yield Frame(self, function.path, function.closure)
        finally:
            self.origins.pop()

    def import_module(self, importer: str, module: str) -> Value:
        """What ``import module`` in the file ``importer`` gives, for the full dotted name."""
        module = module.removesuffix(".__init__")  # as a path says it
        path = self.modules.find(importer, module)
        if path is None:
            if self.modules.is_package(module):
                return Package(module, importer)
            return External(self.knowledge.canonical(module))
        parent = module.rpartition(".")[0]
        if parent:
            self.import_module(importer, parent)
        if path in self.eager and not self.typing:
            self.run_module(path)
        return ModuleValue(path)

    def import_name(self, importer: str, module: str, name: str) -> Value:
        """What ``from module import name`` in the file ``importer`` binds."""
        target = self.import_module(importer, module)
        if isinstance(target, ModuleValue):
            frame = self.frames.get(target.path)
            if frame is not None and (value := frame.namespace.get(name)) is not None:
                return value
            submodule = self.modules.find(importer, f"{module}.{name}")
            is_own = target.path == importer
            if submodule not in (None, target.path) and (is_own or not self.typing):
                # What the package itself binds hides its module of that name.
                bound = self.run_module(target.path).namespace.get(name)
                return bound or self.import_module(importer, f"{module}.{name}")
            return Deferred(target.path, name)
        return attributes.attribute(target, name, self)

    def module_attribute(self, path: str, name: str) -> Value:
        """``module.name`` for a module of the project."""
        frame = self.run_module(path)
        value = frame.namespace.get(name)
        if value is not None:
            if type(value) is Const and value.value is None:
                return self.filled(path, name) or value
            if self.watching and held.is_empty(value):
                return self.deposits.holding(value, path, name)
            return self.force(value)
        module = f"{self.modules.name(path)}.{name}"
        submodule = self.modules.find(path, module)
        if submodule is not None and submodule != path:
            return self.import_module(path, module)
        lazy = frame.namespace.get("__getattr__")
        if lazy is not None:
            given = self._from_hook(lazy, name)
            if isinstance(given, Unknown | Const):
                return Unknown(f"`{name}` comes from the module's own `__getattr__`")
            return given
        found = self.deposits.of_module(path, name) if self.watching else None
        return found or Unknown(f"`{self.modules.name(path)}` has no `{name}`")

    def filled(self, path: str, name: str) -> Value | None:
        """What a name of a module that holds None stands for once functions have run."""
        if not self.watching:
            return None
        return self.late.name(path, name) or self.deposits.of_module(path, name)

    def _from_hook(self, hook: Value, name: str) -> Value:
        """What a module's ``__getattr__`` gives for a name; in a function, as far as it is told."""
        if not isinstance(hook, FunctionValue) or not hook.facts.params:
            return UNKNOWN
        if self.watching:
            return self.result_of(hook, {hook.facts.params[0].name: Const(name)})
        return self.read(hook, Const(name))

    def force(self, value: Value) -> Value:
        """The value behind an import that was not followed when it was met."""
        for _ in range(50):
            if not isinstance(value, Deferred):
                return value
            frame = self.run_module(value.path)
            found = frame.namespace.get(value.name)
            if found is None:
                return self.module_attribute(value.path, value.name)
            if self.watching and held.is_empty(found):
                return self.deposits.holding(found, value.path, value.name)
            value = found
        return UNKNOWN

    def builtin(self, name: str) -> Value:
        """A name that nothing in the file binds."""
        if name in self.knowledge.builtins:
            return External(f"builtins.{name}")
        return Unknown(f"`{name}` is not defined in the file")

    def template(self, cls: ClassValue, like: Instance) -> Instance | None:
        """An object of the class as its ``__init__`` leaves it, worked out once.

        What ``like`` was made with is what ``__init__`` is given. None while it is worked out.
        """
        key = contexts.identity(Instance(cls, args=like.args, keywords=like.keywords))
        if key not in self._templates:
            self._templates[key] = None
            made = Instance(cls, args=like.args, keywords=like.keywords)
            init = method(cls, "__init__")
            if init is not None:
                self._initialise(replace(init, bound=made), like.args, like.keywords, set())
            self._templates[key] = made
        return self._templates[key]

    def _initialise(
        self,
        init: FunctionValue,
        args: Sequence[Value],
        keywords: dict[str, Value],
        seen: set[tuple[str, int]],
    ) -> None:
        """Look at an ``__init__``, and at those of the bases that it calls with what they get.

        Where that was done for another object of the kind, this one has the same attributes.
        """
        given = contexts.brought(init, args, keywords)
        watch = self.watch(init, given)
        known = self._watches.get(self.contexts.of(init, given)[0])
        other = init.bound if known is None else known[1].bound
        seen.add((init.path, init.facts.index))
        for site in watch.calls:
            base = site.callee
            if not isinstance(base, FunctionValue) or base.facts.name != "__init__":
                continue
            if base.bound is other and (base.path, base.facts.index) not in seen:
                self._initialise(base, site.args, site.keywords, seen)
        if isinstance(init.bound, Instance):
            init.bound.attributes.update(self.seen_by(init, given))

    def seen_by(
        self, method: FunctionValue, given: contexts.Given = contexts.NOTHING
    ) -> dict[str, Value]:
        """The attributes that a method, when it was watched, has given the object it is bound to.

        It may have been watched for another object of the kind.
        """
        self.watch(method, given)
        known = self._watches.get(self.contexts.of(method, given)[0])
        bound = method.bound if known is None else known[1].bound
        return bound.attributes if isinstance(bound, Instance) else {}

    # --- functions -------------------------------------------------------------------------

    def call(
        self,
        callee: Value,
        args: Sequence[Value],
        keywords: dict[str, Value],
        node: tree.Node,
        frame: Frame,
    ) -> Value:
        """What calling ``callee`` gives; ``node`` is where the call stands."""
        return calling.call(self, callee, args, keywords, node, frame)

    def evaluate(self, node: tree.Expr, frame: Frame) -> Value:
        """What an expression stands for in ``frame``."""
        return expressions.evaluate(node, frame)

    def look(self, node: tree.Expr, frame: Frame) -> Value:
        """As `evaluate`, but nothing is registered or changed by it."""
        self.watching += 1
        try:
            return expressions.evaluate(node, Frame(self, frame.path, frame, watch=Watch()))
        finally:
            self.watching -= 1

    def attribute(self, owner: Value, name: str) -> Value:
        """``owner.name``"""
        return self.force(attributes.attribute(owner, name, self))

    def follow(self, body: list[tree.Stmt], frame: Frame) -> Outcome:
        """Follow a block of statements; gives the ways in which it may end."""
        return statements.run(body, frame)

    def escape(self, error: str) -> None:
        """What is evaluated just now certainly raises this one of Python's own exceptions."""
        if self.tries and not self.watching:
            self.raised.append(External(f"builtins.{error}"))
            self.escaping = RAISES

    def escapes(self, ends: Outcome) -> None:
        """A call has ended: what it may have raised is raised by the statement that called it."""
        if ends & RAISES and self.tries and not self.watching:
            self.escaping = RAISES if ends == RAISES else RAISES | FALLS_THROUGH

    def assign(self, target: tree.Expr, value: Value, frame: Frame) -> None:
        """Bind what stands on the left of an assignment, a ``for`` or an ``as``."""
        assigning.assign(target, value, frame)

    def is_sure(self, item: Value) -> bool:
        """Whether an item of a list is certainly in it."""
        return id(item) not in self.possible

    def may_register(self) -> bool:
        """Count what an app or router is asked to do; False when that is too much to go on."""
        if self.escaping and not self.escaping & FALLS_THROUGH:
            return False  # the statement ends before it comes to this
        return self.budget.may_register()

    def tick(self) -> bool:
        """Count a statement; False when the run has become too long to go on."""
        return self.budget.tick() and not self.is_serving

    @contextmanager
    def following(self, function: FunctionValue, *, aside: bool) -> Iterator[bool]:
        """Follow a call, as `Budget.call` says; what it doubts is over with it."""
        doubts = self.doubts
        with self.budget.call((function.path, function.facts.index), aside=aside) as go_on:
            try:
                yield go_on
            finally:
                self.doubts = doubts

    def watch(self, function: FunctionValue, given: contexts.Given = contexts.NOTHING) -> Watch:
        """What a function does when FastAPI calls it: its calls, returns and yields.

        The parameters are what their annotations and dependencies say, and what a caller has
        ``given``. Worked out once; a function that is being worked out already gives what is known
        so far.
        """
        key, function, given = self.contexts.of(function, given)
        known = self._watches.get(key)
        if known is not None:
            return known[0]
        with self.following(function, aside=False) as go_on:
            if not go_on:  # from elsewhere it may be nearer
                return Watch()
            found = Watch(tree.statements(function.facts), self.switches.said(function, given))
            self._watches[key] = (found, function, given)  # what a key names must stay alive
            frame = Frame(self, function.path, function.closure, function=function, watch=found)
            frame.namespace.update(types.parameter_values(function, self))
            contexts.bring(frame.namespace, given)
            self.watching += 1
            found.ends = statements.run(list(found.body), frame)
            self.watching -= 1
        return found

    def result_of(self, function: FunctionValue, given: contexts.Given = contexts.NOTHING) -> Value:
        """What calling a function of the project gives, as far as its text says."""
        key, function, given = self.contexts.of(function, given)
        key = (key, _is_context_manager(function))
        known = self._results.get(key)
        if known is not None:
            return known[0] or UNKNOWN
        self._results[key] = (None, function, given)
        result = self._result_of(function, given)
        self._results[key] = (result, function, given)
        return result

    def _result_of(self, function: FunctionValue, given: contexts.Given) -> Value:
        facts = function.facts
        result: Value = UNKNOWN
        declared: Value = UNKNOWN
        if _is_context_manager(function):
            made = Instance(External("contextlib.contextmanager()"))
            made.args = (function,)
            made.attributes["__entered__"] = self.yielded_by(function)
            return made
        if facts.returns is not None:
            declared = expressions.evaluate(facts.returns, function.closure)
            if isinstance(declared, Subscripted):  # what is in a list the body rarely says
                declared = type_variables.filled(declared, function, given, self)
            result = types.instance_of(declared, self)
        if facts.is_generator:
            kind = "types.AsyncGeneratorType" if facts.is_async else "types.GeneratorType"
            declared_as = result if isinstance(result, Instance) else Instance(External(kind))
            return Instance(declared_as.cls, args=(function,), types=declared_as.types)
        if isinstance(result, Unknown):
            likely = result
            result = _returned(self.watch(function, given)) or UNKNOWN
            if isinstance(result, Unknown) and not result.choices:
                result = likely if likely.choices else UNKNOWN
            if facts.returns is not None and type_variables.is_unclear(result):
                of_type = type_variables.result(declared, function, given, self)
                result = result if isinstance(of_type, Unknown) else of_type
        elif self.may_be_more(result):
            returns = self.watch(function, given).returns
            result = concrete.behind(result, (each.value for each in returns))
        elif isinstance(result, Instance) and any(map(types.says_nothing, result.types)):
            returns = self.watch(function, given).returns
            result = type_variables.in_parts(result, (each.value for each in returns), self)
        elif given and switches.may_be_asked_for(result):
            answer = _returned(self.watch(function, given))
            result = result if answer is None or switches.truth(answer) is None else answer
        return Coroutine(result) if facts.is_async else result

    def may_be_more(self, declared: Value) -> bool:
        """Whether what the code gives may be known better than by the class that is declared."""
        cls = declared.cls if isinstance(declared, Instance) else declared  # of ``type[C]``
        has_derived = id(cls) in self.derived
        return has_derived or concrete.only_declares(declared) or concrete.is_as_made(declared)

    def read(self, function: FunctionValue, *args: Value) -> Value:
        """What a property or a module's ``__getattr__`` gives, with all that it does."""
        frame = Frame(self, function.path, function.closure)
        return self.call(function, args, {}, function.facts, frame)

    def gone_through(self, value: Instance) -> list[Value] | None:
        """All that ``for`` gets of an object of the project's own class, where that is known."""
        return protocols.gone_through(value, self)

    def yielded(self, generator: Value) -> list[Value] | None:
        """All that a generator gives, where that is known."""
        return generators.yielded(generator)

    def yielded_by(self, function: FunctionValue) -> Value:
        """What a generator dependency hands to the handler."""
        result: Value = UNKNOWN
        if function.facts.returns is not None:
            declared = expressions.evaluate(function.facts.returns, function.closure)
            result = types.instance_of(types.item_type(declared), self)
        if isinstance(result, Unknown):
            found: Value | None = None
            for item in self.watch(function).yields:
                found = join(found, item.value)
            result = found or UNKNOWN
        elif concrete.only_declares(result) or concrete.is_as_made(result):
            result = concrete.behind(result, (each.value for each in self.watch(function).yields))
        return result


def _returned(watch: Watch) -> Value | None:
    """What a function returns; where it may come to its end, no test has an answer."""
    found: Value | None = None
    for returned in watch.returns:
        found = join(found, returned.value)
    if isinstance(found, Const) and watch.ends & FALLS_THROUGH:
        return join(found, NONE)
    ends = (NONE,) if watch.ends & FALLS_THROUGH else ()
    return found and containers.settled(found, (*(each.value for each in watch.returns), *ends))


def _is_context_manager(function: FunctionValue) -> bool:
    names = {by.name for by in function.decorators if isinstance(by, External)}
    return bool(names & {"contextlib.contextmanager", "contextlib.asynccontextmanager"})
