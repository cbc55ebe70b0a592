"""What SQLite reads for statements that ran, by its own account (EXPLAIN QUERY PLAN).

SQLite keeps no statistics here, so a plan follows from the form of a statement alone and is the same with a hundred
thousand people.
"""

import re

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
    """The lines of those plans that name ``table``, or one of the names that SQLAlchemy gives it, such as ``users_1``."""
    named = re.compile(rf" {table}(_\d+)? ")
    return [line for _, line in plans(log) if named.search(line)]
