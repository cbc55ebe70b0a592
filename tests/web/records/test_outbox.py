"""The mail outbox on screens: the list and its filters, one mail, trying again, cancelling."""

from datetime import timedelta

import pytest

from scimapp.directory.links import invitations
from scimapp.directory.outbox import outbox, outbox_list
from scimapp.mail.delivery import deliver_due
from scimapp.web.view_models.outbox import KIND_WORDS, read_search
from tests.support.databases import on_both
from tests.support.doors import Screens
from tests.support.mails import fail, newest_mails
from tests.support.people import PASSWORD
from tests.support.server import ROOT


@pytest.fixture
def deliver_to(app_with, smtp_sink):
    """``deliver_to()`` sends what is due to the sink."""
    return lambda: deliver_due(app_with(mail_url=smtp_sink.url))


def screens_of(app, account):
    """The owner's screens of another application."""
    screens = Screens(app, account.owner)
    screens.sign_in(account.owner.email, PASSWORD)
    return screens


def into_a_minute(clock):
    """So that neither a minute nor a day ends while a test looks at it."""
    now = clock.now()
    clock.advance(seconds=(10 - now.second) % 60, minutes=20 if (now.hour, now.minute) > (23, 45) else 0)


def test_every_kind_of_mail_can_be_filtered_by():
    written = {folder.name for folder in (ROOT / "templates" / "mail").iterdir() if folder.is_dir()}

    assert written == set(outbox_list.KINDS) == set(KIND_WORDS)


def test_an_empty_outbox_says_what_will_be_here(page):
    assert "No mails yet" in page("/outbox").text


def test_without_a_mail_server_it_says_how_to_set_one(page, app_with, account, owed):
    told = page("/outbox").text
    assert "Mails are not sent: no mail server is set." in told
    assert "counts as sent" in told
    assert "Set SCIMAPP_MAIL_URL" not in screens_of(app_with(mail_url="smtp://127.0.0.1:9"), account)("/outbox").text


@pytest.mark.parametrize("mail_url", ["console:", "smtp://127.0.0.1:9"])
def test_the_secret_of_a_link_is_shown_to_nobody(app_with, account, owed, scope, mail_url):
    screens = screens_of(app_with(mail_url=mail_url), account)
    secret = invitations.link_token(invitations.latest(scope, outbox_list.recipients(scope, [owed])[owed.user_seq]))

    screen = screens(f"/outbox/{owed.id}")
    body = screens.visitor.open(f"/outbox/{owed.id}/body").get_data(as_text=True)

    assert "/invitations/••••" in screen.text
    assert "/invitations/••••" in body
    assert secret not in screen.html + body


@on_both
def test_a_mail_shows_the_headers_it_leaves_with(page, owed):
    names = [node.text for node in page(f"/outbox/{owed.id}").tree.find_all("dt")]

    assert names[-5:] == ["Subject", "From", "To", "Message-ID", "Auto-Submitted"]
    assert f"<{owed.id}@scimapp>" in page(f"/outbox/{owed.id}").text


def test_the_preview_is_a_document_under_a_policy_of_its_own(page, owed):
    answer = page.visitor.open(f"/outbox/{owed.id}/body")

    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_name_is_never_markup_in_a_mail(page, make_user, scope):
    make_user(state="invited", given_name="<b>Ann</b>", email="markup@corp.example")
    mail = next(mail for mail in newest_mails(scope).items if mail.to_address == "markup@corp.example")

    body = page.visitor.open(f"/outbox/{mail.id}/body").get_data(as_text=True)

    assert "<b>Ann" not in body
    assert "&lt;b&gt;Ann" in body


def test_a_waiting_mail_can_be_cancelled_and_then_not_tried(page, owed, scope):
    form = page(f"/outbox/{owed.id}").form("retry")
    page(f"/outbox/{owed.id}").form("cancel").submit()

    assert outbox_list.get(scope, owed.id).state == "cancelled"
    assert "can be changed" in form.submit().text


