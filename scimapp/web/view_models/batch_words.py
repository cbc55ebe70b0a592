"""Actions on many people in words: the question before, the effects, and advice about each reason to skip a person."""

from flask_babel import gettext as _
from flask_babel import ngettext

from ...directory.batches import batch_reasons as because
from ...directory.batches import batch_registry
from ...languages import spoken
from ..template_helpers import number

_NOTHING_TO_DO = frozenset(
    (
        because.ALREADY_ACTIVE,
        because.ALREADY_INACTIVE,
        because.GONE,
        because.ERASED,
        because.SAME_MANAGER,
        because.NO_MANAGER,
        because.NOTHING_TO_CHANGE,
        because.already_in("").template,
        because.not_in("").template,
        because.has_role("").template,
    )
)


def label(action_name):
    """What an action is called."""
    action = batch_registry.find(action_name)
    return spoken(action.label) if action is not None else action_name


def asked(action_name, count):
    """“Deactivate 12 people”: the button, and the title without its question mark. For nobody, the action alone."""
    if not count:
        return label(action_name)
    few = {"count": number(count)}
    if action_name == "invite":
        return ngettext("Send the invitation to %(count)s person again", "Send the invitation to %(count)s people again",
                        count, **few)  # fmt: skip
    if action_name == "activate":
        return ngettext("Activate %(count)s person", "Activate %(count)s people", count, **few)
    if action_name == "deactivate":
        return ngettext("Deactivate %(count)s person", "Deactivate %(count)s people", count, **few)
    if action_name == "group_add":
        return ngettext("Add %(count)s person to a group", "Add %(count)s people to a group", count, **few)
    if action_name == "group_remove":
        return ngettext("Remove %(count)s person from a group", "Remove %(count)s people from a group", count, **few)
    if action_name == "role":
        return ngettext("Change the role of %(count)s person", "Change the role of %(count)s people", count, **few)
    if action_name == "manager":
        return ngettext("Set the manager of %(count)s person", "Set the manager of %(count)s people", count, **few)
    return ngettext("Send %(count)s person a password reset", "Send %(count)s people a password reset", count, **few)


def happens(action_name):
    """The effects of the action, as sentences."""
    mails_stay_sent = _("Mails that have left cannot be called back.")
    can_undo = _("You can undo it within 24 hours.")
    return {
        "invite": [_("Everybody gets a new link; older ones stop working."), mails_stay_sent],
        "activate": [_("They can sign in again. Who has not accepted an invitation yet gets one."), can_undo],
        "deactivate": [
            _("They are signed out at once and cannot sign in. Open invitations and reset links end."),
            _("Data, groups and history stay."),
            can_undo,
        ],
        "group_add": [_("Where a role rule belongs to the group, they get its role at once."), can_undo],
        "group_remove": [_("They stay people. Who had a role only through the group loses it."), can_undo],
        "role": [_("Whose role changes is signed out and signs in again with the new one."), can_undo],
        "manager": [_("It takes the place of the manager whom they have now."), can_undo],
        "reset": [
            _("Everybody gets a link to set a new password, good for 60 minutes. The old password works until then."),
            mails_stay_sent,
        ],
    }.get(action_name, [])


def managed_label(action_name, directories, count):
    """The label of the box that includes directory-managed people, "" where there are none."""
    if not count:
        return ""
    about = {"directory": _(" or ").join(spoken(name) for name in directories), "count": number(count)}
    if action_name == "activate":
        return ngettext(
            "Also %(count)s person managed by %(directory)s (%(directory)s may deactivate this person again)",
            "Also %(count)s people managed by %(directory)s (%(directory)s may deactivate them again)",
            count, **about,
        )  # fmt: skip
    return ngettext(
        "Also %(count)s person managed by %(directory)s (%(directory)s may activate this person again)",
        "Also %(count)s people managed by %(directory)s (%(directory)s may activate them again)",
        count, **about,
    )  # fmt: skip


def was_done(action_name):
    """What happened to the people the action was done to; "" where the title says enough."""
    return {
        "invite": _("A new invitation is on its way to them."),
        "activate": _("They can sign in again; who had not accepted an invitation got one."),
        "deactivate": _("Signed out everywhere; open invitations and reset links ended."),
        "reset": _("A link to set a new password is on its way to them."),
    }.get(action_name, "")


def advice(reason, action_name):
    """What the reader can do about a person skipped for this reason."""
    template = getattr(reason, "template", reason)
    if template == because.managed_by("").template:
        directory = spoken(reason.values["directory"])
        if action_name == "deactivate":
            words = _("Remove the person from the app in %(directory)s, or deactivate on the person's page.",
                      directory=directory)  # fmt: skip
        elif action_name == "activate":
            words = _("Assign the person to the app in %(directory)s, or activate on the person's page.",
                      directory=directory)  # fmt: skip
        else:
            words = _("Change it in %(directory)s.", directory=directory)
        return words
    known = {
        because.OWNER: _("Transfer ownership first, in Settings."),
        because.YOURSELF: _("Ask another administrator."),
        because.ABOVE_YOU: _("Ask a Super Admin or the Account Owner."),
        because.NO_SEAT: _("Deactivate somebody or raise the limit, then try again."),
        because.REMOVED: _("Assign the person to the app in the directory again."),
        because.INACTIVE: _("Activate the person first."),
        because.NO_ADDRESS: _("Add an e-mail address on the person's page."),
        because.ACCEPTED: _("Send a password reset instead."),
        because.NO_PASSWORD: _("Send the invitation again instead."),
        because.UNCONFIRMED: _("Ask the person to open the link that was sent to the new address."),
        because.UNEXPECTED: _("Try again. If it happens again, tell your operator the number of this batch."),
        because.OWN_MANAGER: _("Choose another manager for this person."),
        because.CHANGED_SINCE: _("Look at the person's page and decide there."),
        because.may_not_any_more("").template: _("Somebody with the role can do it again for these people."),
        because.stopped_by("").template: _("Choose them again to go on."),
    }
    if template in _NOTHING_TO_DO:
        return _("Nothing to do.")
    return known.get(template, _("Mend the row in your file and import it again.") if action_name == "import" else "")
