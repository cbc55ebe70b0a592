"""scimapp: a user-management application that identity providers provision through SCIM 2.0.

The application factory is the only file that knows every part.
"""

# ruff: noqa: E402
import gc

gc.disable()  # modules make next to no garbage, and looking for it takes a third of a start; on again below

from pathlib import Path

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

# First, while few calls lie upon each other: mapping the models goes ten calls deeper many thousand times, and wherever Python 3.11 has
# filled a piece of its stack there, it takes another one from the system for each call and gives it back.
from . import directory

# isort: split
from . import auth, cli, database, health, languages, request_log, scim_api, web
from .database import engines, repeats, schema
from .extensions import csrf, mailer
from .settings import Settings, make_folder

gc.freeze()  # they stay for good: the collector looks through what comes later alone, and forked workers share their memory
gc.enable()
ROOT = Path(__file__).resolve().parent.parent
MAXIMUM_BODY_BYTES = 1024 * 1024


class Application(Flask):
    """Flask whose views are called again when the database has undone what they wrote (``repeats``)."""

    def log_exception(self, exc_info):
        """A fault that no page could tell. Flask would name the path, and links have their secret in it."""
        self.logger.error("the page about a fault failed, request %s", request_log.request_id(), exc_info=exc_info)

    def ensure_sync(self, func):
        return func  # no view is a coroutine, so none has to be looked at

    def full_dispatch_request(self):
        asked = request._get_current_object()
        return (
            scim_api.answer_at_browser(self, asked) if scim_api.is_ours(asked.path) else super().full_dispatch_request()
        )

    def dispatch_request(self):
        if request.mimetype == "multipart/form-data":  # a file that was read is at its end
            return super().dispatch_request()
        return repeats.insist(super().dispatch_request)


def create_app(settings=None):
    """Build the application. Reads the environment when no ``settings`` are given; raises SettingsError."""
    settings = settings or Settings.from_environment()
    app = Application(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    _configure(app, settings)
    database.init_app(app)
    directory.init_app(app, settings)
    schema.init_app(app)
    request_log.init_app(app)  # before whatever refuses a request: its line tells how long that took
    csrf.init_app(app)
    mailer.init_app(app)
    auth.init_app(app)
    languages.init_app(app)
    health.init_app(app)
    web.init_app(app)
    scim_api.init_app(app)
    cli.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)
    return app


def _configure(app, settings):
    make_folder(settings.data_dir)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engines.engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAXIMUM_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAXIMUM_BODY_BYTES,
        MAIL_DEFAULT_SENDER=settings.mail_from,
    )
    app.extensions["scimapp.settings"] = settings
