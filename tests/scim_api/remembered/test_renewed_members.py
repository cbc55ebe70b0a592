"""A large group that changed is written from what it was: who stayed is not written again, and all is as if it were."""

import pytest

from scimapp.directory.changes import GroupChanges
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.client_reads.reading import group as read_group
from scimapp.directory.errors import InvalidValue
from scimapp.directory.groups import groups
from scimapp.directory.people import user_links
from scimapp.directory.unit_of_work import unit_of_work
from tests.scim_api.bodies import create, group, person
from tests.support.people import seen_by_scim

from .remembering import beside_tokens
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
        return beside_tokens(log)

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


@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_put_of_a_large_group_answers_as_a_get_does(scope, scim, crowd, make_user, is_renamed):
    people, team = crowd
    shown(scim, team)
    if is_renamed:
        by_patch(scim, scope, people[5])  # to Zoë
    ids = [one.scim_id for one in [*people[2:], make_user(), make_user()]]

    answer = scim.put(f"/Groups/{team}", group("Many", *ids))

    assert answer.json == scim.get(f"/Groups/{team}").json
    assert [each["value"] for each in answer.json["members"]] == ids
    assert ("Zoë" in [each["display"] for each in answer.json["members"]]) is is_renamed


def test_an_id_that_nobody_has_any_more_is_no_member_of_a_large_group_that_is_put(scope, scim, monkeypatch, make_group):
    monkeypatch.setattr(members_of_groups, "MANY", 20)
    ids = [create(scim, person(userName=f"p{number}@corp.example"))["id"] for number in range(25)]
    team = create(scim, group("Many", *ids), "/Groups")["id"]
    assert [*shown(scim, team)] == ids
    unlinked = seen_by_scim(scope, ids[0])

    user_links.unlink(scope, unlinked.id)
    answer = scim.put(f"/Groups/{team}", group("Many", *ids))

    assert [each["value"] for each in answer.json["members"]] == ids[1:]
    assert [*shown(scim, team)] == ids[1:]


def test_what_a_transaction_sees_that_is_undone_is_remembered_by_nobody(scope, scim, crowd, make_user):
    people, team = crowd
    ann, bo = make_user(), make_user()
    names = shown(scim, team)
    form = next(form for account_id, _, form in members_of_groups._kept._kept if account_id == scope.account_id)

    with pytest.raises(InvalidValue), unit_of_work(scope):
        groups.update(scope, team, GroupChanges(add_ids=(ann.scim_id,)))
        row = read_group(scope, team, with_members=True)
        assert members_of_groups.of(scope, [row], form)[row.seq].count == len(people) + 1
        raise InvalidValue("members", "nobody comes")
    groups.update(scope, team, GroupChanges(add_ids=(bo.scim_id,)))

    assert shown(scim, team) == names | {bo.scim_id: bo.display_name}
