"""One person, locked to be changed: narrow row and document, read in one statement and written by their difference.

Screens read people through the session; what adds or changes a person goes through here, a directory many times a second.
"""

from functools import lru_cache
from operator import attrgetter

from sqlalchemy import bindparam, insert, update

from ..database import flush
from ..statements import Prepared
from .errors import NotInAccount
from .model import Account, User, UserDocument
from .scope import own_rows
from .unit_of_work import RULES, Rules

_NARROW = tuple(column.key for column in User.__table__.columns)
_DOCUMENT = ("core", "enterprise", "custom", "set_by_hand")
_NAMES = _NARROW + _DOCUMENT
_KEPT_COMBINATIONS = 256  # of columns that change together
_all_of = attrgetter(*_NAMES)


class PersonRow:
    """A person as the database holds them. Set attributes and ``save``; it has no tie to the session.

    The attributes are the columns of ``User`` and, of ``UserDocument``, ``core``, ``enterprise``, ``custom`` and
    ``set_by_hand``.
    """

    __slots__ = (*_NAMES, "_saved", "is_new")

    def __init__(self, values, *, is_new=False):
        for name, value in zip(_NAMES, values, strict=True):
            setattr(self, name, value)
        self.is_new = is_new  # made by this unit of work, so in no group yet
        self._saved = None if is_new else values

    def __repr__(self):
        return f"<PersonRow {self.id}>"


def lock(work, user_id):
    """The person with this id, removed ones included. Raises NotInAccount."""
    return _found(work, _BY_ID, "person", user_id=user_id)


def lock_visible(work, scim_id):
    """The person that SCIM knows under this id. Raises NotInAccount."""
    return _found(work, _BY_SCIM_ID, "User", scim_id=scim_id)


def draft(**values):
    """A person who is not there yet; what is not said is None. ``add`` puts the person in."""
    return PersonRow([values.get(name) for name in _NAMES], is_new=True)


def add(row):
    """Insert the narrow row and the document; the row learns its number."""
    values = dict(zip(_NAMES, _all_of(row), strict=True))
    row.seq = _INSERT.scalar(**values)
    _INSERT_DOCUMENT.run(user_seq=row.seq, **values)
    row._saved = _all_of(row)


def save(row):
    """Write what was set since the row was read or saved; nothing for nothing."""
    values = _all_of(row)
    if values == row._saved:
        return
    changed = {
        name: new for name, old, new in zip(_NAMES, row._saved, values, strict=True) if old is not new and old != new
    }
    key = {"in_account": row.account_id, "of_seq": row.seq}
    for statement_of, names in ((_update, _NARROW), (_update_document, _DOCUMENT)):
        mine = tuple([name for name in changed if name in names])
        if mine:
            statement_of(mine).run(**key, **changed)
    row._saved = values


def _found(work, statement, kind, **key):
    flush()  # the session may have written to the same person in this unit
    found = statement.first(account_id=work.scope.account_id, **key)
    if found is None:
        raise NotInAccount(kind)
    work.account = Rules._make(found[len(_NAMES) :])
    return PersonRow(found[: len(_NAMES)])


def _locked(condition):
    columns = [getattr(User, name) for name in _NARROW] + [getattr(UserDocument, name) for name in _DOCUMENT]
    same_person = (UserDocument.account_id == User.account_id) & (UserDocument.user_seq == User.seq)
    query = (
        own_rows(User, *columns, *RULES).join(UserDocument, same_person).join(Account, Account.id == User.account_id)
    )
    query = query.where(condition)
    return Prepared(query.with_for_update(of=User, key_share=True))  # rows that refer to this one may still be added


@lru_cache(_KEPT_COMBINATIONS)
def _update(names):
    """An UPDATE of these columns alone: SQLite then leaves the indexes of all others as they are."""
    mine = (User.account_id == bindparam("in_account"), User.seq == bindparam("of_seq"))
    return Prepared(update(User).where(*mine), names)


@lru_cache(_KEPT_COMBINATIONS)
def _update_document(names):
    mine = (UserDocument.account_id == bindparam("in_account"), UserDocument.user_seq == bindparam("of_seq"))
    return Prepared(update(UserDocument).where(*mine), names)


_BY_ID = _locked(User.id == bindparam("user_id"))
_BY_SCIM_ID = _locked(User.scim_id == bindparam("scim_id"))
_INSERT = Prepared(insert(User).returning(User.seq), [name for name in _NARROW if name != "seq"])
_INSERT_DOCUMENT = Prepared(insert(UserDocument), ["user_seq", "account_id", *_DOCUMENT])
