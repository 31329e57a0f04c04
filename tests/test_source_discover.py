"""Which files are found in trees of every kind, and what is said of those that cannot be had."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rignore  # noqa: F401  # before rights are given up: the library may lie in root's home

from fastlint.source.discover import discover
from fastlint.source.file import SourceFile, Unreadable
from fastlint.source.read import read
from fastlint.source.select import Selection, select

if TYPE_CHECKING:
    from collections.abc import Iterator


def tree(root: Path, *paths: str) -> Path:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    return root


def found(root: Path, **options: object) -> list[str]:
    return [file.path for file in discover(root, **options).files]  # type: ignore[arg-type]


def reasons(root: Path) -> dict[str, str]:
    return {each.path: each.reason for each in discover(root).unreadable}


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may read everything, so tests of permissions give that right up for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_tmp() -> Iterator[Path]:
    """A temporary folder that other users may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for each in folder.rglob("*"):
        if not each.is_symlink():
            each.chmod(0o755)
    shutil.rmtree(folder)


def test_python_files_and_nothing_else_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/c.py", "a/gui.pyw", "a/stub.pyi", "notes.txt", "a.py.bak")
    assert found(tmp_path) == ["a/c.py", "a/gui.pyw", "b.py"]


def test_what_a_cache_needs_to_know_is_there(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    (file,) = discover(tmp_path).files
    status = (tmp_path / "a.py").stat()
    assert file.absolute == str(tmp_path / "a.py")
    assert (file.mtime_ns, file.ctime_ns) == (status.st_mtime_ns, status.st_ctime_ns)
    assert (file.size, file.inode) == (status.st_size, status.st_ino)


@pytest.mark.parametrize(
    "folder", [".venv", "venv", "node_modules", "lib/site-packages", "build", "dist", ".git"]
)
def test_other_peoples_code_is_left_alone(tmp_path: Path, folder: str) -> None:
    tree(tmp_path, f"{folder}/x.py", f"deep/{folder}/x.py", "app.py", f"{folder}ish/y.py")
    assert found(tmp_path) == sorted(["app.py", f"{folder}ish/y.py"])


def test_a_virtual_environment_is_known_under_any_name(tmp_path: Path) -> None:
    tree(tmp_path, "env311/pyvenv.cfg", "env311/bin/activate_this.py", "env311b/x.py")
    assert found(tmp_path) == ["env311b/x.py"]


def test_hidden_folders_are_part_of_the_project(tmp_path: Path) -> None:
    assert found(tree(tmp_path, ".github/scripts/x.py")) == [".github/scripts/x.py"]


def test_gitignore_is_obeyed_as_git_does(tmp_path: Path) -> None:
    tree(tmp_path, "a/gen.py", "a/keep/gen.py", "gen.py", "top/x.py", "a/top/x.py", "local.py")
    (tmp_path / ".gitignore").write_text("gen.py\n/top/\n")
    (tmp_path / "a/keep/.gitignore").write_text("!gen.py\n")
    tree(tmp_path, ".git/info/HEAD")
    (tmp_path / ".git/info/exclude").write_text("local.py\n")
    assert found(tmp_path) == ["a/keep/gen.py", "a/top/x.py"]
    assert len(found(tmp_path, respect_gitignore=False)) == 6


def test_the_repository_above_counts_and_what_is_above_it_does_not(tmp_path: Path) -> None:
    tree(tmp_path, "repo/sub/a.py", "repo/sub/b.py", "repo/.git/HEAD")
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "repo/.gitignore").write_text("b.py\n")
    assert found(tmp_path / "repo/sub") == ["a.py"]


def test_an_unpacked_archive_ignores_what_lies_above_it(tmp_path: Path) -> None:
    tree(tmp_path, "project/a.py", "project/b.py")
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "project/.gitignore").write_text("b.py\n")
    assert found(tmp_path / "project") == ["a.py"]


