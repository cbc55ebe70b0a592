"""search certificates

``x509Certificates.value`` was the one attribute of people that the index left out. Those that are stored get their row, with
the key that the application makes from then on: of a long text the first 200 characters and a digest of the whole.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0021"
branch_labels = None
depends_on = None

PATH = "x509certificates.value"
LONGEST = 200
STORED = """
    SELECT account_id, user_seq, core FROM user_documents
    WHERE user_seq > :after AND core LIKE '%"x509Certificates"%' ORDER BY user_seq LIMIT 500
"""
ADD = """
    INSERT INTO user_values (account_id, user_seq, path, element, text_key)
    VALUES (:account_id, :user_seq, :path, :element, :text_key)
"""


def upgrade():
    connection, after = op.get_bind(), 0
    while found := connection.execute(sa.text(STORED), {"after": after}).all():
        after = found[-1].user_seq
        rows = [
            {
                "account_id": row.account_id,
                "user_seq": row.user_seq,
                "path": PATH,
                "element": number,
                "text_key": _key(text),
            }
            for row in found
            for number, text in _certificates(row.core)
        ]
        if rows:
            connection.execute(sa.text(ADD), rows)


def downgrade():
    op.execute(sa.text("DELETE FROM user_values WHERE path = :path").bindparams(path=PATH))


def _certificates(core):
    listed = json.loads(core).get("x509Certificates") or ()
    return [(number, item["value"]) for number, item in enumerate(listed, 1) if item.get("value")]


def _key(text):
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\x01{hashlib.sha256(text.encode()).hexdigest()}"
