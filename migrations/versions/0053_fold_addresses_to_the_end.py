"""fold addresses to the end

The key of an address was folded once, which for a few spellings is not the end: a mark behind ᾳ, or an Ϊ with an accent, make another
key when folded again. They are folded twice now (``text_keys.fold_email``), and whoever is here with such an address would not be found:
not at the sign-in, and not when somebody else is given the same address.

Folding the key once more is the new key, so the addresses are not read. Where somebody else has that key already, the two addresses
count as one now: this person keeps the older key until the address is changed.

Keys of mails (for searching) and of requests for links (gone within minutes) stay as they are.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade():
    connection = op.get_bind()
    users = sa.table("users", *map(sa.column, ("seq", "account_id", "scim_id", "email_key")))
    key = users.c.email_key
    size = (
        sa.func.octet_length(key) if connection.dialect.name == "postgresql" else sa.func.length(sa.cast(key, sa.BLOB))
    )
    may_differ = sa.select(users).where(size > sa.func.length(key)).order_by(users.c.seq)  # not of ASCII alone
    for row in connection.execute(may_differ).all():
        folded = unicodedata.normalize("NFKC", row.email_key).casefold()
        same = (users.c.account_id == row.account_id, key == folded, users.c.scim_id.is_not(None))
        if folded == row.email_key or row.scim_id and connection.scalar(sa.select(users.c.seq).where(*same)):
            continue
        connection.execute(sa.update(users).where(users.c.seq == row.seq).values(email_key=folded))


def downgrade():
    """Nothing: of a folded key, nobody knows whether it was folded before."""
