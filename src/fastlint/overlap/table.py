"""Which rules of ruff report something that a rule of ours reports, too.

It is here only if ruff reports the same defect at the same place, and it could be seen on ruff
itself. What ours knows beyond that (a call in a helper, a router of another file) stays ours.
"""

from __future__ import annotations

BLOCKING = "ASYNC210 ASYNC220 ASYNC221 ASYNC222 ASYNC230 ASYNC240 ASYNC250 ASYNC251"

TWINS: dict[str, tuple[str, ...]] = {
    code: tuple(words.split())
    for code, words in {
        "FLT101": BLOCKING,
        "FLT106": BLOCKING,
        "FLT111": "RUF006",
        "FLT201": "S105 S106 S107",
        "FLT303": "FAST003",
        "FLT304": "B006",
        "FLT402": "FAST001",
        "FLT504": "FAST002",
        "FLT703": "DTZ003 DTZ004",
    }.items()
}
"""Our code, and the codes of ruff, all of them stable since ruff 0.15."""

CODES = frozenset(code for codes in TWINS.values() for code in codes)


def _named(names: str, code: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), code)


def _below(owner: str, names: str, code: str) -> dict[str, str]:
    return {f"{owner}.{name}": code for name in names.split()}


_VERBS = "delete get head options patch post put"
CALLS: dict[str, str] = {
    **_below("httpx", _VERBS, "ASYNC210"),
    **_below("requests", _VERBS, "ASYNC210"),
    "urllib.request.urlopen": "ASYNC210",
    "urllib3.request": "ASYNC210",
    "subprocess.Popen": "ASYNC220",
    "os.popen": "ASYNC220",
    **_below(
        "os",
        "posix_spawn posix_spawnp spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe "
        "system",
        "ASYNC221",
    ),
    **_below(
        "subprocess",
        "call check_call check_output getoutput getstatusoutput run",
        "ASYNC221",
    ),
    **_below("os", "wait wait3 wait4 waitid waitpid", "ASYNC222"),
    "builtins.open": "ASYNC230",
    "io.open": "ASYNC230",
    "io.open_code": "ASYNC230",
    **_below(
        "os.path",
        "abspath exists getatime getctime getmtime getsize isdir isfile islink ismount lexists "
        "realpath samefile",
        "ASYNC240",
    ),
    "builtins.input": "ASYNC250",
    "time.sleep": "ASYNC251",
}
"""Calls that ruff reports in any ``async def``, by their full names."""

PATH_METHODS: dict[str, str] = {
    "open": "ASYNC230",
    **_named(
        "chmod exists glob hardlink_to is_dir is_file iterdir lstat mkdir read_bytes read_text "
        "rename replace resolve rglob rmdir samefile stat symlink_to touch unlink write_bytes "
        "write_text",
        "ASYNC240",
    ),
}
"""Methods of ``pathlib.Path(…)``, where they are called on the very call that makes it."""

TIMES = {
    "datetime.datetime.utcnow": "DTZ003",
    "datetime.datetime.utcfromtimestamp": "DTZ004",
}
