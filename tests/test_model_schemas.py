"""Models as pydantic, dataclasses and typing themselves read them."""

from __future__ import annotations

import dataclasses
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import pydantic
import pytest
from modelcases import project
from pydantic_core import PydanticUndefined

from fastlint.config.settings import Settings, Versions
from fastlint.model.following.values import (
    ClassValue,
    Const,
    Instance,
    Subscripted,
    UnionType,
    Value,
)
from fastlint.model.project import Project
from fastlint.model.shapes.schemas import Schema


class Told(NamedTuple):
    """A field, in the same words by pydantic and by the model."""

    name: str
    required: bool | None
    read: tuple[str, ...]
    written: str
    excluded: bool


def modelled(project: Project, name: str) -> Schema:
    """The schema of the expression ``name`` in main.py."""
    from modelcases import facts_of

    from fastlint.model.following.expressions import evaluate

    frame = project.machine.run_module("main.py")
    statement: Any = facts_of(name).body[0]
    schema = project.schema(evaluate(statement.value, frame))
    assert schema is not None, name
    return schema


def of_model(schema: Schema) -> list[Told]:
    told = []
    for field in schema.fields:
        assert field.aliases.is_known
        read = field.aliases.validation or (field.name,)
        written = field.aliases.serialization or field.name
        told.append(Told(field.name, field.is_required, read, written, field.is_excluded))
    return told


def of_pydantic(model: type[pydantic.BaseModel]) -> list[Told]:
    told = []
    for name, field in model.model_fields.items():
        read: tuple[str, ...]
        match field.validation_alias:
            case pydantic.AliasChoices(choices=choices):
                read = tuple(c if isinstance(c, str) else str(c.path[0]) for c in choices)
            case pydantic.AliasPath(path=path):
                read = (str(path[0]),)
            case alias:
                read = (alias or name,)
        written = field.serialization_alias or name
        told.append(Told(name, field.is_required(), read, written, field.exclude is True))
    return told


@pytest.fixture(scope="module")
def main() -> Iterator[types.ModuleType]:
    """The models of `MODELS`, imported."""
    module = types.ModuleType("schemas_of_a_test")
    sys.modules[module.__name__] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(MODELS, "main.py", "exec", dont_inherit=True), vars(module))  # noqa: S102 - the oracle runs it
    yield module
    del sys.modules[module.__name__]


