"""What the admin of each identity provider does in a day, from recorded requests, and what is true in the evening."""

import pytest

from scimapp.database import db
from scimapp.directory.errors import NotInAccount
from scimapp.directory.groups import groups
from scimapp.directory.model import Membership, User
from scimapp.directory.people import named_people, users
from tests.scim_api.call_log.both_ways import told_apart, waiting
from tests.support.people import seen_by_scim

from .recordings import load, names

EVIDENCE = {"vendor", "observed", "told", "inferred"}
STORIES = names()


@pytest.mark.parametrize("name", STORIES)
def test_a_day_of_the_admin_ends_as_it_should(begin, account, name):
    player, story = begin(name), load(name)

    for recording in story.recordings.values():
        player.play(recording)

    assert told_apart(waiting())[0] == []  # in the log
    for person, wanted in story.afterwards["people"].items():
        assert person_now(account.scope, player.variables, person, wanted) == wanted, person
    for group, wanted in story.afterwards["groups"].items():
        assert group_now(account.scope, player.variables, group, wanted) == wanted, group


@pytest.mark.parametrize("name", STORIES)
def test_a_recording_says_what_is_done_and_how_that_is_known(name):
    for recording in load(name).recordings.values():
        assert recording["action"]
        assert recording["exchanges"]
        assert recording.get("evidence") in EVIDENCE or recording.get("chapter")


def person_now(scope, variables, name, wanted):
    """Of a person what ``wanted`` asks about, in the same shape."""
    if "removed" in wanted:
        with pytest.raises(NotInAccount):
            seen_by_scim(scope, variables[name])
        stays = named_people.named_by(scope, [wanted["removed"]])[wanted["removed"]]
        return {"removed": stays.user_name, "active": stays.active}
    row = seen_by_scim(scope, variables[name])
    profile = users.document(scope, row)
    found = {"active": row.active, "userName": row.user_name, "email": row.email, "custom": profile.custom}
    found |= {"externalId": row.external_id, "connection": row.connection_id}
    for part, values in (("core", profile.core), ("enterprise", profile.enterprise)):
        found[part] = {key: values.get(key) for key in wanted.get(part, ())}
    if "manager" in wanted:
        found["manager"] = called(variables)[profile.enterprise["manager"]["value"]]
    return {key: found[key] for key in wanted}


def group_now(scope, variables, name, wanted):
    """Of a group what ``wanted`` asks about; members by the names the story knows them by."""
    if wanted == "removed":
        with pytest.raises(NotInAccount):
            groups.get(scope, variables[name])
        return "removed"
    row = groups.get(scope, variables[name])
    inside = (Membership.account_id == User.account_id) & (Membership.user_seq == User.seq)
    members = db.session.scalars(
        scope.select(User, User.scim_id).join(Membership, inside).where(Membership.group_seq == row.seq)
    ).all()
    found = {"displayName": row.display_name, "externalId": row.external_id, "connection": row.connection_id}
    found["members"] = sorted(called(variables)[member_id] for member_id in members)
    return {key: found[key] for key in wanted}


def called(variables):
    """How a story calls the people it knows by id; the latest name counts."""
    return {value: name for name, value in variables.items()}
