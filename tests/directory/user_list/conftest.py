"""An account of odd people, for the tests of their list."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory import clock
from scimapp.directory.changes import GroupDraft, UserDraft
from scimapp.directory.groups import groups, nesting
from scimapp.directory.links import invitations
from scimapp.directory.model import User, UserDocument
from scimapp.directory.people import users
from scimapp.directory.people.profile import Profile
from scimapp.directory.roles import Role
from scimapp.directory.user_list import filter_choices, list_attributes, search
from tests.support.dice import thrown

from . import crowds

PEOPLE = 40


@pytest.fixture
def crowd(scope, make_field, okta_scope, account):
    """``(chance, known, bodies, group seqs)``: an account of odd people, and the same as plain values."""
    chance = thrown()
    for field_id, type_ in (
        ("note", "text"), ("hours", "number"), ("start", "date"), ("seen", "datetime"), ("aider", "boolean"),
        ("mentor", "user"),
    ):  # fmt: skip
        make_field(field_id, type_)
    make_field("site", "dropdown", choices=crowds.SITES)
    make_field("languages", "multiselect", choices=crowds.LANGUAGES)
    rows = [_somebody(chance, number, scope, okta_scope, account) for number in range(PEOPLE)]
    members = {}
    for name in ("World", "Europe"):
        chosen = chance.sample(rows, 15)
        group = groups.create(scope, GroupDraft(name, None, tuple(row.scim_id for row in chosen)))
        members[group.seq] = {row.seq for row in chosen}
    outer, inner = members
    nesting.nest(scope, *(filter_choices.find_group(scope, name).id for name in ("World", "Europe")))
    members[outer] |= members[inner]  # people in groups in it count
    bodies = [_body(scope, user, members) for user in db.session.scalars(scope.select(User)).all()]
    known = list_attributes.attributes(scope) | {"name": list_attributes.NAME}
    return chance, known, bodies, list(members)


def _somebody(chance, number, scope, okta_scope, account):
    core, enterprise, custom = crowds.attributes_of(chance, number)
    state = chance.choice(("active", "active", "invited", "inactive"))
    by_okta = chance.random() < 0.4
    if number and chance.random() < 0.3:
        custom["mentor"] = account.owner.email
        enterprise["manager"] = {"value": account.owner.id}
    role = Role.MEMBER if by_okta else chance.choice((Role.MEMBER, Role.MEMBER, Role.USER_ADMIN))
    draft = UserDraft(
        core, enterprise, custom, role=role, invite=False,
        external_id=f"{chance.choice('aA')}{number}" if by_okta else None, active=state != "inactive",
    )  # fmt: skip
    row = users.provision(okta_scope if by_okta else scope, draft)
    moments = [clock.now() - timedelta(days=chance.randrange(60), minutes=chance.randrange(900)) for _ in range(3)]
    values = {"created_at": moments[0], "updated_at": moments[1]}
    if state == "active":
        invitations.accept(invitations.link_token(invitations.resend(scope, row.id)), "hash")
        values["last_sign_in_at"] = chance.choice((None, moments[2]))
    if not by_okta and chance.random() < 0.3:
        values["source"] = search.FILE_SOURCE
    db.session.execute(update(User).where(User.seq == row.seq).values(**values))
    db.session.commit()
    return row


def _body(scope, user, members):
    stored = scope.one(UserDocument, UserDocument.user_seq == user.seq)
    core, enterprise, custom = (profile := Profile.load(stored)).core, profile.enterprise, profile.custom
    name = core.get("name") or {}
    values = {
        "title": core.get("title"), "nickname": core.get("nickName"), "user_type": core.get("userType"),
        "given_name": name.get("givenName"), "family_name": name.get("familyName"), "email": user.email,
        "user_name": user.user_name, "external_id": user.external_id, "department": enterprise.get("department"),
        "manager": (enterprise.get("manager") or {}).get("value"), "created": user.created_at,
        "updated": user.updated_at, "last_sign_in": user.last_sign_in_at,
    } | {f"custom.{field_id}": value for field_id, value in custom.items()}  # fmt: skip
    named = (user.id, user.scim_id, user.user_name, user.email)
    return crowds.Body(
        seq=user.seq,
        id=user.id,
        names=tuple(dict.fromkeys(text for text in named if text)),
        name=user.display_name,
        texts=tuple(text for text in (user.display_name, core.get("nickName"), user.user_name, user.email) if text),
        state=user.state,
        role=user.role,
        source=user.connection_id or ("file" if user.source == search.FILE_SOURCE else "hand"),
        groups=frozenset(seq for seq, seqs in members.items() if user.seq in seqs),
        values={
            key: tuple(value) if isinstance(value, list) else (value,)
            for key, value in values.items()
            if value is not None and value != ""
        },
    )
