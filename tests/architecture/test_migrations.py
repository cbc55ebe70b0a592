"""A migration leaves the code before it working: while servers are renewed, two versions of it write (security O5).

So it only adds what that code does not have to know: tables, indexes, columns that may be empty or fill themselves. Whatever
else it does needs a reason here, such as that the release before no longer names a column that goes; a reason that is no
longer used fails as well. ``tests/operations/upgrades/test_next_tables.py`` lets this code work on such additions.
"""

import ast

import pytest

from .source import ROOT

FIRST = "no release came before it"
# (revision, what it does) → why the code before it goes on working.
REASONS = {
    ("0005", "alter_column"): FIRST,
    ("0005", "execute"): FIRST,
    ("0005", "sa.update"): FIRST,
    ("0006", "alter_column"): FIRST,
    ("0006", "execute"): FIRST,
    ("0010", "alter_column"): FIRST,
    ("0014", "alter_column"): FIRST,
    ("0016", "create_index"): FIRST,
    ("0017", "alter_column"): FIRST,
    ("0017", "execute"): FIRST,
    ("0021", "alter_column"): "a longer name; SQLite ignores the length, and Postgres takes the shorter ones",
    ("0021", "execute"): FIRST,
    ("0022", "execute"): FIRST,
    ("0034", "execute"): "names of groups are remembered for a minute at most, and not without the count (0058)",
    ("0039", "execute"): "the database counts by itself; nothing that is written changes",
    ("0038", "drop_table"): "user_values is a view from then on, which older code reads and writes (0069)",
    ("0038", "execute"): "moves the values, and answers what older code does to the view",
    ("0046", "create_index"): "what was unique is; an entry holds a number more",
    ("0050", "execute"): "the database moves the sequences by itself; nothing that is written changes",
    ("0051", "execute"): "no release has read the sequences of 0050",
    ("0052", "execute"): "the database writes down by itself; a sequence that is missing is never the same",
    ("0053", "sa.update"): FIRST,
    ("0057", "sa.update"): FIRST,
    ("0059", "execute"): "the database writes down by itself; nothing else that is written changes",
    ("0054", "execute"): "Postgres tidies up earlier; nothing that is written changes",
    ("0037", "execute"): "Postgres learns more of what it holds; nothing that is written changes",
}
_ADDS = frozenset(("create_table", "batch_alter_table", "drop_index", "drop_constraint", "f", "get_bind"))


def beyond_adding(text):
    """The names of what the upgrade of a migration does beyond adding what older code need not know, rewriting rows included."""
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if getattr(node, "name", "") != "downgrade"]
    nodes = list(ast.walk(tree))
    batches = {item.optional_vars.id for node in nodes if isinstance(node, ast.With) for item in node.items}
    calls = [
        node
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if getattr(node.func.value, "id", "") in {"op", *batches}
    ]
    made = {ast.unparse(call.args[0]) for call in calls if call.func.attr == "create_table"}
    rewritten = {
        f"sa.{node.func.attr}"
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"sa.update", "sa.insert", "sa.delete"}
    }
    return {call.func.attr for call in calls if not _adds(call, made)} | rewritten


def _adds(call, made):
    if call.func.attr == "add_column":
        options = {keyword.arg: keyword.value for keyword in call.args[-1].keywords}
        may_be_empty = getattr(options.get("nullable"), "value", "nullable" not in options)
        return may_be_empty is True or "server_default" in options
    if call.func.attr == "create_index":  # older code may write twice what now has to be unique
        is_unique = any(word.arg == "unique" and ast.unparse(word.value) != "False" for word in call.keywords)
        return not is_unique or ast.unparse(call.args[1]) in made
    return call.func.attr in _ADDS


def test_migrations_add_what_older_code_need_not_know():
    found = set()
    for file in (ROOT / "migrations" / "versions").glob("[0-9]*.py"):
        found |= {(file.name[:4], name) for name in beyond_adding(file.read_text(encoding="utf-8"))}

    assert found - set(REASONS) == set(), "split it over two releases, or say why older code goes on working"
    assert set(REASONS) - found == set(), "reasons that are no longer used"


@pytest.mark.parametrize("step, is_added", [
    ("op.add_column('users', sa.Column('a', sa.Text()))", True),
    ("op.add_column('users', sa.Column('a', sa.Text(), nullable=True))", True),
    ("op.add_column('users', sa.Column('a', sa.Boolean(), nullable=False, server_default=sa.false()))", True),
    ("op.add_column('users', sa.Column('a', sa.Text(), nullable=False))", False),
    ("op.create_index('i', 'users', ['a'])", True),
    ("op.create_index('i', 'users', ['a'], unique=True)", False),
    ("op.create_table('t', sa.Column('a', sa.Text()))\n    op.create_index('i', 't', ['a'], unique=True)", True),
    ("op.drop_index('i', table_name='users')", True),
    ("op.drop_column('users', 'a')", False),
    ("op.drop_table('users')", False),
    ("op.execute('UPDATE users SET a = b')", False),
    ("op.get_bind().execute(sa.update(users).values(a=1))", False),
    ("with op.batch_alter_table('users') as batch:\n        batch.add_column(sa.Column('a', sa.Text()))", True),
    ("with op.batch_alter_table('users') as batch:\n        batch.alter_column('a', nullable=False)", False),
    ("with op.batch_alter_table('users') as batch:\n        batch.create_unique_constraint('u', ['a'])", False),
])  # fmt: skip
def test_what_counts_as_adding(step, is_added):
    downgrade = "def downgrade():\n    op.drop_column('users', 'a')\n"

    assert (beyond_adding(f"def upgrade():\n    {step}\n\n\n{downgrade}") == set()) is is_added
