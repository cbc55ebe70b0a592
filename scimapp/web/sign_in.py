"""Signing in and out. Whatever was wrong, the answer is the same and takes as long (security L5, L6)."""

from datetime import timedelta

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from ..auth import passwords, sessions
from ..auth.attempts import Attempts
from ..directory import clock
from ..directory import sign_in as people
from ..directory.roles import Role
from ..directory.scope import person_scope
from ..request_log import request_id
from .addresses import local_path
from .blueprint import web
from .confirm import too_many, tries_words
from .forms.sign_in import ChooseAccountForm, SignInForm
from .home import landing

CHOICE_SECONDS = 300


@web.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(_target(current_user.role), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _show(form, 422 if form.is_submitted() else 200)
    attempts = Attempts(form.email.data, request.remote_addr)
    until = attempts.wait_until()
    if until is not None:
        form.form_errors = [too_many(until)]
        return _show(form, 429)
    matching = _matching(form.email.data, form.password.data)
    active = [(user, account) for user, account in matching if user.active]
    if not active:
        form.form_errors = [_refusal(matching, attempts)]
        return _show(form, 422)
    attempts.succeeded()
    if len(active) > 1:
        _remember_choice(form.email.data, active)
        return redirect(url_for("web.choose_account", next=request.args.get("next")), 303)
    return _enter(active[0][0])


@web.route("/sign-in/account", methods=["GET", "POST"])
def choose_account():
    """The choice between accounts that know this address and password; asked after the password was right."""
    known = _known_choice()
    if not known:
        return redirect(url_for("web.sign_in"), 303)
    form = ChooseAccountForm()
    form.account.choices = [SelectChoice(user.id, account) for user, account in known]
    if form.validate_on_submit():
        return _enter(next(user for user, _account in known if user.id == form.account.data))
    return render_template("sign_in/account.html", form=form), 422 if form.is_submitted() else 200


@web.post("/sign-out")
def sign_out():
    """End this session."""
    sessions.end()
    return redirect(url_for("web.sign_in"), 303)


def _matching(email, password):
    """The people whose password this is; unknown addresses take as long as known ones."""
    found = people.candidates(email)
    if not found:
        passwords.is_right(None, password)
    matching = [(user, account) for user, account in found if passwords.is_right(user.password_hash, password)]
    for user, _account in matching:
        if passwords.is_outdated(user.password_hash):
            people.replace_password_hash(user, passwords.hash_password(password))
    return matching


def _refusal(matching, attempts):
    if matching:
        return _("This account is inactive. Ask an administrator of %(account)s.", account=matching[0][1])
    wrong = _("That e-mail address and password do not match. Check both, or set a new password.")
    return " ".join(filter(None, (wrong, tries_words(attempts.failed()))))


def _enter(user):
    target = _target(Role(user.role))
    sessions.begin(user)
    people.note_sign_in(person_scope(user, request_id=request_id(), address=request.remote_addr), user)
    return redirect(target, 303)


def _show(form, status):
    ended = request.args.get("ended") == "1" and request.method == "GET"
    return render_template("sign_in/index.html", form=form, ended=ended), status


def _target(role):
    """``next`` when it is a path of this site (security L20), else the person's first page."""
    return local_path(request.args.get("next")) or url_for(landing(role))


def _remember_choice(email, known):
    """Keep who may be chosen in the signed cookie; it names nobody whose password was not right."""
    ends = clock.now() + timedelta(seconds=CHOICE_SECONDS)
    session["choice"] = {"email": email, "ids": [user.id for user, _account in known], "ends": ends.timestamp()}


def _known_choice():
    """``[(User, account name)]`` of a choice that is still open."""
    choice = session.get("choice")
    if not choice or clock.now().timestamp() > choice["ends"]:
        return []
    found = people.candidates(choice["email"])
    return [(user, account) for user, account in found if user.id in choice["ids"] and user.active]
