"""fold names to the end

The key by which names are sorted and searched (``text_keys.name_order``) was folded once. Compatibility forms of capitals (ℍ, ㎐) stayed
capitals, and ǣ became æ where Æ becomes ae: they stood behind all others, and a search for "hans" did not find ℍans. Keys are folded twice
now, and so is what is searched for: a kept key that is not would not be found any more.

Folding a kept key once more is the new key, so the names are not read. A key of ASCII alone is its own.

Calls are included: the erasure of a person finds by the key those that name the person and nobody's id.

A server that goes on with the code before writes keys as that code does. No release came before this; such a key is mended when the
name changes.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0054"
branch_labels = None
depends_on = None

AT_ONCE = 5_000  # rows
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
    """By number, some thousands at a time: a log may have a million rows with names in Cyrillic, or with keys that change."""
    connection, last = op.get_bind(), 0
    may_differ = sa.or_(*(_size(connection, key) > sa.func.length(key) for key in keys))
    some = sa.select(rows).where(rows.c.seq > sa.bindparam("last"), may_differ).order_by(rows.c.seq).limit(AT_ONCE)
    kept_by = sa.update(rows).where(rows.c.seq == sa.bindparam("of"))
    change = kept_by.values({key: sa.bindparam(f"new_{key.name}") for key in keys})
    while found := connection.execute(some, {"last": last}).all():
        last, changed = found[-1].seq, []
        for row in found:
            kept = {key.name: getattr(row, key.name) for key in keys}
            folded = {name: text and _folded(text)[: LONGEST[name]] for name, text in kept.items()}
            if folded != kept:
                changed.append({"of": row.seq} | {f"new_{name}": text for name, text in folded.items()})
        if changed:
            connection.execute(change, changed)


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
