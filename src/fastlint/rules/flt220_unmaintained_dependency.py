"""See ``rules/FLT220-unmaintained-dependency.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.rule import check

_PACKAGES = {
    "jose": (
        "python-jose is hardly maintained, and FastAPI's own documentation left it in 2024",
        "use PyJWT: `import jwt`, with `algorithms=` in every `decode`",
    ),
    "passlib": (
        "passlib has had no release since 2020, and cannot hash anything with bcrypt 5",
        "use pwdlib, or bcrypt or argon2-cffi themselves; old hashes stay valid",
    ),
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Imports of libraries that nobody looks after, each library once."""
    for package, (why, instead) in _PACKAGES.items():
        places = [
            module.span(fact)
            for module in project.modules
            if not module.is_test and not module.is_one_off
            for fact in module.facts.imports
            if not fact.level and fact.module.partition(".")[0] == package
        ]
        if places:
            more = tuple(Related(span, "it is also imported here") for span in places[1:])
            yield Problem(places[0], why, instead, more)
