"""Parameters: markers into Annotated, collections, mutable defaults."""

from __future__ import annotations

import pytest
from fixcases import changes, changes_of, fixed, refusals

from fastlint.fixes import edits

HEAD = "from typing import Annotated\n"

ANNOTATED = """
=== Depends | db
def «f»(db: Session = Depends(get_db)): pass
---
def f(db: Annotated[Session, Depends(get_db)]): pass
=== a default as the first argument | q
def «f»(q: str = Query('a', ge=1)): pass
---
def f(q: Annotated[str, Query(ge=1)] = 'a'): pass
=== a default by keyword, None | q
def «f»(q: str | None = Query(alias='x', default=None)): pass
---
def f(q: Annotated[str | None, Query(alias='x')] = None): pass
=== an ellipsis | q
def «f»(q: int = Path(..., ge=1)): pass
---
def f(q: Annotated[int, Path(ge=1)]): pass
=== nothing | q
def «f»(q: int = Query()): pass
---
def f(q: Annotated[int, Query()]): pass
=== a default factory | q
def «f»(q: list[int] = Query(default_factory=list)): pass
---
def f(q: Annotated[list[int], Query(default_factory=list)]): pass
=== the marker under other names | a b c
from fastapi import Query as Q
import fastapi as fa
def «f»(a: int = Q(1), b: int = fa.Query(2), c: X = fa.Depends()): pass
---
from fastapi import Query as Q
import fastapi as fa
def f(
    a: Annotated[int, Q()] = 1,
    b: Annotated[int, fa.Query()] = 2,
    *,
    c: Annotated[X, fa.Depends()],
): pass
=== one of several, its comments beside it | db
async def «f»(
    a: int,  # first
    db: Session = Depends(get_db),  # noqa: B008
    c: int = 1,
) -> X:
    pass
---
async def f(
    a: int,  # first
    db: Annotated[Session, Depends(get_db)],  # noqa: B008
    c: int = 1,
) -> X:
    pass
=== all of several: none needs a star | a b
def «f»(a: A = Depends(x), b: B = Depends(y)): pass
---
def f(a: Annotated[A, Depends(x)], b: Annotated[B, Depends(y)]): pass
=== keyword-only already | db
def «f»(*, c=1, db: Session = Depends(get_db)): pass
---
def f(*, c=1, db: Annotated[Session, Depends(get_db)]): pass
=== a star where a default would precede | db
def «f»(c: int = 1, db: Session = Depends(g), **k): pass
---
def f(c: int = 1, *, db: Annotated[Session, Depends(g)], **k): pass
=== a star on a line of its own | db
def «f»(
⇥c: int = 1,
⇥db: Session = Depends(g),
): pass
---
def f(
⇥c: int = 1,
⇥*,
⇥db: Annotated[Session, Depends(g)],
): pass
=== a marker over several lines is drawn together | q
def «f»(
    q: str = Query(
        'a',
        ge=1,
    ),
): pass
---
def f(
    q: Annotated[str, Query(ge=1)] = 'a',
): pass
=== too long for a line | q
def «f»(
    q: str = Query('a', title='A rather long title', description='And so long a description'),
): pass
---
def f(
    q: Annotated[
        str, Query(title='A rather long title', description='And so long a description')
    ] = 'a',
): pass
=== much too long for a line | q
def «f»(
    q: str = Query(
        'a',
        title='A rather long title, longer still',
        description='And so long a description',
    ),
): pass
---
def f(
    q: Annotated[
        str,
        Query(
            title='A rather long title, longer still',
            description='And so long a description',
        ),
    ] = 'a',
): pass
=== comments in the marker stay | q
def «f»(
    q: str = Query(
        'a',
        ge=1,  # at least
    ),
): pass
---
def f(
    q: Annotated[
        str,
        Query(
            ge=1,  # at least
        ),
    ] = 'a',
): pass
=== an annotation in quotes, odd spacing, parentheses | db
def «f»(db : 'Session'=(Depends( get_db ))): pass
---
def f(db : Annotated['Session', Depends(get_db)]): pass
=== a method in a class, CRLF | db
class A:␍
    def «f»(self, db: S = Depends(g)):␍
        pass␍
---
class A:␍
    def f(self, db: Annotated[S, Depends(g)]):␍
        pass␍
=== lambda and nested calls | x y
def «f»(x: int = Depends(lambda: g(1, 2)), y: str = Body(h('('), embed=True)): pass
---
def f(
    x: Annotated[int, Depends(lambda: g(1, 2))],
    y: Annotated[str, Body(embed=True)] = h('('),
): pass
"""


@pytest.mark.parametrize(("before", "after", "names"), changes_of(ANNOTATED))
def test_markers_move_into_annotated(before: str, after: str, names: list[str]) -> None:
    assert fixed(HEAD + before, edits.annotate_parameters, names) == HEAD + after


