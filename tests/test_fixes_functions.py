"""Whole functions: made sync, annotated, their clean-up made certain."""

from __future__ import annotations

import pytest
from fixcases import changes, fixed, refusals

from fastlint.fixes import edits

SYNC = """
=== async goes
async def «f»(): return 1
---
def f(): return 1
=== its decorators and its wide spacing stay
@app.get('/')  # root
async   def «f»(a,
            b): pass
---
@app.get('/')  # root
def f(a,
            b): pass
=== the generator type follows, from the same module
from collections.abc import AsyncGenerator

async def «get_db»() -> AsyncGenerator[Session, None]:
    yield s
---
from collections.abc import AsyncGenerator, Generator

def get_db() -> Generator[Session, None, None]:
    yield s
=== a generator type with one argument
from typing import AsyncGenerator, Generator
async def «f»() -> AsyncGenerator[int]:
    yield 1
---
from typing import AsyncGenerator, Generator
def f() -> Generator[int, None, None]:
    yield 1
=== an iterator, through an alias
import typing as t
async def «f»() -> t.AsyncIterator[int]:
    yield 1
---
import typing as t
def f() -> t.Iterator[int]:
    yield 1
=== under a name of its own
from typing import AsyncIterator as Stream
async def «f»() -> Stream[int]:
    yield 1
---
from typing import AsyncIterator as Stream, Iterator
def f() -> Iterator[int]:
    yield 1
=== another annotation stays
async def «f»() -> list[int]:
    return []
---
def f() -> list[int]:
    return []
=== what only an inner function awaits is its own
async def «f»():
    async def g():
        await h()
    return g
---
def f():
    async def g():
        await h()
    return g
=== a method, with tabs
class A:
⇥async def «f»(self):
⇥⇥return '''
x'''
---
class A:
⇥def f(self):
⇥⇥return '''
x'''
"""


@pytest.mark.parametrize(("before", "after"), changes(SYNC))
def test_async_def_becomes_def(before: str, after: str) -> None:
    assert fixed(before, edits.make_sync) == after


NOT_SYNC = r"""
=== it awaits
async def «f»():
    return await g()
=== async for
async def «f»():
    async for x in y: pass
=== async with
async def «f»():
    async with x: pass
=== an async comprehension
async def «f»():
    return [x async for x in y]
=== a generator type in quotes
async def «f»() -> 'AsyncGenerator[int, None]':
    yield 1
=== a generator type from elsewhere
from own import AsyncIterator
async def «f»() -> AsyncIterator[int]:
    yield 1
=== a generator type of an unknown name
async def «f»() -> AsyncIterator[int]:
    yield 1
=== the sync name is taken
from typing import AsyncIterator
Iterator = 1
async def «f»() -> AsyncIterator[int]:
    yield 1
=== it is sync
def «f»(): pass
=== async on a line of its own
async \
  def «f»(): pass
"""


@pytest.mark.parametrize("code", refusals(NOT_SYNC))
def test_async_def_stays(code: str) -> None:
    assert fixed(code, edits.make_sync) is None


RETURN = """
=== plain
def «f»(a): pass
---
def f(a) -> Model: pass
=== no parameters
def «f»(): pass
---
def f() -> Model: pass
=== a comment and a comma in the parentheses
def «f»(
    a=(1),  # )
    # more (
):
    pass
---
def f(
    a=(1),  # )
    # more (
) -> Model:
    pass
=== stars and slashes
def «f»(a, /, b, *, c=')', **k) : pass
---
def f(a, /, b, *, c=')', **k) -> Model : pass
=== only a slash at the end
def «f»(a, /,): pass
---
def f(a, /,) -> Model: pass
"""


@pytest.mark.parametrize(("before", "after"), changes(RETURN))
def test_a_return_annotation_is_added(before: str, after: str) -> None:
    head = "class Model: pass\n"
    assert fixed(head + before, edits.set_return_annotation, "Model") == head + after


@pytest.mark.parametrize(
    ("head", "written"),
    [
        ("from typing import List\nx: List[int]\n", "List[Model]"),
        ("import typing\nx: typing.List[int]\n", "typing.List[Model]"),
        ("from typing import List\nx: List[int]\ny: list[int]\n", "list[Model]"),
        ("if TYPE_CHECKING:\n    from typing import List\nx: List[int]\n", "list[Model]"),
    ],
)
def test_a_return_annotation_is_written_as_in_the_file(head: str, written: str) -> None:
    code = f"{head}class Model: pass\n"
    after = fixed(f"{code}def «f»(): pass\n", edits.set_return_annotation, "list[Model]")
    assert after == f"{code}def f() -> {written}: pass\n"


@pytest.mark.parametrize(
    "code",
    [
        "def «f»() -> int: pass\nclass Model: pass\n",
        "def «f»(): pass\nclass Model: pass\n",
        "def «f»(): pass\n",
        "if TYPE_CHECKING:\n    from a import Model\ndef «f»(): pass\n",
    ],
    ids=["has one", "means nothing yet", "means nothing", "only for type checkers"],
)
def test_no_return_annotation_that_would_be_wrong(code: str) -> None:
    assert fixed(code, edits.set_return_annotation, "list[Model]") is None


FINALLY = """
=== E6
def «get_db»():
    db = S()
    yield db
    db.close()
---
def get_db():
    db = S()
    try:
        yield db
    finally:
        db.close()
=== comments, empty lines and long strings stay what they are
def «f»():
    # open
    yield x  # hand out

    # close
    log('''
closed
''')

    x.close()


y = 1
---
def f():
    # open
    try:
        yield x  # hand out

    finally:
        # close
        log('''
closed
''')

        x.close()


y = 1
=== tabs, CRLF, no newline at the end
class A:␍
⇥def «f»(self):␍
⇥⇥yield (␍
⇥⇥⇥1␍
⇥⇥)␍
⇥⇥if a:␍
⇥⇥⇥b()∎
---
class A:␍
⇥def f(self):␍
⇥⇥try:␍
⇥⇥⇥yield (␍
⇥⇥⇥⇥1␍
⇥⇥⇥)␍
⇥⇥finally:␍
⇥⇥⇥if a:␍
⇥⇥⇥⇥b()∎
"""


@pytest.mark.parametrize(("before", "after"), changes(FINALLY))
def test_clean_up_after_a_yield_is_made_certain(before: str, after: str) -> None:
    assert fixed(before, edits.wrap_yield_in_try_finally) == after


NO_FINALLY = """
=== nothing follows
def «f»():
    yield x
=== two yields
def «f»():
    yield x
    yield y
=== in a try already
def «f»():
    try:
        yield x
    finally:
        pass
    a()
=== its value is used
def «f»():
    y = yield x
    y.close()
=== a return would swallow the exception
def «f»():
    yield x
    if y:
        return
    x.close()
=== on one line
def «f»(): yield x; x.close()
=== sharing a line
def «f»():
    yield x; a()
    x.close()
=== yield from
def «f»():
    yield from x
    x.close()
"""


@pytest.mark.parametrize("code", refusals(NO_FINALLY))
def test_clean_up_stays_where_wrapping_would_change_more(code: str) -> None:
    assert fixed(code, edits.wrap_yield_in_try_finally) is None
