"""Fixes on applications that a grammar builds, and on the pages' examples laid out anew.

A few of each; ``python -m benchmarks.fuzzing`` does the same with tens of thousands.
"""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.fuzzing import layouts, mutations
from benchmarks.fuzzing.choosing import Chooser
from benchmarks.fuzzing.grammar import Project, crowds, projects
from benchmarks.fuzzing.properties import comments, tried
from benchmarks.fuzzing.running import Served, Unserved, served
from fastlint.api import check_texts, will_fix
from fastlint.fixes.apply import apply_fixes
from fastlint.source.decode import decode
from fastlint.source.file import SourceFile

FEW = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)
EXAMPLES = mutations.originals("")


def holds(project: Project, *, serve: bool) -> None:
    trial = tried(
        project.cases, project.settings, unsafe=project.unsafe, thorough=True, serve=serve
    )
    assert not trial.complaints, "\n".join((*trial.complaints, repr(project)))


@FEW
@given(projects(2))
def test_what_must_hold_of_fixes_does(project: Project) -> None:
    holds(project, serve=True)


@FEW
@given(st.integers(0, len(EXAMPLES) - 1).flatmap(lambda each: mutations.mutants(EXAMPLES[each])))
def test_it_holds_of_the_examples_of_the_pages_however_they_are_laid_out(project: Project) -> None:
    holds(project, serve=False)


@FEW
@given(projects(3), st.randoms(use_true_random=False), st.data())
def test_fixes_give_the_same_text_in_whatever_order_they_come(
    project: Project, random: st.random_module, data: st.DataObject
) -> None:
    texts = {path: _text(path, each) for path, each in project.files.items()}
    findings = check_texts(project.files).findings
    fixes = [each.fix for each in findings if each.fix and will_fix(each, unsafe=True)]
    some = [each for each in fixes if data.draw(st.booleans())]
    for chosen in (fixes, some):
        mixed = list(chosen)
        random.shuffle(mixed)
        assert apply_fixes(texts, mixed) == apply_fixes(texts, chosen)


@FEW
@given(crowds())
def test_fixes_give_the_same_text_one_by_one_with_a_look_at_the_project_in_between(
    project: Project,
) -> None:
    holds(project, serve=False)


def _text(path: str, data: bytes) -> str:
    file = decode(path, data)
    assert isinstance(file, SourceFile)
    return file.text


# ------------------------------------------------------------------------ the fuzzer itself

SMALL = '''\
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def read(q: str = "a") -> str:
    """Read."""
    return q
'''


@FEW
@given(st.data())
def test_another_layout_means_the_same(data: st.DataObject) -> None:
    shaken = layouts.shaken(SMALL, Chooser(data.draw), 10)
    assert ast.dump(ast.parse(shaken)) == ast.dump(ast.parse(SMALL))


def test_what_is_served_is_seen() -> None:
    before = {"main.py": SMALL.encode()}
    same = {"main.py": SMALL.replace("app = FastAPI()", "app = FastAPI( )").encode()}
    other = {"main.py": SMALL.replace('= "a"', '= "b"').encode()}
    assert isinstance(served(before), Served)
    assert served(before) == served(same)
    assert served(before) != served(other)
    assert isinstance(served({"main.py": b"import nothing_of_this_name"}), Unserved)


def test_comments_are_seen_in_order() -> None:
    assert comments(b"a = 1  # one\r\n'# none'\r\n# two\r\n") == ["# one", "# two"]


@pytest.mark.parametrize("change", [mutations.renamed, mutations.wrapped])
def test_mutants_are_other_code_that_compiles(change: mutations.Change) -> None:
    changed = change(SMALL, Chooser(lambda _: 0))
    assert changed != SMALL
    ast.parse(changed)