MODELS = """
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import (Annotated, Any, ClassVar, Dict, Generic, List, NamedTuple, NotRequired,
                    Optional, Required, TypedDict, TypeVar)

import pydantic.dataclasses
from pydantic import (AliasChoices, AliasGenerator, AliasPath, BaseModel, ConfigDict, Field,
                      PrivateAttr, RootModel, SecretStr, computed_field, field_serializer,
                      field_validator, model_validator)
from pydantic.alias_generators import to_camel, to_pascal, to_snake
from sqlmodel import Field as SQLField
from sqlmodel import Relationship, SQLModel

T = TypeVar("T")
U = TypeVar("U")


class Plain(BaseModel):
    a: int
    b: int = 1
    c: Optional[int]
    d: Optional[int] = None
    e: int = Field()
    f: int = Field(...)
    g: int = Field(1)
    h: int = Field(default=2, exclude=True)
    i: list[int] = Field(default_factory=list)
    j: Annotated[int, Field(ge=1)]
    k: Annotated[int, Field(default=3)]
    l: Annotated[int, Field(alias="el")] = 4
    m: Annotated[int, Field(exclude=True), Field(ge=2)] = Field(gt=1)
    n: Any
    o: "Optional[Plain]" = None
    p: int = ...
    limit: ClassVar[int] = 3
    other: "ClassVar[int]" = 4
    _private: int = 5
    _made: int = PrivateAttr(6)
    model_config = {"extra": "forbid"}


class Mixin:
    mixed: int
    over: str = "x"


class Child(Mixin, Plain):
    over: int = 2
    b: str
    z: int


class Top(BaseModel):
    x: int
    y: int


class Left(Top):
    y: int = 1


class Right(Top):
    x: str = "r"
    r: int


class Diamond(Left, Right):
    last: int


class Aliased(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    user_name: str
    own_alias: str = Field(alias="mine")
    only_read: str = Field(validation_alias="in")
    only_written: str = Field(serialization_alias="out")
    both_ways: str = Field(validation_alias="i", serialization_alias="o")
    all_three: str = Field(alias="a", validation_alias="b", serialization_alias="c")
    some_choice: str = Field(validation_alias=AliasChoices("x", AliasPath("y", 0)))
    some_path: str = Field(validation_alias=AliasPath("deep", "er"))
    low_priority: str = Field(alias="nope", alias_priority=1)
    v2_field: int = 1
    address_line_1: str = ""


class AliasedChild(Aliased):
    more_of_it: int = Field(1, alias=None)


class Pascal(Aliased):
    model_config = ConfigDict(alias_generator=to_pascal)
    more_of_it: int


class Generated(BaseModel):
    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=to_camel, serialization_alias=to_pascal)
    )
    user_name: str
    own_alias: str = Field(alias="mine")
    only_read: str = Field(validation_alias="in")


class Snaked(BaseModel, alias_generator=to_snake):
    userName: str
    HTTPCode2: int


class Unaliased(BaseModel):
    own_alias: str = Field(alias="mine")
    only_read: str = Field(validation_alias="in")
    only_written: str = Field(serialization_alias="out")
    plain: str


class OldConfig(BaseModel):
    class Config:
        alias_generator = to_camel
        from_attributes = True

    user_name: str


class Item(BaseModel):
    name: str


class Page(BaseModel, Generic[T]):
    items: List[T]
    total: int = 0


class Pair(BaseModel, Generic[T, U]):
    first: T
    second: Optional[U] = None


class Swapped(Pair[U, T], Generic[T, U]):
    third: "List[T]"


class ItemPage(Page[Item]):
    next: "Optional[ItemPage]" = None


class Nested(BaseModel):
    page: Page[Pair[Item, "Plain"]]
    forward: List["Later"]


class Later(BaseModel):
    secret: SecretStr
    maybe: Optional[SecretStr] = None
    shown: str


class Names(RootModel[List[str]]):
    pass


class Written(RootModel):
    root: Dict[str, int]


class MoreNames(Names):
    pass


class Box(RootModel[T], Generic[T]):
    pass


class ItemBox(Box[Item]):
    pass


class Checked(BaseModel):
    a: int
    b: int

    @field_validator("a", "b", mode="before")
    @classmethod
    def both(cls, value):
        return value

    @field_validator("*")
    @classmethod
    def every(cls, value):
        return value

    @model_validator(mode="after")
    def whole(self):
        return self

    @field_serializer("b")
    def shown(self, value):
        return value

    @computed_field(alias="sum")
    @property
    def total(self) -> int:
        return self.a + self.b


class CheckedMore(Checked):
    @field_validator("a", mode="wrap")
    @classmethod
    def both(cls, value, handler):
        return handler(value)


class Base(SQLModel):
    email: str = SQLField(unique=True)
    full_name: str | None = SQLField(default=None, max_length=255)


class User(Base, table=True):
    __tablename__ = "people"
    id: int | None = SQLField(default=None, primary_key=True)
    posts: list["Post"] = Relationship(back_populates="user")


class Post(Base, table=True):
    id: int | None = SQLField(default=None, primary_key=True)
    user_id: int = SQLField(foreign_key="people.id")
    user: User | None = Relationship(back_populates="posts")


class UserPublic(Base):
    id: int


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)
    hidden: int = field(default=1, init=False)
    given: InitVar[int] = 1
    shared: ClassVar[int] = 2
    plain = 3
    _under: int = 4


class Sub(Point):
    ignored: int = 1


@dataclass(kw_only=True)
class Point3(Sub):
    z: int
    _: KW_ONLY
    w: int


@pydantic.dataclasses.dataclass(config=ConfigDict(extra="forbid"))
class Checked3:
    z: int
    w: int = Field(1)
    v: int = Field()


class Total(TypedDict):
    a: int
    _b: NotRequired[int]


class Partly(Total, total=False):
    c: Required[str]
    d: Annotated[int, "x"]


class Row(NamedTuple):
    a: int
    b: str = ""


class RowWith(Row):
    c: int = 1
"""

PYDANTIC = [
    "Plain",
    "Child",
    "Diamond",
    "Aliased",
    "AliasedChild",
    "Pascal",
    "Generated",
    "Snaked",
    "Unaliased",
    "OldConfig",
    "Page[Item]",
    "Swapped[int, str]",
    "ItemPage",
    "Nested",
    "Later",
    "Names",
    "Written",
    "MoreNames",
    "ItemBox",
    "Checked",
    "User",
    "Post",
    "UserPublic",
]


@pytest.mark.parametrize("name", PYDANTIC)
def test_the_fields_are_those_of_pydantic(main: types.ModuleType, name: str) -> None:
    real: type[pydantic.BaseModel] = eval(name, vars(main))  # noqa: S307 - our own
    schema = modelled(project(MODELS), name)
    assert of_model(schema) == of_pydantic(real)
    assert schema.is_root == issubclass(real, pydantic.RootModel)


