"""How the answers of a route are written into its decorator."""

from __future__ import annotations

import pytest
from fixcases import changes, fixed

from fastlint.fixes import edits

ANSWERS = [
    (404, "There is no such item in this shop"),
    (409, "Somebody else has it, for the time being"),
]


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== a decorator of one line
@«app.get("/items/{item_id}")»
def read(): ...
---
@app.get(
    "/items/{item_id}",
    responses={
        404: {"description": "There is no such item in this shop"},
        409: {"description": "Somebody else has it, for the time being"},
    },
)
def read(): ...

=== an argument each line
@«app.get(
    "/items/{item_id}",
    tags=["items"],
)»
def read(): ...
---
@app.get(
    "/items/{item_id}",
    tags=["items"],
    responses={
        404: {"description": "There is no such item in this shop"},
        409: {"description": "Somebody else has it, for the time being"},
    },
)
def read(): ...

=== all in one line below
@«app.get(
    "/items/{item_id}", response_model=TheItemThatSomebodyHasAskedFor, tags=["items"]
)»
def read(): ...
---
@app.get(
    "/items/{item_id}",
    response_model=TheItemThatSomebodyHasAskedFor,
    tags=["items"],
    responses={
        404: {"description": "There is no such item in this shop"},
        409: {"description": "Somebody else has it, for the time being"},
    },
)
def read(): ...
=== all in one line below, with others
@«app.get(
    "/items/{item_id}", tags=["items"], responses={400: {"description": "Bad Request"}}
)»
def read(): ...
---
@app.get(
    "/items/{item_id}",
    tags=["items"],
    responses={
        400: {"description": "Bad Request"},
        404: {"description": "There is no such item in this shop"},
        409: {"description": "Somebody else has it, for the time being"},
    },
)
def read(): ...
=== among others
@«app.get(
    "/items/{item_id}",
    responses={400: {"description": "The number of an item is expected"}},
)»
def read(): ...
---
@app.get(
    "/items/{item_id}",
    responses={
        400: {"description": "The number of an item is expected"},
        404: {"description": "There is no such item in this shop"},
        409: {"description": "Somebody else has it, for the time being"},
    },
)
def read(): ...
"""),
)
def test_answers_that_are_too_long_for_one_line_get_one_each(before: str, after: str) -> None:
    assert fixed(before, edits.document_answers, ANSWERS) == after


def test_what_is_said_of_an_answer_gets_a_line_where_it_needs_one() -> None:
    says = "The item cannot be bought, since somebody else has put it into a cart of theirs"
    before = '@«app.get("/items/{item_id}")»\ndef read(): ...\n'
    assert fixed(before, edits.document_answers, [(409, says)]) == (
        '@app.get(\n    "/items/{item_id}",\n    responses={\n        409: {\n'
        f'            "description": "{says}",\n'
        "        },\n    },\n)\ndef read(): ...\n"
    )


@pytest.mark.parametrize("known", [400, 500])
def test_what_is_said_of_an_answer_gets_a_line_among_others(known: int) -> None:
    before = f"""\
@«app.get(
    "/items",
    responses={{
        {known}: {{"description": "Bad"}},
    }},
)»
def read(): ...
"""
    says = "There is no such item in this shop, nor was there ever any"
    after = fixed(before, edits.document_answers, [(404, says)]) or ""
    rows = [
        "        404: {",
        f'            "description": "{says}",',
        "        },",
    ]
    assert "\n".join(rows) in after
    assert max(map(len, after.splitlines())) <= 88


@pytest.mark.parametrize(
    ("before", "after"),
    changes("""
=== the names of the status module, where the file writes them
from fastapi import FastAPI, status
app = FastAPI(responses={status.HTTP_401_UNAUTHORIZED: {}})

@«app.get(
    "/",
    responses={
        status.HTTP_403_FORBIDDEN: {},
        status.HTTP_410_GONE: {},
    },
)»
def read(): ...
---
from fastapi import FastAPI, status
app = FastAPI(responses={status.HTTP_401_UNAUTHORIZED: {}})

@app.get(
    "/",
    responses={
        status.HTTP_403_FORBIDDEN: {},
        status.HTTP_404_NOT_FOUND: {"description": "none"},
        status.HTTP_410_GONE: {},
    },
)
def read(): ...

=== numbers, where something else is called status
from fastapi import FastAPI, status as codes
status = codes.HTTP_200_OK
app = FastAPI(responses={status.HTTP_401_UNAUTHORIZED: {}})

@«app.get("/", responses={410: {}})»
def read(): ...
---
from fastapi import FastAPI, status as codes
status = codes.HTTP_200_OK
app = FastAPI(responses={status.HTTP_401_UNAUTHORIZED: {}})

@app.get("/", responses={404: {"description": "none"}, 410: {}})
def read(): ...
"""),
)
def test_an_answer_is_named_as_the_file_names_statuses(before: str, after: str) -> None:
    assert fixed(before, lambda s, span: edits.document_answers(s, span, [(404, "none")])) == after
