"""People whom a directory creates although they were here before.

After a SCIM DELETE, the record comes back under a new SCIM id, with its history and custom values. An inactive person
with the same externalId from the same connection is the same person (Okta does this after a re-assignment) and is revived
in place. Any other visible person is a conflict, which the unique indexes detect.
"""

from sqlalchemy import bindparam, delete, func, literal_column, select

from ...database import flush
from ...database.statements import Prepared
from ..erasure import erasure_marks
from ..events import UserReturned
from ..links import email_changes
from ..model import Account, SecondStep, User
from ..policies import guard_return
from ..roles import Role
from ..scope import own_rows
from ..sql.functions import next_number, unsought
from ..states import restate
from ..unit_of_work import RULES, Rules
from . import lifecycle, ownership, person_rows
from .profile import Profile
from .value_index import write as write_index

_IS_REMOVED = User.removed_at.is_not(None)  # as in the index; for ``scim_id IS NULL`` SQLite reads all of them
_SAME_ID = (User.connection_id == bindparam("connection_id"), User.external_id == bindparam("external_id"))
# Sought by externalId alone: no index of removed people has both, and SQLite would look at everybody whom the directory manages.
_SAME_ID_OF_REMOVED = (unsought(User.connection_id) == bindparam("connection_id"), _SAME_ID[1])
_SAME_NAME = User.user_name_key == bindparam("user_name_key")


def _latest(*conditions):
    people = own_rows(User, User.id).where(*conditions).order_by(User.removed_at.desc(), User.seq.desc())
    return people.limit(literal_column("1")).scalar_subquery()


_INACTIVE = _latest(*_SAME_ID, User.scim_id.is_not(None), User.active.is_(False)).label("inactive")
_REMOVED = func.coalesce(_latest(*_SAME_ID_OF_REMOVED, _IS_REMOVED), _latest(_SAME_NAME, _IS_REMOVED)).label("removed")
_NUMBER = next_number(User.seq).label("number")  # reads no row
_NO_SECOND_STEP = Prepared(
    delete(SecondStep).where(
        SecondStep.account_id == bindparam("in_account"), SecondStep.user_seq == bindparam("of_seq")
    )
)
_HERE_BEFORE = Prepared(select(*RULES, _INACTIVE, _REMOVED, _NUMBER).where(Account.id == bindparam("account_id")))


def find(work, draft):
    """``(person, number)``: the person whom a draft brings back, as a locked PersonRow, or None and the number for somebody
    new. The number is None where the database gives it later. Reads the rules of the account as well.

    Where ``arrivals`` are expected, it asks the database only for those who may have been here.
    """
    scope, arrivals = work.scope, work.arrivals
    if arrivals is None:
        number, user_name_key = None, Profile(draft.core, {}, {}).user_name_key
    else:
        number, user_name_key = next(arrivals.expected)
        if not arrivals.may_be_known(draft, user_name_key):
            return None, number
    flush()
    found = _HERE_BEFORE.first(
        account_id=scope.account_id,
        connection_id=scope.actor.connection_id,
        external_id=draft.external_id or None,
        user_name_key=user_name_key,
    )
    work.account = Rules._make(found[: len(RULES)])
    if found.inactive and work.account.revive_inactive:
        row = person_rows.lock(work, found.inactive)
        if row.scim_id is not None and not row.active and not erasure_marks.is_asked(scope, row.id):
            return row, None
    if found.removed:
        row = person_rows.lock(work, found.removed)
        if row.removed_at is not None and row.erased_at is None and not erasure_marks.is_asked(scope, row.id):
            return row, None
    return None, number or found.number  # or somebody else has just brought the person back


def bring_back(work, row, profile, draft):
    """Link a PersonRow to the directory again and apply the new attributes. Raises AboveYourRole."""
    guard_return(work.scope, row)
    before = Profile.load(row)
    after = Profile(profile.core, profile.enterprise, before.custom | profile.custom)
    after = ownership.with_ours(work.account, before, after)
    columns, old_email = after.columns(before), row.email
    work.attempted.update(columns, external_id=draft.external_id, seq=row.seq)
    for name, value in columns.items():
        setattr(row, name, value)
    after.store(row)
    write_index(work, row.seq, *after.entries_beside(before))
    if row.scim_id is None:
        lifecycle.return_to_view(work, row)
        _begin_anew(row)
    was_managed, row.connection_id = row.connection_id is not None, work.scope.actor.connection_id
    ownership.note(work.scope, row, before, after, was_managed=was_managed, sent=profile)
    row.external_id = draft.external_id
    row.active, row.active_unassigned = draft.active, False
    if draft.active:
        row.deactivated_at = row.deactivated_by = None
    restate(work, row)
    work.touch(row)
    if row.email != old_email:
        email_changes.follow(work, row, old_email)
    else:
        email_changes.remind(work, row)
    work.record(UserReturned(row.id, row.display_name, after.changes_from(before)))


def _begin_anew(row):
    """Take away what a removed person might do, and how that person signed in: it may be somebody else who has got the
    address (decision 0005). The invitation proves who it is.
    """
    row.role = row.given_role = Role.MEMBER.value
    row.password_hash = row.verified_at = row.unconfirmed_since = None
    _NO_SECOND_STEP.send(in_account=row.account_id, of_seq=row.seq)
