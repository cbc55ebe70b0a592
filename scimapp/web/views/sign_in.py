"""Signing in and out. Whatever was wrong, the answer is the same and takes equally long (security L5, L6)."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ...auth import known_browsers, passwords, sessions
from ...auth.attempts import Attempts
from ...auth.guards import is_for_people_signed_in
from ...directory import clock
from ...directory.links import email_changes
from ...directory.sign_in import sign_in as people
from ..addresses import local_path
from ..blueprint import web
from ..entering import TOO_LATE, TOO_LATE_WORDS, wanted_page
from ..forms.kept import kept_to_wait, put_aside, waiting
from ..forms.sign_in.sign_in import ChooseAccountForm, SignInForm
from ..pauses import hold_back, retry_after, too_many
from .confirm import tries_words
from .second_step import enter, too_late

CHOICE_SECONDS = 300
# Why a person must sign in again: the reasons that ``auth.sessions`` gives, and their sentences.
ENDED = {
    sessions.PAUSE: _l("You were signed out after a longer pause. Sign in to go on."),
    sessions.CUT: _l(
        "You were signed out because your password or role changed, or an administrator ended your sessions."
    ),
    sessions.SECOND_STEP: _l("This account requires two-step sign-in of its administrators. Sign in to set it up."),
    TOO_LATE: TOO_LATE_WORDS,
}


@web.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(wanted_page(current_user.role), 303)
    if waiting()[0] is not None and "email" not in request.form:
        return _show(SignInForm(formdata=None), 200)  # another page of the sign-in leads back, with the form that waits
    form = SignInForm()
    if not form.validate_on_submit():
        return _show(form, 422 if form.is_submitted() else 200)
    browser = known_browsers.number_of(known_browsers.by_password(form.email.data))
    attempts = Attempts(form.email.data, request.remote_addr, browser)
    until = attempts.begin()
    if until is not None:
        form.form_errors = [too_many(until)]
        return *_show(form, 429), retry_after(until)
    matching = _matching(form.email.data, form.password.data)
    if not matching:
        wrong = _("That e-mail address and password do not match. Check both, or set a new password.")
        form.form_errors = [" ".join(filter(None, (wrong, tries_words(attempts.left()))))]
        return _show(form, 422)
    ready = [(user, account) for user, account in matching if people.may_sign_in(user)]
    if not ready:
        attempts.was_right()
        return _refuse(form, matching)
    attempts.succeeded()
    if len(ready) > 1:
        _remember("choice", form.email.data, ready)
        if waiting()[0] is not None:  # it would not survive the redirect
            choice = ChooseAccountForm(formdata=None)
            choice.offer(ready)
            return _ask_for_account(choice, ready)
        return redirect(url_for("web.choose_account", next=request.args.get("next")), 303)
    return enter(ready[0][0])


@web.errorhandler(sessions.SignInNeeded)
def _sign_in_first(error):
    """Keep a form that was sent after its session ended, until the person has signed in again; at the sign-in pages, the form
    that waits there.
    """
    is_form = is_for_people_signed_in(request.endpoint)
    aside = put_aside(request.full_path.rstrip("?"), kept_to_wait()) if is_form else put_aside(*waiting())
    page = render_template(
        "sign_in/index.html", form=SignInForm(formdata=None), ended=ENDED.get(error.ended), aside=aside,
        may_send_again=False,
    )  # fmt: skip
    return page, 403


@web.route("/sign-in/account", methods=["GET", "POST"])
def choose_account():
    """The choice between accounts with the same address and password; asked after the password was right."""
    known = [(user, account) for user, account in _remembered("choice") if people.may_sign_in(user)]
    if not known:
        return too_late() if waiting()[0] else redirect(url_for("web.sign_in"), 303)
    form = ChooseAccountForm()
    form.offer(known)
    if form.validate_on_submit():
        return enter(next(user for user, _account in known if user.id == form.account.data))
    return _ask_for_account(form, known), 422 if form.is_submitted() else 200


def _ask_for_account(form, known):
    account_ids = {user.id: user.account_id for user, _account in known}
    return render_template("sign_in/account.html", form=form, account_ids=account_ids, aside=put_aside(*waiting()))


@web.post("/sign-in/send-again")
def send_confirmation_again():
    """Send the link that confirms an address again, after the password was right."""
    hold_back("confirmation")
    waiting = [user for user, _account in _remembered("unconfirmed") if user.unconfirmed_since is not None]
    for user in waiting:
        email_changes.send_again_to(user)
    if waiting:
        flash(_("A link is on its way to %(email)s.", email=email_changes.masked(waiting[0].email)), "ok")
    return redirect(url_for("web.sign_in"), 303)


@web.post("/sign-out")
def sign_out():
    """End this session; with ``next``, go on there, for example to a link."""
    sessions.end()
    return redirect(local_path(request.form.get("next")) or url_for("web.sign_in"), 303)


def _matching(email, password):
    """The people with this address and password; unknown addresses take as long as known ones.

    Their passwords get the salt of the first one, so that an address in many accounts takes no longer either (decision 0152).
    """
    found = people.candidates(email)
    right = passwords.those_right([user.password_hash for user, _account in found], password)
    matching = [(user, account) for user, account in found if user.password_hash in right]
    for user, _account in matching:
        first = found[0][0].password_hash
        if passwords.is_outdated(user.password_hash, first):
            people.replace_password_hash(user, passwords.hash_password(password, beside=first))
    return matching


def _refuse(form, matching):
    """The answer when the password is right but none of its people may sign in."""
    active = [(user, account) for user, account in matching if user.active]
    if active:
        _remember("unconfirmed", form.email.data, active)
        email = email_changes.masked(active[0][0].email)
        text = _("Confirm your new e-mail address first; we sent a link to %(email)s.", email=email)
    else:
        text = _("This account is inactive. Ask an administrator of %(account)s.", account=matching[0][1])
    form.form_errors = [text]
    return _show(form, 422, may_send_again=bool(active))


def _show(form, status, may_send_again=False):
    ended = ENDED.get(request.args.get("ended")) if request.method == "GET" else None
    page = render_template(
        "sign_in/index.html", form=form, ended=ended, aside=put_aside(*waiting()), may_send_again=may_send_again
    )
    return page, status


def _remember(what, email, known):
    """Remember in the signed cookie, for a few minutes, whose password was right; it names nobody else.

    It includes the epoch, so that anything that ends sessions, such as a new password, ends this too.
    """
    ends = clock.now() + timedelta(seconds=CHOICE_SECONDS)
    epochs = {user.id: user.session_epoch for user, _account in known}
    session[what] = {"email": email, "epochs": epochs, "ends": ends.timestamp()}


def _remembered(what):
    """``[(User, account name)]`` of the active people who are still remembered."""
    kept = session.get(what)
    if not kept or clock.now().timestamp() > kept["ends"]:
        return []
    return [
        (user, account)
        for user, account in people.candidates(kept["email"])
        if user.active and kept.get("epochs", {}).get(user.id) == user.session_epoch
    ]
