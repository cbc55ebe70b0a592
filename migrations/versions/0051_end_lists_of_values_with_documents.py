"""end lists of values with documents

A person's values are worked out from the document and written in the same transaction. One trigger there ends the lists that come from
them, in place of one for each value: ten to fifteen for somebody new (decision 0139).

On SQLite nothing is done for somebody new: readers look who is the newest. A trigger on the INSERT into ``users`` made SQLite keep all
pages that it changes, in two dozen indexes, until the statement ends.
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

PEOPLE, STATES, VALUES = "list_people", "list_states", "list_values"
# Table → (what is done to it, the sequences that move).
BEFORE = {
    "users": [("INSERT", (PEOPLE, STATES)), ("DELETE", (PEOPLE, STATES))],
    "indexed_values": [(step, (VALUES,)) for step in ("INSERT", "DELETE", "UPDATE", "TRUNCATE")],
}
AFTER = {
    "users": [("INSERT", (PEOPLE, STATES, VALUES)), ("DELETE", (PEOPLE, STATES, VALUES))],
    "user_documents": [("UPDATE OF core, enterprise, custom", (VALUES,)), ("TRUNCATE", (VALUES,))],
    "indexed_values": [("TRUNCATE", (VALUES,))],
}
ON_POSTGRES_ALONE = {("users", "INSERT")}  # of AFTER


def upgrade():
    _exchange(BEFORE, AFTER)


def downgrade():
    _exchange(AFTER, BEFORE)


def _exchange(old, new):
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        # In the order in which writers take them (decision 0119).
        op.execute("LOCK TABLE users, user_documents, indexed_values IN ACCESS EXCLUSIVE MODE")
    for table, step, _ in _each(old, on_postgres):
        op.execute(f"DROP TRIGGER {_name(table, step)}" + (f" ON {table}" if on_postgres else ""))
    for table, step, moved in _each(new, on_postgres):
        (_on_postgres if on_postgres else _on_sqlite)(table, step, ", ".join(f"'{name}'" for name in moved))


def _each(moves, on_postgres):
    """``(table, step, sequences)`` of each trigger. SQLite has no TRUNCATE."""
    for table, steps in moves.items():
        for step, moved in steps:
            left_out = step == "TRUNCATE" or (moves is AFTER and (table, step) in ON_POSTGRES_ALONE)
            if on_postgres or not left_out:
                yield table, step, moved


def _name(table, step):
    return f"{table}_lists_{step.split()[0].lower()}"


def _on_sqlite(table, step, moved):
    op.execute(
        f"CREATE TRIGGER {_name(table, step)} AFTER {step} ON {table}"
        f" BEGIN UPDATE sqlite_sequence SET seq = random() WHERE name IN ({moved}); END"
    )


def _on_postgres(table, step, moved):
    name = _name(table, step)
    op.execute(
        f"CREATE TRIGGER {name} AFTER {step} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION move_list_numbers({moved})"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")  # whatever session_replication_role says
