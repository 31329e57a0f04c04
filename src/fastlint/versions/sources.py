"""What a file of a project says about versions, by its name."""

from __future__ import annotations

from collections.abc import Container, Iterator

from fastlint.versions import built, images, locks, manifests, requirements
from fastlint.versions.files import IMAGE
from fastlint.versions.statement import Statement

_READERS: dict[str, manifests.Reader] = {
    "uv.lock": locks.toml_lock,
    "poetry.lock": locks.toml_lock,
    "pdm.lock": locks.toml_lock,
    "pylock.toml": locks.toml_lock,
    "Pipfile.lock": locks.pipfile_lock,
    "requirements.txt": requirements.lines,
    "pyproject.toml": manifests.pyproject,
    "Pipfile": manifests.pipfile,
    "setup.cfg": manifests.setup_cfg,
    "setup.py": manifests.setup_py,
    "environment.yml": requirements.conda,
    "environment.yaml": requirements.conda,
    ".python-version": manifests.python_version,
    "runtime.txt": images.runtime,
    "PKG-INFO": built.core_metadata,
    "METADATA": built.core_metadata,
}


def text_of(data: bytes) -> str:
    """The text of a file; in UTF-16 as well, which PowerShell's ``pip freeze > …`` writes."""
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(codec, "replace").replace("\r\n", "\n").replace("\r", "\n")


def statements(path: str, text: str, wanted: Container[str]) -> Iterator[Statement]:
    """What the file at ``path`` says. Raises ValueError with the reason for one that is broken."""
    name = path.rpartition("/")[2]
    reader = _READERS.get(name)
    if reader is None and IMAGE.match(name):
        reader = images.dockerfile
    elif reader is None:
        reader = locks.toml_lock if name.endswith(".toml") else requirements.lines
    return reader(text, wanted)
