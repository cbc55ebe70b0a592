"""From a broken unique index to the sentence that says what is taken.

Uniqueness is decided by the database, never by looking first, so two requests at once have exactly one winner.
"""

from sqlalchemy import bindparam

from ..database.statements import Prepared
from .errors import Conflict, EmailTaken, ExternalIdTaken, FieldIdTaken, UserNameTaken
from .model import User
from .scope import own_rows


def _others(column):
    """Finds the visible person who has the key ``key`` and is not the one with the number ``seq``."""
    is_another = User.scim_id.is_not(None), User.seq != bindparam("seq")
    return Prepared(own_rows(User, User.id, User.display_name).where(column == bindparam("key"), *is_another))


# On the connection of the call: under a load of refusals a second one for each may be more than the server has room for.
_HOLDERS = {"user_name_key": _others(User.user_name_key), "email_key": _others(User.email_key)}


def explain(error, work):
    """The Conflict for an IntegrityError raised inside ``work``; the error itself when it is none of ours."""
    broken = _broken_rule(error)
    attempted = work.attempted
    # A copy of a person breaks several rules at once. Which of them a database names depends on the order in which its indexes
    # were made; ours is userName, e-mail address, externalId, everywhere.
    holder = _holder(work, "user_name_key")
    if "user_name" in broken or holder[0]:
        return UserNameTaken(attempted.get("user_name", ""), *holder)
    holder = _holder(work, "email_key")
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


def _holder(work, name):
    """``(id, name)`` of the visible person who has the key that was wanted, or two Nones; never the one whom this unit changes."""
    key, seq = work.attempted.get(name), work.attempted.get("seq", 0)
    row = _HOLDERS[name].first(account_id=work.scope.account_id, key=key, seq=seq) if key else None
    return tuple(row) if row else (None, None)
