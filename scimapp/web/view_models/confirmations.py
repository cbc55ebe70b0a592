"""The questions before somebody's access changes: the verb, the effects, what may undo them."""

from flask_babel import gettext as _
from msgspec import Struct

from ...languages import ngettext


class Question(Struct, frozen=True):
    """``name`` is the form's id. ``warning`` says what the directory will do about the change."""

    name: str
    title: str
    sentences: tuple
    button: str
    button_class: str
    warning: str = ""


def deactivation(page):
    """Deactivate this person?"""
    warning = ""
    if page.is_managed:
        warning = _(
            "%(directory)s still lists this person as active and may activate the account again at its next update. "
            "To make it last, remove the person from the app in %(directory)s.",
            directory=page.directory,
        )
    sentence = _(
        "%(name)s is signed out at once and cannot sign in. Data, groups and history stay. "
        "You can activate the account again at any time.",
        name=page.first_name,
    )
    title = _("Deactivate %(name)s?", name=page.name)
    return Question("deactivate", title, (sentence,), _("Deactivate"), "btn-danger", warning)


def activation(page):
    """Activate this person?"""
    sentences = [_("%(name)s can sign in again.", name=page.first_name)]
    if page.user.verified_at is None and page.user.email:
        sentences = [_("%(name)s can sign in after accepting the invitation.", name=page.first_name)]
        sentences.append(_("An invitation goes out."))
    warning = ""
    if page.is_managed:
        warning = _("%(directory)s may deactivate the account again at its next update.", directory=page.directory)
    title = _("Activate %(name)s?", name=page.name)
    return Question("activate", title, tuple(sentences), _("Activate"), "btn-primary", warning)


def signing_out(page):
    """End every session of this person?"""
    sentence = _(
        "%(name)s is signed out of every browser at once and can sign in again with the password.",
        name=page.first_name,
    )
    title = _("Sign %(name)s out everywhere?", name=page.name)
    return Question("sign-out-everywhere", title, (sentence,), _("Sign out everywhere"), "btn-danger")


def resetting(page):
    """Mail this person a link to set a new password?"""
    sentence = _(
        "%(email)s receives a link to set a new password. It works once, for 60 minutes. The present password works "
        "until then.",
        email=page.user.email,
    )
    title = _("Send %(name)s a password reset?", name=page.name)
    return Question("password-reset", title, (sentence,), _("Send password reset"), "btn-primary")


def resetting_second_step(page):
    """Switch this person's two-step sign-in off?"""
    sentences = [
        _(
            "%(name)s is signed out everywhere and signs in with the password alone. Do it only when you are sure who asks for it.",
            name=page.first_name,
        )
    ]
    if page.second_step.is_required:
        sentences = [
            _(
                "%(name)s is signed out everywhere and sets it up anew at the next sign-in. Do it only when you are sure who asks for it.",
                name=page.first_name,
            )
        ]
    if page.user.email:
        sentences.append(_("%(name)s gets a mail.", name=page.first_name))
    title = _("Reset the two-step sign-in of %(name)s?", name=page.name)
    return Question("two-step-reset", title, tuple(sentences), _("Reset it"), "btn-danger")


def unlinking(page):
    """Break the link between this person and the directory?"""
    directory = page.directory
    sentences = (
        _("Every field of %(name)s becomes yours to edit.", name=page.first_name),
        _(
            "%(directory)s knows this person by the old SCIM ID, which no longer answers. It links again when it looks "
            "for the user name, for instance at a new assignment.",
            directory=directory,
        ),
    )
    return Question("unlink", _("Break the link to %(directory)s?", directory=directory), sentences,
                    _("Break the link"), "btn-danger")  # fmt: skip


def erasing(page):
    """Erase this person?"""
    sentences = [
        _(
            "Name, e-mail, custom values and mails are blanked for good. The audit log keeps the fact and the ID. "
            "This cannot be undone."
        )
    ]
    if page.directory:
        sentences.append(
            _("If %(directory)s still assigns this person, it will create a new, empty one.", directory=page.directory)
        )
    title = _("Erase %(name)s?", name=page.name)
    return Question("erase", title, tuple(sentences), _("Erase for good"), "btn-danger")


def transferring(heir):
    """Transfer ownership?"""
    name = heir.given_name or heir.display_name
    sentences = (
        _("%(name)s becomes Account Owner. You stay Super Admin. Only %(name)s can give it back.", name=name),
        _("Both of you get a mail. %(name)s is signed out and signs in again with the new role.", name=name),
    )
    title = _("Transfer ownership to %(name)s?", name=heir.display_name)
    return Question("transfer", title, sentences, _("Transfer ownership"), "btn-danger")


def renewing_codes(left):
    """Make new recovery codes?"""
    sentences = (
        ngettext("%(num)s code is left. It stops working.", "%(num)s codes are left. They stop working.", left),
        _("The new ones are shown once."),
        _("You get a mail."),
    )
    return Question("recovery-codes", _("Make new recovery codes?"), sentences, _("Make new codes"), "btn-primary")


def second_step_off():
    """Switch two-step sign-in off?"""
    sentences = (
        _("Your password alone is enough then. Your recovery codes stop working."),
        _("Every other session ends, and you get a mail."),
    )
    title = _("Switch two-step sign-in off?")
    return Question("two-step-off", title, sentences, _("Switch off"), "btn-danger")
