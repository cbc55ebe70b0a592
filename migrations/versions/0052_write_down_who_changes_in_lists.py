"""write down who changes in lists

Lists of people that a process keeps are mended for the people who have changed since, in place of being read anew (decision 0144). On
SQLite the triggers that moved a sequence add a row to ``list_changes`` instead: whose row it was, and which lists it may concern. Each
row has a number drawn at random, so the same row means the same past, even after a copy is put back.

The sequences go. A server of the release before then finds none and reads its lists anew each time.

Postgres keeps its sequences: rows of transactions become visible there in another order than that of their numbers.
"""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

PEOPLE, STATES, VALUES, MEMBERS = 1, 2, 4, 8  # added up: the lists that a change may concern
SEQUENCES = {"list_people": PEOPLE, "list_states": STATES, "list_values": VALUES, "list_members": MEMBERS}
NOBODY = "NULL"  # whom it concerns is not known
IN_WORDS = (
    "seq, account_id, id, scim_id, connection_id, external_id, user_name_key, email_key, order_key, search_key, role, source,"
    " created_at"
)
# (table, step, end of the name of the trigger, whom it concerns, lists). Nobody gets another number.
TRIGGERS = [
    ("users", "DELETE", "delete", "OLD.seq", PEOPLE | STATES | VALUES),
    ("users", f"UPDATE OF {IN_WORDS}", "update", "NEW.seq", PEOPLE),
    ("users", "UPDATE OF seq, account_id, state", "state", "NEW.seq", STATES),
    ("user_documents", "UPDATE OF core, enterprise, custom", "update", "NEW.user_seq", VALUES),
    *(("value_paths", step, step.lower(), NOBODY, VALUES) for step in ("INSERT", "DELETE", "UPDATE")),
    ("memberships", "INSERT", "insert", "NEW.user_seq", MEMBERS),
    ("memberships", "DELETE", "delete", "OLD.user_seq", MEMBERS),
    ("memberships", "UPDATE OF account_id, group_seq, user_seq", "update", "OLD.user_seq NEW.user_seq", MEMBERS),
    *(
        (table, f"UPDATE OF {columns}" if step == "UPDATE" else step, step.lower(), NOBODY, MEMBERS)
        for table, columns in (("nested_groups", "account_id, group_seq, member_seq"), ("groups", "account_id, seq"))
        for step in ("INSERT", "DELETE", "UPDATE")
    ),
]  # fmt: skip
# Not more than these are kept, and a few; a page reads fewer.
KEPT, AT_ONCE = 1_024, 256


def upgrade():
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        "CREATE TABLE list_changes"
        " (number INTEGER PRIMARY KEY, user_seq INTEGER, lists INTEGER NOT NULL, drawn INTEGER NOT NULL)"
    )
    op.execute("INSERT INTO list_changes (lists, drawn) VALUES (0, random())")
    op.execute(
        f"CREATE TRIGGER list_changes_pass AFTER INSERT ON list_changes WHEN NEW.number % {AT_ONCE} = 0"
        f" BEGIN DELETE FROM list_changes WHERE number <= NEW.number - {KEPT}; END"
    )
    for table, step, end, whose, lists in TRIGGERS:
        rows = ", ".join(f"({seq}, {lists}, random())" for seq in whose.split())
        op.execute(f"DROP TRIGGER {table}_lists_{end}")
        op.execute(
            f"CREATE TRIGGER {table}_lists_{end} AFTER {step} ON {table} BEGIN"
            f" INSERT INTO list_changes (user_seq, lists, drawn) VALUES {rows}; END"
        )
    op.execute("DELETE FROM sqlite_sequence WHERE name LIKE 'list#_%' ESCAPE '#'")


def downgrade():
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in SEQUENCES:
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', random())")
    for table, step, end, _, lists in TRIGGERS:
        moved = ", ".join(f"'{name}'" for name, its in SEQUENCES.items() if its & lists)
        op.execute(f"DROP TRIGGER {table}_lists_{end}")
        op.execute(
            f"CREATE TRIGGER {table}_lists_{end} AFTER {step} ON {table}"
            f" BEGIN UPDATE sqlite_sequence SET seq = random() WHERE name IN ({moved}); END"
        )
    op.execute("DROP TABLE list_changes")
