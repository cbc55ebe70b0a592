"""Words that somebody typed, sought in the names of people."""

from sqlalchemy import bindparam, or_, union_all

from ...database.statements import Prepared
from ..model import User
from ..scope import own_rows
from ..text_keys import name_order

_IDS = (User.id, User.scim_id, User.external_id)
_OF_ID = Prepared(union_all(*(own_rows(User, User.seq).where(one == bindparam("id")) for one in _IDS)))


def matching(query, q):
    """Names, nicknames, addresses and user names that contain the words typed; an id must match whole."""
    text = q.strip()
    if not text:
        return query
    return query.where(or_(_like(text), User.id == text, User.scim_id == text, User.external_id == text))


def named_like(scope, text):
    """As ``matching``. Ids are looked up first: asked of everybody beside the words, they would cost a quarter of these."""
    people = [seq for (seq,) in _OF_ID.tuples(account_id=scope.account_id, id=text)]
    return or_(_like(text), User.seq.in_(people)) if people else _like(text)


def escaped(key):
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like(text):
    return User.search_key.like(f"%{escaped(name_order(text))}%", escape="\\")
