"""Signing in and out. Whatever was wrong, the answer is the same and takes as long (security L5, L6)."""

from datetime import timedelta

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from ..auth import passwords, sessions
from ..directory import clock, throttle
from ..directory import sign_in as people
from ..directory.roles import Role
from ..directory.scope import person_scope
from ..request_log import request_id
from .blueprint import web
from .forms.sign_in import ChooseAccountForm, SignInForm
from .home import landing

PER_ADDRESS, PER_NETWORK, MINUTES = 10, 50, 15
CHOICE_SECONDS = 300
_WRONG = "That e-mail address and password do not match. Check both, or ask an administrator for a new invitation."


@web.route("/sign-in", methods=["GET", "POST"])
def sign_in():
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(_target(current_user.role), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _show(form, 422 if form.is_submitted() else 200)
    keys = (f"sign-in {form.email.data.casefold()}", f"sign-in from {request.remote_addr}")
    until = throttle.wait_until(keys[0], PER_ADDRESS, MINUTES) or throttle.wait_until(keys[1], PER_NETWORK, MINUTES)
    if until is not None:
        form.form_errors = [f"Too many tries. You can try again at {until:%H:%M} UTC."]
        return _show(form, 429)
    matching = _matching(form.email.data, form.password.data)
    active = [(user, account) for user, account in matching if user.active]
    if not active:
        form.form_errors = [_refusal(matching, keys)]
        return _show(form, 422)
    throttle.clear(keys[0])
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
        return _enter(next(user for user, _ in known if user.id == form.account.data))
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
    for user, _ in matching:
        if passwords.is_outdated(user.password_hash):
            people.replace_password_hash(user, passwords.hash_password(password))
    return matching


def _refusal(matching, keys):
    if matching:
        return f"This account is inactive. Ask an administrator of {matching[0][1]}."
    throttle.note_failure(*keys)
    left = PER_ADDRESS - throttle.failures(keys[0], MINUTES)
    return f"{_WRONG} After {left} more {'tries' if left > 1 else 'try'} you must wait." if 0 < left <= 2 else _WRONG


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
    target = request.args.get("next", "")
    is_local = target.startswith("/") and not target.startswith("//") and target.isprintable()
    if is_local and "\\" not in target and "%5c" not in target.lower():
        return target
    return url_for(landing(role))


def _remember_choice(email, known):
    """Keep who may be chosen in the signed cookie; it names nobody whose password was not right."""
    ends = clock.now() + timedelta(seconds=CHOICE_SECONDS)
    session["choice"] = {"email": email, "ids": [user.id for user, _ in known], "ends": ends.timestamp()}


def _known_choice():
    """``[(User, account name)]`` of a choice that is still open."""
    choice = session.get("choice")
    if not choice or clock.now().timestamp() > choice["ends"]:
        return []
    found = people.candidates(choice["email"])
    return [(user, account) for user, account in found if user.id in choice["ids"] and user.active]
