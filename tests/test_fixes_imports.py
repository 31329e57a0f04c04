"""Imports: found under the names that the file has, else added once and in place."""

from __future__ import annotations

import pytest
from fixcases import changes_of, codes_of, fixed, marked, refusals

from fastlint.findings import Edit, Span, Withheld
from fastlint.fixes.apply import apply_edits
from fastlint.fixes.imports import Imports, Wanted, add_import, add_imports, resolves_to
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

ADDED = r'''
=== next to names of the same module, sorted | fastapi:Query
from fastapi import Depends, FastAPI
«x»
---
from fastapi import Depends, FastAPI, Query
x
=== in the middle | fastapi:Query
from fastapi import Depends, Request
«x»
---
from fastapi import Depends, Query, Request
x
=== at the front | fastapi:Body
from fastapi import Depends  # all we need
«x»
---
from fastapi import Body, Depends  # all we need
x
=== classes before functions, as isort has it | typing:Annotated
from typing import TYPE_CHECKING, Any, cast
«x»
---
from typing import TYPE_CHECKING, Annotated, Any, cast
x
=== regardless of case, where the file does so | typing:Annotated
from typing import Any, cast, Dict
«x»
---
from typing import Annotated, Any, cast, Dict
x
=== at the end of names that are not sorted | fastapi:Query
from fastapi import Response, Depends
«x»
---
from fastapi import Response, Depends, Query
x
=== in parentheses on one line | fastapi:Query
from fastapi import (Depends, Request,)
«x»
---
from fastapi import (Depends, Query, Request,)
x
=== in parentheses, a line each | fastapi:Query
from fastapi import (
    Depends,  # for dependencies
    Request,  # for requests
)
«x»
---
from fastapi import (
    Depends,  # for dependencies
    Query,
    Request,  # for requests
)
x
=== in parentheses, last, after a comment | fastapi:Query
from fastapi import (
    Body,
    Depends,  # for dependencies
)
«x»
---
from fastapi import (
    Body,
    Depends,  # for dependencies
    Query,
)
x
=== in parentheses, last, without a comma | fastapi:Query
from fastapi import (
⇥Body,
⇥Depends  # for dependencies
)
«x»
---
from fastapi import (
⇥Body,
⇥Depends,  # for dependencies
⇥Query
)
x
=== in parentheses, hugging | fastapi:Query
from fastapi import (Body,
                     Depends)
«x»
---
from fastapi import (Body,
                     Depends,
                     Query)
x
=== a comment above a name stays above it | fastapi:Query
from fastapi import (
    Depends,
    # the raw request
    Request,
)
«x»
---
from fastapi import (
    Depends,
    # the raw request
    Request,
    Query,
)
x
=== after a backslash | fastapi:Query
from fastapi import Body, \
    Depends
«x»
---
from fastapi import Body, \
    Depends, Query
x
=== a line that gets too long is broken | fastapi:Query
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Path
«x»
---
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    HTTPException,
    Path,
    Query,
)
x
=== sorted among plain imports | asyncio
import abc
import os
import time

import fastapi
«x»
---
import abc
import asyncio
import os
import time

import fastapi
x
=== plain imports first | os
import time
from abc import ABC
«x»
---
import os
import time
from abc import ABC
x
=== sorted by module alone, where the file does so | os
from abc import ABC
import json
from typing import Any
«x»
---
from abc import ABC
import json
import os
from typing import Any
x
=== not sorted at all | os
import time
import abc

x = «1»
---
import time
import abc
import os

x = 1
=== not sorted, but with others of its package | fastapi.concurrency:run_in_threadpool
from fastapi import Request
from fastapi.responses import Response
from app.models import Log
from datetime import datetime
«x»
---
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from app.models import Log
from datetime import datetime
x
=== plain imports first, although nothing is sorted | os
import time
import abc
from typing import Any
from contextlib import suppress
«x»
---
import time
import abc
import os
from typing import Any
from contextlib import suppress
x
=== before the first of the group, although they are not sorted | os
from typing import Any
from contextlib import suppress

import fastapi
«x»
---
import os
from typing import Any
from contextlib import suppress

import fastapi
x
=== plain imports last, where the file does so | os
from typing import Any
import time
import abc
«x»
---
from typing import Any
import time
import abc
import os
x
=== a group of its own, first | os
"""Docs."""

from fastapi import FastAPI
from app.models import User
«x»
---
"""Docs."""

import os

from fastapi import FastAPI
from app.models import User
x
=== a group of its own, in between | fastapi:Query
import os

from . import models
«x»
---
import os

from fastapi import Query

from . import models
x
=== a group of its own, last | fastapi:Query
import os

«x»
---
import os

from fastapi import Query

x
=== after __future__ | os
from __future__ import annotations

«x»
---
from __future__ import annotations

import os

x
=== only a docstring, and then code | os
"""Docs."""
KEY = «1»
---
"""Docs."""

import os

KEY = 1
=== after a licence | os
# Copyright
# and more

KEY = «1»
---
# Copyright
# and more

import os

KEY = 1
=== a comment on the first statement stays on it | os
# the key
KEY = «1»
---
import os

# the key
KEY = 1
=== after a shebang and a coding line | os
#!/usr/bin/env python
# -*- coding: utf-8 -*-
KEY = «1»
---
#!/usr/bin/env python
# -*- coding: utf-8 -*-
import os

KEY = 1
=== a comment that heads the next group stays with it | os
import fastlint_x  # keeps the next line off the top

# our own
from fastapi import FastAPI
«x»
---
import os

import fastlint_x  # keeps the next line off the top

# our own
from fastapi import FastAPI
x
=== imports after other code are not the top | os
import sys

sys.path.insert(0, ".")

import abc
«x»
---
import os
import sys

sys.path.insert(0, ".")

import abc
x
=== past an import for type checkers | os
import abc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import json

«x»
---
import abc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import json

x
=== above a function, in a file that imports nothing else | os
def f():
    «x»
---
import os


def f():
    x
=== imports that share a line | os
import abc; import json
«x»
---
import abc; import json
import os
x
=== CRLF | fastapi:Query
import os␍
␍
«x»␍
---
import os␍
␍
from fastapi import Query␍
␍
x␍
=== a module of the project has its own group | fastapi:Query
import pydantic

from app.models import User
«x»
---
import pydantic
from fastapi import Query

from app.models import User
x
=== what stands with others is sorted with them | fastapi:Query
import pydantic
from app.models import User
from sqlmodel import Session
«x»
---
import pydantic
from app.models import User
from fastapi import Query
from sqlmodel import Session
x
'''


