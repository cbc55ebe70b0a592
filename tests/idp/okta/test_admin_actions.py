"""Every admin action of Okta's two dialects against the real application, from recorded requests."""

import pytest

from scimapp.directory import groups, users

from .recordings import DIALECTS, FIELDS, Player, load


@pytest.fixture
def story(account, make_user, make_group, make_field):
    """``story(dialect)``: a Player at the start of the story."""
    for field_id, field in FIELDS.items():
        make_field(field_id, **field)
    known = make_user(given_name="Grace", family_name="Hopper")
    member = make_user(given_name="Edsger", family_name="Dijkstra")
    make_group("Programmers", members=[member])
    client = account.scim("okta")

    def send(method, path, headers, body):
        answer = client.open(method, path, body, headers)
        return answer.status_code, answer.get_json(force=True, silent=True)

    return Player(
        send,
        client.token,
        extension=f"urn:kissflow:scim:schemas:extension:{account.id}:2:User",
        known_user_name=known.user_name,
        known_group_name="Programmers",
        known_member=member.scim_id,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_admin_action_works_in_the_order_an_admin_does_them(story, account, dialect):
    for recording in load(dialect).values():
        story.play(recording)

    ada = users.get_visible(account.scope, story.variables["ada"])
    assert (ada.user_name, ada.title, ada.active) == ("ada.king@okta-customer.example", "Analyst", True)
    linked = groups.get(account.scope, story.variables["linked"])
    assert linked.connection_id == "okta"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_strangers_of_a_push_are_reported_on_the_group(story, account, dialect):
    for name, recording in load(dialect).items():
        story.play(recording)
        if name == "25-push-strangers":
            break

    group = groups.get(account.scope, story.variables["group"])
    assert [skipped.value for skipped in groups.skipped_members(account.scope, group)] == ["00uNOBODYhere000009x"]
    assert group.last_push_skipped == 1


def test_a_deactivation_is_the_one_pathless_replace_of_the_catalogue_template():
    first = load("oin")["07-deactivate"]["exchanges"][0]

    assert first["method"] == "PATCH"
    assert first["body"]["Operations"] == [{"op": "replace", "value": {"active": False}}]


def test_the_wizard_never_patches():
    methods = {exchange["method"] for recording in load("aiw").values() for exchange in recording["exchanges"]}

    assert "PATCH" not in methods
