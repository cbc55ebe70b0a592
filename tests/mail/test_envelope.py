"""Headers: the same set whatever the data, one recipient, and nothing that a mail program would take for a header."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scimapp.directory.addresses import is_mailbox
from scimapp.mail.envelope import Undeliverable
from scimapp.mail.messages import LONGEST_NAME, one_line
from tests.mail.conftest import outgoing, parsed

HEADERS = ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
ENCODED = "=?utf-8?q?a=0D=0ABcc:x=40evil.example=0D=0A?="


def test_a_mail_is_one_alternative_of_text_and_html():
    message = parsed(outgoing())

    assert sorted(message.keys()) == sorted(HEADERS)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Message-ID"] == "<1@scimapp>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.utcoffset().total_seconds() == 0


def test_every_byte_is_ascii_and_every_line_short():
    raw = outgoing(text="Grüße " * 400, html="<p>" + "日本" * 900 + "</p>", subject="Größe " * 20).as_bytes()

    assert raw.isascii()
    assert max(map(len, raw.splitlines())) < 200


def test_a_text_arrives_as_it_was_written():
    message = parsed(outgoing(text="Grüße, 花子\n.\nEnde\n", html="<p>花子 &amp; Co</p>\n"))

    assert message.get_body(("plain",)).get_content().splitlines() == ["Grüße, 花子", ".", "Ende"]
    assert message.get_body(("html",)).get_content().splitlines() == ["<p>花子 &amp; Co</p>"]


@given(st.text(max_size=LONGEST_NAME + 1))
@example(ENCODED)
@example(f"Acme {ENCODED} Ltd")
@example('Acme, "Inc." <evil@evil.example>')
@example("Acme\r\nBcc: evil@evil.example\r\n\r\nbody")
@example("Größe, Söhne & Co; (GmbH) @ Ort")
@example("=?utf-8?" * 30)
def test_no_name_changes_the_headers(name):
    name = one_line(name)

    message = parsed(outgoing(subject=f"{name} invites you".strip(), sender_name=name))

    assert sorted(message.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in message["From"].addresses] == ["no-reply@people.example"]
    assert [address.addr_spec for address in message["To"].addresses] == ["ann@corp.example"]
    assert not message.defects
    assert message.get_body(("plain",)).get_content().strip() == "Hello Ann, welcome."


@pytest.mark.parametrize(
    "name", ["Acme, Inc.", 'Smith "Bo" & Sons', "Größe, Söhne", "株式会社 さくら", "a" * 120, "(Acme)"]
)
def test_the_sender_is_shown_as_the_account_is_called(name):
    (sender,) = parsed(outgoing(sender_name=name))["From"].addresses

    assert (sender.display_name, sender.addr_spec) == (name, "no-reply@people.example")


@pytest.mark.parametrize("typed, sent", [
    ("ann@corp.example", "ann@corp.example"),
    ("ann@corp.local", "ann@corp.local"),
    ("ann@localhost", "ann@localhost"),
    ("o'brien+x@corp.example", "o'brien+x@corp.example"),
    ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ("ann@FAß.bücher.example", "ann@xn--fa-hia.xn--bcher-kva.example"),
    ("ann@βόλος.example", "ann@xn--nxasmm1c.example"),
])  # fmt: skip
def test_addresses_that_mail_can_be_sent_to(typed, sent):
    message = outgoing(to=typed)

    assert message.recipients == [sent]
    assert [address.addr_spec for address in parsed(message)["To"].addresses] == [sent]


@pytest.mark.parametrize("typed", [
    "", "ann", "@corp.example", "ann@", "ann@corp.example, bob@corp.example", "ann,bob@corp.example",
    "ann@corp.example\r\nBcc: bob@corp.example", "Ann <ann@corp.example>", "a@b@corp.example", "ünn@corp.example",
    "ann@corp.example>", "ann bob@corp.example", "ann@-.", "ann@.example", "ann@" + "x" * 80 + ".example",
    "ann@corp.example\0", "ann(x)@corp.example", '"ann"@corp.example', "ann@[x",
])  # fmt: skip
def test_anything_else_is_not_sent(typed):
    with pytest.raises(Undeliverable, match="is not an address"):
        outgoing(to=typed)


@given(st.text(alphabet='ab@.;(=?_-"[', max_size=12).map(lambda text: f"a{text}@corp.example"))
@example("a..b@corp.example")
@example("a@corp.example.")
@example("a@[x")
def test_wherever_answers_go_the_mail_leaves(reply_to):
    message = parsed(outgoing(reply_to=reply_to))

    assert message["Reply-To"] == (reply_to if is_mailbox(reply_to) else None)
    assert not message.defects


@given(st.text(max_size=60).map(lambda text: f"{text}@corp.example"))
def test_an_address_is_one_recipient_or_none(typed):
    try:
        message = outgoing(to=typed)
    except Undeliverable:
        return
    assert message.send_to == {typed}
    assert [address.addr_spec for address in parsed(message)["To"].addresses] == [typed]
    assert sorted(parsed(message).keys()) == sorted(HEADERS)
