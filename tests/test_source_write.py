"""That a file is either the old or the new one, whole, whatever happens while it is written."""

from __future__ import annotations

import codecs
import errno
import os
from typing import TYPE_CHECKING

import pytest

from fastlint.source.file import SourceFile
from fastlint.source.read import read
from fastlint.source.write import Unwritable, write_together

if TYPE_CHECKING:
    from pathlib import Path


def written(root: Path, path: str, data: bytes = b"x = 1\n") -> SourceFile:
    (root / path).write_bytes(data)
    return reread(root, path)


def reread(root: Path, path: str) -> SourceFile:
    file = read(root, path)
    assert isinstance(file, SourceFile), file
    return file


def write_atomically(root: Path, file: SourceFile, text: str) -> Unwritable | None:
    return next(iter(write_together(root, [(file, text)])), None)


def refused(root: Path, file: SourceFile) -> str:
    problem = write_atomically(root, file, "y = 2\n")
    assert isinstance(problem, Unwritable)
    assert problem.path == file.path
    return problem.reason


def test_the_text_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = written(tmp_path, "a.py")
    assert write_atomically(tmp_path, file, "y = 2\n") is None
    assert (tmp_path / "a.py").read_bytes() == b"y = 2\n"
    assert os.listdir(tmp_path) == ["a.py"]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + b"x = 1\r\ny = 2\r\n",
        b"# coding: latin-1\r# \xe9\rx = 1\r",
        "# ünï\nx = 1\r\ny = 2\r".encode(),
    ],
)
def test_encoding_mark_and_newlines_stay(tmp_path: Path, data: bytes) -> None:
    file = written(tmp_path, "a.py", data)
    assert write_atomically(tmp_path, file, file.text.replace("x = 1", "z = 3")) is None
    assert (tmp_path / "a.py").read_bytes() == data.replace(b"x = 1", b"z = 3")


@pytest.mark.parametrize("mode", [0o755, 0o640, 0o600])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, "a.py")
    (tmp_path / "a.py").chmod(mode)
    assert write_atomically(tmp_path, file, "y = 2\n") is None
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = written(tmp_path, "a.py")
    if step == "write":
        real = os.fdopen

        def opened(descriptor: int, mode: str) -> object:
            os.close(descriptor)
            return real(os.open("/dev/full", os.O_WRONLY), mode)

        if not os.path.exists("/dev/full"):
            pytest.skip("this system has no full device")
        monkeypatch.setattr(os, "fdopen", opened)
    else:
        monkeypatch.setattr(os, step, full)
    assert refused(tmp_path, file) == "no space left on device"
    assert (tmp_path / "a.py").read_bytes() == b"x = 1\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    file = written(tmp_path, "a.py")
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path, file, "y = 2\n")
    assert (tmp_path / "a.py").read_bytes() == b"x = 1\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_file_that_has_changed_is_not_overwritten(tmp_path: Path) -> None:
    file = written(tmp_path, "a.py")
    (tmp_path / "a.py").write_bytes(b"somebody else\n")
    assert refused(tmp_path, file) == "it has changed since it was read"
    assert (tmp_path / "a.py").read_bytes() == b"somebody else\n"


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    file = written(tmp_path, "a.py")
    (tmp_path / "a.py").unlink()
    assert refused(tmp_path, file) == "no such file or directory"
    assert os.listdir(tmp_path) == []


def test_a_write_protected_file_is_respected(tmp_path: Path) -> None:
    file = written(tmp_path, "a.py")
    (tmp_path / "a.py").chmod(0o444)
    assert refused(tmp_path, file) == "it is write-protected"
    assert (tmp_path / "a.py").read_bytes() == b"x = 1\n"


def test_a_read_only_tree_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, for whom no folder is read-only; so the system's refusal is simulated.
    def read_only(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    file = written(tmp_path, "a.py")
    monkeypatch.setattr("tempfile.mkstemp", read_only)
    assert refused(tmp_path, file) == "read-only file system"


def test_a_link_is_written_through(tmp_path: Path) -> None:
    written(tmp_path, "real.py")
    (tmp_path / "link.py").symlink_to("real.py")
    assert write_atomically(tmp_path, reread(tmp_path, "link.py"), "y = 2\n") is None
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"y = 2\n"


def test_no_link_leads_out_on_write(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    file = written(root, "a.py")
    (tmp_path / "outside.py").write_bytes(b"x = 1\n")
    (root / "a.py").unlink()
    (root / "a.py").symlink_to("../outside.py")
    assert "leads out of the project" in refused(root, file)
    assert (tmp_path / "outside.py").read_bytes() == b"x = 1\n"


def test_no_linked_folder_leads_out_on_write(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    file = written(root, "app/a.py")
    (root / "app").rename(tmp_path / "elsewhere")
    (root / "app").symlink_to(tmp_path / "elsewhere")
    assert "leads out of the project" in refused(root, file)
    assert (tmp_path / "elsewhere/a.py").read_bytes() == b"x = 1\n"


def test_text_that_the_encoding_lacks_is_not_written(tmp_path: Path) -> None:
    file = written(tmp_path, "a.py", b"# coding: latin-1\n")
    problem = write_atomically(tmp_path, file, "# coding: latin-1\nx = '\u20ac'\n")
    assert isinstance(problem, Unwritable)
    assert "cannot express" in problem.reason
    assert (tmp_path / "a.py").read_bytes() == b"# coding: latin-1\n"


def test_several_files_are_replaced_together(tmp_path: Path) -> None:
    files = [written(tmp_path, "a.py"), written(tmp_path, "b.py")]
    assert write_together(tmp_path, [(file, "y = 2\n") for file in files]) == ()
    assert [(tmp_path / name).read_bytes() for name in ("a.py", "b.py")] == [b"y = 2\n"] * 2
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_none_of_several_files_is_replaced_where_one_must_not_be(tmp_path: Path) -> None:
    files = [written(tmp_path, "a.py"), written(tmp_path, "b.py")]
    (tmp_path / "b.py").chmod(0o444)
    failures = write_together(tmp_path, [(file, "y = 2\n") for file in files])
    assert {each.path: each.reason for each in failures} == {
        "a.py": "it is changed together with b.py, which cannot be written",
        "b.py": "it is write-protected",
    }
    assert [(tmp_path / name).read_bytes() for name in ("a.py", "b.py")] == [b"x = 1\n"] * 2
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]


def test_what_has_been_replaced_is_put_back_where_the_next_one_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [written(tmp_path, "a.py"), written(tmp_path, "b.py")]
    (tmp_path / "a.py").chmod(0o640)
    replace = os.replace

    def full(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    failures = write_together(tmp_path, [(file, "y = 2\n") for file in files])
    assert [each.path for each in failures] == ["b.py", "a.py"]
    assert [(tmp_path / name).read_bytes() for name in ("a.py", "b.py")] == [b"x = 1\n"] * 2
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]
