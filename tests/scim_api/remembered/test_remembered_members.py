"""What is remembered of the members of groups never outlives what it tells.

Who changed something is not asked: it goes by the group's version and by a count in the database, so that the change may as well
have come from another process.
"""

import pytest
from sqlalchemy import select, update

from scimapp.database import db, writing
from scimapp.directory.changes import GroupChanges, UserChanges
from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.client_reads.kept_members import MembersForm
from scimapp.directory.client_reads.reading import group as read_group
from scimapp.directory.client_reads.reference_form import ReferenceForm
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import InvalidValue
from scimapp.directory.groups import group_rows, groups
from scimapp.directory.groups.nesting import nest
from scimapp.directory.model import Counter, User
from scimapp.directory.people import own_profile, user_links, users
from scimapp.directory.scope import person_scope
from scimapp.directory.unit_of_work import unit_of_work
from tests.scim_api.bodies import create, group, person

from .remembering import beside_tokens, remembered, shown

pytestmark = pytest.mark.usefixtures("way")

PLAIN = MembersForm(ReferenceForm("person ", " ", " ", ""), ReferenceForm("group ", " ", " ", ""), b".", True)


def by_patch(scim, _scope, one):
    assert scim.patch(f"/Users/{one.scim_id}", replace={"displayName": "Zoë"}).status_code == 200


def by_put(scim, _scope, one):
    assert scim.put(f"/Users/{one.scim_id}", person(userName=one.user_name, displayName="Zoë")).status_code == 200


def by_bulk(scim, _scope, one):
    operation = {"method": "PATCH", "path": f"/Users/{one.scim_id}"}
    changed = {"Operations": [{"op": "replace", "path": "displayName", "value": "Zoë"}]}
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [operation | {"data": changed}],
    }
    assert scim.post("/Bulk", body).json["Operations"][0]["status"] == "200"


def at_the_screens(_scim, scope, one):
    users.update(scope, one.id, UserChanges(core={"displayName": "Zoë"}))


def by_oneself(_scim, _scope, one):
    own_profile.change(person_scope(one), UserChanges(core={"name": {"givenName": "Zoë"}}))


def past_all_rules(_scim, _scope, one):
    with writing() as session:
        session.execute(update(User).where(User.seq == one.seq).values(display_name="Zoë"))


@pytest.mark.parametrize("rename", [by_patch, by_put, by_bulk, at_the_screens, by_oneself, past_all_rules])
def test_a_new_name_is_shown_at_once(scope, scim, make_user, make_group, rename):
    one, other = make_user(given_name="Ada", family_name="King"), make_user(given_name="Bo", family_name="Lind")
    team = make_group("Team", [one, other])
    assert shown(scim, team.id) == {one.scim_id: "Ada King", other.scim_id: "Bo Lind"}
    old = {"If-None-Match": scim.get(f"/Groups/{team.id}").headers["ETag"]}

    rename(scim, scope, one)

    assert scim.get(f"/Groups/{team.id}", headers=old).status_code == 200
    assert shown(scim, team.id) == {one.scim_id: "Zoë", other.scim_id: "Bo Lind"}


def test_members_come_and_go_at_once(scim, make_user):
    one, other = make_user(), make_user()
    team = create(scim, group("Team", one.scim_id), "/Groups")["id"]
    assert shown(scim, team).keys() == {one.scim_id}

    scim.patch(f"/Groups/{team}", {"op": "add", "path": "members", "value": [{"value": other.scim_id}]})
    assert shown(scim, team).keys() == {one.scim_id, other.scim_id}
    scim.patch(f"/Groups/{team}", {"op": "remove", "path": f'members[value eq "{one.scim_id}"]'})
    assert shown(scim, team).keys() == {other.scim_id}
    scim.put(f"/Groups/{team}", group("Team"))
    assert shown(scim, team) == {}


def test_whoever_is_removed_is_shown_no_more_and_comes_back_under_a_new_id(scim, make_group):
    one = create(scim, person())
    team = make_group("Team").id
    scim.put(f"/Groups/{team}", group("Team", one["id"]))
    assert shown(scim, team).keys() == {one["id"]}

    scim.delete(f"/Users/{one['id']}")
    assert shown(scim, team) == {}
    back = create(scim, person(userName=one["userName"]))["id"]
    scim.put(f"/Groups/{team}", group("Team", back))

    assert back != one["id"]
    assert shown(scim, team).keys() == {back}


@pytest.mark.parametrize("provider", ["okta", "generic"])
def test_somebody_who_is_unlinked_has_the_new_id(account, scope, provider):
    """Neither the group nor a name is another one, and yet who knows the group has to hear of it."""
    scim = account.scim(provider)
    one = create(scim, person())["id"]
    team = create(scim, group("Team", one), "/Groups")["id"]
    assert shown(scim, team).keys() == {one}
    old = {"If-None-Match": scim.get(f"/Groups/{team}").headers["ETag"]}
    row = db.session.scalars(select(User).where(User.scim_id == one)).one()

    ours = user_links.unlink(scope, row.id).scim_id

    assert ours != one
    assert scim.get(f"/Groups/{team}", headers=old).status_code == 200
    assert shown(scim, team).keys() == {ours}


def test_a_group_after_one_that_is_gone_has_its_own_members(scope, scim, make_user, make_group):
    one, other = make_user(), make_user()
    gone = make_group("Gone", [one])
    assert shown(scim, gone.id).keys() == {one.scim_id}

    groups.remove(scope, gone.id)
    new = make_group("New", [other])  # on SQLite under the number of the one that went

    assert shown(scim, new.id).keys() == {other.scim_id}


