"""The state of a person in words (screens, section 5.1): the colour and the icon only repeat them."""

from dataclasses import dataclass

from ...directory.clock import now


@dataclass(frozen=True, slots=True)
class StateWords:
    """A pill (``kind``, ``text``, ``icon``), then the reason: ``why`` and the moment ``at``, each where known."""

    kind: str
    text: str
    icon: str
    why: str = ""
    at: object = None


def state_words(user, standing=None):
    """How a person stands. ``standing`` is the newest invitation, None for somebody never invited."""
    if user.state == "active":
        return StateWords("ok", "Active", "dot")
    if user.state == "inactive":
        return _inactive(user)
    return _invited(user, standing)


def _inactive(user):
    if user.removed_at is not None:
        return StateWords("", "Inactive", "cloud-off", f"removed by {user.removed_by}", user.removed_at)
    why = f"by {user.deactivated_by}" if user.deactivated_by else ""
    return StateWords("", "Inactive", "user-off", why, user.deactivated_at)


def _invited(user, standing):
    if not user.email:
        return StateWords("warn", "Invited", "mail", "no e-mail address")
    if standing is None:
        return StateWords("warn", "Invited", "mail", "not sent")
    invitation, mail = standing.invitation, standing.mail
    words = {
        "accepted": StateWords("warn", "Invited", "mail", "not sent"),
        "withdrawn": StateWords("warn", "Invited", "mail", "link withdrawn"),
        "expired": StateWords("warn", "Invited", "clock", "link expired"),
        "failed": StateWords("bad", "Invited", "mail-x", "mail failed"),
        "cancelled": StateWords("warn", "Invited", "mail", "mail cancelled"),
        "waiting": StateWords("warn", "Invited", "mail", "waiting to send"),
        "sent": StateWords("warn", "Invited", "mail", "", (mail and mail.sent_at) or invitation.created_at),
    }
    return words[standing.word_at(now())]
