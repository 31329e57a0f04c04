"""Path operations: decorators, parameters in all their styles, and how a handler ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.fuzzing.modules import Module

_SIMPLE = ("int", "str", "float", "bool")
_FASTAPI = "fastapi"


class Parameter(NamedTuple):
    """One parameter of a function."""

    name: str
    text: str
    has_default: bool
    in_path: str = ""
    """How the path names it."""


class Ending(NamedTuple):
    """What a handler returns, and what its decorator says of that."""

    body: str
    returns: str = ""
    options: str = ""
    is_async: bool | None = None
    parameters: tuple[Parameter, ...] = ()


# ------------------------------------------------------------------------------ parameters


def constraint(m: Module, kind: str) -> str:
    """Arguments of a marker besides its default."""
    choose = m.choose
    options = ["title='A title'", 'description="What it is"', "deprecated=True"]
    options += ["ge=1", "le=100"] if kind in ("int", "float") else []
    options += ["max_length=50", 'pattern="^[a-z]+$"'] if kind == "str" else []
    if kind == "str":
        options += ['regex="^[a-z]+$"', 'example="abc"', "examples=['a', \"b\"]"]
    return ", ".join(choose.some(options, 2))


def typed(m: Module, kind: str) -> str:
    """A type that allows None, in one of its spellings."""
    style = m.choose.number(0, 3)
    if style == 1:
        return f"{m.use('typing', 'Optional')}[{kind}]"
    if style == 2:
        return f"{m.use('typing', 'Union')}[{kind}, None]"
    return f"{kind} | None"


def _value(kind: str) -> str:
    return {"int": "10", "str": '"all"', "float": "1.5", "bool": "True"}[kind]


def marked(m: Module) -> Parameter:
    """A parameter with a marker, in Annotated or as the default, with and without a default."""
    choose = m.choose
    kind = choose.among(_SIMPLE)
    marker = choose.among(("Query", "Query", "Header", "Cookie", "Path", "Body"))
    name = m.next(choose.among(("q", "page", "limit", "x_token")))
    call = m.use(_FASTAPI, marker)
    is_path = marker == "Path"
    state = 1 if is_path else choose.number(0, 4)
    declared = typed(m, kind) if state in (0, 3) else kind
    given = {0: "None", 1: "...", 2: _value(kind), 3: "", 4: ""}[state]
    if is_path and choose.chance(40):
        given = ""
    if given and choose.chance(25):
        given = f"default={given}"
    rest = constraint(m, kind)
    inside = ", ".join(each for each in (given, rest) if each)
    path = name if is_path else ""
    style = choose.number(0, 2)
    if style == 0 or (style == 1 and m.is_future and choose.chance(50)):
        return Parameter(name, f"{name}: {declared} = {call}({inside})", True, path)
    annotated = m.use("typing", "Annotated")
    if style == 1:  # the default stands outside, or is missing
        outside = given.removeprefix("default=")
        default = f" = {outside}" if outside not in ("", "...") else ""
        inner = rest if outside != "..." else inside
        text = f"{name}: {annotated}[{declared}, {call}({inner})]{default}"
        return Parameter(name, text, bool(default), path)
    return Parameter(name, f"{name}: {annotated}[{declared}, {call}({inside})]", False, path)


def plain(m: Module) -> Parameter:
    """A parameter without a marker."""
    choose = m.choose
    kind = choose.among(_SIMPLE)
    name = m.next("word")
    match choose.number(0, 7):
        case 0:
            return Parameter(name, f"{name}: {kind}", False)
        case 1:
            return Parameter(name, f"{name}: {kind} = {_value(kind)}", True)
        case 2:
            return Parameter(name, f"{name}: {typed(m, kind)} = None", True)
        case 3:
            return Parameter(name, f"{name}: {typed(m, kind)}", False)
        case 4:
            default = choose.among(("", " = []", " = None"))
            declared = f"list[{kind}]" + (" | None" if default == " = None" else "")
            return Parameter(name, f"{name}: {declared}{default}", bool(default))
        case 5:
            request = choose.among(("request", "response", "background_tasks"))
            return Parameter(request, request, False)
        case 6 if choose.chance(50):
            return Parameter("item_id", "item_id: int", has_default=False, in_path="itemId")
        case 6:
            return Parameter(
                name, f"{name}: {kind}", False, choose.among((name, "item_id", "itemId"))
            )
        case _:
            declared = m.use("typing", "List") + f"[{kind}]"
            query = m.use(_FASTAPI, "Query")
            return Parameter(name, f"{name}: {declared} = {query}([])", True)


def dependency(m: Module) -> str:
    """The name of a function that others depend on; it is written above."""
    name = m.next("get_part")
    keyword = m.choose.among(("def", "async def"))
    inner = signature(m, [plain(m) for _ in range(m.choose.number(0, 1))])
    m.add(f'{keyword} {name}({inner}) -> str:\n    return "part"')
    return name


def injected(m: Module) -> Parameter:
    """A parameter that is a dependency, in many right and wrong ways."""
    choose = m.choose
    name = m.next("part")
    depends = m.use(_FASTAPI, "Depends")
    function = dependency(m)
    annotated = m.use("typing", "Annotated")
    match choose.number(0, 9):
        case 0 | 1:
            return Parameter(name, f"{name}: str = {depends}({function})", True)
        case 2:
            return Parameter(name, f"{name}: {annotated}[str, {depends}({function})]", False)
        case 3:
            return Parameter(name, f"{name}: str = {function}", True)
        case 4:
            return Parameter(name, f"{name}: {annotated}[str, {function}]", False)
        case 5:
            return Parameter(name, f"{name}: {annotated}[str, {depends}({function}())]", False)
        case 6:
            scheme = m.use("fastapi.security", choose.among(("HTTPBearer", "HTTPBasic")))
            text = choose.among((f"{name}: {annotated}[object, {depends}({scheme})]",
                                 f"{name}: {annotated}[{scheme}, {depends}()]"))  # fmt: skip
            return Parameter(name, text, False)
        case 7:
            alias = m.next("PartDep")
            m.add(f"{alias} = {annotated}[str, {depends}({function})]")
            match choose.number(0, 3):
                case 0:
                    return Parameter(name, f"{name}: {alias} | None = None", True)
                case 1:
                    return Parameter(name, f"{name}={alias}", True)
                case 2:
                    optional = m.use("typing", "Optional")
                    return Parameter(name, f"{name}: {optional}[{alias}] = None", True)
                case _:
                    return Parameter(name, f"{name}: {alias}", False)
        case 8:
            return Parameter(name, f"{name}: {depends}({function})", False)
        case _:
            security = m.use(_FASTAPI, "Security")
            scopes = choose.among(('scopes="me items"', 'scopes=["me"]', "scopes=['me']"))
            return Parameter(name, f"{name}: str = {security}({function}, {scopes})", True)


def signature(m: Module, given: list[Parameter]) -> str:
    """The parameters in an order that Python allows."""
    unique = list({each.name: each for each in given}.values())
    if unique and m.choose.chance(8):
        return "*, " + ", ".join(each.text for each in unique)
    unique.sort(key=lambda each: each.has_default)
    parts = [each.text for each in unique]
    if len(parts) > 1 and m.choose.chance(5):
        parts.insert(1, "*")
    if m.choose.chance(2):
        parts.append("**options: str")
    if not parts or m.choose.chance(60):
        return ", ".join(parts)
    comma = m.choose.among((",", ",", ""))
    return "\n    " + ",\n    ".join(parts) + f"{comma}\n"


# --------------------------------------------------------------------------------- endings


def model(m: Module) -> str:
    """The name of a plain model, which the module has once."""
    base = m.use("pydantic", "BaseModel")
    m.once("Tool", f"class Tool({base}):\n    name: str = 'saw'")
    return "Tool"


def _annotated_or_not(m: Module) -> Ending:
    value, kind = m.choose.among(
        (('"a"', "str"), ("[1]", "list[int]"), ('{"a": 1}', "dict[str, int]"), ("None", "None"))
    )
    return Ending(f"return {value}", m.choose.among((kind, "")))


def _model(m: Module) -> Ending:
    name = model(m)
    is_list = m.choose.chance(30)
    declared = f"list[{name}]" if is_list else name
    value = f"[{name}()]" if is_list else f"{name}(name='a')"
    match m.choose.number(0, 3):
        case 0:
            return Ending(f"return {value}", declared, f"response_model={declared}")
        case 1:
            return Ending(f"return {value}")
        case 2:
            return Ending(f"return {value}", "", f"response_model={declared}")
        case _:
            copied = m.choose.among(("dict()", "json()", "copy()", "dict(exclude_unset=True)"))
            return Ending(f"found = {name}()\nprint(found.{copied})\nreturn found", name)


def _response(m: Module) -> Ending:
    kind = m.choose.among(("JSONResponse", "RedirectResponse", "HTMLResponse"))
    response = m.use("fastapi.responses", kind)
    value = {"JSONResponse": '{"a": 1}', "RedirectResponse": '"/"', "HTMLResponse": '"<p>a</p>"'}[
        kind
    ]
    match m.choose.number(0, 5):
        case 0:
            return Ending(f"return {response}({value})", f"dict[str, str] | {response}")
        case 1:
            return Ending(f"return {response}({value})", "", f"response_model={response}")
        case 2:
            json = m.use("fastapi.responses", "JSONResponse")
            name = model(m)
            content = m.choose.among((f"{name}()", f"content={name}()", f'{{"a": [{name}()]}}'))
            return Ending(f"return {json}({content}, status_code=201)", json)
        case 3:
            return Ending('return "<h1>Hello</h1>"', "str")
        case 4:
            return Ending(f"return {response}({value})", typed(m, response))
        case _:
            return Ending(f"return {response}({value})", response)


def _status(m: Module) -> Ending:
    code = m.choose.among(("204", "304", f"{m.use(_FASTAPI, 'status')}.HTTP_204_NO_CONTENT"))
    match m.choose.number(0, 3):
        case 0:
            return Ending('return {"deleted": 1}', "dict[str, int]", f"status_code={code}")
        case 1:
            return Ending("return {'deleted': 1}", "None", f"status_code={code}")
        case 2:
            return Ending("return None", "", f"status_code={code}, response_model={model(m)}")
        case _:
            json = m.use("fastapi.responses", "JSONResponse")
            return Ending(f"return {json}({{'a': 1}}, status_code={code})", json)


def _refusing(m: Module) -> Ending:
    error = m.use(_FASTAPI, "HTTPException")
    codes: tuple[str, ...] = ("404", "status_code=404", "status_code=422")
    if m.choose.chance(20):
        status = m.use(_FASTAPI, "status")
        codes = (
            f"{status}.HTTP_422_UNPROCESSABLE_ENTITY",
            f"status_code={status}.HTTP_404_NOT_FOUND",
        )
    code = m.choose.among(codes)
    given = m.choose.among((code, f"{code}, detail='No'", 'detail="No"', f'"No", {code.partition("=")[2] or code}',
                            f"{code}, detail={model(m)}()"))  # fmt: skip
    made = m.choose.among((f"{error}({given})", f"{error}({given})", error))
    verb = m.choose.among(("raise", "return"))
    match m.choose.number(0, 2):
        case 0:
            return Ending(f'if True:\n    {verb} {made}\nreturn "a"', "str")
        case 1:
            caught = m.choose.among(
                ("except Exception", "except", "except Exception as error", "except BaseException")
            )
            handled = m.choose.among(('print("no")', "pass", f"raise {error}(500)", "return 'b'"))
            return Ending(
                f'try:\n    if True:\n        {verb} {made}\n    return "a"\n{caught}:\n    {handled}\nreturn "c"',
                "str",
            )
        case _:
            return Ending(f'return {{"detail": "no"}}, {m.choose.among(("404", "404, {}"))}', "")


def _blocking(m: Module) -> Ending:
    time = m.whole("time")
    calls = [f"{time}.sleep(1)", f"print({m.use('httpx', 'get')}('https://example.com').text)",
             "with open('a') as file:\n    file.read()"]  # fmt: skip
    body = "\n".join(m.choose.some(calls, 3) or calls[:1])
    if m.choose.chance(40):
        body = f"await {m.whole('asyncio')}.sleep(0)\n{body}"
    return Ending(f"{body}\nreturn 'a'", "str", is_async=True)


def _awaiting(m: Module) -> Ending:
    work = m.next("work")
    m.add(f"async def {work}(name: str = 'a') -> str:\n    return name")
    match m.choose.number(0, 5):
        case 0:
            return Ending(f"return {m.whole('asyncio')}.run({work}('a'))", "str", is_async=True)
        case 1:
            return Ending(f"{work}()\nreturn 'a'", "str", is_async=True)
        case 2:
            return Ending(f"return {work}()", "str", is_async=True)
        case 3:
            pool = m.use("fastapi.concurrency", "run_in_threadpool")
            plain = m.next("build")
            m.add(f"def {plain}(name: str, *, size: int = 1) -> str:\n    return name * size")
            return Ending(f"return await {pool}({plain}('a', size=2))", "str", is_async=True)
        case 4:
            request = m.use(_FASTAPI, "Request")
            body = m.choose.among(
                ("event = request.json()\nreturn str(event['kind'])", "return str(request.body())")
            )
            return Ending(
                body,
                "str",
                is_async=True,
                parameters=(Parameter("request", f"request: {request}", False),),
            )
        case _:
            tasks = m.use(_FASTAPI, "BackgroundTasks")
            return Ending(
                f"tasks.add_task({work}('a'))\nreturn 'a'",
                "str",
                parameters=(Parameter("tasks", f"tasks: {tasks}", False),),
            )


def _database(m: Module) -> Ending:
    session = database_session(m)
    parameter = Parameter(
        "db",
        f"db: {m.use('typing', 'Annotated')}[{session}, {m.use(_FASTAPI, 'Depends')}(get_db)]",
        False,
    )
    match m.choose.number(0, 3):
        case 0:
            return Ending("hero = db.get(Hero, hero_id)\nreturn hero", "", f"response_model={model(m)}", None,
                          (parameter, Parameter("hero_id", "hero_id: int", False, "hero_id")))  # fmt: skip
        case 1:
            return Ending("return db.get(Hero, hero_id)", "", f"response_model={model(m)}", None,
                          (parameter, Parameter("hero_id", "hero_id: int", False, "hero_id")))  # fmt: skip
        case 2:
            sql = m.choose.among(('"SELECT 1"', "'SELECT 1'", 'f"SELECT 1"', '"SELECT" " 1"'))
            return Ending(f"return db.execute({sql}).scalar_one()", "int", "", False, (parameter,))
        case _:
            return Ending("return []", "list[Hero]")


def database_session(m: Module) -> str:
    """The name of a session's class; a table and a dependency that gives one are written above."""
    choose = m.choose
    session = m.use("sqlalchemy.orm", "Session")
    base = m.use("sqlalchemy.orm", "DeclarativeBase")
    mapped, column = m.use("sqlalchemy.orm", "Mapped"), m.use("sqlalchemy.orm", "mapped_column")
    create = m.use("sqlalchemy", "create_engine")
    m.once("Base", f"class Base({base}):\n    pass")
    m.once(
        "Hero",
        f"class Hero(Base):\n    __tablename__ = 'heroes'\n    id: {mapped}[int] = {column}(primary_key=True)",
    )
    m.once("engine", f"engine = {create}('sqlite://')")
    keyword, iterator = choose.among((("def", "Iterator"), ("async def", "AsyncIterator")))
    kind = m.use("collections.abc", iterator)
    body = choose.among((
        f"db = {session}(engine)\n    yield db\n    db.close()",
        f"with {session}(engine) as db:\n        yield db",
        f"db = {session}(engine)\n    try:\n        yield db\n    finally:\n        db.close()",
        f"db = {session}(engine)\n    try:\n        yield db\n    except Exception:\n        db.rollback()\n    finally:\n        db.close()",
        f"db = {session}(engine)\n    yield db  # one for each\n\n    # Give it back.\n    db.rollback()\n    db.close()",
    ))  # fmt: skip
    m.once("get_db", f"{keyword} get_db() -> {kind}[{session}]:\n    {body}")
    return session


