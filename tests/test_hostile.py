"""Trees that mean no good, through the command line: one clear message each, and nothing lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import shake_128
from pathlib import Path

import msgspec
import pytest
from clicases import BROKEN, MENDED, MISNAMED, SECRET, command, environment, project, run, spawn

from fastlint import api
from fastlint.cache import sealed

GOOD = "from fastapi import FastAPI\n\napp = FastAPI()\n"
DEPTH = 10_000


def noise(size: int) -> bytes:
    """Bytes without a pattern, the same in every run."""
    return shake_128(b"noise").digest(size)


def told(root: Path, *args: str) -> list[tuple[str, str, str]]:
    """Path, code and message of each finding; there must be no error but findings."""
    ran = run("check", "--output-format", "json", *args, cwd=root)
    assert ran.code in {0, 1}, ran
    assert "error" not in ran.err
    found = json.loads(ran.out)
    assert found["errors"] == []
    return [(each["filename"], each["code"], each["message"]) for each in found["findings"]]


@pytest.fixture
def nobody(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Become a user whom permissions concern; for root there are none."""
    # The folder that the tests were started in may be one that nobody can come back to.
    monkeypatch.chdir(tempfile.gettempdir())
    # Everything is imported before: Python itself may be installed where nobody may look.
    warm = project(tmp_path_factory.mktemp("warm"), {"app.py": GOOD + MISNAMED})
    for form in ("concise", "json"):
        run("check", "--select", "ALL", "--no-cache", "--output-format", form, cwd=warm)
    run("check", "--select", "ALL", "--fix", cwd=warm)
    if os.name != "posix":
        pytest.skip("permissions are POSIX's")
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def open_tmp(tmp_path: Path) -> Path:
    """A folder that everybody may enter and write; those that root has are for root alone."""
    if os.name != "posix" or os.geteuid() != 0:
        return tmp_path
    top = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if folder == top:
            break
        folder.chmod(0o777)
    return tmp_path


# ------------------------------------------------------------------------------- what files hold


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (BROKEN.encode(), "FLT901", "invalid syntax"),
        (b"x = 1\n  y = 2\n", "FLT901", "unexpected indent"),
        (b"print 'hello'\n", "FLT901", "parentheses"),
        (b"<<<<<<< HEAD\nx = 1\n=======\n", "FLT901", "invalid syntax"),
        (b"x = '''never closed", "FLT901", "unterminated"),
        (b"x = 1\0\n", "FLT902", "null byte"),
        (b"\0" * 5000, "FLT902", "null byte"),
        (b"\xff\xfex\x00=\x001\x00", "FLT902", "UTF-16"),
        (b"x = '\xe9'\n", "FLT902", "byte 0xe9 is not valid UTF-8"),
        (b"# coding: klingon\nx = 1\n", "FLT902", "'klingon'"),
        (b"# coding: zlib\nx = 1\n", "FLT902", "'zlib'"),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "FLT902", "byte order mark"),
        (bytes(range(256)) * 20, "FLT902", "null byte"),
        (noise(5000), "FLT902", "cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_is_no_python_is_one_finding(
    tmp_path: Path, data: bytes, code: str, message: str
) -> None:
    root = project(tmp_path, {"bad.py": data, "good.py": GOOD})
    ((path, found, said),) = told(root)
    assert (path, found) == ("bad.py", code)
    assert message in said
    before = (root / "bad.py").read_bytes()
    assert told(root, "--fix", "--unsafe-fixes") == [(path, found, said)]
    assert (root / "bad.py").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "import typing\n{% if imports %}\nimport json\n{% endif %}\n",
        "class {{ name }}Error(Exception):\n    pass\n",
        "from {{cookiecutter.slug}}.app import app\n",
        "from {{ slug|lower }}.app import app\n",
    ],
)
def test_a_template_of_python_is_left_alone(tmp_path: Path, text: str) -> None:
    assert told(project(tmp_path, {"template.py": text.encode(), "good.py": GOOD})) == []