def shape(value: Value) -> str:
    """A type as a person writes it."""
    match value:
        case ClassValue(node=node):
            return node.name
        case Subscripted(origin=origin, args=args):
            return f"{shape(origin)}[{', '.join(map(shape, args))}]"
        case UnionType(members=members):
            return " | ".join(map(shape, members))
        case Const(value=None):
            return "None"
        case Instance(args=(Const(value=name),)):
            return f"~{name}"
    return str(getattr(value, "name", value)).rpartition(".")[2]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Page[Item]", ["List[Item]", "int"]),
        ("Page", ["List[~T]", "int"]),
        ("ItemPage", ["List[Item]", "int", "ItemPage | None"]),
        ("Pair[int, str]", ["int", "str | None"]),
        ("Swapped[int, str]", ["str", "int | None", "List[int]"]),
        ("Nested", ["Page[Pair[Item, Plain]]", "List[Later]"]),
        ("ItemBox", ["Item"]),
        ("MoreNames", ["List[str]"]),
    ],
)
def test_type_arguments_and_names_in_quotes_are_put_in_place(name: str, wanted: list[str]) -> None:
    assert [shape(each.declared) for each in modelled(project(MODELS), name).fields] == wanted


def test_what_is_reached_goes_through_type_arguments() -> None:
    its = project(MODELS)
    schema = modelled(its, "Nested")
    ways = {
        found.name: ".".join(field.name for field in way)
        for found, way in its.schemas.reached(schema.value)
    }
    assert ways == {
        "Nested": "",
        "Page": "page",
        "Later": "forward",
        "Pair": "page.items",
        "Item": "page.items.first",
        "Plain": "page.items.second",
    }


def test_a_generic_model_that_holds_ever_more_of_itself_ends() -> None:
    text = MODELS + "\n\nclass Deep(BaseModel, Generic[T]):\n    inner: 'Optional[Deep[List[T]]]'\n"
    its = project(text)
    assert len(list(its.schemas.reached(modelled(its, "Deep[int]").value))) < 10


@pytest.mark.parametrize("name", ["Point", "Sub", "Point3", "Checked3"])
def test_the_fields_are_those_of_dataclasses(main: types.ModuleType, name: str) -> None:
    real = [
        (each.name, each.default is each.default_factory is dataclasses.MISSING)
        for each in dataclasses.fields(vars(main)[name])
    ]
    if name == "Checked3":
        fields = pydantic.TypeAdapter(main.Checked3)._type.__pydantic_fields__
        real = [(each, info.is_required()) for each, info in fields.items()]
    schema = modelled(project(MODELS), name)
    assert schema.kind == "dataclass"
    assert [(each.name, each.is_required) for each in schema.fields] == real


def test_the_keys_are_those_of_typed_dictionaries_and_tuples(main: types.ModuleType) -> None:
    its = project(MODELS)
    for name in ("Total", "Partly"):
        schema = modelled(its, name)
        real = vars(main)[name]
        assert schema.kind == "typeddict"
        assert [each.name for each in schema.fields] == list(real.__annotations__)
        required = {each.name for each in schema.fields if each.is_required}
        # Its own `total` counts for a class's own keys only.
        assert required == set(real.__required_keys__)
    for name in ("Row", "RowWith"):
        schema = modelled(its, name)
        assert schema.kind == "namedtuple"
        assert [each.name for each in schema.fields] == list(vars(main)[name]._fields)
        assert [each.is_required for each in schema.fields] == [True, False]


def test_what_is_secret_private_and_computed() -> None:
    its = project(MODELS)
    later = modelled(its, "Later")
    assert [each.is_secret for each in later.fields] == [True, True, False]
    assert modelled(its, "Plain").private == {"_private", "_made"}
    (total,) = modelled(its, "CheckedMore").computed
    assert (total.name, total.alias, shape(total.declared)) == ("total", "sum", "int")


def test_validators_and_serializers() -> None:
    its = project(MODELS)
    told = [
        (each.name, each.subject, each.mode, each.fields, each.owner.node.name)
        for each in modelled(its, "CheckedMore").validators
    ]
    assert told == [
        ("every", "field", "after", ("*",), "Checked"),
        ("whole", "model", "after", (), "Checked"),
        ("both", "field", "wrap", ("a",), "CheckedMore"),
    ]
    (shown,) = modelled(its, "Checked").serializers
    assert (shown.name, shown.mode, shown.concerns("a"), shown.concerns("b")) == (
        "shown",
        "plain",
        False,
        True,
    )


OPTIONS = """
from pydantic import BaseModel, ConfigDict, Extra
from elsewhere import BASE, Unknown

shared = {"frozen": True}


class A(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid", title="A")


class B(BaseModel):
    model_config = {"extra": "allow", "title": "B"}


class AB(A, B, str_strip_whitespace=True):
    pass


class Own(AB):
    class Config:
        extra = Extra.ignore
        orm_mode = True


class Open(BaseModel):
    model_config = ConfigDict(**BASE, title="x")
"""


