"""What must be true between the rows of a database at any moment, read past the application's own doors."""

from collections import Counter as Tally

from sqlalchemy import func, select, text

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.model import (
    Counter,
    Group,
    IndexedPath,
    IndexedValue,
    Invitation,
    Membership,
    OutboxMail,
    User,
    UserDocument,
)
from scimapp.directory.people.profile import Profile

_ENDS_ACCESS = ("person deactivated", "person removed by directory")
_GIVES_ACCESS = ("person activated", "person returned")


def assert_agreement(app):
    """Fail where rows contradict each other. Returns how many audit entries were replayed."""
    with app.app_context():
        _assert_sound_file()
        _assert_counts()
        _assert_documents_are_indexed()
        _assert_outbox_owes_what_was_promised()
        replayed = _assert_audit_tells_the_state()
        db.session.remove()
    return replayed


def _assert_sound_file():
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def _assert_counts():
    # Shifts count what happened and not what is there.
    beside = ("custom.", "scim_shifts", "group_shifts", "member_shifts")
    kept = {name: value for name, value in _pairs(Counter.name, Counter.value) if not name.startswith(beside)}
    counted = Tally(db.session.scalars(select(User.state)))
    counted |= {
        "people": db.session.scalar(select(func.count()).select_from(User)),
        "scim_users": db.session.scalar(select(func.count(User.scim_id))),
        "scim_groups": db.session.scalar(select(func.count()).select_from(Group)),
    }
    assert {name: value for name, value in kept.items() if value} == dict(+counted)
    sizes = select(Membership.group_seq, func.count()).group_by(Membership.group_seq)
    members = dict(db.session.execute(sizes).tuples().all())
    assert {seq: count for seq, count in _pairs(Group.seq, Group.member_count) if count} == members


def _assert_documents_are_indexed():
    indexed = {}
    values = select(IndexedValue, IndexedPath.path, IndexedPath.account_id == User.account_id)
    at_path = IndexedPath.number == IndexedValue.path_number
    for value, path, is_own in db.session.execute(values.outerjoin(IndexedPath, at_path).outerjoin(User)):
        assert is_own, f"a value of person {value.user_seq} at a path of nobody or of another account"
        indexed.setdefault(value.user_seq, {})[path, value.element] = (value.text_key, value.number)
    stored = {row.user_seq: row for row in db.session.scalars(select(UserDocument))}
    assert stored.keys() == set(db.session.scalars(select(User.seq))), "people without a document, or the reverse"
    for seq, row in stored.items():
        assert Profile.load(row).entries() == indexed.get(seq, {}), f"person {seq} is indexed otherwise than written"


def _assert_outbox_owes_what_was_promised():
    mails = Tally(db.session.scalars(select(OutboxMail.invitation_id).where(OutboxMail.kind == "invitation")))
    assert mails == Tally(db.session.scalars(select(Invitation.id))), "invitations without a mail of their own"
    open_ones = select(Invitation.user_seq).where(Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None))
    invited = select(User.seq).where(User.state == "invited")
    assert sorted(db.session.scalars(open_ones)) == sorted(db.session.scalars(invited))


def _assert_audit_tells_the_state():
    """The state of everybody, told by the audit log alone from its beginning, is the state of the rows."""
    told, replayed = {}, 0
    for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.target_kind == "person").order_by("seq")):
        person = told.setdefault(entry.target_id, {"active": True, "added": 0, "invitations": 0})
        person["added"] += entry.event == "person added"
        person["invitations"] += entry.event == "invitation issued"
        person |= {change["field"]: change["after"] for change in entry.changes or ()}
        if entry.event in _ENDS_ACCESS + _GIVES_ACCESS:
            person["active"] = entry.event in _GIVES_ACCESS
        replayed += 1
    invitations = Tally(db.session.scalars(select(User.id).join(Invitation, Invitation.user_seq == User.seq)))
    for row in db.session.scalars(select(User)):
        person = told.pop(row.id)
        facts = (person["added"], person.get("title") or "", person["active"], person["invitations"])
        assert facts == (1, row.title, row.active, invitations[row.id]), (
            f"{row.user_name}: the audit log tells {person}"
        )
    ghosts = [person for person in told.values() if person["added"]]
    assert not ghosts, f"the audit log tells of people who are not there: {ghosts}"
    return replayed


def _pairs(*columns):
    return db.session.execute(select(*columns)).tuples().all()
