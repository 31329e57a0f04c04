"""Apps that an adapter runs for one request at a time: nobody else waits for their event loop.

AWS Lambda gives each request a process of its own, or one that has nothing else to do
(mangum 0.22, ``adapter.py``: the loop is run until that one answer is there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following.functions import is_test
from fastlint.model.following.values import External, Instance, RouterValue

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ADAPTERS = {"Mangum": "mangum.Mangum"}


def serves_alone(project: Project) -> bool:
    """Whether every app of a project is given to such an adapter."""
    index = project.modules_index
    adapted: set[int] = set()
    for word, name in _ADAPTERS.items():
        for path in index.naming(word):
            for value in project.machine.run_module(path).namespace.values():
                if isinstance(value, Instance) and value.cls == External(name):
                    given = (*value.args, *value.keywords.values())
                    adapted.update(id(each) for each in given if isinstance(each, RouterValue))
    served = {id(r.app.value) for r in project.routes if r.app and not is_test(r.app.span.path)}
    return bool(adapted) and served <= adapted