def _wanted(name: str) -> Wanted:
    module, _, attribute = name.partition(":")
    return Wanted(module, attribute)


def _edits(syntax: Syntax, at: Span, wanted: Wanted) -> tuple[Edit, ...] | None:
    imports = add_import(syntax, wanted, at)
    return imports.edits if imports else None


@pytest.mark.parametrize(("before", "after", "names"), changes_of(ADDED))
def test_an_import_is_added_where_its_like_are(before: str, after: str, names: list[str]) -> None:
    assert fixed(before, _edits, _wanted(names[0])) == after


@pytest.mark.parametrize(("before", "after", "names"), changes_of(ADDED))
def test_an_import_that_was_added_is_found_again(before: str, after: str, names: list[str]) -> None:
    tail = len(before) - before.index("»") - 1
    file = SourceFile(path="app/main.py", text=after)
    at = file.span(len(after) - tail, len(after) - tail)
    imports = add_import(Syntax(file), _wanted(names[0]), at)
    assert imports is not None
    assert imports.edits == ()


EXISTING = r"""
=== itself | fastapi:Query Query
from fastapi import Query
«x»
=== by another name | fastapi:Query Q
from fastapi import Query as Q
«x»
=== in its module | fastapi:Query fastapi.Query
import fastapi
«x»
=== in its module by another name | typing:Annotated t.Annotated
import typing as t
«x»
=== in its module, by its dotted name | a.b:run a.b.run
import a.b
«x»
=== in a module that is imported from its package | fastapi.concurrency:run concurrency.run
from fastapi import concurrency
«x»
=== a module by another name | asyncio aio
import asyncio as aio
«x»
=== in a try | typing:Annotated Annotated
try:
    from typing import Annotated
except ImportError:
    from typing_extensions import Annotated
«x»
=== in a try that has no other way | typing:Annotated Annotated
try:
    from typing import Annotated
finally:
    pass
«x»
=== where all went well, and where it did not | typing:Annotated Annotated
try:
    import other
except ImportError:
    from typing_extensions import Annotated
else:
    from typing import Annotated
«x»
=== on either condition | typing:Annotated Annotated
if a:
    from typing import Annotated
else:
    from typing_extensions import Annotated
«x»
=== in the function | os system
def f():
    import os as system
    «x»
=== in a scope around | os os
import os
class A:
    os = 1
    def f(self):
        def g(os):
            pass
        «x»
"""


