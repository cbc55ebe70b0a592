"""A large group that changed is written from what it was: who stayed is not written again, and all is as if it were."""

import pytest

from scimapp.directory.changes import GroupChanges
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.groups import groups

from .bodies import group
from .test_remembered_members import by_patch, shown


@pytest.fixture
def crowd(scope, make_user, make_group, monkeypatch):
    """``(people, group id)``: a group as large as those that are renewed."""
    monkeypatch.setattr(members_of_groups, "MANY", 20)
    monkeypatch.setattr(members_of_groups, "MOST_CHANGED", 0.2)
    people = [make_user() for _ in range(25)]
    return people, make_group("Many", people).id


def test_whoever_stays_in_a_large_group_is_not_written_again(scope, scim, crowd, make_user, statements):
    people, team = crowd
    names, new = {one.scim_id: one.display_name for one in people}, make_user()
    assert shown(scim, team) == names

    def asked():
        with statements() as log:
            answer = scim.get(f"/Groups/{team}")
        assert {each["value"]: each["display"] for each in answer.json["members"]} == names
        return len(log)

    alone = asked()
    groups.update(scope, team, GroupChanges(display_name="Everybody"))
    assert asked() == alone + 1  # who is in it now
    names[new.scim_id] = new.display_name
    del names[people[3].scim_id]
    groups.update(scope, team, GroupChanges(add_ids=(new.scim_id,), remove_ids=(people[3].scim_id,)))
    assert asked() == alone + 2  # and what those are called who came and went
    assert asked() == alone
    assert shown(scim, team) == names


def test_a_name_that_is_new_while_a_group_is_renewed_is_shown(scope, scim, crowd, make_user, monkeypatch):
    people, team = crowd
    new = make_user()
    shown(scim, team)
    groups.update(scope, team, GroupChanges(add_ids=(new.scim_id,)))
    compare = members_of_groups.changes_of

    def renaming(before, now):
        by_patch(scim, scope, people[0])
        return compare(before, now)

    monkeypatch.setattr(members_of_groups, "changes_of", renaming)

    assert shown(scim, team) == {one.scim_id: one.display_name for one in [*people, new]} | {people[0].scim_id: "Zoë"}


def test_a_put_of_a_large_group_answers_as_a_get_does(scim, crowd, make_user):
    people, team = crowd
    shown(scim, team)
    ids = [one.scim_id for one in [*people[2:], make_user(), make_user()]]

    answer = scim.put(f"/Groups/{team}", group("Many", *ids))

    assert answer.json == scim.get(f"/Groups/{team}").json
    assert [each["value"] for each in answer.json["members"]] == ids
