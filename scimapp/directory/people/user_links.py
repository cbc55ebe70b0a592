"""The link between a person and the directory: breaking it makes the person ours to edit."""

from ...database import db
from ..errors import NotAllowed, SelfLockout
from ..events import Change, UserUnlinked
from ..ids import new_id
from ..model import User, UserDocument
from ..policies import guard_manage
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..words import say
from . import person_roles


def unlink(scope, user_id):
    """Break the link and return the row: every value is ours to edit from now on.

    The SCIM resource gets a new id, since the directory knows the old one; calls to the old id answer 404. The directory
    may find the person again by user name and link anew. Raises NotInAccount, NotAllowed, AboveYourRole; SelfLockout for
    somebody who would so keep a role of their own that the directory gave.
    """
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person", for_update=True)
        guard_manage(scope, row)
        if row.connection_id is None or row.scim_id is None:
            raise NotAllowed(say("No directory keeps this person up to date."))
        if row.id == scope.actor.id and row.directory_role is not None:
            raise SelfLockout()
        stored = scope.one(UserDocument, UserDocument.user_seq == row.seq)
        changes = (Change("connection", row.connection_id, None), Change("externalId", row.external_id, None))
        row.scim_id = new_id()
        row.connection_id = row.external_id = None
        stored.set_by_hand = None
        person_roles.keep_as_given(row)
        work.touch(row)
        db.session.flush()
        work.record(UserUnlinked(row.id, row.display_name, changes))
    return row
