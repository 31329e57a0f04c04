"""The ORM's classes, with SQLAlchemy itself as the oracle."""

from __future__ import annotations

import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import sqlalchemy
from modelcases import project
from sqlalchemy import orm

from fastlint.model.following.values import Const
from fastlint.model.project import Project
from fastlint.model.shapes.tables import Table

NEW = """
from typing import List, Optional

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import (DeclarativeBase, DynamicMapped, Mapped, MappedAsDataclass,
                            WriteOnlyMapped, backref, column_property, declared_attr,
                            mapped_column, relationship)


class Base(DeclarativeBase):
    pass


class Dated:
    created: Mapped[int] = mapped_column(default=0)

    @declared_attr
    def editor_id(cls):
        return mapped_column(ForeignKey("people.id"))


class Abstract(Base):
    __abstract__ = True
    note: Mapped[Optional[str]]


tagged = Table("tagged", Base.metadata, Column("post_id", ForeignKey("posts.id")),
               Column("tag_id", ForeignKey("tags.id")))


class Person(Abstract):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column("e_mail", String(50), unique=True)
    hashed_password: Mapped[str]
    plain = "not a column"
    _hidden: Mapped[int] = mapped_column(default=1)
    posts: Mapped[List["Post"]] = relationship(
        back_populates="author", lazy="selectin", foreign_keys="Post.author_id")
    old_posts: DynamicMapped["Post"] = relationship(
        foreign_keys="Post.author_id", viewonly=True)
    all_posts: WriteOnlyMapped["Post"] = relationship(
        foreign_keys="Post.author_id", overlaps="x")


class Post(Dated, Base):
    __tablename__ = "posts"
    id = mapped_column(String, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author: Mapped["Person"] = relationship(back_populates="posts", foreign_keys=[author_id])
    reviewer: Mapped[Optional[Person]] = relationship(
        foreign_keys="Post.editor_id", lazy="joined")
    tags = relationship("Tag", secondary=tagged, lazy=True)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("tags.id"))
    children: Mapped[list["Tag"]] = relationship(lazy="raise")


class Special(Post):
    extra: Mapped[Optional[str]]


Tag.doubled = column_property(Tag.id + Tag.id)
"""

OLD = """
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class WithId:
    id = Column(Integer, primary_key=True)


class User(WithId, Base):
    __tablename__ = "users"
    email = Column(String, unique=True)
    is_active = Column("active", Boolean, default=True)
    items = relationship("Item", back_populates="owner")
    profile = relationship(lambda: Profile, uselist=False, lazy="joined")
    later = relationship("Item", lazy="dynamic", viewonly=True)


class Item(WithId, Base):
    __tablename__ = "items"
    owner_id = Column(Integer, ForeignKey("users.id"))
    owner = relationship(User, back_populates="items")


class Profile(WithId, Base):
    __tablename__ = "profiles"
    user_id = Column(ForeignKey("users.id"))
"""

MODEL = """
from typing import List, Optional

from sqlalchemy import Column, String
from sqlmodel import Field, Relationship, SQLModel


class HeroBase(SQLModel):
    name: str = Field(index=True)
    secret_name: str = Field(sa_column=Column(String))


class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: List["Hero"] = Relationship(
        back_populates="team", sa_relationship_kwargs={"lazy": "selectin"})


class Hero(HeroBase, table=True):
    __tablename__ = "all_heroes"
    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")


class HeroPublic(HeroBase):
    id: int
"""


LAZY = {True: "select", False: "joined", None: "noload"}
"""Older words for the ways of loading, which SQLAlchemy leaves as they are written."""


class Told(NamedTuple):
    columns: set[str]
    keys: set[str]
    relationships: dict[str, tuple[str, str, bool | None]]
    """Target, loading and whether there are many, by name."""


def of_model(its: Project, table: Table) -> Told:
    told = {}
    for each in table.relationships:
        target = its.tables.target(each)
        name = "?" if target is None else target.name
        told[each.name] = (name, each.lazy or "?", its.tables.is_many(each, table))
    keys = {each.name for each in table.columns if each.options.get("primary_key") == Const(True)}
    return Told({each.name for each in table.columns}, keys, told)


