"""Error pages, each with one way on, and the page for an expired form.

SCIM paths answer with JSON instead: their blueprint has its own handlers.
"""

import logging
from datetime import timedelta

from flask import current_app, g, redirect, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from ..auth.guards import is_for_people_signed_in
from ..auth.sessions import SignInNeeded
from ..directory import clock
from ..directory.availability import UNAVAILABLE, is_busy, is_stuck, let_go, reason
from ..directory.errors import DirectoryError, NotAllowed, NotInAccount, StaleVersion
from ..languages import force_locale, of_browser
from ..local_time import in_zone
from ..request_log import request_id
from .addresses import has_page, way_back
from .forms.given_back import of_request, of_sign_in
from .other_sites import is_from_elsewhere
from .pauses import retry_after
from .view_models import error_pages

_log = logging.getLogger("scimapp.web")
_RETRY_SECONDS = 5


def init_app(app):
    """Register the handlers for the whole application; those of a blueprint come first."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotInAccount, lambda error: page(error_pages.plain(404)))
    app.register_error_handler(StaleVersion, lambda error: page(error_pages.plain(409)))
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(DirectoryError, lambda error: page(error_pages.refused(409, error.message)))
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(shown, headers=(), sent=None):
    """An ErrorPage in the layout for the viewer, with the GivenBack that may be sent again."""
    body = render_template("errors/page.html", layout=_layout(), page=shown, sent=sent, request_id=request_id())
    return body, shown.status, dict(headers)


def _layout():
    return "layouts/app.html" if current_user.is_authenticated else "layouts/plain.html"


def _not_allowed(error):
    if error_pages.needs_role(error):
        return page(error_pages.role_needed(error))
    return page(error_pages.refused(403, error.message))


def _http(error):
    # Without a host no address can be built, so there is no page.
    if error.code is None or error.code < 400 or isinstance(error, BadHost):
        return error
    if error.code == 413:
        return page(error_pages.too_large(request.max_content_length, request.endpoint == "web.user_import"))
    if error.code == 429:
        until = _moment(getattr(error, "retry_after", None))
        sent = of_request()
        return page(error_pages.too_fast(until), retry_after(until), None if sent is None or sent.is_empty else sent)
    allow = {"Allow": ", ".join(sorted(error.valid_methods or ()))} if error.code == 405 else {}
    return page(error_pages.plain(error.code), allow)


def _moment(after):
    """When to try again, from an exception's moment or seconds, or the default."""
    if after is None or isinstance(after, int | float):
        return clock.now() + timedelta(seconds=after or _RETRY_SECONDS)
    return after


def _stale_form(_error):
    if is_from_elsewhere():
        return page(error_pages.plain(400))  # do not offer again what another site filled in
    try:
        return _for_whoever_is_here()
    except UNAVAILABLE as error:
        # The form comes back as stale as it is, and is judged when it is sent again.
        g.csrf_token = request.form.get("csrf_token")
        return _unavailable(error)


def _for_whoever_is_here():
    if not current_user.is_authenticated and is_for_people_signed_in(request.endpoint):
        # Signed out in another tab, which took the form's token along.
        return current_app.handle_user_exception(SignInNeeded(g.get("session_ended")))
    if current_user.is_authenticated:  # perhaps meanwhile in another tab, which took the form's token along
        waits = of_sign_in()
        if waits is not None:
            return stale_form(waits)
        if request.endpoint == "web.sign_in":
            return redirect(way_back(), 303)
    return stale_form(of_request())


def stale_form(sent):
    """Show what was typed (a GivenBack) in a form that works; where nothing was, the page that says what its button does."""
    if sent.is_empty and has_page(sent.target):
        return redirect(sent.target, 303)
    return render_template("errors/stale_form.html", layout=_layout(), sent=sent), 403


def _unavailable(error):
    _log.warning("database unavailable, request %s: %s", request_id(), reason(error))
    headers = {"Retry-After": str(_RETRY_SECONDS)}
    if is_stuck(error):
        return _bare(error_pages.stuck, request_id(), headers=headers)
    return _bare(error_pages.away, is_busy(error), headers=headers)


def _unexpected(error):
    """Log the whole error under the request id; the page shows only the id."""
    _log.error("unexpected error, request %s", request_id(), exc_info=error)
    try:
        let_go()
        return page(error_pages.failed(request_id()), sent=of_request())
    except Exception:  # the layout itself may be broken; the bare page does not need it
        return _bare(error_pages.failed, request_id())


def _bare(make, *facts, headers=()):
    """A page without database access: rendered by hand, because the usual context reads who is signed in, and in UTC,
    because the zone is theirs.
    """
    with force_locale(of_browser()), in_zone("UTC"):
        shown = make(*facts)
        template = current_app.jinja_env.get_template("errors/bare.html")
        settings, number = current_app.config["SETTINGS"], request_id()
        body = template.render(page=shown, sent=_sent(), request_id=number, language=of_browser(), settings=settings)
    return body, shown.status, dict(headers)


def _sent():
    """The GivenBack of the request; None if it is what fails."""
    try:
        return of_request()
    except Exception as error:
        _log.error("a form could not be given back, request %s", request_id(), exc_info=error)
        return None
