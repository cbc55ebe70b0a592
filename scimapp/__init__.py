"""scimapp: a user-management application that identity providers provision through SCIM 2.0.

The application factory is the only file that knows every part.
"""

# ruff: noqa: E402
import gc

gc.disable()  # importing makes little garbage, and collecting takes a third of a start; enabled again below

from pathlib import Path

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule

# First, from a shallow call stack. Mapping the models goes ten calls deeper many thousand times; where that crosses the
# end of a chunk of its stack, Python 3.11 allocates and frees another chunk for each call.
from . import directory

# isort: split
from . import auth, cli, database, health, languages, request_log, scim_api, static_files, web
from .database import engines, repeats, schema
from .extensions import csrf, mailer
from .setting_secret import make_folder
from .settings import Settings

gc.freeze()  # they stay for good: the collector looks through what comes later alone, and forked workers share their memory
gc.enable()
ROOT = Path(__file__).resolve().parent.parent
MAXIMUM_BODY_BYTES = 1024 * 1024


class Globals(Flask.app_ctx_globals_class):
    """What ``g`` is: Flask's, whose attributes are set without a call of Python each."""

    __setattr__ = object.__setattr__


class Route(Rule):
    """A rule that compiles how its addresses are built once one is built: for all rules it would be a twentieth of a start."""

    def _compile_builder(self, append_unknown=True):
        compiled = super()._compile_builder

        def build(rule, /, **values):
            builder = compiled(append_unknown).__get__(rule)
            if append_unknown:
                rule._build_unknown = builder
            else:
                rule._build = builder
            return builder(**values)

        return build


class Application(Flask):
    """A Flask that calls a view again when the database has undone its transaction (``repeats``)."""

    app_ctx_globals_class = Globals
    url_rule_class = Route
    session_interface = static_files.Sessions()

    def log_exception(self, exc_info):
        """Log an error that no page handled. Flask would name the path, which may hold the secret of a link."""
        self.logger.error("the page about a fault failed, request %s", request_log.request_id(), exc_info=exc_info)

    def send_static_file(self, filename):
        return static_files.packed(super().send_static_file(filename), filename)

    def ensure_sync(self, func):
        return func  # no view is a coroutine, so skip Flask's check

    def full_dispatch_request(self):
        asked = request._get_current_object()
        return (
            scim_api.answer_at_browser(self, asked) if scim_api.is_ours(asked.path) else super().full_dispatch_request()
        )

    def dispatch_request(self):
        if request.mimetype == "multipart/form-data":  # an uploaded file cannot be read twice
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
    request_log.init_app(app)  # before anything can refuse a request, so that its line times everything
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
