"""How projects register their routes: each way as FastAPI itself sees it."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
import os, sys, functools, itertools, importlib, pkgutil
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Callable
from fastapi import APIRouter, Depends, FastAPI, Header, Security
app = FastAPI()
def h(): ...
def h2(): ...
def dep(): ...
def dep2(): ...
def unknown(n=""): return os.path.exists("/" + str(n))
"""

STYLES = {
    "registry deco": """
REG = {}
def register(path, method='get', **kw):
    def deco(f):
        REG[path] = (method, f, kw)
        return f
    return deco
@register('/a')
def a(): ...
@register('/b', 'post', tags=['t'])
def b(): ...
for p, (m, f, kw) in REG.items():
    getattr(app, m)(p, **kw)(f)
""",
    "registry list deco": """
REG = []
def route(path):
    def deco(f):
        REG.append({'path': path, 'endpoint': f})
        return f
    return deco
@route('/a')
def a(): ...
@route('/b')
def b(): ...
for r in REG: app.add_api_route(**r, methods=['GET'])
""",
    "class registrar": """
class Registrar:
    def __init__(self, app, prefix): self.app, self.prefix, self.n = app, prefix, 0
    def add(self, path, f, **kw):
        self.n += 1
        self.app.add_api_route(self.prefix + path, f, **kw)
        return self
Registrar(app, '/v1').add('/a', h).add('/b', h2, dependencies=[Depends(dep)])
""",
    "builder fluent": """
class B:
    def __init__(self): self._r = []; self._p = ''
    def prefix(self, p): self._p = p; return self
    def get(self, p, f): self._r.append(('GET', self._p + p, f)); return self
    def build(self):
        a = FastAPI()
        for m, p, f in self._r: a.add_api_route(p, f, methods=[m])
        return a
app = B().get('/a', h).prefix('/p').get('/b', h2).build()
""",
    "settings dataclass": """
@dataclass
class S:
    prefix: str = '/api'
    version: int = 2
    @property
    def full(self): return f'{self.prefix}/v{self.version}'
s = S(version=3)
app.get(s.full + '/x')(h)
""",
    "dict items": """
for p, f in {'/a': h, '/b': h2}.items(): app.add_api_route(p, f)
""",
    "dict nested": """
T = {'v1': {'/a': h}, 'v2': {'/a': h2, '/b': h}}
for v, rs in T.items():
    r = APIRouter(prefix='/' + v)
    for p, f in rs.items(): r.add_api_route(p, f)
    app.include_router(r)
""",
    "zip": """
for p, f in zip(['/a', '/b'], (h, h2)): app.get(p)(f)
""",
    "enumerate sorted": """
for i, p in enumerate(sorted(['b', 'a', 'c'], reverse=True), 1): app.get(f'/{i}/{p}')(h)
""",
    "reversed": """
for p in reversed(['a', 'b']): app.get('/' + p)(h)
""",
    "sorted key": """
R = [('b', 2), ('a', 1)]
for p, n in sorted(R, key=lambda t: t[1]): app.get('/' + p)(h)
""",
    "sorted key of several parts": """
R = [('b', 2), ('a', 2), ('c', 1)]
for p, n in sorted(R, key=lambda t: (t[1], t[0])): app.get('/' + p)(h)
""",
    "sorted backwards keeps what is equal": """
R = [('b', 2), ('a', 2), ('c', 3)]
for p, n in sorted(R, key=lambda t: t[1], reverse=True): app.get('/' + p)(h)
""",
    "a list that sorts itself": """
R = [('b', 2), ('a', 2), ('c', 1)]
R.sort(key=lambda t: (-t[1], t[0]))
for p, n in R: app.get('/' + p)(h)
""",
    "objects of a class of its own": """
class Kept(APIRouter): ...
class Plain: ...
found = []
for each in [Kept(prefix='/k'), APIRouter(prefix='/p'), Plain(), Plain, h, 'a', functools, print]:
    if isinstance(each, Kept): found.insert(0, each)
    elif isinstance(each, APIRouter): found.append(each)
for r in found:
    r.get('/x')(h)
    app.include_router(r)
""",
    "cast of what is known": """
from typing import Any, cast
def add(router, **options: Any):
    prefix = cast(str | None, options.get('prefix'))
    app.include_router(router, prefix=f'/api/{prefix.strip("/")}' if prefix else '/api')
for n, p in ('a', None), ('b', '/v1/'):
    r = APIRouter()
    r.get('/' + n)(h)
    add(r, **({'prefix': p} if p else {}))
""",
    "comprehension effect": """
[app.get(f'/{a}{b}')(h) for a in 'ab' for b in range(2) if not (a == 'a' and b == 1)]
""",
    "dict comprehension": """
fs = {n: APIRouter(prefix=f'/{n}') for n in ('a', 'b')}
for n, r in fs.items(): r.get('/x')(h)
for r in fs.values(): app.include_router(r)
""",
    "reduce": """
def step(p, n): return p + '/' + n
app.get(functools.reduce(step, ['a', 'b'], ''))(h)
""",
    "reduce app": """
def inc(a, r):
    a.include_router(r)
    return a
r1 = APIRouter(); r1.get('/a')(h)
r2 = APIRouter(); r2.get('/b')(h)
functools.reduce(inc, [r1, r2], app)
""",
    "match": """
def reg(kind):
    match kind:
        case 'a': app.get('/a')(h)
        case 'b' | 'c':
            app.get('/' + kind)(h)
        case _: app.get('/other')(h)
for k in 'abz': reg(k)
""",
    "walrus": """
C = {'prefix': '/w'}
if (p := C.get('prefix')): app.get(p)(h)
if (q := C.get('nope')): app.get(q)(h)
""",
    "walrus regex": """
import re
for n in ['v1', 'x', 'v2']:
    if n.startswith('v') and (k := n[1:]): app.get('/' + k)(h)
""",
    "star args": """
def inc(*rs, **kw):
    for r in rs: app.include_router(r, **kw)
a = APIRouter(prefix='/a'); a.get('/x')(h)
b = APIRouter(prefix='/b'); b.get('/x')(h)
inc(*[a, b], prefix='/p', dependencies=[Depends(dep)])
""",
    "kwargs forward": """
def secured(path, **kw):
    deps = kw.pop('dependencies', [])
    return app.get(path, dependencies=[Depends(dep), *deps], **kw)
@secured('/a')
def a(): ...
@secured('/b', dependencies=[Depends(dep2)], tags=['t'])
def b(): ...
""",
    "kwargs setdefault": """
def get(path, **kw):
    kw.setdefault('tags', ['d'])
    kw.setdefault('dependencies', []).append(Depends(dep))
    return app.get(path, **kw)
@get('/a')
def a(): ...
@get('/b', tags=['x'])
def b(): ...
""",
    "kwargs merge": """
D = dict(tags=['d'], include_in_schema=False)
app.get('/a', **{**D, 'tags': ['o']})(h)
app.get('/b', **(D | {'include_in_schema': True}))(h)
""",
    "exitstack": """
from contextlib import ExitStack, contextmanager
@contextmanager
def g(p):
    r = APIRouter(prefix=p)
    yield r
    app.include_router(r)
with g('/a') as r, g('/b') as q:
    r.get('/x')(h); q.get('/y')(h)
""",
    "nested functions": """
def outer(p):
    def inner(n):
        def reg(f): app.get(f'{p}/{n}')(f); return f
        return reg
    return inner
v1 = outer('/v1')
@v1('a')
def a(): ...
@outer('/v2')('b')
def b(): ...
""",
    "router subclass": """
class R(APIRouter):
    def __init__(self, *a, **k):
        k['prefix'] = '/sub' + k.get('prefix', '')
        super().__init__(*a, **k)
    def get(self, path, **k):
        return super().get(path + '/g', **k)
r = R(prefix='/r')
@r.get('/a')
def a(): ...
app.include_router(r)
""",
    "router subclass add_api_route": """
class R(APIRouter):
    def add_api_route(self, path, endpoint, **k):
        k.setdefault('dependencies', [])
        k['dependencies'] = [*(k['dependencies'] or []), Depends(dep)]
        super().add_api_route(path.rstrip('/'), endpoint, **k)
r = R(prefix='/r')
@r.get('/a/')
def a(): ...
@r.post('/b', dependencies=[Depends(dep2)])
def b(): ...
app.include_router(r)
""",
    "router subclass include": """
class R(APIRouter):
    def include_router(self, router, **k):
        super().include_router(router, prefix='/inc' + k.pop('prefix', ''), **k)
a = APIRouter(prefix='/a'); a.get('/x')(h)
r = R()
r.include_router(a, prefix='/p')
app.include_router(r)
""",
    "mixins": """
class Crud:
    prefix = ''
    def __init__(self):
        self.router = APIRouter(prefix=self.prefix)
        self.setup()
    def setup(self): self.router.get('/list')(h)
class Del:
    def setup(self):
        super().setup()
        self.router.delete('/del')(h2)
class Users(Del, Crud): prefix = '/users'
class Items(Crud): prefix = '/items'
for c in (Users, Items): app.include_router(c().router)
""",
    "subclasses registry": """
class Base:
    routes = []
    def __init_subclass__(cls, path, **k):
        super().__init_subclass__(**k)
        Base.routes.append((path, cls))
class A(Base, path='/a'):
    def get(self): ...
class B(Base, path='/b'):
    def get(self): ...
for p, c in Base.routes: app.get(p)(c().get)
""",
    "subclasses call": """
class Base: path = '/'
class A(Base): path = '/a'
class B(Base): path = '/b'
for c in Base.__subclasses__(): app.get(c.path)(h)
""",
    "namedtuple table": """
class R(NamedTuple):
    path: str
    handler: Callable
    tags: list = []
    methods: tuple = ('GET',)
T = [R('/a', h), R('/b', h2, ['t'], ('POST', 'PUT'))]
for path, f, tags, ms in T: app.add_api_route(path, f, tags=tags, methods=list(ms))
for r in T: app.add_api_route('/n' + r.path, r.handler, tags=r.tags)
""",
    "dataclass table": """
@dataclass
class R:
    path: str
    f: Callable
    methods: list = field(default_factory=lambda: ['GET'])
    enabled: bool = True
for r in [R('/a', h), R('/b', h2, ['POST']), R('/c', h, enabled=False)]:
    if r.enabled: app.add_api_route(r.path, r.f, methods=r.methods)
""",
    "enum paths": """
class P(str, Enum):
    A = '/a'
    B = '/b'
for p in P: app.get(p.value)(h)
app.get(P.A + '/x')(h)
app.get(P['B'].value + '/y')(h)
app.get(P('/a').value + '/z')(h)
""",
    "enum method": """
class V(Enum):
    V1 = 1
    V2 = 2
    @property
    def prefix(self): return f'/v{self.value}'
for v in V: app.get(v.prefix + '/' + v.name.lower())(h)
""",
    "partial": """
get = functools.partial(app.get, tags=['p'], dependencies=[Depends(dep)])
get('/a')(h)
get('/b', tags=['q'])(h2)
add = functools.partial(app.add_api_route, methods=['POST'])
add('/c', h)
""",
    "itertools product": """
for a, b in itertools.product('ab', [1, 2]): app.get(f'/{a}{b}')(h)
""",
    "any all": """
if any(x == 'a' for x in ['b', 'a']): app.get('/any')(h)
if all(x for x in [1, 0]): app.get('/all')(h)
if max([1, 3]) == 3: app.get('/max')(h)
if sum([1, 2]) == 3: app.get('/sum')(h)
""",
    "class attr handlers": """
class V:
    routes = {'/a': 'get_a', '/b': 'get_b'}
    def get_a(self): ...
    def get_b(self): ...
v = V()
for p, n in v.routes.items(): app.get(p)(getattr(v, n))
""",
    "inspect members": """
import inspect
class V:
    def get_users(self): ...
    def post_users(self): ...
    def helper(self): ...
v = V()
for n, f in inspect.getmembers(v, inspect.ismethod):
    m, _, rest = n.partition('_')
    if m in ('get', 'post'): getattr(app, m)('/' + rest)(f)
""",
    "filter lambda": """
T = [('a', True), ('b', False)]
for n, _ in filter(lambda t: t[1], T): app.get('/' + n)(h)
list(map(lambda t: app.get('/m' + t[0])(h), T))
""",
    "tuple swap": """
a, b = '/a', '/b'
a, b = b, a
app.get(a + '1')(h)
app.get(b + '2')(h)
x, *rest = ['p', 'q', 'r']
for r in rest: app.get('/' + r)(h)
""",
    "global counter": """
N = 0
def nxt():
    global N
    N += 1
    return N
for f in (h, h2): app.get(f'/{nxt()}')(f)
""",
    "nonlocal": """
def make():
    n = 0
    def nxt():
        nonlocal n
        n += 1
        return n
    return nxt
nxt = make()
app.get(f'/{nxt()}')(h)
app.get(f'/{nxt()}')(h2)
""",
    "recursion": """
TREE = {'a': {'b': {}, 'c': {'d': {}}}}
def walk(t, p=''):
    for k, sub in t.items():
        app.get(f'{p}/{k}')(h)
        walk(sub, f'{p}/{k}')
walk(TREE)
""",
    "recursion list": """
def inc(parent, tree):
    for p, children in tree:
        r = APIRouter(prefix=p)
        r.get('/x')(h)
        inc(r, children)
        parent.include_router(r)
inc(app, [('/a', [('/b', [('/c', [])])])])
""",
    "property router": """
class M:
    def __init__(self, n): self.n = n
    @functools.cached_property
    def router(self):
        r = APIRouter(prefix='/' + self.n)
        r.get('/x')(h)
        return r
for m in [M('a'), M('b')]: app.include_router(m.router)
""",
    "classmethod factory": """
class M:
    items = []
    @classmethod
    def create(cls, n):
        m = cls(); m.n = n; cls.items.append(m); return m
M.create('a'); M.create('b')
for m in M.items: app.get('/' + m.n)(h)
""",
    "static registry": """
class Reg:
    _items: dict = {}
    @classmethod
    def register(cls, name):
        def d(c):
            cls._items[name] = c
            return c
        return d
@Reg.register('a')
class A:
    def get(self): ...
@Reg.register('b')
class B:
    def get(self): ...
for n, c in Reg._items.items(): app.get('/' + n)(c().get)
""",
    "lru factory": """
@functools.lru_cache
def get_router():
    return APIRouter(prefix='/c')
get_router().get('/a')(h)
get_router().get('/b')(h2)
app.include_router(get_router())
""",
    "version loop default": """
for v in ('v1', 'v2'):
    r = APIRouter(prefix=f'/{v}')
    @r.get('/x')
    def x(version: str = v): ...
    app.include_router(r)
""",
    "loop dep closure": """
def need(role):
    def check(): ...
    return check
for role in ('admin', 'user'):
    @app.get(f'/{role}', dependencies=[Depends(need(role))])
    def x(): ...
""",
    "loop dep default": """
D = {'a': dep, 'b': dep2}
for n, d in D.items():
    @app.get(f'/{n}')
    def x(u=Depends(d)): ...
""",
    "cond expr deps": """
PUBLIC = {'/a'}
for p in ('/a', '/b'):
    app.get(p, dependencies=[] if p in PUBLIC else [Depends(dep)])(h)
""",
    "deps or default": """
def add(p, deps=None):
    deps = deps or [Depends(dep)]
    app.get(p, dependencies=deps)(h)
add('/a'); add('/b', [Depends(dep2)]); add('/c', [])
""",
    "deps extend": """
base = [Depends(dep)]
def add(p, extra=()):
    app.get(p, dependencies=base + list(extra))(h)
add('/a'); add('/b', (Depends(dep2),))
""",
    "tags cond": """
for n in ('a', 'b'):
    tags = ['all']
    if n == 'b': tags.append('special')
    app.get('/' + n, tags=tags)(h)
""",
    "try finally": """
def f():
    try:
        return '/a'
    finally:
        app.get('/fin')(h)
app.get(f())(h)
""",
    "while stack": """
stack = [('', {'a': {'b': {}}, 'c': {}})]
while stack:
    p, t = stack.pop()
    for k, s in t.items():
        app.get(f'{p}/{k}')(h)
        stack.append((f'{p}/{k}', s))
""",
    "del list": """
L = ['a', 'b', 'c']
del L[1]
for n in L: app.get('/' + n)(h)
D = {'x': 1, 'y': 2}
del D['x']
for n in D: app.get('/' + n)(h)
""",
    "dict ops": """
D = {'a': '/1'}
D.update(b='/2')
D |= {'c': '/3'}
D.pop('a')
for p in D.values(): app.get(p)(h)
""",
    "set ops": """
for n in sorted({'a', 'b'} - {'b'} | {'c'}): app.get('/' + n)(h)
""",
    "chained compare": """
for n in range(5):
    if 1 <= n < 3: app.get(f'/{n}')(h)
""",
    "bool ops": """
for n in range(4):
    if n and not n == 2 or n == 0: app.get(f'/{n}')(h)
""",
    "isinstance tuple": """
for x in ['a', ('b', 'c'), 3]:
    if isinstance(x, str): app.get('/' + x)(h)
    elif isinstance(x, tuple): app.get('/' + '/'.join(x))(h)
    else: app.get(f'/{x}')(h)
""",
    "env default": """
p = os.environ.get('NOPE_PREFIX', '/api')
app.get(p + '/x')(h)
""",
    "assert": """
r = APIRouter(prefix='/a')
assert r.prefix.startswith('/')
r.get(r.prefix)(h)
app.include_router(r)
""",
    "late include": """
r = APIRouter(prefix='/r')
app.include_router(r)
r.get('/late')(h)
""",
    "prefix mutate": """
r = APIRouter(prefix='/a')
r.get('/1')(h)
r.prefix = '/b'
r.get('/2')(h)
app.include_router(r)
""",
    "deps mutate": """
r = APIRouter()
r.get('/1')(h)
r.dependencies.append(Depends(dep))
r.get('/2')(h)
app.include_router(r)
""",
    "app factory env": """
def create(env='dev'):
    a = FastAPI()
    a.get('/x')(h)
    if env == 'dev': a.get('/debug')(h)
    return a
app = create('prod')
""",
    "decorated handler": """
def log(f):
    @functools.wraps(f)
    def w(*a, **k): return f(*a, **k)
    return w
@app.get('/a')
@log
def a(x: int): ...
for p in ('/b', '/c'): app.get(p)(log(h))
""",
    "api_route multi": """
@app.api_route('/a', methods=['GET', 'POST'])
@app.delete('/a')
def a(): ...
""",
    "if not in": """
seen = set()
for p in ['/a', '/b', '/a']:
    if p in seen: continue
    seen.add(p)
    app.get(p)(h)
""",
    "setattr loop": """
class C: ...
for k, v in {'p': '/a', 'q': '/b'}.items(): setattr(C, k, v)
app.get(C.p)(h)
c = C()
c.__dict__.update(r='/z')
app.get(c.q)(h)
""",
    "generator early": """
def gen():
    for n in 'abc':
        app.get('/g' + n)(h)
        yield n
for n in gen():
    app.get('/' + n)(h)
    if n == 'b': break
""",
    "next found": """
L = [('a', 1), ('b', 2)]
n = next(x for x, y in L if y == 2)
app.get('/' + n)(h)
m = next((x for x, y in L if y == 3), 'none')
app.get('/' + m)(h)
""",
}


