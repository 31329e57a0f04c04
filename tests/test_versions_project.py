"""What the files of a project come to: who is heard, what follows, what is left open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fastlint.config.settings import Versions as Given
from fastlint.source.discover import discover
from fastlint.versions import files
from fastlint.versions.gather import read
from fastlint.versions.known import newest
from fastlint.versions.project import Versions


def lock(**versions: str) -> str:
    tables = (f'[[package]]\nname = "{n}"\nversion = "{v}"\n' for n, v in versions.items())
    return "\n".join(tables)


def versions(root: Path, texts: dict[str, str], given: Given | None = None) -> Versions:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = discover(root, others=files.SUFFIXES)
    about = files.find(root, found.others, [file.path for file in found.files])
    return read(root, about, given or Given())


def told(of: Versions, name: str, path: str = "") -> tuple[str, str]:
    version = of.of(name, path)
    return version.shown, version.origin


def test_a_project_that_says_nothing_runs_the_newest(tmp_path: Path) -> None:
    found = versions(tmp_path, {"main.py": ""})
    fastapi = found.of("fastapi")
    assert told(found, "fastapi") == ("0.165.0", "the newest known")
    assert fastapi.at_least((0, 165))
    assert not fastapi.below((0, 165))
    assert not fastapi.always_at_least((0, 50))
    assert found.problems == ()


def test_who_is_heard_first(tmp_path: Path) -> None:
    texts = {
        "main.py": "",
        "uv.lock": lock(fastapi="0.115.5"),
        "poetry.lock": lock(fastapi="0.114.0", starlette="0.38.0"),
        "requirements.txt": "fastapi==0.113\nstarlette==0.37.2\npydantic==2.9.1\nhttpx>=0.27\n",
        "pyproject.toml": '[project]\ndependencies = ["pydantic==2.8", "httpx<1", "pyjwt>2"]\n',
        "requirements-dev.txt": "pyjwt==2.8.0\nhttpx==0.27.2\npydantic==2.7\n",
    }
    found = versions(tmp_path, texts, Given(sqlmodel="0.0.8"))
    assert told(found, "fastapi") == ("0.115.5", "uv.lock:3")
    assert told(found, "starlette") == ("0.38.0", "poetry.lock:7")
    assert told(found, "pydantic") == ("2.9.1", "requirements.txt:3")
    assert told(found, "httpx") == ("0.27.2", "requirements-dev.txt:2")
    assert told(found, "pyjwt") == ("2.8.0", "requirements-dev.txt:1")
    assert told(found, "sqlmodel") == ("0.0.8", "the settings")
    assert told(found, "sqlalchemy") == (">=1.4.17,<1.5", "required by sqlmodel 0.0.8")


def test_the_python_of_an_image_goes_before_what_a_manifest_supports(tmp_path: Path) -> None:
    texts = {
        "main.py": "",
        "pyproject.toml": '[project]\nrequires-python = ">=3.9"\n',
        "docker/Dockerfile": "FROM python:3.11-slim\n",
        "jobs/main.py": "",
        "jobs/Dockerfile": "FROM python:3.12\n",
        "site/main.py": "",
        "site/.python-version": "3.13\n",
        "site/Dockerfile": "FROM python:3.12\n",
    }
    found = versions(tmp_path, texts)
    assert told(found, "python") == (">=3.11,<3.12", "docker/Dockerfile:1")
    assert told(found, "python", "jobs/main.py") == (">=3.12,<3.13", "jobs/Dockerfile:1")
    assert told(found, "python", "site/main.py") == (">=3.13,<3.14", "site/.python-version:1")


def test_a_pin_that_contradicts_the_range_before_it_is_not_heard(tmp_path: Path) -> None:
    texts = {"pyproject.toml": '[project]\ndependencies = ["pydantic>=2"]\n'}
    texts |= {"main.py": "", "requirements-docs.txt": "pydantic==1.10.2\n"}
    assert told(versions(tmp_path, texts), "pydantic") == (">=2.0", "pyproject.toml:2")


@pytest.mark.parametrize(
    ("text", "at_least_2", "below_2", "always_2"),
    [
        ("pydantic<2", False, True, False),
        ("pydantic>=1.8,<2", False, True, False),
        ("pydantic~=1.10", False, True, False),
        ("pydantic>=1.8", True, False, False),
        ("pydantic", True, False, False),
        ("pydantic>=2.1", True, False, True),
        ("pydantic<3", True, False, False),
        ("pydantic==2.*", True, False, True),
        ("pydantic==2.0", True, False, True),
        ("pydantic==1.10.13", False, True, False),
    ],
)
def test_what_a_range_decides(
    tmp_path: Path, text: str, *, at_least_2: bool, below_2: bool, always_2: bool
) -> None:
    found = versions(tmp_path, {"requirements.txt": text, "main.py": ""}).of("pydantic")
    answers = (found.at_least((2,)), found.below((2, 0, 0)), found.always_at_least((2, 0)))
    assert answers == (at_least_2, below_2, always_2)


def test_who_pins_fastapi_alone_has_pinned_starlette_and_pydantic(tmp_path: Path) -> None:
    texts = {"main.py": "", "requirements.txt": "fastapi==0.95.2\npydantic>=1.8\nsqlmodel==0.0.8\n"}
    found = versions(tmp_path, texts)
    by = "required by fastapi 0.95.2 (requirements.txt:1)"
    assert told(found, "starlette") == (">=0.27,<0.28", by)
    assert told(found, "pydantic") == (">=1.8.2,<2.0", by)
    assert found.of("sqlalchemy").below((2,))


def test_an_open_range_of_fastapi_leaves_what_it_needs_open(tmp_path: Path) -> None:
    found = versions(tmp_path, {"main.py": "", "requirements.txt": "fastapi>=0.95.2,<0.116\n"})
    assert str(found.of("starlette").range) == ">=0.27,<0.47"
    assert found.of("pydantic").at_least((2,))
    assert not found.of("pydantic").always_at_least((2,))


def test_services_of_a_monorepo_run_what_they_say_themselves(tmp_path: Path) -> None:
    found = versions(
        tmp_path,
        {
            "a/app/main.py": "",
            "a/requirements/base.txt": "fastapi==0.95.0\n",
            "b/main.py": "",
            "b/poetry.lock": lock(fastapi="0.115.0", pydantic="2.9.0"),
            "b/deep/down/x.py": "",
            "scripts/run.py": "",
            "tests/requirements.txt": "fastapi==0.1\n",
            "tests/test_x.py": "",
            "docker/requirements.txt": "fastapi==0.2\n",
        },
    )
    assert told(found, "fastapi", "a/app/main.py") == ("0.95.0", "a/requirements/base.txt:1")
    assert found.of("pydantic", "a/app/main.py").below((2,))
    assert told(found, "fastapi", "b/deep/down/x.py") == ("0.115.0", "b/poetry.lock:3")
    assert found.of("pydantic", "b/main.py").always_at_least((2, 9))
    assert told(found, "fastapi", "tests/test_x.py")[0] == "0.1.0"
    # What nobody says, the topmost folders say together; tests do not count, nor docker's, which
    # hold no code.
    assert told(found, "fastapi", "scripts/run.py")[0] == ">=0.95,<=0.115"
    assert found.of("fastapi").at_least((0, 115))
    assert not found.of("fastapi").at_least((0, 116))
    assert found.folders == ("", "a", "b", "tests")


def test_a_workspace_is_locked_above_its_members(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "members" / "api"
    root.mkdir(parents=True)
    (tmp_path / "uv.lock").write_text(lock(fastapi="0.115.5", httpx="0.27.0", pydantic="1.10.2"))
    texts = {"main.py": "", "pyproject.toml": '[project]\ndependencies = ["fastapi>=0.110"]\n'}
    texts |= {"requirements.txt": "pydantic>=2\n"}
    found = versions(root, texts)
    assert told(found, "fastapi") == ("0.115.5", "../../uv.lock:3")
    assert told(found, "httpx") == ("0.27.0", "../../uv.lock:7")
    assert told(found, "pydantic")[0] == ">=2.0,<3.0"  # the lock is of something else


def test_nothing_is_heard_above_a_repository_or_outside_of_one(tmp_path: Path) -> None:
    root = tmp_path / "api"
    (tmp_path / "requirements.txt").write_text("fastapi==0.1\n")
    assert not versions(root, {"main.py": ""}).of("fastapi").is_said
    (root / ".git").mkdir()
    assert not versions(root, {"main.py": ""}).of("fastapi").is_said


def test_requirements_include_others(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("passlib==0.1\n")
    root = tmp_path / "repo"
    found = versions(
        root,
        {
            ".git/HEAD": "",
            "api/main.py": "",
            "api/requirements.txt": "-r ../pinned/web.txt\n-r ../../secret.txt",
            "pinned/web.txt": "-c versions.txt  # all\nfastapi==0.110.0\n-r https://x.org/a.txt\n",
            "pinned/versions.txt": "httpx==0.26.0\n",
        },
    )
    assert told(found, "fastapi", "api/main.py") == ("0.110.0", "pinned/web.txt:2")
    assert told(found, "httpx", "api/main.py") == ("0.26.0", "pinned/versions.txt:1")
    assert not found.of("passlib", "api/main.py").is_said


def test_an_unpacked_wheel_says_what_it_needs(tmp_path: Path) -> None:
    texts = {
        "app/main.py": "",
        "app-1.0.dist-info/METADATA": "Name: app\nRequires-Dist: fastapi<0.100,>=0.95\n",
        "app-1.0.dist-info/licenses/METADATA": "Requires-Dist: httpx==0.1\n",
    }
    found = versions(tmp_path, texts)
    wheel = "app-1.0.dist-info/METADATA:2"
    assert told(found, "fastapi", "app/main.py") == (">=0.95,<0.100", wheel)
    assert not found.of("httpx").is_said
    sdist = tmp_path / "sdist"
    found = versions(sdist, {"main.py": "", "PKG-INFO": "Requires-Dist: httpx==0.27.0\n"})
    assert told(found, "httpx") == ("0.27.0", "PKG-INFO:1")


def test_requirements_that_git_ignores_count_at_the_root(tmp_path: Path) -> None:
    texts = {"main.py": "", ".gitignore": "*.lock\n", "uv.lock": lock(fastapi="0.110.0")}
    assert told(versions(tmp_path, texts), "fastapi")[0] == "0.110.0"


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
def test_what_cannot_be_read_is_said_once_and_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("httpx==0.1\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "requirements.txt").symlink_to(tmp_path / "outside.txt")
    (root / "uv.lock").symlink_to(root / "nowhere")
    os.mkfifo(root / "poetry.lock")
    (root / "setup.cfg").mkdir()
    texts = {"main.py": "", "pyproject.toml": "[project\n", "Pipfile.lock": "{", "Pipfile": "\0"}
    found = versions(root, texts | {"setup.py": "raise SystemExit('httpx>=0.27')\n"})
    assert told(found, "httpx") == (">=0.27", "setup.py:1")
    assert [each.partition(":")[0] for each in found.problems] == [
        "Pipfile.lock",
        "requirements.txt",
        "pyproject.toml",
        "Pipfile",
    ]
    assert found.problems[1] == "requirements.txt: it is a link that leads out of the project"


def test_every_library_that_a_rule_may_ask_for_is_one_that_a_project_can_set() -> None:
    settable = {field.replace("_", "-") for field in Given.__struct_fields__}
    assert settable == newest().keys()
    with pytest.raises(LookupError):
        Versions().of("django")
    assert Versions().of("Python_Multipart").name == "python-multipart"


def test_the_key_tells_versions_and_not_where_they_stand(tmp_path: Path) -> None:
    one = versions(tmp_path, {"main.py": "", "requirements.txt": "fastapi==0.110.0\n"}).key
    moved = versions(tmp_path, {"requirements.txt": "# pins\nfastapi==0.110\n"}).key
    other = versions(tmp_path, {"requirements.txt": "fastapi==0.111\n"}).key
    assert one == moved != other
