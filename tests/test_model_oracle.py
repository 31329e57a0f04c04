"""FastAPI is the judge: it imports whole applications, and the model must say the same of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import modelcases
import oracle
import pytest
from oracle import Served

from fastlint.model.serving.routing import Route

APPS = Path(__file__).parent / "fixtures" / "apps"


class Case(NamedTuple):
    """An application of ``fixtures/apps``."""

    name: str
    start: str
    """The folder from which it is started, below its own."""
    target: str
    """What gives the app when it is imported."""
    app: str
    """What the model calls the app."""


CASES = [
    Case("flat", "", "main:app", "main:app"),
    Case("src_layout", "src", "shop:app", "shop.main:app"),
    Case("backend_app", "backend", "app.main:app", "app.main:app"),
    Case("reexports", "", "company.application:app", "company.application:app"),
    Case("factory", "", "service.factory:create_app()", "service.factory:app"),
    Case("loops", "", "app:app", "app:app"),
    Case("custom_router", "", "library.main:app", "library.main:app"),
    Case("several_apps", "", "services.public:app", "services.public:app"),
    Case("several_apps", "", "services.internal:app", "services.internal:app"),
    Case("several_apps", "", "services.internal:metrics", "services.internal:metrics"),
    Case("class_routes", "", "server.main:app", "server.base:app"),
    Case("class_views", "", "shop.main:app", "shop.main:app"),
    Case("mounted", "", "portal.main:app", "portal.main:app"),
    Case("guarded", "", "main:app", "main:app"),
    Case("served", "", "stock.main:build()", "stock.main:app"),
    Case("annotations", "", "app.main:app_", "app.main:app_"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.target}")
def test_the_model_says_what_fastapi_serves(case: Case) -> None:
    folder = APPS / case.name
    with oracle.imported(folder / case.start) as evaluate:
        real = list(oracle.served(evaluate(case.target)))
    project = modelcases.on_disk(folder)
    routes = [each for each in project.routes if each.app and each.app.id == case.app]
    assert real
    assert [told(each) for each in routes] == real
    assert [each.unknown for each in routes if each.unknown] == []


@pytest.mark.parametrize("name", sorted({case.name for case in CASES}))
def test_the_model_knows_no_app_that_is_not_there(name: str) -> None:
    project = modelcases.on_disk(APPS / name)
    served = {each.app.id for each in project.routes if each.app is not None}
    assert served == {case.app for case in CASES if case.name == name}
    assert [each.label for each in project.routes if not each.app and not each.unknown] == []


def test_every_application_is_judged() -> None:
    assert {path.name for path in APPS.iterdir() if path.is_dir()} == {each.name for each in CASES}


def told(route: Route) -> Served:
    """A route of the model, in the words of the oracle."""
    every = route.all_dependencies
    return Served(
        route.kind,
        route.path,
        tuple(sorted(route.methods)),
        route.handler.id if route.handler else "?",
        route.is_async,
        tuple(each.name for each in every),
        tuple(each.scheme for each in every if each.scheme),
        tuple(
            sorted(
                (each.name, each.source)
                for each in route.params
                if each.source not in ("dependency", "special")
            )
        ),
    )
