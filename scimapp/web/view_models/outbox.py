"""The mail outbox as screens show it."""

from dataclasses import dataclass

from ...directory import outbox

_PILLS = {
    "waiting": ("info", "Waiting", "clock"),
    "retrying": ("warn", "Retrying", "refresh"),
    "sent": ("ok", "Sent", "check"),
    "failed": ("bad", "Failed", "mail-x"),
    "cancelled": ("", "Cancelled", "ban"),
}
STATES = {"waiting": "Waiting", "sent": "Sent", "failed": "Failed", "cancelled": "Cancelled"}
_KINDS = {"invitation": "Invitation"}
_IN_WORDS = {
    "550": "The mailbox does not exist.",
    "552": "The mailbox is full.",
    "535": "The mail server does not know our user name and password.",
}


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail in the list."""

    id: str
    pill: tuple
    when: object  # the next try of one that is being retried
    to: str
    subject: str
    kind: str
    person: object
    made_at: object
    sent_at: object
    answer: str  # the mail server's, in its own words
    in_words: str
    is_open: bool  # may still be tried or cancelled

    @classmethod
    def of(cls, mail, people):
        retrying = mail.state == "waiting" and mail.attempts > 0 and mail.last_error
        return cls(
            id=mail.id,
            pill=_PILLS["retrying" if retrying else mail.state],
            when=mail.next_attempt_at if retrying else None,
            to=mail.to_address,
            subject=mail.subject,
            kind=_KINDS.get(mail.kind, mail.kind),
            person=people.get(mail.user_seq),
            made_at=mail.created_at,
            sent_at=mail.sent_at,
            answer=mail.last_error or "",
            in_words=_IN_WORDS.get((mail.last_error or "")[:3], ""),
            is_open=mail.state in ("waiting", "failed"),
        )


def mail_rows(scope, page):
    """The MailRows of a page of the outbox, two statements."""
    people = outbox.recipients(scope, page.items)
    return [MailRow.of(mail, people) for mail in page.items]