def _asking(m: Module) -> Ending:
    given = m.choose.among(("request", "websocket", "response", "background_tasks"))
    used = {"request": "url", "response": "headers"}.get(given, "state")
    return Ending(
        f"return str({given}.{used})", "str", parameters=(Parameter(given, given, False),)
    )


ENDINGS: tuple[Callable[[Module], Ending], ...] = (
    _annotated_or_not, _model, _response, _status, _refusing, _blocking, _awaiting, _database, _asking,
)  # fmt: skip


# -------------------------------------------------------------------------------- handlers


def handler(m: Module) -> str:
    """A path operation, decorators first."""
    choose = m.choose
    ending = choose.among(ENDINGS)(m)
    given = list(ending.parameters)
    given += (
        choose.among((marked, marked, plain, injected))(m)
        for _ in range(choose.among((0, 1, 1, 2, 2, 3)))
    )
    name = m.next("handle")
    inner = signature(m, given)
    path = f"/{name}" + "".join(f"/{{{p.in_path}}}" for p in given if p.in_path)
    path = _spoilt(m, path)
    method = choose.among(("get", "get", "post", "put", "delete", "patch"))
    mark = choose.among(('"', '"', '"', "'"))
    options = [each for each in (ending.options, _route_option(m)) if each]
    route = f"@{m.app}.{method}({', '.join([f'{mark}{path}{mark}', *options])})"
    decorators = [route, *_decorators(m)]
    if choose.chance(25):
        decorators.reverse()
    keyword = (
        ("async def" if choose.chance(40) else "def")
        if ending.is_async is None
        else ("async def" if ending.is_async else "def")
    )
    returns = f" -> {ending.returns}" if ending.returns else ""
    body = _indented(_documented(m, ending.body))
    return "\n".join([*decorators, f"{keyword} {name}({inner}){returns}:", body])


