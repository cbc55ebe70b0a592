"""Searches the names of people for typed words."""

from sqlalchemy import and_, bindparam, func, literal_column, or_, union_all

from ...database import db
from ...database.statements import Prepared
from ..model import User
from ..scope import own_rows
from ..sql.texts import has_words
from ..text_keys import name_order

# Longer texts are in no index of Postgres. Literals, since Postgres must recognise the condition of the index.
_LENGTH, _LONGEST = func.octet_length(User.search_key), literal_column("1000")
_IDS = (User.id, User.scim_id, User.external_id)
_OF_ID = [own_rows(User, User.seq).where(one == bindparam("id")) for one in _IDS]
# One row if there is such a text.
_LONG = own_rows(User, literal_column("0").label("seq")).where(_LENGTH > _LONGEST).distinct()
_SEQS, _SEQS_AND_LONG, _ANY_LONG = (Prepared(each) for each in (union_all(*_OF_ID), union_all(*_OF_ID, _LONG), _LONG))


def matching(query, q):
    """People whose names, nicknames, addresses or user names contain the words; ids must match as a whole."""
    text = q.strip()
    if not text:
        return query
    return query.where(or_(_like(text), User.id == text, User.scim_id == text, User.external_id == text))


def named_like(scope, text):
    """As ``matching``. Ids are looked up first, in one statement: as an OR they would add a quarter of the cost."""
    known = _SEQS if _is_sqlite() else _SEQS_AND_LONG
    seqs = [seq for (seq,) in known.tuples(account_id=scope.account_id, id=text)]
    words, people = _like(text, is_short=0 not in seqs), [seq for seq in seqs if seq]
    return or_(words, User.seq.in_(people)) if people else words


def like(scope, text):
    """As ``matching``, without ids. One statement on Postgres, none on SQLite."""
    return _like(text, is_short=_is_sqlite() or _ANY_LONG.scalar(account_id=scope.account_id) is None)


def _like(text, is_short=False):
    """The condition for the words. ``is_short``: all texts fit into the Postgres index, so it reads only that."""
    words = has_words(User.search_key, name_order(text))
    return and_(_LENGTH <= _LONGEST, words) if is_short and not _is_sqlite() else words


def _is_sqlite():
    return db.engine.dialect.name == "sqlite"
