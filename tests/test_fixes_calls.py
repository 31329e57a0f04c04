"""Calls: another callee, a thread pool around them, a keyword less."""

from __future__ import annotations

import pytest
from fixcases import changes, fixed, refusals

from fastlint.fixes import edits

SLEEP = r"""
=== the import goes where it is sorted
import os
import time


async def f():
    «time.sleep(1)»
---
import asyncio
import os
import time


async def f():
    await asyncio.sleep(1)
=== a trailing comment and other statements of the line stay
import asyncio
import time
async def f():
    a = 1; «time.sleep( a )»; b = 2  # slow
---
import asyncio
import time
async def f():
    a = 1; await asyncio.sleep( a ); b = 2  # slow
=== in a function of one line
import asyncio
async def f(): return «sleep(1)»
---
import asyncio
async def f(): return await asyncio.sleep(1)
=== in an else branch, with tabs
import asyncio
async def f(a):
⇥if a:
⇥⇥pass
⇥else:
⇥⇥«time.sleep(1)»
---
import asyncio
async def f(a):
⇥if a:
⇥⇥pass
⇥else:
⇥⇥await asyncio.sleep(1)
=== in the test of an elif
import asyncio
async def f(a):
    if a:
        pass
    elif «time.sleep(1)»:
        pass
---
import asyncio
async def f(a):
    if a:
        pass
    elif await asyncio.sleep(1):
        pass
=== arguments over several lines keep their layout and comments
import asyncio
async def f():
    «time.sleep(
        1,  # a second
    )»
---
import asyncio
async def f():
    await asyncio.sleep(
        1,  # a second
    )
=== an alias is used
import asyncio as aio
async def f():
    «time.sleep(1)»
---
import asyncio as aio
async def f():
    await aio.sleep(1)
=== an import in the function itself is used
async def f():
    import asyncio
    «time.sleep(1)»
---
async def f():
    import asyncio
    await asyncio.sleep(1)
=== CRLF
import time␍
async def f():␍
    «time.sleep(1)»␍
---
import asyncio␍
import time␍
async def f():␍
    await asyncio.sleep(1)␍
=== lone CR
import time␊
async def f():␊
    «time.sleep(1)»␊
---
import asyncio␊
import time␊
async def f():␊
    await asyncio.sleep(1)␊
=== after a backslash
import asyncio
async def f():
    x = 1 + \
        «time.sleep(1)»
---
import asyncio
async def f():
    x = 1 + \
        await asyncio.sleep(1)
=== in a walrus
import asyncio
async def f():
    if (x := «time.sleep(1)»):
        pass
---
import asyncio
async def f():
    if (x := await asyncio.sleep(1)):
        pass
=== a value of it is taken
import asyncio
async def f():
    «time.sleep(1)».x[0]
---
import asyncio
async def f():
    (await asyncio.sleep(1)).x[0]
=== its own parentheses are enough
import asyncio
async def f():
    («time.sleep(1)»).x
---
import asyncio
async def f():
    (await asyncio.sleep(1)).x
=== columns are characters
import asyncio
async def f():
    x = 'äöü€😀'; «time.sleep(1)»
---
import asyncio
async def f():
    x = 'äöü€😀'; await asyncio.sleep(1)
=== a file in newer syntax than the running Python's
try:
    pass
except A, B:
    pass
async def f():
    if a: «time.sleep(1)»
---
import asyncio

try:
    pass
except A, B:
    pass
async def f():
    if a: await asyncio.sleep(1)
"""


@pytest.mark.parametrize(("before", "after"), changes(SLEEP))
def test_time_sleep_becomes_awaited_asyncio_sleep(before: str, after: str) -> None:
    assert fixed(before, edits.replace_call, "asyncio.sleep", module="asyncio") == after


CANNOT_AWAIT = """
=== in a def
import asyncio
def f():
    «time.sleep(1)»
=== in a def within
import asyncio
async def f():
    def g():
        «time.sleep(1)»
=== in a lambda
import asyncio
async def f():
    g = lambda: «time.sleep(1)»
=== in a generator
import asyncio
async def f():
    x = sum(«time.sleep(1)» for _ in y)
=== in a class body
import asyncio
async def f():
    class A:
        x = «time.sleep(1)»
=== in a default
import asyncio
async def f(x=«time.sleep(1)»):
    pass
=== at the top
import asyncio
«time.sleep(1)»
=== awaited already
import asyncio
async def f():
    await «time.sleep(1)»
=== no call
import asyncio
async def f():
    «time.sleep»(1)
=== the name is taken
asyncio = None
async def f():
    «time.sleep(1)»
=== the name is a parameter
import asyncio
async def f(asyncio):
    «time.sleep(1)»
=== the name is a local
async def f():
    «time.sleep(1)»
    asyncio = 1
=== the import comes later
async def f():
    «time.sleep(1)»
import asyncio
=== only for type checkers
if TYPE_CHECKING:
    import asyncio
async def f():
    «time.sleep(1)»
"""


