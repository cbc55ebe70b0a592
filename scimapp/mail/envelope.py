"""A written mail as Flask-Mail sends it, with headers that no data can corrupt (security V10).

Flask-Mail assembles headers as text: it loses the address of a sender whose name contains a comma, and decodes line breaks
in a name that is an encoded word. Here the standard library's strict policy builds the headers.
"""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask_mail import Message

from ..directory.addresses import is_mailbox
from ..directory.clock import now

_STRICT = SMTP.clone(cte_type="7bit")  # every server accepts it, with or without 8BITMIME
# The parser raises each of these for incomplete addresses.
_OF_THE_PARSER = (ValueError, IndexError, AttributeError, NameError, MessageError)


class Undeliverable(ValueError):
    """The mail can never be sent; the text says why."""


class OutgoingMail(Message):
    """A Flask-Mail message to exactly one address."""

    def __init__(self, rendered, message_id):
        """Raises Undeliverable for an address that is not exactly one."""
        recipient = _address(rendered.to)
        super().__init__(
            subject=rendered.subject,
            recipients=[recipient.addr_spec],
            body=rendered.text,
            html=rendered.html,
            sender=rendered.sender_address,
        )
        self.rendered, self.recipient, self.msgId = rendered, recipient, message_id

    def _message(self):
        """The message from which Flask-Mail's ``as_bytes`` and ``as_string`` are made."""
        message = EmailMessage(policy=_STRICT)
        message["Subject"] = _plain_words(self.rendered.subject)
        message["From"] = Address(_plain_words(self.rendered.sender_name), addr_spec=self.rendered.sender_address)
        message["To"] = self.recipient
        if self.rendered.reply_to and is_mailbox(self.rendered.reply_to):
            message["Reply-To"] = Address(addr_spec=self.rendered.reply_to)
        message["Date"] = format_datetime(now())
        message["Message-ID"] = self.msgId
        message["Auto-Submitted"] = "auto-generated"  # suppresses automatic replies (RFC 3834, section 5)
        message.set_content(self.rendered.text)
        message.add_alternative(self.rendered.html, subtype="html")
        return message


def headers_of(rendered, message_id):
    """``[(name, value)]`` of the headers of a mail, decoded, without those of its parts and its date."""
    try:
        message = OutgoingMail(rendered, message_id)._message()
    except Undeliverable:
        return [("To", rendered.to), ("From", rendered.sender), ("Subject", rendered.subject)]
    left_out = ("date", "mime-version", "content-type", "content-transfer-encoding")
    return [(name, str(value)) for name, value in message.items() if name.lower() not in left_out]


def _address(text):
    """The one address in ``text``, with its domain in ASCII. Raises Undeliverable."""
    local, _, domain = text.rpartition("@")
    try:
        wanted = f"{local}@{_in_ascii(domain)}"
        address = Address(addr_spec=wanted)
        address.addr_spec.encode("ascii")
    except _OF_THE_PARSER as error:
        raise _undeliverable(text) from error
    if address.addr_spec != wanted:  # it leaves out comments: ann(x)@corp.example is not ann@corp.example here
        raise _undeliverable(text)
    return address


def _undeliverable(text):
    return Undeliverable(f"{text!r} is not an address that mail can be sent to.")


def _in_ascii(domain):
    """A domain as IDNA 2008 writes it. Python's codec is that of 2003: it takes faß.example for fass.example, somebody else's."""
    if domain.isascii():
        return domain.encode("idna").decode("ascii")  # which looks at the lengths
    import idna  # its tables are large, and few domains need them

    return idna.encode(domain, uts46=True).decode("ascii")


def _plain_words(text):
    """``text`` without the start of an encoded word (RFC 2047), which a mail program would decode."""
    return text.replace("=?", "= ?")