def test_a_mail_that_is_being_sent_is_not_offered_to_be_cancelled(page, owed):
    """A page that was opened before is told so."""
    old = page(f"/outbox/{owed.id}")
    list_of_old = page("/outbox?state=waiting").form("batch")
    assert owed.id in [mail.id for mail in outbox.lease(limit=1_000)]

    answer = old.form("cancel").submit()
    ticked = list_of_old.fill(mail=[owed.id]).submit("cancel mails")

    assert "This mail is being sent at this moment." in answer.text
    assert "1 was left as it is: sent, being sent, cancelled," in ticked.text
    assert not [form for form in page(f"/outbox/{owed.id}").forms if form.answers_to("cancel")]


@on_both
def test_the_list_is_narrowed_by_state_kind_and_who_gets_it(page, owed, make_user):
    for query in (
        "state=waiting",
        "kind=invitation",
        "q=ANN@corp",
        "q=ann+lovelace",
        "state=waiting&kind=invitation&q=ann",
    ):
        assert "ann@corp.example" in page(f"/outbox?{query}").text, query
    for query in ("state=failed", "state=retrying", "kind=password_reset", "q=bob", "state=waiting&q=bob", "q=%00"):
        assert "No mail matches these filters" in page(f"/outbox?{query}").text, query
    assert page("/outbox?state=nonsense&kind=nonsense&before=nonsense").status_code == 200


@on_both
def test_filters_stand_as_chips_and_tiles_count_the_states(page, owed, make_user, scope):
    fail(owed, "550 5.1.1 no such user")
    make_user(state="invited")

    screen = page("/outbox").form("/outbox").fill(q="ann", state="Failed", kind="Invitation").submit()

    assert [chip.text for chip in screen.tree.find_all("span", class_="chosen")] == ["Failed", "Invitation", "To: ann"]
    assert [chip.find("a").get("href") for chip in screen.tree.find_all("span", class_="chosen")] == [
        "/outbox?kind=invitation&q=ann", "/outbox?state=failed&q=ann", "/outbox?state=failed&kind=invitation",
    ]  # fmt: skip
    tiles = {
        tile.find("span", class_="lab").text: tile.find("b").text
        for tile in screen.tree.find_all("a", class_="tile plain")
    }
    assert tiles == {"Waiting": "1", "Retrying": "0", "Failed": "1", "Sent, 30 days": "0"}


def test_a_mail_that_is_retried_says_which_try_comes_when(page, owed, clock):
    into_a_minute(clock)
    for words in ("2nd try at ", "3rd try at ", "4th try at "):
        fail(owed, "451 4.3.2 later", retry_in=60)
        at = clock.now() + timedelta(seconds=60)
        assert f"Retrying {words}{at:%H:%M}" in page("/outbox?state=retrying").text
        assert "The mail server asks us to come back later." in page("/outbox").text
        clock.advance(seconds=61)


def test_a_mail_server_that_is_away_is_told_in_red_until_it_is_back(page, owed, make_user, clock, deliver_to):
    into_a_minute(clock)
    since = clock.now()
    away = "The mail server could not be reached: [Errno 111] Connection refused"
    fail(owed, away, retry_in=3600, is_server_away=True)
    for _ in range(2):
        make_user(state="invited")
    clock.advance(minutes=5)

    told = page("/outbox").tree.find("div", class_="note bad").text
    assert f"Mail cannot be sent: smtp connection refused since {since:%H:%M} UTC." in told
    assert "3 messages wait; nothing is lost." in told

    deliver_to()
    assert "Mail cannot be sent" not in page("/outbox").text
    assert "ann@corp.example" in page("/outbox?state=sent").text  # tried at once, not an hour later


