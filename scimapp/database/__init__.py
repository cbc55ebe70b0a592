"""The database: the ``db`` object, transactions, prepared statements, and what SQLite and Postgres each need."""

from .transactions import (
    at_hand,
    committed,
    current_engine,
    db,
    disconnect,
    flush,
    init_app,
    is_waited_for,
    is_writing,
    let_go_of_driver,
    run,
    start_over,
    way_of_sending,
    writing,
)

__all__ = [
    "at_hand",
    "committed",
    "current_engine",
    "db",
    "disconnect",
    "flush",
    "init_app",
    "is_waited_for",
    "is_writing",
    "let_go_of_driver",
    "run",
    "start_over",
    "way_of_sending",
    "writing",
]
