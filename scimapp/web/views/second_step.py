"""The second step of a sign-in: a code of the app, a recovery code, or the set-up if the account requires it.

Every view that has checked a password or a link goes through ``enter``.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...auth import known_browsers
from ...auth.attempts import CODE_PAUSE_MINUTES, CodeAttempts
from ...directory.accounts import accounts
from ...directory.scope import own_scope
from ...directory.sign_in import second_step as directory
from ...directory.sign_in import second_step_proofs
from ...languages import ngettext
from ..addresses import local_path
from ..blueprint import web
from ..entering import TOO_LATE, TOO_LATE_WORDS, begin, entering, epoch, let_in, remember, wanted_page
from ..forms.given_back import of_sign_in
from ..forms.kept import put_aside, waiting
from ..forms.sign_in.second_step import CodeForm, RecoveryCodeForm, SignInCodeForm
from ..forms.sign_in.sign_in import SignInForm
from ..pauses import retry_after, too_many
from ..view_models.people.second_step import file_address, set_up
from .confirm import tries_words


def enter(user):
    """The answer to a person whose password or link was right: signed in, or the second step that is required first."""
    asked = directory.asked_of(own_scope(user), user)
    if asked is None:
        return let_in(user)
    nonce = remember(user)
    if waiting()[0] is None:
        return redirect(url_for(_PAGES[asked], next=local_path(request.args.get("next"))), 303)
    # Only this request has what was typed before, so the page carries it along.
    return _show_code(user, SignInCodeForm(formdata=None)) if asked == directory.CODE else _show_set_up(user, nonce)


@web.route("/sign-in/code", methods=["GET", "POST"])
def second_step():
    """Ask for a code of the app."""
    known = entering(directory.CODE)
    if known is None:
        return too_late()
    form = _typed(SignInCodeForm)
    return _try(known[0], form, "code", second_step_proofs.take_code) or _show_code(known[0], form)


@web.route("/sign-in/recovery-code", methods=["GET", "POST"])
def recovery_code():
    """Ask for a recovery code instead."""
    known = entering(directory.CODE)
    if known is None:
        return too_late()
    form, (user, _nonce) = _typed(RecoveryCodeForm), known
    answer = _try(user, form, "recovery code", second_step_proofs.take_recovery_code, is_long=True)
    left = directory.state(own_scope(user), user).codes_left
    if answer is None:
        return _show("sign_in/recovery_code.html", form, left=left)
    some_left = ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", left)
    left_words = some_left if left else _("No recovery code is left.")
    flash(_("You signed in with a recovery code. %(left)s Make new ones on your profile.", left=left_words), "warn")
    return answer


@web.route("/sign-in/set-up", methods=["GET", "POST"])
def second_step_set_up():
    """Set up two-step sign-in first, for a person of whom the account requires it."""
    known = entering(directory.SET_UP)
    if known is None:
        return too_late()
    (user, nonce), form = known, _typed(CodeForm)
    if not (form.code.raw_data and form.validate_on_submit()):
        return _show_set_up(user, nonce, form)
    scope = own_scope(user, address=request.remote_addr)
    switched = form.attempt(directory.switch_on, scope, nonce, form.code.data, epoch=epoch())
    if switched is None:
        return _show_set_up(user, nonce, form)
    row, codes = switched
    target = wanted_page(row.role)
    begin(row)
    return show_codes(codes, target)


def show_codes(codes, target):
    """The recovery codes, shown only in this answer. *Continue* leads to ``target``, unless a form waits to be sent."""
    (address, typed), waits = waiting(), of_sign_in()
    return render_template(
        "me/recovery_codes.html",
        codes=codes,
        file=file_address(codes),
        target=target,
        waits_at=local_path(address),
        typed=typed,
        is_of_another=waits is not None and waits.is_of_another,
    )


def _typed(kind):
    """The form with what was typed; empty if the request only carries a form that waits."""
    return kind() if "code" in request.form else kind(formdata=None)


def _try(user, form, what, take, *, is_long=False):
    """The answer once the typed code was right, None until then; what is wrong stands in the form."""
    if not (form.code.raw_data and form.validate_on_submit()):
        return None
    scope = own_scope(user, address=request.remote_addr)
    attempts = CodeAttempts(what, user.id, request.remote_addr, _known_browser(scope, user), is_long=is_long)
    until = attempts.begin()
    if until is not None:
        form.form_errors = [too_many(until)]
        form.until = until
        return None
    if form.attempt(take, scope, form.code.data, epoch=epoch()) is None:
        if attempts.are_used_up():
            second_step_proofs.tell_of_guesses(scope)
        form.code.errors = [
            " ".join(filter(None, (*form.code.errors, tries_words(attempts.left(), CODE_PAUSE_MINUTES))))
        ]
        return None
    attempts.succeeded()
    return let_in(user)


def _known_browser(scope, user):
    """The number of this browser where codes of the present set-up were right before."""
    step = directory.find(scope, user.seq)
    return known_browsers.number_of(known_browsers.by_code(user.id, step.nonce)) if step else None


def _show_code(user, form):
    state = directory.state(own_scope(user), user)
    return _show("sign_in/code.html", form, fits_key=state.fits_key)


def _show_set_up(user, nonce, form=None):
    account = accounts.get(user.account_id)
    form = form or CodeForm(formdata=None)
    return _show("sign_in/set_up.html", form, set_up=set_up(user, account.name, nonce), account=account)


def _show(template, form, **context):
    page = render_template(template, form=form, aside=put_aside(*waiting()), **context)
    until = getattr(form, "until", None)
    if until is not None:
        return page, 429, retry_after(until)
    return page, 422 if form.problems else 200


def too_late():
    """The sign-in page for a person who was past the password and took too long, with the form that waits."""
    aside = put_aside(*waiting())
    if aside:
        form = SignInForm(formdata=None)
        page = render_template("sign_in/index.html", form=form, ended=TOO_LATE_WORDS, aside=aside, may_send_again=False)
        return page, 403
    return redirect(url_for("web.sign_in", ended=TOO_LATE, next=local_path(request.args.get("next"))), 303)


_PAGES = {directory.CODE: "web.second_step", directory.SET_UP: "web.second_step_set_up"}
