"""The database: the ``db`` object, transactions, prepared statements, and what SQLite and Postgres each need."""

from .sqlite.memory import leave_uncounted

leave_uncounted()  # before the other modules import the driver

from .ahead import Overtaken  # noqa: E402
from .held_connections import (  # noqa: E402
    asks_ahead,
    asks_at_begin,
    at_begin,
    at_hand,
    call_off,
    committed,
    current_engine,
    db,
    deliver,
    gather,
    is_writing,
    let_go_of_driver,
    origin,
    row_of,
    run,
    way_of_sending,
)
from .transactions import disconnect, flush, init_app, is_waited_for, start_over, writing  # noqa: E402

__all__ = [
    "Overtaken",
    "asks_ahead",
    "asks_at_begin",
    "at_begin",
    "at_hand",
    "call_off",
    "committed",
    "current_engine",
    "db",
    "deliver",
    "disconnect",
    "flush",
    "gather",
    "init_app",
    "is_waited_for",
    "is_writing",
    "let_go_of_driver",
    "origin",
    "row_of",
    "run",
    "start_over",
    "way_of_sending",
    "writing",
]
