"""Accepting an invitation as ``invitations.accept`` does, without what it looks up: that costs four times as much as all the
rest of making a person, and most tests begin with people. ``tests/directory/links/test_accepting.py`` compares the rows of both.
"""

from sqlalchemy import bindparam, select, update

from scimapp.database import db
from scimapp.database.statements import Prepared
from scimapp.directory.events import InvitationAccepted
from scimapp.directory.links.invitations import MAILS
from scimapp.directory.model import Invitation, User
from scimapp.directory.outbox import outbox
from scimapp.directory.scope import own_scope
from scimapp.directory.unit_of_work import unit_of_work

_THEIRS = {"in_account": bindparam("in_account"), "of_seq": bindparam("of_seq")}
_USE_UP = Prepared(
    update(Invitation)
    .where(Invitation.account_id == _THEIRS["in_account"], Invitation.user_seq == _THEIRS["of_seq"])
    .values(accepted_at=bindparam("moment"))
)
_LET_IN = Prepared(
    update(User)
    .where(User.account_id == _THEIRS["in_account"], User.seq == _THEIRS["of_seq"])
    .values(
        state=bindparam("new_state"), verified_at=bindparam("moment"), password_hash=bindparam("own_hash"),
        session_epoch=User.session_epoch + 1,
    )
)  # fmt: skip
_READ = (
    select(User)
    .where(User.account_id == _THEIRS["in_account"], User.seq == _THEIRS["of_seq"])
    .execution_options(populate_existing=True)
)  # one statement for all of them, or SQLAlchemy would look for the one it has compiled


def accept(person, password_hash):
    """The row of a person who was just invited, after they have accepted."""
    scope = own_scope(person)
    theirs = {"in_account": person.account_id, "of_seq": person.seq}
    with unit_of_work(scope) as work:
        _USE_UP.send(**theirs, moment=work.now)
        _LET_IN.send(**theirs, moment=work.now, new_state="active", own_hash=password_hash)
        outbox.cancel_waiting(work, [person.seq], MAILS)
        work.count("invited", -1)
        work.count("active", +1)
        work.record(InvitationAccepted(person.id, person.display_name))
        return db.session.scalars(_READ, theirs).one()
