"""What a mail server last answered, in plain words beside the original."""

import pytest

from tests.support.mails import fail


@pytest.mark.parametrize("answer, words, code", [
    ("550 5.1.1 <ann@corp.example>: user unknown", "The mailbox does not exist.", "550 5.1.1"),
    ("552 5.2.2 over quota", "The mailbox is full.", "552 5.2.2"),
    ("554 5.7.1 listed", "The mail server does not accept mail from us.", "554 5.7.1"),
    ("550 gone", "The mailbox does not exist.", "550"),
    ("Errno 111: Connection refused", "No connection: smtp connection refused.", ""),
    ("Connection unexpectedly closed", "No connection: smtp connection broken off.", ""),
    ("The mail server could not be reached: [Errno 104] Connection reset by peer",
     "No connection: smtp connection broken off.", ""),
    ("The mail server could not be reached: [Errno 113] No route to host", "No connection: no way to the smtp server.", ""),
    ("The mail server could not be reached: [Errno 101] Network is unreachable",
     "No connection: no way to the smtp server.", ""),
    ("STARTTLS extension not supported by server.", "No connection: smtp server offers no encryption.", ""),
    ("599 5.9.9 strange", "The mail server does not accept this mail.", "599 5.9.9"),
    ("The invitation has ended. Send it again from the person's page.", "The invitation has ended.", ""),
])  # fmt: skip
def test_the_last_answer_stands_in_plain_words_beside_the_original(page, owed, answer, words, code):
    fail(owed, answer)

    assert words in page("/outbox").text
    assert code in page("/outbox").text
    assert answer in page(f"/outbox/{owed.id}").text
