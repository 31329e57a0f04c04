"""What stands beside path operations: middleware, events, dependencies, secrets, comments."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.fuzzing.handlers import database_session, injected, marked, model, signature
from benchmarks.fuzzing.modules import Module

_FASTAPI = "fastapi"


def events(m: Module) -> str:
    """Functions of the old events."""
    parts: list[str] = []
    for _ in range(m.choose.number(1, 2)):
        kind = m.choose.among(("startup", "shutdown"))
        name = m.next("on")
        keyword = m.choose.among(("def", "async def"))
        body = m.choose.among(
            ("print('now')", "await later()" if keyword.startswith("async") else "pass")
        )
        if "later" in body:
            m.once("later", "async def later():\n    print('later')")
        parts.append(f"@{m.app}.on_event('{kind}')\n{keyword} {name}():\n    {body}")
    return "\n\n\n".join(parts)


def middleware(m: Module) -> str:
    """A function around every request, which refuses some."""
    name = m.next("around")
    error, request = m.use(_FASTAPI, "HTTPException"), m.use(_FASTAPI, "Request")
    given = m.choose.among(
        (
            "401, 'No'",
            "status_code=401, detail='No'",
            'status_code=401, detail="No", headers={"a": "b"}',
            "401",
        )
    )
    return (
        f"@{m.app}.middleware('http')\nasync def {name}(request: {request}, call_next):\n"
        f"    if 'x' not in request.headers:\n        raise {error}({given})\n    return await call_next(request)"
    )


def invalid(m: Module) -> str:
    """A handler of errors that gives what is no JSON, and a model that makes such errors."""
    base, validator = m.use("pydantic", "BaseModel"), m.use("pydantic", "field_validator")
    error = m.use("fastapi.exceptions", "RequestValidationError")
    request, response = m.use(_FASTAPI, "Request"), m.use("fastapi.responses", "JSONResponse")
    name, handle = m.next("Checked"), m.next("invalid")
    content = m.choose.among(
        ("content={'detail': exc.errors()}", '{"errors": exc.errors()}', "exc.errors()")
    )
    return (
        f"class {name}({base}):\n    size: int\n\n    @{validator}('size')\n    @classmethod\n"
        f"    def check(cls, v):\n        if v == 13:\n            raise ValueError('no')\n        return v\n\n\n"
        f"@{m.app}.post('/{handle}')\ndef take_{handle}(item: {name}) -> {name}:\n    return item\n\n\n"
        f"@{m.app}.exception_handler({error})\nasync def {handle}(request: {request}, exc: {error}) -> {response}:\n"
        f"    return {response}({content}, status_code=422)"
    )


def cors(m: Module) -> str:
    """Origins, most of them not as browsers send them."""
    origins = m.choose.some(('"https://shop.acme.io/"', "'https://acme.io/shop'", '"http://localhost:3000"',
                             '"https://*.acme.io"', '"localhost:3000"', '"https://pay.acme.io:443"'), 4)  # fmt: skip
    given = m.choose.among((f"[{', '.join(origins)}]", '"https://shop.acme.io"', '"*"', "['*']"))
    name = m.use("fastapi.middleware.cors", "CORSMiddleware")
    options = m.choose.among(("", ", allow_credentials=True"))
    if m.choose.chance(40):
        m.once("origins", f"origins = {given}")
        given = "origins"
    return f"{m.app}.add_middleware({name}, allow_origins={given}{options})"


def shadowed(m: Module) -> str:
    """Two routes, the second of which is never reached."""
    name = m.next("thing")
    first = f"@{m.app}.get('/{name}/{{{name}_id}}')\ndef read_{name}({name}_id: str) -> str:\n    return {name}_id"
    second = f"@{m.app}.get('/{name}/latest')\ndef latest_{name}() -> str:\n    return 'latest'"
    return f"{first}\n\n\n{second}"


def scopes(m: Module) -> str:
    """Scopes that nobody looks at, or that are letters."""
    name, handle = m.next("check"), m.next("secured")
    security, wanted = m.use(_FASTAPI, "Security"), m.use("fastapi.security", "SecurityScopes")
    given = m.choose.among(('scopes="me items"', "scopes='me'", 'scopes=["me"]'))
    parameter = m.choose.among((f"security_scopes: {wanted}", ""))
    body = "print(security_scopes.scopes)" if parameter else "pass"
    return (
        f"def {name}({parameter}) -> None:\n    {body}\n\n\n"
        f"@{m.app}.get('/{handle}', dependencies=[{security}({name}, {given})])\ndef {handle}() -> str:\n    return 'a'"
    )


def secret(m: Module) -> str:
    """Secrets in the code, and compared at the first difference."""
    name, handle = m.next("SECRET_KEY"), m.next("keyed")
    value = m.choose.among(
        (
            '"kHf83hfGs83hfkGls93kd83h"',
            "'kHf83hfGs83hfkGls93kd83h'",
            f"{m.whole('os')}.environ['KEY']",
        )
    )
    header, error = m.use(_FASTAPI, "Header"), m.use(_FASTAPI, "HTTPException")
    operator = m.choose.among(("!=", "=="))
    return (
        f"{name} = {value}\n\n\n@{m.app}.get('/{handle}')\n"
        f"def {handle}(x_api_key: {m.use('typing', 'Annotated')}[str, {header}()]) -> str:\n"
        f"    if x_api_key {operator} {name}:\n        raise {error}(status_code=401)\n    return 'a'"
    )


def tool(m: Module) -> str:
    """Functions that are no path operations."""
    name = m.next("tool")
    match m.choose.number(0, 6):
        case 0:
            default = m.choose.among(("list[str] = []", "dict[str, int] = {}", "set[str] = set()"))
            change = {"l": "tags.append('a')", "d": "tags['a'] = 1", "s": "tags.add('a')"}[
                default[0]
            ]
            inner = m.choose.among(
                (f"tags: {default}", f"word: str, tags: {default}", f"*, tags: {default}")
            )
            document = m.choose.among(("", '    """What it does."""\n'))
            return f"def {name}({inner}) -> int:\n{document}    {change}\n    return len(tags)"
        case 1:
            now = m.use("datetime", "datetime")
            call = m.choose.among((f"{now}.utcnow()", f"{now}.utcfromtimestamp(1)"))
            return f"def {name}():\n    return {call}"
        case 2:
            base = m.use("sqlalchemy.ext.declarative", "declarative_base")
            return f"{name} = {base}()"
        case 3:
            wrapped = m.next("function")
            return f"def {name}({wrapped}):\n    async def inner(*args, **kwargs):\n        return await {wrapped}(*args, **kwargs)\n\n    return inner"
        case 4:
            code = m.choose.among(
                ("FLT101", "blocking-call-in-async", "FLT101, FLT304", "FLT999", "bloking-call")
            )
            return f"def {name}() -> int:\n    return 1  # fastlint: ignore[{code}] why"
        case 5:
            base = model(m)
            return f"def {name}(data):\n    print({base}.parse_obj(data), {base}.schema())\n    return {base}.construct(name='a')"
        case _:
            inner = signature(m, [marked(m), injected(m)])
            return f"class {name.title()}:\n    def __init__(self, {inner.strip() or 'size: int = 1'}) -> None:\n        self.size = 1"


def cached(m: Module) -> str:
    """A dependency that is kept, swallows or forgets to clean up."""
    name, handle = m.next("get_pages"), m.next("pages")
    depends, annotated = m.use(_FASTAPI, "Depends"), m.use("typing", "Annotated")
    iterator = m.use("collections.abc", "Iterator")
    decorator = m.choose.among(("", f"@{m.use('functools', 'lru_cache')}\n", f"@{m.use('functools', 'lru_cache')}(maxsize=1)\n",
                                f"@{m.use('contextlib', 'contextmanager')}\n"))  # fmt: skip
    body = m.choose.among((
        "yield [1]",
        "try:\n        yield [1]\n    except Exception as error:\n        print(error)",
        "try:\n        yield [1]\n    except Exception:\n        pass\n    finally:\n        print('end')",
        "lock = Lock()\n    lock.acquire()\n    yield [1]\n    lock.release()",
        "yield [1]\n    print('end')",
    ))  # fmt: skip
    if "Lock()" in body:
        body = body.replace("Lock()", f"{m.use('threading', 'Lock')}()")
    return (
        f"{decorator}def {name}() -> {iterator}[list[int]]:\n    {body}\n\n\n"
        f"@{m.app}.get('/{handle}')\ndef {handle}(pages: {annotated}[list[int], {depends}({name})]) -> list[int]:\n    return pages"
    )


def converted(m: Module) -> str:
    """A converter of the path that gives something else than the handler takes."""
    name = m.next("sized")
    kind, converter = m.choose.among(
        (("str", "int"), ("int", "float"), ("bool", "int"), ("str", "uuid"))
    )
    return f"@{m.app}.get('/{name}/{{size:{converter}}}')\ndef {name}(size: {kind}) -> str:\n    return str(size)"


def cookie(m: Module) -> str:
    """A cookie for whoever listens."""
    name, response = m.next("log_in"), m.use(_FASTAPI, "Response")
    given = m.choose.among(
        (
            "'session', 's-1'",
            'key="refresh_token", value="r-1", httponly=True',
            '"session", "a", secure=False',
        )
    )
    return f"@{m.app}.post('/{name}')\ndef {name}(response: {response}) -> str:\n    response.set_cookie({given})\n    return 'a'"


def forgetful(m: Module) -> str:
    """A validator that gives nothing back."""
    base, validator = m.use("pydantic", "BaseModel"), m.use("pydantic", "field_validator")
    name, handle = m.next("Kept"), m.next("keep")
    body = m.choose.among(
        ("if v < 0:\n            raise ValueError('no')", "print(v)", "assert v > 0  # always")
    )
    return (
        f"class {name}({base}):\n    size: int\n\n    @{validator}('size')\n    @classmethod\n"
        f"    def check(cls, v: int) -> int:\n        {body}\n\n\n"
        f"@{m.app}.post('/{handle}')\ndef {handle}(item: {name}) -> {name}:\n    return item"
    )


def served_here(m: Module) -> str:
    """A server that is started by the module itself."""
    run = m.use("uvicorn", "run")
    given = m.choose.among(("reload=True", "workers=4", "host='127.0.0.1', reload=True"))
    return f"if __name__ == '__main__':\n    {run}({m.app}, {given})"


def guarded(m: Module) -> str:
    """Cross-origin requests that are answered behind what may refuse them."""
    allowed = m.use("fastapi.middleware.cors", "CORSMiddleware")
    answer = m.use("fastapi.responses", "JSONResponse")
    name, request = m.next("ask"), m.use(_FASTAPI, "Request")
    return (
        f"{m.app}.add_middleware({allowed}, allow_origins=['https://shop.acme.io'])\n\n\n"
        f"@{m.app}.middleware('http')\nasync def {name}(request: {request}, call_next):\n"
        f"    if 'x' not in request.headers:\n        return {answer}({{'a': 1}}, status_code=401)\n"
        "    return await call_next(request)"
    )


def row(m: Module) -> str:
    """A model that reads the row of a table, which is no dictionary."""
    database_session(m)
    name, handle = m.next("Shown"), m.next("shown")
    config = m.choose.among(
        ("", "", f"    model_config = {m.use('pydantic', 'ConfigDict')}(frozen=True)\n\n")
    )
    return (
        f"class {name}({m.use('pydantic', 'BaseModel')}):\n{config}    id: int\n\n\n"
        f"@{m.app}.get('/{handle}')\ndef {handle}() -> {name}:\n"
        f"    hero = Hero(id=1)\n    return {name}.model_validate(hero)"
    )


WHOLES: tuple[Callable[[Module], str], ...] = (
    events, middleware, invalid, cors, shadowed, scopes, secret, tool, tool, cached,
    converted, cookie, forgetful, served_here, guarded, row,
)  # fmt: skip
