"""The state of a person in words; colour and icon only repeat the words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ...directory.clock import now
from ..template_helpers import doer_words

# The names of the states in tiles and filters.
STATES = {"active": _l("Active"), "invited": _l("Open invites"), "inactive": _l("Inactive")}

# Why an open invitation has had no result yet.
_WHY = {
    "accepted": _l("not sent"),
    "withdrawn": _l("link withdrawn"),
    "expired": _l("link expired"),
    "failed": _l("mail bounced"),
    "cancelled": _l("mail cancelled"),
    "waiting": _l("waiting to send"),
}


class StateWords(Struct, frozen=True):
    """A pill (``kind``, ``text``, ``icon``), and where known the reason ``why`` and the moment ``at``."""

    kind: str
    text: str
    icon: str
    why: str = ""
    at: object = None


def state_words(user, sent=None, names=None):
    """The StateWords of a person.

    ``sent`` is the newest SentInvitation, None for a person never invited. With ``names`` (a DirectoryNames), a
    directory that ended the access is called by its name in place of the token's label.
    """
    if user.state == "active":
        return StateWords("ok", _("Active"), "dot")
    if user.state == "inactive":
        return _inactive(user, names)
    return _invited(user, sent)


def _inactive(user, names):
    if user.erased_at is not None:
        return StateWords("", _("Inactive"), "user-off", _("erased"), user.erased_at)
    if user.removed_at is not None:
        who = (names and names(user.connection_id)) or doer_words(user.removed_by)
        return StateWords("", _("Inactive"), "cloud-off", _("removed by %(name)s", name=who), user.removed_at)
    if not user.deactivated_by:
        return StateWords("", _("Inactive"), "user-off", "", user.deactivated_at)
    who = doer_words(names.of_label(user.deactivated_by) if names else user.deactivated_by)
    return StateWords("", _("Inactive"), "user-off", _("by %(name)s", name=who), user.deactivated_at)


def _invited(user, sent):
    if not user.email:
        return _open("", _("no e-mail address"))
    if sent is None:
        return _open("", _("not sent"))
    word = sent.word_at(now())
    if word == "sent":
        invitation, mail = sent.invitation, sent.mail
        return StateWords("warn", _("Invited"), "mail", "", (mail and mail.sent_at) or invitation.created_at)
    return _open(word, str(_WHY[word]))


def _open(word, why):
    kind, icon = {"failed": ("bad", "mail-x"), "expired": ("warn", "clock")}.get(word, ("warn", "mail"))
    return StateWords(kind, _("Invited"), icon, why)
