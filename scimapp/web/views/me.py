"""The person's own page: their profile, how the screens look to them, and all data kept about them."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from ...auth.guards import current_person, current_scope, signed_in
from ...directory.accounts import accounts
from ...directory.changes import UNSET
from ...directory.people import own_profile, personal_data
from ...languages import speak_now
from ..addresses import local_path
from ..blueprint import web
from ..downloads import person_file
from ..forms.conflict import differences, refill
from ..forms.people.own_profile import EmailForm, own_profile_form, own_shown
from ..forms.sign_in.password import OwnPasswordForm
from ..view_models.people.own_profile import own_page


@web.get("/me")
@signed_in
def me():
    """The own profile; members land here."""
    return show_me()


@web.post("/me")
@signed_in
def me_save():
    """Save the profile and how the screens look."""
    scope = current_scope()
    page = own_page(scope, current_person().session_hash)
    form = own_profile_form(page)
    # Check this first: a value that changed meanwhile would look like a change in this form.
    if form.version.data != page.user.version and differences(form, own_shown(page)):
        return _somebody_was_first(page, form)
    if not form.validate():
        return show_me(profile=form)
    changes, chosen = form.changes(page.profile), _chosen(form, page.user)
    saved = form.attempt(own_profile.change, scope, changes, version=page.user.version, **chosen)
    if form.is_stale:
        return _somebody_was_first(own_page(scope, current_person().session_hash), form)
    if saved is None:
        return show_me(profile=form)
    if chosen["language"] is not UNSET:
        speak_now(saved.language or accounts.get(scope.account_id).language)
    flash(_("Your profile is saved."), "ok")
    return redirect(url_for("web.me"), 303)


@web.post("/me/theme")
@signed_in
def theme():
    """Choose light, dark, or the system's theme, and return to the page of the choice."""
    chosen = request.form.get("theme", "")
    if chosen not in own_profile.THEMES:
        raise BadRequest
    own_profile.choose_theme(current_scope(), chosen)
    back = request.form.get("back", "")
    return redirect(local_path(back) or url_for("web.me"), 303)


@web.get("/me/data")
@signed_in
def my_data():
    """All data kept about the person, as a file."""
    scope = current_scope()
    return person_file(personal_data.of(scope, scope.actor.id))


def show_me(*, profile=None, email=None, password=None, status=None, headers=None, changed_meanwhile=()):
    """The page. A form passed in was sent and failed: it keeps what was typed, and the answer is 422."""
    page = own_page(current_scope(), current_person().session_hash)
    failed = profile or email or password
    body = render_template(
        "me/index.html",
        page=page,
        profile=profile or own_profile_form(page, formdata=False),
        email=email or EmailForm(formdata=None),
        password=password or OwnPasswordForm(formdata=None),
        form=failed,
        changed_meanwhile=changed_meanwhile,
    )
    return body, status or (422 if failed else 200), headers or {}


def _chosen(form, user):
    """The choices that differ from the stored ones; UNSET for the others."""
    return {name: value if value != getattr(user, name) else UNSET for name, value in form.preferences().items()}


def _somebody_was_first(page, form):
    """The same form, with stored and typed values side by side."""
    current = own_shown(page)
    changed = differences(form, current)
    refill(form, current)
    return show_me(profile=form, status=409, changed_meanwhile=changed)
