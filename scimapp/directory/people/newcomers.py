"""Adds a person and the person's groups in one transaction, and lists what a form may offer for that."""

from ...database import db
from ...texts import fold, fold_user_name
from ..changes import GroupChanges
from ..errors import AboveYourRole, EmailTaken, InvalidValue
from ..groups import groups, role_rules
from ..model import Group, User
from ..roles import Permission, assignable_roles
from ..sql.texts import has_words
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import users


def add(scope, draft, group_ids=()):
    """Add a person and return the row. Raises what ``users.provision`` and ``groups.update`` raise."""
    with unit_of_work(scope) as work:
        hold(work, group_ids)
        row = users.provision(scope, draft)
        join(scope, row, group_ids)
    return row


def hold(work, group_ids):
    """Lock groups before locking the person who joins them, in the same order as everywhere."""
    if group_ids and not work.writes_alone:
        named = work.scope.select(Group, Group.seq).where(Group.id.in_(group_ids)).order_by(Group.seq)
        db.session.execute(named.with_for_update(key_share=True))


def join(scope, row, group_ids):
    """Put a person into groups that are managed here. Raises NotInAccount, GroupManaged, AboveYourRole."""
    for group_id in group_ids:
        groups.update(scope, group_id, GroupChanges(add_ids=(row.scim_id,)))


def check_address(scope, email, user_name=None, user_id=None):
    """Raise EmailTaken for an address that somebody here has, so that a form can report it beside its other errors.

    For a change of the person ``user_id``, ``user_name`` is the user name after it, which does not always follow the
    address. Writing does not call this: there the database decides.
    """
    scope.require(Permission.MANAGE_USERS)
    has_it = (User.email_key == fold_email(email)) | (User.user_name_key == fold_user_name(user_name or email))
    others = (User.scim_id.is_not(None), User.id != (user_id or ""))
    query = scope.select(User, User.id, User.display_name).where(has_it, *others)
    holder = db.session.execute(query).first()
    if holder is not None:
        raise EmailTaken(email, *holder)


def groups_to_join(scope, limit, q=""):
    """Groups made here whose name contains ``q``, by name, at most ``limit``; none that give a role the actor may not
    give.
    """
    scope.require(Permission.MANAGE_USERS)
    closed = [
        seq for seq, role in role_rules.ruled_groups(scope).items() if role not in assignable_roles(scope.actor.role)
    ]
    query = scope.select(Group).where(Group.connection_id.is_(None), Group.seq.not_in(closed))
    if q.strip():
        query = query.where(has_words(Group.display_name_key, fold(q.strip())))
    return list(db.session.scalars(query.order_by(Group.display_name_key, Group.seq).limit(limit)))


def groups_named(scope, names):
    """The ids of the groups made here that these texts name, by name or id. Raises InvalidValue for ``groups``."""
    scope.require(Permission.MANAGE_USERS)
    ruled = role_rules.ruled_groups(scope) if names else {}
    wanted = {name: fold(name) for name in names}
    named = Group.display_name_key.in_(set(wanted.values())) | Group.id.in_(wanted)
    found = db.session.scalars(scope.select(Group).where(named).order_by(Group.seq)).all() if names else []
    ids = []
    for name, key in wanted.items():
        meant = [group for group in found if group.id == name] or [
            group for group in found if group.display_name_key == key
        ]
        ours = [group for group in meant if group.connection_id is None]
        if not meant:
            raise InvalidValue("groups", say("There is no group “%(name)s” here.", name=name))
        if not ours:
            raise InvalidValue("groups", say("“%(name)s” is kept by a directory; add the person there.", name=name))
        if len(ours) > 1:
            raise InvalidValue("groups", say("%(num)s groups have the name “%(name)s”.", num=len(ours), name=name))
        if ours[0].seq in ruled:
            _guard_reach(scope, ruled[ours[0].seq])
        ids.append(ours[0].id)
    return list(dict.fromkeys(ids))


def _guard_reach(scope, role):
    try:
        role_rules.guard_reach(scope, role)
    except AboveYourRole as error:
        raise InvalidValue("groups", error.message) from error