@pytest.mark.parametrize(("code", "names"), codes_of(EXISTING))
def test_what_is_imported_already_is_used_as_it_is_called(code: str, names: list[str]) -> None:
    syntax, at = marked(code)
    wanted = _wanted(names[0])
    imports = add_import(syntax, Wanted(wanted.module, wanted.name, ("typing_extensions",)), at)
    assert imports is not None
    assert (imports.names, imports.edits) == ((names[1],), ())


TAKEN = """
=== bound in the module
Query = 1
«x»
=== bound later in the module
«x»
def Query(): pass
=== imported from elsewhere
from own import Query
«x»
=== imported from elsewhere, too
from fastapi import Query
if a:
    from own import Query
«x»
=== imported from elsewhere by that name
import own as Query
«x»
=== only for type checkers
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from fastapi import Query
«x»
=== only on a condition
if a:
    from fastapi import Query
«x»
=== only where something has gone wrong
try:
    import other
except ImportError:
    from fastapi import Query
«x»
=== only where something has gone wrong in one of two ways
try:
    import other
except ImportError:
    from fastapi import Query
except OSError:
    with a:
        from fastapi import Query
«x»
=== a parameter
from fastapi import Query
def f(Query):
    «x»
=== bound around
def f():
    Query = 1
    def g():
        «x»
=== bound in the class
class A:
    Query = 1
    y = «x»
=== made global by a function
def f():
    global Query
    Query = 1
«x»
=== perhaps in a star import
from own import *
y = Query
«x»
=== caught, matched, walked over
try:
    pass
except E as Query:
    pass
«x»
=== in the module, in newer syntax than the running Python's
try:
    pass
except A, B:
    Query = 1
«x»
=== a match, in newer syntax than the running Python's
try:
    pass
except A, B:
    match a:
        case Query:
            pass
«x»
"""


@pytest.mark.parametrize("code", refusals(TAKEN))
def test_no_name_is_ever_shadowed(code: str) -> None:
    assert fixed(code, _edits, Wanted("fastapi", "Query")) is None


def test_an_import_that_may_not_have_been_run_is_not_relied_on() -> None:
    syntax, at = marked("if a:\n    from fastapi import Query\n«x»\n")
    assert isinstance(add_import(syntax, Wanted("fastapi", "Query"), at), Withheld)


def test_a_star_import_alone_shadows_nothing() -> None:
    after = "from fastapi import Query\nfrom own import *\n\nx\n"
    before = "from own import *\n\n«x»\n"
    assert fixed(before, _edits, Wanted("fastapi", "Query")) == after


def test_several_imports_of_one_fix_go_together() -> None:
    syntax, at = marked('"""Docs."""\nx = «1»\n')
    wanted = (Wanted("fastapi", "Query"), Wanted("os"), Wanted("fastapi", "Depends"))
    imports = add_imports(syntax, wanted, at)
    assert imports is not None
    assert imports.names == ("Query", "os", "Depends")
    assert apply_edits(syntax.text, imports.edits) == (
        '"""Docs."""\n\nimport os\n\nfrom fastapi import Depends, Query\n\nx = 1\n'
    )


def test_what_a_name_means() -> None:
    code = "import typing as t\nfrom .a import b as c\nd = 1\nfrom e import d\ndef f(t): «x»\n"
    syntax, at = marked(code)
    meant = {name: resolves_to(syntax, name, at) for name in "tcdz"}
    assert meant == {"t": None, "c": ".a:b", "d": None, "z": None}


@pytest.mark.parametrize(
    "head",
    [
        "from zlib import crc32\nfrom base64 import b64encode\n",
        "import zlib\nimport base64\nfrom os import path\n",
        "from asyncio import sleep, Lock\n",
        "from asyncio import (\n    sleep,\n    Lock,\n)\n",
    ],
)
def test_what_is_imported_first_makes_no_difference_where_nothing_is_sorted(head: str) -> None:
    wanted = [
        Wanted("typing", "Annotated"),
        Wanted("asyncio", "Event"),
        Wanted("asyncio", "Queue"),
        Wanted("secrets"),
        Wanted("json"),
    ]
    texts: set[str] = set()
    for order in (wanted, wanted[::-1]):
        text = head + "x\n"
        for each in order:
            text = _with(text, each)
        texts.add(text)
    assert len(texts) == 1, texts


def _with(text: str, wanted: Wanted) -> str:
    file = SourceFile(path="main.py", text=text)
    imports = add_import(Syntax(file), wanted, file.span(len(text) - 2, len(text) - 1))
    changed = apply_edits(text, imports.edits) if isinstance(imports, Imports) else None
    assert changed is not None
    return changed