@pytest.mark.parametrize("code", refusals(CANNOT_AWAIT))
def test_no_fix_where_await_or_the_import_would_be_wrong(code: str) -> None:
    assert fixed(code, edits.replace_call, "asyncio.sleep", module="asyncio") is None


def test_an_await_in_a_default_within_an_async_function_is_fine() -> None:
    before = "import asyncio\nasync def f():\n    def g(x=«time.sleep(1)»):\n        pass\n"
    after = "import asyncio\nasync def f():\n    def g(x=await asyncio.sleep(1)):\n        pass\n"
    assert fixed(before, edits.replace_call, "asyncio.sleep", module="asyncio") == after


def test_replace_call_can_import_a_name_and_leave_out_the_await() -> None:
    before = "import anyio\nfrom anyio import run\nasync def f():\n    «open(p)»\n"
    after = "import anyio\nfrom anyio import open_file, run\nasync def f():\n    open_file(p)\n"
    assert fixed(before, edits.replace_call, "open_file", module="anyio", await_=False) == after


HEAD = "from fastapi.concurrency import run_in_threadpool\n"
POOL = """
=== arguments follow the function
async def f():
    return «requests.get(u, timeout=3)»
---
async def f():
    return await run_in_threadpool(requests.get, u, timeout=3)
=== no arguments
async def f():
    «db.commit()»
---
async def f():
    await run_in_threadpool(db.commit)
=== precedence
async def f():
    return «requests.get(u)».json()
---
async def f():
    return (await run_in_threadpool(requests.get, u)).json()
=== the whole chain
async def f():
    return «db.query(A).filter(b).all()»
---
async def f():
    return await run_in_threadpool(db.query(A).filter(b).all)
=== several lines
async def f():
    x = «requests.get(
        u,  # where
        timeout=3,
    )»
---
async def f():
    x = await run_in_threadpool(
        requests.get,
        u,  # where
        timeout=3,
    )
=== the first argument on the line of the parenthesis
async def f():
    «g(a,
      b)»
---
async def f():
    await run_in_threadpool(g, a,
      b)
=== a query of several lines
async def f():
    items = (
        «db.query(Item)
        .filter(
            Item.name == name,
        )
        .limit(
            10,
        )»
        .all()
    )
---
async def f():
    items = (
        (await run_in_threadpool(
            db.query(Item)
            .filter(
                Item.name == name,
            )
            .limit,
            10,
        ))
        .all()
    )
=== a generator as the only argument
async def f():
    «g(x for x in y)»
---
async def f():
    await run_in_threadpool(g, (x for x in y))
=== a generator that begins with a parenthesis
async def f():
    «g((x) for x in y)»
---
async def f():
    await run_in_threadpool(g, ((x) for x in y))
=== stars
async def f(*a, **k):
    «g(*a, **k)»
---
async def f(*a, **k):
    await run_in_threadpool(g, *a, **k)
=== with
async def f():
    with «open(p)» as file:
        pass
---
async def f():
    with await run_in_threadpool(open, p) as file:
        pass
=== an operand
async def f():
    return -«g(x)» ** 2
---
async def f():
    return -await run_in_threadpool(g, x) ** 2
=== a list comprehension
async def f():
    return [«g(x)» for x in y]
---
async def f():
    return [await run_in_threadpool(g, x) for x in y]
=== in a match
async def f():
    match «g(x)»:
        case 1:
            pass
---
async def f():
    match await run_in_threadpool(g, x):
        case 1:
            pass
=== decorated, nested, after an inner function
def a():
    @b
    async def f():
        def c(): pass
        «g(x)»
---
def a():
    @b
    async def f():
        def c(): pass
        await run_in_threadpool(g, x)
"""


@pytest.mark.parametrize(("before", "after"), changes(POOL))
def test_a_blocking_call_moves_to_the_thread_pool(before: str, after: str) -> None:
    assert fixed(HEAD + before, edits.run_in_threadpool) == HEAD + after


def test_the_thread_pool_of_starlette_will_do() -> None:
    before = (
        "from starlette.concurrency import run_in_threadpool as pool\nasync def f():\n    «g()»\n"
    )
    after = before.replace("«g()»", "await pool(g)")
    assert fixed(before, edits.run_in_threadpool) == after