def test_options_are_inherited_as_pydantic_does() -> None:
    its = project(OPTIONS)
    # In pydantic 2 the last base wins.
    both = modelled(its, "AB").options
    assert both.extra == "allow"
    assert both.get("title") == Const("B")
    assert both.from_attributes is True
    assert both.is_set("str_strip_whitespace") is True
    assert both.items["str_strip_whitespace"].form == "keyword"
    assert (both.is_set("frozen"), both.by_name) == (False, False)
    own = modelled(its, "Own").options
    assert (own.extra, own.items["orm_mode"].form) == ("ignore", "Config")
    assert its.module("main.py").facts is not None
    assert own.items["orm_mode"].span.line == 23
    assert modelled(its, "A").options.items["extra"].span.column == 53
    opened = modelled(its, "Open").options
    assert (opened.is_open, opened.extra, opened.is_set("frozen")) == (True, None, None)


OLD = """
from typing import Any, Optional
from pydantic import BaseModel, Field, root_validator, validator
from pydantic.generics import GenericModel


class A(BaseModel):
    a: Optional[int]
    b: Optional[int] = ...
    c: Optional[int] = Field(...)
    d: Any
    e: int
    f = 3

    class Config:
        orm_mode = True
        extra = "forbid"
        allow_population_by_field_name = True

    @validator("a", pre=True, always=True)
    def check(cls, v):
        return v

    @root_validator
    def whole(cls, values):
        return values


class B(BaseModel):
    class Config:
        extra = "allow"


class AB(A, B):
    pass


class Many(BaseModel):
    __root__: list[int]
"""


def test_what_pydantic_1_reads_otherwise() -> None:
    its = project(OLD, Settings(versions=Versions(pydantic="1.10.13")))
    a = modelled(its, "A")
    required = {each.name: each.is_required for each in a.fields}
    assert required == {"a": False, "b": True, "c": True, "d": False, "e": True, "f": False}
    assert (a.options.from_attributes, a.options.by_name) == (True, True)
    assert [(v.name, v.mode, v.fields, v.is_old) for v in a.validators] == [
        ("check", "before", ("a",), True),
        ("whole", "after", (), True),
    ]
    assert modelled(its, "AB").options.extra == "forbid"  # the first base wins
    assert modelled(its, "Many").is_root
    newer = modelled(project(OLD), "A")
    assert [each.name for each in newer.fields] == ["a", "b", "c", "d", "e"]
    assert newer.fields[0].is_required
    assert newer.options.from_attributes is False


def test_models_of_pydantic_v1_within_pydantic_2() -> None:
    text = OLD.replace("from pydantic import", "from pydantic.v1 import")
    a = modelled(project(text), "A")
    assert a.options.is_old
    assert a.field("a") is not None
    assert [each.is_required for each in a.fields] == [False, True, True, False, True, False]


UNKNOWN = """
from pydantic import BaseModel, ConfigDict, Field
from elsewhere import field_of, named, to_some_case


class A(BaseModel):
    model_config = ConfigDict(alias_generator=to_some_case)
    a: int
    b: int = Field(alias="x")
    c: int = field_of(1)
    d: int = Field(validation_alias="y")


class B(BaseModel):
    a: int = Field(alias=named("a"))
"""


def test_fields_in_branches_and_options_of_settings() -> None:
    its = project(
        "from typing import TYPE_CHECKING\n"
        "import typing\n"
        "from pydantic import BaseModel\n"
        "from pydantic_settings import BaseSettings\n"
        "class A(BaseModel):\n"
        "    a: int\n"
        "    if not TYPE_CHECKING:\n"
        "        b: int\n"
        "    if typing.TYPE_CHECKING:\n"
        "        c: int\n"
        "    else:\n"
        "        d: int\n"
        "class S(BaseSettings):\n"
        "    e: int\n"
    )
    assert [each.name for each in modelled(its, "A").fields] == ["a", "b", "d"]
    assert modelled(its, "S").options.extra == "forbid"


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    its = project(UNKNOWN)
    a = modelled(its, "A")
    assert [each.aliases.is_known for each in a.fields] == [False, True, False, False]
    assert [each.aliases.serialization for each in a.fields] == [None, "x", None, None]
    assert [each.is_required for each in a.fields] == [True, True, None, True]
    (b,) = modelled(its, "B").fields
    assert not b.aliases.is_known


def test_defaults() -> None:
    initial = {each.name: each.initial for each in modelled(project(MODELS), "Plain").fields}
    assert (initial["b"], initial["g"], initial["h"], initial["k"]) == (
        Const(1),
        Const(1),
        Const(2),
        Const(3),
    )
    assert initial["a"] is initial["f"] is initial["i"] is initial["p"] is None
    assert initial["d"] == Const(None)
    assert PydanticUndefined is not None