@pytest.mark.parametrize("text", ["x = '{{ name }}'\ny = (\n", "x = ('{{ name }}'\n", "y = {{x\n"])
def test_braces_do_not_make_a_template_of_what_is_broken(tmp_path: Path, text: str) -> None:
    ((_, code, _),) = told(project(tmp_path, {"bad.py": text.encode(), "good.py": GOOD}))
    assert code == "FLT901"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"x = 1\ry = 2\r\nz = 3\n",
        b"x = 1\x0c\ny = '\xe2\x80\xa8'\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        b"x = 1 \\\n",
        b"\n" * 100_000,
        b"# " + b"x" * 1_000_000,
    ],
    ids=str,
)
def test_strange_but_sound_files_are_fine(tmp_path: Path, data: bytes) -> None:
    project(tmp_path, {"app.py": data})
    try:
        compile(data, "app.py", "exec")
    except SyntaxError:
        pytest.skip("not sound for this Python")
    assert told(tmp_path) == []


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_fixes_keep_newlines_and_marks(tmp_path: Path, newline: str, mark: bytes) -> None:
    text = f"import sys\n\n{MISNAMED}{SECRET}y = 2\n"
    data = mark + text.replace("\n", newline).encode()
    root = project(tmp_path, {"app.py": data})
    assert told(root, "--fix", "--unsafe-fixes") == []
    after = (root / "app.py").read_bytes()
    assert after.startswith(mark + b"import")
    assert b"no-such-rule" not in after
    assert b"q7R" not in after
    plain = after.replace(newline.encode(), b"")
    assert b"\r" not in plain
    assert b"\n" not in plain


def test_twenty_megabytes_are_refused_and_not_read(tmp_path: Path) -> None:
    root = project(tmp_path, {"good.py": GOOD, "data.py": "x = 1\n" * 3_500_000})
    ((path, code, said),) = told(root)
    assert (path, code) == ("data.py", "FLT902")
    assert "it is too large (21.0 MB; the limit is 5 MB)" in said