def _route_option(m: Module) -> str:
    match m.choose.number(0, 9):
        case 0:
            return 'tags=["a"]'
        case 1:
            return f"dependencies=[{m.use(_FASTAPI, 'Depends')}({dependency(m)})]"
        case 2:
            return f"dependencies=[{dependency(m)}]"
        case 3:
            return "summary='What it does'"
    return ""


def _spoilt(m: Module, path: str) -> str:
    if m.choose.chance(92):
        return path
    return m.choose.among(
        (path[1:], path.replace("}", " }"), path + "/:item", f"{path}/{{item-id}}")
    )


def _decorators(m: Module) -> list[str]:
    match m.choose.number(0, 11):
        case 1:
            wraps = f"    @{m.use('functools', 'wraps')}(function)\n" if m.choose.chance(50) else ""
            m.once(
                "loud",
                "def loud(function):\n"
                + wraps
                + "    def wrapper(*args, **kwargs):\n        return function(*args, **kwargs)\n\n    return wrapper",
            )
            return ["@loud"]
        case 2:
            return [f"@{m.use('functools', 'lru_cache')}"]
    return []


def _documented(m: Module, body: str) -> str:
    if m.choose.chance(15):
        return (
            m.choose.among(('"""What it does."""', "'''One.\n\n    Indented.\n'''")) + f"\n{body}"
        )
    return body


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
