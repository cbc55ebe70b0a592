"""The page of one person beside its form: what the directory does, the ways to act, refusals, the end of a record."""

from typing import NamedTuple

import pytest

from scimapp.database import db
from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.calls import call_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


class Sent(NamedTuple):
    """Somebody whom Okta sent."""

    id: str
    scim_id: str
    account_id: str


@pytest.fixture
def from_okta(scim, scope):
    body = {
        "schemas": [CORE],
        "userName": "tobias@acme.example",
        "externalId": "00u1f9k2",
        "name": {"givenName": "Tobias", "familyName": "Okonkwo"},
        "emails": [{"value": "tobias@acme.example", "primary": True}],
    }
    row = users.get(scope, scim.post("/Users", body).json["id"])
    return Sent(row.id, row.scim_id, row.account_id)


def menu(screen):
    return [node.text for node in screen.tree.find_all(class_="item")]


def card(screen, heading):
    return next(
        node.text for node in screen.tree.find_all("section") if any(h.text == heading for h in node.find_all("h2"))
    )


def test_the_directory_note_tells_the_last_update_and_leads_to_the_calls(page, from_okta):
    call_log.flush()
    screen = page(f"/users/{from_okta.id}")

    assert "Okta keeps this person up to date." in screen.text
    assert "Last update" in screen.text
    log = screen.follow("See the calls")
    assert "Tobias Okonkwo" in log.text


def test_the_directory_card_tells_token_ids_and_the_last_call(page, scim, from_okta):
    scim.get(f"/Users/{from_okta.scim_id}")
    call_log.flush()

    text = card(page(f"/users/{from_okta.id}"), "Directory link")

    assert "Token Test okta" in text
    assert "Last call just now" in text
    assert "External ID 00u1f9k2" in text
    assert f"SCIM ID {from_okta.scim_id}" in text


def test_a_refused_call_stands_in_the_activity(page, scim, from_okta, make_field):
    make_field("badge", "integer", label="Badge")
    urn = f"urn:kissflow:scim:schemas:extension:{from_okta.account_id}:2:User"
    scim.patch(f"/Users/{from_okta.scim_id}", replace={urn: {"badge": "118A"}})
    call_log.flush()

    activity = page(f"/users/{from_okta.id}").tree.find("section", id="activity")

    assert "See the call" in activity.text


def test_a_password_reset_is_asked_for_then_mailed(page, make_user, scope):
    ana = make_user(given_name="Ana", family_name="Ruiz")
    question = page(f"/users/{ana.id}").follow("Send password reset…")
    assert f"{ana.email} receives a link to set a new password." in question.text

    done = question.form("password-reset").submit()

    assert f"A link to set a new password goes to {ana.email}." in done.text
    assert f"A new password for {accounts.get(scope.account_id).name}" in page("/outbox").text


@pytest.mark.parametrize("state", ["invited", "inactive"])
def test_only_who_has_a_password_and_access_is_sent_a_reset(page, make_user, state):
    bo = make_user(state=state)

    assert "Send password reset…" not in menu(page(f"/users/{bo.id}"))
    assert page(f"/users/{bo.id}/password-reset").url == f"/users/{bo.id}"


def test_nobody_who_was_deactivated_since_the_question_is_sent_a_reset(page, make_user, scope):
    bo = make_user()
    question = page(f"/users/{bo.id}/password-reset")
    users.deactivate(scope, bo.id)

    answer = question.form("password-reset").submit()

    assert answer.status_code == 403
    assert "Activate this person first" in answer.text


def test_without_a_free_seat_activating_is_refused_on_the_question(page, make_user, scope):
    bo = make_user(state="inactive")
    account_settings.change_security(scope, seat_limit=1)

    answer = page(f"/users/{bo.id}/activate").form("activate").submit()

    assert answer.status_code == 422
    assert "The only seat is in use. Deactivate somebody or raise the limit." in answer.text
    assert answer.title.startswith("Error:")


def test_an_erased_person_shows_id_and_dates_and_nothing_else(page, make_user):
    ann = make_user(given_name="Ann", family_name="Berg", state="inactive")
    page(f"/users/{ann.id}/erase").form("erase").fill(typed=ann.email).submit()

    screen = page(f"/users/{ann.id}")

    assert [node.text for node in screen.tree.find_all("h2") if not (node.get("id") or "").startswith("nav")] == [
        "Record"
    ]
    assert ann.id in screen.text
    assert "Erased by Olive Owner" in screen.text
    assert ann.email not in screen.html


def test_section_links_lead_to_headings_that_take_the_focus(page, make_user):
    screen = page(f"/users/{make_user().id}")
    links = screen.tree.find("nav", aria_label="Sections of this person").find_all("a")

    targets = [screen.tree.find("h2", id=link.get("href").removeprefix("#")) for link in links]

    assert [target.get("tabindex") for target in targets] == ["-1"] * 4