def test_excludes_are_globs_from_the_root(tmp_path: Path) -> None:
    tree(tmp_path, "app/migrations/v1.py", "migrations/v1.py", "app/a_pb2.py", "app/a.py")
    excluded = ("./app/migrations", "*_pb2.py", "[broken")
    assert found(tmp_path, extend_exclude=excluded) == ["app/a.py", "migrations/v1.py"]
    assert found(tree(tmp_path, "build/x.py"), exclude=("app", "migrations")) == ["build/x.py"]


def test_an_exclude_wins_over_a_gitignore_that_would_take_it_back(tmp_path: Path) -> None:
    tree(tmp_path, "gen/a.py", "b.py")
    (tmp_path / ".gitignore").write_text("!gen\n")
    assert found(tmp_path, extend_exclude=("gen",)) == ["b.py"]


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    assert found(tree(tmp_path, "odd.py/inner.py")) == ["odd.py/inner.py"]


def test_links_within_the_project_add_nothing(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py")
    (tmp_path / "app/loop").symlink_to("..")
    (tmp_path / "app/self.py").symlink_to("a.py")
    (tmp_path / "mirror").symlink_to("app")
    assert found(tmp_path) == ["app/a.py"]
    assert reasons(tmp_path) == {}


def test_a_link_to_a_file_that_is_not_found_otherwise_is_taken(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py", "build/generated.py")
    (tmp_path / "app/generated.py").symlink_to("../build/generated.py")
    assert found(tmp_path) == ["app/a.py", "app/generated.py"]
    assert isinstance(read(tmp_path, "app/generated.py"), SourceFile)


def test_links_that_lead_nowhere_or_out_are_said(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "a.py")
    tree(tmp_path, "secret.py", "lib/code.py")
    (tmp_path / "data").mkdir()
    (root / "gone.py").symlink_to("nowhere.py")
    (root / "loop.py").symlink_to("loop.py")
    (root / "out.py").symlink_to(tmp_path / "secret.py")
    (root / "lib").symlink_to(tmp_path / "lib")
    (root / "data").symlink_to(tmp_path / "data")
    (root / ".#a.py").symlink_to("someone@host.123")
    assert found(root) == ["a.py"]
    said = reasons(root)
    assert list(said) == ["gone.py", "lib", "loop.py", "out.py"]
    assert said["gone.py"] == "it is a link to 'nowhere.py', which does not exist"
    assert "cannot be followed" in said["loop.py"]
    assert "leads out of the project" in said["out.py"]
    assert "leads out of the project" in said["lib"]


def test_a_link_out_of_the_project_is_never_read(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "a.py")
    tree(tmp_path, "secret.py")
    (root / "out.py").symlink_to(tmp_path / "secret.py")
    problem = read(root, "out.py")
    assert isinstance(problem, Unreadable)
    assert "leads out of the project" in problem.reason


def test_names_that_would_garble_a_terminal_are_names(tmp_path: Path) -> None:
    tree(tmp_path, "new\nline.py", "esc\x1b[31m.py", "ünï.py", "sp ace.py")
    assert found(tmp_path) == sorted(["new\nline.py", "esc\x1b[31m.py", "ünï.py", "sp ace.py"])


def test_names_that_are_not_utf8_are_said_and_hide_no_others(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "sub/z.py")
    for name in (b"sub/\xff.py", b"sub/\xfe.txt", b"\xfdfolder/inner.py"):
        path = os.path.join(os.fsencode(tmp_path), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass
    assert found(tmp_path) == ["a.py", "sub/z.py"]
    said = reasons(tmp_path)
    assert said == {
        "\\xfdfolder": "its name is not valid UTF-8",
        "sub/\\xff.py": "its name is not valid UTF-8",
    }


def test_a_link_target_with_escape_sequences_is_harmless_in_the_message(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("\x1b[31m\nnowhere")
    assert "\x1b" not in reasons(tmp_path)["a.py"]
    assert "\n" not in reasons(tmp_path)["a.py"]


def test_a_file_of_20_mb_is_said_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "a.py", "data.py")
    os.truncate(tmp_path / "data.py", 20_000_000)
    monkeypatch.setattr("os.open", None)
    assert found(tmp_path) == ["a.py"]
    assert reasons(tmp_path) == {"data.py": "it is too large (20.0 MB; the limit is 5 MB)"}


def test_a_file_that_grew_since_it_was_found_is_not_read(tmp_path: Path) -> None:
    tree(tmp_path, "data.py")
    os.truncate(tmp_path / "data.py", 20_000_000)
    problem = read(tmp_path, "data.py")
    assert isinstance(problem, Unreadable)
    assert "too large" in problem.reason


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert reasons(tmp_path) == {"pipe.py": "it is not a regular file"}
    assert read(tmp_path, "pipe.py") == Unreadable("pipe.py", "it is not a regular file")


def test_an_unreadable_folder_is_said_and_hides_no_others(open_tmp: Path) -> None:
    tree(open_tmp, "a.py", "locked/b.py", "z.py")
    (open_tmp / "locked").chmod(0)
    with ordinary_user():
        assert found(open_tmp) == ["a.py", "z.py"]
        assert reasons(open_tmp) == {
            "locked": "the folder cannot be listed (permission denied)",
        }


def test_an_unreadable_file_is_said_when_it_is_read(open_tmp: Path) -> None:
    tree(open_tmp, "a.py")
    (open_tmp / "a.py").chmod(0)
    with ordinary_user():
        assert found(open_tmp) == ["a.py"]
        assert read(open_tmp, "a.py") == Unreadable("a.py", "permission denied")


def test_a_file_that_vanished_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, "a.py") == Unreadable("a.py", "no such file or directory")


def test_a_root_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere") == []


def chosen(root: Path, *given: str, force_exclude: bool = False) -> Selection:
    names = [str(root / each) for each in given]
    return select(root, discover(root), names, force_exclude=force_exclude)


def test_folders_and_files_select_what_they_hold(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py", "app/sub/b.py", "application/c.py")
    assert chosen(tmp_path, "app").paths == {"app/a.py", "app/sub/b.py"}
    assert chosen(tmp_path, "app/a.py", "application").paths == {"app/a.py", "application/c.py"}
    assert len(chosen(tmp_path, ".").paths) == 3


def test_paths_are_relative_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "app/a.py", "b.py")
    monkeypatch.chdir(tmp_path / "app")
    selection = select(tmp_path, discover(tmp_path), ["a.py", "../b.py", "c.py"])
    assert selection.paths == {"app/a.py", "b.py"}
    assert selection.missing == ("c.py",)


def test_a_named_file_is_taken_unless_excludes_are_forced(tmp_path: Path) -> None:
    tree(tmp_path, "build/x.py", "script")
    selection = chosen(tmp_path, "build/x.py", "script")
    assert selection.paths == {"build/x.py", "script"}
    assert [file.path for file in selection.extra] == ["build/x.py", "script"]
    assert chosen(tmp_path, "build/x.py", "script", force_exclude=True).paths == set()


def test_a_named_folder_is_searched_even_if_excluded(tmp_path: Path) -> None:
    tree(tmp_path, "build/x.py", "build/node_modules/y.py")
    selection = chosen(tmp_path, "build")
    assert selection.paths == {"build/x.py"}
    assert [file.path for file in selection.extra] == ["build/x.py"]
    assert chosen(tmp_path, "build", force_exclude=True).paths == set()


def test_only_failures_among_the_named_paths_are_said(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py")
    (tmp_path / "app/gone.py").symlink_to("x")
    (tmp_path / "other.py").symlink_to("x")
    assert [each.path for each in chosen(tmp_path, "app").unreadable] == ["app/gone.py"]
    assert [each.path for each in chosen(tmp_path, "other.py").unreadable] == ["other.py"]
    assert chosen(tmp_path, "app/a.py").unreadable == ()


def test_a_path_outside_of_the_project_is_said(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "a.py")
    tree(tmp_path, "b.py")
    (problem,) = chosen(root, "../b.py").unreadable
    assert problem.reason == "it lies outside of the project"


def test_the_project_may_be_named_through_a_link(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "app/a.py")
    (tmp_path / "short").symlink_to(root)
    selection = select(root, discover(root), [str(tmp_path / "short/app/a.py")])
    assert selection.paths == {"app/a.py"}