def test_a_group_in_a_group_is_shown_as_it_is_called_and_until_it_goes(scope, scim, make_user, make_group):
    one = make_user()
    inner, outer = make_group("Inner"), make_group("Outer", [one])
    assert shown(scim, outer.id).keys() == {one.scim_id}

    nest(scope, outer.id, inner.id)
    assert shown(scim, outer.id).keys() == {one.scim_id, inner.id}
    assert [members.count for members in remembered(scope)] == [0], "of the inner one alone: no room is lost"
    groups.update(scope, inner.id, GroupChanges(display_name="Core"))
    assert shown(scim, outer.id)[inner.id] == "Core"
    groups.remove(scope, inner.id)
    assert shown(scim, outer.id).keys() == {one.scim_id}


def test_names_are_shown_to_whom_they_are_shown(account, scope, make_user, make_group):
    okta, generic = account.scim("okta"), account.scim("generic")
    one = make_user(given_name="Ada", family_name="King")
    team = make_group("Team", [one])

    for _ in range(2):
        assert shown(okta, team.id) == {one.scim_id: "Ada King"}
        assert shown(generic, team.id) == {one.scim_id: None}
    users.update(scope, one.id, UserChanges(core={"displayName": "Zoë"}))

    assert shown(okta, team.id) == {one.scim_id: "Zoë"}
    assert shown(generic, team.id) == {one.scim_id: None}


def test_members_are_remembered_as_they_are_written(scope, make_user, make_group):
    """Addresses hold where the server is reached: another address is another form."""
    one = make_user(given_name="Ada", family_name="King")
    row = read_group(scope, make_group("Team", [one]).id, with_members=True)
    other = PLAIN._replace(person=ReferenceForm("PERSON ", "-", "-", ""))

    for _ in range(2):
        assert (
            members_of_groups.of(scope, [row], PLAIN)[row.seq].text
            == f'person {one.scim_id} {one.scim_id} "Ada King".'.encode()
        )
        assert (
            members_of_groups.of(scope, [row], other)[row.seq].text
            == f'PERSON {one.scim_id}-{one.scim_id}-"Ada King".'.encode()
        )


def test_what_is_not_committed_is_seen_inside_and_remembered_by_nobody(scope, make_user, make_group):
    one = make_user(given_name="Ada", family_name="King")
    team = make_group("Team", [one])

    def names():
        row = read_group(scope, team.id, with_members=True)
        (of_read,) = members_of_groups.of(scope, [row], PLAIN).values()
        assert members_of_groups.of_written(scope, group_rows.lock(scope, team.id), PLAIN) == of_read
        return of_read.text.decode().split(" ", 3)[3]

    assert names() == '"Ada King".'
    with pytest.raises(InvalidValue), unit_of_work(scope):
        users.update(scope, one.id, UserChanges(core={"displayName": "Inside"}))
        db.session.flush()
        assert names() == '"Inside".'
        raise InvalidValue("displayName", "no")

    assert names() == '"Ada King".'


def test_nothing_is_asked_for_members_that_are_known(scim, make_user, make_group, statements):
    team, empty = make_group("Team", [make_user()]), make_group("Empty")

    def asked(path, **query):
        with statements() as log:
            assert scim.get(path, **query).status_code == 200
        return beside_tokens(log)

    asked("/Groups", excludedAttributes="members")
    alone, listed = (
        asked(f"/Groups/{team.id}", excludedAttributes="members"),
        asked("/Groups", excludedAttributes="members"),
    )

    assert [asked(f"/Groups/{each.id}") for each in (team, team, empty, empty)] == [alone + 1, alone] * 2
    assert asked("/Groups") == listed
    make_group("Further")
    assert [asked("/Groups") for _ in range(2)] == [listed + 1, listed]


def test_a_new_name_lets_go_of_all_that_was_remembered_of_the_account(
    scope, scim, other_account, make_user, make_group
):
    theirs = other_account.make_group("Theirs", [other_account.make_user(given_name="Eve", family_name="Old")])
    one, other = make_user(given_name="Ada", family_name="King"), make_user(given_name="Bo", family_name="Lind")
    team, crew = make_group("Team", [one]), make_group("Crew", [other])
    for each in (team, crew):
        scim.get(f"/Groups/{each.id}")
    other_account.scim().get(f"/Groups/{theirs.id}")
    assert len(remembered(scope)) == 2

    users.deactivate(scope, one.id)
    erasure.erase(scope, one.id)
    scim.get(f"/Groups/{crew.id}")

    assert [b"King" in members.text for members in remembered(scope)] == [False]
    assert len(remembered(other_account.scope)) == 1


def test_the_database_counts_shifts_of_members_and_nothing_else(scope, scim, make_user, make_group):
    one = make_user()
    make_group("Team", [one])

    def counted():
        name = Counter.name == members_of_groups.SHIFTS
        return db.session.scalar(select(Counter.value).where(Counter.account_id == scope.account_id, name))

    before = counted()
    users.update(scope, one.id, UserChanges(core={"title": "Cook"}))
    scim.patch(f"/Users/{one.scim_id}", replace={"active": False})
    assert counted() == before

    users.update(scope, one.id, UserChanges(core={"displayName": "Zoë"}))
    assert counted() != before
