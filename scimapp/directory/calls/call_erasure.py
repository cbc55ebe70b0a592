"""Taking an erased person out of the provisioning log: names, values and bodies go, what was called and when stays."""

from sqlalchemy import case, delete, update

from ...database import db
from ..model import ScimCall, ScimCallBody

CHUNK = 5_000  # rows in one statement
SEARCH = "find"  # the operation whose path holds what was looked for


def blank(scope, user_id, searches, holders, label):
    """Blank the calls about a person, and those with the numbers ``searches``, which looked for the person, and ``holders``, which name
    the person as who has a value.

    Bodies of lists that held many people are not searched: they go after the days that the account keeps bodies.
    """
    about = db.session.scalars(scope.select(ScimCall, ScimCall.seq).where(ScimCall.target_id == user_id))
    _blank(scope, [*about, *searches], label)
    _blank(scope, holders, None)


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


def blank_unwritten(described):
    """The same for a call about a person that is not written yet; the Description has the name that erasing gave them."""
    described.request = described.answer = None
    described.columns |= {"facts": {}, "detail": None, "warnings": None}
    if described.columns["operation"] == SEARCH:
        described.columns["path"] = "/Users"
