"""Taking an erased person out of the provisioning log: names, values and bodies go, what was called and when stays."""

from sqlalchemy import Text, and_, case, cast, delete, or_, update

from ...database import db
from ..model import ScimCall, ScimCallBody
from ..sql_text import contains
from ..text_keys import search_text

CHUNK = 5_000  # rows in one statement
SEARCH = "find"  # the operation whose path holds what was looked for


def blank(scope, user_id, names, label):
    """Blank the calls about a person, those that looked for one of ``names``, and those that name the person as holder.

    Bodies of lists that held many people are not searched: they go after the days that the account keeps bodies.
    """
    keys = {search_text(name) for name in names if name}
    about = or_(ScimCall.target_id == user_id, and_(ScimCall.target_id.is_(None), ScimCall.target_key.in_(keys)))
    found = list(db.session.scalars(scope.select(ScimCall, ScimCall.seq).where(about)))
    _blank(scope, found, label)
    held = scope.select(ScimCall, ScimCall.seq).where(
        ScimCall.cause == "taken", contains(cast(ScimCall.facts, Text), user_id)
    )
    _blank(scope, list(db.session.scalars(held)), None)


def _blank(scope, seqs, label):
    for start in range(0, len(seqs), CHUNK):
        part = seqs[start : start + CHUNK]
        bodies = (ScimCallBody.account_id == scope.account_id, ScimCallBody.call_seq.in_(part))
        db.session.execute(delete(ScimCallBody).where(*bodies))
        path = case((ScimCall.operation == SEARCH, "/Users"), else_=ScimCall.path)
        values = {"facts": {}, "detail": None, "warnings": None, "path": path}
        if label is not None:
            values |= {"target_label": label, "target_key": None}
        mine = (ScimCall.account_id == scope.account_id, ScimCall.seq.in_(part))
        db.session.execute(
            update(ScimCall).where(*mine).values(**values), execution_options={"synchronize_session": False}
        )
