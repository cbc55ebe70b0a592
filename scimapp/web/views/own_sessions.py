"""The person's own sessions, and ending them."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...auth.guards import current_person, current_scope, signed_in
from ...directory.sign_in import sessions
from ..blueprint import web


@web.get("/me/sessions")
@signed_in
def my_sessions():
    """The card on the own page."""
    return redirect(url_for("web.me", _anchor="sessions-heading"), 303)


@web.post("/me/sessions/<session_id>/end")
@signed_in
def my_session_end(session_id):
    """End one session."""
    if sessions.end_one(current_scope(), session_id):
        flash(_("That session has ended."), "ok")
    else:
        flash(_("That session had ended already."))
    return _back()


@web.post("/me/sessions/end-others")
@signed_in
def my_sessions_end_others():
    """End all sessions but this one, and withdraw the new address that was asked for."""
    ended, is_withdrawn = sessions.end_others(current_scope(), current_person().session_hash)
    flash(ngettext("%(num)s other session has ended.", "%(num)s other sessions have ended.", ended), "ok")
    if is_withdrawn:
        flash(_("Your e-mail address stays as it is: the change that was asked for is withdrawn."))
    return _back()


def _back():
    return redirect(url_for("web.me", _anchor="sessions-heading"), 303)
