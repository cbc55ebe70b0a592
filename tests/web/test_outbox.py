"""The mail outbox: reading mails where no mail server is set, trying again, cancelling."""

import pytest

from scimapp.directory import invitations, outbox
from tests.support.doors import Screens
from tests.support.people import PASSWORD


@pytest.fixture
def owed(make_user, scope):
    """The mail of somebody just invited."""
    make_user(state="invited", given_name="Ann", email="ann@corp.example")
    return next(mail for mail in outbox.list_mails(scope).items if mail.to_address == "ann@corp.example")


def test_an_empty_outbox_says_what_will_be_here(page):
    assert "No mails yet" in page("/outbox").text


def test_without_a_mail_server_the_link_can_be_opened_from_here(page, owed, scope, visitor):
    screen = page(f"/outbox/{owed.id}")
    assert "No mail server is set" in screen.text
    link = next(node.get("href") for node in screen.tree.find_all("a") if node.get("id") == "link")

    assert invitations.find_usable(link.rsplit("/", 1)[1]).email == "ann@corp.example"
    assert "Hello Ann" in visitor("/invitations/" + link.rsplit("/", 1)[1]).text


def test_with_a_mail_server_the_link_is_masked(app_with, account, owed):
    screens = Screens(app_with(mail_url="smtp://127.0.0.1:9"), account.owner)
    screens.sign_in(account.owner.email, PASSWORD)

    screen = screens(f"/outbox/{owed.id}")

    assert "/invitations/••••" in screen.text
    assert screens.visitor.open(f"/outbox/{owed.id}/body").get_data(as_text=True).count("/invitations/••••") >= 1


def test_the_preview_is_a_document_under_a_policy_of_its_own(page, owed):
    answer = page.visitor.open(f"/outbox/{owed.id}/body")

    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_name_is_never_markup_in_a_mail(page, make_user, scope):
    make_user(state="invited", given_name="<b>Ann</b>", email="markup@corp.example")
    mail = next(mail for mail in outbox.list_mails(scope).items if mail.to_address == "markup@corp.example")

    body = page.visitor.open(f"/outbox/{mail.id}/body").get_data(as_text=True)

    assert "<b>Ann" not in body
    assert "&lt;b&gt;Ann" in body


def test_a_waiting_mail_can_be_cancelled_and_then_not_tried(page, owed, scope):
    form = page(f"/outbox/{owed.id}").form("retry")
    page(f"/outbox/{owed.id}").form("cancel").submit()

    assert outbox.get(scope, owed.id).state == "cancelled"
    assert "can be changed" in form.submit().text


def test_the_list_can_be_narrowed_by_state(page, owed):
    assert "ann@corp.example" in page("/outbox?state=waiting").text
    assert "ann@corp.example" not in page("/outbox?state=failed").text


def test_a_list_of_mails_takes_a_constant_number_of_statements(page, make_user, statements):
    counts = set()
    for _ in range(2):
        for _ in range(4):
            make_user(state="invited")
        with statements() as log:
            page("/outbox")
        counts.add(len(log))

    assert len(counts) == 1


def test_members_and_other_accounts_are_refused(sign_in_as, make_user, other_account, owed):
    assert sign_in_as(make_user(role="member"))("/outbox").status_code == 403
    assert other_account.screens()(f"/outbox/{owed.id}").status_code == 404


def test_nobody_reads_the_link_of_somebody_above_their_role(sign_in_as, make_user, scope):
    chief = make_user(role="super_admin", state="invited", email="chief@corp.example")
    mail = next(mail for mail in outbox.list_mails(scope).items if mail.to_address == chief.email)
    link = invitations.link_token(invitations.latest(scope, chief))
    screens = sign_in_as(make_user(role="user_admin"))

    assert link not in screens(f"/outbox/{mail.id}").html
    assert link not in screens.visitor.open(f"/outbox/{mail.id}/body").get_data(as_text=True)
    assert link in sign_in_as(make_user(role="super_admin"))(f"/outbox/{mail.id}").html
