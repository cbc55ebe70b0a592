"""Which columns a statement reads or writes, as texts like ``users.role``: it decides what was read before still holds."""

from sqlalchemy import Column
from sqlalchemy.sql import visitors

_BY_TRIGGER = frozenset(("counters.value",))  # of ``users``: names of members have changed


def read_by(statement):
    """The columns that a SELECT mentions. A row of its result depends on no other."""
    return frozenset(map(_name, (one for one in visitors.iterate(statement) if isinstance(one, Column))))


def touched_by(statement, names):
    """The columns whose values a statement may change: those that an UPDATE sets, ``names`` and others; all of a table that
    gets or loses rows, and of tables that refer to one that loses some; what triggers write, but for the lists.
    """
    if not statement.is_dml:
        return frozenset()
    if statement.is_update:
        return _with_triggers({statement.table.c[name] for name in names or ()} | {*(statement._values or ())})
    tables = [statement.table]
    for table in tables if statement.is_delete else ():
        tables += [one for one in _referring_to(table) if one not in tables]
    return _with_triggers(column for table in tables for column in table.c)


def _with_triggers(columns):
    touched = frozenset(map(_name, columns))
    return touched | _BY_TRIGGER if any(name.startswith("users.") for name in touched) else touched


def _referring_to(table):
    return [one for one in table.metadata.tables.values() if any(key.references(table) for key in _keys_of(one))]


def _keys_of(table):
    return [key for column in table.c for key in column.foreign_keys]


def _name(column):
    return f"{column.table.name}.{column.name}"
