"""Words that somebody typed, sought in the names of people."""

from sqlalchemy import and_, bindparam, func, literal_column, or_, union_all

from ...database import db
from ...database.statements import Prepared
from ..model import User
from ..scope import own_rows
from ..text_keys import name_order

# Texts that are longer stand in no index of Postgres. In their own letters, by which it knows that.
_LENGTH, _LONGEST = func.octet_length(User.search_key), literal_column("1000")
_IDS = (User.id, User.scim_id, User.external_id)
_OF_ID = [own_rows(User, User.seq).where(one == bindparam("id")) for one in _IDS]
# One row where there is such a text.
_LONG = own_rows(User, literal_column("0").label("seq")).where(_LENGTH > _LONGEST).distinct()
_SEQS, _SEQS_AND_LONG, _ANY_LONG = (Prepared(each) for each in (union_all(*_OF_ID), union_all(*_OF_ID, _LONG), _LONG))


def matching(query, q):
    """Names, nicknames, addresses and user names that contain the words typed; an id must match whole."""
    text = q.strip()
    if not text:
        return query
    return query.where(or_(_like(text), User.id == text, User.scim_id == text, User.external_id == text))


def named_like(scope, text):
    """As ``matching``. Ids are looked up first: asked of everybody beside the words, they would cost a quarter of these. One statement."""
    known = _SEQS if _is_sqlite() else _SEQS_AND_LONG
    seqs = [seq for (seq,) in known.tuples(account_id=scope.account_id, id=text)]
    words, people = _like(text, is_short=0 not in seqs), [seq for seq in seqs if seq]
    return or_(words, User.seq.in_(people)) if people else words


def like(scope, text):
    """As ``matching``, without ids. One statement on Postgres, else none."""
    return _like(text, is_short=_is_sqlite() or _ANY_LONG.scalar(account_id=scope.account_id) is None)


def escaped(key):
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like(text, is_short=False):
    """That the words are sought. ``is_short``: nobody here has a text that the index of Postgres leaves out, so it reads that alone."""
    words = User.search_key.like(f"%{escaped(name_order(text))}%", escape="\\")
    return and_(_LENGTH <= _LONGEST, words) if is_short and not _is_sqlite() else words


def _is_sqlite():
    return db.engine.dialect.name == "sqlite"
