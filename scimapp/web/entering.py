"""Signing a person in, and what is remembered of a sign-in that waits for its second step.

Until then there is no session: for a few minutes a signed cookie says whose password was right, valid for one sign-in.
"""

from datetime import timedelta

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..auth import sessions
from ..directory import clock
from ..directory.roles import Role
from ..directory.scope import own_scope, person_scope
from ..directory.secrets import new_nonce
from ..directory.sign_in import second_step, sign_in
from ..request_log import request_id
from .addresses import local_path
from .errors import stale_form
from .forms.given_back import of_sign_in
from .views.home import landing

# Further reasons to show the sign-in page again, beside those of ``auth.sessions``, and their sentence.
TOO_LATE, TOO_LATE_WORDS = "late", _l("That took too long, or you signed in elsewhere meanwhile. Sign in again.")
_ENTERING, _SECONDS = "entering", 600


def remember(user):
    """Remember that a person's password was right, sign out the person before, and return the nonce of a set-up."""
    sessions.end()
    nonce = new_nonce()
    session[_ENTERING] = {
        "account": user.account_id,
        "user": user.id,
        "epoch": user.session_epoch,
        "last": sign_in.last_signed_in(user),
        "ends": (clock.now() + timedelta(seconds=_SECONDS)).timestamp(),
        "nonce": nonce,
    }
    return nonce


def entering(asked):
    """``(person, nonce of a set-up)`` of a person past the password who must now do ``asked`` (``second_step.asked_of``).

    None if there is nobody, after some minutes, and after anything that ended or began a session.
    """
    kept = session.get(_ENTERING)
    if not kept or clock.now().timestamp() > kept["ends"]:
        return None
    user = sign_in.find_again(kept["account"], kept["user"], kept["epoch"], kept["last"])
    if user is None or second_step.asked_of(own_scope(user), user) != asked:
        return None
    return user, kept["nonce"]


def epoch():
    """The session epoch at the time of the password; anything that ends sessions changes it."""
    return session[_ENTERING]["epoch"]


def let_in(user):
    """Begin the session, and lead to the wanted page or to the form that waits."""
    target = wanted_page(Role(user.role))
    begin(user)
    sent = of_sign_in()
    if sent is not None:
        return stale_form(sent)
    if user.role != Role.MEMBER and second_step.asked_of(own_scope(user), user) is None:
        flash(_("Two-step sign-in is off for you. You can switch it on on your profile."))
    return redirect(target, 303)


def begin(user):
    """Begin the session, and record the sign-in for the lists."""
    sessions.begin(user)
    sign_in.note_sign_in(person_scope(user, request_id=request_id(), address=request.remote_addr), user)


def wanted_page(role):
    """``next`` if it is a path of this site (security L20), else the person's first page."""
    return local_path(request.args.get("next")) or url_for(landing(role))
