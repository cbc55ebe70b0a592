"""Signed in without the form: what the product does once a password was right, without the pages around it."""

import contextvars

from flask import session

from scimapp.web.entering import begin


def session_cookie(app, user, address="127.0.0.1", agent=""):
    """``(name, value)`` of the cookie of a new session of ``user``, a row of a person who may sign in."""
    return contextvars.Context().run(_entered, app, user, address, agent)


def _entered(app, user, address, agent):
    base_url = app.config["SETTINGS"].external_url
    environ = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    with app.test_request_context("/sign-in", base_url=base_url, environ_overrides=environ):
        begin(user)
        name = app.config["SESSION_COOKIE_NAME"]
        return name, app.session_interface.get_signing_serializer(app).dumps(dict(session))
