"""One person, locked for a change: narrow row and document are read in one statement, and only differences are written.

Screens read people through the session. Everything that adds or changes people goes through here, as directories do many
times a second.
"""

from operator import itemgetter

from sqlalchemy import bindparam

from ...database import flush
from ...database.inserts import PreparedInsert, PreparedRows
from ...database.statements import Prepared
from ..client_reads.groups_of_people import GROUPS
from ..connection import deactivation_guard
from ..errors import NotInAccount
from ..model import Account, User, UserDocument
from ..scope import own_rows
from ..sql.plain_rows import PlainRow, columns_of, write
from ..unit_of_work import RULES, Rules

_NARROW = columns_of(User)
_DOCUMENT = ("core", "enterprise", "custom", "set_by_hand")
_NAMES = _NARROW + _DOCUMENT
_IN_ORDER, _NOTHING = itemgetter(*_NAMES), dict.fromkeys(_NAMES)
_RULES_END = len(_NAMES) + len(RULES)  # where the account's rules end among the columns of a locked person


class PersonRow(PlainRow):
    """A person: the columns of ``User``, and ``core``, ``enterprise``, ``custom`` and ``set_by_hand`` of ``UserDocument``.
    ``own_groups`` are the columns GROUPS as read with the person: () for a new person, None if they were not read.
    ``guard`` is what ``deactivation_guard.soon`` returned when the person was locked, None if it was not asked.
    """

    NAMES = _NAMES
    __slots__ = (*_NAMES, "guard", "own_groups")

    def __init__(self, values, *, is_new=False):
        super().__init__(values, is_new=is_new)
        self.guard, self.own_groups = None, () if is_new else None


def lock(work, user_id):
    """The person with this id, removed ones included. Raises NotInAccount."""
    return _found(work, _BY_ID, "person", user_id=user_id)


def lock_visible(work, scim_id):
    """The person with this SCIM id, with ``own_groups``. Raises NotInAccount."""
    return _found(work, _BY_SCIM_ID, "User", scim_id=scim_id)


def lock_leaving(work, scim_id):
    """As ``lock_visible``, for a person whose access is probably ended: locks the guard of deactivations behind the person, on
    Postgres in the same trip.
    """
    flush()
    asked = _BY_SCIM_ID.soon(account_id=work.scope.account_id, scim_id=scim_id)
    guard = deactivation_guard.soon(work)
    row = _read(work, asked.first(), "User")
    row.guard = guard
    return row


def draft(**values):
    """A person who is not stored yet; values not given are None. ``add`` inserts the person."""
    return PersonRow(_IN_ORDER(_NOTHING | values), is_new=True)


def add(row):
    """Insert the narrow row and the document, and set the row's number unless it has one."""
    values = row.values()
    values["user_seq"] = row.seq = _INSERT.number(values)
    _INSERT_DOCUMENT.gather(values)
    row.settle()


def save(row):
    """Write the values set since the row was read or saved, if any."""
    changed = row.changed()
    if changed:
        write(row, User, "seq", changed)
        write(row, UserDocument, "user_seq", changed)
        row.settle()


def _found(work, statement, kind, **key):
    flush()  # the session may have written to the same person in this unit
    return _read(work, statement.first(account_id=work.scope.account_id, **key), kind)


def _read(work, found, kind):
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
    # Lock both rows: after a wait, an unlocked document would be an old version. Rows that refer to them may still be added.
    return Prepared(query.with_for_update(of=(User, UserDocument), key_share=True))


_BY_ID = _locked(User.id == bindparam("user_id"))
_BY_SCIM_ID = _locked(User.scim_id == bindparam("scim_id"), *GROUPS)
_INSERT = PreparedInsert(User, [name for name in _NARROW if name != "seq"])
_INSERT_DOCUMENT = PreparedRows(UserDocument, ["user_seq", "account_id", *_DOCUMENT])
