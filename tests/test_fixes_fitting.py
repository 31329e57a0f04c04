"""That fixes keep lines as short as the file keeps its own."""

from __future__ import annotations

import pytest
from fixcases import changes, fixed

from fastlint.api import check_texts
from fastlint.config.settings import Settings
from fastlint.fixes import edits, layout
from fastlint.fixes.apply import apply_edits
from fastlint.fixes.style import Style
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

HEAD = "from fastapi.concurrency import run_in_threadpool\nasync def handler():\n"


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== a condition
    if user is not None and «is_valid_password_of_the_user(password, user.hashed_password)»:
        pass
---
    if user is not None and await run_in_threadpool(
        is_valid_password_of_the_user, password, user.hashed_password
    ):
        pass

=== an assignment
    dag_id = «session.scalar(select(Backfill.dag_id).where(Backfill.id == backfill_id))»  # one
---
    dag_id = await run_in_threadpool(
        session.scalar, select(Backfill.dag_id).where(Backfill.id == backfill_id)
    )  # one

=== arguments that shared a line of their own
    dag_id = «session.first_by_name(
        identity_of_the_dag=dag_id, name_of_the_task=task_name, is_active=True
    )»
---
    dag_id = await run_in_threadpool(
        session.first_by_name,
        identity_of_the_dag=dag_id,
        name_of_the_task=task_name,
        is_active=True,
    )

=== within brackets that are broken already
    claims = {
        "fingerprint": «self.password_helper.hash(user.hashed_password, user.salt_of_it)»,
    }
---
    claims = {
        "fingerprint": await run_in_threadpool(
            self.password_helper.hash, user.hashed_password, user.salt_of_it
        ),
    }

=== within other brackets, which are broken first
    answers.append(«scalar(select(A.b_id).where(A.identity == identity))»)
---
    answers.append(
        await run_in_threadpool(scalar, select(A.b_id).where(A.identity == identity))
    )

=== a comment for a tool
    x = «function(first_argument_of_what_is, second_argument_of_it)»  # noqa
---
    x = await run_in_threadpool(function, first_argument_of_what_is, second_argument_of_it)  # noqa

=== short enough
    x = «load(1)»
---
    x = await run_in_threadpool(load, 1)
"""),
)
def test_a_call_that_becomes_too_long_is_broken(before: str, after: str) -> None:
    assert fixed(HEAD + before, edits.run_in_threadpool) == HEAD + after


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== a comment behind it, which counts
    answer_of_it = «function(first_argument_of_what_is, second_of_it)»  # it takes some time
---
    answer_of_it = await run_in_threadpool(
        function, first_argument_of_what_is, second_of_it
    )  # it takes some time

=== a comment for a tool, which counts for nothing
    answer = «function(first, second)»  # type: ignore[no-untyped-call]
---
    answer = await run_in_threadpool(function, first, second)  # type: ignore[no-untyped-call]

=== an attribute of what is awaited
    return «client.get(address_of_the_report_of_today, follow=True)».text
---
    return (
        await run_in_threadpool(client.get, address_of_the_report_of_today, follow=True)
    ).text

=== a method of what is awaited, which is too long itself
    found = «client.get(address_of_the_report_of_today, follow_redirects=True, b=2)».json()
---
    found = (
        await run_in_threadpool(
            client.get, address_of_the_report_of_today, follow_redirects=True, b=2
        )
    ).json()

=== a condition with a comment
    if not «is_valid_password_of_the_user(password, user.hashed_password)»:  # or else
        pass
---
    if not await run_in_threadpool(
        is_valid_password_of_the_user, password, user.hashed_password
    ):  # or else
        pass

=== brackets that come after others
    return names[0] + «client.get(address_of_a_report, follow=True)».text
---
    return names[0] + (await run_in_threadpool(client.get, address_of_a_report, follow=True)).text
"""),
)
def test_a_line_that_becomes_too_long_is_broken(before: str, after: str) -> None:
    assert fixed(HEAD + before, edits.run_in_threadpool) == HEAD + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "if not secrets.compare_digest(header.encode(), settings.key_of_the_app.encode()):",
            "if not secrets.compare_digest(\n"
            "    header.encode(), settings.key_of_the_app.encode()\n):",
        ),
        (
            "if x is None or secrets.compare_digest(x.encode(), settings.key_of_it.encode()):",
            "if x is None or secrets.compare_digest(\n"
            "    x.encode(), settings.key_of_it.encode()\n):",
        ),
        (
            "while a(x) and secrets.compare_digest(x.encode(), settings.key_of_it.encode()):",
            "while a(x) and secrets.compare_digest(x.encode(), settings.key_of_it.encode()):",
        ),
    ],
)
@pytest.mark.parametrize("comment", ["", "  # a"])
def test_a_condition_is_broken_where_it_is_one_call(before: str, after: str, comment: str) -> None:
    text = f"import secrets\n\n{before}{comment}\n    pass\n"
    file = SourceFile(path="a.py", text=text.replace("secrets.compare", "compare"))
    syntax = Syntax(file, Style(text, 78))
    at = syntax.text.index("compare")
    changed = edits.replace_text(syntax, syntax.file.span(at, at), "secrets.")
    assert changed
    expected = f"import secrets\n\n{after}{comment}\n    pass\n"
    assert apply_edits(syntax.text, changed) == expected


