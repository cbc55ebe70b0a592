"""What is done to a person with one press: deactivate, activate, invite. A question first, where access changes."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserDraft
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from tests.support.databases import on_both
from tests.support.mails import send_all
from tests.support.person_screens import stored
from tests.web.records.test_outbox import screens_of


def card(screen, heading):
    """The text of a card by the id of its heading."""
    return screen.tree.find("section", aria_labelledby=heading).text


def pressed(screens, address):
    """What the button of a question answers that is not asked."""
    token = screens("/me").form("/sign-out").values["csrf_token"][0]
    return screens.go(address, method="POST", data=f"csrf_token={token}")


@pytest.fixture
def from_okta(scim, scope):
    body = {"userName": "tobias@acme.example", "name": {"givenName": "Tobias", "familyName": "Okonkwo"}}
    return stored(scope, scim.post("/Users", body).json["id"])


def test_deactivating_asks_then_ends_access_and_can_be_undone(page, scope, make_user, sign_in_as):
    bo = make_user(given_name="Bo", family_name="Ng")
    screens = sign_in_as(bo)

    question = page(page(f"/users/{bo.id}").link("Deactivate"))
    assert stored(scope, bo.id).active
    assert question.tree.find("h2", id="question").text == "Deactivate Bo Ng?"
    assert "Bo is signed out at once and cannot sign in." in question.text
    assert "may activate the account again" not in question.text
    done = question.form("deactivate").submit("Deactivate")

    assert done.url == f"/users/{bo.id}"
    assert "Inactive" in done.text
    assert screens("/me").url.startswith("/sign-in")
    again = page(done.link("Activate")).form("activate").submit("Activate")
    assert "Bo Ng is active." in again.text
    assert stored(scope, bo.id).state == "active"


def test_cancelling_leads_back_and_changes_nothing(page, scope, make_user):
    bo = make_user()

    screen = page(f"/users/{bo.id}/deactivate").follow("Cancel")

    assert screen.url == f"/users/{bo.id}"
    assert stored(scope, bo.id).active


@pytest.mark.parametrize("action", ["deactivate", "sign-out", "password-reset", "unlink"])
def test_whoever_may_not_is_asked_nothing_and_reads_why(sign_in_as, make_user, action):
    above = make_user(role="super_admin")

    screen = sign_in_as(make_user(role="user_admin"))(f"/users/{above.id}/{action}")

    assert screen.url == f"/users/{above.id}"
    assert "Only Super Admins and the Account Owner can change a Super Admin." in screen.text


def test_the_question_warns_that_the_directory_may_activate_again(page, from_okta):
    text = page(f"/users/{from_okta.id}/deactivate").text

    assert "Okta still lists this person as active and may activate the account again at its next update." in text
    assert "To make it last, remove the person from the app in Okta." in text


@on_both
def test_activating_somebody_who_never_accepted_sends_an_invitation(page, scope, make_user):
    bo = make_user(state="inactive", given_name="Bo")
    voided = invitations.latest(scope, bo)

    question = page(f"/users/{bo.id}/activate")
    screen = question.form("activate").submit()

    assert "An invitation goes out." in question.text
    assert "An invitation goes out." in screen.text
    assert invitations.latest(scope, bo).id != voided.id


def test_the_owner_and_oneself_have_no_button_and_the_directory_refuses(account, page, sign_in_as, make_user, scope):
    boss = make_user("super_admin")
    own = page(f"/users/{account.owner.id}")
    by_boss = sign_in_as(boss)(f"/users/{account.owner.id}")

    assert "You cannot deactivate yourself." in own.text
    assert "Only the Account Owner can change the Account Owner." in by_boss.text
    for screen in (own, by_boss):
        assert not screen.tree.find_all("a", href=f"/users/{account.owner.id}/deactivate")
    for screens, user in ((page, account.owner), (sign_in_as(boss), account.owner), (sign_in_as(boss), boss)):
        assert pressed(screens, f"/users/{user.id}/deactivate").status_code == 403
        assert stored(scope, user.id).active


def test_a_user_admin_cannot_touch_a_super_admin(sign_in_as, make_user, scope):
    boss, stopped = make_user("super_admin"), make_user("super_admin", "inactive")
    invited = make_user("super_admin", "invited")
    screens = sign_in_as(make_user("user_admin"))

    assert pressed(screens, f"/users/{boss.id}/deactivate").status_code == 403
    assert pressed(screens, f"/users/{stopped.id}/activate").status_code == 403
    assert "Send again" not in screens(f"/users/{invited.id}").text
    assert stored(scope, boss.id).active
    assert not stored(scope, stopped.id).active


def test_a_user_admin_manages_members_and_user_admins(sign_in_as, make_user, scope):
    member, other = make_user(), make_user("user_admin")
    screens = sign_in_as(make_user("user_admin"))

    for user in (member, other):
        screens(f"/users/{user.id}/deactivate").form("deactivate").submit()
        assert not stored(scope, user.id).active


def test_who_was_removed_and_comes_back_uninvited_is_shown_without_an_invitation(page, scope, scim, from_okta):
    invitations.accept(invitations.link_token(invitations.latest(scope, from_okta)), "hash of a password")
    accounts.change_options(scope, invite_provisioned=False)
    assert scim.delete(f"/Users/{from_okta.scim_id}").status_code == 204
    scim.post("/Users", {"userName": from_okta.user_name})

    screen = page(f"/users/{from_okta.id}")
    assert "Not sent" in card(screen, "invitation-heading")
    again = screen.form("invite").submit("Send invitation")

    assert f"An invitation goes to {from_okta.email}." in again.text


def test_sending_again_makes_a_new_link_and_says_so_first(page, scope, make_user):
    bo = make_user(state="invited")
    old = invitations.link_token(invitations.latest(scope, bo))
    send_all()
    screen = page(f"/users/{bo.id}")

    assert "Sent by Olive Owner" in card(screen, "invitation-heading")
    assert "The old link stops working." in card(screen, "invitation-heading")
    again = screen.form("invite").submit("Send again")

    assert f"An invitation goes to {bo.email}." in again.text
    assert "Replaced by a newer link" in card(again, "invitation-heading")
    assert "Waiting to send" in card(again, "invitation-heading")
    with pytest.raises(invitations.InvitationNotUsable):
        invitations.find_usable(old)


def test_the_invitation_tells_how_it_went(account, page, sign_in_as, scope, make_user, clock):
    bo = make_user(state="invited")
    send_all("550 no such mailbox")
    assert "Not delivered: The mailbox does not exist. (550)" in card(page(f"/users/{bo.id}"), "invitation-heading")

    clock.advance(days=8)
    expired = sign_in_as(account.owner)(f"/users/{bo.id}")
    assert "Link expired" in card(expired, "invitation-heading")

    renewed = expired.form("invite").submit()
    invitations.accept(invitations.link_token(invitations.latest(scope, bo)), "hash")
    accepted = renewed.go(f"/users/{bo.id}")

    assert "Accepted, e-mail verified" in card(accepted, "invitation-heading")
    assert not [form for form in accepted.forms if form.answers_to("invite")]


def test_an_invitation_of_the_directory_says_whose_it_is(page, from_okta):
    send_all()

    told = card(page(f"/users/{from_okta.id}"), "invitation-heading")
    assert "Sent by Okta provisioning" in told
    assert "Printed in the server’s log: no mail server is set" in told
    assert "Taken by the mail server" not in told


def test_an_invitation_that_was_sent_was_taken_by_the_mail_server(app_with, account, from_okta):
    send_all()

    screens = screens_of(app_with(mail_url="smtp://127.0.0.1:9"), account)

    told = card(screens(f"/users/{from_okta.id}"), "invitation-heading")
    assert "Taken by the mail server" in told
    assert "at try" not in told


def test_the_owner_needed_no_invitation(page, account):
    text = card(page(f"/users/{account.owner.id}"), "invitation-heading")

    assert "This account was set up without an invitation." in text


def test_the_list_sends_an_invitation_too(page, scope):
    bo = users.provision(scope, UserDraft.from_form(given_name="Bo", email="bo@acme.example", invite=False))

    view = "/users?state=invited&q=bo"
    screen = page(view).form("batch").submit("Send invitation")

    assert screen.url == view
    assert "An invitation goes to bo@acme.example." in screen.text
    assert invitations.latest(scope, bo) is not None


def test_a_removed_person_stays_and_can_be_brought_back_by_hand(page, scope, scim, from_okta):
    scim.delete(f"/Users/{from_okta.scim_id}")
    screen = page(f"/users/{from_okta.id}")

    assert "Removed by Okta on" in screen.text
    assert "A new assignment in Okta brings this record back." in screen.text

    back = page(screen.link("Activate")).form("activate").submit()

    assert "By hand" in back.text
    assert "keeps this person up to date" not in back.text
    assert stored(scope, from_okta.id).scim_id not in (None, from_okta.id)


def test_actions_are_not_done_by_a_link_or_for_strangers(page, scope, make_user, make_account):
    bo, stranger = make_user(state="invited"), make_account().owner

    assert page(f"/users/{bo.id}/invite").status_code == 405
    page(f"/users/{bo.id}/deactivate")
    assert stored(scope, bo.id).active
    for action in ("deactivate", "activate"):
        assert page(f"/users/{stranger.id}/{action}").status_code == 404
