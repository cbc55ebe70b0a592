"""number what lists of people come from

Lists that a process keeps hold as long as these numbers stay (decision 0134). The database moves them itself, whoever writes: servers
of the release before too, which may run while others are renewed.

They are sequences. SQLite has a table of these; a number there is drawn at random, so it never comes again, even after a copy is
put back. Writers on Postgres need not wait for each other to move a sequence. It moves before the transaction ends, therefore
``list_numbers`` also tells which transactions were in progress after the numbers were read.
"""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

PEOPLE, STATES, VALUES, MEMBERS = SEQUENCES = ("list_people", "list_states", "list_values", "list_members")
IN_WORDS = (
    "seq, account_id, id, scim_id, connection_id, external_id, user_name_key, email_key, order_key, search_key, role, source,"
    " created_at"
)
# Table → (what is done to it, the sequences that move). Columns without a number are in no list that outlasts a commit.
MOVES = {
    "indexed_values": [(step, (VALUES,)) for step in ("INSERT", "DELETE", "UPDATE")],
    "value_paths": [(step, (VALUES,)) for step in ("INSERT", "DELETE", "UPDATE")],
    "users": [
        ("INSERT", (PEOPLE, STATES)),
        ("DELETE", (PEOPLE, STATES)),
        (f"UPDATE OF {IN_WORDS}", (PEOPLE,)),
        ("UPDATE OF seq, account_id, state", (STATES,)),
    ],
    "memberships": [
        ("INSERT", (MEMBERS,)), ("DELETE", (MEMBERS,)), ("UPDATE OF account_id, group_seq, user_seq", (MEMBERS,)),
    ],
    "nested_groups": [
        ("INSERT", (MEMBERS,)), ("DELETE", (MEMBERS,)), ("UPDATE OF account_id, group_seq, member_seq", (MEMBERS,)),
    ],
    "groups": [("INSERT", (MEMBERS,)), ("DELETE", (MEMBERS,)), ("UPDATE OF account_id, seq", (MEMBERS,))],
}  # fmt: skip
# Whoever writes need not have our schema in the search path, nor any right to the sequences. As the function has the rights of its
# owner, it names all that it calls by schema.
MOVE = """
    CREATE OR REPLACE FUNCTION move_list_numbers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    DECLARE
        name text;
    BEGIN
        FOREACH name IN ARRAY TG_ARGV LOOP
            PERFORM pg_catalog.nextval(pg_catalog.format('%I.%I', TG_TABLE_SCHEMA, name)::pg_catalog.regclass);
        END LOOP;
        RETURN NULL;
    END $$
"""
# The oid differs in a copy put back. Newer Postgres tells NULL to who may not see a number: then it is never the same.
NUMBER = "'{0}', '{0}'::regclass::oid, coalesce(CAST(pg_sequence_last_value('{0}') AS text), CAST(random() AS text))"
# Each statement of such a function sees what was committed by then. Whoever has moved a number that was read, and has not ended,
# is among the locks: a snapshot names no transaction that is newer than all that have ended.
TELL = """
    CREATE OR REPLACE FUNCTION list_numbers(OUT numbers text, OUT in_progress text, OUT seen text) LANGUAGE plpgsql AS $$
    BEGIN
        numbers := concat_ws(' ', {numbers});
        in_progress := (
            SELECT string_agg(CAST(transactionid AS text), ' ') FROM pg_locks
            WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
        );
        seen := pg_current_snapshot();
    END $$
"""


def upgrade():
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        for name in SEQUENCES:
            op.execute(f"CREATE SEQUENCE {name}")
        # In the order in which writers take them (decision 0119).
        op.execute(f"LOCK TABLE {', '.join(reversed(MOVES))} IN SHARE ROW EXCLUSIVE MODE")
        op.execute(MOVE)
        op.execute("REVOKE EXECUTE ON FUNCTION move_list_numbers() FROM PUBLIC")  # nobody else makes a trigger of it
        op.execute(TELL.format(numbers=", ".join(NUMBER.format(name) for name in SEQUENCES)))
    else:
        for name in SEQUENCES:
            op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', random())")
    for table, steps in MOVES.items():
        for step, moved in steps:
            (_on_postgres if on_postgres else _on_sqlite)(table, step, moved)
        if on_postgres:
            _on_postgres(table, "TRUNCATE", sorted({name for _, moved in steps for name in moved}))


def downgrade():
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for table, steps in MOVES.items():
        for step, moved in [*steps, ("TRUNCATE", ())] if on_postgres else steps:
            op.execute(f"DROP TRIGGER {_name(table, step, moved)}" + (f" ON {table}" if on_postgres else ""))
    if not on_postgres:
        op.execute("DELETE FROM sqlite_sequence WHERE name LIKE 'list#_%' ESCAPE '#'")
        return
    for function in ("move_list_numbers()", "list_numbers()"):
        op.execute(f"DROP FUNCTION {function}")
    for name in SEQUENCES:
        op.execute(f"DROP SEQUENCE {name}")


def _name(table, step, moved):
    is_of_state = step.startswith("UPDATE") and STATES in moved
    return f"{table}_lists_{'state' if is_of_state else step.split()[0].lower()}"


def _on_sqlite(table, step, moved):
    which = ", ".join(f"'{name}'" for name in moved)
    op.execute(
        f"CREATE TRIGGER {_name(table, step, moved)} AFTER {step} ON {table}"
        f" BEGIN UPDATE sqlite_sequence SET seq = random() WHERE name IN ({which}); END"
    )


def _on_postgres(table, step, moved):
    name, which = _name(table, step, moved), ", ".join(f"'{name}'" for name in moved)
    op.execute(
        f"CREATE TRIGGER {name} AFTER {step} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION move_list_numbers({which})"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")  # whatever session_replication_role says
