"""What people change of themselves, and what they do not."""

import pytest

from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import InvalidValue, Managed, NotAllowed, StaleVersion
from scimapp.directory.people import own_profile, personal_data, users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.databases import only_sqlite
from tests.support.people import seen_by_scim

NAME = {"givenName": "Zoë", "familyName": "Müller"}


@pytest.fixture
def person(make_user):
    return make_user(given_name="Zoe", family_name="Muller")


@pytest.fixture
def own(person):
    """The scope of the person, a Member."""
    return person_scope(person)


def test_people_change_their_name_nickname_and_phone(own, scope, person):
    changes = UserChanges(core={"name": NAME, "nickName": "Zo", "phoneNumbers": [{"value": "+46 1", "type": "work"}]})

    own_profile.change(own, changes)

    profile = users.document(scope, person)
    assert (profile.core["name"], profile.core["nickName"]) == (NAME, "Zo")
    assert users.get(scope, person.id).display_name == "Zoë Müller"


@only_sqlite
@pytest.mark.parametrize("changes", [
    UserChanges(core={"title": "Chief"}),
    UserChanges(core={"displayName": "The boss"}),
    UserChanges(core={"emails": [{"value": "z@new.example"}]}),
    UserChanges(enterprise={"department": "Board"}),
    UserChanges(role=Role.SUPER_ADMIN),
    UserChanges(active=False),
    UserChanges(email="z@new.example"),
    UserChanges(external_id="1"),
], ids=str)  # fmt: skip
def test_everything_else_is_an_administrators(own, scope, person, changes):
    with pytest.raises(NotAllowed, match="administrator"):
        own_profile.change(own, changes)
    assert users.get(scope, person.id).version == person.version


def test_custom_fields_change_where_they_were_opened(own, scope, person, make_field):
    make_field("shirt", "text", people_may_edit=True)
    make_field("badge", "text")
    make_field("salary", "text", admins_only=True)

    own_profile.change(own, UserChanges(custom={"shirt": "L"}))

    assert users.document(scope, person).custom == {"shirt": "L"}
    assert [field.field_id for field in own_profile.shown_fields(own)] == ["shirt", "badge"]
    for field_id in ("badge", "salary", "Shirt2"):
        with pytest.raises(NotAllowed):
            own_profile.change(own, UserChanges(custom={field_id: "x"}))


def test_what_the_directory_owns_changes_there(scim, scope):
    made = scim.post("/Users", {"userName": "zoe@corp.example", "name": {"givenName": "Zoe"}, "active": True}).json
    own = person_scope(seen_by_scim(scope, made["id"]))

    with pytest.raises(Managed):
        own_profile.change(own, UserChanges(core={"name": NAME}))
    own_profile.change(own, UserChanges(core={"nickName": "Zo"}))

    assert scim.get(f"/Users/{made['id']}").json["nickName"] == "Zo"


def test_an_older_page_is_told_from_a_newer_one(own, scope, person):
    users.update(scope, person.id, UserChanges(core={"nickName": "Z"}))

    with pytest.raises(StaleVersion):
        own_profile.change(own, UserChanges(core={"nickName": "Zo"}), version=person.version)


def test_language_and_theme_are_chosen_and_recorded_once(own, scope, person):
    for _ in range(2):
        own_profile.change(own, UserChanges(), language="de", theme="dark")

    row = users.get(scope, person.id)
    assert (row.language, row.theme, row.version) == ("de", "dark", person.version)
    entries = [
        entry for entry in audit_log.find(scope, AuditSearch(target=person.id)).items if "preferences" in entry.event
    ]
    assert [change["field"] for entry in entries for change in entry.changes] == ["language", "theme"]


@only_sqlite
@pytest.mark.parametrize("chosen", [{"language": "klingon"}, {"language": ""}, {"theme": "pink"}, {"theme": None}])
def test_a_choice_that_is_none_is_refused(own, chosen):
    with pytest.raises(InvalidValue):
        own_profile.change(own, UserChanges(), **chosen)


def test_a_name_stays_a_name(own, scope, account):
    with pytest.raises(InvalidValue, match="name"):
        own_profile.change(own, UserChanges(core={"name": None}))
    with pytest.raises(InvalidValue, match="family name"):  # directories read the owner over SCIM
        own_profile.change(account.scope, UserChanges(core={"name": {"givenName": "Olive"}}))


def test_the_own_data_leave_out_what_only_administrators_see(own, scope, person, make_field):
    make_field("salary", "text", admins_only=True)
    make_field("badge", "text")
    users.update(scope, person.id, UserChanges(custom={"salary": "1", "badge": "2"}))

    mine, theirs = personal_data.of(own, person.id), personal_data.of(scope, person.id)

    assert mine["customFields"] == {"badge": "2"}
    assert [sent["to"] for sent in mine["invitations"]] == [person.email]
    assert theirs["customFields"] == {"salary": "1", "badge": "2"}
    assert not [change for entry in mine["record"] for change in entry["changes"] if change["field"] == "salary"]


def test_the_own_data_are_ones_own_only(own, account):
    with pytest.raises(NotAllowed):
        personal_data.of(own, account.owner.id)
