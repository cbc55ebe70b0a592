"""One person, locked to be changed: narrow row and document, read in one statement and written by their difference.

Screens read people through the session; what adds or changes a person goes through here, a directory many times a second.
"""

from sqlalchemy import bindparam, insert

from ...database import flush
from ...database.statements import Prepared, PreparedInsert
from ..client_reads.groups_of_people import GROUPS
from ..errors import NotInAccount
from ..model import Account, User, UserDocument
from ..plain_rows import PlainRow, columns_of, write
from ..scope import own_rows
from ..unit_of_work import RULES, Rules

_NARROW = columns_of(User)
_DOCUMENT = ("core", "enterprise", "custom", "set_by_hand")
_NAMES = _NARROW + _DOCUMENT
_RULES_END = len(_NAMES) + len(RULES)  # of the columns of a locked person


class PersonRow(PlainRow):
    """A person: the columns of ``User`` and, of ``UserDocument``, ``core``, ``enterprise``, ``custom`` and
    ``set_by_hand``. ``own_groups`` are the columns GROUPS when the person was read, () for somebody new; None where they were
    not read.
    """

    NAMES = _NAMES
    __slots__ = (*_NAMES, "own_groups")

    def __init__(self, values, *, is_new=False):
        super().__init__(values, is_new=is_new)
        self.own_groups = () if is_new else None


def lock(work, user_id):
    """The person with this id, removed ones included. Raises NotInAccount."""
    return _found(work, _BY_ID, "person", user_id=user_id)


def lock_visible(work, scim_id):
    """The person that SCIM knows under this id, with ``own_groups``. Raises NotInAccount."""
    return _found(work, _BY_SCIM_ID, "User", scim_id=scim_id)


def draft(**values):
    """A person who is not there yet; what is not said is None. ``add`` puts the person in."""
    return PersonRow([values.get(name) for name in _NAMES], is_new=True)


def add(row):
    """Insert the narrow row and the document; the row learns its number."""
    values = row.values()
    row.seq = _INSERT.number(**values)
    _INSERT_DOCUMENT.send(user_seq=row.seq, **values)
    row.settle()


def save(row):
    """Write what was set since the row was read or saved; nothing for nothing."""
    changed = row.changed()
    if changed:
        write(row, User, "seq", changed)
        write(row, UserDocument, "user_seq", changed)
        row.settle()


def _found(work, statement, kind, **key):
    flush()  # the session may have written to the same person in this unit
    found = statement.first(account_id=work.scope.account_id, **key)
    if found is None:
        raise NotInAccount(kind)
    row = PersonRow(found[: len(_NAMES)])
    work.account = Rules._make(found[len(_NAMES) : _RULES_END])
    if len(found) > _RULES_END:
        row.own_groups = found[_RULES_END:]
    return row


def _locked(condition, *more):
    columns = [getattr(User, name) for name in _NARROW] + [getattr(UserDocument, name) for name in _DOCUMENT]
    same_person = (UserDocument.account_id == User.account_id) & (UserDocument.user_seq == User.seq)
    query = (
        own_rows(User, *columns, *RULES, *more)
        .join(UserDocument, same_person)
        .join(Account, Account.id == User.account_id)
    )
    query = query.where(condition)
    # Both rows, or somebody who waited would get the document from before; rows that refer to them may still be added.
    return Prepared(query.with_for_update(of=(User, UserDocument), key_share=True))


_BY_ID = _locked(User.id == bindparam("user_id"))
_BY_SCIM_ID = _locked(User.scim_id == bindparam("scim_id"), *GROUPS)
_INSERT = PreparedInsert(User, [name for name in _NARROW if name != "seq"])
_INSERT_DOCUMENT = Prepared(insert(UserDocument), ["user_seq", "account_id", *_DOCUMENT])
