"""The texts of mails: an outbox row becomes a subject, a plain text and an HTML text of the same words.

A text is made when it is needed and kept nowhere, so no usable link stands in the database. Links are built from the
configured external address alone; no request can change where they lead.
"""

import unicodedata
from dataclasses import dataclass

from flask import current_app

from ..directory import invitations, outbox

MASKED_TOKEN = "••••"
# Characters that turn the reading direction around and so make a name look like something else.
_DIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One mail as it leaves. ``link`` is the address that stands in both texts."""

    subject: str
    text: str
    html: str
    link: str
    sender_name: str
    sender_address: str
    to: str

    @property
    def sender(self):
        """The sender as people read it."""
        return f"{self.sender_name} <{self.sender_address}>"


def render(mail, settings, *, masked):
    """Write the mail of an outbox row. ``masked`` leaves the secret out of the link, for eyes other than the recipient's.

    Raises NotInAccount when the person or the invitation is gone.
    """
    return write(mail, outbox.material(mail), settings, masked=masked)


def write(mail, material, settings, *, masked):
    """Write a mail from what it is made of, see ``directory.outbox.MailMaterial``."""
    token = MASKED_TOKEN if masked else invitations.link_token(material.invitation)
    link = f"{settings.external_url}/invitations/{token}"
    account_name = one_line(material.account_name)
    values = {
        "account_name": account_name,
        "given_name": one_line(material.given_name) or one_line(material.display_name),
        "invited_by": one_line(material.invited_by or ""),
        "owner_name": one_line(material.owner_name),
        "is_provisioned": material.provisioned_by is not None,
        "email": one_line(mail.to_address),
        "expires": spoken(material.expires_at),
        "link": link,
    }
    return RenderedMail(
        subject=one_line(_fill(mail.kind, "subject.txt", values)),
        text=_fill(mail.kind, "body.txt", values),
        html=_fill(mail.kind, "body.html", values),
        link=link,
        sender_name=account_name,
        sender_address=settings.mail_from,
        to=mail.to_address,
    )


def one_line(text):
    """``text`` on one line without control characters: a name can end no line and turn no text around."""
    kept = (character for character in " ".join(text.split()) if character not in _DIRECTIONAL)
    return "".join(character for character in kept if unicodedata.category(character) not in ("Cc", "Cs"))


def spoken(moment):
    """A moment as a sentence says it: "Monday 30 November 2026, 09:12 UTC"."""
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M} UTC"


def _fill(kind, name, values):
    # The templates are filled by hand: Flask's own function would add what screens need of a request.
    return current_app.jinja_env.get_template(f"mail/{kind}/{name}").render(values)
