"""What calls are given by name, statements that move down, and returns that were forgotten."""

from __future__ import annotations

import pytest
from fixcases import changes, fixed, refusals, withheld

from fastlint.api import check_texts
from fastlint.fixes import edits

FLAGS = [("httponly", "True"), ("secure", "True")]


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== behind the others
«f("a", "b")»
---
f("a", "b", httponly=True, secure=True)

=== another value for one that is there
«f("a", secure=False, path="/")»
---
f("a", secure=True, path="/", httponly=True)

=== a line each
«f(
    "a",
    path="/",
)»
---
f(
    "a",
    path="/",
    httponly=True,
    secure=True,
)

=== a comma at the end of the line
«f("a", "b",)»
---
f("a", "b", httponly=True, secure=True,)

=== nothing yet
«f()»
---
f(httponly=True, secure=True)

=== too long for the line that the others share
«response.set_cookie(
    "the_session_of_the_user", new_session_identifier, path="/", domain="shop"
)»
---
response.set_cookie(
    "the_session_of_the_user",
    new_session_identifier,
    path="/",
    domain="shop",
    httponly=True,
    secure=True,
)

=== too long for the line
response.delete(); «response.set_cookie("the_session_of_the_user", new_session_identifier)»
---
response.delete(); response.set_cookie(
    "the_session_of_the_user", new_session_identifier, httponly=True, secure=True
)
"""),
)
def test_keywords_are_given(before: str, after: str) -> None:
    assert fixed(before, edits.set_keywords, FLAGS) == after


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== in the middle
«f(docs_url=None, title="a")»
---
f(docs_url=None, secure=True, title="a")

=== a line each
«f(
    docs_url=None,
    title="a",
)»
---
f(
    docs_url=None,
    secure=True,
    title="a",
)

=== one that shares its line
«f(
    docs_url=None, title="a",
)»
---
f(
    docs_url=None, secure=True, title="a",
)

=== behind a comment about the only one
«f(
    docs_url=None  # hidden
)»
---
f(
    docs_url=None,  # hidden
    secure=True,
)

=== above a comment that ends the list
«f(
    docs_url=None
    # no more
)»
---
f(
    docs_url=None,
    secure=True,
    # no more
)

=== nothing of the kind
«f(title="a")»
---
f(title="a", secure=True)
"""),
)
def test_a_keyword_comes_behind_those_that_it_belongs_to(before: str, after: str) -> None:
    assert fixed(before, edits.set_keywords, FLAGS[1:], behind=("docs_url",)) == after


@pytest.mark.parametrize(
    "code",
    refusals("""
=== more than is written here
«f("a", **options)»
=== a comment about the last argument
«f(
    "a",  # why
)»
=== nothing but a comment
«f(  # why
)»
"""),
)
def test_keywords_are_not_given(code: str) -> None:
    assert fixed(code, edits.set_keywords, FLAGS) is None


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== below another statement
import a
a.first()

a.other()
a.last()
---
import a

a.other()
a.first()
a.last()

=== at the end of the file
a.first()
a.other()∎
---
a.other()
a.first()∎

=== below a function
a.first()


@a.other()
def f():
    pass


x = 1
---
@a.other()
def f():
    pass


a.first()


x = 1

=== in a function
def make():
    a.first()
    if b:
        a.other()
    return a
---
def make():
    if b:
        a.other()
    a.first()
    return a
"""),
)
def test_statements_move_down(before: str, after: str) -> None:
    assert _moved(before) == after


@pytest.mark.parametrize(
    "code",
    refusals("""
=== it is the other way round
a.other()
a.first()
=== it makes something
app = a.first()
a.other()
=== it stands deeper
if b:
    a.first()
a.other()
=== a comment above
# why
a.first()
a.other()
=== a comment behind
a.first()  # why
a.other()
=== two on a line
a.first(); b()
a.other()
"""),
)
def test_statements_stay(code: str) -> None:
    assert _moved(code) is None


def _moved(code: str) -> str | None:
    start = code.index("a.other()")

    def move(syntax: object, span: object) -> object:
        other = syntax.file.span(start, start + len("a.other()"))  # type: ignore[attr-defined]
        return edits.move_below(syntax, span, other)  # type: ignore[arg-type]

    return fixed(code.replace("a.first()", "«a.first()»"), move)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== after a block
class M:
    def «check»(cls, value):
        if value:
            raise ValueError
            # never

    x = 1
---
class M:
    def check(cls, value):
        if value:
            raise ValueError
            # never
        return value

    x = 1

=== at the end of the file
def «check»(value):
    print(value)∎
---
def check(value):
    print(value)
    return value∎
"""),
)
def test_what_is_given_is_given_back(before: str, after: str) -> None:
    assert fixed(before, edits.return_at_end, "value") == after


def test_a_body_on_the_line_of_its_def_stays() -> None:
    assert fixed("def «check»(value): print(value)\n", edits.return_at_end, "value") is None


HEAD = "from pydantic import BaseModel, field_validator\n\n\nclass M(BaseModel):\n    a: int\n\n"


@pytest.mark.parametrize(
    "validator",
    [
        '@field_validator("a")\n    @classmethod\n    def f(cls, v: int):\n'
        "        if v:\n            return\n        print(v)\n",
        '@field_validator("a", mode="wrap")\n    @classmethod\n    def f(cls, v, handler):\n'
        "        print(handler(v))\n",
    ],
    ids=["a return without a value", "a wrapping validator"],
)
def test_a_validator_of_which_nobody_knows_what_it_gives_stays(validator: str) -> None:
    found = check_texts({"main.py": f"{HEAD}    {validator}"}).findings
    assert [(each.code, each.fix, each.withheld) for each in found] == [
        ("FLT601", None, "what it has to give is for you to say")
    ]


def test_text_is_made_only_with_the_real_str() -> None:
    assert fixed("f(«exc»)\n", edits.wrap_in_builtin, "str") == "f(str(exc))\n"
    assert withheld("str = 1\nf(«exc»)\n", edits.wrap_in_builtin, "str")
