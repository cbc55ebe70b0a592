"""The text of a mail, made when it is sent or looked at; only what a person may see of it is decided by the caller."""

from dataclasses import dataclass

from flask import render_template
from flask_mail import Message

from ..directory import invitations, outbox

MASK = "••••"
_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": " "})


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """One mail as it is read. ``link`` is the address in it, masked when that was asked for."""

    subject: str
    text: str
    html: str
    link: str
    sender: tuple
    to: str


def render(mail, settings, *, masked):
    """The RenderedMail of an outbox row. Raises NotInAccount when the person or invitation is gone."""
    material = outbox.material(mail)
    secret = MASK if masked else invitations.link_token(material.invitation)
    link = f"{settings.external_url}/invitations/{secret}"  # from the settings, never from a Host header
    about = {"mail": material, "link": link, "product_name": settings.product_name}
    folder = f"mail/{mail.kind}"
    subject = _line(render_template(f"{folder}/subject.txt", **about))
    return RenderedMail(
        subject=subject,
        text=render_template(f"{folder}/body.txt", **about),
        html=render_template(f"{folder}/body.html", subject=subject, **about),
        link=link,
        sender=(_line(material.account_name), settings.mail_from),
        to=mail.to_address,
    )


def to_message(mail, rendered):
    """The Flask-Mail message: one recipient, the fixed Message-ID, text and HTML."""
    message = Message(
        subject=rendered.subject,
        recipients=[rendered.to],
        body=rendered.text,
        html=rendered.html,
        sender=rendered.sender,
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    message.msgId = mail.message_id
    return message


def _line(text):
    """One header line: no line break of a name can begin a header of its own (security V10)."""
    return " ".join(text.translate(_BREAKS).split())