DEEP = {
    "parentheses": f"x = {'(' * DEPTH}1{')' * DEPTH}\n",
    "open parentheses": f"x = {'(' * DEPTH}\n",
    "lists": f"x = {'[' * DEPTH}{']' * DEPTH}\n",
    "operators": f"x = {'+'.join(['1'] * DEPTH)}\n",
    "strings": f"x = {'+'.join(['f(a)'] * DEPTH)}\n",
    "powers": f"x = {'**'.join(['2'] * DEPTH)}\n",
    "comparisons": f"x = {'<'.join(['1'] * DEPTH)}\n",
    "not": f"x = {'not ' * DEPTH}1\n",
    "minus": f"x = {'-' * DEPTH}1\n",
    "attributes": f"x = a{'.b' * DEPTH}\n",
    "calls": f"x = a{'()' * DEPTH}\n",
    "methods": f"x = a{'.b()' * DEPTH}\n",
    "subscripts": f"x = a{'[0]' * DEPTH}\n",
    "lambdas": f"x = {'lambda: ' * DEPTH}1\n",
    "conditions": f"x = {'1 if a else ' * DEPTH}1\n",
    "elif": "if a: pass\n" + "elif a: pass\n" * DEPTH,
    "600 times elif": "if a: pass\n" + "elif a: pass\n" * 600,
    "methods of 600": f"x = a{'.b()' * 600}\n",
    "functions": "".join(f"{' ' * n}def f():\n" for n in range(DEPTH // 5))
    + " " * DEPTH
    + "pass\n",
    "functions of 90": "".join(f"{' ' * n}def f():\n" for n in range(90)) + " " * 90 + "pass\n",
    "classes of 90": "".join(f"{' ' * n}class C:\n" for n in range(90)) + " " * 90 + "pass\n",
    "f-strings": "x = " + "f'{" * 4 + "1" + "}'" * 4 + "\n",
    "decorators": "@d\n" * DEPTH + "def f(): pass\n",
    "parameters": f"def f({', '.join(f'a{n}' for n in range(DEPTH))}): pass\n",
    "names": f"{'x' * 100_000} = 1\n",
    "number": f"x = {'9' * 100_000}\n",
    "imports": f"from {'.' * DEPTH} import x\n",
    "dotted import": f"import {'a.' * DEPTH}b\n",
    "annotations": f"def f(x: {'list[' * 90}int{']' * 90}): pass\n",
    "unions": f"def f(x: {' | '.join(['int'] * DEPTH)}): pass\n",
    "matches": f"match x:\n    case {'[' * 90}{']' * 90}: pass\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_read_or_refused(tmp_path: Path, name: str) -> None:
    """In a process of its own: what overflows the stack of C kills it."""
    root = project(tmp_path, {"deep.py": DEEP[name], "good.py": GOOD + MISNAMED})
    ran = spawn("check", "--output-format", "json", "--fix", "--unsafe-fixes", cwd=root)
    assert ran.returncode in {0, 1}, ran.stderr[-2000:]
    assert ran.stderr == b"fixed 1 x FLT904 unknown-suppression\n"
    found = json.loads(ran.stdout)
    assert found["errors"] == []
    codes = {(each["filename"], each["code"]) for each in found["findings"]}
    assert codes <= {("deep.py", "FLT901"), ("deep.py", "FLT902")}
    assert len(found["findings"]) <= 1
    assert (root / "good.py").read_text() == GOOD + MENDED


@pytest.mark.parametrize("name", ["operators", "attributes", "methods", "elif", "functions of 90"])
def test_deep_nesting_beside_routes_costs_the_project_nothing(tmp_path: Path, name: str) -> None:
    route = "@app.get('/')\ndef read() -> int:\n    return 1\n"
    spawned = spawn(
        "check",
        "--output-format",
        "json",
        cwd=project(tmp_path, {"deep.py": GOOD + DEEP[name] + route}),
    )
    found = json.loads(spawned.stdout)
    assert found["errors"] == []
    if not found["findings"]:
        assert found["coverage"]["routes"] == 1


# ----------------------------------------------------------------------------- how files are named


NAMES = [
    "a\nb.py",
    "a\x1b[31mb.py",
    "a\rb.py",
    "a\x07b.py",
    "a\u202eb.py",
    "a b.py",
    "ä.py",
    "-.py",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["full", "concise", "grouped", "github"])
def test_names_do_nothing_to_a_terminal(tmp_path: Path, name: str, form: str) -> None:
    root = project(tmp_path, {f"app/{name}": BROKEN})
    ran = run("check", "--output-format", form, cwd=root)
    assert ran.code == 1
    assert sum("FLT901" in line for line in ran.out.split("\n")) == 1
    assert all(sign not in ran.out for sign in ("\x1b", "\r", "\x07", "\u202e", "a\nb"))


@pytest.mark.parametrize("name", NAMES)
def test_strange_names_can_be_given_and_fixed(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, {f"app/{name}": MISNAMED})
    ran = run("check", "--fix", "--show-fixes", "--verbose", f"app/{name}", cwd=root)
    assert ran.code == 0, ran
    assert (root / "app" / name).read_text() == MENDED
    assert all(sign not in ran.out + ran.err for sign in ("\x1b", "\r", "\x07", "a\nb"))
    gone = run("check", f"gone{name}", cwd=root)
    assert gone.code == 2
    assert "\x1b" not in gone.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text_are_said(tmp_path: Path) -> None:
    root = project(tmp_path, {"good.py": GOOD})
    with open(os.fsencode(root) + b"/bad\xff.py", "wb") as file:
        file.write(BROKEN.encode())
    ((path, code, said),) = told(root)
    assert (path, code) == ("bad\\xff.py", "FLT902")
    assert "not valid UTF-8" in said
    given = run("check", "bad\udcff.py", cwd=root)
    assert given.code in {1, 2}
    assert "Traceback" not in given.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_root_whose_name_is_no_text(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path) + b"/r\xff"
    os.mkdir(root)
    for name, text in ((b"fastlint.toml", b""), (b"app.py", BROKEN.encode())):
        with open(os.path.join(root, name), "wb") as file:
            file.write(text)
    ran = spawn("check", cwd=Path(os.fsdecode(root)))
    assert ran.returncode in {1, 2}
    assert ran.stdout + ran.stderr
    assert b"Traceback" not in ran.stderr


# ------------------------------------------------------------------------------ how trees are tied


def test_loops_of_links_end(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": BROKEN})
    (root / "app/loop").symlink_to(".")
    (root / "app/up").symlink_to("..")
    (root / "self.py").symlink_to("self.py")
    assert sorted((path, code) for path, code, _ in told(root)) == [
        ("app/a.py", "FLT901"),
        ("self.py", "FLT902"),
    ]


def test_links_out_of_the_tree_are_said_and_not_followed(tmp_path: Path) -> None:
    outside = project(tmp_path / "outside", {"secret.py": SECRET, "package/__init__.py": ""})
    root = project(tmp_path / "in", {"app.py": GOOD})
    (root / "linked.py").symlink_to(outside / "secret.py")
    (root / "package").symlink_to(outside / "package")
    (root / "dangling.py").symlink_to("nowhere.py")
    found = told(root, "--fix", "--unsafe-fixes")
    assert [(path, code) for path, code, _ in found] == [
        ("dangling.py", "FLT902"),
        ("linked.py", "FLT902"),
        ("package", "FLT902"),
    ]
    assert "leads out of the project" in found[1][2]
    assert (outside / "secret.py").read_text() == SECRET


@pytest.fixture(autouse=True)
def _parents(tmp_path: Path) -> None:
    for name in ("in", "outside"):
        (tmp_path / name).mkdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    root = project(tmp_path, {"good.py": GOOD})
    os.mkfifo(root / "pipe.py")
    ((path, code, said),) = told(root)
    assert (path, code) == ("pipe.py", "FLT902")
    assert "not a regular file" in said


def test_unreadable_files_and_folders_are_said(open_tmp: Path, nobody: None) -> None:
    (open_tmp / "mine").mkdir()
    root = project(open_tmp / "mine", {"a.py": BROKEN, "shut/b.py": BROKEN, "good.py": GOOD})
    (root / "a.py").chmod(0)
    (root / "shut").chmod(0)
    try:
        found = told(root, "--fix")
    finally:
        (root / "shut").chmod(0o755)
    assert [(path, code) for path, code, _ in found] == [("a.py", "FLT902"), ("shut", "FLT902")]
    assert all("permission denied" in said for _, _, said in found)


# ------------------------------------------------------------------------------------- the cache


def cached(root: Path) -> Path:
    """A project that has been checked, with a cache that holds something."""
    project(root, {"app.py": MISNAMED})
    run("check", cwd=root)
    folder = root / ".fastlint_cache"
    assert (folder / "records.msgpack").exists()
    return folder


def nested(depth: int) -> bytes:
    """Valid msgpack: lists in lists."""
    return b"\x91" * depth + b"\xc0"


GARBAGE = {
    "nothing": b"",
    "noise": noise(10_000),
    "text": b"cos\nsystem\n(S'true'\ntR.",
    "wrong type": msgspec.msgpack.encode(["a", 1, None]),
    "wrong fields": msgspec.msgpack.encode({"version": 1, "files": [], "outcomes": 3}),
    "not UTF-8": b"\x82\xa7version\xa2\xff\xfe\xa5files\x80",
    "huge array": b"\xdd\xff\xff\xff\xff",
    "huge string": b"\xdb\xff\xff\xff\xff",
    "deep": nested(500_000),
    "deep in place": b"\x83\xa7version\xa1x\xa8outcomes\x81\xa1k" + nested(500_000) + b"\xa1x\xc0",
}


@pytest.mark.parametrize("seal", [bytes, sealed], ids=["plain", "sealed"])
@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_in_the_cache_costs_nothing(
    tmp_path: Path, name: str, seal: Callable[[bytes], bytes]
) -> None:
    folder = cached(tmp_path)
    clean = run("check", "--no-cache", cwd=tmp_path)
    for file in ("runs.msgpack", "records.msgpack"):
        (folder / file).write_bytes(seal(GARBAGE[name]))
    ran = spawn("check", cwd=tmp_path)
    assert (ran.returncode, ran.stdout.decode(), ran.stderr) == (1, clean.out, b"")
    assert (folder / "records.msgpack").read_bytes() != seal(GARBAGE[name])


@pytest.mark.parametrize("file", ["runs.msgpack", "records.msgpack"])
def test_a_cache_cut_anywhere_costs_nothing(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastlint.cache._RACY_NS", 0)
    folder = cached(tmp_path)
    clean = run("check", "--no-cache", cwd=tmp_path)
    data = (folder / file).read_bytes()
    for end in range(0, len(data), max(1, len(data) // 60)):
        (folder / file).write_bytes(data[:end])
        assert run("check", cwd=tmp_path) == clean
    for position, flip in zip(noise(120)[::2], noise(120)[1::2], strict=True):
        spoilt = bytearray(data)
        spoilt[position * len(data) // 256] ^= 1 << flip % 8
        (folder / file).write_bytes(spoilt)
        assert run("check", cwd=tmp_path) == clean


def test_forged_records_of_wrong_types_are_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastlint.cache._RACY_NS", 0)
    folder = cached(tmp_path)
    clean = run("check", "--no-cache", cwd=tmp_path)
    (folder / "runs.msgpack").unlink()
    held = msgspec.msgpack.decode((folder / "records.msgpack").read_bytes()[32:])

    def forge(record: object) -> None:
        held["files"]["app.py"]["record"] = record
        (folder / "records.msgpack").write_bytes(sealed(msgspec.msgpack.encode(held)))
        (folder / "runs.msgpack").unlink(missing_ok=True)

    no_facts = {"path": "app.py", "digest": "x", "facts": b"\xc1"}
    for wrong in ({}, [], 3, {"path": 1}, {"path": "app.py", "digest": b"x"}, no_facts):
        held["files"]["app.py"]["record"] = wrong
        (folder / "records.msgpack").write_bytes(sealed(msgspec.msgpack.encode(held)))
        (folder / "runs.msgpack").unlink(missing_ok=True)
        assert run("check", cwd=tmp_path) == clean, wrong


def test_a_cache_that_is_a_link_is_neither_read_nor_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = project(tmp_path / "in", {"app.py": BROKEN})
    (root / ".fastlint_cache").symlink_to(outside)
    assert run("check", cwd=root).code == 1
    assert list(outside.iterdir()) == []
    assert run("clean", cwd=root).code == 0
    assert (root / ".fastlint_cache").is_symlink()


def test_a_cache_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "precious").write_text("precious")
    folder = cached(tmp_path / "in")
    for file in ("runs.msgpack", "records.msgpack"):
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(outside / "precious")
    assert run("check", cwd=tmp_path / "in").code == 1
    assert (outside / "precious").read_text() == "precious"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_cache_of_pipes_is_not_waited_for(tmp_path: Path) -> None:
    folder = cached(tmp_path)
    for file in ("runs.msgpack", "records.msgpack"):
        (folder / file).unlink(missing_ok=True)
        os.mkfifo(folder / file)
    assert run("check", cwd=tmp_path).code == 1


def test_a_file_in_place_of_the_cache_is_left_alone(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": BROKEN, ".fastlint_cache": "mine"})
    assert run("check", cwd=root) == run("check", "--no-cache", cwd=root)
    assert run("clean", cwd=root).code == 0
    assert (root / ".fastlint_cache").read_text() == "mine"


# ------------------------------------------------------------------------------------ what disks do


def test_a_read_only_tree_is_checked_and_not_fixed(open_tmp: Path, nobody: None) -> None:
    (open_tmp / "mine").mkdir()
    root = project(open_tmp / "mine", {"app.py": MISNAMED, "bad.py": BROKEN})
    (root / "app.py").chmod(0o444)
    root.chmod(0o555)
    try:
        checked = run("check", "--output-format", "concise", cwd=root)
        fixed = run("check", "--fix", "--output-format", "concise", cwd=root)
    finally:
        root.chmod(0o755)
    assert (checked.code, checked.err) == (1, "")
    assert checked.out.count("FLT90") == 2
    assert fixed.code == 2
    assert fixed.err.startswith("error: app.py cannot be written: ")
    assert fixed.err.count("\n") == 1
    assert fixed.out.count("FLT90") == 2
    assert sorted(os.listdir(root)) == ["app.py", "bad.py", "pyproject.toml"]


def test_a_full_disk_while_fixing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"m{n}.py": MISNAMED for n in range(5)}
    root = project(tmp_path / "in", files)
    run("check", cwd=root)
    left = 2

    def fsync(_: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    ran = run("check", "--fix", "--output-format", "concise", cwd=root)
    assert ran.code == 2
    assert ran.err.count("cannot be written: no space left on device; it is as it was") == 3
    assert ran.out.count("FLT904") == 3
    texts = [(root / name).read_text() for name in files]
    assert texts == [MENDED, MENDED, MISNAMED, MISNAMED, MISNAMED]
    kept = {".fastlint_cache", "pyproject.toml", *files}
    assert set(os.listdir(root)) == kept


def test_a_disk_too_full_for_the_cache_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    root = project(tmp_path, {"app.py": MISNAMED})
    clean = run("check", "--no-cache", cwd=root)
    monkeypatch.setattr("tempfile.mkstemp", full)
    assert run("check", cwd=root) == clean


def test_an_interruption_while_fixing_leaves_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    root = project(tmp_path / "in", {"a.py": MISNAMED, "b.py": MISNAMED})
    monkeypatch.setattr(os, "fsync", interrupted)
    ran = run("check", "--fix", "--no-cache", cwd=root)
    assert ran == (130, "", "interrupted: 0 of 2 files fixed, the rest is as it was\n")
    assert sorted(os.listdir(root)) == ["a.py", "b.py", "pyproject.toml"]
    assert (root / "a.py").read_text() == MISNAMED


def test_two_runs_at_once(tmp_path: Path) -> None:
    files = {f"m{n}.py": MISNAMED + SECRET for n in range(40)}
    root = project(tmp_path / "in", files)
    runs = [
        subprocess.Popen(
            command("check", "--fix", "--unsafe-fixes", "--output-format", "json"),
            cwd=root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for each in runs:
        out, err = each.communicate()
        # Who comes late finds nothing to do, or is told that the file has changed.
        assert each.returncode in {0, 2}, err
        assert b"Traceback" not in err
        assert json.loads(out)["errors"] == []
    wanted = 'import os\n\nx = 1\nJWT_SECRET = os.environ["JWT_SECRET"]\n'
    texts = {(root / name).read_text() for name in files}
    assert texts == {wanted}
    assert run("check", cwd=root).code == 0
    assert set(os.listdir(root)) == {".fastlint_cache", "pyproject.toml", *files}
    assert not list((root / ".fastlint_cache").glob("*.tmp"))


# --- projects that would never end -----------------------------------------------------------

_HEAD = "from fastapi import APIRouter, Depends, FastAPI\napp = FastAPI()\n"
_ENDLESS = {
    "texts that double": "a0 = '/a'\n"
    + "".join(f"a{i + 1} = f'{{a{i}}}{{a{i}}}'\n" for i in range(60))
    + "@app.get(a60)\ndef show(): return 1\n",
    "texts that are added to themselves": "a = '/a'\n"
    + "a += a\n" * 60
    + "@app.get(a)\ndef show(): return 1\n",
    "texts that are joined": "a0 = '/a'\n"
    + "".join(f"a{i + 1} = '/'.join([a{i}, a{i}])\n" for i in range(60))
    + "@app.get(a60)\ndef show(): return 1\n",
    "texts that are replaced": "a0 = '/a'\n"
    + "".join(f"a{i + 1} = a{i}.replace('a', 'aaaaa')\n" for i in range(40))
    + "@app.get(a40)\ndef show(): return 1\n",
    "a width without end": "@app.get('/{:1000000000000}'.format(1))\ndef show(): return 1\n",
    "numbers that double": "n = 10\n"
    + "n = n * n\n" * 60
    + "@app.get(f'/{n}')\ndef show(): return 1\n",
    "lists that double": "a0 = ['x', 'y']\n"
    + "".join(f"a{i + 1} = [*a{i}, *a{i}]\n" for i in range(60))
    + "for a in a60:\n    app.include_router(APIRouter(prefix='/' + a))\n"
    + "@app.get('/')\ndef show(): return 1\n",
    "dependencies that double": "def d0(): return 1\n"
    + "".join(f"def d{i + 1}(x=Depends(d{i}), y=Depends(d{i})): return x\n" for i in range(30))
    + "@app.get('/')\ndef show(x=Depends(d30)): return 1\n",
    "a long chain of dependencies": "def d0(): return 1\n"
    + "".join(f"def d{i + 1}(x=Depends(d{i})): return x\n" for i in range(1000))
    + "@app.get('/')\ndef show(x=Depends(d1000)): return 1\n",
    "a long chain of routers": "".join(f"r{i} = APIRouter(prefix='/p')\n" for i in range(1000))
    + "@r0.get('/')\ndef show(): return 1\n"
    + "".join(f"r{i + 1}.include_router(r{i})\n" for i in range(999))
    + "app.include_router(r999)\n",
    "routers that double": "".join(f"r{i} = APIRouter(prefix='/p')\n" for i in range(60))
    + "".join(f"r{i + 1}.include_router(r{i})\n" * 2 for i in range(59))
    + "app.include_router(r59)\n@app.get('/')\ndef show(): return 1\n",
    "types that double": "T0 = int | str\n"
    + "".join(f"T{i + 1} = list[T{i}] | dict[T{i}, T{i}]\n" for i in range(40))
    + "@app.post('/')\ndef show(a: T40) -> T40: return a\n",
}


@pytest.mark.parametrize("name", _ENDLESS)
def test_what_doubles_or_goes_on_is_given_up(name: str) -> None:
    files = {"app.py": _HEAD + _ENDLESS[name]}
    outcome = api.check_texts(files)
    assert not outcome.errors
    assert any(route.name == "show" for route in api.routes_of_texts(files).routes)


@pytest.mark.parametrize("branches", [400, 600])
def test_hundreds_of_branches_cost_nothing(branches: int) -> None:
    many = "".join(f"    elif kind == {n}:\n        return {n}\n" for n in range(branches))
    text = (
        "from fastapi import Depends, FastAPI, HTTPException\n"
        "from fastapi.security import OAuth2PasswordBearer\n\n"
        "app = FastAPI()\nscheme = OAuth2PasswordBearer('token', auto_error=False)\n\n\n"
        "def guard(kind: int, token: str = Depends(scheme)) -> int:\n"
        f"    if token is None:\n        pass\n{many}    raise HTTPException(401)\n\n\n"
        "@app.get('/')\ndef read(who: int = Depends(guard)) -> int:\n    return who\n"
    )
    outcome = api.check_texts({"main.py": text})
    assert outcome.errors == ()
    assert outcome.coverage.routes == 1
    assert {each.code for each in outcome.findings} == {"FLT504"}
    assert len(api.routes_of_texts({"main.py": text}).routes) == 1


def test_thousands_of_branches_on_the_loop_cost_nothing() -> None:
    many = "".join(f"    elif kind == {n}:\n        return {n}\n" for n in range(2_000))
    text = (
        "import time\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        f"def load(kind: int) -> int:\n    if kind < 0:\n        return kind\n{many}"
        "    time.sleep(1)\n    return kind\n\n\n"
        "@app.get('/')\nasync def read(kind: int) -> int:\n    return load(kind)\n"
    )
    outcome = api.check_texts({"main.py": text})
    assert outcome.errors == ()
    assert [each.code for each in outcome.findings] == ["FLT101"]
