"""Applications on real, migrated databases: one of each kind a worker, and fresh copies for servers of their own."""

import itertools
import shutil

import flask_migrate
import pytest
from msgspec.structs import replace
from sqlalchemy import event

from scimapp import create_app
from scimapp.database import db
from scimapp.settings import Settings

SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnop"
EXTERNAL_URL = "http://people.example"
PASSWORD_MEMORY_KIB = 64  # password hashing is slow on purpose; not here
KINDS = ("sqlite", "postgres")
# For a test in a folder whose tests run on SQLite alone (tests/web).
on_both = pytest.mark.parametrize("database", KINDS, indirect=True)
# For a test that hangs on no database, or is one of several that send the same statements.
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Databases:
    """The databases of one worker. ``kind`` is "sqlite" or "postgres"; ``cluster()`` gives the Postgres server.

    They are left lying: the server and the folder go when the run ends.
    """

    def __init__(self, folder, worker, cluster):
        self.folder, self.worker, self._cluster = folder, worker, cluster
        self._apps, self._used_by, self._templates, self._numbers = {}, {}, {}, itertools.count(1)

    def app(self, kind, file):
        """The application that this worker's tests share; its database holds what earlier tests of ``file`` have left."""
        if kind not in self._apps:
            self._apps[kind] = build_app(self.copy(kind, "tests"), self.folder)
        elif self._used_by[kind] != file:
            empty(self._apps[kind])
        self._used_by[kind] = file
        return self._apps[kind]

    def copy(self, kind, label):
        """The address of a new database with all migrations run and no row in it."""
        if kind not in self._templates:
            self._templates[kind] = self._make(kind, "template")
            migrate(self._templates[kind], self.folder)
        return self._make(kind, f"{label}-{next(self._numbers)}", self._templates[kind])

    def unmigrated(self, kind, label):
        """The address of a new database without any table."""
        return self._make(kind, f"{label}-{next(self._numbers)}")

    def close(self):
        for app in self._apps.values():
            dispose(app)

    def _make(self, kind, label, template=None):
        name = f"scimapp-{self.worker}-{label}"
        if kind == "sqlite":
            file = self.folder / f"{name}.db"
            if template:
                shutil.copyfile(template.removeprefix("sqlite:///"), file)
            return f"sqlite:///{file}"
        self._cluster().create(name, _name(template) if template else "template0")
        return self._cluster().url(name)


def build_app(database_url, folder, **changes):
    """An application with the settings of tests; ``changes`` are other settings."""
    settings = Settings(
        database_url=database_url.replace("postgresql://", "postgresql+psycopg://"),
        data_dir=folder / "var",
        external_url=EXTERNAL_URL,
        secret_key=SECRET_KEY,
        scim_rate=0,
        password_memory_kib=PASSWORD_MEMORY_KIB,
        outbox_worker=False,
    )
    app = create_app(replace(settings, **changes))
    app.testing = True
    hurry_not_to_disk(app)
    return app


def database_address(app):
    """The address of an application's database as Postgres' own tools take it."""
    return app.config["SETTINGS"].database_url.replace("postgresql+psycopg://", "postgresql://")


def hurry_not_to_disk(app):
    """Let an application's SQLite leave to the system when it writes: no test pulls the plug."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _in_no_hurry)


def migrate(database_url, folder):
    """Run the real migrations on a database."""
    app = build_app(database_url, folder)
    with app.app_context():
        flask_migrate.upgrade()
    dispose(app)


def dispose(app):
    """Close every connection of an application, so that its database can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def empty(app):
    """Remove every row of every table."""
    with app.app_context(), db.engine.begin() as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())


def _name(address):
    return address.partition("?")[0].rsplit("/", 1)[-1]


def _in_no_hurry(connection, _record):
    connection.execute("PRAGMA synchronous=OFF")
