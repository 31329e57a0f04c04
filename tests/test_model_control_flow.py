"""Loops, exceptions, objects and closures: what they register is what FastAPI is given."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
import os
from fastapi import APIRouter, Depends, FastAPI
app = FastAPI()
def h(): ...
def dep(): ...
def dep2(): ...
def unknown(n=""): return os.path.exists("/" + str(n))
"""
ADD = """
def add(n): app.add_api_route(f"/{n}", h)
"""

EXACT = {
    "continue": """
for n in range(4):
    if n % 2: continue
    add(n)
""",
    "break": """
for n in range(4):
    if n == 2: break
    add(n)
else:
    add('else')
""",
    "no break": """
for n in range(2):
    if n == 5: break
    add(n)
else:
    add('else')
""",
    "break of an inner loop": """
for n in 'a', 'b':
    for m in range(3):
        if m == 1: break
        add(f'{n}{m}')
""",
    "continue in an else": """
for n in range(4):
    if n > 1: add(n)
    else: continue
    add(-n)
""",
    "return in a loop": """
def all(ns):
    for n in ns:
        if n.startswith('x'): return
        add(n)
    add('end')
all(['a', 'xb', 'c'])
all(['d'])
""",
    "a value returned by a loop": """
def first(ns):
    for n in ns:
        if n.startswith('x'): return n
    return 'default'
add(first(['a', 'xb', 'xc']))
add(first(['a']))
""",
    "an exception that nobody expects": """
for n in 'a', 'b':
    try:
        import json
    except ImportError:
        continue
    add(n)
""",
    "while count": """
n = 0
while n < 3:
    add(n)
    n += 1
""",
    "while break": """
n = 0
while True:
    n += 1
    if n == 2: continue
    if n > 4: break
    add(n)
add('end')
""",
    "while pop": """
q = ['a', 'b', 'c']
while q:
    add(q.pop())
""",
    "while pop0": """
q = ['a', 'b', 'c']
while len(q) > 0:
    add(q.pop(0))
else:
    add('done')
""",
    "while walrus": """
q = iter(['a','b'])
while (n := next(q, None)) is not None:
    add(n)
""",
    "while false": """
while False:
    add('never')
add('x')
""",
    "while deque": """
from collections import deque
q = deque(['a','b'])
while q:
    add(q.popleft())
""",
    "what comes after a raise": """
def f():
    add('x')
    raise ValueError
    add('y')
try:
    f()
    add('z')
except ValueError:
    add('w')
""",
    "an exception of a helper": """
def check(n):
    if n == 'bad': raise ValueError(n)
for n in ['a','bad','b']:
    try:
        check(n)
    except ValueError:
        continue
    add(n)
""",
    "suppress": """
from contextlib import suppress
P = {'a': '/pa'}
for n in 'ab':
    with suppress(KeyError):
        app.add_api_route(P[n], h)
""",
    "iter class": """
class Reg:
    def __init__(self): self.items = ['a','b']
    def __iter__(self): return iter(self.items)
for n in Reg(): add(n)
""",
    "iter gen class": """
class Reg:
    def __init__(self, *ns): self.ns = ns
    def __iter__(self):
        for n in self.ns: yield n, n.upper()
for n, m in Reg('a','b'): add(n + m)
""",
    "iter yield from": """
class Reg:
    def __init__(self): self.d = {'a': 1, 'b': 2}
    def __iter__(self): yield from self.d.items()
for n, m in Reg(): add(f'{n}{m}')
""",
    "items by number": """
class Reg:
    ns = ['a','b']
    def __getitem__(self, i): return self.ns[i]
for n in Reg(): add(n)
""",
    "the length of an object": """
class Reg:
    def __init__(self): self.d = []
    def __len__(self): return len(self.d)
    def __contains__(self, n): return n in self.d
r = Reg()
if not r: add('empty')
r.d.append('a')
if r: add('full')
if 'a' in r: add('in')
if 'b' in r: add('notin')
""",
    "next class": """
class It:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 2: raise StopIteration
        return self.i
for n in It(): add(n)
""",
    "list subclass": """
class Reg(list): ...
r = Reg(['a'])
r.append('b')
for n in r: add(n)
""",
    "dict subclass": """
class Reg(dict):
    def register(self, n): self[n] = '/' + n
r = Reg()
r.register('a'); r.register('b')
for n, p in r.items(): app.add_api_route(p, h)
""",
    "userlist": """
from collections import UserList
class Reg(UserList): ...
r = Reg()
r.append('a')
for n in r: add(n)
""",
    "defaultdict": """
from collections import defaultdict
d = defaultdict(list)
d['a'].append('x'); d['b'].append('y'); d['a'].append('z')
for k, ns in d.items():
    for n in ns: add(k + n)
""",
    "default lambda": """
fs = [lambda n=n: '/' + n for n in 'abc']
for f in fs: app.get(f())(h)
""",
    "default def": """
fs = []
for n in 'ab':
    def f(n=n): add(n)
    fs.append(f)
for f in fs: f()
""",
    "late closure": """
fs = []
for n in 'abc':
    def f(): add(n)
    fs.append(f)
fs[0]()
""",
    "late lambda": """
fs = [lambda: '/' + n for n in 'abc']
app.get(fs[0]())(h)
""",
    "mutable default": """
def f(n, tags=[]):
    tags.append(n)
    app.get('/' + n, tags=tags)(h)
f('a'); f('b')
""",
    "copy router": """
import copy
r = APIRouter(prefix='/p')
r.get('/a')(h)
c = copy.copy(r)
d = copy.deepcopy(r)
d.get('/only-d')(h)
r.get('/late')(h)
app.include_router(d, prefix='/d')
app.include_router(c, prefix='/c')
""",
    "deepcopy prefix": """
from copy import deepcopy
r = APIRouter(prefix='/p')
r.get('/a')(h)
d = deepcopy(r)
d.prefix = '/q'
d.get('/b')(h)
app.include_router(r)
app.include_router(d)
""",
    "copy list": """
import copy
base = [Depends(dep)]
more = copy.copy(base)
more.append(Depends(dep2))
third = base[:]
third.append(Depends(dep2))
four = base.copy(); four += [Depends(dep2)]
five = list(base); six = [*base]
five.append(Depends(dep2))
app.get('/a', dependencies=base)(h)
app.get('/b', dependencies=more)(h)
app.get('/c', dependencies=third)(h)
app.get('/d', dependencies=four)(h)
app.get('/e', dependencies=six)(h)
""",
    "alias list": """
base = [Depends(dep)]
more = base
more.append(Depends(dep2))
app.get('/a', dependencies=base)(h)
""",
    "alias iadd": """
base = ['t']
more = base
more += ['u']
app.get('/a', tags=base)(h)
more = more + ['v']
app.get('/b', tags=base)(h)
""",
    "never called": """
def never():
    app.get('/never')(h)
def once():
    app.get('/once')(h)
once()
""",
    "never called dec": """
def never():
    @app.get('/never')
    def n(): ...
@app.get('/x')
def x(): ...
""",
    "never in handler": """
@app.post('/load')
def load():
    app.get('/late')(h)
""",
    "main guard": """
add('x')
if __name__ == '__main__':
    add('script')
    import uvicorn
    uvicorn.run(app)
""",
}


