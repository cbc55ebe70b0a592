"""Every kind of mail: the same words in both parts, in the reader's language, small, and safe from hostile names."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory.accounts import account_settings
from scimapp.directory.model import User
from scimapp.mail.envelope import OutgoingMail
from scimapp.mail.messages import render
from tests.mail.conftest import parsed
from tests.mail.kinds import KINDS, NEW
from tests.support.databases import only_sqlite
from tests.support.mails import newest_mails

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7777*9999}}\r\nBcc: all@corp.example "
    "https://evil.example www.evil.example"
)
CARRIERS = ("invitation", "invitation_reminder", "password_reset", "email_confirmation")  # whose link opens something
# only_sqlite: the first test makes and reads every kind on both databases; what its text looks like after that hangs on none.


_written = {}  # kind → what ``written`` gave


@pytest.fixture
def written(database, request):
    """``written(kind)``: as ``write``, for tests that only read; a mail to Ann that is made once. The row is ``(id, message_id)``."""

    def make(kind):
        if (database, kind) not in _written:
            mail, row = request.getfixturevalue("write")(kind)
            _written[database, kind] = mail, (row.id, row.message_id)
        return _written[database, kind]

    return make


@pytest.fixture
def write(app, empty_database, account):
    """``write(kind, masked=False, **person)`` makes a mail of that kind and renders it.

    What looks for mails to remind of asks account after account, so those of the tests before are gone.
    """

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
def test_it_says_what_it_is_about_in_both_parts(written, kind):
    mail, _ = written(kind)
    shown = " ".join("".join(Words(mail.html).text).split())
    plain = " ".join(mail.text.split())

    assert KINDS[kind][1] in shown
    assert KINDS[kind][1] in plain
    assert "Hello Ann," in plain
    assert mail.link in plain + shown or kind == "email_changed"
    assert f"{mail.link}</a> " not in mail.html, "a sentence that goes on behind an address reads as a part of it"


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_of_the_text_is_missing_in_the_html(written, kind):
    mail, _ = written(kind)
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
    mail, _ = write(kind, given_name="Ann" * 9_000)

    assert len(mail.html.encode()) < 12_000 and len(mail.subject) < 500
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
    # What mail programs make a link of.
    assert not re.search(r"https?://(?!people\.example/)|evil\.example|all@corp", mail.html + mail.text)
    assert sorted(name for name, _ in message.items() if name not in ("MIME-Version", "Content-Type", "Reply-To")) == [
        "Auto-Submitted", "Date", "From", "Message-ID", "Subject", "To",
    ]  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("kind", KINDS)
def test_it_leaves_with_a_message_id_of_its_own_and_is_no_answer_to_anybody(written, kind):
    mail, (mail_id, message_id) = written(kind)
    first, second = (parsed(OutgoingMail(mail, message_id)) for _ in range(2))

    assert first["Message-ID"] == second["Message-ID"] == f"<{mail_id}@scimapp>"
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
