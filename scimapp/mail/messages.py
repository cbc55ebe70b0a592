"""The texts of mails: turns an outbox row into a subject, a plain text and an HTML text with the same words.

Texts are made on demand and stored nowhere, so the database holds no usable link. Links are built from the configured
external address only; no request can change where they lead.
"""

import re
import unicodedata
from hmac import compare_digest

from flask import current_app
from flask_babel import force_locale
from msgspec import Struct

from .. import languages
from ..directory import clock, secrets
from ..directory.connection import token_ends
from ..directory.connection.providers import worded
from ..directory.links import invitations, one_time_links
from ..directory.links.email_changes import masked as masked_address
from ..directory.outbox import outbox
from ..languages import day
from ..local_time import in_zone, time_of

MASKED_TOKEN = "••••"
LONGEST_NAME = 200  # characters
# The path of the link in a mail, and the function that derives its secret.
_LINKS = {
    "invitation": ("invitations", invitations.link_token),
    "invitation_reminder": ("invitations", invitations.link_token),
    "password_reset": ("password/reset", one_time_links.link_token),
    "email_confirmation": ("email/confirm", one_time_links.link_token),
}
# The pages that mails without a secret lead to. Mails not listed lead to the page that requests a new password.
_PLACES = {
    "seats_full": "settings/security",
    "ownership_transferred": "settings/roles",
    "token_ends": "provisioning",
    "token_used_after_end": "provisioning",
    "deactivations_stopped": "provisioning",
    "directory_quiet": "provisioning",
}
_HELP = "password/forgot"
_TELL_WHEN = frozenset((  # mails that say when it happened
    "password_changed", "ownership_transferred", "second_step_on", "second_step_off", "recovery_code_used",
    "recovery_codes_made", "second_step_guessed",
))  # fmt: skip
_NAMES = ("account_name", "given_name", "invited_by", "owner_name", "token")  # values that somebody chose
# Where mail programs see an address of a page or of a mailbox: in "http://", "acme.example" and "ann@acme". Initials are none.
_IN_ADDRESSES = re.compile(r"(?<=\w)(?::(?=//)|\.(?=\w{2})|@(?=\w))")
_BREAK = "\u200b"  # nobody sees it
# Characters that reverse the reading direction and can disguise a name.
_DIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class RenderedMail(Struct, frozen=True):
    """One mail as it is sent. ``link`` is the URL in both texts."""

    subject: str
    text: str
    html: str
    link: str
    sender_name: str
    sender_address: str
    to: str
    reply_to: str | None = None

    @property
    def sender(self):
        """The sender as a readable text."""
        return f"{self.sender_name} <{self.sender_address}>"


def carries_secret(mail):
    """Whether the link in a mail grants something to whoever has it."""
    return mail.kind in _LINKS


def link_works(mail, material, moment):
    """Whether the link in a mail still works. A link made under another key of the server does not."""
    if not carries_secret(mail):
        return True
    (_, token_of), link = _LINKS[mail.kind], material.link
    return not material.link_has_ended(moment) and compare_digest(secrets.digest(token_of(link)), link.token_hash)


def render(mail, settings, *, masked):
    """Write the mail of an outbox row. ``masked`` leaves the secret out of the link, for readers other than the recipient.

    Raises NotInAccount if the person or the link is gone.
    """
    return write(mail, outbox.material(mail), settings, masked=masked)


def write(mail, material, settings, *, masked):
    """Write a mail from its MailMaterial (``directory.outbox.outbox``), in the person's language and time zone.

    A mail to an address that the person does not use, or no longer uses, does not reveal the zone.
    """
    zone = material.zone if mail.to_address == material.email else None
    with force_locale(material.language), in_zone(zone):
        return _write(mail, material, settings, masked)


def _write(mail, material, settings, masked):
    link = f"{settings.external_url}/{_path(mail, material, masked)}"
    account_name, token = one_line(material.account_name), material.token
    new_address = material.link.email if mail.kind == "email_change_asked" else material.email
    values = {
        "language": material.language,
        "account_name": account_name,
        "given_name": _name(material.given_name) or _name(material.display_name),
        "invited_by": _name(material.invited_by or ""),
        "owner_name": _name(material.owner_name),
        "is_provisioned": material.provisioned_by is not None,
        "email": one_line(mail.to_address),
        "new_address": one_line(masked_address(new_address)) if new_address else "",
        "answers": bool(material.reply_to),
        "expires": spoken(material.link.expires_at) if material.link else "",
        "token": one_line(languages.spoken(worded(token.label))) if token else "",
        "token_end": spoken(token.expires_at) if token else "",
        "token_used": spoken(token.last_used_at) if token and token.last_used_at else "",
        "days": _days_left(mail, material),
        "made": spoken(mail.created_at) if mail.kind in _TELL_WHEN else "",
        "link": link,
    }
    written = values | {name: unlinked(values[name]) for name in _NAMES}
    return RenderedMail(
        subject=one_line(_fill(mail.kind, "subject.txt", values)),
        text=_fill(mail.kind, "body.txt", written),
        html=_fill(mail.kind, "body.html", written),
        link=link,
        sender_name=account_name,
        sender_address=settings.mail_from,
        to=mail.to_address,
        reply_to=material.reply_to,
    )


def _days_left(mail, material):
    """In how many days the subject of the mail ends, as of the warning about a token, or the sending of a reminder."""
    if material.token:
        return token_ends.days_left(material.token, mail.created_at)
    if mail.kind == invitations.REMINDER:
        return token_ends.days_left(material.link, mail.sent_at or clock.now())
    return 0


def _path(mail, material, masked):
    if mail.kind not in _LINKS:
        return _PLACES.get(mail.kind, _HELP)
    path, token_of = _LINKS[mail.kind]
    return f"{path}/{MASKED_TOKEN if masked else token_of(material.link)}"


def one_line(text):
    """``text`` on one line without control characters, so that a name can neither end a line nor reverse the text."""
    kept = (character for character in " ".join(text.split()) if character not in _DIRECTIONAL)
    return "".join(character for character in kept if unicodedata.category(character) not in ("Cc", "Cs"))


def _name(text):
    """A person's name on one line, shortened: directories may send names of thousands of characters."""
    text = one_line(text)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def unlinked(name):
    """``name`` so that mail programs make no link of any part of it: the only links of a mail are ours (decision 0142)."""
    return _IN_ADDRESSES.sub(rf"\g<0>{_BREAK}", name)


def spoken(moment):
    """A moment in words: "Monday 30 November 2026, 09:12 UTC"."""
    return f"{day(moment, 'long')}, {time_of(moment)}"


def _fill(kind, name, values):
    # Not Flask's ``render_template``, which would add what screens need of a request.
    return current_app.jinja_env.get_template(f"mail/{kind}/{name}").render(values)
