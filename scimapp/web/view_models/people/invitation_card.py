"""How a person's invitations went: the card on the person's page."""

from flask import current_app
from flask_babel import gettext as _
from msgspec import Struct

from ....directory.clock import now
from ..mail_answers import answer_of


class Event(Struct, frozen=True):
    """A line of the invitation's timeline."""

    icon: str
    text: str
    at: object
    mail_id: str | None = None


class InvitationCard(Struct, frozen=True):
    """``action`` is the text of the button, None when nothing can be sent; ``hint`` says what the button does."""

    pill: tuple  # (kind, text, icon)
    events: list
    action: str | None
    hint: str


def invitation_card(user, past, directory, may_send):
    # Somebody whom a directory removed and created again has accepted one, but does so anew.
    awaited = [] if past and user.verified_at is None and past[0].invitation.accepted_at is not None else past
    action = (_("Send again") if awaited else _("Send invitation")) if may_send else None
    is_open = bool(past) and past[0].invitation.accepted_at is None and past[0].invitation.voided_at is None
    events = [event for sent in reversed(past) for event in _events(sent, directory)]
    return InvitationCard(_pill(user, awaited), events, action, _invitation_hint(user, is_open, bool(past)))


def _invitation_hint(user, is_open, was_sent):
    if user.verified_at is not None:
        return "" if was_sent else _("This account was set up without an invitation.")
    if not user.email:
        return _("There is no e-mail address to send an invitation to.")
    if not user.active:
        return _("Activate this person first; somebody inactive cannot accept an invitation.")
    return _("The old link stops working.") if is_open else ("" if was_sent else _("No invitation was sent yet."))


def _pill(user, past):
    if user.verified_at is not None:
        return ("ok", _("Accepted"), "check") if past else ("ok", _("Verified"), "check")
    if not past:
        return ("", _("Not sent"), "mail")
    pills = {
        "expired": ("warn", _("Expired"), "clock"),
        "failed": ("bad", _("Not delivered"), "mail-x"),
        "waiting": ("warn", _("Waiting to send"), "clock"),
        "cancelled": ("warn", _("Mail cancelled"), "mail"),
        "sent": ("info", _("Sent"), "mail"),
    }
    return pills.get(past[0].word_at(now()), ("", _("Withdrawn"), "mail"))


def _events(sent, directory):
    """One to four lines: how the mail and the reminder went, and what happened to the link."""
    invitation, mail = sent.invitation, sent.mail
    after = [*_reminder(sent.reminder), *_ending(invitation)]
    by = invitation.invited_by or (_("%(directory)s provisioning", directory=directory) if directory else "")
    mail_id = mail.id if mail is not None else None
    if mail is not None and mail.state == "sent":
        first = [
            Event("mail", _("Sent by %(who)s", who=by) if by else _("Sent"), invitation.created_at, mail_id),
            Event("mail-check", _taken(mail), mail.sent_at or mail.created_at),
        ]
        return [*first, *after]
    if mail is None:
        first = Event("mail", _("Sent by %(who)s", who=by) if by else _("Sent"), invitation.created_at)
    elif mail.state == "failed":
        first = Event("mail-x", _("Not delivered: %(why)s", why=_why(mail)), mail.created_at, mail_id)
    elif mail.state == "waiting":
        first = Event("clock", _("Waiting to send") + _refused(mail), mail.created_at, mail_id)
    else:
        made = _("Made by %(who)s", who=by) if by else _("Made")
        unsent = "" if invitation.accepted_at else _("; its mail was not sent")
        first = Event("mail", made + unsent, invitation.created_at, mail_id)
    return [first, *after]


def _reminder(mail):
    if mail is None:
        return []
    leaves = current_app.config["SETTINGS"].sends_mail
    text, icon, at = {
        "sent": (
            _("Reminder sent") if leaves else _("Reminder printed in the server’s log"),
            "mail-check",
            mail.sent_at,
        ),
        "waiting": (_("Reminder waiting to send") + _refused(mail), "clock", mail.created_at),
        "failed": (_("Reminder not delivered: %(why)s", why=_why(mail)), "mail-x", mail.created_at),
        "cancelled": (_("Reminder cancelled"), "ban", mail.created_at),
    }[mail.state]
    return [Event(icon, text, at, mail.id)]


def _taken(mail):
    if not current_app.config["SETTINGS"].sends_mail:
        return _("Printed in the server’s log: no mail server is set")
    if mail.attempts > 1:
        return _("Taken by the mail server at try %(number)s", number=mail.attempts)
    return _("Taken by the mail server")


def _refused(mail):
    return _("; try %(number)s failed: %(why)s", number=mail.attempts, why=_why(mail)) if mail.last_error else ""


def _why(mail):
    """The last answer in plain words; the page of the mail has the original."""
    return answer_of(mail.last_error).line or _("refused")


def _ending(invitation):
    if invitation.accepted_at is not None:
        return [Event("user-check", _("Accepted, e-mail verified"), invitation.accepted_at)]
    if invitation.voided_at is not None:
        reasons = {
            "replaced": _("Replaced by a newer link"),
            "deactivated": _("Withdrawn: the person was deactivated"),
            "address changed": _("Withdrawn: the e-mail address changed"),
        }
        return [Event("x", reasons.get(invitation.void_reason, _("Withdrawn")), invitation.voided_at)]
    if invitation.expires_at <= now():
        return [Event("clock", _("Link expired"), invitation.expires_at)]
    return []
