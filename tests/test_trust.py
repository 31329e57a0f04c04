"""That nobody has to fear for their files, whatever is in them and whatever happens."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from clicases import MENDED, MISNAMED, SECRET, environment, printed, project, run

from fastlint import api
from fastlint.cli import diff, fixing
from fastlint.cli.interrupting import undisturbed
from fastlint.config.settings import Settings
from fastlint.engine import disk
from fastlint.engine.workspace import Workspace
from fastlint.source import write
from fastlint.source.file import SourceFile
from fastlint.source.read import read

TEXTS: dict[str, bytes] = {
    "plain": (MISNAMED + "y = 2\n").encode(),
    "no newline at the end": MISNAMED.rstrip().encode(),
    "CRLF": f"y = 2\n{MISNAMED}z = 3\n".replace("\n", "\r\n").encode(),
    "CR alone": f"y = 2\n{MISNAMED}z = 3\n".replace("\n", "\r").encode(),
    "mixed newlines": f"y = 2\r\n{MISNAMED}z = 3\r\nw = 4\n".encode(),
    "a mark": codecs.BOM_UTF8 + MISNAMED.encode(),
    "a mark and CRLF": codecs.BOM_UTF8 + MISNAMED.replace("\n", "\r\n").encode(),
    "latin-1": f"# coding: latin-1\n# gr\xfc\xdfe\n{MISNAMED}# \xe9\n".encode("latin-1"),
    "beyond latin-1": f"# \u4f60\u597d \U0001f600\n{MISNAMED}".encode(),
    "a form feed": f"y = 2\n\x0c\n{MISNAMED}".encode(),
    "a line separator": f"y = '\u2028'\n{MISNAMED}z = 3\n".encode(),
    "tabs and spaces": f"if y:\n\tz = 3\n{MISNAMED}if z:\n        w = 4\n".encode(),
    "a fix that adds lines": (MISNAMED + SECRET).encode(),
}
NAMES = [
    "a.py",
    "with space.py",
    "gr\xfc\xdfe.py",
    'quo"te.py',
    "back\\slash.py",
    "new\nline.py",
    "tab\t.py",
    "-dash.py",
    "\u202egnp.py",
    "deep/er/a b.py",
]
TOOLS = {
    "git": ["git", "apply", "-p0", "--unsafe-paths", "-"],
    "patch": ["patch", "-p0", "--binary", "--no-backup-if-mismatch", "-s"],
}


def applied(tool: str, patch: bytes, root: Path) -> None:
    """Apply a diff as a user would."""
    if shutil.which(TOOLS[tool][0]) is None:
        pytest.skip(f"{tool} is not installed")
    ran = subprocess.run(
        TOOLS[tool],
        input=patch,
        cwd=root,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(root.parent)},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr, patch)


def fix(root: Path) -> dict[str, bytes]:
    """What the files are after `--fix --unsafe-fixes`."""
    assert run("check", "--fix", "--unsafe-fixes", "--quiet", cwd=root).code in {0, 1}
    return files(root)


def files(root: Path) -> dict[str, bytes]:
    return {str(each.relative_to(root)): each.read_bytes() for each in sorted(root.rglob("*.py"))}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_diff_is_what_fix_writes(tmp_path: Path, text: bytes, tool: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one = project(tmp_path / "one", {"app.py": text})
    other = project(tmp_path / "other", {"app.py": text})
    patch = printed("check", "--diff", "--unsafe-fixes", "--no-cache", cwd=one)
    assert files(one) == {"app.py": text}
    applied(tool, patch, one)
    assert files(one) == fix(other)
    assert files(one) != {"app.py": text}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", NAMES)
def test_the_diff_applies_whatever_files_are_called(tmp_path: Path, name: str, tool: str) -> None:
    root = project(tmp_path, {name: MISNAMED})
    applied(tool, printed("check", "--diff", "--no-cache", cwd=root), root)
    assert files(root) == {name: MENDED.encode()}


def test_a_diff_in_a_file_applies_too(tmp_path: Path) -> None:
    text = f"# coding: latin-1\n# \xe9\n{MISNAMED}".encode("latin-1")
    root = project(tmp_path, {"app.py": text})
    run("check", "--diff", "-o", "fix.patch", cwd=root)
    applied("git", (root / "fix.patch").read_bytes(), root)
    assert files(root) == {"app.py": text.replace(MISNAMED.encode(), MENDED.encode())}


def test_a_coloured_diff_is_readable_in_any_encoding(tmp_path: Path) -> None:
    text = f"# coding: latin-1\n# \xe9\n{MISNAMED}".encode("latin-1")
    root = project(tmp_path, {"app.py": text})
    out = run("check", "--diff", "--color=always", cwd=root).out
    assert "# \xe9" in out
    assert re.search(r"\x1b\[[0-9;]*m\+x = 1", out)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_stdin_is_fixed_as_the_file_would_be(tmp_path: Path, text: bytes) -> None:
    root = project(tmp_path, {"app.py": text})
    asked = ("check", "--unsafe-fixes", "--no-cache", "-", "--stdin-filename", "app.py")
    fixed = printed(*asked, "--fix", cwd=root, stdin=text)
    patch = printed(*asked, "--diff", cwd=root, stdin=text)
    assert files(root) == {"app.py": text}
    applied("git", patch, root)
    assert files(root) == {"app.py": fixed}
    (root / "app.py").write_bytes(text)
    assert fix(root) == {"app.py": fixed}


def test_what_cannot_be_written_is_not_in_the_diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": MISNAMED})

    def encode(file: SourceFile, text: str) -> bytes | str:
        return "latin-1 cannot express 'x'" if file.path == "a.py" else text.encode()

    monkeypatch.setattr(diff, "encode", encode)
    ran = run("check", "--diff", cwd=root)
    assert ran.code == 2
    assert "error: a.py cannot be written: latin-1 cannot express 'x'\n" in ran.err
    assert "a.py" not in ran.out
    assert "+++ b.py" in ran.out


# ------------------------------------------------------------------------------- protected, linked


def test_a_write_protected_file_is_said_once_and_the_others_are_fixed(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED * 3, "b.py": MISNAMED})
    (root / "a.py").chmod(0o444)
    ran = run("check", "--fix", "--output-format", "concise", cwd=root)
    assert ran.code == 2
    assert ran.err.count("a.py") == 1
    assert "error: a.py cannot be written: it is write-protected; it is as it was\n" in ran.err
    assert ran.out.count("FLT904") == 3
    assert files(root) == {"a.py": (MISNAMED * 3).encode(), "b.py": MENDED.encode()}
    assert (root / "a.py").stat().st_mode & 0o777 == 0o444


def test_a_fix_of_two_files_is_done_in_both_or_in_none(tmp_path: Path) -> None:
    root = project(tmp_path, dict.fromkeys(("a.py", "b.py", "c.py"), "old\n"))
    (root / "b.py").chmod(0o444)
    request = disk.Request(root=root, settings=Settings(), paths=(str(root),), use_cache=False)
    workspace = disk.open_workspace(request)
    assert isinstance(workspace, Workspace)
    texts = dict.fromkeys(("a.py", "b.py", "c.py"), "new\n")
    together = (frozenset({"a.py", "b.py"}), frozenset({"c.py"}))
    fixed = api.Fixed(texts, workspace.check(), (), 1, finished=True, together=together)
    _, failures = fixing.write_all(request, fixing.Mended(workspace, fixed))
    assert {each.path: each.reason for each in failures} == {
        "a.py": "it is changed together with b.py, which cannot be written",
        "b.py": "it is write-protected",
    }
    assert files(root) == {"a.py": b"old\n", "b.py": b"old\n", "c.py": b"new\n"}


def test_other_names_of_a_file_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "store.py"
    outside.write_text(MISNAMED)
    (tmp_path / "in").mkdir()
    root = project(tmp_path / "in", {})
    os.link(outside, root / "app.py")
    assert fix(root) == {"app.py": MENDED.encode()}
    assert outside.read_text() == MISNAMED


def test_a_link_within_the_tree_is_fixed_once(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": MISNAMED})
    (root / "app/link.py").symlink_to("a.py")
    ran = run("check", "--fix", cwd=root)
    assert (ran.code, ran.err) == (0, "fixed 1 x FLT904 unknown-suppression\n")
    assert (root / "app/link.py").is_symlink()
    assert (root / "app/a.py").read_text() == MENDED


def test_access_lists_stay(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED})
    try:
        os.setxattr(root / "a.py", "user.kept", b"yes")
    except (OSError, AttributeError):
        pytest.skip("this file system has no attributes")
    fix(root)
    assert os.getxattr(root / "a.py", "user.kept") == b"yes"


# ----------------------------------------------------------------------------------- interruptions


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_an_interruption_at_any_step_leaves_one_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, late: bool
) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    file = read(tmp_path, "a.py")
    assert isinstance(file, SourceFile)
    real = getattr(os, step)

    def interrupted(*args: object) -> None:
        if late:
            real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write.write_together(tmp_path, [(file, "y = 2\n")])
    assert os.listdir(tmp_path) == ["a.py"]
    assert (tmp_path / "a.py").read_text() in ("x = 1\n", "y = 2\n")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Who starts the tests in the background of a shell has them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_between_two_files_says_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {f"{name}.py": MISNAMED for name in "abc"})
    real = os.replace

    def once(source: str, target: str) -> None:
        real(source, target)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(write.os, "replace", once)
    ran = run("check", "--fix", "--no-cache", cwd=root)
    assert ran == (130, "", "interrupted: 1 of 3 files fixed, the rest is as it was\n")
    assert sorted(os.listdir(root)) == ["a.py", "b.py", "c.py", "pyproject.toml"]
    assert [files(root)[f"{name}.py"] for name in "abc"] == [
        MENDED.encode(),
        MISNAMED.encode(),
        MISNAMED.encode(),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes otherwise")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_is_told_to_end_ends_with_whole_files(tmp_path: Path, number: int) -> None:
    root = project(tmp_path, {f"{name}.py": MISNAMED for name in "abc"})
    script = (
        "import os, signal\n"
        "from fastlint.cli import main\n"
        "# whoever starts the tests may have it ignored\n"
        "interrupt = signal.default_int_handler\n"
        f"signal.signal({int(number)}, interrupt if {number == 2} else signal.SIG_DFL)\n"
        "real = os.fsync\n"
        "def fsync(handle):\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "    real(handle)\n"
        "os.fsync = fsync\n"
        "import sys\n"
        "sys.argv = ['fastlint', 'check', '--fix', '--no-cache']\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == (130 if number == signal.SIGINT else -number)
    assert sorted(os.listdir(root)) == ["a.py", "b.py", "c.py", "pyproject.toml"]
    assert list(files(root).values()).count(MENDED.encode()) == 1


@pytest.mark.usefixtures("interruptible")
def test_a_second_signal_does_not_wait() -> None:
    heard: list[str] = []

    def insist() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            heard.append("the first waits")
            signal.raise_signal(signal.SIGINT)
            heard.append("the second waits")

    with pytest.raises(KeyboardInterrupt):
        insist()
    assert heard == ["the first waits"]


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with undisturbed():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