def test_a_signature_that_gets_too_long_is_broken_as_a_formatter_would() -> None:
    before = (
        "async def «read»(a: int, /, first: Session = Depends(get_db), *args: int, "
        "user: User = Depends(g), **k):\n    pass\n"
    )
    after = (
        "async def read(\n    a: int,\n    /,\n    first: Annotated[Session, Depends(get_db)],\n"
        "    *args: int,\n    user: Annotated[User, Depends(g)],\n    **k,\n):\n    pass\n"
    )
    assert fixed(HEAD + before, edits.annotate_parameters, ["first", "user"]) == HEAD + after


def test_parameters_of_several_lines_are_not_joined_to_a_line_that_is_too_long() -> None:
    before = (
        "def «read»(first: str = Cookie(None,\n"
        "                              include_in_schema=False,\n"
        "                              alias='the-first'),\n"
        "         second: str = Header(None,\n"
        "                              convert_underscores=False,\n"
        "                              include_in_schema=False,\n"
        "                              alias='the-second')) -> None:\n    pass\n"
    )
    after = (
        "def read(\n"
        "    first: Annotated[str, Cookie(include_in_schema=False, alias='the-first')] = None,\n"
        "    second: Annotated[\n        str,\n"
        "        Header(convert_underscores=False, include_in_schema=False, alias='the-second'),\n"
        "    ] = None,\n) -> None:\n    pass\n"
    )
    imports = "from fastapi import Cookie, Header\nfrom typing import Annotated\n"
    done = fixed(imports + before, edits.annotate_parameters, ["first", "second"])
    assert done == imports + after


MOVED = """
=== on one line
def «f»(q: int = 1, db: S = Depends(g)): pass
---
def f(db: Annotated[S, Depends(g)], q: int = 1): pass
=== on lines of their own
def «f»(
    self,
    q: int = 1,
    db: S = Depends(g),
): pass
---
def f(
    self,
    db: Annotated[S, Depends(g)],
    q: int = 1,
): pass
=== only what precedes a star
def «f»(q: int = 1, db: S = Depends(g), *, z=2): pass
---
def f(db: Annotated[S, Depends(g)], q: int = 1, *, z=2): pass
"""


@pytest.mark.parametrize(("before", "after"), changes(MOVED))
def test_a_parameter_moves_left_when_that_is_allowed(before: str, after: str) -> None:
    assert fixed(HEAD + before, edits.annotate_parameters, ["db"], order="move") == HEAD + after


def test_a_parameter_does_not_move_past_a_comment() -> None:
    head = "def «f»(\n    q: int = 1,  # the question\n    "
    before = HEAD + head + "db: S = Depends(g),\n): pass\n"
    after = HEAD + head + "*,\n    db: Annotated[S, Depends(g)],\n): pass\n"
    changed = fixed(before, edits.annotate_parameters, ["db"], order="move")
    assert changed == after.replace("«f»", "f")


UNCHANGED = """
=== no annotation
def «f»(db=Depends(g)): pass
=== no marker
def «f»(db: S = 1): pass
=== another call
def «f»(db: S = thing(1)): pass
=== a path that is none of FastAPI's
from pathlib import Path
def «f»(db: S = Path('x')): pass
=== a type in quotes that is to be called
def «f»(db: "S" = Depends(use_cache=False)): pass
=== no default
def «f»(db: S): pass
=== Annotated already
def «f»(db: Annotated[S, 1] = Depends(g)): pass
=== unknown arguments
def «f»(db: S = Query(*a)): pass
=== a comment on the default
def «f»(
    db: S = Query(
        1,  # one
        ge=1,
    ),
): pass
=== a comment before the marker
def «f»(
    db: S  # the
    = Depends(g),
): pass
=== a star is there, but later
def «f»(a=1, db: S = Depends(g), *, c=1): pass
=== not a parameter
def «f»(a: S = Depends(g)): pass
=== Annotated is something else here
def g():
    Annotated = 1
    def «f»(db: S = Depends(g)): pass
=== a local marker under future annotations
from __future__ import annotations
def g():
    dep = 1
    def «f»(db: S = Depends(dep)): pass
=== a name that means something else below, under future annotations
from __future__ import annotations
from fastapi import Query
LIMIT = 10
def «f»(db: int = Query(5, le=LIMIT)): pass
LIMIT = 3
=== a name that is gone below, under future annotations
from __future__ import annotations
from fastapi import Depends
dep = print
def «f»(db: int = Depends(dep)): pass
del dep
=== a name bound within the marker
def «f»(db: S = Depends(dep := g)): pass
"""


@pytest.mark.parametrize("code", refusals(UNCHANGED))
def test_markers_stay_where_they_cannot_move(code: str) -> None:
    head = "" if "__future__" in code else HEAD
    assert fixed(head + code, edits.annotate_parameters, ["db"]) is None


