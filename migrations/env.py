"""What Alembic runs for ``flask db …``: the application's own engine, one transaction for all revisions."""

from alembic import context
from flask import current_app

import scimapp.audit.log
import scimapp.directory.model  # noqa: F401  both fill the metadata that autogenerate compares with
from scimapp.database import db


def run_offline():
    """Write the SQL to standard output."""
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=db.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online():
    """Run the revisions. SQLite checks foreign keys at the end only: tables are rebuilt, not altered, there."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _wait_patiently(connection)
        context.configure(connection=connection, target_metadata=db.metadata, **_options())
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("BEGIN")


def _wait_patiently(connection):
    """Postgres: servers that start together migrate one after the other, and a large table takes the time it takes."""
    for setting in ("statement_timeout", "lock_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {setting} = 0")
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('migrations of scimapp'))")


def _options():
    return current_app.extensions["migrate"].configure_args


if context.is_offline_mode():
    run_offline()
else:
    run_online()
