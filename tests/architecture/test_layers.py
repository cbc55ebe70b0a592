"""Imports point downwards, and what belongs to a layer stays there: the table of the plan, held as a test.

``from scimapp`` a part may import only what its row names; other packages only those named too. The standard library
is free for everybody.
"""

import ast
import sys

import pytest

from .source import imports, modules, nodes, part_of

# part → (parts or single modules of scimapp, other packages)
LAYERS = {
    "moments": ((), ()),
    "decimals": ((), ()),
    "texts": ((), ()),
    "first_use": ((), ()),
    "zones": ((), ()),
    "local_time": (("zones",), ("flask", "flask_login")),
    "scim": (("decimals", "moments", "texts"), ()),
    "database": ((), ("flask", "flask_migrate", "flask_sqlalchemy", "orjson", "psycopg", "sqlalchemy")),
    "extensions": ((), ("flask_babel", "flask_login", "flask_mail", "flask_wtf")),
    "languages": (("extensions", "local_time"), ("babel", "flask", "flask_babel", "flask_login")),
    "setting_addresses": ((), ("sqlalchemy", "idna")),
    "setting_secret": (("setting_addresses",), ()),
    "private_files": ((), ()),
    "settings": (("setting_addresses", "setting_secret", "decimals"), ()),
    "request_log": (("background",), ("flask", "orjson")),
    "common_headers": ((), ()),
    "static_files": ((), ("flask", "werkzeug")),
    "health": (("directory",), ("flask",)),
    "audit": (("database",), ("sqlalchemy",)),
    "directory": (
        ("audit", "background", "database", "decimals", "first_use", "moments", "texts", "zones"),
        ("sqlalchemy", "orjson"),
    ),
    "resource_types": (
        (
            "scim",
            "directory",
            "moments",
            "texts",
            "database.column_types",
            "database.held_connections",
            "database.statements",
        ),
        ("sqlalchemy", "orjson"),
    ),
    "auth": (
        ("directory", "extensions", "request_log", "texts"),
        ("flask", "flask_login", "itsdangerous", "argon2"),
    ),
    "mail": (
        ("directory", "languages", "local_time", "background"),
        ("flask", "flask_mail", "flask_babel", "idna"),
    ),
    "scim_api": (
        (
            "scim",
            "resource_types",
            "directory",
            "database.repeats",
            "auth",
            "request_log",
            "common_headers",
            "background",
            "first_use",
        ),
        ("flask", "werkzeug", "orjson"),
    ),
    "web": (
        # mail.messages and mail.envelope: the outbox shows mails as they leave.
        (
            "directory",
            "auth",
            "common_headers",
            "extensions",
            "languages",
            "local_time",
            "mail.envelope",
            "mail.messages",
            "request_log",
            "scim.urns",
            "texts",
            "zones",
        ),
        (
            "flask",
            "flask_babel",
            "babel",
            "flask_login",
            "orjson",
            "flask_wtf",
            "wtforms",
            "werkzeug",
            "markupsafe",
            "jinja2",
            "segno",
        ),
    ),
    "batch_worker": (("directory", "background"), ()),
    "statistics_worker": (("directory", "background", "database.postgres.statistics"), ()),
    "backup": (("database.schema", "database.driver_errors"), ("sqlalchemy",)),
    "cli": (
        ("backup", "database", "directory", "mail", "auth", "batch_worker", "texts"),
        ("alembic", "flask", "flask_migrate", "click"),
    ),
    "gunicorn_conf": (
        (
            "settings",
            "database.schema",
            "private_files",
            "request_log",
            "mail",
            "scim_api",
            "batch_worker",
            "statistics_worker",
            "serving",
        ),
        (),
    ),
    "background": ((), ()),
    "serving": ((), ("gunicorn",)),
}
FRONTS = ("scim_api", "web", "cli")
REQUEST_BOUND = frozenset(("request", "current_user", "current_app", "session", "g"))
# Parts that must work without any request: whatever they need is an argument.
VALUES = "msgspec"  # makes classes of values, for everybody
REQUEST_FREE = ("scim", "moments", "decimals", "texts", "database", "audit", "directory", "resource_types")


def test_every_part_of_the_package_stands_in_the_table():
    parts = {part_of(name) for _, name, _ in modules()} - {""}

    assert parts <= set(LAYERS), "a new part needs a row in the table, and in the plan"


@pytest.mark.parametrize("part", LAYERS)
def test_a_part_imports_only_what_stands_below_it(part):
    ours, others = LAYERS[part]

    wrong = [
        f"{path}:{line} imports {module}"
        for path, name, tree in modules()
        if part_of(name) == part
        for line, module in imports(path, name, tree)
        if not _is_allowed(module, part, ours, others)
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", LAYERS)
def test_a_part_is_allowed_nothing_that_it_does_not_import(part):
    """Such a row would let in what nobody has thought about."""
    imported = [
        module.removeprefix("scimapp.")
        for path, name, tree in modules()
        if part_of(name) == part
        for _, module in imports(path, name, tree)
    ]

    unused = [
        allowed
        for allowed in [*LAYERS[part][0], *LAYERS[part][1]]
        if not any(module == allowed or module.startswith(f"{allowed}.") for module in imported)
    ]

    assert not unused, unused


def test_a_module_of_ours_is_named_from_where_it_is_imported():
    """One way to name a module: files that were moved named half of theirs from the top."""
    absolute = [
        f"{path}:{node.lineno}"
        for path, _, tree in modules()
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and not node.level and node.module.partition(".")[0] == "scimapp"
    ]

    assert not absolute, absolute


def test_fronts_never_import_each_other():
    for front in FRONTS:
        assert not set(LAYERS[front][0]) & set(FRONTS)


def test_the_session_is_used_by_the_directory_and_the_record_alone():
    strangers = [
        f"{path}:{node.lineno}"
        for path, name, tree in modules()
        if part_of(name) not in ("directory", "audit", "database")
        for node in nodes(tree)
        if isinstance(node, ast.Attribute) and node.attr == "session"
        if isinstance(node.value, ast.Name) and node.value.id == "db"
    ]

    assert not strangers, strangers


def test_nothing_below_the_fronts_reads_the_request():
    readers = [
        f"{path}:{line} imports {module}"
        for path, name, tree in modules()
        if part_of(name) in REQUEST_FREE
        for line, module in imports(path, name, tree)
        if module.startswith(("flask.", "flask_login.")) and module.rpartition(".")[2] in REQUEST_BOUND
    ]

    assert not readers, readers


def _is_allowed(module, part, ours, others):
    root = module.partition(".")[0]
    if root != "scimapp":
        return root in sys.stdlib_module_names or root in (VALUES, *others)
    inside = module.removeprefix("scimapp").removeprefix(".")
    return any(inside == allowed or inside.startswith(f"{allowed}.") for allowed in (part, *ours))