def test_a_line_that_was_too_long_for_its_comment_stays_one() -> None:
    before = HEAD + "    answer = «function(first)»  # " + "so " * 20 + "\n"
    assert (fixed(before, edits.run_in_threadpool) or "").count("\n") == before.count("\n")


def test_what_stood_in_several_lines_and_is_one_too_long_is_broken() -> None:
    text = "def f():\n    raise Refused(\n        401, detail_of_what\n    )  # so\n"
    syntax = Syntax(SourceFile(path="a.py", text=text), Style(text, 40))
    start, end = text.index("raise"), text.index("  # so")
    new = "return Answer({1: detail}, status=401)"
    changed = edits.replace_text(syntax, syntax.file.span(start, end), new)
    assert changed
    assert apply_edits(text, changed) == (
        "def f():\n    return Answer(\n        {1: detail}, status=401\n    )  # so\n"
    )


def test_arguments_that_do_not_fit_together_get_a_line_each() -> None:
    code = """
import httpx

client = httpx.AsyncClient(app=make_the_app(), base_url="https://testserver.example", timeout=5)
"""
    (found,) = check_texts({"test_a.py": code}).findings
    assert found.fix is not None
    after = apply_edits(code, found.fix.edits) or ""
    assert after.split("client = ")[1] == (
        "httpx.AsyncClient(\n"
        "    transport=httpx.ASGITransport(app=make_the_app()),\n"
        '    base_url="https://testserver.example",\n'
        "    timeout=5,\n"
        ")\n"
    )


CALL = "    result = function({}, second, third)\n"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("x = 1\n", 88),
        (CALL.format("a" * 70), 108),
        (CALL.format("a" * 170), 120),
        ("# " + "a" * 100 + ")\n", 88),
        ("    found = " + "a" * 60 + ".project().by_permissions(\n        1\n    )\n", 88),
        ("        " + "a" * 90 + "().listed,\n", 88),
        ("x = f('" + "a" * 100 + "')\n", 88),
        ('    """Some prose that goes on and on' + " and on" * 12 + ' (so to speak)."""\n', 88),
        ("Some prose in a docstring that goes on and on" + " and on" * 10 + "\n", 88),
    ],
)
def test_code_tells_how_long_lines_may_be_and_prose_does_not(text: str, length: int) -> None:
    assert layout.line_length(text) == length


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("x = 1\n", "    "),
        ("def f():\n  x\n", "  "),
        ("if x:\n\ty\n", "\t"),
        ("class A:\n    # what it is\n    def f():\n        x\n", "    "),
        ("def f():\n    # how\n    x = g(\n        1)\n    if x:\n        y\n", "    "),
        ("def f(\n        a):\n    x\n    if x:\n        y\n", "    "),
    ],
)
def test_the_code_tells_how_deep_a_level_is(text: str, unit: str) -> None:
    assert layout.indent_unit(text) == unit