def of_sqlalchemy(cls: type[Any]) -> Told:
    mapper = orm.class_mapper(cls)
    columns = {each.key for each in mapper.column_attrs}
    keys = {mapper.get_property_by_column(each).key for each in mapper.primary_key}
    return Told(
        columns,
        keys,
        {
            each.key: (
                each.mapper.class_.__name__,
                LAZY.get(each.lazy, each.lazy),
                bool(each.uselist),
            )
            for each in mapper.relationships
        },
    )


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Runs a text as a module."""
    made: list[str] = []

    def execute(text: str) -> types.ModuleType:
        module = types.ModuleType(f"tables_of_a_test_{len(made)}")
        made.append(module.__name__)
        sys.modules[module.__name__] = module
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(text, "main.py", "exec", dont_inherit=True), vars(module))  # noqa: S102
        return module

    yield execute
    for name in made:
        del sys.modules[name]
    import sqlmodel

    sqlmodel.SQLModel.metadata.clear()
    sqlmodel.main.default_registry.dispose()


@pytest.mark.parametrize("text", [NEW, OLD, MODEL], ids=["new", "old", "sqlmodel"])
def test_the_tables_are_those_of_sqlalchemy(run: Any, text: str) -> None:
    module = run(text)
    its = project(text)
    tables = {table.name: table for table in its.tables.all}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        real = {
            name: of_sqlalchemy(cls)
            for name, cls in vars(module).items()
            if isinstance(cls, type) and sqlalchemy.inspect(cls, raiseerr=False) is not None
        }
    assert len(real) > 1
    assert {name: of_model(its, table) for name, table in tables.items()} == real
    for name, table in tables.items():
        assert table.table_name == orm.class_mapper(vars(module)[name]).local_table.name


def test_across_files() -> None:
    base = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n"
    user = (
        "from db.base import Base\n"
        "from sqlalchemy.orm import Mapped, relationship, mapped_column\n"
        "class User(Base):\n"
        "    __tablename__ = 'users'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    items: Mapped[list['Item']] = relationship()\n"
        "    other = relationship('db.item.Item', **more)\n"
        "    gone = relationship('Gone')\n"
    )
    item = (
        "from db.base import Base\n"
        "from sqlalchemy import Column, ForeignKey, Integer\n"
        "class Item(Base):\n"
        "    __tablename__ = 'items'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "    user_id = Column(ForeignKey('users.id'))\n"
    )
    its = project({"db/base.py": base, "db/user.py": user, "db/item.py": item})
    tables = {table.name: table for table in its.tables.all}
    assert sorted(tables) == ["Item", "User"]
    told = of_model(its, tables["User"]).relationships
    assert told["items"] == ("Item", "select", True)
    assert told["gone"] == ("?", "select", None)
    assert its.tables.target(tables["User"].relationships[1]) is tables["Item"]
    assert tables["Item"].columns[1].references == "users.id"
    assert tables["User"].id == "db.user:User"


def test_what_is_no_table() -> None:
    its = project(MODEL)
    frame = its.machine.run_module("main.py")
    assert its.table(frame.namespace["HeroPublic"]) is None
    assert its.table(frame.namespace["HeroBase"]) is None
    hero = its.table(frame.namespace["Hero"])
    assert hero is not None
    assert [each.is_lazy for each in hero.relationships] == [True]
    assert its.schema(frame.namespace["Hero"]) is not None


def test_a_base_class_may_name_the_tables_of_its_subclasses() -> None:
    its = project(
        "from sqlalchemy.orm import DeclarativeBase, declared_attr, mapped_column\n"
        "class Base(DeclarativeBase):\n"
        "    __tablename__ = 'base'\n"
        "    def __init_subclass__(cls):\n"
        "        cls.__tablename__ = 'app_' + cls.__tablename__\n"
        "class Dated:\n"
        "    @declared_attr\n"
        "    def at(cls) -> 'MappedColumn[int]':\n"
        "        lifetime = 3\n"
        "        return mapped_column(default=lifetime)\n"
        "class User(Dated, Base):\n"
        "    __tablename__ = 'users'\n"
        "    id = mapped_column(primary_key=True)\n"
    )
    (user,) = its.tables.all  # the base itself is none, whatever it says
    assert user.table_name is None
    assert [each.name for each in user.columns] == ["at", "id"]