def test_the_thread_pool_is_imported_next_to_fastapi() -> None:
    code = "async def f():\n    {}\n"
    before = "from fastapi import FastAPI\nfrom sqlmodel import Session\n"
    after = "from fastapi import FastAPI\n" + HEAD + "from sqlmodel import Session\n"
    assert fixed(before + code.format("«g()»"), edits.run_in_threadpool) == (
        after + code.format("await run_in_threadpool(g)")
    )


COMMENTS = """
=== where arguments would be
async def f():
    «g(
        # nothing yet
    )»
=== in the callee
async def f():
    x = («a.b(
    )  # why
    .c(d)»)
"""


@pytest.mark.parametrize("code", refusals(COMMENTS))
def test_no_fix_where_a_comment_would_move(code: str) -> None:
    assert fixed(HEAD + code, edits.run_in_threadpool) is None


KEYWORD = """
=== the last
@«get('/', response_model=A)»
def f(): ...
---
@get('/')
def f(): ...
=== the last, with a comma
@«get('/', response_model=A,)»
def f(): ...
---
@get('/',)
def f(): ...
=== in the middle
@«get('/', response_model=A, tags=[])»
def f(): ...
---
@get('/', tags=[])
def f(): ...
=== the first
«g(response_model=A, b=1)»
---
g(b=1)
=== the only
«g( response_model=A )»
---
g()
=== a line of its own
@«get(
    '/',  # root
    response_model=A,
    tags=[],
)»
def f(): ...
---
@get(
    '/',  # root
    tags=[],
)
def f(): ...
=== the last line, without a comma
@«get(
    '/',
    response_model=A
)»
def f(): ...
---
@get(
    '/',
)
def f(): ...
=== broken because it was too long
«router.get(
    "/", name="users:list", response_model=PaginatedResults[schemas.user.UserRead]
)»
---
router.get("/", name="users:list")
=== still too long
«router.get(
    "/the/path/of/all/that/there/is/to/see", response_model=A, name="the name of all that there is"
)»
---
router.get(
    "/the/path/of/all/that/there/is/to/see", name="the name of all that there is"
)
=== with a comma at the end, for lines of their own
«router.get(
    "/", response_model=A, name="a",
)»
---
router.get(
    "/", name="a",
)
=== several lines of its own, CRLF
«g(␍
    '/',␍
    response_model=list[␍
        A␍
    ],␍
)»␍
---
g(␍
    '/',␍
)␍
=== a value in parentheses, the bracket on its line
«g('/',
  response_model=(A))»
---
g('/')
=== before stars
«g('/', response_model=A, **k)»
---
g('/', **k)
"""


@pytest.mark.parametrize(("before", "after"), changes(KEYWORD))
def test_a_keyword_is_removed_with_its_comma(before: str, after: str) -> None:
    assert fixed(before, edits.remove_keyword, "response_model") == after


KEYWORD_STAYS = """
=== a comment on its line
«g(
    '/',
    response_model=A,  # for the docs
)»
=== a comment above it
«g(
    '/',
    # for the docs
    response_model=A,
)»
=== a comment within
«g('/', response_model=(A  # docs
)
)»
=== not there
«g('/')»
=== a comment between
«g('/',  # root
  response_model=A)»
"""


@pytest.mark.parametrize("code", refusals(KEYWORD_STAYS))
def test_a_keyword_stays_if_a_comment_would_go(code: str) -> None:
    assert fixed(code, edits.remove_keyword, "response_model") is None


TEXT = r"""
=== a piece of the first argument
«app.get('/items/{id}', tags=["{id}"])»
---
app.get('/items/{item_id}', tags=["{id}"])
=== the argument by its name
«app.get(status_code=201, path="/{id}")»
---
app.get(status_code=201, path="/{item_id}")
=== the argument by its name, behind others
«app.include_router(router, path="/{id}")»
---
app.include_router(router, path="/{item_id}")
"""

OTHER_TEXT = r"""
=== a constant
«app.get(PATH)»
=== several strings
«app.get("/items/" "{id}")»
=== an f-string
«app.get(f"/items/{id}")»
=== twice
«app.get("/{id}/{id}")»
=== a raw string
«app.get(r"/{id}")»
=== not text at all
«app.get(path)»
"""


@pytest.mark.parametrize(("before", "after"), changes(TEXT))
def test_a_piece_of_a_string_is_replaced(before: str, after: str) -> None:
    assert fixed(before, edits.replace_in_argument, "path", "{id}", "{item_id}") == after


@pytest.mark.parametrize("code", refusals(OTHER_TEXT))
def test_other_strings_are_left_alone(code: str) -> None:
    assert fixed(code, edits.replace_in_argument, "path", "{id}", "{item_id}") is None