@on_both
def test_ticked_mails_are_tried_or_cancelled_together(page, scope, make_user):
    for number in range(3):
        make_user(state="invited", email=f"batch{number}@corp.example")
    form = page("/outbox?state=waiting").form("batch")
    ids = [node.get("value") for node in form.controls if node.get("name") == "mail"]

    done = form.fill(mail=ids[:2]).submit("cancel mails")

    assert (done.url, "2 mails were cancelled." in done.text) == ("/outbox?state=waiting", True)
    assert [outbox_list.get(scope, mail_id).state for mail_id in ids] == ["cancelled", "cancelled", "waiting"]
    again = form.fill(mail=ids).submit("try now")
    assert "1 mail is tried now." in again.text
    assert "2 were left as they are" in again.text
    nothing = page("/outbox").form("batch").submit("try now")
    assert "No mail is ticked." in nothing.text


def test_a_failed_mail_is_tried_again_from_the_list(page, owed, scope):
    fail(owed, "550 5.1.1 no such user")
    form = page("/outbox?state=failed").form("batch")
    button = form.buttons[-1]
    assert button.get("aria-label") == "Try now: ann@corp.example"

    token = form.values["csrf_token"][0]
    again = page.go(button.get("formaction"), method="POST", data=f"csrf_token={token}")

    assert (again.url, "It is tried now." in again.text) == ("/outbox?state=failed", True)
    assert outbox_list.get(scope, owed.id).state == "waiting"


@on_both
def test_the_list_walks_from_newest_to_oldest(page, make_user):
    for _ in range(51):
        make_user(state="invited")

    first = page("/outbox?kind=invitation")
    older = first.follow("Older")

    assert len(first.tree.find_all("th", scope="row")) == 50
    assert len(older.tree.find_all("th", scope="row")) == 1
    assert older.follow("Newest").url == "/outbox?kind=invitation"


def test_the_walk_goes_on_beyond_ten_million_mails():
    assert read_search({"before": "12345678"}).before == 12_345_678


@on_both
def test_a_list_of_mails_takes_a_constant_number_of_statements(page, make_user, statements):
    counts = set()
    for _ in range(2):
        for _ in range(4):
            make_user(state="invited")
        with statements() as log:
            page("/outbox")
        counts.add(len(log))

    assert counts == {7}


def test_nobody_is_looked_up_where_no_mail_is_found(page, scope, statements):
    with statements() as log:
        assert outbox_list.recipients(scope, []) == {}

    assert not log


def test_members_and_other_accounts_are_refused(sign_in_as, make_user, other_account, owed):
    assert sign_in_as(make_user(role="member"))("/outbox").status_code == 403
    assert other_account.screens()(f"/outbox/{owed.id}").status_code == 404


def test_nobody_reads_or_handles_the_mail_of_somebody_above_their_role(sign_in_as, make_user, scope):
    chief = make_user(role="super_admin", state="invited", email="chief@corp.example")
    mail = next(mail for mail in newest_mails(scope).items if mail.to_address == chief.email)
    link = invitations.link_token(invitations.latest(scope, chief))
    screens = sign_in_as(make_user(role="user_admin"))

    shown = screens(f"/outbox/{mail.id}")
    assert link not in shown.html
    assert "is shown to them alone" in shown.text
    assert not [form for form in shown.forms if form.answers_to("retry") or form.answers_to("cancel")]
    assert screens.visitor.open(f"/outbox/{mail.id}/body").status_code == 404
    assert "chief@corp.example" in screens("/outbox").text
    token = screens("/outbox").form("/sign-out").values["csrf_token"][0]
    for action in ("retry", "cancel"):
        refused = screens.go(f"/outbox/{mail.id}/{action}", method="POST", data=f"csrf_token={token}")
        assert (refused.status_code, "Only Super Admins" in refused.text) == (403, True)
    batch = screens.go("/outbox/batch", method="POST", data=f"csrf_token={token}&action=cancel&mail={mail.id}")
    assert "0 mails were cancelled." in batch.text
    assert outbox_list.get(scope, mail.id).state == "waiting"
    assert "Hello" in sign_in_as(make_user(role="super_admin"))(f"/outbox/{mail.id}").text
