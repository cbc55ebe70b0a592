"""number the paths of values

A row of the index over values named its account and its path in full, twice with the indexes: a quarter of what a person takes. Now
one number stands for both.

``user_values`` becomes a view on the new tables that can be written to: servers of the release before, which may run while
others are renewed, go on with it. A later release drops it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

IDENTIFIER = sa.String(64)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
HAS_NUMBER = sa.text("number IS NOT NULL")

NUMBER = "INSERT INTO value_paths (account_id, path) SELECT DISTINCT account_id, path FROM user_values ORDER BY 1, 2"
MOVE = """
    INSERT INTO indexed_values (user_seq, path_number, element, text_key, number)
    SELECT v.user_seq, p.number, v.element, v.text_key, v.number
    FROM user_values v JOIN value_paths p ON p.account_id = v.account_id AND p.path = v.path
    ORDER BY v.user_seq, p.number, v.element
"""
NAMED = """
    SELECT p.account_id, v.user_seq, p.path, v.element, v.text_key, v.number
    FROM value_paths p JOIN indexed_values v ON v.path_number = p.number
"""
# What happens to a row of the view.
ADD = """
    INSERT INTO value_paths (account_id, path) VALUES (NEW.account_id, NEW.path) ON CONFLICT DO NOTHING;
    INSERT INTO indexed_values (user_seq, path_number, element, text_key, number)
    SELECT NEW.user_seq, p.number, NEW.element, NEW.text_key, NEW.number
    FROM value_paths p WHERE p.account_id = NEW.account_id AND p.path = NEW.path;
"""
HERE = """
    WHERE user_seq = OLD.user_seq AND element = OLD.element
    AND path_number = (SELECT p.number FROM value_paths p WHERE p.account_id = OLD.account_id AND p.path = OLD.path)
"""
STEPS = {
    "INSERT": ADD,
    "UPDATE": f"UPDATE indexed_values SET text_key = NEW.text_key, number = NEW.number {HERE};",
    "DELETE": f"DELETE FROM indexed_values {HERE};",
}


def upgrade():
    if _is_postgres():  # whoever writes values has written a person before, and waits there
        op.execute("LOCK TABLE users, user_values IN SHARE ROW EXCLUSIVE MODE")
    op.create_table(
        "value_paths",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_value_paths_account_id"),
        sa.PrimaryKeyConstraint("number", name="pk_value_paths"),
        sa.UniqueConstraint("account_id", "path", name="uq_value_paths_account_path"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "indexed_values",
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("path_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("number", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(["user_seq"], ["users.seq"], name="fk_indexed_values_user_seq", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_seq", "path_number", "element", name="pk_indexed_values"),
        sqlite_with_rowid=False,
    )
    op.execute(NUMBER)
    op.execute(MOVE)
    _index("indexed_values", ["path_number"])
    op.drop_table("user_values")
    op.execute(f"CREATE VIEW user_values AS {NAMED}")
    for step, act in STEPS.items():
        _answer(step, act)


def downgrade():
    if _is_postgres():
        op.execute("LOCK TABLE users, indexed_values IN SHARE ROW EXCLUSIVE MODE")
    op.execute("DROP VIEW user_values")
    for step in STEPS if _is_postgres() else ():
        op.execute(f"DROP FUNCTION user_values_{step.lower()}()")
    op.create_table(
        "user_values",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("element", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("number", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_user_values_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "user_seq", "path", "element", name="pk_user_values"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO user_values (account_id, user_seq, path, element, text_key, number) {NAMED} ORDER BY 1, 2, 3, 4"
    )
    _index("user_values", ["account_id", "path"])
    op.drop_table("indexed_values")
    op.drop_table("value_paths")


def _index(table, place):
    """The indexes by value, and what Postgres learns of how values are spread within each path."""
    op.create_index(f"ix_{table}_text", table, [*place, "text_key", "user_seq"])
    op.create_index(
        f"ix_{table}_number", table, [*place, "number", "user_seq"],
        sqlite_where=HAS_NUMBER, postgresql_where=HAS_NUMBER,
    )  # fmt: skip
    if _is_postgres():
        for name, column in (("number", "number"), ("text", "text_key")):
            op.execute(f"CREATE STATISTICS st_{table}_{name} (mcv) ON {place[-1]}, {column} FROM {table}")
        op.execute(f"ANALYZE {table}")


def _answer(step, act):
    name = f"user_values_{step.lower()}"
    if not _is_postgres():
        op.execute(f"CREATE TRIGGER {name} INSTEAD OF {step} ON user_values BEGIN {act} END")
        return
    row = "OLD" if step == "DELETE" else "NEW"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act} RETURN {row}; END $$")
    op.execute(f"CREATE TRIGGER {name} INSTEAD OF {step} ON user_values FOR EACH ROW EXECUTE FUNCTION {name}()")


def _is_postgres():
    return op.get_bind().dialect.name == "postgresql"
