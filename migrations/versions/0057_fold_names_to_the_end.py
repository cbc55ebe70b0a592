"""fold names to the end

The key by which names are sorted and searched (``text_keys.name_order``) was folded once. Compatibility forms of capitals (ℍ, ㎐) stayed
capitals, and ǣ became æ where Æ becomes ae: they stood behind all others, and a search for "hans" did not find ℍans. Keys are folded twice
now, and so is what is searched for: a kept key that is not would not be found any more.

Folding a kept key once more is the new key, so the names are not read. A key of ASCII alone is its own.

Calls are included: the erasure of a person finds by the key those that name the person and nobody's id.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0054"
branch_labels = None
depends_on = None

LONGEST = {
    "order_key": 200,
    "search_key": None,
    "target_key": None,
}  # characters; a search cuts each of its texts, not the key
LETTERS = str.maketrans({"ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae"})  # the others have been replaced the first time


def upgrade():
    for table, columns in (("users", ("order_key", "search_key")), ("scim_calls", ("target_key",))):
        rows = sa.table(table, *map(sa.column, ("seq", *columns)))
        _fold(rows, [rows.c[name] for name in columns])


def _fold(rows, keys):
    """The rows come one after the other: of a log with a million names in Cyrillic only what changes is kept in memory."""
    connection = op.get_bind()
    may_differ = sa.select(rows).where(sa.or_(*(_size(connection, key) > sa.func.length(key) for key in keys)))
    changed = {}
    for row in connection.execute(may_differ.order_by(rows.c.seq), execution_options={"stream_results": True}):
        kept = {key.name: getattr(row, key.name) for key in keys}
        folded = {name: text and _folded(text)[: LONGEST[name]] for name, text in kept.items()}
        if folded != kept:
            changed[row.seq] = folded
    for seq, folded in changed.items():
        connection.execute(sa.update(rows).where(rows.c.seq == seq).values(folded))


def _size(connection, key):
    """In bytes: more than characters, unless all are of ASCII."""
    if connection.dialect.name == "postgresql":
        return sa.func.octet_length(key)
    return sa.func.length(sa.cast(key, sa.BLOB))


def _folded(key):
    letters = unicodedata.normalize("NFKD", key.translate(LETTERS).casefold())
    return "".join([letter for letter in letters if not unicodedata.combining(letter)])


def downgrade():
    """Nothing: of a folded key, nobody knows whether it was folded before."""
