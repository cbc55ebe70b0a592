"""write down who changes in lists on Postgres too

Lists of people that a process keeps are mended there as well (decision 0158). Beside the sequences, which tell whether anything has
changed, triggers add rows to ``list_changes``: whose row it was, which lists it may concern, and the number of the transaction. That
number is what a snapshot tells transactions by, so a reader finds whatever it had not seen, in whichever order it became visible.

The functions name the table with its schema: whoever writes need not have it in the search path.
"""

from alembic import op
from sqlalchemy import text

revision = "0059"
down_revision = "0057"
branch_labels = None
depends_on = None

PEOPLE, STATES, VALUES, MEMBERS = 1, 2, 4, 8  # added up: the lists that a change may concern
MOST_PEOPLE = 200  # whom one statement names; with more, nobody is named
ROW, ROWS, ANYBODY = "note_list_person", "note_list_people", "note_list_anybody"
IN_WORDS = (
    "seq, account_id, id, scim_id, connection_id, external_id, user_name_key, email_key, order_key, search_key, role, source,"
    " created_at"
)
_NESTED, _GROUPS = "account_id, group_seq, member_seq", "account_id, seq"
# (table, step, end of the name of the trigger, function, lists). Postgres tells all rows of a statement only to triggers without columns.
TRIGGERS = [
    ("users", "INSERT", "insert", ROWS, PEOPLE | STATES | VALUES),
    ("users", "DELETE", "delete", ROWS, PEOPLE | STATES | VALUES),
    ("users", f"UPDATE OF {IN_WORDS}", "update", ROW, PEOPLE),
    ("users", "UPDATE OF seq, account_id, state", "state", ROW, STATES),
    ("users", "TRUNCATE", "truncate", ANYBODY, PEOPLE | STATES | VALUES),
    ("user_documents", "UPDATE OF core, enterprise, custom", "update", ROW, VALUES),
    ("memberships", "INSERT", "insert", ROWS, MEMBERS),
    ("memberships", "DELETE", "delete", ROWS, MEMBERS),
    ("memberships", "UPDATE OF account_id, group_seq, user_seq", "update", ROW, MEMBERS),
    *(("value_paths", step, step.lower(), ANYBODY, VALUES) for step in ("INSERT", "DELETE", "UPDATE")),
    *(
        (table, f"UPDATE OF {columns}" if step == "UPDATE" else step, step.lower(), ANYBODY, MEMBERS)
        for table, columns in (("nested_groups", _NESTED), ("groups", _GROUPS))
        for step in ("INSERT", "DELETE", "UPDATE")
    ),
    *((table, "TRUNCATE", "truncate", ANYBODY, VALUES) for table in ("user_documents", "indexed_values", "value_paths")),
    *((table, "TRUNCATE", "truncate", ANYBODY, MEMBERS) for table in ("memberships", "nested_groups", "groups")),
    ("list_changes", "TRUNCATE", "truncate", ANYBODY, PEOPLE | STATES | VALUES | MEMBERS),  # whoever empties it says so
]  # fmt: skip
# In the order in which writers take them (decision 0119).
TABLES = ("groups", "nested_groups", "memberships", "users", "user_documents", "value_paths", "indexed_values")
_INTO = "INSERT INTO {schema}.list_changes (xid, user_seq, lists)"
_THIS = "pg_catalog.pg_current_xact_id()"
_LISTS = "CAST(TG_ARGV[0] AS smallint)"
# As the functions have the rights of their owner, they name all that they use by schema.
FUNCTIONS = {
    ROW: f"""
        IF TG_TABLE_NAME OPERATOR(pg_catalog.=) 'users' THEN
            {_INTO} VALUES ({_THIS}, NEW.seq, {_LISTS});
        ELSE
            {_INTO} VALUES ({_THIS}, NEW.user_seq, {_LISTS});
            IF OLD.user_seq OPERATOR(pg_catalog.<>) NEW.user_seq THEN
                {_INTO} VALUES ({_THIS}, OLD.user_seq, {_LISTS});
            END IF;
        END IF;
    """,
    ROWS: f"""
        IF TG_TABLE_NAME OPERATOR(pg_catalog.=) 'users' THEN
            {_INTO} SELECT {_THIS}, seq, {_LISTS} FROM listed LIMIT {MOST_PEOPLE + 1};
        ELSE
            {_INTO} SELECT {_THIS}, user_seq, {_LISTS} FROM listed LIMIT {MOST_PEOPLE + 1};
        END IF;
        GET DIAGNOSTICS noted = ROW_COUNT;
        IF noted OPERATOR(pg_catalog.>) {MOST_PEOPLE} THEN
            {_INTO} VALUES ({_THIS}, NULL, {_LISTS});
        END IF;
    """,
    ANYBODY: f"{_INTO} VALUES ({_THIS}, NULL, {_LISTS});",
}


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        return
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE ROW EXCLUSIVE MODE")
    # No index: few rows are kept, and a reader goes through all of them.
    op.execute("CREATE TABLE list_changes (xid xid8 NOT NULL, user_seq bigint, lists smallint NOT NULL)")
    for name, steps in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
            f" DECLARE noted bigint; BEGIN {steps.format(schema=schema)} RETURN NULL; END $$"
        )
        op.execute(f"REVOKE EXECUTE ON FUNCTION {name}() FROM PUBLIC")  # nobody else makes a trigger of it
    for table, step, end, function, lists in TRIGGERS:
        name = f"{table}_listed_{end}"
        told = ""
        if function == ROWS:
            told = f" REFERENCING {'OLD' if step == 'DELETE' else 'NEW'} TABLE AS listed"
        each = "ROW" if function == ROW else "STATEMENT"
        op.execute(
            f"CREATE TRIGGER {name} AFTER {step} ON {table}{told} FOR EACH {each} EXECUTE FUNCTION {function}({lists})"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")  # whatever session_replication_role says


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, _, end, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {table}_listed_{end} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP TABLE list_changes")