def test_what_a_text_in_a_marker_says_is_no_name() -> None:
    head = "from __future__ import annotations\nfrom typing import Annotated\n"
    head += "from fastapi import Query\n"
    rest = "def read(): pass\n"
    code = f"{head}def «f»(db: int = Query(5, title='to read')): pass\n{rest}"
    after = f"{head}def f(db: Annotated[int, Query(title='to read')] = 5): pass\n{rest}"
    assert fixed(code, edits.annotate_parameters, ["db"]) == after


def test_refusing_to_reorder() -> None:
    code = HEAD + "def «f»(a=1, db: S = Depends(g)): pass\n"
    assert fixed(code, edits.annotate_parameters, ["db"], order="refuse") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tags: list[str] = []", "tags: Annotated[list[str], Query()] = []"),
        ("tags: list[str]", "tags: Annotated[list[str], Query()]"),
        ("tags: set[int] | None = None", "tags: Annotated[set[int] | None, Query()] = None"),
    ],
)
def test_a_collection_is_said_to_be_a_query(before: str, after: str) -> None:
    head = "from fastapi import FastAPI\n\n"
    fixed_head = "from typing import Annotated\n\nfrom fastapi import FastAPI, Query\n\n"
    code = "@app.get('/')\ndef «f»({}): pass\n"
    done = fixed_head + code.format(after).replace("«", "").replace("»", "")
    assert fixed(head + code.format(before), edits.wrap_collection, ["tags"]) == done


def test_a_collection_with_a_marker_stays() -> None:
    code = HEAD + "from fastapi import Body\ndef «f»(tags: list[str] = Body([])): pass\n"
    assert fixed(code, edits.wrap_collection, ["tags"]) is None


SENTINEL = """
=== after the docstring | x
def «f»(x: list[int] = []):
    '''Doc.'''
    return x
---
def f(x: list[int] | None = None):
    '''Doc.'''
    if x is None:
        x = []
    return x
=== no docstring, a comment first, CRLF | x
def «f»(x=[]):  # why␍
    # then␍
    return x␍
---
def f(x=None):  # why␍
    if x is None:␍
        x = []␍
    # then␍
    return x␍
=== one line | x
class A:
⇥def «f»(self, x={}): return x; print()  # hm
---
class A:
⇥def f(self, x=None):
⇥⇥if x is None:
⇥⇥⇥x = {}
⇥⇥return x; print()  # hm
=== several | x y
def «f»(x=[], *, y: 'set[int]' = set()):
  return x
---
def f(x=None, *, y: 'set[int] | None' = None):
  if x is None:
    x = []
  if y is None:
    y = set()
  return x
=== after those of the parameters before it | y
def «f»(x=None, y=[], z=None):
    if x is None:
        x = []
    if z is None:
        z = []
    return x
---
def f(x=None, y=None, z=None):
    if x is None:
        x = []
    if y is None:
        y = []
    if z is None:
        z = []
    return x
=== Optional where the file writes it so | x
from typing import Optional
a: Optional[int]
def «f»(x: list = []):
    pass
---
from typing import Optional
a: Optional[int]
def f(x: Optional[list] = None):
    if x is None:
        x = []
    pass
=== only a docstring, no newline at the end | x
def «f»(x: list | None = []):
    'Doc.'∎
---
def f(x: list | None = None):
    'Doc.'
    if x is None:
        x = []∎
=== a long default | x
def «f»(
    x={
        'a': 1,
    },
):
    pass
---
def f(
    x=None,
):
    if x is None:
        x = {
            'a': 1,
        }
    pass
=== brackets that span a colon and a lambda in the header | x
def «f»(x=[], y=lambda: {1: 2}, z: dict['a:', int] = {}) -> 'q:':
    return x
---
def f(x=None, y=lambda: {1: 2}, z: dict['a:', int] = {}) -> 'q:':
    if x is None:
        x = []
    return x
"""


@pytest.mark.parametrize(("before", "after", "names"), changes_of(SENTINEL))
def test_a_mutable_default_is_made_afresh(before: str, after: str, names: list[str]) -> None:
    assert fixed(before, edits.none_sentinel, names) == after


@pytest.mark.parametrize(
    "code",
    [
        "def «f»(x=[  # none yet\n]):\n    pass\n",
        "def «f»(x=[y], y=1):\n    pass\n",
        "def «f»(x=[y]):\n    y = 2\n",
        "class A:\n    y = 1\n    def «f»(self, x=[y]):\n        pass\n",
        "def «f»(x=[]): 'Doc.'\n",
        "def «f»(y=[]):\n    pass\n",
        "def «f»(x={'a': '''\n    b'''}):\n    pass\n",
    ],
    ids=[
        "a comment in it",
        "another parameter's name",
        "a local's name",
        "a class's name",
        "a docstring on the line",
        "not a parameter",
        "a long string",
    ],
)
def test_a_mutable_default_stays_where_it_would_mean_something_else(code: str) -> None:
    assert fixed(code, edits.none_sentinel, ["x"]) is None
