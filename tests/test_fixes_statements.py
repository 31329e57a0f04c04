"""Single statements, strings and suppression comments."""

from __future__ import annotations

import pytest
from fixcases import changes, changes_of, fixed, refusals, withheld

from fastlint.fixes import edits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    «return E(404)»  # gone\n", "def f():\n    raise E(404)  # gone\n"),
        ("def f(): «return(E(404))»\n", "def f(): raise(E(404))\n"),
        (
            "def f():\n\tif a: «return E(\n\t\t404,  # no\n\t)»\n\telse: return 1\n",
            "def f():\n\tif a: raise E(\n\t\t404,  # no\n\t)\n\telse: return 1\n",
        ),
        ("def f():\n    a = 1; «return E(404)»\n", "def f():\n    a = 1; raise E(404)\n"),
    ],
)
def test_a_returned_exception_is_raised(before: str, after: str) -> None:
    assert fixed(before, edits.return_to_raise) == after


@pytest.mark.parametrize(
    "code", ["def f(): «return»\n", "def f(): «return E(), 404»\n", "«x = 1»\n"]
)
def test_what_is_no_returned_exception_stays(code: str) -> None:
    assert fixed(code, edits.return_to_raise) is None


@pytest.mark.parametrize("left", ["break", "continue"])
def test_nothing_is_raised_where_a_loop_was_left(left: str) -> None:
    code = f"for a in b:\n    try: yield\n    except E:\n        «{left}»\n"
    assert fixed(code, edits.raise_again) is None


NOT_FOUND = """
=== at the same indentation, quotes as in the file
from fastapi import FastAPI

def f():
    «x = db.get('a', 'b')»  # maybe
    return x
---
from fastapi import FastAPI, HTTPException

def f():
    x = db.get('a', 'b')  # maybe
    if x is None:
        raise HTTPException(status_code=404, detail='No "x" found')
    return x
=== status constants as in the file, tabs, several lines
from fastapi import HTTPException, status
A = status.HTTP_200_OK
def f():
⇥«x = db.get(
⇥⇥1
⇥)»
⇥return x
---
from fastapi import HTTPException, status
A = status.HTTP_200_OK
def f():
⇥x = db.get(
⇥⇥1
⇥)
⇥if x is None:
⇥⇥raise HTTPException(status_code=status.HTTP_404_NOT_FOUND, detail='No "x" found')
⇥return x
=== the last of a line, the last of the file
from fastapi import HTTPException as E
def f():
    a = 1; «x = g()»∎
---
from fastapi import HTTPException as E
def f():
    a = 1; x = g()
    if x is None:
        raise E(status_code=404, detail='No "x" found')∎
=== starlette's will do
from starlette.exceptions import HTTPException
if a:
  «x = g()»
else:
  pass
---
from starlette.exceptions import HTTPException
if a:
  x = g()
  if x is None:
    raise HTTPException(status_code=404, detail='No "x" found')
else:
  pass
"""


@pytest.mark.parametrize(("before", "after"), changes(NOT_FOUND))
def test_a_not_found_check_follows_the_query(before: str, after: str) -> None:
    assert fixed(before, edits.insert_not_found_check, "x", 'No "x" found') == after


def test_a_long_raise_is_broken_as_a_formatter_would() -> None:
    before = "from fastapi import HTTPException\ndef f():\n    «x = g()»\n"
    detail = "There is nothing at all of that kind here"
    after = (
        "from fastapi import HTTPException\ndef f():\n    x = g()\n    if x is None:\n"
        "        raise HTTPException(\n"
        f'            status_code=404, detail="{detail}"\n        )\n'
    )
    assert fixed(before, edits.insert_not_found_check, "x", detail) == after


NO_CHECK = """
=== a statement follows on the line
def f():
    «x = g()»; return x
=== within the line of an if
def f():
    if a: «x = g()»
=== not a statement
def f():
    x = «g()»
=== not a simple statement
def f():
    «if (x := g()): pass»
=== HTTPException is something else
class HTTPException: pass
def f():
    «x = g()»
"""


