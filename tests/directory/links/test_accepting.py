"""That makers of people let them in as the product does."""

from sqlalchemy import inspect

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.events import InvitationAccepted
from scimapp.directory.links import invitations
from scimapp.directory.model import Counter, Invitation, OutboxMail

# Each person has their own; ``updated_at`` and the like are moments.
OWN = {
    "id", "scim_id", "seq", "user_seq", "user_name", "user_name_key", "email", "email_key", "to_address", "to_key",
    "display_name", "order_key", "name_key", "invitation_id", "message_id", "token_hash", "nonce", "actor_id", "actor_label",
    "target_id", "target_label", "search_key",
}  # fmt: skip


def test_a_person_made_for_a_test_has_accepted_as_one_who_used_the_link(scope, make_user):
    made = make_user(given_name="Ann", family_name="Lee")
    invited, before = make_user(state="invited", given_name="Ann", family_name="Lee"), counts(scope)
    token = invitations.link_token(invitations.latest(scope, invited))

    linked = invitations.accept(token, made.password_hash)
    after = counts(scope)
    make_user(given_name="Ann", family_name="Lee")

    assert about(scope, made) == about(scope, linked)
    assert {name: after[name] - before[name] for name in ("active", "invited")} == {"active": 1, "invited": -1}
    assert {
        name: number - after[name] for name, number in counts(scope).items() if number != after[name]
    } == dict.fromkeys(("active", "people", "scim_users"), 1)


def about(scope, person):
    """Every row about a person, as far as it does not say who it is."""
    theirs = (
        scope.select(Invitation).where(Invitation.user_seq == person.seq),
        scope.select(OutboxMail).where(OutboxMail.user_seq == person.seq),
        scope.select(AuditEntry).where(AuditEntry.target_id == person.id, AuditEntry.event == InvitationAccepted.name),
    )
    return [told(row) for row in (person, *(row for query in theirs for row in db.session.scalars(query)))]


def told(row):
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns if column.key not in OWN}
    return {
        name: type(value).__name__ if name.endswith("_at") or name == "at" else value for name, value in values.items()
    }


def counts(scope):
    db.session.close()
    return {counter.name: counter.value for counter in db.session.scalars(scope.select(Counter))}
