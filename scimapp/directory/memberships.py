"""Members of groups, row by row: one person more or less costs the same in a group of five and of fifty thousand.

A directory names members, people and groups, by SCIM id. Ids that belong to nobody here are skipped, the call succeeds, and the skipped
ones are kept for the group's page (article: "only those members … who are already a part … will be assigned").
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from ..database import db
from . import nesting, role_rules
from .errors import UnknownMembers
from .events import Change, MembersChanged, MembersSkipped
from .model import Account, Group, Membership, SkippedMember, User

MAXIMUM_NAME = 256  # characters of a group's name
CHUNK = 5_000  # ids in one statement; both drivers take 32,766 at most
MAXIMUM_SKIPPED_KEPT = 1_000  # values kept a group, for its page; the count is exact
_NAMED_IN_RECORD = 20  # members named in one audit entry


@dataclass(frozen=True, slots=True)
class _Found:
    seqs: set
    inner: set  # groups
    unknown: list


def change(work, group, *, replace=None, add=(), remove=()):
    """Apply member changes to a locked group row; returns whether anything changed.

    ``replace`` is the complete new list of SCIM ids, None to leave the list and apply ``remove`` then ``add``.
    Raises UnknownMembers where the account refuses a push that names unknown people, InvalidValue for a group that would
    close a circle.
    """
    named = list(dict.fromkeys(add if replace is None else replace))
    found = _resolve(work.scope, named)
    _meet_unknown(work, group, found, named, replacing=replace is not None)
    if replace is None:
        leaving = _resolve(work.scope, list(remove))
        gone = _delete(work, group, leaving.seqs)
        come = _insert(work, group, found.seqs)
        inner_gone = leaving.inner - found.inner
    else:
        current = _current(work, group)
        gone = _delete(work, group, current - found.seqs)
        come = _insert(work, group, found.seqs - current)
        inner_gone = nesting.inner_seqs(work.scope, group) - found.inner
    is_nested_otherwise = bool(found.inner or inner_gone) and nesting.change(
        work, group, come=found.inner, gone=inner_gone
    )
    if not gone and not come:
        return is_nested_otherwise
    group.member_count += len(come) - len(gone)
    _move_versions(work, gone | come)
    role_rules.settle(work, group.seq, gone | come)
    _record(work, group, come, gone)
    return True


def leave_all_groups(work, row):
    """End every membership of a person, as a SCIM DELETE does."""
    mine = (Membership.account_id == row.account_id, Membership.user_seq == row.seq)
    group_seqs = db.session.scalars(work.scope.select(Membership, Membership.group_seq).where(*mine)).all()
    if not group_seqs:
        return
    db.session.execute(delete(Membership).where(*mine))
    left = update(Group).where(Group.account_id == row.account_id, Group.seq.in_(group_seqs))
    db.session.execute(left.values(member_count=Group.member_count - 1, version=Group.version + 1, updated_at=work.now))
    row.role = row.given_role


def _resolve(scope, scim_ids):
    """The rows behind SCIM ids, and the ids that belong to nobody (or to another account: the same thing)."""
    seqs, known = set(), set()
    for start in range(0, len(scim_ids), CHUNK):
        part = scim_ids[start : start + CHUNK]
        for seq, scim_id in db.session.execute(
            scope.select(User, User.seq, User.scim_id).where(User.scim_id.in_(part))
        ):
            seqs.add(seq)
            known.add(scim_id)
    unknown = [value for value in scim_ids if value not in known]
    inner = nesting.found_by(scope, unknown)
    return _Found(seqs, set(inner.values()), [value for value in unknown if value not in inner])


def _current(work, group):
    query = work.scope.select(Membership, Membership.user_seq).where(Membership.group_seq == group.seq)
    return set(db.session.scalars(query))


def _insert(work, group, seqs):
    """Add members; returns those who were not in yet, also when somebody else adds the same ones right now."""
    if not seqs:
        return set()
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Membership).on_conflict_do_nothing().returning(Membership.user_seq)
    common = {
        "account_id": group.account_id,
        "group_seq": group.seq,
        "added_at": work.now,
        "added_by": work.scope.actor.label,
    }
    come = set()
    ordered = sorted(seqs)
    for start in range(0, len(ordered), CHUNK):
        rows = [common | {"user_seq": seq} for seq in ordered[start : start + CHUNK]]
        come.update(db.session.scalars(statement, rows))
    return come


def _delete(work, group, seqs):
    """Take members out; returns those who were in."""
    gone = set()
    ordered = sorted(seqs)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        statement = delete(Membership).where(
            Membership.account_id == group.account_id,
            Membership.group_seq == group.seq,
            Membership.user_seq.in_(part),
        )
        gone.update(db.session.scalars(statement.returning(Membership.user_seq)))
    return gone


def _move_versions(work, seqs):
    """A person's groups are part of the person's representation, so the version moves with them."""
    ordered = sorted(seqs)
    for start in range(0, len(ordered), CHUNK):
        mine = (User.account_id == work.scope.account_id, User.seq.in_(ordered[start : start + CHUNK]))
        moved = update(User).where(*mine).values(version=User.version + 1)
        db.session.execute(moved, execution_options={"synchronize_session": False})


def _meet_unknown(work, group, found, named, *, replacing):
    account = db.session.get(Account, work.scope.account_id)
    if found.unknown and account.strict_members and work.scope.actor.is_token:
        raise UnknownMembers(found.unknown)
    _keep_skipped(work, group, found.unknown, named, replacing)
    if work.scope.actor.is_token and (named or replacing):
        group.last_push_at = work.now
        group.last_push_token_label = work.scope.actor.label
        group.last_push_sent = len(named)
        group.last_push_skipped = len(found.unknown)
    if found.unknown:
        shown = [value[:64] for value in found.unknown[:_NAMED_IN_RECORD]]
        work.record(MembersSkipped(group.id, group.display_name, (Change("skipped", None, shown),)))


def _keep_skipped(work, group, unknown, named, replacing):
    mine = (SkippedMember.account_id == group.account_id, SkippedMember.group_seq == group.seq)
    if replacing:
        db.session.execute(delete(SkippedMember).where(*mine))
    else:
        for start in range(0, len(named), CHUNK):
            part = named[start : start + CHUNK]
            db.session.execute(delete(SkippedMember).where(*mine, SkippedMember.value.in_(part)))
    if not unknown:
        return
    kept = db.session.scalar(work.scope.select(SkippedMember, func.count()).where(*mine))
    rows = [
        {
            "account_id": group.account_id,
            "group_seq": group.seq,
            "value": value,
            "skipped_at": work.now,
        }
        for value in unknown[: max(0, MAXIMUM_SKIPPED_KEPT - kept)]
    ]
    if rows:
        db.session.execute(insert(SkippedMember), rows)


def _record(work, group, come, gone):
    changes = []
    for field, seqs in (("added", come), ("removed", gone)):
        if seqs:
            named = User.seq.in_(sorted(seqs)[:_NAMED_IN_RECORD])
            rows = db.session.execute(work.scope.select(User, User.display_name, User.id).where(named)).all()
            people, ids = [name for name, _ in rows], [user_id for _, user_id in rows]
            changes.append(Change(field, None, {"count": len(seqs), "people": people, "ids": ids}))
    work.record(MembersChanged(group.id, group.display_name, tuple(changes)))