@pytest.mark.parametrize("code", refusals(NO_CHECK))
def test_no_not_found_check_where_there_is_no_room(code: str) -> None:
    assert fixed(code, edits.insert_not_found_check, "x", "none") is None


ENVIRON = '''
=== double quotes
import os
KEY = «"s3cret"»
---
import os
KEY = os.environ["KEY"]
=== single quotes
import os
KEY = «'s3cret'»
---
import os
KEY = os.environ['KEY']
=== the quotes that the secret has, whatever the others are
import os
A, B, KEY = 'a', 'b', («"s3cret"»)
---
import os
A, B, KEY = 'a', 'b', (os.environ["KEY"])
=== raw, as an argument, by an alias
import os as system
f(key=«r"s3cret"», b=1)
---
import os as system
f(key=system.environ["KEY"], b=1)
=== several strings, all of them
import os
KEY = (
    «"s3"
    "cret"»
)
---
import os
KEY = (
    os.environ["KEY"]
)
=== after a docstring
"""Settings."""
KEY = «"s3cret"»
---
"""Settings."""

import os

KEY = os.environ["KEY"]
'''


@pytest.mark.parametrize(("before", "after"), changes(ENVIRON))
def test_a_secret_comes_from_the_environment(before: str, after: str) -> None:
    assert fixed(before, edits.replace_string_with_environ, "KEY") == after


@pytest.mark.parametrize(
    "code",
    [
        'import os\nKEY = «b"s3cret"»\n',
        'import os\nKEY = «f"s3cret{x}"»\n',
        'import os\nKEY = «"s3"» "cret"\n',
        'import os\nKEY = (\n    «"s3"  # half\n    "cret"»\n)\n',
        '«"s3cret"»\nimport os\n',
        'import os\nmatch x:\n    case «"s3cret"»: pass\n',
        'import os\nx: Literal[«"s3cret"»]\n',
        'os = 1\nKEY = «"s3cret"»\n',
    ],
    ids=["bytes", "f-string", "half", "comment", "docstring", "pattern", "annotation", "taken"],
)
def test_a_string_stays_where_it_must_be_one(code: str) -> None:
    assert fixed(code, edits.replace_string_with_environ, "KEY") is None


SUPPRESSION = """
=== a whole comment
x = 1  «# fastlint: ignore[a]»
y
---
x = 1
y
=== a line of its own
x
    «# fastlint: ignore[a] why»
y
---
x
y
=== one name of two | a
x  «# fastlint: ignore[a, FLT101] why»
---
x  # fastlint: ignore[FLT101] why
=== both names | b a
x  «# fastlint: ignore[a, b]»␍
y␍
---
x␍
y␍
=== others' codes stay | FLT101
x  «# noqa: FLT101, E501»
---
x  # noqa: E501
=== a comment that follows stays | FLT101
x  «# noqa: FLT101»  # why
---
x  # why
=== a comment before it stays | FLT101
x  # why  «# noqa: FLT101»
---
x  # why
=== for the file
«# fastlint: ignore-file[a]»
x
---
x
=== for the file, at its end
x


«# fastlint: ignore-file[a]»
---
x
=== in its middle
x


«# fastlint: ignore-file[a]»


y
---
x


y
=== in a file that has nothing else
«# fastlint: ignore-file[a]»
---
"""


@pytest.mark.parametrize(("before", "after", "names"), changes_of(SUPPRESSION))
def test_an_unused_suppression_goes(before: str, after: str, names: list[str] | None) -> None:
    assert fixed(before, edits.remove_suppression_comment, names) == after


@pytest.mark.parametrize(
    "code", ["x  «# fastlint: ignore[a]»\n", "x  «# noqa»\n", "x  «# a b»\n", "«x»\n"]
)
def test_a_suppression_that_does_not_say_so_stays(code: str) -> None:
    assert fixed(code, edits.remove_suppression_comment, ["b"]) is None


@pytest.mark.parametrize("names", [None, ["FLT101"]])
def test_a_suppression_in_the_middle_of_a_sentence_stays(names: list[str] | None) -> None:
    told = "x  # the «# noqa: FLT101, FLT102 can go soon»\n"
    assert "words around it" in withheld(told, edits.remove_suppression_comment, names)
