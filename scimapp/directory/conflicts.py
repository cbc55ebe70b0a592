"""Turns a violated unique index into the error that says which value is taken.

The database decides uniqueness, never a look-up before, so exactly one of two concurrent requests wins.
"""

from sqlalchemy import bindparam

from ..database.statements import Prepared
from .errors import Conflict, EmailTaken, ExternalIdTaken, FieldIdTaken, UserNameTaken
from .model import User
from .scope import own_rows
from .words import say


def _others(column):
    """A query for the visible person who has the key ``key``, excluding the one with the number ``seq``."""
    is_another = User.scim_id.is_not(None), User.seq != bindparam("seq")
    return Prepared(own_rows(User, User.id, User.display_name).where(column == bindparam("key"), *is_another))


# Use the call's own connection: when many calls are refused, the server may not have a second one for each.
_HOLDERS = {"user_name_key": _others(User.user_name_key), "email_key": _others(User.email_key)}


def explain(error, work):
    """The Conflict for an IntegrityError raised inside ``work``; the error itself if it is not about uniqueness."""
    broken = _broken_rule(error)
    attempted = work.attempted
    # A copy of a person violates several indexes at once. The database reports the one that was created first; to answer
    # the same everywhere, check in a fixed order: userName, e-mail address, externalId.
    holder = _holder(work, "user_name_key")
    if "user_name" in broken or holder[0]:
        return UserNameTaken(attempted.get("user_name", ""), *holder)
    holder = _holder(work, "email_key")
    if "email" in broken or holder[0]:
        return EmailTaken(attempted.get("email", ""), *holder)
    if "external_id" in broken:
        return ExternalIdTaken(attempted.get("external_id", ""))
    if "field_id" in broken:
        return FieldIdTaken(say("This Field ID is taken. Choose another one."))
    if "uq_" in broken or "unique" in broken:
        return Conflict(say("Somebody else changed the same thing at the same moment. Try again."))
    return error


def _broken_rule(error):
    """The constraint's name on Postgres, the list of columns on SQLite, in lower case."""
    diagnosis = getattr(error.orig, "diag", None)
    return (getattr(diagnosis, "constraint_name", None) or str(error.orig)).lower()


def _holder(work, name):
    """``(id, name)`` of the other visible person who has the wanted key, or two Nones."""
    key, seq = work.attempted.get(name), work.attempted.get("seq", 0)
    row = _HOLDERS[name].first(account_id=work.scope.account_id, key=key, seq=seq) if key else None
    return tuple(row) if row else (None, None)