def test_a_comment_stays_with_the_except_that_it_is_about() -> None:
    text = """
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/tools/{tool_id}")
def read_tool(tool_id: int) -> int:
    try:
        if tool_id == 3:
            raise HTTPException(404)
        # that is all
    # whatever else
    # goes wrong
    except Exception:
        raise HTTPException(500) from None
    return tool_id
"""
    (found,) = (each for each in check_texts({"main.py": text}).findings if each.code == "FLT411")
    assert found.fix is not None
    assert apply_edits(text, found.fix.edits) == text.replace(
        "    # whatever", "    except HTTPException:\n        raise\n    # whatever"
    )


def test_a_field_without_its_ellipsis_takes_one_line_where_it_fits() -> None:
    text = """
from pydantic import BaseModel, Field


class Swap(BaseModel):
    outputs: list[str] = Field(
        ..., max_length=1000, description="Given back for all inputs"
    )
    inputs: list[str] = Field(
        ..., max_length=1000, description="What is given for it, as long as there is any"
    )
"""
    found = check_texts({"main.py": text}, Settings(select=("FLT320",))).findings
    first, second = (each.fix for each in found)
    assert first is not None
    assert second is not None
    assert apply_edits(text, (*first.edits, *second.edits)) == text.replace(
        """Field(
        ..., max_length=1000, description="Given back for all inputs"
    )""",
        'Field(max_length=1000, description="Given back for all inputs")',
    ).replace("..., ", "")


@pytest.mark.parametrize(
    ("does", "safe"),
    [("raise HTTPException(500)", True), ("print('on we go')", False), ("return {}", False)],
)
def test_an_except_that_goes_on_may_mean_to(does: str, *, safe: bool) -> None:
    text = f"""
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/tools/{{tool_id}}")
def read_tool(tool_id: int) -> dict[str, str]:
    try:
        if tool_id == 3:
            raise HTTPException(404)
    except Exception:
        {does}
    return {{}}
"""
    (found,) = (each for each in check_texts({"main.py": text}).findings if each.code == "FLT411")
    assert found.fix is not None
    assert found.fix.safe is safe


@pytest.mark.parametrize(
    ("does", "is_fixed"),
    [
        ("db.rollback()\n        raise HTTPException(500)", False),
        ("await db.rollback()\n        raise HTTPException(500)", False),
        ("LOCKED.discard(3)\n        raise HTTPException(500)", False),
        ("LOCKED[3] = False\n        raise HTTPException(500)", False),
        ("del LOCKED[3]\n        raise HTTPException(500)", False),
        ("if tool_id:\n            os.unlink('a')\n        raise HTTPException(500)", False),
        ("with lock:\n            log.error('no')\n        raise HTTPException(500)", False),
        ("is_done = False\n        raise HTTPException(500)", False),
        ("raise HTTPException(500, give_back(tool_id))", False),
        ("log.exception('no')\n        raise HTTPException(500, str(error)) from error", True),
        (
            "text = f'no: {error}'\n        print(text)\n        raise HTTPException(500, text)",
            True,
        ),
        ("return JSONResponse({'error': str(error)}, status_code=500)", True),
    ],
)
def test_an_except_that_cleans_up_is_not_passed_by(does: str, *, is_fixed: bool) -> None:
    text = f"""
import os

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

from app.here import LOCKED, db, give_back, lock, log

app = FastAPI()


@app.get("/tools/{{tool_id}}")
async def read_tool(tool_id: int):
    is_done = True
    try:
        if tool_id == 3:
            raise HTTPException(404)
    except Exception as error:
        {does}
    finally:
        print(is_done)
    return {{}}
"""
    (found,) = (each for each in check_texts({"main.py": text}).findings if each.code == "FLT411")
    assert (found.fix is not None) is is_fixed
    assert ("does more than log and raise" in found.withheld) is not is_fixed
