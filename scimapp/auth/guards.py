"""Guards of the screens. They decide what is shown; the directory decides again what may be done."""

from functools import wraps

from flask import current_app, request
from flask_login import current_user, login_required

from ..directory.errors import RoleNeeded
from ..directory.roles import permissions_of
from . import confirmation
from .sessions import scope_of


def signed_in(view):
    """Admit only people who are signed in; others are asked to, and a form that they sent waits for it."""
    guarded = login_required(view)
    guarded.is_for_people_signed_in = True  # on every decorator above, as ``wraps`` copies it
    return guarded


def is_for_people_signed_in(endpoint):
    """Whether the view of an endpoint, None where there is none, is behind ``signed_in``."""
    return getattr(current_app.view_functions.get(endpoint), "is_for_people_signed_in", False)


def current_person():
    """The signed-in person (``auth.sessions.Person``); views behind ``signed_in`` always have one."""
    return current_user._get_current_object()


def person_at_browser():
    """The person signed in at this browser, or None; for views that are not behind ``signed_in``."""
    return current_person() if current_user.is_authenticated else None


def current_scope():
    """The Scope of the signed-in person."""
    return scope_of(current_person())


def needs(permission):
    """Admit only people with ``permission``; others get a page that says which roles have it."""

    def guard(view):
        @wraps(view)
        @signed_in
        def guarded(*args, **kwargs):
            if permission not in permissions_of(current_user.role):
                raise RoleNeeded(permission)
            return view(*args, **kwargs)

        return guarded

    return guard


def confirmed(view):
    """Under ``needs``: asks for the password unless it was typed in this session a few minutes ago.

    A form may include the password: the page that asks for it uses this to resubmit the original form.
    Raises ``confirmation.PasswordNeeded``; the screens have a page for it.
    """

    @wraps(view)
    def guarded(*args, **kwargs):
        person = current_person()
        if not confirmation.is_fresh(person):
            typed = request.form.get(confirmation.FIELD) if request.method == "POST" else None
            if not typed:
                raise confirmation.PasswordNeeded()
            confirmation.confirm(person, typed)
        return view(*args, **kwargs)

    return guarded