@pytest.mark.parametrize("code", STYLES.values(), ids=STYLES)
def test_it_is_followed(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + code}
    project = modelcases.project(files)
    assert modelcases.told(project) == modelcases.judged_whole(files, tmp_path)
    assert not any(route.unknown for route in project.routes)


def plugin(name: str) -> str:
    return (
        f"from fastapi import APIRouter\nrouter = APIRouter(prefix='/{name}', tags=['{name}'])\n"
        "@router.get('/x')\ndef x(): ...\n"
    )


PLUGINS = {
    "plugins/__init__.py": "",
    "plugins/alpha.py": plugin("alpha"),
    "plugins/beta.py": plugin("beta"),
    "plugins/_private.py": plugin("private"),
    "plugins/helper.py": "X = 1\n",
}
FILES = {
    "plug-ins": {
        "main.py": HEAD
        + """
import plugins
for m in pkgutil.iter_modules(plugins.__path__):
    if m.name.startswith("_"): continue
    r = getattr(importlib.import_module(f"plugins.{m.name}"), "router", None)
    if r is None: continue
    app.include_router(r, prefix="/api")
""",
        **PLUGINS,
    },
    "plug-ins by their whole names": {
        "main.py": HEAD
        + """
import plugins
for _, name, _ in pkgutil.iter_modules(plugins.__path__, plugins.__name__ + "."):
    mod = importlib.import_module(name)
    if hasattr(mod, "router"): app.include_router(mod.router)
""",
        **PLUGINS,
    },
    "what a package lists": {
        "main.py": HEAD
        + "import api\nfor n in api.__all__: app.include_router(getattr(api, n))\n",
        "api/__init__.py": (
            "from .a import router as a_router\nfrom .b import router as b_router\n"
            "__all__ = ['b_router', 'a_router']\n"
        ),
        "api/a.py": plugin("a"),
        "api/b.py": plugin("b"),
    },
    "a helper that sets what another module has": {
        "main.py": "import config\nimport boot\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "@app.get(config.PREFIX + '/x')\ndef x(): ...\n",
        "config.py": "PREFIX = '/a'\n",
        "boot.py": "import config\nconfig.PREFIX = '/b'\n",
    },
    "a helper that is called to set it": {
        "main.py": "import config\nimport boot\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "@app.get(config.PREFIX + '/x')\ndef x(): ...\nboot.setup()\n"
        "@app.get(config.PREFIX + '/y')\ndef y(): ...\n",
        "config.py": "PREFIX = '/a'\n",
        "boot.py": "import config\ndef setup():\n    config.PREFIX = '/b'\n",
    },
    "a helper that fills a list": {
        "main.py": "from fastapi import FastAPI\nimport state\nstate.add('a')\nimport more\n"
        "app = FastAPI()\nfor n in state.NAMES:\n    @app.get('/' + n)\n    def x(): ...\n",
        "state.py": "NAMES = []\ndef add(n): NAMES.append(n)\n",
        "more.py": "from state import add\nadd('b')\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_it_is_followed_through_files(files: dict[str, str], tmp_path: Path) -> None:
    project = modelcases.project(files)
    assert modelcases.told(project) == modelcases.judged_whole(files, tmp_path)


def test_what_a_file_adds_that_the_server_does_not_load_is_possible() -> None:
    files = {
        "main.py": HEAD + "app.get('/x')(h)\nif __name__ == '__main__':\n    import uvicorn\n"
        "    uvicorn.run('main:app')\n",
        "other.py": "from main import app, h\napp.get('/other')(h)\n",
    }
    routes = modelcases.project(files).routes
    assert [(each.path, each.is_conditional) for each in routes] == [
        ("/x", False),
        ("/other", True),
    ]
