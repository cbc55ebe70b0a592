"""From a broken unique index to the sentence that says what is taken.

Uniqueness is decided by the database, never by looking first, so two requests at once have exactly one winner.
"""

from ..database import db
from .errors import Conflict, EmailTaken, ExternalIdTaken, FieldIdTaken, UserNameTaken
from .model import User


def explain(error, work):
    """The Conflict for an IntegrityError raised inside ``work``; the error itself when it is none of ours."""
    broken = _broken_rule(error)
    attempted = work.attempted
    # A copy of a person breaks several rules at once. Which of them a database names depends on the order in which its indexes
    # were made; ours is userName, e-mail address, externalId, everywhere.
    holder = _holder(work, User.user_name_key, attempted.get("user_name_key"))
    if "user_name" in broken or holder[0]:
        return UserNameTaken(attempted.get("user_name", ""), *holder)
    holder = _holder(work, User.email_key, attempted.get("email_key"))
    if "email" in broken or holder[0]:
        return EmailTaken(attempted.get("email", ""), *holder)
    if "external_id" in broken:
        return ExternalIdTaken(attempted.get("external_id", ""))
    if "field_id" in broken:
        return FieldIdTaken("This Field ID is taken. Choose another one.")
    if "uq_" in broken or "unique" in broken:
        return Conflict("Somebody else changed the same thing at the same moment. Try again.")
    return error


def _broken_rule(error):
    """The constraint's name on Postgres, the list of columns on SQLite, in lower case."""
    diagnosis = getattr(error.orig, "diag", None)
    return (getattr(diagnosis, "constraint_name", None) or str(error.orig)).lower()


def _holder(work, column, key):
    """``(id, name)`` of the visible person who has ``key``, or two Nones; never the one whom this unit changes."""
    others = (User.scim_id.is_not(None), User.seq != work.attempted.get("seq", 0))
    query = work.scope.select(User, User.id, User.display_name).where(column == key, *others)
    row = db.session.execute(query).first() if key else None
    return tuple(row) if row else (None, None)
