"""Every kind of mail: the same words in both parts, in the reader's language, small, and safe from hostile names."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory import clock
from scimapp.directory.accounts import account_owner, account_settings, accounts
from scimapp.directory.calls import call_log
from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import deactivation_guard, live_tokens, quiet_directories, scim_tokens, token_ends
from scimapp.directory.errors import DeactivationsStopped
from scimapp.directory.links import invitation_reminders, one_time_links, own_email, password_resets
from scimapp.directory.model import User
from scimapp.directory.outbox import administrators, outbox
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope, token_scope
from scimapp.directory.sign_in import second_step, second_step_proofs
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.mail.envelope import OutgoingMail
from scimapp.mail.messages import render
from tests.mail.conftest import parsed
from tests.support import authenticator
from tests.support.databases import only_sqlite
from tests.support.fixtures.outside import Clock
from tests.support.mails import newest_mails

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7777*9999}}\r\nBcc: all@corp.example"
NEW = "elsewhere@corp.example"


def _by_hand(account, made):
    account.make_user(state="invited", **made)


def _reminder(account, made):
    account.make_user(state="invited", **made)
    for mail in outbox.lease():
        outbox.mark_sent(mail)
    with clock.set_to(clock.now() + timedelta(days=5)):
        invitation_reminders.tell()


def _by_directory(account, made):
    name = {"givenName": made["given_name"], "familyName": made["family_name"]}
    email = f"directory{len(newest_mails(account.scope).items)}@corp.example"
    answer = account.scim().post("/Users", {"userName": email, "name": name})
    assert answer.status_code == 201, answer.json


def _reset(account, made):
    password_resets.request_for(account.scope, account.make_user(**made).id)


def _password_changed(account, made):
    person = account.make_user(**made)
    password_resets.request_for(account.scope, person.id)
    link = one_time_links.newest(account.scope, person, "password")
    password_resets.complete(one_time_links.link_token(link), "a hash")


def _own_change(account, made):
    own_email.ask(person_scope(account.make_user(**made)), NEW)


def _others_change(account, made):
    users.update(account.scope, account.make_user(**made).id, UserChanges(email=NEW))


def _second_step_on(account, made):
    return authenticator.switch_on(account.make_user(**made))


def _second_step_off(account, made):
    second_step.switch_off(person_scope(_second_step_on(account, made)[0]))


def _recovery_code_used(account, made):
    person, _, codes = _second_step_on(account, made)
    second_step_proofs.take_recovery_code(person_scope(person), codes[0])


def _recovery_codes_made(account, made):
    second_step.renew_codes(person_scope(_second_step_on(account, made)[0]))


def _second_step_guessed(account, made):
    second_step_proofs.tell_of_guesses(person_scope(account.make_user(**made)))


def _ownership(account, made):
    heir = account.make_user(role="super_admin", **made)
    account_owner.transfer(account.scope, heir.id)


def _seats(account, made):
    account.make_user(role="super_admin", **made)
    with unit_of_work(account.scope) as work:
        administrators.tell(work, "seats_full", "Acme has no free seat", since=work.now - timedelta(days=1))


def _token_ends(account, made):
    account.make_user(role="user_admin", **made)
    scim_tokens.generate(account.scope, "Okta production", "okta", 8, activate=True)
    with clock.set_to(clock.now() + timedelta(days=2)):
        token_ends.tell()


def _token_used_after_end(account, made):
    account.make_user(role="user_admin", **made)
    _, secret = scim_tokens.generate(account.scope, "Okta production", "okta", 8, activate=True)
    with clock.set_to(clock.now() + timedelta(days=9)):
        live_tokens.authenticate(secret)
        token_ends.tell()


def _deactivations_stopped(account, made):
    account.make_user(role="user_admin", **made)
    accounts.change_options(account.scope, stop_deactivations=True)
    _, secret = scim_tokens.generate(account.scope, "Okta production", "okta", activate=True)
    okta = token_scope(live_tokens.authenticate(secret))
    for person in [account.make_user() for _ in range(deactivation_guard.ALWAYS_ALLOWED)]:
        users.deactivate(okta, person.id)
    with pytest.raises(DeactivationsStopped):
        users.deactivate(okta, account.make_user().id)


def _directory_quiet(account, made):
    account.make_user(role="user_admin", **made)
    client, moved = account.scim("okta"), Clock()
    for _ in range(7):
        client.get("/Users")
        call_log.flush()
        moved.advance(hours=1)
    moved.advance(days=quiet_directories.TELL_AFTER.days)
    quiet_directories.tell()
    moved.stop()


# kind → (what makes one, a sentence of it)
KINDS = {
    "invitation": (_by_hand, "Olive Owner invited you to Acme. Choose a password and you can sign in."),
    "invitation by directory": (
        _by_directory,
        "Olive Owner’s team set up an account at Acme for you through the company directory.",
    ),
    "invitation_reminder": (_reminder, "Olive Owner invited you to Acme. You have not chosen a password yet."),
    "password_reset": (_reset, "Your present password works until you do."),
    "password_changed": (_password_changed, "Every other session has ended."),
    "email_confirmation": (_own_change, "Your account at Acme is to be used with this address."),
    "email_change_asked": (_own_change, "Until the link that was sent there is opened, this address stays in use."),
    "email_changed": (_others_change, "Nobody signs in with this address any more."),
    "second_step_on": (_second_step_on, "From now on a code of an authenticator app is asked for after the password."),
    "second_step_off": (_second_step_off, "Your recovery codes no longer work."),
    "recovery_code_used": (_recovery_code_used, "The code no longer works."),
    "recovery_codes_made": (_recovery_codes_made, "Those from before no longer work."),
    "second_step_guessed": (_second_step_guessed, "Nobody came in, and further codes are taken every half hour only."),
    "ownership_transferred": (_ownership, "Whoever owned the account before stays Super Admin."),
    "seats_full": (_seats, "Every seat of Acme is in use, and somebody could not come in"),
    "token_ends": (_token_ends, "Rotate the token before, and give the new one to the directory."),
    "token_used_after_end": (
        _token_used_after_end,
        "Give the directory a token that works, and let it push everything again.",
    ),
    "deactivations_stopped": (_deactivations_stopped, "Further ones are refused until somebody decides."),
    "directory_quiet": (_directory_quiet, "Look whether provisioning still runs in the directory"),
}
CARRIERS = ("invitation", "invitation_reminder", "password_reset", "email_confirmation")  # whose link opens something
# only_sqlite: the first test makes and reads every kind on both databases; what its text looks like after that hangs on none.


@pytest.fixture
def write(app, account):
    """``write(kind, masked=False, **person)`` makes a mail of that kind and renders it."""

    def make(kind, *, masked=False, **person):
        KINDS[kind][0](account, {"given_name": "Ann", "family_name": "Bo"} | person)
        stored = kind.partition(" ")[0]
        theirs = [mail for mail in newest_mails(account.scope).items if mail.user_seq != account.owner.seq]
        mail = next(mail for mail in theirs if mail.kind == stored)
        return render(mail, app.config["SETTINGS"], masked=masked), mail

    return make


class Words(HTMLParser):
    """What a mail program shows of the HTML part, as text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self._silent = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        hidden = "display:none" in dict(attributes).get("style", "").replace(" ", "")
        self._silent += tag in ("style", "title") or hidden

    def handle_endtag(self, tag):
        if self._silent and tag in ("style", "title", "div"):
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent:
            self.text.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is_about_in_both_parts(write, kind):
    mail, _ = write(kind)
    shown = " ".join("".join(Words(mail.html).text).split())
    plain = " ".join(mail.text.split())

    assert KINDS[kind][1] in shown
    assert KINDS[kind][1] in plain
    assert "Hello Ann," in plain
    assert mail.link in plain + shown or kind == "email_changed"


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_the_text_is_missing_in_the_html(write, kind):
    mail, _ = write(kind)
    shown = " ".join("".join(Words(mail.html).text).split())

    missing = [
        sentence
        for line in mail.text.splitlines()
        if line != mail.link  # stands behind the button
        for sentence in re.split(r"(?<=[.?])\s+", line.strip())
        if " ".join(sentence.split()).rstrip(".:") not in shown
    ]
    assert not missing


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_small_and_loads_nothing(write, kind):
    mail, _ = write(kind)

    assert len(mail.html.encode()) < 12_000
    assert not re.search(r"<(img|link|script|iframe|object)\b|url\(", mail.html)
    assert not re.findall(r"https?://(?!people\.example/)", mail.html + mail.text)


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_stay_words_in_every_part_and_header(write, kind):
    mail, row = write(kind, given_name=HOSTILE.replace("\r\n", " "), family_name="")
    message = parsed(OutgoingMail(mail, row.message_id))

    assert not re.search(r"<(script|img)\b", mail.html)
    assert "{{7777*9999}}" in mail.html and "{{7777*9999}}" in mail.text
    assert str(7777 * 9999) not in mail.html + mail.text
    assert sorted(name for name, _ in message.items() if name not in ("MIME-Version", "Content-Type", "Reply-To")) == [
        "Auto-Submitted", "Date", "From", "Message-ID", "Subject", "To",
    ]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_it_leaves_with_a_message_id_of_its_own_and_is_no_answer_to_anybody(write, kind):
    mail, row = write(kind)
    first, second = (parsed(OutgoingMail(mail, row.message_id)) for _ in range(2))

    assert first["Message-ID"] == second["Message-ID"] == f"<{row.id}@scimapp>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["From"].addresses[0].display_name == "Acme"


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_answers_reach_the_contact_of_the_account(write, scope, kind):
    account_settings.change_account(scope, reply_to="help@acme.example")
    mail, row = write(kind)

    assert parsed(OutgoingMail(mail, row.message_id))["Reply-To"] == "help@acme.example"


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_written_in_the_language_of_its_reader_else_of_the_account(app, write, account, scope, kind):
    account_settings.change_account(scope, language="de")
    mail, row = write(kind)
    assert '<html lang="de">' in mail.html

    db.session.execute(update(User).where(User.seq == row.user_seq).values(language="en"))
    db.session.commit()
    again = render(row, app.config["SETTINGS"], masked=False)

    assert '<html lang="en">' in again.html
    assert KINDS[kind][1] in " ".join(again.text.split())


@only_sqlite
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in CARRIERS])
def test_a_masked_mail_holds_no_secret(app, write, kind):
    mail, row = write(kind, masked=True)
    secret = render(row, app.config["SETTINGS"], masked=False).link.rpartition("/")[2]

    assert len(secret) >= 43
    assert secret not in mail.text + mail.html + mail.subject
    assert "••••" in mail.text


def test_notices_of_a_change_go_to_the_address_before_and_sign_nobody_in(write):
    for kind in ("email_change_asked", "email_changed"):
        mail, row = write(kind, email=f"{kind}@corp.example".replace("_", ""))
        assert row.to_address == f"{kind}@corp.example".replace("_", "")
        assert NEW not in mail.text  # whoever reads the old mailbox learns a part of the new address only
        assert "e…@corp.example" in mail.text
        assert "/email/confirm/" not in mail.text + mail.html
