"""What SQLite reads for statements that ran, by its own account (EXPLAIN QUERY PLAN).

SQLite keeps no statistics here, so a plan follows from the form of a statement alone and is the same with a hundred
thousand people.
"""

from scimapp.database import db


def plans(log):
    """``[(statement, line)]`` of every plan of the statements that ran."""
    driver = db.session.connection().connection.driver_connection
    found = []
    for statement in dict.fromkeys(log):
        values = tuple("x" for _ in range(statement.count("?")))
        found += [(statement, row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    return found


def lines(log, table):
    """The lines of those plans that name ``table``."""
    return [line for _, line in plans(log) if f" {table} " in line]
