"""The questions before a change to the directory's connection."""

from flask_babel import gettext as _
from flask_babel import ngettext

from ....directory.connection.deactivation_guard import OPEN_HOURS
from ....languages import enumerated, spoken
from ...moment_words import ago
from ..confirmations import Question


def pausing(directories):
    """Pause SCIM? ``directories`` are the names of those that send."""
    names = enumerated([spoken(name) for name in directories])
    if len(directories) == 1:
        waits = _("%(directory)s is asked to wait (503) and tries again later. Nothing is lost. People can still sign in.",
                  directory=names)  # fmt: skip
    else:
        waits = _("%(directories)s are asked to wait (503) and try again later. Nothing is lost. People can still sign in.",
                  directories=names)  # fmt: skip
    return Question("pause", _("Pause SCIM?"), (waits,), _("Pause SCIM"), "btn-danger")


def revoking(token):
    """Revoke this TokenRow? For a token used lately the question says what stops."""
    if token.was_used_lately:
        sentences = (
            _("It was used %(ago)s.", ago=ago(token.last_used_at)),
            _("%(directory)s gets 401 from now on and stops creating and deactivating people until you give it another "
              "token. This cannot be undone.", directory=token.directory),
        )  # fmt: skip
    else:
        used = _("It has never been used.") if token.last_used_at is None else _("It has not been used for a week.")
        sentences = (used, _("Calls with it answer 401 from now on. This cannot be undone."))
    return Question("revoke", _("Revoke “%(label)s”?", label=token.label), sentences, _("Revoke token"), "btn-danger")


def releasing(token, run):
    """Let the deactivations that were stopped for this TokenRow through?"""
    waiting = ngettext(
        "%(num)s person waits and loses access as soon as %(name)s tries again.",
        "%(num)s people wait and lose access as soon as %(name)s tries again.",
        run.waiting, name=token.directory,
    )  # fmt: skip
    sentences = (
        waiting,
        _("For %(hours)s hours nothing more is stopped for the token “%(label)s”. You can activate people again at any "
          "time.", hours=OPEN_HOURS, label=token.label),
    )  # fmt: skip
    return Question("release", _("Let the deactivations through?"), sentences, _("Let them through"), "btn-danger")
