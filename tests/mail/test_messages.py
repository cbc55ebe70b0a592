"""The words of an invitation: who invited, where the link leads, until when; and that data stays data."""

import pytest
from msgspec.structs import replace

from scimapp.directory.accounts import account_settings
from scimapp.directory.errors import NotInAccount
from scimapp.directory.links import invitations, own_email
from scimapp.directory.outbox import outbox
from scimapp.directory.scope import person_scope, server_scope
from scimapp.mail.messages import one_line, render, write
from tests.mail.conftest import owed_mail
from tests.support.databases import on_both

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% raw %}"


@pytest.fixture
def invitation_mail(app, make_user, mails):
    """``invitation_mail(masked=False, …)`` renders the mail of a person who has just been invited."""

    def make(masked=False, **person):
        make_user(state="invited", **person)
        return render(mails()[-1], app.config["SETTINGS"], masked=masked)

    return make


def test_an_invitation_by_hand_names_who_invited(invitation_mail, account):
    mail = invitation_mail(given_name="Wilhelmina", email="wilhelmina@corp.example")

    for text in (mail.text, mail.html):
        assert "Hello Wilhelmina," in text
        assert "Olive Owner invited you to Acme." in text
        assert "wilhelmina@corp.example" in text
        assert "The link works once, until " in text
        assert "Not expecting this?" in text
    assert mail.to == "wilhelmina@corp.example"
    assert mail.sender == "Acme <no-reply@localhost>"


def test_an_invitation_by_the_directory_says_so(app, scim, mails):
    scim.post("/Users", {"userName": "ann@corp.example", "name": {"givenName": "Ann", "familyName": "Bo"}})

    mail = render(mails()[-1], app.config["SETTINGS"], masked=False)

    for text in (mail.text, mail.html):
        assert "Olive Owner’s team set up an account at Acme for you through the company directory." in text


def test_an_invitation_by_the_server_claims_neither(invitation_mail, account):
    mail = invitation_mail(by=server_scope(account.id))

    assert "Olive Owner’s team set up an account at Acme for you.\n" in mail.text
    assert "company directory" not in mail.html


def test_the_link_opens_the_invitation(invitation_mail):
    mail = invitation_mail(email="ann@corp.example")

    address, _, token = mail.link.rpartition("/")
    assert address == "http://people.example/invitations"
    assert mail.link in mail.text
    assert mail.html.count(f'href="{mail.link}"') == 2
    assert invitations.find_usable(token).email == "ann@corp.example"


def test_no_request_changes_where_the_link_leads(app, make_user, mails):
    make_user(state="invited")
    (mail,) = mails()
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    with app.test_request_context("/outbox", base_url="http://evil.example", headers=forged):
        written = render(mail, app.config["SETTINGS"], masked=False)

    assert written.link.startswith("http://people.example/invitations/")
    assert "evil" not in written.text + written.html


def test_a_masked_mail_holds_no_secret(invitation_mail, account, mails):
    mail = invitation_mail(masked=True, email="ann@corp.example")

    token = invitations.link_token(outbox.material(mails()[-1]).link)
    assert mail.link == "http://people.example/invitations/••••"
    assert token not in mail.text + mail.html + mail.subject


def test_names_stay_text_in_both_parts(app, invitation_mail):
    mail = invitation_mail(given_name=HOSTILE)

    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "{{7*7}}" in mail.html
    assert f"Hello {HOSTILE}," in mail.text  # plain text has no markup to break out of


def test_a_name_cannot_write_lines_of_its_own(invitation_mail):
    mail = invitation_mail(given_name="Ann\r\n\r\nYour password has expired: http://evil.example\x1b[2J\u202e")

    assert "Hello Ann Your password has expired: http:\u200b//evil.\u200bexample[2J,\n" in mail.text


def test_the_subject_is_the_one_in_the_outbox(invitation_mail, mails):
    assert invitation_mail().subject == mails()[-1].subject == "Acme invites you"


def test_a_subject_is_one_line_whatever_the_account_is_called(app, make_user, mails):
    make_user(state="invited")
    (mail,) = mails()
    material = replace(outbox.material(mail), account_name="Acme\r\nBcc: everybody@corp.example\0")

    written = write(mail, material, app.config["SETTINGS"], masked=True)

    assert written.subject == "Acme Bcc: everybody@corp.example invites you"
    assert written.sender_name == "Acme Bcc: everybody@corp.example"


def test_the_html_part_is_small_and_loads_nothing(invitation_mail):
    mail = invitation_mail()

    assert len(mail.html.encode()) < 12_000
    assert "<img" not in mail.html
    assert "http://" not in mail.html.replace(mail.link, "")
    assert mail.html.startswith("<!doctype html>")


def test_a_mail_of_somebody_who_is_gone_cannot_be_written(app, account):
    mail = owed_mail()
    mail.account_id = account.id

    with pytest.raises(NotInAccount):
        render(mail, app.config["SETTINGS"], masked=True)


@pytest.mark.parametrize("text, line", [
    ("  Ann   Bo ", "Ann Bo"),
    ("Ann\u2028Bo\x85Cy", "Ann Bo Cy"),
    ("A\0n\x07n", "Ann"),
    ("ann\u202egnp.exe", "anngnp.exe"),
    ("नेहा 👩‍🔬 Nguyễn", "नेहा 👩‍🔬 Nguyễn"),
])  # fmt: skip
def test_one_line(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("zone", "ending"),
    [
        ("Europe/Berlin", ("CET", "CEST")),
        ("America/Sao_Paulo", ("UTC-03:00",)),
        ("W. Europe", ("UTC",)),
        (None, ("UTC",)),
    ],
)
def test_times_are_in_the_zone_of_who_gets_the_mail(invitation_mail, zone, ending):
    mail = invitation_mail(core={"timezone": zone} if zone else {})

    line = next(line for line in mail.text.splitlines() if line.startswith("The link works once, until "))
    assert line.removesuffix(".").rpartition(" ")[2] in ending


@on_both
def test_times_for_who_has_no_zone_are_in_the_accounts(scope, invitation_mail):
    account_settings.change_account(scope, time_zone="Asia/Tokyo")

    assert " JST." in invitation_mail().text


def test_an_address_that_is_not_in_use_learns_nothing_of_the_zone(app, make_user, mails):
    person = make_user(core={"timezone": "Asia/Tokyo"})
    own_email.ask(person_scope(person), "new@corp.example")

    mail = next(mail for mail in mails() if mail.to_address == "new@corp.example")

    assert " UTC." in render(mail, app.config["SETTINGS"], masked=False).text
