"""Applications from the package index, each installed into an environment of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from benchmarks.corpora import DOWNLOADS


class NotInstalledError(Exception):
    """An application cannot be had here; pip has said why."""


@dataclass(frozen=True)
class Installed:
    """An application that can be imported with what it says that it requires."""

    requirements: tuple[str, ...]
    """What to install: the application, pinned, and what it forgets to require."""
    package: str
    """The package whose fixes are proven."""
    applications: tuple[str, ...]
    """What is imported of it, as ``module:expression``."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What it wants to find in the process's environment. No value is a secret of anybody's."""


APPLICATIONS: Mapping[str, Installed] = MappingProxyType(
    {
        "airflow": Installed(
            ("apache-airflow-core==3.3.2",), "airflow", ("airflow.api_fastapi.app:create_app()",)
        ),
        "argilla": Installed(("argilla-server==2.8.0",), "argilla_server", ("argilla_server:app",)),
        "chromadb": Installed(
            ("chromadb==1.5.9", "fastapi"),
            "chromadb",
            ("chromadb.server.fastapi:FastAPI(Settings(persist_directory='chroma')).app()",),
        ),
        "fief": Installed(
            ("fief-server==0.27.0",),
            "fief",
            ("fief.app:app",),
            {
                "FIEF_CLIENT_ID": "none",
                "FIEF_CLIENT_SECRET": "none",
                "SECRET": "none",
                "ENCRYPTION_KEY": "A" * 43 + "=",
            },
        ),
        "litellm": Installed(
            ("litellm[proxy]==1.106.2", "prisma"),
            "litellm",
            ("litellm.proxy.proxy_server:app",),
            {"LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        ),
        "mlflow": Installed(("mlflow==3.17.2",), "mlflow", ("mlflow.server.fastapi_app:app",)),
        "prefect": Installed(
            ("prefect==3.8.0", "fastapi==0.150.0"),
            "prefect",
            ("prefect.server.api.server:create_app()",),
        ),
        "zenml": Installed(
            ("zenml[server]==0.98.0",), "zenml", ("zenml.zen_server.zen_server_api:app",)
        ),
    }
)
"""By the names that the command line knows."""


def python_with(application: Installed) -> str:
    """The interpreter of an environment that has it; made once, below ``benchmarks``.

    Raises `NotInstalledError`.
    """
    name = re.sub(r"[^\w.=-]", "-", application.requirements[0])
    folder = DOWNLOADS / "environments" / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed"
    wanted = "\n".join(application.requirements)
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        print(f"installing {' '.join(application.requirements)} into {folder}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        command = [
            *(str(python), "-m", "pip", "install", "--quiet", "--prefer-binary"),
            *("--disable-pip-version-check", *application.requirements),
        ]
        if subprocess.run(command, check=False).returncode:
            raise NotInstalledError(" ".join(application.requirements))
        done.write_text(wanted, encoding="utf-8")
    return str(python)


def folder_of(package: str, python: str) -> Path:
    """Where an interpreter's environment keeps a package."""
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(told.stdout.strip(), package)


def surroundings(application: Installed, home: Path) -> dict[str, str]:
    """Its environment variables: what it writes at import goes to a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(home), "USERPROFILE": str(home), **application.variables}