@pytest.mark.parametrize("code", EXACT.values(), ids=EXACT)
def test_it_does_what_python_does(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + (ADD if "add(" in code else "") + code}
    project = modelcases.project(files)
    assert modelcases.told(project) == modelcases.judged_whole(files, tmp_path)
    assert not any(route.is_conditional for route in project.routes)
    assert not any(route.unknown for route in project.routes)


def conditions(code: str) -> dict[str, bool]:
    """Of each path whether it is only possible."""
    routes = modelcases.project(HEAD + ADD + code).routes
    return {each.label.removeprefix("GET "): each.is_conditional for each in routes}


POSSIBLE = {
    "continue": (
        "for n in 'a', 'b':\n    add(n + '1')\n    if unknown(n): continue\n    add(n + '2')\n"
        "add('end')",
        {"/a1": False, "/a2": True, "/b1": False, "/b2": True, "/end": False},
    ),
    "break": (
        "for n in '1', '2':\n    add(n)\n    if unknown(n): break\n"
        "else:\n    add('else')\nadd('end')",
        {"/1": False, "/2": True, "/else": True, "/end": False},
    ),
    "return in a loop": (
        "def all():\n    for n in 'a', :\n        add(n)\n        if unknown(n): return\n"
        "    add('after')\nall()\nadd('end')",
        {"/a": False, "/after": True, "/end": False},
    ),
    "return": (
        "def some():\n    add('a')\n    if unknown(): return\n    add('b')\nsome()\nadd('end')",
        {"/a": False, "/b": True, "/end": False},
    ),
    "while": ("while unknown():\n    add('x')\nadd('end')", {"/x": True, "/end": False}),
    "raise in a try": (
        "try:\n    if unknown(): raise ValueError\n    add('a')\nexcept ValueError:\n    add('b')\n"
        "add('end')",
        {"/a": True, "/b": True, "/end": False},
    ),
    "or": ("unknown() or add('x')\nadd('end')", {"/x": True, "/end": False}),
    "either expression": (
        "add('a') if unknown() else add('b')",
        {"/a": True, "/b": True},
    ),
    "a comprehension": ("[add(n) for n in 'ab' if unknown(n)]", {"/a": True, "/b": True}),
    "what nobody calls": (
        "r = APIRouter()\nr.get('/x')(h)\ndef never(): app.include_router(r)\nadd('y')",
        {"/x": True, "/y": False},
    ),
    "a setting that ends a turn": (
        "def some(quick=False):\n    for n in 'ab':\n        if quick: continue\n        add(n)\n"
        "some(bool(os.getenv('Q')))",
        {"/a": True, "/b": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), POSSIBLE.values(), ids=POSSIBLE)
def test_what_may_not_run_is_possible(code: str, expected: dict[str, bool]) -> None:
    assert conditions(code) == expected


TWO = """
a, b = APIRouter(prefix="/a"), APIRouter(prefix="/b")
a.get("/x")(h)
b.get("/x")(h)
"""
EITHER = {
    "a name": "r = a\nif unknown(): r = b\napp.include_router(r)",
    "an expression": "app.include_router(a if unknown() else b)",
    "a function": ("def f():\n    if unknown(): return b\n    return a\napp.include_router(f())"),
    "an import": (
        "try:\n    from nowhere import a as r\nexcept ImportError:\n    r = b if unknown() else a\n"
        "app.include_router(r)"
    ),
}


@pytest.mark.parametrize("code", EITHER.values(), ids=EITHER)
def test_of_two_routers_both_are_possible(code: str) -> None:
    routes = [each for each in modelcases.project(HEAD + TWO + code).routes if each.app]
    assert sorted((each.path, each.is_conditional) for each in routes) == [
        ("/a/x", True),
        ("/b/x", True),
    ]


UNKNOWN = {
    "a loop over what is not known": (
        "def f():\n    for n in os.listdir('.'):\n        if unknown(n): return '/' + n\n"
        "    return '/default'\napp.get(f())(h)"
    ),
    "a loop": (
        "def f():\n    for n in 'ab':\n        if unknown(n): return '/' + n\n"
        "    return '/default'\napp.get(f())(h)"
    ),
    "a return": "def f():\n    if unknown(): return '/a'\n    return '/b'\napp.get(f())(h)",
    "the last turn": "for n in 'ab':\n    if unknown(n): break\napp.get('/' + n)(h)",
    "how often": "n = 0\nwhile unknown(): n += 1\napp.get(f'/{n}')(h)",
    "a prefix": (
        "if unknown():\n    r = APIRouter(prefix='/a')\nelse:\n    r = APIRouter(prefix='/b')\n"
        "r.get('/x')(h)\napp.include_router(r)"
    ),
}


@pytest.mark.parametrize("code", UNKNOWN.values(), ids=UNKNOWN)
def test_a_path_that_depends_on_a_condition_is_unknown(code: str) -> None:
    (route,) = modelcases.project(HEAD + code).routes
    assert route.path is None
    assert route.unknown


CHANGED = {
    "an item is taken out": (
        "xs = [1, 2, 3]\nfor n in xs:\n    if n == 1: xs.remove(n)\n    add(n)",
        [1],
    ),
    "an item of an enumeration is taken out": (
        "xs = [1, 2, 3]\nfor i, n in enumerate(xs):\n    add(n)\n    if i == 1: xs.remove(n)",
        [1, 2],
    ),
    "an item comes in": ("xs = [1, 2]\nfor n in xs:\n    if n == 1: xs.append(3)\n    add(n)", [1]),
}


@pytest.mark.parametrize(("code", "certain"), CHANGED.values(), ids=CHANGED)
def test_of_a_list_that_its_own_loop_changes_the_rest_is_not_known(
    code: str, certain: list[int]
) -> None:
    routes = modelcases.project(HEAD + "app = FastAPI()\n" + ADD + code).routes
    sure = [route.path for route in routes if route.app and not route.is_conditional]
    assert sure == [f"/{n}" for n in certain]
    assert any(route.unknown for route in routes)


def test_a_copy_of_the_list_is_gone_through_to_the_end(tmp_path: Path) -> None:
    code = "xs = [1, 2, 3]\nfor n in list(xs):\n    if n == 1: xs.remove(n)\n    add(n)\n"
    files = {"main.py": HEAD + "app = FastAPI()\n" + ADD + code}
    project = modelcases.project(files)
    assert modelcases.table(project) == modelcases.judged(files, tmp_path)
    assert not any(route.is_conditional for route in project.routes)


LAZY = {
    "map": "map(add, [1])",
    "filter": "filter(add, [1])",
    "a generator": "(add(n) for n in [1])",
    "a name that nobody asks": "unused = (add(n) for n in [2])",
    "next": "found = (add(n) for n in [2])\nnext(found)",
    "next of what is written there": "next(add(n) for n in [2])",
}


@pytest.mark.parametrize("code", LAZY.values(), ids=LAZY)
def test_what_nobody_goes_through_to_the_end_is_not_served_for_certain(code: str) -> None:
    routes = modelcases.project(HEAD + "app = FastAPI()\n" + ADD + code).routes
    told = [(route.path, route.is_conditional) for route in routes if route.path]
    assert set(told) <= {("/2", True)}


GONE_THROUGH = {
    "a list": "list(map(add, [1, 2]))",
    "a loop": "for _ in map(add, [1, 2]): pass",
    "a name that a loop goes through": "made = (add(n) for n in [1, 2])\nfor _ in made: pass",
    "a name that a function gets": "made = map(add, [1, 2])\nlist(made)",
}


@pytest.mark.parametrize("code", GONE_THROUGH.values(), ids=GONE_THROUGH)
def test_what_somebody_goes_through_is_served(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + "app = FastAPI()\n" + ADD + code}
    project = modelcases.project(files)
    assert modelcases.table(project) == modelcases.judged(files, tmp_path)
    assert not any(route.is_conditional for route in project.routes)


def test_a_function_that_calls_itself_in_many_places_is_not_followed_in_full() -> None:
    again = "".join(
        f"    if value == other{n}:\n        value = walk(app, value)\n" for n in range(8)
    )
    project = modelcases.project(
        "from fastapi import FastAPI\n"
        f"def walk(app: FastAPI, value=None):\n{again}    app.include_router(value)\n"
        "app = FastAPI()\n@app.get('/x')\ndef f(): ...\nwalk(app)\n"
    )
    assert modelcases.table(project) == ["GET /x f"]
    assert project.machine.budget.steps < 20_000


TASKS = """
from contextlib import asynccontextmanager
from fastapi import FastAPI

{functions}
def work9(task{app}): ...
def tick(): ...
def note(app): ...

@asynccontextmanager
async def lifespan(app: FastAPI):
    note(app)
    work0(tick{app})
    yield

app = FastAPI(lifespan=lifespan)

@app.get("/x")
def f(): ...
"""


def fanning_out(*, over_app: bool) -> str:
    """A start in which each of nine functions calls the next one eight times."""
    given = ", app" if over_app else ""
    functions = "".join(
        f"def work{n}(task{given}):\n" + f"    work{n + 1}(task{given})\n" * 8 for n in range(9)
    )
    return TASKS.format(functions=functions, app=given)


def test_what_a_start_hands_functions_to_is_followed_only_so_far() -> None:
    project = modelcases.project(fanning_out(over_app=False))
    assert modelcases.table(project) == ["GET /x f"]
    assert project.machine.budget.steps < 2_000
    assert not project.machine.budget.is_cut_short


def test_a_start_that_does_more_than_can_be_followed_leaves_the_routes_as_they_are() -> None:
    project = modelcases.project(fanning_out(over_app=True))
    assert modelcases.table(project) == ["GET /x f"]
    assert project.machine.budget.steps < 100_000
    assert project.coverage.is_cut_short


LONG_START = """
import uvicorn
from factory import create_app

class Service:
{helpers}
    def start(self):
{calls}
        uvicorn.run(create_app(self.config))

Service().start()
"""
FACTORY = """
from fastapi import Depends, FastAPI

def check(): ...

def create_app(config, guarded: bool = True):
    app = FastAPI(dependencies=[Depends(check)] if guarded else [])

    @app.get("/x")
    def x(): ...

    return app
"""


def test_who_calls_a_factory_after_a_long_start_is_followed_that_far() -> None:
    steps = "        self.step = 1\n" * 20
    helpers = "".join(f"    def init{n}(self):\n{steps}\n" for n in range(30))
    calls = "".join(f"        self.init{n}()\n" for n in range(30))
    main = LONG_START.format(helpers=helpers, calls=calls)
    project = modelcases.project({"main.py": main, "factory.py": FACTORY})
    assert [route.unknown for route in project.routes] == [()]
    (route,) = project.routes
    assert [each.name for each in route.all_dependencies] == ["factory:check"]


TEST_FACTORY = """
from fastapi import FastAPI

def task():
    app = FastAPI()
    return app
"""


def test_a_factory_of_tests_says_nothing_of_what_the_code_calls_alike() -> None:
    files = {"main.py": fanning_out(over_app=False), "tests/test_x.py": TEST_FACTORY}
    project = modelcases.project(files)
    assert modelcases.table(project) == ["GET /x f"]
    assert not project.coverage.is_cut_short


def test_what_functions_do_is_followed_however_long_the_project_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fastlint.model.following.budget._MOST_STEPS", 20)
    before = "import time\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
    handler = '\n@app.get("/x")\nasync def x():\n    time.sleep(1)\n'
    project = modelcases.project(before + handler + "step = 1\n" * 40)
    assert project.coverage.is_cut_short
    assert [each.blocking.shown for each in project.blocked] == ["`time.sleep`"]


ONE_CALLED_TWICE = """
from fastapi import FastAPI

app = FastAPI()

def load(quick=False, key=None):
    if quick or key:
        return None

@app.get("/a")
async def a():
    return load()

@app.get("/b")
async def b():
    return load(key=None)
"""


def test_the_order_in_which_a_call_gives_switches_makes_no_other_way_of_running() -> None:
    watched = modelcases.project(ONE_CALLED_TWICE).followed.watched
    assert [function.name for function, _ in watched] == ["a", "b", "load"]


def test_a_function_that_comes_to_no_end_is_not_tried_again_at_every_call() -> None:
    work = "def setting(name):\n" + "    step = name\n" * 400 + "    return name\n"
    asked = "".join(f'option{n} = setting("{n}")\n' for n in range(60))
    app = "from fastapi import FastAPI\n\napp = FastAPI()\n"
    handler = '\n@app.get("/x")\ndef x(): ...\n'
    project = modelcases.project(app + work + asked + handler)
    assert modelcases.table(project) == ["GET /x x"]
    assert project.machine.budget.steps < 1_000