def test_a_changed_title_is_told_to_be_by_the_directory(page, scim, scope, from_okta):
    mine = page(f"/users/{from_okta.id}").form("profile")
    scim.patch(f"/Users/{from_okta.scim_id}", replace={"title": "Lead"})

    second = mine.fill(title="Head").submit()

    assert (second.status_code, second.title[:6]) == (409, "Error:")
    assert "changed Title of Tobias Okonkwo" in second.text
    assert {"Save mine", "Take theirs"} <= {node.text for node in second.tree.find_all("button", "a")}


def test_the_page_costs_the_same_however_much_happened(page, make_user, scope, statements):
    ana = make_user()
    with statements() as few:
        page(f"/users/{ana.id}")
    for number in range(12):
        users.update(scope, ana.id, UserChanges(core={"title": f"Step {number}"}))
    with statements() as many:
        page(f"/users/{ana.id}")

    assert len(many) == len(few) == 19


def manager_of(scope, user_id):
    db.session.close()
    return users.document(scope, users.get(scope, user_id)).enterprise.get("manager")


@pytest.mark.parametrize("typed", ["mara@acme.example", "MARA@acme.example", "Mara Lindqvist"])
def test_a_manager_is_typed_by_name_or_address_and_shown_by_name(page, scope, make_user, typed):
    mara = make_user(given_name="Mara", family_name="Lindqvist", email="mara@acme.example")
    ana = make_user(given_name="Ana")

    saved = page(f"/users/{ana.id}").form("profile").fill(manager=typed).submit()

    assert "Saved 1 change." in saved.text
    assert manager_of(scope, ana.id) == {"value": mara.scim_id}
    assert saved.form("profile").values["manager"] == ["Mara Lindqvist"]
    assert saved.follow("Open Mara Lindqvist").url == f"/users/{mara.id}"
    cleared = saved.form("profile").fill(manager="").submit()
    assert "Saved 1 change." in cleared.text
    assert manager_of(scope, ana.id) is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("nobody@acme.example", "“nobody@acme.example” is nobody here."),
        ("Ana Ruiz", "Nobody is their own manager."),
        ("Bo Berg", "More than one person is called “Bo Berg”."),
    ],
)
def test_a_manager_who_cannot_be_is_told_beside_the_box(page, make_user, typed, says):
    ana = make_user(given_name="Ana", family_name="Ruiz")
    for _ in range(2):
        make_user(given_name="Bo", family_name="Berg")

    answer = page(f"/users/{ana.id}").form("profile").fill(manager=typed).submit()

    assert answer.status_code == 422
    assert says in answer.tree.find(id="manager-error").text
    assert answer.form("profile").values["manager"] == [typed]


def test_a_manager_whom_the_directory_sent_is_locked(page, scim, make_user):
    mara = make_user(given_name="Mara", family_name="Lindqvist")
    body = {"schemas": [CORE], "userName": "tobias@acme.example", "emails": [{"value": "tobias@acme.example"}]}
    sent = scim.post("/Users", body | {ENTERPRISE: {"manager": {"value": mara.scim_id}}}).json["id"]

    box = page(f"/users/{sent}").tree.find("input", id="manager")

    assert box.get("value") == "Mara Lindqvist"
    assert box.get("readonly") is not None


def test_a_manager_who_is_not_here_is_shown_as_it_was_sent(page, scim):
    body = {"schemas": [CORE], "userName": "tobias@acme.example", "emails": [{"value": "tobias@acme.example"}]}
    sent = scim.post("/Users", body | {ENTERPRISE: {"manager": {"value": "m1"}}}).json["id"]

    assert page(f"/users/{sent}").tree.find("input", id="manager").get("value") == "m1"


def test_a_refused_value_goes_by_the_label_of_its_field(page, scim, from_okta, make_field, account):
    make_field("start_date", "date", label="Start date")
    path = f"urn:kissflow:scim:schemas:extension:{account.id}:2:User:start_date"
    refused = scim.patch(f"/Users/{from_okta.scim_id}", replace={path: "yesterday"})
    call_log.flush()

    assert refused.status_code == 400
    assert "Start date does not fit" in card(page(f"/users/{from_okta.id}"), "Activity")


def test_the_hint_of_the_role_is_true_for_every_account(page, make_user):
    hint = page(f"/users/{make_user().id}").tree.find(id="role-hint").text

    assert hint == "Group rules, and a directory that may give roles, only add to it."


def test_a_link_that_is_not_there_is_not_asked_about(page, make_user):
    ann = make_user()

    assert page(f"/users/{ann.id}/unlink").url == f"/users/{ann.id}"


def test_somebody_inactive_is_in_no_group_at_all(page, make_user):
    gone = page(f"/users/{make_user(given_name='Tom', state='inactive').id}").tree.find("section", id="groups")

    assert "Tom is in no group." in gone.text
    assert not gone.find_all("table")
