"""Which module name a file gets, and which file an import means, without configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.source.layout import Layout, enclosing_package, layout

if TYPE_CHECKING:
    from pathlib import Path


def names(*paths: str, imported: tuple[str, ...] = ()) -> dict[str, str]:
    return dict(layout(paths, imported).names)


def test_a_package_begins_above_its_topmost_init() -> None:
    assert names("src/shop/__init__.py", "src/shop/api/__init__.py", "src/shop/api/a.py") == {
        "src/shop/__init__.py": "shop",
        "src/shop/api/__init__.py": "shop.api",
        "src/shop/api/a.py": "shop.api.a",
    }


def test_a_folder_without_init_is_where_scripts_run() -> None:
    assert names("main.py", "scripts/seed.py") == {"main.py": "main", "scripts/seed.py": "seed"}


def test_imports_make_a_namespace_package() -> None:
    found = names(
        "backend/app/main.py",
        "backend/app/api/routes.py",
        "backend/scripts/seed.py",
        imported=("app.api.routes", "fastapi", "os.path"),
    )
    assert found["backend/app/api/routes.py"] == "app.api.routes"
    assert found["backend/app/main.py"] == "app.main"
    assert found["backend/scripts/seed.py"] == "seed"


def test_imports_join_a_namespace_to_the_packages_below_it() -> None:
    found = names(
        "app/main.py",
        "app/api/__init__.py",
        "app/api/items.py",
        imported=("app.api.items", "app.api"),
    )
    assert set(found.values()) == {"app.main", "app.api", "app.api.items"}


def test_what_most_imports_say_wins() -> None:
    paths = ["backend/app/a.py", "backend/app/b.py", "backend/app/core/c.py"]
    found = layout(paths, ["app.a", "app.b", "app.core.c", "backend.app.a"]).names
    assert found["backend/app/a.py"] == "app.a"


def test_where_imports_disagree_the_unbroken_chain_wins() -> None:
    found = names("app/__init__.py", "app/db/__init__.py", imported=("app.db", "db"))
    assert found["app/db/__init__.py"] == "app.db"
    both = ("app.db.models", "db.models")
    found = names("app/__init__.py", "app/db/__init__.py", "app/db/models.py", imported=both)
    assert found["app/db/models.py"] == "app.db.models"


def test_a_stray_init_is_seen_through() -> None:
    found = names(
        "backend/__init__.py",
        "backend/app/__init__.py",
        "backend/app/main.py",
        "backend/app/db.py",
        imported=("app.db",),
    )
    assert found["backend/app/main.py"] == "app.main"


def test_a_package_run_from_inside_is_no_package() -> None:
    found = layout(
        [
            "app/__init__.py",
            "app/main.py",
            "app/database.py",
            "app/models.py",
            "app/routers/__init__.py",
            "app/routers/items.py",
        ],
        ["database", "database.SessionLocal", "models", "routers", "routers.items", "fastapi"],
    )
    assert found.names["app/routers/items.py"] == "routers.items"
    assert found.resolve("app/main.py", "database") == "app/database.py"
    assert found.resolve("app/routers/items.py", "models") == "app/models.py"


def test_modules_next_to_packages_that_are_imported_from_there_are_seen_from_there() -> None:
    paths = [f"app/{name}.py" for name in ("__init__", "main", "config", "redis", "a", "b", "c")]
    paths += ["app/routers/__init__.py", "app/routers/items.py", "tests/test_main.py"]
    for more in ((), ("app.main", "app.routers.items", "app.config", "app.a")):
        found = layout(paths, ["config", "b", "routers.items", *more])
        assert found.resolve("app/main.py", "config") == "app/config.py"
        assert found.resolve("app/routers/items.py", "config") == "app/config.py"
        assert found.resolve("tests/test_main.py", "config") is None


def test_one_module_named_like_another_package_is_no_proof() -> None:
    found = names("app/__init__.py", "app/redis.py", "app/main.py", imported=("redis",))
    assert found["app/redis.py"] == "app.redis"


def test_modules_named_like_other_peoples_packages_stay_in_their_package() -> None:
    found = layout(
        [f"app/{name}.py" for name in ("__init__", "redis", "celery", "a", "b", "c")],
        ["redis", "celery"],
    )
    assert found.names["app/redis.py"] == "app.redis"
    assert found.resolve("app/a.py", "redis") is None


def test_the_standard_library_votes_for_nobody() -> None:
    found = layout(["app/email/message.py", "app/main.py"], ["email.message"])
    assert found.names["app/email/message.py"] == "message"
    assert found.resolve("app/main.py", "email.message") is None


def monorepo() -> Layout:
    return layout(
        [
            "services/users/app/__init__.py",
            "services/users/app/db.py",
            "services/users/app/main.py",
            "services/users/tests/test_main.py",
            "services/orders/app/__init__.py",
            "services/orders/app/db.py",
            "libs/common/common/__init__.py",
            "libs/common/common/auth.py",
            "tools/check.py",
        ],
        ["app.db", "app.main", "common.auth"],
    )


def test_services_with_the_same_package_see_their_own() -> None:
    found = monorepo()
    assert found.names["services/users/app/db.py"] == "app.db"
    assert found.names["services/orders/app/db.py"] == "app.db"
    for service in ("users", "orders"):
        importer = f"services/{service}/app/__init__.py"
        assert found.resolve(importer, "app.db") == f"services/{service}/app/db.py"


def test_tests_see_the_package_next_to_them() -> None:
    importer = "services/users/tests/test_main.py"
    assert monorepo().resolve(importer, "app.db") == "services/users/app/db.py"
    assert monorepo().resolve(importer, "app") == "services/users/app/__init__.py"


def test_libraries_are_seen_from_every_service() -> None:
    importer = "services/orders/app/db.py"
    assert monorepo().resolve(importer, "common.auth") == "libs/common/common/auth.py"


def test_what_cannot_be_told_apart_is_not_guessed() -> None:
    assert monorepo().resolve("tools/check.py", "app.db") is None


def test_a_service_does_not_see_modules_that_only_the_other_has() -> None:
    assert monorepo().resolve("services/orders/app/db.py", "requests") is None


def test_a_script_is_no_package_for_the_rest_of_the_project() -> None:
    found = layout(["scripts/redis.py", "scripts/run.py", "app/__init__.py", "app/cache.py"], [])
    assert found.resolve("app/cache.py", "redis") is None
    assert found.resolve("scripts/run.py", "redis") == "scripts/redis.py"


def test_tests_see_modules_at_the_root_and_in_src() -> None:
    found = layout(["main.py", "src/tool.py", "tests/test_main.py"], ["main", "tool"])
    assert found.resolve("tests/test_main.py", "main") == "main.py"
    assert found.resolve("tests/test_main.py", "tool") == "src/tool.py"


def test_a_package_goes_before_a_module_of_its_name() -> None:
    found = layout(["app.py", "app/__init__.py", "run.py"], ["app"])
    assert found.resolve("run.py", "app") == "app/__init__.py"


def test_relative_imports_count_from_the_package() -> None:
    found = layout(["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py", "b.py"])
    assert found.package("pkg/sub/a.py") == "pkg.sub"
    assert found.package("pkg/sub/__init__.py") == "pkg.sub"
    assert found.package("b.py") == ""


def test_a_project_inside_a_package_knows_its_full_name(tmp_path: Path) -> None:
    (tmp_path / "mlflow/server").mkdir(parents=True)
    (tmp_path / "mlflow/__init__.py").touch()
    (tmp_path / "mlflow/server/__init__.py").touch()
    package = enclosing_package(tmp_path / "mlflow/server")
    assert package == "mlflow.server"
    found = layout(["__init__.py", "handlers.py", "auth/__init__.py"], [], package)
    assert found.names["__init__.py"] == "mlflow.server"
    assert found.resolve("auth/__init__.py", "mlflow.server.handlers") == "handlers.py"
    assert found.resolve("auth/__init__.py", "mlflow.tracking") is None


def test_the_order_of_the_paths_does_not_matter() -> None:
    paths = ["b/app/x.py", "a/app/x.py", "a/app/__init__.py", "app.py", "app/__init__.py"]
    imported = ["app.x", "a.app.x"]
    assert layout(paths, imported) == layout(paths[::-1], imported[::-1])


def test_deeply_nested_packages_are_no_trouble() -> None:
    folders = ["p"] * 1200
    paths = ["/".join([*folders[:depth], "__init__.py"]) for depth in range(1, 1201)]
    deepest = "/".join([*folders, "m.py"])
    assert layout([*paths, deepest]).names[deepest] == ".".join([*folders, "m"])


def test_dots_make_a_package_of_folders_without_init() -> None:
    paths = ["app/deps.py", "app/main.py", "app/routers/items.py", "app/seed.py"]
    relative = [
        ("app/main.py", 1, "routers"),
        ("app/main.py", 1, "routers.items"),
        ("app/routers/items.py", 2, "deps.get_db"),
        ("app/routers/items.py", 2, "deps"),
    ]
    assert layout(paths, relative=relative).names == {
        "app/deps.py": "app.deps",
        "app/main.py": "app.main",
        "app/routers/items.py": "app.routers.items",
        "app/seed.py": "seed",
    }


def test_dots_reach_into_a_folder_without_init() -> None:
    paths = ["blog/__init__.py", "blog/api/__init__.py", "blog/api/a.py", "blog/store/a.py"]
    relative = [("blog/api/a.py", 2, "store"), ("blog/api/a.py", 2, "store.a")]
    assert layout(paths, relative=relative).names["blog/store/a.py"] == "blog.store.a"


def test_dots_that_lead_out_of_a_package_change_nothing() -> None:
    paths = ["src/app/__init__.py", "src/app/a.py", "src/b.py"]
    found = layout(paths, relative=[("src/app/a.py", 2, "b")]).names
    assert (found["src/app/a.py"], found["src/b.py"]) == ("app.a", "b")


def test_a_file_may_put_a_folder_above_it_on_the_path() -> None:
    paths = [
        "main.py",
        "backend/__init__.py",
        "backend/redis.py",
        "backend/server/__init__.py",
        "backend/server/app.py",
        "backend/server/store.py",
    ]
    found = layout(paths, ["backend.server.app", "server.store", "redis"])
    assert found.names["backend/server/store.py"] == "backend.server.store"
    assert found.resolve("backend/server/app.py", "server.store") == "backend/server/store.py"
    assert found.resolve("backend/server/app.py", "redis") is None
    assert found.resolve("main.py", "server.store") is None
