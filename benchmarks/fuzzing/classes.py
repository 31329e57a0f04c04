"""Models of Pydantic, in the style of its first version and of its second."""

from __future__ import annotations

from benchmarks.fuzzing.handlers import typed
from benchmarks.fuzzing.modules import Module

_PYDANTIC = "pydantic"


def schema(m: Module) -> str:
    """A class and, most often, a path operation that takes it."""
    choose = m.choose
    name = m.next("Item")
    base = m.use(_PYDANTIC, "BaseModel")
    members = [_field(m, each) for each in ("size", "code", "note")[: choose.number(1, 3)]]
    if choose.chance(35):
        members.append(_config(m))
    if choose.chance(50):
        members.extend(_validator(m) for _ in range(choose.number(1, 2)))
    if choose.chance(30):
        members.reverse()
    gap = choose.among(("\n", "\n\n"))
    body = gap.join(_indented(each) for each in members)
    document = '    """An item."""\n' if choose.chance(15) else ""
    text = f"class {name}({base}):\n{document}{body}"
    if choose.chance(70):
        handle = m.next("store")
        verb = choose.among(("post", "put", "get"))
        text += f"\n\n\n@{m.app}.{verb}('/{handle}')\ndef {handle}(item: {name}) -> {name}:\n    return item"
    return text


def _field(m: Module, name: str) -> str:
    choose = m.choose
    kind = {"size": "int", "code": "str", "note": "str"}[name]
    field = m.use(_PYDANTIC, "Field")
    rest = {"size": ", ge=1", "code": ', pattern="^a"', "note": ", max_length=3"}[name]
    rest = choose.among(
        (rest, "", ', title="T"', ", example=1" if name == "size" else ", example='a'")
    )
    match choose.number(0, 8):
        case 0:
            return f"{name}: {kind} = None"
        case 1:
            return f"{name}: {kind} = {field}(None{rest})"
        case 2:
            return f"{name}: {kind} = {field}(default=None{rest})"
        case 3:
            return f"{name}: {kind} = {field}(...{rest})"
        case 4:
            return (
                f"{name}: {kind} = {field}({f'{rest}, default=...'[2:] if rest else 'default=...'})"
            )
        case 5:
            return f"{name}: {typed(m, kind)} = None"
        case 6:
            option = choose.among(
                ("min_items=1", "max_items=3", "const=True", "regex='a'", "allow_mutation=False")
            )
            declared = f"list[{kind}]" if "items" in option else kind
            return f"{name}: {declared} = {field}({choose.among(('...', '[]' if 'items' in option else 'None'))}, {option})"
        case 7:
            return f"{name}: {typed(m, kind)}"
        case _:
            return f"{name}: {kind}"


def _config(m: Module) -> str:
    options = ["orm_mode = True", "allow_population_by_field_name = True", "frozen = True",
               "from_attributes = True", "str_strip_whitespace = True", "extra = 'forbid'",
               "anystr_strip_whitespace = True", "validate_all = True",
               'schema_extra = {"example": {"size": 1}}', "json_schema_extra = {\n    'examples': [\n        {'size': 1},\n    ],\n}"]  # fmt: skip
    chosen = m.choose.some(options, 3) or options[:1]
    return "class Config:\n" + "\n".join(_indented(each) for each in chosen)


def _validator(m: Module) -> str:
    choose = m.choose
    name = m.next("check")
    body = choose.among(
        (
            "return v",
            "if v == 13:\n        raise ValueError('no')\n    return v",
            "assert v != 13\n    return v",
        )
    )
    match choose.number(0, 5):
        case 0:
            decorator = f"@{m.use(_PYDANTIC, 'field_validator')}('size')"
            both = [decorator, "@classmethod"]
            if choose.chance(60):
                both.reverse()
            return "\n".join((*both, f"def {name}(cls, v):\n    {body}"))
        case 1:
            options = choose.among(
                ("", ", pre=True", ", always=True", ", allow_reuse=True", ", each_item=True")
            )
            return f"@{m.use(_PYDANTIC, 'validator')}('size'{options})\ndef {name}(cls, v):\n    {body}"
        case 2:
            return f"@{m.use(_PYDANTIC, 'validator')}('size')\ndef {name}(cls, v, values):\n    if 'a' in values and v == values['a']:\n        raise ValueError\n    return v"
        case 3:
            options = choose.among(
                ("pre=True", "skip_on_failure=True", "pre=True, allow_reuse=True")
            )
            return f"@{m.use(_PYDANTIC, 'root_validator')}({options})\ndef {name}(cls, values):\n    if values.get('size') == 13:\n        raise ValueError\n    return values"
        case 4:
            decorators = [f"@{m.use(_PYDANTIC, 'model_validator')}(mode='before')", "@classmethod"]
            if choose.chance(50):
                decorators.reverse()
            return "\n".join((*decorators, f"def {name}(cls, values):\n    return values"))
        case _:
            decorators = [
                f"@{m.use(_PYDANTIC, 'validator')}('size', 'code', check_fields=False)",
                "@classmethod",
            ]
            return "\n".join((*decorators, f"def {name}(cls, v):\n    {body}"))


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
